"""One process at a time has a library open."""

from pathlib import Path

from filelock import FileLock, Timeout

from desktop_app.library.errors import LibraryInUseError


def lock(data: Path) -> FileLock:
    """Take a library for this process until the lock is released, on any thread, or the process ends.

    Args:
        data: The library's folder.

    Raises:
        LibraryInUseError: Another process has it.
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
    return held
