"""The chosen folders, and which of them a photo belongs to."""

import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from desktop_app.library.catalog.columns import (
    is_below,
    path_from_blob,
    path_to_blob,
    range_below,
    start_of_name,
)
from desktop_app.library.catalog.database import Part
from desktop_app.library.catalog.rows import Counts
from desktop_app.library.catalog.words import words_of


class ChosenFolders:
    """The chosen folders at one moment: a photo belongs to the innermost one that it lies below."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Read them."""
        rows = connection.execute("SELECT path, id FROM folder ORDER BY LENGTH(path) DESC")
        self._innermost_first: list[tuple[bytes, int]] = rows.fetchall()

    def above(self, path: bytes) -> tuple[int, Path] | None:
        """Return the number and path of the innermost folder above a path, None when none is."""
        for folder, number in self._innermost_first:
            if is_below(path, folder):
                return number, path_from_blob(folder)
        return None


class FolderPart(Part):
    """Choosing folders, giving them up, and counting what is below them."""

    def add_folder(self, path: Path) -> int:
        """Choose a folder and return its number; one chosen before keeps its own.

        Photos below it that belonged to a folder further out belong to it from now on.
        """
        blob = path_to_blob(path)
        with self._connections.writing() as connection:
            known = connection.execute("SELECT id FROM folder WHERE path = ?", (blob,)).fetchone()
            if known:
                return int(known[0])
            outer = ChosenFolders(connection).above(blob)
            added = connection.execute(
                "INSERT INTO folder (path) VALUES (?) RETURNING id", (blob,)
            ).fetchone()
            if outer:
                move_photos(connection, outer[0], range_below(blob), (int(added[0]), path))
            return int(added[0])

    def remove_folder(self, path: Path) -> None:
        """Give a folder up: its photos go, unless another chosen folder covers them, which takes them over.

        What was read of them is kept for the day they come back. An unknown folder is no error.
        """
        blob = path_to_blob(path)
        with self._connections.writing() as connection:
            known = connection.execute("SELECT id FROM folder WHERE path = ?", (blob,)).fetchone()
            if known is None:
                return
            outer = ChosenFolders(connection).above(blob)
            if outer:
                move_photos(connection, known[0], range_below(blob), outer)
            connection.execute("DELETE FROM file WHERE folder_id = ?", known)
            connection.execute("DELETE FROM folder WHERE id = ?", known)

    def folders(self) -> list[Path]:
        """Return the chosen folders in the order they were chosen."""
        with self._connections.reading() as connection:
            rows = connection.execute("SELECT path FROM folder ORDER BY id").fetchall()
        return [path_from_blob(path) for (path,) in rows]

    def folder_counts(self, model_id: str | None) -> dict[Path, Counts]:
        """Return the figures of everything below each chosen folder, other chosen ones inside it included."""
        with self._connections.reading() as connection:
            rows = connection.execute(
                """SELECT folder.path, COUNT(file.id), COUNT(problem), TOTAL(problem IS NULL AND vector.content_id IS NOT NULL)
                FROM folder LEFT JOIN file ON folder_id = folder.id
                LEFT JOIN vector ON vector.content_id = file.content_id AND model_id = ?
                GROUP BY folder.id ORDER BY folder.id""",
                (model_id,),
            ).fetchall()
        return {
            path_from_blob(folder): _sum(
                [row for row in rows if row[0] == folder or is_below(row[0], folder)]
            )
            for folder, *_ in rows
        }


def counts_of(photos: int, failed: int, indexed: float) -> Counts:
    """Return figures as a value, the remainder worked out."""
    return Counts(photos, int(indexed), failed, photos - failed - int(indexed))


def _sum(rows: list[tuple[bytes, int, int, float]]) -> Counts:
    return counts_of(sum(row[1] for row in rows), sum(row[2] for row in rows), sum(row[3] for row in rows))


def move_photos(
    connection: sqlite3.Connection, old: int, below: tuple[bytes, bytes], home: tuple[int, Path]
) -> None:
    """Move the photos of one chosen folder that lie in a range to another; the words they are found by follow.

    Args:
        connection: Inside a transaction.
        old: Number of the folder they belong to.
        below: The range of paths.
        home: Number and path of the folder they belong to from now on.
    """
    number, folder = home
    moved = connection.execute(
        """SELECT file.id, path, COALESCE(tags, '') || ' ' || COALESCE(caption, '')
        FROM file LEFT JOIN content ON content.id = content_id WHERE folder_id = ? AND path >= ? AND path < ?""",
        (old, *below),
    ).fetchall()
    connection.executemany("UPDATE file SET folder_id = ? WHERE id = ?", ((number, one[0]) for one in moved))
    write_words(connection, moved, folder)


def write_words(
    connection: sqlite3.Connection, photos: Iterable[tuple[int, bytes, str]], folder: Path
) -> None:
    """Write the words that photos of a chosen folder are found by anew.

    Args:
        connection: Inside a transaction.
        photos: Number, path, and what was said of each.
        folder: The chosen folder; its own name is among the words.
    """
    # By the bytes of its path, for making 100,000 paths takes as long as all the rest.
    start = start_of_name(path_to_blob(folder)) - 1
    connection.executemany(
        "UPDATE name SET words = ? WHERE rowid = ?",
        ((words_of(os.fsdecode(path[start:]).split(os.sep), said), one) for one, path, said in photos),  # noqa: PTH206  # of bytes that are paths
    )
