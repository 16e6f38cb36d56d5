"""The window that lists what others made, and shows the terms of each."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui.background.runner import Background
from desktop_app.ui.look import theme
from desktop_app.ui.window.third_party import Part, terms, third_parties

_SAYS = (
    "Vislumbre itself is free software under the Apache License 2.0. These parts were made by others, and come with terms "
    "of their own. Qt, libheif and whatever else is under the LGPL are libraries of their own, which you may replace."
)
_LIST_PX, _MOST_OF_SCREEN = 248, 0.92


class LicencesDialog(QDialog):
    """A list of parts beside the terms of the chosen one; everything is read off the window's thread.

    Attributes:
        parts: The list: name, version and licence of each.
        text: The terms of the chosen part.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Third-party licences")
        self.resize(QSize(920, 600).boundedTo(self.screen().availableSize() * _MOST_OF_SCREEN))
        self._background = Background(self, threads=1)
        self._shown: list[Part] = []
        self.parts = QListWidget()
        self.parts.setAccessibleName("Parts")
        self.parts.currentRowChanged.connect(self._read_terms)
        self._title = theme.set_title(QLabel(), 1.2)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._about = _words()
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Terms")
        self._lay_out()
        self.finished.connect(self._background.close)
        self._background.run(third_parties, self._show_parts)

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(theme.SPACE.small)
        for widget in (self._title, self._about, self.text):
            right.addWidget(widget)
        both = QHBoxLayout()
        both.setSpacing(theme.SPACE.large)
        both.addWidget(_on_card(self.parts))
        both.addLayout(right, 1)
        says = _words()
        says.setText(_SAYS)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.SPACE.large] * 4)
        column.setSpacing(theme.SPACE.medium)
        column.addWidget(says)
        column.addLayout(both, 1)

    def _show_parts(self, parts: list[Part]) -> None:
        self._shown = parts
        for part in parts:
            item = QListWidgetItem(f"{part.name} {part.version}".strip())
            item.setToolTip(part.licence)
            item.setSizeHint(QSize(0, self.fontMetrics().height() + theme.SPACE.medium))
            self.parts.addItem(item)
        if parts:
            self.parts.setCurrentRow(0)
        else:
            self.text.setPlainText("This program is not installed, so nothing here knows what it is made of.")

    def _read_terms(self, row: int) -> None:
        part = self._shown[row]
        self._title.setText(f"{part.name} {part.version}".strip())
        self._about.setText("\n".join(line for line in (part.licence, part.home, part.remarks) if line))
        self.text.clear()
        self._background.run(lambda: terms(part), self._show_terms, channel="terms")

    def _show_terms(self, text: str) -> None:
        self.text.setPlainText(text)


def _on_card(parts: QListWidget) -> QFrame:
    """Put the list on a ground like that of the terms beside it."""
    parts.setFrameShape(QFrame.Shape.NoFrame)
    colours = theme.colours()
    parts.setStyleSheet(
        "QListWidget { background: transparent; }"
        f"QListWidget::item {{ border-radius: {theme.RADIUS}px; padding-left: {theme.SPACE.small}px; }}"
        f"QListWidget::item:hover {{ background: {colours.hover}; }}"
        f"QListWidget::item:selected {{ background: {colours.wash}; color: {colours.text}; }}"
    )
    card = QFrame()
    theme.set_card(card)
    card.setFixedWidth(_LIST_PX)
    inside = QVBoxLayout(card)
    inside.setContentsMargins(*[theme.SPACE.small] * 4)
    inside.addWidget(parts)
    return card


def _words() -> QLabel:
    label = theme.set_subtle(QLabel())
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
