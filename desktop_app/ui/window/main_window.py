"""The window: its parts in their places. What they say to each other is the flows' business."""

from PySide6.QtCore import QEvent, QMargins, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragMoveEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QPushButton, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.ui.background.picture_loader import Decode
from desktop_app.ui.background.thumbnail_loader import FindThumbnail, ThumbnailLoader
from desktop_app.ui.folders.index_status import IndexStatus
from desktop_app.ui.folders.panel import FoldersPanel
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.enter_key import press_with_enter
from desktop_app.ui.look.inset import Inset
from desktop_app.ui.models.strip import ModelStrip
from desktop_app.ui.photo.view import PhotoView
from desktop_app.ui.search.saved_panel import SearchesPanel
from desktop_app.ui.settings.fields import Hairline
from desktop_app.ui.system.drops import offered
from desktop_app.ui.window.menus import Menus
from desktop_app.ui.window.notice_place import NoticePlace
from desktop_app.ui.window.notices import NoticeBar
from desktop_app.ui.window.pages import Page, Pages
from desktop_app.ui.window.top_bar import TopBar

START_SIZE_PX = (1280, 820)
LEAST_SIZE_PX = (640, 480)
PANEL_WIDTH_PX = 248
_LEAST_PANEL_PX = 180
_TITLE_BAR_PX = 40


class MainWindow(QMainWindow):
    """One window: a bar, folders at the left, pages in the middle, a status line; or one photo, large.

    Attributes:
        menus: Every action with its keys.
        top: The search field and the tools beside it.
        notices: Messages with an action, above the pages or over one photo.
        model_strip: The offer of a better model.
        folders: The chosen folders.
        searches: Saved and recent searches, above the folders.
        pages: Welcome, photos, message, failures.
        photo_view: One photo, over everything.
        status: What the library is doing.

    Signals:
        painted(): The window was seen for the first time.
        closing(): The person closes it; it is still as it was.
        offered(Offered): Folders or a picture were dropped on it.
    """

    painted = Signal()
    closing = Signal()
    offered = Signal(object)

    def __init__(
        self,
        find_thumbnail: FindThumbnail,
        decode: Decode,
        parent: QWidget | None = None,
    ) -> None:
        """Put everything in its place; nothing is read.

        Args:
            find_thumbnail: See `ThumbnailLoader`; called on its threads.
            decode: See `PhotoView`; called on its threads.
            parent: Owner, as for any widget.
        """
        super().__init__(parent)
        self._was_painted = self._was_bare = False
        self._has_library = True
        self.setWindowTitle("Vislumbre")
        self.setWindowIcon(icons.application_icon())
        self.setAcceptDrops(True)
        self.setMinimumSize(least_size(self.screen().availableSize()))
        self.resize(*START_SIZE_PX)
        self.menus = Menus(self)
        self.top = TopBar(self.menus.menu)
        self.notices = NoticeBar()
        self.model_strip = ModelStrip()
        self.folders = FoldersPanel()
        self.searches = SearchesPanel()
        self.status = IndexStatus()
        self._loader = ThumbnailLoader(find_thumbnail, self)
        self.pages = Pages(self._loader)
        self.photo_view = PhotoView(
            decode,
            self._loader.peek,
            find_thumbnail=find_thumbnail,
            whereabouts=self.pages.photos.model.whereabouts,
        )
        self._panel_wanted = True
        self._screens = QStackedWidget()
        self._screens.addWidget(self._browsing())
        self._screens.addWidget(self.photo_view)
        self.setCentralWidget(self._screens)
        self._dress()
        self.pages.turned.connect(self.fit_page)
        self.top.panel.toggled.connect(self.show_panel)
        self.fit_page(self.pages.shown())

    def _dress(self) -> None:
        self.statusBar().addWidget(self.status, 1)
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().setContentsMargins(0, 0, 0, 0)
        for place in (self, self.photo_view):
            press_with_enter(place)
        self.photo_view.full_screen_wanted.connect(self.toggle_full_screen)

    def show_panel(self, shown: bool) -> None:
        """Show or hide the folders, as the person wishes; on the first page they are always hidden."""
        self._panel_wanted = shown
        self._show_side(shown=shown and not self._is_bare())
        self.top.panel.setChecked(shown)

    def panel_wanted(self) -> bool:
        """Return whether the person wishes to see the folders."""
        return self._panel_wanted

    def splitter(self) -> QSplitter:
        """Return what divides folders and pages."""
        return self._splitter

    def fit_page(self, page: Page) -> None:
        """Show beside a page what belongs to it."""
        first, bare = page is Page.WELCOME, self._is_bare()
        self._show_side(shown=self._panel_wanted and not bare)
        self.top.show_tools(shown=not bare)
        self._line.setVisible(not bare)
        self._offers.setVisible(not bare)
        self._show_status_bar()
        if first and (choose := self.pages.welcome.findChild(QPushButton)) is not None:
            choose.setFocus()
        elif self._was_bare and not bare:
            # Without selecting: what is in it was put there for the person to go on with.
            self.top.search.setFocus()
        self._was_bare = bare

    def show_library(self, *, there: bool) -> None:
        """Say whether there is a library to use; without one, only the page is shown."""
        if there != self._has_library:
            self._has_library = there
            self.fit_page(self.pages.shown())

    def show_photo_view(self, *, shown: bool) -> None:
        """Lay one photo over everything, or go back to the pages."""
        self._screens.setCurrentIndex(1 if shown else 0)
        if not shown:
            self.photo_view.forget_pictures()
        self._notice_place.lay_over(photo=shown)
        self._show_status_bar()
        (self.photo_view if shown else self.pages.photos.view).setFocus()

    def shows_photo(self) -> bool:
        """Return whether one photo lies over everything."""
        return self._screens.currentIndex() == 1

    def toggle_full_screen(self) -> None:
        """Fill the screen, or go back to a window."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def come_to_front(self) -> None:
        """Show the window above others, wherever the person left it."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def forget_thumbnails(self) -> None:
        """Drop the pictures in memory, so that those that could not be made are tried again."""
        self._loader.forget()
        self.pages.photos.view.load_what_is_in_sight()

    def end(self) -> None:
        """End the threads of the window's parts."""
        self._loader.close()
        self.photo_view.close_threads()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.photo_view.set_full_screen(self.isFullScreen())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.source() is None and offered(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.offered.emit(offered(event.mimeData()))

    def _show_status_bar(self) -> None:
        # Nothing to report before the first folder; nothing to distract from one photo.
        self.statusBar().setVisible(not self.shows_photo() and not self._is_bare())

    def _show_side(self, *, shown: bool) -> None:
        self._side.setVisible(shown)
        self.folders.setVisible(shown)

    def _made_side(self) -> QWidget:
        self._side = QWidget()
        column = QVBoxLayout(self._side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.searches)
        column.addWidget(self.folders, 1)
        return self._side

    def _is_bare(self) -> bool:
        """Whether the page stands alone, for there is nothing to search or to list."""
        return not self._has_library or self.pages.shown() is Page.WELCOME

    def _browsing(self) -> QWidget:
        margins = QMargins(theme.SPACE.medium, theme.SPACE.small, theme.SPACE.medium, theme.SPACE.tiny)
        self._offers = Inset(self.model_strip, margins)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._notice_place = NoticePlace(self.notices, column, self.photo_view)
        column.addWidget(self.pages, 1)
        # Below: it comes some seconds after the start, and would push the photos away under the pointer.
        column.addWidget(self._offers)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.addWidget(self._made_side())
        self._splitter.addWidget(right)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._side.setMinimumWidth(_LEAST_PANEL_PX)
        self._splitter.setSizes([PANEL_WIDTH_PX, START_SIZE_PX[0] - PANEL_WIDTH_PX])
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.top)
        self._line = Hairline()
        rows.addWidget(self._line)
        rows.addWidget(self._splitter, 1)
        return page


def least_size(screen: QSize) -> QSize:
    """Return how small a window can be made: one that shows everything twice as large has a small screen."""
    return QSize(*LEAST_SIZE_PX).boundedTo(screen - QSize(0, _TITLE_BAR_PX))
