"""The vectors of models that are not in use: what they take, and a button to drop them."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.library import SpaceUse
from desktop_app.ui.look import theme, wording


class KeptVectors(QWidget):
    """A line for each model whose vectors are kept for the day a person goes back to it; hidden without any.

    Signals:
        drop_wanted(object): These (a `SpaceUse`) shall be dropped.
    """

    drop_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: dict[str, QPushButton] = {}
        title = theme.set_title(QLabel("Kept from earlier models"), 1.05)
        self._card = QFrame()
        theme.set_card(self._card)
        self._lines = QVBoxLayout(self._card)
        self._lines.setContentsMargins(
            theme.SPACE.large, theme.SPACE.medium, theme.SPACE.large, theme.SPACE.medium
        )
        self._lines.setSpacing(theme.SPACE.small)
        self._told = theme.set_subtle(QLabel())
        self._told.setTextFormat(Qt.TextFormat.PlainText)
        self._told.setWordWrap(True)
        self._told.setVisible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE.small)
        for widget in (title, self._card, self._told):
            column.addWidget(widget)
        self._uses: list[SpaceUse] = []
        self.setVisible(False)

    def show_uses(self, uses: Sequence[SpaceUse]) -> None:
        """Show those of these that are vectors which can be dropped."""
        mine = [use for use in uses if use.key.startswith("vectors") and use.droppable and use.size_bytes]
        if mine != self._uses or any(not button.isEnabled() for button in self._buttons.values()):
            self._make(mine)
        self._card.setVisible(bool(mine))
        self.setVisible(bool(mine) or not self._told.isHidden())

    def show_dropping(self, key: str) -> None:
        """Show that something is being dropped; until `show_uses`, nothing else can be."""
        for one, button in self._buttons.items():
            button.setEnabled(False)
            if one == key:
                button.setText("Dropping…")

    def tell(self, text: str) -> None:
        """Show a sentence about what was done, or why it was not."""
        self._told.setText(text)
        self._told.setVisible(bool(text))

    def _make(self, uses: list[SpaceUse]) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._uses, self._buttons = uses, {}
        for use in uses:
            self._lines.addWidget(self._line(use))

    def _line(self, use: SpaceUse) -> QWidget:
        size = wording.size(use.size_bytes)
        title = QLabel(wording.shown(use.title))
        says = theme.set_subtle(QLabel(f"{wording.counted(use.items, use.noun)}, {size}. {use.says}"), 0.95)
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (title, says):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            words.addWidget(label)
        button = self._buttons[use.key] = QPushButton("Drop…")
        button.setAccessibleName(f"Drop {use.title}, {size}")
        button.setAccessibleDescription(use.cost)
        button.setToolTip(use.cost)
        button.clicked.connect(lambda: self.drop_wanted.emit(use))
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE.large)
        row.addLayout(words, 1)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return line
