"""The saved and recent searches at the left of the window; one click asks again."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QMenu,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui.look import icons, theme, wording
from desktop_app.ui.search.example_tokens import readable
from desktop_app.ui.search.saved import SavedSearch

MOST_RECENT: Final = 6
_MOST_ROWS: Final = 8
_QUERY = Qt.ItemDataRole.UserRole + 1
_LIST_LOOK: Final = """
QTreeView { background: transparent; }
QTreeView::item { padding: 4px 2px 4px 5px; color: palette(text); }
QTreeView::item:hover, QTreeView::item:selected { background: palette(midlight); color: palette(text); }
"""


class SearchesPanel(QWidget):
    """Lists the saved and the recent searches; each list is there only while it has something.

    Signals:
        asked(str): Search for this.
        renamed(str, str): The saved search with this query shall have this name.
        removed(str): The saved search with this query shall be kept no longer.
        forgotten(): The recent searches shall be forgotten.
    """

    asked = Signal(str)
    renamed = Signal(str, str)
    removed = Signal(str)
    forgotten = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.saved = self._made_list("Saved searches")
        self.recent = self._made_list("Recent searches")
        self._saved_title = _title("Saved searches")
        self._recent_title = _title("Recent")
        self.saved.itemChanged.connect(self._take_name)
        self.saved.customContextMenuRequested.connect(self._show_saved_menu)
        self.recent.customContextMenuRequested.connect(self._show_recent_menu)
        # Connected apart: given a slot, PySide's constructor ignores the context.
        here = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence(Qt.Key.Key_F2), self.saved, context=here).activated.connect(self.rename)
        QShortcut(QKeySequence(Qt.Key.Key_Delete), self.saved, context=here).activated.connect(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE.small, theme.SPACE.medium, theme.SPACE.small, 0)
        column.setSpacing(theme.SPACE.tiny)
        column.addWidget(self._saved_title)
        column.addWidget(self.saved)
        column.addSpacing(theme.SPACE.small)
        column.addWidget(self._recent_title)
        column.addWidget(self.recent)
        self.show_saved([])
        self.show_recent([])

    def show_saved(self, searches: Sequence[SavedSearch], counts: Mapping[str, str] | None = None) -> None:
        """Show the saved searches; `counts` has, by query, how many photos each finds now."""
        counts = counts or {}
        rows = [(saved.query, _said(saved), counts.get(saved.query, "")) for saved in searches]
        self._fill(self.saved, rows, editable=True)
        self._saved_title.setVisible(bool(rows))
        self._fit()

    def show_recent(self, queries: Sequence[str]) -> None:
        """Show the newest of the searches of before."""
        rows = [(query, wording.shown(readable(query)), "") for query in queries[:MOST_RECENT]]
        self._fill(self.recent, rows, editable=False)
        self._recent_title.setVisible(bool(rows))
        self._fit()

    def show_count(self, query: str, count: str) -> None:
        """Say how many photos a saved search finds now."""
        for item in _items(self.saved):
            if item.data(0, _QUERY) == query:
                blocked = self.saved.blockSignals(True)
                _set_count(item, count)
                self.saved.blockSignals(blocked)

    def mark(self, query: str) -> None:
        """Mark the search that is shown now, in either list."""
        for tree in (self.saved, self.recent):
            found = next((item for item in _items(tree) if item.data(0, _QUERY) == query), None)
            tree.setCurrentItem(found) if found is not None else tree.clearSelection()

    def rows(self) -> list[tuple[str, str]]:
        """Return name and count of each saved search."""
        return [(item.text(0), item.text(1)) for item in _items(self.saved)]

    def rename(self) -> None:
        """Let the person type another name for the chosen search."""
        if (item := self._chosen()) is not None:
            self.saved.editItem(item, 0)

    def remove(self) -> None:
        """Ask for the chosen search to be kept no longer."""
        if (item := self._chosen()) is not None:
            self.removed.emit(item.data(0, _QUERY))

    def _chosen(self) -> QTreeWidgetItem | None:
        chosen = self.saved.selectedItems()
        return chosen[0] if chosen else None

    def _made_list(self, name: str) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setAccessibleName(name)
        tree.setColumnCount(2)
        tree.setHeaderHidden(True)
        tree.setRootIsDecorated(False)
        tree.setIndentation(0)
        tree.setUniformRowHeights(True)
        tree.setStyleSheet(_LIST_LOOK)
        tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        tree.setAllColumnsShowFocus(True)
        tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header = tree.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(8)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        tree.itemClicked.connect(self._ask)
        tree.itemActivated.connect(self._ask)
        return tree

    def _fill(self, tree: QTreeWidget, rows: Sequence[tuple[str, str, str]], *, editable: bool) -> None:
        blocked = tree.blockSignals(True)
        chosen = {item.data(0, _QUERY) for item in tree.selectedItems()}
        tree.clear()
        for query, name, count in rows:
            item = QTreeWidgetItem([name, ""])
            item.setData(0, _QUERY, query)
            item.setToolTip(0, query)
            if editable:
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            tree.addTopLevelItem(item)
            _set_count(item, count)
            item.setSelected(query in chosen)
        tree.blockSignals(blocked)
        tree.setVisible(bool(rows))
        tree.setFixedHeight(min(len(rows), _MOST_ROWS) * max(1, tree.sizeHintForRow(0)) + 2)

    def _fit(self) -> None:
        self.setVisible(self.saved.topLevelItemCount() + self.recent.topLevelItemCount() > 0)

    def _ask(self, item: QTreeWidgetItem) -> None:
        self.asked.emit(item.data(0, _QUERY))

    def _take_name(self, item: QTreeWidgetItem, column: int) -> None:
        if column == 0:
            self.renamed.emit(item.data(0, _QUERY), item.text(0))

    def _show_saved_menu(self, at: QPoint) -> None:
        item = self.saved.itemAt(at)
        if item is None:
            return
        self.saved.setCurrentItem(item)
        menu = self._made_menu()
        icons.set_icon(menu.addAction("Rename", self.rename), "text")
        icons.set_icon(menu.addAction("Remove", self.remove), "remove")
        menu.popup(self.saved.viewport().mapToGlobal(at))

    def _show_recent_menu(self, at: QPoint) -> None:
        menu = self._made_menu()
        icons.set_icon(menu.addAction("Forget recent searches", self.forgotten.emit), "remove")
        menu.popup(self.recent.viewport().mapToGlobal(at))

    def _made_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu


def _items(tree: QTreeWidget) -> list[QTreeWidgetItem]:
    found = (tree.topLevelItem(row) for row in range(tree.topLevelItemCount()))
    return [item for item in found if item is not None]


def _said(saved: SavedSearch) -> str:
    """Return the name the person gave, or the query with the names of its photos."""
    return wording.shown(readable(saved.query) if saved.name == saved.query else saved.name)


def _set_count(item: QTreeWidgetItem, count: str) -> None:
    item.setText(1, count)
    item.setForeground(1, theme.subtle_text())
    item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    said = f"{item.text(0)}, {count} found" if count else item.text(0)
    item.setData(0, Qt.ItemDataRole.AccessibleTextRole, said)


def _title(text: str) -> QLabel:
    title = theme.set_title(QLabel(text), 1.0)
    title.setContentsMargins(theme.SPACE.small, 0, 0, 0)
    return title
