"""The list at the left of help: pages, the parts of the one that is shown, and where words were found."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QFrame, QTreeWidget, QTreeWidgetItem, QWidget

from desktop_app.help_pages import Section, Topic
from desktop_app.ui.look import theme
from desktop_app.ui.look.roomy import RoomyDelegate

_PLACE: Final = Qt.ItemDataRole.UserRole


class Contents(QTreeWidget):
    """Pages with the parts of one, or with all parts where words were found.

    Signals:
        chosen(str, str): The person wants to read this page from this anchor on; "" is its beginning.
    """

    chosen = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Pages of help")
        self.setHeaderHidden(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        # A row's own indentation would get a mark of its own; an empty drawing has the same width.
        self.setIndentation(0)
        self.setIconSize(QSize(theme.SPACE.medium, 1))
        self._indentation = _empty(self.iconSize())
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setItemDelegate(RoomyDelegate(self))
        self.setUniformRowHeights(True)
        self._items: list[QTreeWidgetItem] = []
        self._quiet = False
        self.currentItemChanged.connect(self._choose)
        theme.current().changed.connect(self._dress)
        self._dress()

    def show_topics(
        self, topics: Mapping[str, Topic], parts: Sequence[Section], place: tuple[str, str]
    ) -> None:
        """List pages.

        Args:
            topics: The pages, by their keys.
            parts: What is listed below its page; the page itself is not listed twice.
            place: Which page and anchor has the mark; nothing is marked where it is not listed.
        """
        self._quiet = True
        self.clear()
        self._items.clear()
        for key, topic in topics.items():
            page = self._item(topic.title, (key, ""))
            self.addTopLevelItem(page)
            for part in parts:
                if part.topic == key and part.level > 1:
                    line = self._item(part.title, (key, part.anchor))
                    line.setIcon(0, self._indentation)
                    page.addChild(line)
            page.setExpanded(True)
        self.mark(place)
        self._quiet = False

    def mark(self, place: tuple[str, str]) -> None:
        """Move the mark to a place, or to its page where that part is not listed; nobody is told."""
        before, self._quiet = self._quiet, True
        found = self._found(place) or self._found((place[0], ""))
        if found is None:
            self.setCurrentIndex(QModelIndex())
        else:
            self.setCurrentItem(found)
            self.scrollToItem(found)
        self._quiet = before

    def _found(self, place: tuple[str, str]) -> QTreeWidgetItem | None:
        return next((item for item in self._items if item.data(0, _PLACE) == place), None)

    def _item(self, title: str, place: tuple[str, str]) -> QTreeWidgetItem:
        item = QTreeWidgetItem([title])
        item.setData(0, _PLACE, place)
        item.setToolTip(0, title)
        self._items.append(item)
        return item

    def _choose(self, item: QTreeWidgetItem | None) -> None:
        if item is not None and not self._quiet:
            topic, anchor = item.data(0, _PLACE)
            self.chosen.emit(topic, anchor)

    def _dress(self) -> None:
        colours = theme.colours()
        self.setStyleSheet(
            f"QTreeView {{ background: {colours.window}; padding: {theme.SPACE.small}px;"
            f" selection-background-color: transparent; show-decoration-selected: 0; }}"
            f"QTreeView::item {{ border-radius: {theme.RADIUS}px; color: {colours.text};"
            f" padding-left: {theme.SPACE.tiny}px; }}"
            f"QTreeView::item:hover {{ background: {colours.hover}; }}"
            f"QTreeView::item:selected {{ background: {colours.wash}; color: {colours.text}; }}"
        )


def _empty(size: QSize) -> QIcon:
    picture = QPixmap(size)
    picture.fill(Qt.GlobalColor.transparent)
    return QIcon(picture)
