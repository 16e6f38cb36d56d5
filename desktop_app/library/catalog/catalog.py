"""The catalogue as a whole: one object on one file."""

import sqlite3
from pathlib import Path
from typing import Self

from desktop_app.library.catalog.columns import clean_text
from desktop_app.library.catalog.database import Connections
from desktop_app.library.catalog.drives import DrivePart, InnerDrivePart
from desktop_app.library.catalog.facets import FacetPart
from desktop_app.library.catalog.folders import FolderPart
from desktop_app.library.catalog.known_files import ComparingPart, LeavingPart
from desktop_app.library.catalog.named_words import NamingPart
from desktop_app.library.catalog.photos import ContentPart, ReadingPart
from desktop_app.library.catalog.saving import WritingPart
from desktop_app.library.catalog.stacks import StackPart
from desktop_app.library.catalog.vectors import OutboxPart, VectorPart
from desktop_app.library.catalog.videos import FramePart
from desktop_app.library.errors import CatalogError

_MOST_PROBLEMS = 20


class Catalog(
    FolderPart,
    DrivePart,
    ComparingPart,
    WritingPart,
    ReadingPart,
    NamingPart,
    FacetPart,
    ContentPart,
    LeavingPart,
    OutboxPart,
    VectorPart,
    StackPart,
    FramePart,
    InnerDrivePart,
):
    """Everything known of the photos: files, what is in them, their vectors, and what could not be used.

    The photos are the truth and this is derived from them; but it holds hours of embedding, so nothing here is
    ever deleted because it looks wrong. Any thread may call any method; those that write wait for each other.
    What a method wrote is on disk when it returns. Every method raises `CatalogError` when the file cannot be
    read or written, and those that write `DiskFullError` when there is no room, having written nothing.

    Attributes:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        """Open the catalogue, or make one that only its owner may read.

        Raises:
            CatalogTooNewError: A newer Vislumbre wrote it; it was not changed.
            CatalogDamagedError: It is not a sound database; it was not changed.
            CatalogError: It cannot be opened, or belongs to another program.
            DiskFullError: There is no room for it.
        """
        super().__init__(Connections(path))
        self.path = self._connections.path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; every later call raises `CatalogError`. May be called twice."""
        self._connections.close()

    def note(self, key: str) -> str | None:
        """Return what was noted under a key."""
        with self._connections.reading() as connection:
            row = connection.execute("SELECT value FROM note WHERE key = ?", (clean_text(key),)).fetchone()
        return str(row[0]) if row else None

    def set_note(self, key: str, value: str | None) -> None:
        """Note something under a key; None takes the note away."""
        with self._connections.writing() as connection:
            connection.execute("DELETE FROM note WHERE key = ?", (clean_text(key),))
            if value is not None:
                connection.execute("INSERT INTO note VALUES (?, ?)", (clean_text(key), clean_text(value)))

    def check(self) -> list[str]:
        """Read the whole file and return what is wrong with it, in words; nothing when it is sound."""
        try:
            with self._connections.reading() as connection:
                return _problems(connection)
        except CatalogError as error:
            return [error.sentence]


def _problems(connection: sqlite3.Connection) -> list[str]:
    found = [text for (text,) in connection.execute(f"PRAGMA integrity_check({_MOST_PROBLEMS})").fetchall()]
    problems = [] if found == ["ok"] else [str(text) for text in found]
    broken = connection.execute("SELECT COUNT(*) FROM pragma_foreign_key_check").fetchone()[0]
    if broken:
        problems.append(f"{broken} rows point to a row that is not there")
    nameless = connection.execute(
        "SELECT (SELECT COUNT(*) FROM file WHERE id NOT IN (SELECT rowid FROM name))"
    ).fetchone()[0]
    if nameless:
        problems.append(f"{nameless} photos cannot be found by their name")
    return problems
