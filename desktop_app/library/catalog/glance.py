"""Reads what a library names without opening it: nothing is written, made, brought up to date or looked at."""

import logging
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from desktop_app import own_files
from desktop_app.library.catalog import schema
from desktop_app.library.catalog.beside import look_beside
from desktop_app.library.catalog.columns import path_from_blob
from desktop_app.library.catalog.connecting import connect, within_bounds
from desktop_app.library.catalog.errors import shortened
from desktop_app.library.catalog.notes import CHOSEN_MODEL
from desktop_app.library.catalog.plausible import is_folder_path, strange_name, strange_row
from desktop_app.library.catalog.safety_copy import copy_of
from desktop_app.library.catalog.shape import broken_page, foreign_part
from desktop_app.library.catalog.unwritable import copy_files
from desktop_app.library.errors import LibraryError

log = logging.getLogger(__name__)

# Some 300 for each photo: enough for ten million of them.
_MOST_STEPS = 3_000_000_000
# A few dozens of notes are read in hundreds.
_FEW_STEPS = 1_000_000
# Nothing that is looked at here is longer; a chain of pages that ends where it began has as many bytes as its row says.
_LONGEST_VALUE_BYTES = 2**20
# Of ten million photos. A file with holes may have any size, and the copy of it has none.
_LARGEST_BYTES = 2**34


@dataclass(frozen=True, slots=True)
class Glance:
    """What a library would have Vislumbre do, as its catalogue says.

    Attributes:
        folders: Those that would be scanned.
        photos: How many files it knows.
        model: The model it chose: a name, or a folder anywhere. Empty for none.
        problem: What is wrong with the catalogue, in words; empty when it is sound.
        is_damaged: Whether that can be mended by taking over what can be read.
        is_newer: Whether a newer Vislumbre wrote it, so that nothing of the library may be changed.
    """

    folders: tuple[Path, ...] = ()
    photos: int = 0
    model: str = ""
    problem: str = ""
    is_damaged: bool = False
    is_newer: bool = False


def glance_at(path: Path) -> Glance:
    """Return what the catalogue at a path names; an empty answer with its problem where it cannot be read.

    Where there is none, opening the library takes its safety copy, so that is looked at.

    Any thread; reads every page and row, 1 s for 100,000 photos.
    """
    if not os.path.lexists(path):
        path = copy_of(path)
    if not os.path.lexists(path):
        return Glance()
    unfinished = [path.with_name(path.name + ending) for ending in ("-wal", "-journal")]
    try:
        look_beside(path)
        beside = [file for file in unfinished if os.path.lexists(file)]
        if not any(file.lstat().st_size for file in beside):
            return _seen_in(path)
        # What was saved last is there, and whoever reads that beside the file writes there.
        with tempfile.TemporaryDirectory(prefix="vislumbre-glance-") as folder:
            size_bytes = sum(file.lstat().st_size for file in (path, *beside))
            if size_bytes > min(_LARGEST_BYTES, shutil.disk_usage(folder).free // 2):
                return Glance(problem="it is too large to be looked at")
            copy_files((path, *beside), Path(folder))
            return _seen_in(Path(folder) / path.name, read_only=False)
    except LibraryError as error:
        return Glance(problem=shortened(error.sentence.rstrip(".")))
    except (sqlite3.Error, UnicodeDecodeError, OSError) as error:
        return Glance(problem=shortened(f"it cannot be read: {error}"), is_damaged=True)


def notes_at(path: Path) -> dict[str, str]:
    """Return the notes of the catalogue at a path, as far as they are in the file; nothing where they cannot be read.

    For guesses: what another process writes meanwhile may be missed. Any thread.
    """
    if not own_files.is_there(path, below=path.parent):
        return {}
    try:
        with (
            closing(connect(path, read_only=True)) as connection,
            within_bounds(connection, _FEW_STEPS),
        ):
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE_BYTES)
            rows = connection.execute("SELECT key, value FROM note").fetchall()
    except (sqlite3.Error, UnicodeDecodeError, OSError) as error:
        log.debug("no notes are read of %s: %s", path, error)
        return {}
    return {str(key): str(value) for key, value in rows}


def _seen_in(path: Path, *, read_only: bool = True) -> Glance:
    with (
        closing(connect(path, read_only=read_only)) as connection,
        within_bounds(connection, _MOST_STEPS),
    ):
        return _seen_through(connection)


def _seen_through(connection: sqlite3.Connection) -> Glance:
    if schema.owner_of(connection) not in {None, schema.APPLICATION_ID}:
        return Glance(problem="it belongs to another program")
    if schema.version_of(connection) > len(schema.MIGRATIONS):
        return Glance(problem="a newer Vislumbre wrote it", is_newer=True)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE_BYTES)
    if schema.version_of(connection) == 0:
        return Glance()
    if (strange := foreign_part(connection)) is not None:
        return Glance(problem=shortened(strange), is_damaged=True)
    if (broken := broken_page(connection)) is not None:
        return Glance(problem=shortened(broken), is_damaged=True)
    folders = connection.execute("SELECT path FROM folder ORDER BY path").fetchall()
    (photos,) = connection.execute("SELECT COUNT(*) FROM file").fetchone()
    strange = strange_name(connection) or strange_row(connection)
    model = connection.execute("SELECT value FROM note WHERE key = ?", (CHOSEN_MODEL,)).fetchone()
    return Glance(
        tuple(path_from_blob(path) for (path,) in folders if is_folder_path(path)),
        photos,
        str(model[0]) if model else "",
        shortened(strange or ""),
        is_damaged=strange is not None,
    )
