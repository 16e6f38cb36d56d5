"""One process at a time has a library open."""

from pathlib import Path

from filelock import FileLock, Timeout

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
    held = FileLock(data / "library.lock", thread_local=False)
    try:
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
