"""What is shown in the middle of the window: welcome, photos, a message, or, above these, the failed photos."""

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QPushButton, QStackedWidget, QTreeView, QWidget

from desktop_app.ui.background.thumbnail_loader import ThumbnailLoader
from desktop_app.ui.look import icons
from desktop_app.ui.look.late import Late
from desktop_app.ui.look.message_page import MessagePage
from desktop_app.ui.results.page import ResultsPage
from desktop_app.ui.window.welcome_page import WelcomePage

if TYPE_CHECKING:
    from desktop_app.ui.folders.failures_page import FailuresPage


class Page(StrEnum):
    """What can be shown."""

    WELCOME = "welcome"
    PHOTOS = "photos"
    MESSAGE = "message"
    FAILURES = "failures"


class Pages(QStackedWidget):
    """One page at a time. The failures lie above the others: these may change below without disturbing them.

    Attributes:
        welcome: Asks for the first folder.
        photos: The grid.
        message: Says why there are no photos.
        failures: Photos that could not be used; made when they are first looked at.

    Signals:
        turned(Page): Another page is shown now.
    """

    turned = Signal(object)

    def __init__(self, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.welcome = WelcomePage()
        self.photos = ResultsPage(loader)
        self.message = MessagePage()
        self.failures = Late(self._make_failures)
        self._widgets: dict[Page, QWidget] = {
            Page.WELCOME: self.welcome,
            Page.PHOTOS: self.photos,
            Page.MESSAGE: self.message,
        }
        for widget in self._widgets.values():
            self.addWidget(widget)
        self._below = Page.PHOTOS
        self._failures_open = False
        self._shown = Page.PHOTOS
        self.setCurrentWidget(self.photos)
        # What has the focus when a message is all there is: its button.
        if (button := self.message.findChild(QPushButton)) is not None:
            self.message.setFocusProxy(button)

    def shown(self) -> Page:
        """Return which page is shown."""
        return self._shown

    def below(self) -> Page:
        """Return which page is shown, or would be if the failures did not lie above it."""
        return self._below

    def show_page(self, page: Page) -> None:
        """Show a page, or have it ready below the failures while they are open."""
        self._below = page
        self._turn()

    def say(
        self,
        icon: str,
        title: str,
        text: str,
        *,
        action: str = "",
        run: Callable[[], None] | None = None,
        tone: icons.Tone = "subtle",
    ) -> None:
        """Show a message; the arguments are those of `MessagePage.show_message`."""
        self.message.show_message(icon, title, text, action=action, run=run, tone=tone)
        self.show_page(Page.MESSAGE)

    def say_busy(self, icon: str, title: str, text: str) -> None:
        """Show a message with a bar that moves."""
        self.message.show_busy(icon, title, text)
        self.show_page(Page.MESSAGE)

    def open_failures(self) -> None:
        """Lay the failed photos above the present page."""
        self._failures_open = True
        self._turn()
        if (tree := self.failures().findChild(QTreeView)) is not None:
            tree.setFocus()

    def close_failures(self) -> None:
        """Go back to the page below; the focus goes with it, unless it is elsewhere in the window."""
        failures = self.failures.made()
        had_focus = failures is not None and failures.isAncestorOf(QApplication.focusWidget() or self)
        self._failures_open = False
        self._turn()
        if had_focus:
            (self.photos.view if self._shown is Page.PHOTOS else self._widgets[self._shown]).setFocus()

    def _turn(self) -> None:
        page = Page.FAILURES if self._failures_open else self._below
        if page != self._shown:
            self._shown = page
            self.setCurrentWidget(self.failures() if page is Page.FAILURES else self._widgets[page])
            self.turned.emit(page)

    def _make_failures(self) -> "FailuresPage":
        from desktop_app.ui.folders.failures_page import FailuresPage

        page = FailuresPage()
        page.closed.connect(self.close_failures)
        self.addWidget(page)
        return page
