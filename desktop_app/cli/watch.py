"""The command `watch`: indexes folders and follows their changes until the person ends it."""

import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from types import FrameType

from desktop_app.cli.output import complain, print_error, print_report
from desktop_app.cli.paths import chosen_folder
from desktop_app.cli.progress import ProgressLine
from desktop_app.cli.session import DONE, STOPPING, Session
from desktop_app.library import Event, FolderMissingError, IndexReport, PhotoLibrary, RefreshFinished

# On Windows Ctrl+Break too.
_ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name))


class _End:
    """How the person ended it.

    Attributes:
        said: Set once they did.
    """

    def __init__(self) -> None:
        self.said = threading.Event()
        self._is_stopped = False

    def take(self, number: int, _frame: FrameType | None) -> None:
        """Take a signal."""
        self._is_stopped |= number != signal.SIGTERM
        self.said.set()

    def refuse_half(self, line: ProgressLine) -> None:
        """End as a stopped command does, if a person stopped this one.

        Raises:
            KeyboardInterrupt: They did. A system that ends a service with SIGTERM is none.
        """
        if self._is_stopped:
            line.say(STOPPING)
            raise KeyboardInterrupt


def watch(session: Session) -> int:
    """Index folders, then follow changes until Ctrl+C, which is how it ends; one before that stops it as any command."""
    folders = [chosen_folder(folder) for folder in session.arguments.folders]
    end = _End()
    with session.library() as (library, line):
        library.subscribe(partial(_hear, session, line, end.said))
        with _heard(end):
            works = [library.folders.add(folder) for folder in folders]
            for work in works:
                work.add_done_callback(partial(_say_refused, session))
            _until_done(works, end.said)
            if end.said.is_set():
                end.refuse_half(line)
            else:
                _follow(library, line, end.said)
    return DONE


def _follow(library: PhotoLibrary, line: ProgressLine, ended: threading.Event) -> None:
    # Only then, for it begins with a look at all that is chosen: so what changed meanwhile is seen too.
    library.folders.watch()
    line.end()
    complain("Following changes until Ctrl+C.")
    # In slices, because on Windows a wait without an end does not hear Ctrl+C.
    while not ended.wait(0.5):
        continue


@contextmanager
def _heard(end: _End) -> Iterator[None]:
    """Have signals heard by it, inside the context."""
    before = {number: signal.signal(number, end.take) for number in _ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _hear(session: Session, line: ProgressLine, ended: threading.Event, event: Event) -> None:
    """Print what a look brought; nothing of one that the end cut off before it changed anything."""
    if isinstance(event, RefreshFinished) and not (ended.is_set() and _did_nothing(event.report)):
        line.end()
        print_report(event.report, as_json=session.as_json)


def _did_nothing(report: IndexReport) -> bool:
    return not (report.indexed or report.moved or report.removed)


def _until_done(works: "Sequence[Future[IndexReport]]", ended: threading.Event) -> None:
    """Wait for all of these, or for the person's end."""
    while not all(work.done() for work in works) and not ended.wait(0.1):
        continue


def _say_refused(session: Session, work: "Future[IndexReport]") -> None:
    """Say of a folder that it is not there any more; all else that may go wrong is told as an event."""
    if not work.cancelled() and isinstance(error := work.exception(), FolderMissingError):
        print_error(error, as_json=session.as_json)
