"""The chosen folders with their counts and state; add, remove, look again."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.library import Folder, FolderState
from desktop_app.ui.folders.delegate import BUILT_ROLE, FOLDER_ROLE, FolderDelegate
from desktop_app.ui.folders.words import hint, spoken
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import tool_button
from desktop_app.ui.system.drops import offered

_ADD = " Add folder…"


class FoldersPanel(QWidget):
    """A list of folders with what can be done about each.

    Signals:
        add_wanted(): The person wants to be asked for a folder.
        remove_wanted(object): This folder shall no longer be searched; its photos stay on the disk.
        remove_now_wanted(object): The same (a `Folder`), and what is known of its photos shall be forgotten at once.
        refresh_wanted(object): This folder shall be looked through again.
        reveal_wanted(object): This folder shall be shown in the file manager.
        forget_wanted(object): This folder (a `Folder`), which is not there, shall be forgotten.
        locate_wanted(object): The person wants to say where this folder is, which is not there.
        offered(Offered): This was dragged in; folders in it shall be added.
        leave_out_wanted(object): The person wants to choose a folder in this one that is left out.
    """

    add_wanted = Signal()
    remove_wanted = Signal(object)
    remove_now_wanted = Signal(object)
    refresh_wanted = Signal(object)
    reveal_wanted = Signal(object)
    forget_wanted = Signal(object)
    locate_wanted = Signal(object)
    offered = Signal(object)
    leave_out_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._model = QStandardItemModel(self)
        self._list = self._made_list()
        self._add = QPushButton(_ADD)
        self._add.setFlat(True)
        self._add.setAccessibleName("Add folder")
        self._add.clicked.connect(self.add_wanted)
        icons.set_icon(self._add, "folder-add", "accent")
        self._look_again = _tool("refresh", "Look for changes in this folder", self.refresh)
        self._remove = _tool("remove", "Remove this folder from the search; its photos stay", self.remove)
        self._hint = theme.set_subtle(QLabel("Add a folder with photos, or drop one here."))
        self._hint.setWordWrap(True)
        self._lay_out()
        # Connected apart: given a slot, PySide's constructor ignores the context, and Del in the grid would count.
        here = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence(Qt.Key.Key_Delete), self._list, context=here).activated.connect(self.remove)
        theme.current().changed.connect(self._list.viewport().update)
        self._show_choice()

    def show_folders(self, folders: Sequence[Folder], built: str = "") -> None:
        """Show these folders; the one that was chosen stays chosen.

        Args:
            folders: Which.
            built: What their figures count for while another model answers; see `words_of`.
        """
        chosen = self.chosen()
        for row, folder in enumerate(folders):
            item = self._model.item(row) or QStandardItem()
            if item.row() < 0:
                item.setEditable(False)
                self._model.appendRow(item)
            _fill(item, folder, built)
        self._model.setRowCount(len(folders))
        self._choose(chosen)
        self._hint.setVisible(not folders)
        self._list.setVisible(bool(folders))
        self._show_choice()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the sign alone on the button where its words would be cut."""
        super().resizeEvent(event)
        self._add.setText(_ADD)
        tools = (self._add, self._look_again, self._remove)
        room = event.size().width() - 2 * theme.SPACE.small
        if sum(tool.sizeHint().width() for tool in tools) > room:
            self._add.setText("")
        self._add.setToolTip("" if self._add.text() else _ADD.strip())

    def chosen(self) -> Path | None:
        """Return the selected folder."""
        folder = self._chosen_folder()
        return folder.path if folder is not None else None

    def remove(self) -> None:
        """Ask for the selected folder to be removed, or forgotten where it could not simply be added again."""
        folder = self._chosen_folder()
        if folder is None:
            return
        if _is_missing(folder):
            self.forget_wanted.emit(folder)
        else:
            self.remove_wanted.emit(folder.path)

    def remove_now(self) -> None:
        """Ask for the selected folder to be removed, and for what is known of its photos to be forgotten at once."""
        if (folder := self._chosen_folder()) is not None:
            self.remove_now_wanted.emit(folder)

    def locate(self) -> None:
        """Ask for the person to say where the selected folder is."""
        if (folder := self.chosen()) is not None:
            self.locate_wanted.emit(folder)

    def refresh(self) -> None:
        """Ask for the selected folder to be looked through again."""
        if (folder := self.chosen()) is not None:
            self.refresh_wanted.emit(folder)

    def reveal(self) -> None:
        """Ask for the selected folder to be shown in the file manager."""
        if (folder := self.chosen()) is not None:
            self.reveal_wanted.emit(folder)

    def leave_out(self) -> None:
        """Ask for the person to choose a folder in the selected one that is left out."""
        if (folder := self.chosen()) is not None:
            self.leave_out_wanted.emit(folder)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take what may be folders."""
        if offered(event.mimeData()).paths:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Say again that it is a copy: nothing of the person's is ever moved."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        """Pass it on."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.offered.emit(offered(event.mimeData()))

    def _made_list(self) -> QListView:
        view = QListView()
        view.setModel(self._model)
        view.setItemDelegate(FolderDelegate(view))
        view.setAccessibleName("Folders")
        # The panel's own ground shows through; an inner box would look like a second list.
        view.setStyleSheet("QListView { background: transparent; }")
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setMouseTracking(True)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._show_menu)
        view.selectionModel().selectionChanged.connect(self._show_choice)
        view.doubleClicked.connect(self.reveal)
        return view

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE.small, theme.SPACE.medium, theme.SPACE.small, theme.SPACE.small)
        column.setSpacing(theme.SPACE.small)
        heading = theme.set_title(QLabel("Folders"), 1.0)
        heading.setContentsMargins(theme.SPACE.small, 0, 0, 0)
        self._hint.setContentsMargins(theme.SPACE.small, 0, theme.SPACE.small, 0)
        column.addWidget(heading)
        column.addWidget(self._hint)
        column.addWidget(self._list, 1)
        column.addStretch(0)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self._add)
        row.addStretch(1)
        row.addWidget(self._look_again)
        row.addWidget(self._remove)
        column.addLayout(row)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def _chosen_folder(self) -> Folder | None:
        rows = self._list.selectionModel().selectedIndexes()
        folder = rows[0].data(FOLDER_ROLE) if rows else None
        return folder if isinstance(folder, Folder) else None

    def _choose(self, path: Path | None) -> None:
        for row in range(self._model.rowCount()):
            index = self._model.index(row, 0)
            if index.data(FOLDER_ROLE).path == path:
                self._list.setCurrentIndex(index)
                return
        self._list.clearSelection()

    def _show_choice(self) -> None:
        for button in (self._look_again, self._remove):
            button.setEnabled(self.chosen() is not None)

    def _show_menu(self, at: QPoint) -> None:
        folder = self._chosen_folder()
        if folder is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name, text, run in self._missing_actions(folder) if _is_missing(folder) else self._actions():
            icons.set_icon(menu.addAction(text, run), name)
        menu.popup(self._list.viewport().mapToGlobal(at))

    def _actions(self) -> "Sequence[_Action]":
        return (
            ("refresh", "Look for changes", self.refresh),
            ("external", "Show in file manager", self.reveal),
            ("folder-off", "Leave out a folder in it…", self.leave_out),
            ("remove", "Remove from the search", self.remove),
            ("close", "Remove and forget now…", self.remove_now),
        )

    def _missing_actions(self, folder: Folder) -> "Sequence[_Action]":
        forget = "Forget this drive…" if folder.drive and not folder.forbidden else "Forget this folder…"
        return (
            ("refresh", "Look again", self.refresh),
            ("search", "Locate…", self.locate),
            ("remove", forget, self.remove),
        )


_Action = tuple[str, str, Callable[[], None]]


def _is_missing(folder: Folder) -> bool:
    return folder.state is FolderState.MISSING


def _fill(item: QStandardItem, folder: Folder, built: str) -> None:
    if (item.data(FOLDER_ROLE), item.data(BUILT_ROLE)) == (folder, built):
        return
    item.setData(folder, FOLDER_ROLE)
    item.setData(built, BUILT_ROLE)
    item.setToolTip(hint(folder, built))
    item.setData(spoken(folder, built), Qt.ItemDataRole.AccessibleTextRole)


def _tool(icon: str, says: str, run: Callable[[], None]) -> QToolButton:
    button = tool_button(icon, says, side_px=18, tone="text")
    button.clicked.connect(run)
    return button
