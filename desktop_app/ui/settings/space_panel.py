"""What takes space on the disk, with a button for what can be dropped."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.library import SpaceUse
from desktop_app.ui.look import theme, wording
from desktop_app.ui.settings.fields import Hairline, Row


class SpacePanel(QWidget):
    """A row for each thing that takes space: what it is, how large, and a button to drop it.

    Signals:
        shown(): The person looks at it now, so that it is to be measured.
        drop_wanted(object): This (a `SpaceUse`) shall be dropped.
    """

    shown = Signal()
    drop_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[str, _SpaceRow] = {}
        self._whole = QLabel("Measuring…")
        self._told = theme.set_subtle(QLabel())
        for label in (self._whole, self._told):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._told.setVisible(False)
        self._card = QFrame()
        theme.set_card(self._card)
        self._card.setVisible(False)
        self._list = QVBoxLayout(self._card)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE.medium)
        for widget in (self._whole, self._told, self._card):
            column.addWidget(widget)

    def show_uses(self, uses: Sequence[SpaceUse]) -> None:
        """Show what takes space; what is in the list already keeps its row, and the focus."""
        size = wording.size(sum(use.size_bytes for use in uses))
        self._whole.setText(f"Vislumbre takes {size} on this computer. Your photos are not part of it.")
        if list(self._rows) != [use.key for use in uses]:
            self._make_rows(uses)
        for use in uses:
            self._rows[use.key].show_use(use)
        self._card.setVisible(bool(uses))

    def show_dropping(self, key: str) -> None:
        """Show that something is being dropped; until `show_uses`, nothing else can be."""
        for row in self._rows.values():
            row.rest(dropping=row.use.key == key)

    def tell(self, text: str) -> None:
        """Show a sentence about what was done, or why it was not."""
        self._told.setText(text)
        self._told.setVisible(bool(text))

    def showEvent(self, event: QShowEvent) -> None:
        """Ask to be measured."""
        super().showEvent(event)
        self.shown.emit()

    def _make_rows(self, uses: Sequence[SpaceUse]) -> None:
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._rows = {}
        for use in uses:
            if self._rows:
                self._list.addWidget(Hairline())
            row = self._rows[use.key] = _SpaceRow(use)
            row.drop_wanted.connect(self.drop_wanted)
            self._list.addWidget(row)


class _SpaceRow(Row):
    """One thing that takes space.

    Signals:
        drop_wanted(object): It shall be dropped.

    Attributes:
        use: What is shown.
    """

    drop_wanted = Signal(object)

    def __init__(self, use: SpaceUse) -> None:
        super().__init__(use.title, use.says)
        self.use = use
        for label in (self.label, self.help):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._size = QLabel()
        self._size.setTextFormat(Qt.TextFormat.PlainText)
        # Figures stand below each other, whichever rows have a button.
        self._row.addWidget(self._size, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._row.setSpacing(theme.SPACE.large)
        self._button = QPushButton("Drop…")
        self._button.clicked.connect(lambda _checked: self.drop_wanted.emit(self.use))
        # What is there does not move when something begins or ends to be dropped.
        policy = self._button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._button.setSizePolicy(policy)
        self.place(self._button)
        self.show_use(use)

    def show_use(self, use: SpaceUse) -> None:
        """Show how much there is of it now."""
        self.use = use
        size = wording.size(use.size_bytes)
        self.label.setText(wording.shown(use.title))
        self._size.setText(size)
        self.help.setText(f"{wording.counted(use.items, use.noun)}. {use.says}")
        self._button.setVisible(use.droppable)
        self._button.setEnabled(use.droppable and use.items + use.size_bytes > 0)
        self._button.setText("Drop…")
        self._button.setAccessibleName(f"Drop {use.title}, {size}")
        self._button.setAccessibleDescription(use.cost)
        self._button.setToolTip(use.cost)

    def rest(self, *, dropping: bool) -> None:
        """Let nothing be dropped for now; say so where it is this that goes."""
        self._button.setEnabled(False)
        if dropping:
            self._button.setText("Dropping…")
