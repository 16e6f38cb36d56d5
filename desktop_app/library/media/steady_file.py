"""Reads a large file in pieces and proves that it was the same all the while, whatever other programs do to it."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import xxhash

from desktop_app.library.errors import UnreadablePhotoError
from desktop_app.library.media.pictures import reasons
from desktop_app.library.media.whole_file import BEING_WRITTEN, open_photo, unreadable

NOTICE_BYTES = 2**28
"""So often somebody is told of reading; a slow drive takes half a minute for as much."""

# Large enough that asking costs nothing beside reading, and small beside what a decoder needs anyway.
_PIECE_BYTES = 4 * 2**20
# A file that changes at each of so many readings is being written; who knows for how long.
_TRIES = 3


class SteadyFile:
    """A large file, open. Its errors are sentences; a change is noticed when `check` is called, and while it is hashed.

    Attributes:
        name: Without its folder.
        size_bytes: How long it was when it was opened.
    """

    def __init__(self, path: Path, handle: int | None = None) -> None:
        """Open it.

        Args:
            path: Where it is; of one that is open already its name will do.
            handle: Its descriptor, if it is open already; belongs to this object from now on.

        Raises:
            UnreadablePhotoError: It is empty, gone, forbidden, or no file.
        """
        self.name = path.name
        self._trouble: OSError | None = None
        self._file = os.fdopen(open_photo(path) if handle is None else handle, "rb", buffering=0)
        try:
            self.size_bytes = self._take_stamp()
        except UnreadablePhotoError:
            self.close()
            raise

    def __enter__(self) -> "SteadyFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def hash(self, go_on: Callable[[int], None] = lambda _read_bytes: None) -> str:
        """Read it all and return the identity of its bytes, as `identity.hash_of` does.

        Args:
            go_on: Called with how many bytes were read so far, after each `NOTICE_BYTES`.

        Raises:
            UnreadablePhotoError: It cannot be read, or changed all the while.
        """
        for _ in range(_TRIES):
            try:
                digest = self._hashed(go_on)
                if digest is not None:
                    return digest
                self.size_bytes = self._take_stamp()
            except OSError as error:
                raise unreadable(error) from error
        raise UnreadablePhotoError(BEING_WRITTEN, passing=True)

    def check(self) -> None:
        """Make sure that all of it could be read, and is still what it was when it was opened or hashed.

        Raises:
            UnreadablePhotoError: It is not.
        """
        if self._trouble is not None:
            raise unreadable(self._trouble) from self._trouble
        try:
            same = self._stamp == _stamp_of(self._file.fileno())
        except OSError as error:
            raise unreadable(error) from error
        if not same:
            raise UnreadablePhotoError(BEING_WRITTEN, passing=True)

    def read(self, count: int) -> bytes:
        """Return so many bytes from where it stands, fewer at its end.

        Raises:
            OSError: It cannot be read; `check` says so from now on, for decoders take it for the end.
        """
        try:
            return self._file.read(count) or b""
        except OSError as error:
            self._trouble = error
            raise

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Stand elsewhere; return where."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return where it stands."""
        return self._file.tell()

    def close(self) -> None:
        """Let go of it."""
        self._file.close()

    def _take_stamp(self) -> int:
        """Remember what it is now, and return how long that is."""
        handle = self._file.fileno()
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise UnreadablePhotoError("not a file")
        self._stamp = _stamp_of(handle)
        if not self._stamp[0]:
            raise UnreadablePhotoError(reasons.EMPTY)
        return self._stamp[0]

    def _hashed(self, go_on: Callable[[int], None]) -> str | None:
        """Return the hash of all bytes, None as soon as the file has changed."""
        digest = xxhash.xxh3_128()
        self._file.seek(0)
        read_bytes = 0
        while piece := self._file.read(_PIECE_BYTES - read_bytes % _PIECE_BYTES):
            digest.update(piece)
            read_bytes += len(piece)
            # A recording that grows is not followed.
            if read_bytes > self.size_bytes or self._stamp != _stamp_of(self._file.fileno()):
                return None
            if read_bytes % NOTICE_BYTES == 0:
                go_on(read_bytes)
        return digest.hexdigest() if read_bytes == self.size_bytes else None


def _stamp_of(handle: int) -> tuple[int, int]:
    status = os.fstat(handle)
    return status.st_size, status.st_mtime_ns
