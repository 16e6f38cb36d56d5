"""One process at a time has a library open."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from desktop_app import own_files
from desktop_app.library.errors import LibraryError, LibraryInUseError


def lock(data: Path) -> FileLock:
    """Take a library for this process until the lock is released, on any thread, or the process ends.

    Args:
        data: The library's folder.

    Raises:
        LibraryInUseError: Another process has it.
        LibraryError: Its folder may not be written.
    """
    # Opened and closed on different threads, so the lock must not belong to one.
    file = data / "library.lock"
    held = FileLock(file, thread_local=False, mode=0o600)
    try:
        _make(file)
        held.acquire(timeout=0)
    except Timeout as error:
        raise LibraryInUseError(
            f"The library in {data} is open in another window or command.",
            "Use that one, or close it and try again.",
        ) from error
    except OSError as error:
        raise LibraryError(
            f"The library in {data} may not be written ({error.strerror or error}).",
            "Check the permissions of the folder, and whether its disk is read-only.",
        ) from error
    return held


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Take a library for the block; see `lock`."""
    held = lock(data)
    try:
        yield
    finally:
        held.release()


def _make(file: Path) -> None:
    """Make the lock's file, or look at the one that is there: it must be ours, and nobody else's to take."""
    handle = own_files.opened(file, os.O_RDWR | os.O_CREAT, below=file.parent)
    try:
        if sys.platform != "win32":
            # Earlier versions left that to the umask.
            os.fchmod(handle, 0o600)
    finally:
        os.close(handle)
