"""Reads a photo file's bytes as they were at one moment, whatever other programs do to it meanwhile."""

import errno
import os
import stat
import time
from pathlib import Path

from desktop_app.library.errors import UnreadablePhotoError
from desktop_app.library.media.limits import file_limit
from desktop_app.library.media.pictures import reasons

# A file that changes at each of so many looks is being written; who knows for how long.
_TRIES = 3
# The largest piece that every system gives at once.
_PIECE_BYTES = 2**30
# A copy writes to its file all the time; one over a slow network seldom rests longer.
_QUIET_S = 5.0

BEING_WRITTEN = "the file is being written; it is read again once it has changed"
"""What is said of a file that changed all the while it was read."""

GONE = "the file is gone"
"""What is said of a file that is not there."""

_SYSTEM_WORDS = {
    errno.ENOENT: GONE,
    errno.ENOTDIR: GONE,
    errno.EACCES: "there is no permission to read the file",
    errno.EPERM: "there is no permission to read the file",
    errno.EISDIR: "not a file",
    errno.EIO: "the disk could not read the file",
    errno.EAGAIN: "another program holds the file",
    errno.EBUSY: "another program holds the file",
    errno.ESTALE: "the drive did not answer",
    errno.ETIMEDOUT: "the drive did not answer",
}


# winerror.h. Python knows these as a lack of rights, or as a file that is gone.
_WORDS_OF_WINDOWS = {
    21: "there is no card or disk in the drive",
    32: _SYSTEM_WORDS[errno.EBUSY],
    33: _SYSTEM_WORDS[errno.EBUSY],
    53: "the drive did not answer",
    64: "the drive did not answer",
    67: "the drive did not answer",
}
_TOO_LONG_OR_GONE = frozenset({2, 3, 206})
# MAX_PATH, the closing zero included.
_MOST_LETTERS = 260

TOO_LONG = "its path is longer than Windows lets programs read; long paths are switched on in the settings of Windows"


def read_bytes(path: Path) -> bytes:
    """Return a photo file's content: all of it as it was at one moment, never half of one version and half of another.

    Raises:
        UnreadablePhotoError: The file is empty, gone, forbidden, no file, larger than memory allows, or changed all
            the while it was read.
    """
    handle = open_photo(path)
    try:
        return read_opened(handle)
    finally:
        os.close(handle)


def open_photo(path: Path) -> int:
    """Open a photo's file for reading, and return its descriptor, which belongs to the caller.

    Raises:
        UnreadablePhotoError: It is gone, forbidden, or no file.
    """
    try:
        # Before it is opened: on Windows a folder would count as forbidden, and a device may begin to do something.
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadablePhotoError("not a file")
        # Not waiting: another file may have come in its place, and a named pipe lasts until somebody writes.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        handle = os.open(path, flags)
        try:
            is_file = stat.S_ISREG(os.fstat(handle).st_mode)
        except OSError:
            os.close(handle)
            raise
    except OSError as error:
        raise unreadable(error) from error
    if not is_file:
        os.close(handle)
        raise UnreadablePhotoError("not a file")
    return handle


def read_opened(handle: int) -> bytes:
    """Return the content of a file that is open, as `read_bytes` does.

    Raises:
        UnreadablePhotoError: As `read_bytes`.
    """
    try:
        content = _settled(handle)
    except OSError as error:
        raise unreadable(error) from error
    except MemoryError as error:
        raise UnreadablePhotoError(reasons.NO_MEMORY, passing=True) from error
    if not content:
        raise UnreadablePhotoError(reasons.EMPTY)
    return content


def wait_until_written(file: Path | int, size_bytes: int) -> None:
    """Return when a file has not changed for some seconds; at once for one that was written long ago.

    For a file whose end is missing: a copy that goes on brings it.

    Args:
        file: The file, or its descriptor.
        size_bytes: How long it was when it was read.

    Raises:
        UnreadablePhotoError: It is not what it was when it was read, or is gone.
    """
    try:
        before, now = os.stat(file), time.time()  # noqa: PTH116 - takes descriptors too
        # A date in the future says nothing; that of its entry cannot be set.
        changed = before.st_mtime if before.st_mtime <= now else before.st_ctime
        time.sleep(min(_QUIET_S, max(0.0, _QUIET_S - (now - changed))))
        after = os.stat(file)  # noqa: PTH116
    except OSError as error:
        raise unreadable(error) from error
    # A file that is open stays, also when another has taken its place.
    stamps = {(one.st_size, one.st_mtime_ns, one.st_nlink > 0) for one in (before, after)}
    if len(stamps) > 1 or after.st_size != size_bytes:
        raise UnreadablePhotoError(BEING_WRITTEN, passing=True)


def unreadable(error: OSError) -> UnreadablePhotoError:
    """Return what to raise where the system did not let a file be read: it may do so another time."""
    return UnreadablePhotoError(words_of(error), passing=True)


def words_of(error: OSError) -> str:
    """Return for a person why the system did not let a file be read, in words that fit after its name."""
    number = getattr(error, "winerror", None)
    if number in _TOO_LONG_OR_GONE and len(str(error.filename)) >= _MOST_LETTERS:
        return TOO_LONG
    if number in _WORDS_OF_WINDOWS:
        return _WORDS_OF_WINDOWS[number]
    return _SYSTEM_WORDS.get(error.errno or 0, f"the system says: {error.strerror or error}")


def _settled(handle: int) -> bytes:
    for _ in range(_TRIES):
        content = _read_once(handle)
        if content is not None:
            return content
    raise UnreadablePhotoError(BEING_WRITTEN, passing=True)


def _read_once(handle: int) -> bytes | None:
    """Return the content, None when the file changed meanwhile."""
    before = os.fstat(handle)
    if not stat.S_ISREG(before.st_mode):
        raise UnreadablePhotoError("not a file")
    if before.st_size > file_limit():
        raise UnreadablePhotoError("the file is too large for this computer's memory")
    os.lseek(handle, 0, os.SEEK_SET)
    content = _read(handle, before.st_size)
    after = os.fstat(handle)
    stamp = (before.st_size, before.st_mtime_ns)
    return content if stamp == (after.st_size, after.st_mtime_ns) and len(content) == after.st_size else None


def _read(handle: int, size_bytes: int) -> bytes:
    """Read so many bytes, fewer where the file ends before; one that grows for ever is not followed."""
    content = os.read(handle, min(size_bytes, _PIECE_BYTES))
    if len(content) == size_bytes:
        return content
    # Network drives and very large files come in pieces.
    pieces = [content]
    left = size_bytes - len(content)
    while left and pieces[-1]:
        pieces.append(os.read(handle, min(left, _PIECE_BYTES)))
        left -= len(pieces[-1])
    return b"".join(pieces)
