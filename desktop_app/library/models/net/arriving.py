"""Lets no two downloads write into one file."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop_app.library.errors import DownloadError

_arriving: set[Path] = set()
_lock = threading.Lock()


@contextmanager
def alone(target: Path, name: str) -> Iterator[None]:
    """Hold a file for as long as it is being fetched; other processes are kept out by the library's lock.

    Args:
        target: The file.
        name: What is fetched, for a person.

    Raises:
        DownloadError: It is being fetched.
    """
    with _lock:
        if target in _arriving:
            raise DownloadError(f"{name} is being downloaded already.", "Wait for that.")
        _arriving.add(target)
    try:
        yield
    finally:
        with _lock:
            _arriving.discard(target)
