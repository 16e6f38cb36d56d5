"""Opens help at the page that fits where the person is."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from desktop_app.ui.window.main_window import MainWindow
from desktop_app.ui.window.pages import Page

if TYPE_CHECKING:
    from desktop_app.ui.help.window import HelpWindow

# By the titles of the pages of the settings window, which is not imported before it is asked for either.
_OF_SETTINGS: Final = {
    "Models": ("models", ""),
    "Leave out": ("folders", "leaving-things-out"),
    "Space": ("files", "space"),
    "Privacy": ("privacy", ""),
    "Connections": ("privacy", "what-uses-the-network"),
    "Appearance": ("settings", "appearance"),
    "Indexing": ("settings", "indexing"),
    "Advanced": ("settings", "advanced"),
}
_FAILURES: Final = ("troubleshooting", "photos")
_LANGUAGE: Final = ("search-language", "")
_INDEX: Final = ("index", "")


class HelpFlow(QObject):
    """Makes the window of help when it is first wanted, and turns it to the right page."""

    def __init__(self, folder: Path, window: MainWindow) -> None:
        """Hear the menu and the places that offer help.

        Args:
            folder: Where the pages of help are.
            window: The window whose help it is.
        """
        super().__init__(window)
        self._folder = folder
        self._window = window
        self._made: HelpWindow | None = None
        window.menus.help.triggered.connect(self.open_here)
        window.pages.failures.when_made(
            lambda failures: failures.help_wanted.connect(partial(self.open, *_FAILURES))
        )

    def open_here(self) -> None:
        """Open help for what the person looks at."""
        self.open(*self._topic_here())

    def open(self, topic: str, anchor: str = "") -> None:
        """Open help at a page."""
        window = self.window()
        window.look_for("")
        window.show_topic(topic, anchor)
        window.show()
        window.raise_()
        window.activateWindow()
        window.page.setFocus()

    def window(self) -> "HelpWindow":
        """Return the window of help, made when it is first wanted."""
        if self._made is None:
            # Not before it is asked for: the window is painted without it.
            from desktop_app.help_pages import HelpPages
            from desktop_app.ui.help.window import HelpWindow

            self._made = HelpWindow(HelpPages(self._folder), self._window)
            self._made.outside_wanted.connect(self._open_outside)
        return self._made

    def open_for_settings(self, title: str) -> None:
        """Open help on a page of the settings window."""
        self.open(*_OF_SETTINGS[title])

    def open_for_query(self) -> None:
        """Open help on what can be typed into the search field."""
        self.open(*_LANGUAGE)

    def close(self) -> None:
        """Close the window of help."""
        if self._made is not None:
            self._made.close()

    def _open_outside(self, url: QUrl) -> None:
        QDesktopServices.openUrl(url)

    def _topic_here(self) -> tuple[str, str]:
        window = self._window
        focused = QApplication.focusWidget()
        if window.shows_photo():
            return "keys", "photos"
        if window.pages.shown() is Page.FAILURES:
            return _FAILURES
        if focused is not None and focused is window.top.search.field:
            return _LANGUAGE
        return _INDEX
