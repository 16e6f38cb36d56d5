"""One window and its library, from the first paint to the end: makes the flows and closes them in reverse order."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QImage

from desktop_app.library import LibraryError, LibraryStatus, Photo
from desktop_app.logs import Bug
from desktop_app.paths import resources
from desktop_app.settings import Settings, Value
from desktop_app.trust import UnknownLibraryError
from desktop_app.ui.app.held_library import HeldLibrary, say_why_not
from desktop_app.ui.background.runner import Background
from desktop_app.ui.flows.files import reveal_file
from desktop_app.ui.flows.help import HelpFlow
from desktop_app.ui.flows.settings import SettingsFlow
from desktop_app.ui.flows.window import WindowFlow
from desktop_app.ui.system.drops import Dropped, Offered, dropped
from desktop_app.ui.system.machine import Machine
from desktop_app.ui.window import window_state
from desktop_app.ui.window.main_window import MainWindow
from desktop_app.ui.window.pages import Page

if TYPE_CHECKING:
    from desktop_app.library import PhotoLibrary, Repaired
    from desktop_app.ui.app.library_session import LibrarySession

# Opening takes a tenth of a second; words about it would only flicker.
_PATIENCE_MS: Final = 400
_HAD_FOLDERS: Final = "had folders"
_YES: Final = "yes"
_NO: Final = "no"


class Session(QObject):
    """Shows the window at once and opens the library as soon as that is painted.

    Attributes:
        window: The window.
        library: What can be done once the library is open; None until then.
        help: The window of help.

    Signals:
        library_opened(): `library` is there now.
    """

    library_opened = Signal()
    _bug_heard = Signal(object)

    def __init__(
        self,
        settings: Settings,
        open_library: Callable[[], "PhotoLibrary"],
        *,
        data: Path,
        cache: Path,
        log: Path,
        machine: Machine | None = None,
        trust: Callable[[], None] = lambda: None,
    ) -> None:
        """Make the window; nothing is shown or opened yet.

        Args:
            settings: The person's choices.
            open_library: Opens the library, on a pool thread; raises LibraryError where it cannot.
            data: The library's folder, to be shown when it cannot be opened.
            cache: Where a pasted picture is kept while it is searched with.
            log: The folder of the log files.
            machine: Says when indexing should wait; None for one that knows nothing, so that it never does.
            trust: Notes, on a pool thread, that the library may be opened although somebody else made it.
        """
        super().__init__()
        self._settings = settings
        self._data = data
        self._cache = cache
        self._trust = trust
        self._machine = machine or Machine()
        self._waiting: list[Dropped] = []
        self._opened: list[tuple[str, Sequence[Path]]] = []
        self._handed_over: list[Path] = []
        self.library: LibrarySession | None = None
        self._background = Background()
        self._held_library = HeldLibrary(open_library, self._background)
        self.window = MainWindow(self._find_thumbnail, self._read_whole)
        self._window_flow = WindowFlow(self.window)
        self._settings_flow = SettingsFlow(settings, self.window, log)
        self.help = HelpFlow(resources() / "help", self.window)
        self._late = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._late.timeout.connect(self._say_opening)
        self._stop_observing = settings.observe(self._apply)
        self._connect()
        window_state.restore(self.window, settings)
        if not self._may_have_folders():
            self.window.pages.show_page(Page.WELCOME)
        for sentence in settings.problems:
            self.window.notices.show_notice(sentence, kind="warning", key=sentence)

    def show(self) -> None:
        """Show the window; the rest follows by itself."""
        self.window.show()
        if self.window.pages.shown() is not Page.WELCOME:
            self.window.top.search.setFocus()

    def take(self, query: str, folders: Sequence[Path]) -> None:
        """Do what a start of the program asked for: open folders, search for words."""
        if folders and self.library is not None:
            self.library.opened.open(query, folders)
        elif folders:
            self._opened.append((query, folders))
        elif query:
            self.window.top.search.set_text(query)
            if self.library is not None:
                self.library.search.ask_words(query)

    def go_to_search(self) -> None:
        """Go to the search field, with its text marked."""
        self._window_flow.focus_search()

    def open_path(self, path: Path) -> None:
        """Open what the running program was handed, and come to the front; several come one by one, and open together."""
        if not self._handed_over:
            QTimer.singleShot(0, self, self._open_handed_over)
        self._handed_over.append(path)

    def _open_handed_over(self) -> None:
        paths, self._handed_over = self._handed_over, []
        self.take("", paths)
        self.window.come_to_front()

    def open_library(self) -> None:
        """Begin to open the library; nothing happens while that is under way or done."""
        self._late.start()
        self._held_library.start()

    def hear_bug(self, bug: Bug) -> None:
        """Say quietly that something went wrong. Any thread."""
        self._bug_heard.emit(bug)

    def tell_of_crash(self, report: Path) -> None:
        """Say that the last run ended badly, and offer what it left."""
        self.window.notices.show_notice(
            "Vislumbre closed unexpectedly last time. Your photos and what was indexed are safe.",
            kind="warning",
            action="Show the report",
            run=partial(self._reveal, report),
            key="crash",
        )

    def close(self) -> None:
        """End everything, in reverse order of making; takes until the library has written what it holds."""
        self.window.hide()
        self._late.stop()
        self._stop_observing()
        if self.library is not None:
            self.library.close()
        self._settings_flow.close()
        self.help.close()
        self.window.end()
        self._background.close()
        self._held_library.close()

    def _connect(self) -> None:
        window = self.window
        window.painted.connect(self.open_library)
        window.closing.connect(self._remember)
        self._held_library.opened.connect(self._begin)
        self._held_library.failed.connect(self._say_why_not)
        self._window_flow.offered.connect(self._look_at)
        window.pages.welcome.folder_chosen.connect(self._keep_for_later)
        window.pages.welcome.offered.connect(self._keep_offered)
        self._bug_heard.connect(self._tell_of_bug)
        self._settings_flow.help_wanted.connect(self.help.open_for_settings)

    def _begin(self, library: "PhotoLibrary") -> None:
        # Not before there is a library: a window without one is painted sooner.
        from desktop_app.ui.app.library_session import LibrarySession

        self._late.stop()
        self.window.show_library(there=True)
        self.library = LibrarySession(
            library, self._background, self.window, self._settings_flow, self._cache, machine=self._machine
        )
        self._window_flow.escaped.connect(self.library.escape)
        self.library.query.more_wanted.connect(self.help.open_for_query)
        self._background.run(library.browsing.status, self._start, self._say_why_not)

    def _start(self, status: LibraryStatus) -> None:
        if self.library is None:
            return
        self.library.start(status)
        for what in self._waiting:
            self.library.receive(what)
        self._waiting.clear()
        for query, paths in self._opened:
            self.library.opened.open(query, paths)
        self._opened.clear()
        self.library_opened.emit()

    def _receive(self, what: Dropped) -> None:
        if self.library is not None:
            self.library.receive(what)
        else:
            self._waiting.append(what)

    def _look_at(self, what: Offered) -> None:
        self._background.run(partial(dropped, what), self._receive, may_hang=True)

    def _keep_offered(self, what: Offered) -> None:
        if self.library is None:
            self._look_at(what)

    def _keep_for_later(self, folder: Path) -> None:
        if self.library is None:
            self._waiting.append(Dropped((folder,)))

    def _find_thumbnail(self, photo: Photo, at_s: float | None) -> Path | None:
        """Find the small copy of a photo or of a video's moment, on a thread of the thumbnail loader."""
        return self.library.thumbnail(photo, at_s) if self.library is not None else None

    def _read_whole(self, path: Path, at_s: float | None) -> QImage:
        """Read a whole photo, or a moment of a video, on a thread of the picture loader."""
        return self.library.whole_picture(path, at_s) if self.library is not None else QImage()

    def _apply(self, name: str, value: Value) -> None:
        if name == "watch" and self.library is not None:
            self.library.watch(on=bool(value))

    def _remember(self) -> None:
        folders = self.library is not None and self.library.has_folders()
        if self.library is not None:
            self._settings.remember_state(_HAD_FOLDERS, _YES if folders else _NO)
        window_state.remember(self.window, self._settings)

    def _may_have_folders(self) -> bool:
        """Return whether photos are likely to be shown soon, so that the first page would only flash."""
        had = self._settings.state(_HAD_FOLDERS)
        # Nobody wrote it down where the last window ended badly, or where the command line chose the folders.
        return had == _YES or (had != _NO and (self._data / "catalog.db").exists())

    def _say_opening(self) -> None:
        if self.window.pages.shown() is Page.PHOTOS:
            self.window.pages.say_busy("image", "Opening your library", "")

    def _say_why_not(self, error: LibraryError) -> None:
        self._late.stop()
        self.window.show_library(there=False)
        say_why_not(
            self.window.pages,
            error,
            again=self.open_library,
            mend=self._mend,
            trust=self._open_trusted,
            show_folder=self._show_data,
        )
        # A key pressed at that moment must not open what somebody else made.
        if isinstance(error, UnknownLibraryError):
            self.window.setFocus()
        else:
            self.window.pages.message.setFocus()

    def _mend(self) -> None:
        """Repair the library, which is not open, and open it."""
        self.window.pages.say_busy("image", "Repairing your library", "")
        self._background.run(self._repaired, self._go_on_mended, self._say_why_not)

    def _repaired(self) -> "list[Repaired]":
        from desktop_app.library import repair_library

        return repair_library(self._data, self._cache)

    def _open_trusted(self) -> None:
        """Open a library that somebody else made, now and from now on."""
        self._background.run(self._trust, lambda _: self.open_library(), self._say_why_not)

    def _go_on_mended(self, done: "list[Repaired]") -> None:
        for repaired in done:
            if repaired.changed:
                self.window.notices.show_notice(
                    f"Repaired, {repaired.name}: {repaired.detail}.",
                    kind="info",
                    key=f"repaired {repaired.name}",
                )
        self.open_library()

    def _show_data(self) -> None:
        self._reveal(self._data / "catalog.db")

    def _reveal(self, path: Path) -> None:
        reveal_file(self._background, path, lambda: None)

    def _tell_of_bug(self, bug: Bug) -> None:
        self.window.notices.show_notice(
            "Something went wrong. You can go on; if it happens again, the details help to mend it.",
            kind="warning",
            action="Copy details",
            run=lambda: QGuiApplication.clipboard().setText(bug.details),
            key="bug",
        )
