"""The catalogue as a whole: eleven tables on one SQLite file."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Self

from desktop_app.library.catalog.changes import FileChanges
from desktop_app.library.catalog.database import Database
from desktop_app.library.catalog.drives import DriveTable
from desktop_app.library.catalog.errors import shortened
from desktop_app.library.catalog.figures import count_anew
from desktop_app.library.catalog.filters import FilterTable
from desktop_app.library.catalog.folders import FolderTable
from desktop_app.library.catalog.kept_order import forget_order
from desktop_app.library.catalog.known_files import KnownFiles
from desktop_app.library.catalog.named_words import WordTable
from desktop_app.library.catalog.notes import NoteTable
from desktop_app.library.catalog.orphans import OrphanTable
from desktop_app.library.catalog.photos import PhotoTable
from desktop_app.library.catalog.plausible import strange_row
from desktop_app.library.catalog.shape import broken_page
from desktop_app.library.catalog.stacks import StackTable
from desktop_app.library.catalog.vectors import VectorTable
from desktop_app.library.catalog.videos import VideoTable
from desktop_app.library.errors import CatalogError

_MOST_PROBLEMS = 20


class Catalog:
    """Everything known of the photos: files, what is in them, their vectors, and what could not be used.

    The photos are the truth and this is derived from them; but it holds hours of embedding, so nothing here is
    ever deleted because it looks wrong, only because its photos are gone for long, or because a person says so. Any thread may call any method of its tables; those that write wait for each
    other. What a method wrote is on disk when it returns. Every method raises `CatalogError` when the file cannot be
    read or written, and those that write `DiskFullError` when there is no room, having written nothing.

    Attributes:
        path: The file.
        folders: The folders that were chosen.
        drives: The drives those are on, and which of them are not connected.
        known: Files as they were last seen, for a listing to be compared with.
        photos: Reading and writing photos.
        words: Photos by the words of their names, tags and captions.
        filters: Photos by date, place, form and so on.
        vectors: Vectors, and the outbox.
        videos: Videos and their moments.
        stacks: Photos that are shown as one.
        notes: Facts that belong to no photo.
        orphans: What is kept of photos that are gone.
    """

    def __init__(self, path: Path) -> None:
        """Open the catalogue, or make one that only its owner may read.

        Raises:
            CatalogTooNewError: A newer Vislumbre wrote it; it was not changed.
            CatalogDamagedError: It is not a sound database; it was not changed.
            CatalogError: It cannot be opened, or belongs to another program.
            DiskFullError: There is no room for it.
        """
        self._database = database = Database(path)
        self.path = database.path
        self.folders = FolderTable(database)
        self.drives = DriveTable(database)
        self.known = KnownFiles(database)
        self.photos = PhotoTable(database)
        self.words = WordTable(database)
        self.filters = FilterTable(database)
        self.vectors = VectorTable(database)
        self.videos = VideoTable(database)
        self.stacks = StackTable(database)
        self.notes = NoteTable(database)
        self.orphans = OrphanTable(database)

    @property
    def changes(self) -> int:
        """How many transactions were written since it was opened; while it stays the same, so does every answer."""
        return self._database.changes

    def changed_since(self, changes: int) -> FileChanges:
        """Return what was written since `changes` had this value; `FileChanges.everything` where that was long ago."""
        return self._database.log.since(changes)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; every later call raises `CatalogError`. May be called twice."""
        if not self._database.is_closed:
            self.filters.keep_order()
        self._database.close()

    def free_bytes(self) -> int:
        """Return how much of the file is free for what comes."""
        return self._database.free_bytes()

    def compact(self, stopped: Callable[[], bool]) -> bool:
        """Give back what is free in the file, unless that is stopped; see `Database.compact`. The writer waits."""
        return self._database.compact(stopped)

    def count_anew(self) -> bool:
        """Count all that is kept counted once more, and return whether any of it was wrong; see `figures.py`."""
        with self._database.writing() as connection:
            forget_order(connection)
            return count_anew(connection)

    def check(self) -> list[str]:
        """Read the whole file and return what is wrong with it, in words; nothing when it is sound."""
        try:
            with self._database.reading() as connection:
                return _problems(connection)
        except CatalogError as error:
            return [error.sentence]


def _problems(connection: sqlite3.Connection) -> list[str]:
    if (broken := broken_page(connection)) is not None:
        return [broken]
    found = [text for (text,) in connection.execute(f"PRAGMA integrity_check({_MOST_PROBLEMS})").fetchall()]
    problems = [] if found == ["ok"] else [str(text) for text in found]
    if (strange := strange_row(connection)) is not None:
        problems.append(shortened(strange))
    broken = connection.execute("SELECT COUNT(*) FROM pragma_foreign_key_check").fetchone()[0]
    if broken:
        problems.append(f"{broken} rows point to a row that is not there")
    nameless = connection.execute(
        "SELECT (SELECT COUNT(*) FROM file WHERE id NOT IN (SELECT rowid FROM name))"
    ).fetchone()[0]
    if nameless:
        problems.append(f"{nameless} photos cannot be found by their name")
    return problems
