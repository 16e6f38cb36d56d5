"""Short answers on a card above the window: which keys there are, and what this program is."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QMessageBox, QVBoxLayout, QWidget

from desktop_app import __version__
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.popover import Popover
from desktop_app.ui.look.question import dress
from desktop_app.ui.window.menus import KEYS

_ABOUT = """Finds your own photos by describing them, on your own computer.

Nothing leaves this computer. The only download there ever is, is a model you ask for.

Free software under the Apache License 2.0."""


class KeysCard(Popover):
    """Lists the keys; the next click or Esc closes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Keys", parent)
        self._window = parent
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(theme.SPACE.huge, theme.SPACE.large, theme.SPACE.huge, theme.SPACE.huge)
        column.setSpacing(theme.SPACE.medium)
        column.addWidget(theme.set_title(QLabel("Keys"), 1.2))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.SPACE.huge)
        grid.setVerticalSpacing(theme.SPACE.small)
        for line, (keys, what) in enumerate(KEYS):
            name = QLabel(keys)
            theme.set_tone(name, "accent")
            grid.addWidget(name, line, 0)
            grid.addWidget(QLabel(what), line, 1)
        column.addLayout(grid)
        self.fill(content)

    def show_in_middle(self) -> None:
        """Show the card in the middle of its window."""
        self.show_in_middle_of(self._window)


def show_about(window: QWidget) -> QMessageBox:
    """Say what this program is; the window can be used meanwhile."""
    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("About Vislumbre")
    box.setIconPixmap(icons.application_icon().pixmap(64, 64))
    box.setText(f"Vislumbre {__version__}")
    box.setInformativeText(_ABOUT)
    # By its words, for a standard button brings a drawing of Qt's own on some desktops.
    close = box.addButton("OK", QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(close)
    box.setEscapeButton(close)
    licences = box.addButton("Third-party licences", QMessageBox.ButtonRole.HelpRole)
    # Else a press closes the box, as that of every button of a question does.
    licences.clicked.disconnect()
    licences.clicked.connect(lambda _checked: _show_licences(box))
    dress(box)
    box.open()
    return box


def _show_licences(parent: QWidget) -> None:
    # Late: they come with what reads the packages of Python, and the window is painted before anybody asks.
    from desktop_app.ui.window.licences import LicencesDialog

    LicencesDialog(parent).open()
