"""What SQLite's error codes mean for a person."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from desktop_app.library.catalog.connecting import connect
from desktop_app.library.errors import CatalogDamagedError, CatalogError, DiskFullError, LibraryError
from desktop_app.own_files import NotOurFileError

# On a disk that is nearly full, SQLite calls some failures (of its shared memory, of a sync) plain I/O errors.
_NEARLY_FULL_BYTES = 2**20

_SENTENCES = {
    sqlite3.SQLITE_READONLY: ("may not be written", "Check the permissions of the file and its folder."),
    sqlite3.SQLITE_PERM: ("may not be opened", "Check the permissions of the file and its folder."),
    sqlite3.SQLITE_AUTH: ("may not be opened", "Check the permissions of the file and its folder."),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", "Check that its folder is there and may be written."),
    sqlite3.SQLITE_BUSY: ("is being used by another program", "Close the other program and try again."),
    sqlite3.SQLITE_LOCKED: ("is being used by another program", "Close the other program and try again."),
    sqlite3.SQLITE_PROTOCOL: ("is being used by another program", "Close the other program and try again."),
    sqlite3.SQLITE_IOERR: ("could not be read or written", "Check the disk it lies on."),
    sqlite3.SQLITE_NOLFS: ("is larger than its disk allows", "Move the library to another disk."),
}

_MOST_LETTERS = 300


def shortened(words: str) -> str:
    """Return words with what somebody else wrote in them, no longer than a person reads."""
    return words if len(words) <= _MOST_LETTERS else f"{words[:_MOST_LETTERS]}…"


def damaged(path: Path, detail: str) -> CatalogDamagedError:
    """Return the error for a file that is not a sound catalogue."""
    return CatalogDamagedError(
        f"The catalogue {path} is damaged ({shortened(detail)}).",
        "Nothing was deleted. “vislumbre doctor --repair” takes over what can be read and keeps the damaged file.",
    )


def not_ours(path: Path, error: NotOurFileError) -> CatalogError:
    """Return the error for a link, or anything else that is no file of ours, where SQLite would write."""
    return CatalogError(
        f"The catalogue {path} cannot be opened: {Path(error.filename).name}: {error.strerror}.",
        "Nothing was changed. Look where this library comes from, and whose it is.",
    )


def disk_full(path: Path) -> DiskFullError:
    """Return the error for a disk without room for the catalogue."""
    return DiskFullError(
        f"The disk that holds the catalogue {path} is full.",
        "Make room; everything saved before is kept, and the work can go on from there.",
    )


@contextmanager
def told_in_words(path: Path) -> Iterator[None]:
    """Turn errors of the world that SQLite reports into errors for a person; bugs pass as they are.

    Raises:
        DiskFullError: The disk is full.
        CatalogDamagedError: The file is not a sound database.
        CatalogError: It cannot be opened, read or written.
    """
    try:
        yield
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        translated = _translated(error, path)
        # In a damaged file, rows that contradict each other and names that are no text fail like mistakes of ours.
        if translated is None and not _is_sound(path):
            translated = damaged(path, str(error))
        if translated is None:
            raise
        raise translated from error


def _translated(error: Exception, path: Path) -> LibraryError | None:
    # The low byte is the kind; the rest refines it. Errors of the Python module itself carry no code.
    kind = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if kind == sqlite3.SQLITE_FULL or (kind == sqlite3.SQLITE_IOERR and _is_nearly_full(path)):
        return disk_full(path)
    if kind in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return damaged(path, str(error))
    if kind == sqlite3.SQLITE_INTERRUPT:
        return damaged(path, "reading it does not end")
    if kind not in _SENTENCES:
        return None
    what, hint = _SENTENCES[kind]
    return CatalogError(f"The catalogue {path} {what}.", hint)


def _is_nearly_full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _NEARLY_FULL_BYTES
    except OSError:
        return False


def _is_sound(path: Path) -> bool:
    try:
        with closing(connect(path)) as connection:
            return bool(connection.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",))
    except (sqlite3.Error, UnicodeDecodeError):
        return False
