"""The list of photos that could not be used: why, where they are, and a way to try again."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QStackedLayout,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from desktop_app.library import FailedPhoto
from desktop_app.ui.folders.failures_model import FOLDER, NAME, FailuresModel, csv_of
from desktop_app.ui.look import icons, theme, wording
from desktop_app.ui.look.labels import tool_button
from desktop_app.ui.look.message_page import MessagePage
from desktop_app.ui.look.roomy import RoomyDelegate

# Opening thousands of rows at once hides the other reasons.
OPEN_AT_MOST = 50


class FailuresPage(QWidget):
    """Failed photos by reason, with what can be done about them.

    Signals:
        retry_wanted(object): These paths shall be tried again; all failed photos when empty.
        reveal_wanted(object): The photo at this path shall be shown in the file manager.
        export_wanted(object): The list shall be written as CSV to this path; see `failures_model.write_csv`.
        help_wanted(): The person wants to read what can be done.
        closed(): The person wants back to the photos.
    """

    retry_wanted = Signal(object)
    reveal_wanted = Signal(object)
    export_wanted = Signal(object)
    help_wanted = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._failures: list[FailedPhoto] = []
        self._model = FailuresModel(self)
        self._title = theme.set_title(QLabel("Photos that could not be used"), 1.3)
        self._summary = theme.set_subtle(QLabel())
        self._summary.setWordWrap(True)
        self._tree = self._made_tree()
        self.setFocusProxy(self._tree)
        self._retry = theme.set_primary(QPushButton())
        self._reveal = QPushButton("Show in folder")
        self._copy = QPushButton("Copy list")
        self._save = QPushButton("Save list…")
        self._empty = MessagePage()
        self._empty.show_message(
            "check", "Every photo could be used", "There is nothing to do here.", tone="good"
        )
        self._lay_out()
        self._connect()
        self.show_failures([])

    def show_failures(self, failures: Sequence[FailedPhoto]) -> None:
        """Show a list; what was selected and open stays so."""
        if failures and list(failures) == self._failures:
            return
        chosen = set(self.chosen())
        known = {reason.text for reason in self._model.reasons()}
        closed, scrolled = self._closed_reasons(), self._tree.verticalScrollBar().value()
        self._failures = list(failures)
        self._model.show_failures(failures)
        self._open(known - closed, closed)
        for index in self._model.indexes_of(chosen):
            flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
            self._tree.selectionModel().select(index, flags)
        self._tree.verticalScrollBar().setValue(scrolled)
        self._summary.setText(
            f"{wording.counted(len(failures), 'photo')}, unchanged on your disk. "
            "You still find them by their names. They are tried again when they change; "
            "those that could not be read just then, also by themselves."
        )
        self._pages.setCurrentIndex(0 if failures else 1)
        self._show_choice()

    def chosen(self) -> list[Path]:
        """Return the selected photos, all of a reason where the reason is selected; empty when none is."""
        rows = self._tree.selectionModel().selectedRows(NAME)
        return list(dict.fromkeys(path for index in rows for path in self._model.paths_at(index)))

    def text_of_list(self) -> str:
        """Return the selected photos, or all, as CSV text."""
        chosen = set(self.chosen())
        return csv_of(failure for failure in self._failures if not chosen or failure.path in chosen)

    def _made_tree(self) -> QTreeView:
        tree = QTreeView()
        tree.setModel(self._model)
        tree.setAccessibleName("Photos that could not be used, by reason")
        tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        tree.setItemDelegate(RoomyDelegate(tree))
        tree.setUniformRowHeights(True)
        theme.set_card(tree)
        tree.setAllColumnsShowFocus(True)
        tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header = tree.header()
        header.setVisible(False)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(FOLDER, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(NAME, 320)
        return tree

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE.medium)
        column.addWidget(self._summary)
        column.addWidget(self._tree, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE.small)
        for button in (self._retry, self._reveal):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for button in (self._copy, self._save):
            buttons.addWidget(button)
        column.addLayout(buttons)
        page = QVBoxLayout(self)
        page.setContentsMargins(theme.SPACE.large, theme.SPACE.medium, theme.SPACE.large, theme.SPACE.large)
        page.setSpacing(theme.SPACE.small)
        page.addLayout(self._heading())
        self._pages = QStackedLayout()
        page.addLayout(self._pages, 1)
        self._pages.addWidget(content)
        self._pages.addWidget(self._empty)

    def _heading(self) -> QHBoxLayout:
        row = QHBoxLayout()
        back = QToolButton()
        back.setAccessibleName("Back to the photos")
        back.setToolTip("Back to the photos (Esc)")
        icons.set_icon(back, "previous")
        back.clicked.connect(self.closed)
        row.addWidget(back)
        row.addWidget(self._title)
        row.addStretch(1)
        about = tool_button("help", "What can be done (F1)")
        about.clicked.connect(self.help_wanted)
        row.addWidget(about)
        return row

    def _connect(self) -> None:
        self._retry.clicked.connect(self._try_again)
        self._reveal.clicked.connect(self._show_in_folder)
        self._copy.clicked.connect(self._copy_list)
        self._save.clicked.connect(self._ask_for_file)
        self._tree.selectionModel().selectionChanged.connect(self._show_choice)
        self._tree.customContextMenuRequested.connect(self._show_menu)
        self._tree.doubleClicked.connect(self._open_row)
        # Connected apart: given a slot, PySide's constructor ignores the context, and the keys work in all the window.
        here = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, context=here).activated.connect(self.closed)
        copy = QKeySequence(QKeySequence.StandardKey.Copy)
        QShortcut(copy, self, context=here).activated.connect(self._copy_list)

    def _show_choice(self) -> None:
        """Say on the buttons what they apply to."""
        chosen = len(self.chosen())
        all_of_them = "Try all again" if len(self._failures) != 1 else "Try again"
        self._retry.setText(f"Try {wording.counted(chosen, 'photo')} again" if chosen else all_of_them)
        self._reveal.setEnabled(chosen > 0)
        self._copy.setText("Copy selected" if chosen else "Copy list")

    def _try_again(self) -> None:
        self.retry_wanted.emit(self.chosen())

    def _show_in_folder(self) -> None:
        # A file manager window for each of a thousand photos would be no help: the one with the focus, or the first.
        paths = self._model.paths_at(self._tree.currentIndex()) or self.chosen()
        if paths:
            self.reveal_wanted.emit(paths[0])

    def _open_row(self, index: QModelIndex) -> None:
        if index.parent().isValid():
            self.reveal_wanted.emit(self._model.paths_at(index)[0])

    def _copy_list(self) -> None:
        QGuiApplication.clipboard().setText(self.text_of_list())

    def _ask_for_file(self) -> None:
        dialog = QFileDialog(self, "Save the list of failed photos", "failed photos.csv", "Tables (*.csv)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.export_wanted.emit(Path(name)))
        dialog.open()

    def _show_menu(self, at: QPoint) -> None:
        if not self.chosen():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name, text, run in (
            ("retry", self._retry.text(), self._try_again),
            ("folder", "Show in folder", self._show_in_folder),
            ("copy", "Copy selected", self._copy_list),
        ):
            icons.set_icon(menu.addAction(text, run), name)
        menu.popup(self._tree.viewport().mapToGlobal(at))

    def _closed_reasons(self) -> set[str]:
        return {
            reason.text
            for row, reason in enumerate(self._model.reasons())
            if not self._tree.isExpanded(self._model.index(row, NAME))
        }

    def _open(self, opened: set[str], closed: set[str]) -> None:
        """Open the reasons that were open, and new ones that are not so long that they hide the others."""
        for row, reason in enumerate(self._model.reasons()):
            self._tree.setFirstColumnSpanned(row, self._tree.rootIndex(), True)
            new = reason.text not in closed and len(reason.photos) <= OPEN_AT_MOST
            if reason.text in opened or new:
                self._tree.expand(self._model.index(row, NAME))
