"""How a person gets a model that is not downloaded by Vislumbre: which files, from where, and a button to hand them in."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.library import ModelChoice
from desktop_app.ui.look import icons, theme
from desktop_app.ui.models import words
from desktop_app.ui.models.details import address_line

_USUAL = ("open_clip_config.json", "open_clip_model.safetensors")
FILE_TYPES = "Models (*.safetensors *.zip *.onnx);;All files (*)"


class BringLine(QWidget):
    """Says which files to get from which page, and takes them.

    Signals:
        chosen(object): The person chose this file (a `Path`).
    """

    chosen = Signal(object)

    def __init__(self, choice: ModelChoice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        says = theme.set_subtle(QLabel(what_to_bring(choice)))
        says.setWordWrap(True)
        says.setTextFormat(Qt.TextFormat.PlainText)
        button = QPushButton(" Choose the file…")
        button.setAccessibleName(f"Choose the file of {choice.title}")
        icons.set_icon(button, "folder")
        button.clicked.connect(self._ask)
        row = QHBoxLayout()
        row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE.small)
        column.addWidget(says)
        if choice.page:
            column.addWidget(address_line(choice.page))
        column.addLayout(row)

    def _ask(self) -> None:
        ask_for_file(self).fileSelected.connect(lambda name: self.chosen.emit(Path(name)))


def what_to_bring(choice: ModelChoice) -> str:
    """Return which files of a model are needed, and where they come from."""
    names = words.listed(choice.file_names or _USUAL)
    where = "from this page with a browser, here or on another computer" if choice.page else "from its maker"
    what_then = (
        "choose it" if len(choice.file_names) == 1 else "keep them together, and choose the .safetensors file"
    )
    return f"Get {names} {where}; then {what_then}."


def ask_for_file(parent: QWidget) -> QFileDialog:
    """Open a dialog that asks for a model's file, and return it; nothing waits for it."""
    dialog = QFileDialog(parent, "Choose a model", "", FILE_TYPES)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog
