"""Holds the session's library: opens it in the background, closes it at the end, and says why it cannot be opened."""

import importlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.library import (
    CatalogDamagedError,
    CatalogTooNewError,
    DiskFullError,
    LibraryError,
    LibraryInUseError,
    shown_address,
)
from desktop_app.trust import UnknownLibraryError, named, named_folders
from desktop_app.ui.background.runner import Background
from desktop_app.ui.window.pages import Pages

if TYPE_CHECKING:
    from desktop_app.library import PhotoLibrary

_MOST_FOLDERS = 5


class HeldLibrary(QObject):
    """The one library of the session: opened on a pool thread after `start`, kept until `close`.

    Signals:
        opened(PhotoLibrary): It can be used now.
        failed(LibraryError): It cannot be opened; `start` tries again.
    """

    opened = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        open_library: Callable[[], "PhotoLibrary"],
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        """Remember how; nothing is opened yet.

        Args:
            open_library: Opens it, on a pool thread; raises LibraryError where it cannot.
            background: Runs it.
            parent: Owner, as for any QObject.
        """
        super().__init__(parent)
        self._open_library = open_library
        self._background = background
        self._lock = threading.Lock()
        self._library: PhotoLibrary | None = None
        self._under_way = False

    def start(self) -> None:
        """Begin to open; nothing happens while that is under way or done."""
        if self._under_way or self._library is not None:
            return
        self._under_way = True
        self._background.run(self._open, self.opened.emit, self.failed.emit, ended=self._end)

    def close(self) -> None:
        """Close the library, if it was opened. After the background has ended: none is opened any more."""
        with self._lock:
            library, self._library = self._library, None
        if library is not None:
            library.close()

    def _open(self) -> "PhotoLibrary":
        """Open on a pool thread and keep it: a window closed meanwhile takes no delivery, but must close it."""
        # The window needs it next; whoever imports it first waits a fifth of a second.
        importlib.import_module("desktop_app.ui.app.library_session")
        library = self._open_library()
        with self._lock:
            self._library = library
        return library

    def _end(self) -> None:
        self._under_way = False


def say_why_not(
    pages: Pages,
    error: LibraryError,
    *,
    again: Callable[[], None],
    mend: Callable[[], None],
    trust: Callable[[], None],
    show_folder: Callable[[], None],
) -> None:
    """Say on a page why the library cannot be opened, with the one thing that may help.

    Args:
        pages: Where to say it.
        error: Why.
        again: Tries once more.
        mend: Repairs the library and tries again.
        trust: Opens a library that somebody else made.
        show_folder: Shows the library's files.
    """
    text = f"{error.sentence} {error.hint}".strip()
    match error:
        case UnknownLibraryError():
            title, action, run = "This library was not made here", "Open it", trust
            text = _what_it_names(error)
        case LibraryInUseError():
            title, action, run = "Your library is open elsewhere", "Try again", again
        case CatalogTooNewError():
            title, action, run = "A newer Vislumbre wrote this library", "Show its folder", show_folder
        case CatalogDamagedError():
            title, action, run = "The library’s catalogue is damaged", "Repair it", mend
            text = (
                f"{error.sentence} What can be read is taken over into a new one, and the rest is read again from your "
                "photos. The damaged file is kept."
            )
        case DiskFullError():
            title, action, run = "The disk is full", "Try again", again
        case _:
            title, action, run = "Your library cannot be opened", "Try again", again
    pages.say("warning", title, text, action=action, run=run, tone="warning")


def _what_it_names(error: UnknownLibraryError) -> str:
    """Return, in words, what an unknown library would have Vislumbre do."""
    seen = error.glance
    folders = named_folders(seen, _MOST_FOLDERS)
    said = [f"{error.data} names {seen.photos:,} photos."]
    if folders:
        said.append("It would look for photos in\n" + "\n".join(folders))
    if seen.model:
        said.append(f"It would understand them with the model\n{named(seen.model)}")
    if error.store:
        said.append(
            f"It would keep what it learns of them on the server\n{named(shown_address(error.store))}"
        )
    if seen.problem:
        said.append(f"Its catalogue is not sound: {seen.problem}.")
    said.append("Nothing was changed. Open it only if you trust where it comes from.")
    return "\n\n".join(said)
