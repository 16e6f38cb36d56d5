"""All that is known of a model, unfolded below its card: published figures with their source, and its names elsewhere."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from desktop_app.library import ModelChoice
from desktop_app.ui.look import theme, wording
from desktop_app.ui.look.labels import ElidingLabel, tool_button
from desktop_app.ui.models import words

_FEW_LANGUAGES = 3


class CopyLine(QWidget):
    """A text to be used elsewhere, cut where there is too little room, with a button that copies all of it."""

    def __init__(self, text: str, says: str, parent: QWidget | None = None) -> None:
        """Make it.

        Args:
            text: What is copied.
            says: What the button does, for the pointer and a screen reader.
            parent: Owner, as for any widget.
        """
        super().__init__(parent)
        self._text = text
        label = ElidingLabel(text, cut=Qt.TextElideMode.ElideMiddle)
        label.setToolTip(text)
        copy = tool_button("copy", says, side_px=14)
        copy.clicked.connect(self._take)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE.tiny)
        row.addWidget(label)
        row.addWidget(copy)
        row.addStretch(1)

    def _take(self) -> None:
        QGuiApplication.clipboard().setText(self._text)


def address_line(address: str) -> CopyLine:
    """Return an address to be opened in a browser: it can be copied, and nothing here opens it."""
    return CopyLine(address, f"Copy the address {address}")


class ModelDetails(QWidget):
    """Figures and facts of one model as lines, with the figure, or what it is, on the left."""

    def __init__(self, choice: ModelChoice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = QGridLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setHorizontalSpacing(theme.SPACE.large)
        self._lines.setVerticalSpacing(theme.SPACE.tiny)
        self._lines.setColumnStretch(1, 1)
        # The figures of one source stand together, with the source below them.
        for source in dict.fromkeys(figure.source for figure in choice.figures):
            for figure in choice.figures:
                if figure.source == source:
                    self._add(_plain(figure.value, bold=True), _plain(figure.name))
            self._add(_subtle("Source"), _address_or_words(source))
        self._add_facts(choice)
        self._lines.setRowStretch(self._lines.rowCount(), 1)

    def _add_facts(self, choice: ModelChoice) -> None:
        if len(choice.languages) > _FEW_LANGUAGES:
            names = words.listed([words.language(code) for code in choice.languages])
            self._add(_subtle("Languages"), _plain(names))
        if choice.dimension:
            self._add(
                _subtle("Dimension"), _plain(f"{wording.counted(choice.dimension, 'number')} for each photo")
            )
        if choice.open_clip_name:
            self._add(_subtle("Name in open_clip"), CopyLine(choice.open_clip_name, "Copy the name"))
        if choice.page:
            self._add(_subtle("Its page"), address_line(choice.page))
        if _is_own(choice):
            self._add(_subtle("Its folder"), CopyLine(str(choice.folder), "Copy the folder’s path"))

    def _add(self, left: QWidget, right: QWidget) -> None:
        row = self._lines.rowCount()
        side = Qt.AlignmentFlag.AlignVCenter if isinstance(right, CopyLine) else Qt.AlignmentFlag.AlignTop
        self._lines.addWidget(left, row, 0, side)
        self._lines.addWidget(right, row, 1)


def has_details(choice: ModelChoice) -> bool:
    """Return whether there is more to say of a model than its card does."""
    is_told = bool(choice.figures or choice.page or choice.open_clip_name or choice.dimension)
    return is_told or _is_own(choice)


def _is_own(choice: ModelChoice) -> bool:
    return choice.tier == "own" and choice.folder is not None


def _is_address(source: str) -> bool:
    return source.startswith(("https://", "http://"))


def _address_or_words(source: str) -> QWidget:
    return address_line(source) if _is_address(source) else _plain(source)


def _subtle(text: str) -> QLabel:
    return theme.set_subtle(_plain(text))


def _plain(text: str, *, bold: bool = False) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if bold:
        font = label.font()
        font.setWeight(font.Weight.DemiBold)
        label.setFont(font)
    return label
