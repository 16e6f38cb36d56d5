"""What a self-test tries: a library from its first picture to its end, and the window on it."""

import os
import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path
from typing import Final, TypeVar

from desktop_app.children import WINDOW_TRIAL, command_of
from desktop_app.cli.output import complain
from desktop_app.cli.session import CANNOT_WORK, Session
from desktop_app.library import (
    ConnectionLog,
    Event,
    LibraryError,
    ModelUnavailable,
    PhotoLibrary,
    RefreshFinished,
    Trouble,
    drawn_example,
)

# Names that say nothing of what the pictures show; the last comes later.
_SHOWN: Final = {
    "1.png": "a brick wall",
    "2.jpg": "piano keys",
    "3.png": "a yellow smiley face",
}
_NEW: Final = "4.jpg"
_NEW_SHOWS: Final = "a rainbow in the sky"
# A hundred times what each step takes on an old computer.
_LONGEST_S: Final = 120.0
_LOOK_S: Final = 0.05
_OFFSCREEN_NOISE: Final = "This plugin does not support propagateSizeHints()"
_MOST_LETTERS: Final = 800
_HINT: Final = "“vislumbre self-test --no-window” tries all the rest."

T = TypeVar("T")


class Trial:
    """One library on trial. Its methods are called in the order in which they stand here; `end` in any case.

    Attributes:
        model: The title of the model that answered; empty before.
    """

    def __init__(self, session: Session, folder: Path) -> None:
        """Name the library and the folder around it; nothing is made yet.

        Args:
            session: Opens the library.
            folder: Where the pictures are put.
        """
        self.model = ""
        self._session = session
        self._photos = folder / "pictures"
        self._opened = ExitStack()
        self._library: PhotoLibrary | None = None
        self._refreshed = threading.Event()
        self._troubles: list[LibraryError] = []

    def draw(self) -> str:
        """Draw the first pictures."""
        self._photos.mkdir()
        for name, caption in _SHOWN.items():
            drawn_example(caption).save(self._photos / name)
        return f"{len(_SHOWN)} drawn"

    def open(self) -> str:
        """Begin the library."""
        library, _ = self._opened.enter_context(self._session.library())
        library.subscribe(self._hear)
        self._library = library
        return "a library of its own"

    def index(self) -> str:
        """Have the pictures read, decoded, embedded and written."""
        report = self._within(self._there.folders.add(self._photos))
        for failed in report.failed:
            raise LibraryError(f"{failed.path.name} could not be used: {failed.reason}.")
        if (report.found, report.embedded) != (len(_SHOWN), len(_SHOWN)):
            raise LibraryError(
                f"Of {len(_SHOWN)} pictures {report.found} were found and {report.embedded} embedded."
            )
        return f"{report.embedded} embedded"

    def look_at_vectors(self) -> str:
        """Have the database of vectors opened."""
        self._within(self._there.models.open_vectors())
        status = self._there.browsing.status()
        if status.indexed != len(_SHOWN):
            raise LibraryError(f"Of {len(_SHOWN)} pictures {status.indexed} are in the library.")
        return f"{status.store}, {status.dimension} dimensions"

    def search(self) -> str:
        """Ask for each picture in words; it has to come first."""
        for name, caption in _SHOWN.items():
            self._comes_first(name, caption)
        return f"{len(_SHOWN)} questions, the right picture first; model: {self.model}"

    def watch(self) -> str:
        """Follow the folder, put another picture in, and ask for it."""
        self._refreshed.clear()
        self._there.folders.watch()
        self._until(self._refreshed.is_set, "The look at the folder did not end.")
        began = time.monotonic()
        drawn_example(_NEW_SHOWS).save(self._photos / _NEW)
        self._until(self._is_new_known, f"{_NEW}, which was put into the folder, was not noticed.")
        noticed_s = time.monotonic() - began
        self._comes_first(_NEW, _NEW_SHOWS)
        return f"a new picture was found after {noticed_s:.1f} s"

    def close(self) -> str:
        """End the library."""
        self._library = None
        self._opened.close()
        self._raise_troubles()
        return "all written"

    def show(self) -> str:
        """Have the window opened on the library, in a process of its own: a fault of Qt ends that one only."""
        # Somebody who names a platform wants just that tried.
        environment = {"QT_QPA_PLATFORM": "offscreen"} | os.environ
        try:
            done = subprocess.run(
                [*command_of(WINDOW_TRIAL), str(self._session.paths.base), _NEW_SHOWS, _NEW],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env=environment,
                timeout=_LONGEST_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            words = " ".join([f"The window did not end within {_LONGEST_S:.0f} s.", *_lines(error.stderr)])
            raise LibraryError(words[:_MOST_LETTERS], _HINT) from error
        said = _lines(done.stderr)
        if done.returncode:
            raise LibraryError(_last_words(said, done.returncode), _HINT)
        # Nobody expects a word.
        for line in said:
            complain(line)
        return f"a search and a photo shown, and closed again ({environment['QT_QPA_PLATFORM']})"

    def look_at_connections(self) -> str:
        """Look whether a connection was opened, or wanted."""
        for one in ConnectionLog(self._session.paths.data).all():
            raise LibraryError(f"A connection to {one.host} was wanted: {one.why}.")
        return "none was opened"

    def end(self) -> None:
        """End the library where something went wrong."""
        self._opened.close()

    @property
    def _there(self) -> PhotoLibrary:
        assert self._library is not None
        return self._library

    def _hear(self, event: Event) -> None:
        if isinstance(event, RefreshFinished):
            self._refreshed.set()
        elif isinstance(event, Trouble | ModelUnavailable):
            self._troubles.append(event.error)

    def _raise_troubles(self) -> None:
        for error in self._troubles:
            raise error

    def _comes_first(self, name: str, caption: str) -> None:
        answer = self._within(self._there.searching.search(caption, len(_SHOWN) + 1))
        self.model = answer.model or ""
        found = [hit.photo.path.name for hit in answer.hits if hit.score is not None]
        if not found:
            raise LibraryError(f"Nothing was found for “{caption}”. {answer.note}".strip())
        if found[0] != name:
            raise LibraryError(f"“{caption}” found {found[0]} first, and it is in {name}.")

    def _is_new_known(self) -> bool:
        return self._there.browsing.status().indexed == len(_SHOWN) + 1

    def _within(self, future: "Future[T]") -> T:
        self._until(future.done, "It did not end.")
        return future.result()

    def _until(self, is_so: Callable[[], bool], otherwise: str) -> None:
        """Wait, so that Ctrl+C is heard, and not for ever."""
        until = time.monotonic() + _LONGEST_S
        while not is_so():
            self._raise_troubles()
            if time.monotonic() > until:
                raise LibraryError(f"{otherwise} It was waited for {_LONGEST_S:.0f} s.")
            time.sleep(_LOOK_S)


def _last_words(said: list[str], code: int) -> str:
    """Return why the window did not come, from what its process said."""
    if not said:
        return f"The window’s process ended with code {code} and said nothing."
    if code == CANNOT_WORK:
        return " ".join(said)[:_MOST_LETTERS]
    return f"The window’s process ended with code {code}: {' '.join(said)}"[:_MOST_LETTERS]


def _lines(said: bytes | None) -> list[str]:
    """Return what the window's process said, but for what is said of every window where there is no screen."""
    lines = [line.strip() for line in (said or b"").decode(errors="replace").split("\n")]
    return [line for line in lines if line and _OFFSCREEN_NOISE not in line]
