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
from desktop_app.library.catalog.database import Database
from desktop_app.library.catalog.figures import NO_FILES, files_below, files_by_folder
from desktop_app.library.catalog.orphans import mark_orphans, note_removal
from desktop_app.library.catalog.rows import Counts
from desktop_app.library.catalog.words import words_of


class ChosenFolders:
    """The chosen folders at one moment: a photo belongs to the innermost one that it lies below."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Read them from the table."""
        rows = connection.execute("SELECT path, id FROM folder ORDER BY LENGTH(path) DESC")
        self._innermost_first: list[tuple[bytes, int]] = rows.fetchall()

    def above(self, path: bytes) -> tuple[int, Path] | None:
        """Return the number and path of the innermost folder above a path, None when none is."""
        for folder, number in self._innermost_first:
            if is_below(path, folder):
                return number, path_from_blob(folder)
        return None


class FolderTable:
    """The chosen folders: choosing, moving and giving them up, and how many photos are below each. Any thread."""

    def __init__(self, database: Database) -> None:
        """Make it on an open catalogue."""
        self._database = database

    def add(self, path: Path) -> int:
        """Choose a folder and return its number; one chosen before keeps its own.

        Photos below it that belonged to a folder further out belong to it from now on.
        """
        blob = path_to_blob(path)
        with self._database.writing() as connection:
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

    def remove(self, path: Path, *, at_once: bool = False) -> None:
        """Give a folder up: its photos go, unless another chosen folder covers them, which takes them over.

        What was read of them is kept for a while, in case they come back, or due to be forgotten at once. An unknown
        folder is no error.
        """
        blob = path_to_blob(path)
        with self._database.writing() as connection:
            known = connection.execute("SELECT id FROM folder WHERE path = ?", (blob,)).fetchone()
            if known is None:
                return
            outer = ChosenFolders(connection).above(blob)
            if outer:
                move_photos(connection, known[0], range_below(blob), outer)
            _give_up(connection, known[0], at_once=at_once)

    def forget(self, folder: Path, *, at_once: bool = False) -> int:
        """Give a chosen folder up with its photos, there or not; what was read of them is kept as by `remove`.

        Photos of one that is there go to the chosen folder around it, which has them too; those of one that is not
        there go.

        Returns:
            How many photos went.
        """
        blob = path_to_blob(folder)
        with self._database.writing() as connection:
            known = connection.execute(
                "SELECT id, offline_since FROM folder WHERE path = ?", (blob,)
            ).fetchone()
            if known is None:
                return 0
            number, offline_since = known
            outer = ChosenFolders(connection).above(blob)
            if outer and offline_since is None:
                move_photos(connection, number, range_below(blob), outer)
            return _give_up(connection, number, at_once=at_once)

    def move(self, old: Path, new: Path) -> None:
        """Remember a chosen folder and its photos at another place, as they are: nothing is to be read again.

        A folder that is chosen at the new place already becomes one with it, and a photo known there stays for both.
        Folders chosen inside it keep their own places.
        """
        before, after = path_to_blob(old), path_to_blob(new)
        with self._database.writing() as connection:
            (number,) = connection.execute("SELECT id FROM folder WHERE path = ?", (before,)).fetchone()
            there = connection.execute("SELECT id FROM folder WHERE path = ?", (after,)).fetchone()
            # In two steps, by a path that no file has: inside one statement a photo could meet one not yet moved.
            place = "CAST(':' || ?1 || SUBSTR(file.path, ?2) AS BLOB)"
            values = (after, _rest(before, after), number)
            connection.execute(f"UPDATE file SET path = {place} WHERE folder_id = ?3", values)  # noqa: S608  # our own words
            connection.execute(
                """DELETE FROM file WHERE folder_id = ?1
                AND EXISTS (SELECT 1 FROM file AS other WHERE other.path = SUBSTR(file.path, 2))""",
                (number,),
            )
            connection.execute("UPDATE file SET path = SUBSTR(path, 2) WHERE folder_id = ?", (number,))
            for table, column in (("left_out", "path"), ("inner_drive", "below")):
                connection.execute(
                    f"""UPDATE OR REPLACE {table} SET {column} = CAST(?1 || SUBSTR({column}, ?2) AS BLOB)
                    WHERE {column} >= ?3 AND {column} < ?4""",  # noqa: S608  # our own words
                    (*values[:2], *range_below(before)),
                )
            if there:
                connection.execute("UPDATE file SET folder_id = ? WHERE folder_id = ?", (*there, number))
                connection.execute("DELETE FROM folder WHERE id = ?", (number,))
            else:
                connection.execute("UPDATE folder SET path = ? WHERE id = ?", (after, number))
            home = int(there[0]) if there else int(number)
            if old.name != new.name:
                _name_again(connection, home, new)
            _hand_to_inner(connection, home, after)

    def paths(self) -> list[Path]:
        """Return the chosen folders in the order they were chosen."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT path FROM folder ORDER BY id").fetchall()
        return [path_from_blob(path) for (path,) in rows]

    def inside(self, folder: Path) -> list[Path]:
        """Return the chosen folders directly inside another: between them and it lies no third."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT path FROM folder WHERE path >= ? AND path < ? ORDER BY path",
                range_below(path_to_blob(folder)),
            ).fetchall()
        inside = [path_from_blob(path) for (path,) in rows]
        return [path for path in inside if set(path.parents).isdisjoint(inside)]

    def photos_below(self, folder: Path) -> int:
        """Return how many photos that can be used are known in a folder and below it; asks no photo."""
        blob = path_to_blob(folder)
        with self._database.reading() as connection:
            return files_below(connection, blob, range_below(blob))

    def counts(self, model_id: str | None) -> dict[Path, Counts]:
        """Return the figures of everything below each chosen folder, other chosen ones inside it included."""
        with self._database.reading() as connection:
            folders = connection.execute("SELECT path, id FROM folder ORDER BY id").fetchall()
            files = files_by_folder(connection, model_id)
        return {
            path_from_blob(folder): sum_of(
                files.get(number, NO_FILES)
                for path, number in folders
                if path == folder or is_below(path, folder)
            )
            for folder, _ in folders
        }


def sum_of(files: Iterable[tuple[int, int, int]]) -> Counts:
    """Return the counts of files of several folders; those that are neither indexed nor failed are pending."""
    photos, failed, indexed = (sum(row) for row in zip(NO_FILES, *files, strict=True))
    return Counts(photos, indexed, failed, photos - failed - indexed)


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
        FROM file WHERE folder_id = ? AND path >= ? AND path < ?""",
        (old, *below),
    ).fetchall()
    connection.executemany(
        "UPDATE file SET folder_id = ? WHERE id = ?", ((number, photo_id) for photo_id, *_ in moved)
    )
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
    words = (
        (words_of(os.fsdecode(path[start:]).split(os.sep), said), photo_id)  # noqa: PTH206  # of bytes that are paths
        for photo_id, path, said in photos
    )
    connection.executemany("UPDATE name SET words = ? WHERE rowid = ?", words)


def _give_up(connection: sqlite3.Connection, number: int, *, at_once: bool) -> int:
    """Delete a folder and its photos, and return how many these were."""
    contents = connection.execute(
        "DELETE FROM file WHERE folder_id = ? RETURNING content_id", (number,)
    ).fetchall()
    connection.execute("DELETE FROM folder WHERE id = ?", (number,))
    if at_once:
        mark_orphans(connection, contents)
    note_removal(connection, at_once=at_once)
    return len(contents)


def _rest(before: bytes, after: bytes) -> int:
    """Return where the part of a photo's path begins that follows the new folder, from 1.

    A drive's root ends with a separator and no other folder does.
    """
    separator = os.fsencode(os.sep)
    length = len(before.removesuffix(separator)) + 1
    return length + 1 if after.endswith(separator) else length


def _name_again(connection: sqlite3.Connection, number: int, folder: Path) -> None:
    """Write the words that photos are found by anew: the chosen folder's own name is among them."""
    rows = connection.execute(
        """SELECT file.id, path, COALESCE(tags, '') || ' ' || COALESCE(caption, '')
        FROM file WHERE folder_id = ?""",
        (number,),
    ).fetchall()
    write_words(connection, rows, folder)


def _hand_to_inner(connection: sqlite3.Connection, number: int, folder: bytes) -> None:
    """Give photos to the chosen folders inside this one that they lie below, the innermost last."""
    low, high = range_below(folder)
    inner = connection.execute(
        "SELECT id, path FROM folder WHERE path >= ? AND path < ? AND id <> ? ORDER BY LENGTH(path)",
        (low, high, number),
    ).fetchall()
    for inner_id, path in inner:
        move_photos(connection, number, range_below(path), (int(inner_id), path_from_blob(path)))
