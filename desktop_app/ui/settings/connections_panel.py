"""Every connection that was ever made: when, where, why, how much, and how it ended."""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from desktop_app.library import Connection
from desktop_app.ui.look import icons, theme, wording
from desktop_app.ui.look.roomy import RoomyDelegate
from desktop_app.ui.settings import connections_model as table

_INTRODUCTION = (
    "Vislumbre connects for a model, when you press “Get”, to a vector database on another computer, if you name one, and "
    "once a day to look for a new version, if you switch that on. Each time is noted here, on this computer only; the oldest are forgotten after some thousands."
)
_NOTHING = "Nothing was ever connected to."
_LEAST_ROWS = 8
# In widths of the letter “x”, so that they grow with the person's font.
_WIDTHS = {table.WHEN: 17, table.WHERE: 17, table.WHY: 19, table.AMOUNT: 10}


class ConnectionsPanel(QWidget):
    """A table of connections, all that is known of the chosen one below it, and a button that copies the list.

    Signals:
        shown(): The person looks at it now, so that the list is to be read.
    """

    shown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = table.ConnectionsModel(self)
        self._before: set[Connection] = set()
        self._known: list[Connection] = []
        self._introduction = _wrapped(_INTRODUCTION)
        theme.set_subtle(self._introduction)
        self._summary = _wrapped("")
        self._tree = self._made_tree()
        self._full = _wrapped("")
        self._full.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._copy = QPushButton(" Copy as text")
        icons.set_icon(self._copy, "copy")
        self._copy.clicked.connect(self.copy)
        # The table takes all the room that the page has.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._lay_out()
        self.show_connections([])

    def show_connections(self, connections: Sequence[Connection]) -> None:
        """Show a list; order and width of the columns stay."""
        if connections and list(connections) == self._known:
            return
        self._known = list(connections)
        self._model.show_connections(connections)
        self._summary.setText(
            wording.counted(len(connections), "connection") + "." if connections else _NOTHING
        )
        for widget in (self._tree, self._copy):
            widget.setVisible(bool(connections))
        self._show_chosen()

    def tell(self, text: str) -> None:
        """Say in place of the number of connections why they cannot be shown."""
        self._summary.setText(text)

    def text(self) -> str:
        """Return the selected connections, or all, as text: a line each, with tabs between the columns."""
        rows = self._chosen()
        return table.as_text(rows or self._model.connections())

    def copy(self) -> None:
        """Put that text into the clipboard."""
        QGuiApplication.clipboard().setText(self.text())

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for the list."""
        super().showEvent(event)
        self.shown.emit()

    def _chosen(self) -> list[Connection]:
        # By ranges: asked for every index, a list of thousands takes half a second.
        ranges = self._tree.selectionModel().selection()
        rows = sorted(
            {
                row
                for one in map(ranges.at, range(ranges.count()))
                for row in range(one.top(), one.bottom() + 1)
            }
        )
        return [one for one in map(self._model.at, rows) if one is not None]

    def _remember_chosen(self) -> None:
        self._before = set(self._chosen())

    def _choose_again(self) -> None:
        """Choose what was chosen before the rows were made anew."""
        chosen = QItemSelection()
        last = len(table.COLUMNS) - 1
        for row, one in enumerate(self._model.connections() if self._before else ()):
            if one in self._before:
                chosen.select(self._model.index(row, 0), self._model.index(row, last))
        self._tree.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._show_chosen()

    def _show_chosen(self) -> None:
        chosen = self._chosen()
        self._full.setText(table.in_full(chosen[0]) if len(chosen) == 1 else "")
        self._full.setVisible(len(chosen) == 1)
        self._copy.setText(" Copy selected" if chosen else " Copy as text")
        self._copy.setAccessibleName(
            "Copy the selected connections as text" if chosen else "Copy all connections as text"
        )

    def _made_tree(self) -> QTreeView:
        tree = QTreeView()
        tree.setModel(self._model)
        tree.setAccessibleName("Connections")
        tree.setRootIsDecorated(False)
        tree.setItemDelegate(RoomyDelegate(tree))
        tree.setUniformRowHeights(True)
        tree.setAllColumnsShowFocus(True)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        theme.set_card(tree)
        header = tree.header()
        header.setSectionsMovable(False)
        header.setStretchLastSection(True)
        letter = tree.fontMetrics().horizontalAdvance("x")
        for column, letters in _WIDTHS.items():
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(column, letters * letter)
        header.setSortIndicator(table.WHEN, Qt.SortOrder.DescendingOrder)
        tree.setSortingEnabled(True)
        tree.setMinimumHeight(_LEAST_ROWS * (tree.fontMetrics().height() + theme.SPACE.small))
        tree.selectionModel().selectionChanged.connect(self._show_chosen)
        self._model.modelAboutToBeReset.connect(self._remember_chosen)
        self._model.modelReset.connect(self._choose_again)
        # Connected apart: given a slot, PySide's constructor ignores the context, and the keys work in all the window.
        here = Qt.ShortcutContext.WidgetShortcut
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), tree, context=here).activated.connect(
            self.copy
        )
        return tree

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self._copy)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE.medium)
        for widget in (self._introduction, self._summary):
            column.addWidget(widget)
        column.addWidget(self._tree, 1)
        column.addWidget(self._full)
        column.addLayout(row)
        column.addStretch(0)


def _wrapped(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
