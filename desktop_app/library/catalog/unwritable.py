"""A catalogue in a folder that takes nothing is read from a copy elsewhere: SQLite makes files beside the one it reads."""

import errno
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from desktop_app import own_files
from desktop_app.library.catalog.beside import look_beside
from desktop_app.library.errors import DiskFullError, LibraryError

logger = logging.getLogger(__name__)

DISK_FULL = "its disk is full"
"""What `why_not_written` says where nothing but room is missing."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_REFUSED = frozenset({errno.EACCES, errno.EPERM})
# What a copy grows by while it is open.
_SPARE_BYTES = 64 * 2**20
# In memory, where a system has such a folder: what is on a disk may be on the very one that is full.
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 — mkdtemp makes it 0700


def why_not_written(error: BaseException) -> str:
    """Return in words why a library's folder takes nothing, as an error has it; empty where it is about something else."""
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, own_files.NotOurFileError):
        number = seen.errno if isinstance(seen, OSError) else None
        if isinstance(seen, DiskFullError) or number in _FULL:
            return DISK_FULL
        if number == errno.EROFS:
            return "its disk is read-only"
        if number in _REFUSED:
            return "its permissions forbid that"
        seen = seen.__cause__
    return ""


@contextmanager
def reading_copy(path: Path) -> Iterator[Path]:
    """Lend a folder with a copy of a catalogue; it is removed with the block.

    Args:
        path: The catalogue's file. Nothing is written beside it.

    Raises:
        DiskFullError: No folder for temporary files has room for it.
        LibraryError: It cannot be read, or was being written meanwhile.
    """
    folder = None
    try:
        look_beside(path)
        files = [path, *(file for file in _unfinished(path) if os.path.lexists(file))]
        before = _stamps(files)
        folder = _scratch(sum(size_bytes for size_bytes, _ in before))
        copy_files(files, folder)
        if _stamps(files) != before:
            raise LibraryError(f"The catalogue {path} is being written by another program.", "Try again.")
        yield folder
    except OSError as error:
        raise LibraryError(
            f"The catalogue {path} cannot be read: {error.strerror or error}.",
            "Check the permissions of the file and its folder.",
        ) from error
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def copy_files(files: Sequence[Path], folder: Path) -> None:
    """Copy files of ours into a folder that nobody else can enter.

    Raises:
        OSError: One cannot be read, or there is no room.
    """
    for file in files:
        with (
            os.fdopen(own_files.opened(file, below=file.parent), "rb") as reading,
            (folder / file.name).open("wb") as writing,
        ):
            shutil.copyfileobj(reading, writing)


def _unfinished(path: Path) -> list[Path]:
    """Return the files that may hold what was saved last."""
    return [path.with_name(path.name + ending) for ending in ("-wal", "-journal")]


def _stamps(files: Sequence[Path]) -> list[tuple[int, int]]:
    return [(status.st_size, status.st_mtime_ns) for status in (file.lstat() for file in files)]


def _scratch(size_bytes: int) -> Path:
    """Make a folder of this user's alone that has room for a copy, and for as much again."""
    needed = 2 * size_bytes + _SPARE_BYTES
    for place in _places():
        with suppress(OSError):
            is_safe = sys.platform == "win32" or own_files.is_safe_for_scratch(place)
            if is_safe and shutil.disk_usage(place).free >= needed:
                return Path(tempfile.mkdtemp(prefix="vislumbre-reading-", dir=place))
    looked = ", ".join(map(str, _places())) or "any folder for temporary files"
    raise DiskFullError(
        f"For a copy that could be searched, {needed / 1e6:,.0f} MB are needed in {looked}.",
        "Name a folder with room in TMPDIR.",
    )


def _places() -> list[Path]:
    places = [_IN_MEMORY] if _IN_MEMORY.is_dir() else []
    # Where no other folder can be written, Python takes the one that the command was started in.
    with suppress(FileNotFoundError):
        usual = Path(tempfile.gettempdir())
        if usual != Path.cwd():
            places.insert(0, usual)
    return places
