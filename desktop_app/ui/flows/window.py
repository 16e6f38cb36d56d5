"""Does what needs no library: keys, menu, focus, and what is dropped or pasted."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence

from desktop_app.ui.system.drops import offered
from desktop_app.ui.window.help_card import KeysCard, show_about
from desktop_app.ui.window.main_window import MainWindow
from desktop_app.ui.window.pages import Page

_ZOOM_STEP_PX: Final = 32


class WindowFlow(QObject):
    """Connects the window's own keys and menu.

    Signals:
        offered(Offered): Folders or a picture may have come by a drop or from the clipboard.
        escaped(): Esc was pressed where nothing else had a use for it.
    """

    offered = Signal(object)
    escaped = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        menus, top = window.menus, window.top
        for action, run in self._actions().items():
            getattr(menus, action).triggered.connect(run)
        top.search.moved_down.connect(self._go_to_photos)
        window.offered.connect(self.offered)
        window.installEventFilter(self)
        self._field = top.search.field
        self._field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hear Esc where nobody else did, and leave a picture on the clipboard to the window."""
        if isinstance(event, QKeyEvent):
            if watched is self._window and event.type() == QEvent.Type.KeyPress:
                return self._escape(event)
            if watched is self._field and event.type() == QEvent.Type.KeyPress:
                # Before the field clears the search: what is selected took longer to choose.
                is_escape = event.key() == Qt.Key.Key_Escape
                return is_escape and self._window.pages.photos.view.give_up_selection()
            if watched is self._field and event.type() == QEvent.Type.ShortcutOverride:
                # The field claims every paste; one that holds no text is of no use to it.
                return event.matches(QKeySequence.StandardKey.Paste) and _clipboard_has_picture()
        return super().eventFilter(watched, event)

    def focus_search(self) -> None:
        """Go to the search field from wherever the person is."""
        if self._window.shows_photo():
            self._window.photo_view.leave()
        self._window.top.search.focus()

    def paste(self) -> None:
        """Take what is on the clipboard, if the window can use it."""
        found = offered(QGuiApplication.clipboard().mimeData())
        if found:
            self.offered.emit(found)

    def _actions(self) -> dict[str, Callable[[], object]]:
        window = self._window
        view = window.pages.photos.view
        return {
            "search": self.focus_search,
            "paste": self.paste,
            "open_menu": window.top.open_menu,
            "panel": lambda: window.show_panel(not window.panel_wanted()),
            "larger": lambda: view.set_cell_px(view.cell_px() + _ZOOM_STEP_PX),
            "smaller": lambda: view.set_cell_px(view.cell_px() - _ZOOM_STEP_PX),
            "full_screen": window.toggle_full_screen,
            "keys": lambda: KeysCard(window).show_in_middle(),
            "about": lambda: show_about(window),
            "quit": window.close,
        }

    def _go_to_photos(self) -> None:
        """Go on from the field to the photos: the one with the frame is selected, so that keys act on it."""
        if self._window.pages.shown() is not Page.PHOTOS:
            return
        view = self._window.pages.photos.view
        view.setFocus(Qt.FocusReason.TabFocusReason)
        if not view.selectionModel().hasSelection():
            # Qt has put the frame on the first one by now.
            current = view.currentIndex()
            view.setCurrentIndex(current if current.isValid() else view.model().index(0, 0))

    def _escape(self, event: QKeyEvent) -> bool:
        if event.key() != Qt.Key.Key_Escape:
            return False
        if self._window.isFullScreen():
            self._window.toggle_full_screen()
        else:
            self.escaped.emit()
        return True


def _clipboard_has_picture() -> bool:
    content = QGuiApplication.clipboard().mimeData()
    if content.hasText() and not content.hasUrls():
        return False
    return bool(offered(content))
