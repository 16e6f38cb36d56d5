"""A small list or tree of boxes to tick, each with the number of photos behind it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QModelIndex, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from desktop_app.ui.look import theme, wording

_ROW_PX: Final = 28
_CHOICE: Final = Qt.ItemDataRole.UserRole
_NAME, _COUNT = 0, 1


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to tick.

    Attributes:
        label: What it is called.
        value: What is written when it is chosen.
        photos: How many photos there are behind it; None where nobody knows.
        inside: What lies within it; shown when it is opened.
    """

    label: str
    value: str
    photos: int | None = None
    inside: tuple["Choice", ...] = ()


class ChoiceTree(QTreeWidget):
    """A list or tree of boxes to tick; what lies inside a ticked one belongs to it.

    Signals:
        changed(): The person ticked or cleared one.
    """

    changed = Signal()

    def __init__(self, name: str, most_rows: int, parent: QWidget | None = None) -> None:
        """Make an empty one.

        Args:
            name: What a screen reader calls it.
            most_rows: It grows with its rows up to so many, then it scrolls.
            parent: Owner.
        """
        super().__init__(parent)
        self._most_rows = most_rows
        self.setAccessibleName(name)
        self.setProperty("kind", "choices")
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setIndentation(theme.SPACE.large)
        header = self.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(0)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_COUNT, QHeaderView.ResizeMode.ResizeToContents)
        self.itemExpanded.connect(self._fill)
        self.itemExpanded.connect(self.updateGeometry)
        self.itemCollapsed.connect(self.updateGeometry)
        self.itemChanged.connect(self._tell)

    def show_choices(self, choices: Sequence[Choice], chosen: Sequence[str]) -> None:
        """Show what there is, with these values ticked; one that is not among them is added as it was typed."""
        blocked = QSignalBlocker(self)
        self.clear()
        is_flat = not any(choice.inside for choice in choices)
        self.setRootIsDecorated(not is_flat)
        for choice in choices:
            self.addTopLevelItem(_item(choice))
        for value in chosen:
            item = self._opened_to(value)
            if item is None:
                item = _item(Choice(wording.shown(value), value))
                self.insertTopLevelItem(0, item)
            item.setCheckState(_NAME, Qt.CheckState.Checked)
        if len(choices) == 1:
            only = self._tops()[-1]
            self._fill(only)
            only.setExpanded(True)
        blocked.unblock()
        self.updateGeometry()

    def chosen(self) -> list[str]:
        """Return what is ticked from above; what lies inside something ticked is not named again."""
        return [_choice(item).value for item in _outermost(self._tops())]

    def sizeHint(self) -> QSize:
        """Be as high as the rows, within the limit."""
        return QSize(super().sizeHint().width(), self._height())

    def minimumSizeHint(self) -> QSize:
        """Return the same: a popover gives every list the height it asks for."""
        return QSize(0, self._height())

    def item_of(self, value: str) -> QTreeWidgetItem | None:
        """Return the row of a value, among those that were opened."""
        return next((item for item in _all(self._tops()) if _choice(item).value == value), None)

    def _height(self) -> int:
        rows, index = 0, self.model().index(0, 0, QModelIndex())
        while index.isValid() and rows < self._most_rows:
            rows, index = rows + 1, self.indexBelow(index)
        row_px = max(_ROW_PX, self.sizeHintForRow(0))
        return max(1, rows) * row_px + 2 * self.frameWidth() + theme.SPACE.tiny

    def _tell(self, _item: QTreeWidgetItem, column: int) -> None:
        if column == _NAME:
            self.changed.emit()

    def _fill(self, item: QTreeWidgetItem) -> None:
        """Add what lies inside, the first time it is looked at: a library may have thousands of folders."""
        if item.childCount() == 0:
            blocked = QSignalBlocker(self)
            item.addChildren([_item(choice) for choice in _choice(item).inside])
            blocked.unblock()

    def _opened_to(self, value: str) -> QTreeWidgetItem | None:
        """Open the way to a value and return its row; None when no choice has it."""
        level = self._tops()
        while level:
            item = next((row for row in level if _holds(_choice(row), value)), None)
            if item is None or _choice(item).value.casefold() == value.casefold():
                return item
            self._fill(item)
            item.setExpanded(True)
            level = _inside(item)
        return None

    def _tops(self) -> list[QTreeWidgetItem]:
        tops = (self.topLevelItem(row) for row in range(self.topLevelItemCount()))
        return [item for item in tops if item is not None]


def _inside(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    children = (item.child(row) for row in range(item.childCount()))
    return [child for child in children if child is not None]


def _outermost(items: Sequence[QTreeWidgetItem]) -> Iterator[QTreeWidgetItem]:
    for item in items:
        if item.checkState(_NAME) == Qt.CheckState.Checked:
            yield item
        else:
            yield from _outermost(_inside(item))


def _all(items: Sequence[QTreeWidgetItem]) -> Iterator[QTreeWidgetItem]:
    for item in items:
        yield item
        yield from _all(_inside(item))


def _item(choice: Choice) -> QTreeWidgetItem:
    item = QTreeWidgetItem([choice.label, "" if choice.photos is None else wording.number(choice.photos)])
    item.setData(_NAME, _CHOICE, choice)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
    item.setCheckState(_NAME, Qt.CheckState.Unchecked)
    item.setToolTip(_NAME, wording.shown(choice.value))
    item.setSizeHint(_NAME, QSize(0, _ROW_PX))
    item.setTextAlignment(_COUNT, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    item.setForeground(_COUNT, theme.subtle_text())
    if choice.inside:
        item.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
    return item


def _choice(item: QTreeWidgetItem) -> Choice:
    choice = item.data(_NAME, _CHOICE)
    return choice if isinstance(choice, Choice) else Choice("", "")


def _holds(choice: Choice, value: str) -> bool:
    return choice.value.casefold() == value.casefold() or any(_holds(inner, value) for inner in choice.inside)
