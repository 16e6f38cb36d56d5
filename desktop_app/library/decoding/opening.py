"""Opens a photo's file for a decoder, which may open nothing itself.

A share whose server is gone holds whoever opens or closes a file on it for minutes or for ever. So both are done on a
thread which is left behind then: it ends when the system lets go of it.
"""

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from desktop_app.library.media.whole_file import open_photo

_LOOK_S = 0.2
# With more between two looks than this the machine was asleep.
_LONGEST_LOOK_S = 1.0


class NotOpenedError(Exception):
    """The system says nothing of the file, or nobody waits for it any more."""


@contextlib.contextmanager
def opened(path: bytes, silent_s: float, is_in_vain: Callable[[], bool]) -> Iterator[int]:
    """Lend an open file for reading.

    Args:
        path: The file.
        silent_s: So long the system may say nothing.
        is_in_vain: Asked again and again whether nobody wants it any more.

    Yields:
        Its descriptor; whoever needs it for longer has to duplicate it.

    Raises:
        NotOpenedError: It took too long, or is in vain.
        UnreadablePhotoError: It is gone, forbidden, or no file.
    """
    opening = _Opening(Path(os.fsdecode(path)))
    try:
        quiet_s, looked_s = 0.0, time.monotonic()
        while not opening.done.wait(min(_LOOK_S, silent_s)):
            now_s = time.monotonic()
            quiet_s, looked_s = quiet_s + min(now_s - looked_s, _LONGEST_LOOK_S), now_s
            if quiet_s > silent_s or is_in_vain():
                raise NotOpenedError
        yield opening.file()
    finally:
        opening.let_go()


class _Opening:
    """One file being opened, on a thread ``photo-open`` that closes it again.

    Attributes:
        done: Set when it is open, or cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.done = threading.Event()
        self._unwanted = threading.Event()
        self._path = path
        self._file: int | None = None
        self._error: BaseException | None = None
        threading.Thread(target=self._run, name="photo-open", daemon=True).start()

    def file(self) -> int:
        """Return its descriptor, until `let_go`; after `done`."""
        if self._file is None:
            assert self._error is not None
            raise self._error
        return self._file

    def let_go(self) -> None:
        """Have it closed, now or as soon as it is open; is not waited for."""
        self._unwanted.set()

    def _run(self) -> None:
        try:
            self._file = open_photo(self._path)
        except BaseException as error:  # noqa: BLE001 - whoever waits is told
            self._error = error
        self.done.set()
        if self._file is not None:
            self._unwanted.wait()
            os.close(self._file)
