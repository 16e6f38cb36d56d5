# ruff: noqa: S608 - statements are made of our own words
"""Stacks of like photos."""

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from desktop_app.library.catalog.columns import numbers_of, path_from_blob
from desktop_app.library.catalog.database import Database, number_list
from desktop_app.library.catalog.facts import Facts, Numbers, facts_of
from desktop_app.library.catalog.figures import Kind, figures_of

BURST_S = 3
"""How far two photos of a burst are apart at most, in seconds."""

# A content without a file is kept for the day it comes back, and is shown by nobody.
_LIVE = "EXISTS (SELECT 1 FROM file WHERE file.content_id = content.id)"
# A stack of which one picture is left says nothing.
_STACKS = """
    SELECT file.id, stack.stack FROM file JOIN stack ON stack.content_id = file.content_id
    WHERE EXISTS (
        SELECT 1 FROM stack AS other WHERE other.stack = stack.stack AND other.content_id <> stack.content_id
        AND EXISTS (SELECT 1 FROM file WHERE file.content_id = other.content_id)
    )"""


_COPIES = """
    SELECT file.id, -file.content_id FROM file
    WHERE content_id IN (SELECT content_id FROM file GROUP BY content_id HAVING COUNT(*) > 1)"""
# The same, without a look at any other photo.
_COPIES_AMONG = """
    SELECT file.id, -file.content_id FROM file WHERE EXISTS (
        SELECT 1 FROM file AS other WHERE other.content_id = file.content_id AND other.id <> file.id
    )"""
_OF_SOME = "WHERE content.id IN (SELECT value FROM json_each(?))"
# What was taken as long before or after one of these, or lies in a stack with it, or has its pixels, turned or not. Of one whose file is
# gone its bytes say when it was taken. The plus keeps SQLite from making an index of all photos by precision for each question.
_RELATED = f"""
    WITH mine AS MATERIALIZED (SELECT id, pixels, said FROM content {_OF_SOME}),
    moment AS (
        SELECT dated_at, camera, 1 AS is_there FROM file
        WHERE content_id IN (SELECT id FROM mine) AND precision = 'second'
        UNION SELECT json_extract(said, '$.taken_at'), NULL, 0 FROM mine
        WHERE id NOT IN (SELECT content_id FROM file WHERE content_id IS NOT NULL AND content_id IN (SELECT id FROM mine))
    )
    SELECT content_id FROM moment CROSS JOIN file
        ON file.dated_at BETWEEN moment.dated_at - ?2 AND moment.dated_at + ?2 AND problem IS NULL
        WHERE content_id IS NOT NULL AND +precision = 'second' AND (is_there = 0 OR file.camera IS moment.camera)
    UNION SELECT other.content_id FROM stack JOIN stack AS other ON other.stack = stack.stack
        WHERE stack.content_id IN (SELECT id FROM mine)
    UNION SELECT content.id FROM mine JOIN content
        ON content.pixels BETWEEN substr(mine.pixels, 1, 32) AND substr(mine.pixels, 1, 32) || 'y'
        WHERE length(mine.pixels) >= 32"""
_AMONG = " AND file.id IN (SELECT value FROM json_each(?))"


class StackTable:
    """Which contents are shown as one photo, and the looks by which that is found. Any thread."""

    def __init__(self, database: Database) -> None:
        """Make it on an open catalogue."""
        self._database = database

    def facts(self, content_ids: Collection[int] | None = None) -> Facts:
        """Return what is known of contents that have a file: of every one, or of some."""
        with self._database.reading() as connection:
            return facts_of(connection, content_ids)

    def most_contents(self) -> int:
        """Return how many contents have a file at most: as many as there are files, a count that is kept."""
        with self._database.reading() as connection:
            return sum(figures_of(connection, Kind.FILES).values())

    def hashes_of(self, content_ids: Collection[int]) -> dict[int, str]:
        """Return the hashes of contents, by which their thumbnails are known."""
        with self._database.reading() as connection:
            statement = "SELECT id, hash FROM content WHERE id IN (SELECT value FROM json_each(?))"
            return dict(connection.execute(statement, (number_list(content_ids),)).fetchall())

    def save(self, stacks: Mapping[int, int], key: str, state: str) -> bool:
        """Replace all stacks, and note what they were made from; all of it, or nothing when an error is raised.

        Args:
            stacks: The stack of each content that has its like.
            key: Under which the state is noted.
            state: What they were made from.

        Returns:
            Whether they differ from those before.
        """
        with self._database.writing() as connection:
            before = _pairs(connection.execute("SELECT content_id, stack FROM stack"))
            changed = before != dict(stacks)
            if changed:
                connection.execute("DELETE FROM stack")
                connection.executemany("INSERT INTO stack VALUES (?, ?)", stacks.items())
            _note(connection, key, state)
        return changed

    def of_photos(self, photo_ids: Sequence[int] | None = None) -> dict[int, int]:
        """Return the stack of each photo that is shown as one with another, by the photo's number.

        Equal files are a stack too: one of their own, with a number below 0, or that of their content.

        Args:
            photo_ids: Only of these; None for all.
        """
        with self._database.reading() as connection:
            if photo_ids is None:
                return _pairs(connection.execute(_COPIES)) | _pairs(connection.execute(_STACKS))
            asked = (number_list(photo_ids),)
            copies = _pairs(connection.execute(_COPIES_AMONG + _AMONG, asked))
            return copies | _pairs(connection.execute(_STACKS + _AMONG, asked))

    def has_copies(self, content_ids: Collection[int]) -> bool:
        """Return whether any of these contents has more than one file."""
        with self._database.reading() as connection:
            row = connection.execute(
                """SELECT 1 FROM file WHERE content_id IN (SELECT value FROM json_each(?))
                GROUP BY content_id HAVING COUNT(*) > 1 LIMIT 1""",
                (number_list(content_ids),),
            ).fetchone()
        return row is not None

    def like(self, photo_id: int) -> list[Path]:
        """Return the files in the stack of one that have other bytes, by path."""
        with self._database.reading() as connection:
            rows = connection.execute(
                """SELECT other.path FROM file JOIN stack AS mine ON mine.content_id = file.content_id
                JOIN stack ON stack.stack = mine.stack AND stack.content_id <> mine.content_id
                JOIN file AS other ON other.content_id = stack.content_id WHERE file.id = ? ORDER BY other.path""",
                (photo_id,),
            ).fetchall()
        return [path_from_blob(path) for (path,) in rows]

    def without_look(self, limit: int, *, after: int = 0) -> list[tuple[int, str]]:
        """Return number and hash of contents that were decoded before looks were kept, ascending by number.

        Args:
            limit: How many at most.
            after: Only those with a larger number.
        """
        with self._database.reading() as connection:
            rows: list[tuple[int, str]] = connection.execute(
                f"""SELECT id, hash FROM content WHERE look IS NULL AND width_px IS NOT NULL AND id > ? AND {_LIVE}
                ORDER BY id LIMIT ?""",
                (after, limit),
            ).fetchall()
        return rows

    def looks(self) -> tuple[Numbers, Numbers]:
        """Return all contents whose look is known, ``(n,)``, ascending, and their looks; reads an index alone."""
        with self._database.reading() as connection:
            texts = connection.execute(
                "SELECT GROUP_CONCAT(id), GROUP_CONCAT(look) FROM content WHERE look IS NOT NULL"
            ).fetchone()
        ids, looks = (numbers_of(text) for text in texts)
        order = np.argsort(ids)
        return ids[order], looks[order]

    def looks_of(self, content_ids: Collection[int]) -> tuple[Numbers, Numbers]:
        """Return what `looks` does, of some contents only."""
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT id, look FROM content {_OF_SOME} AND look IS NOT NULL ORDER BY id",
                (number_list(content_ids),),
            ).fetchall()
        ids, looks = np.array(rows, dtype=np.int64).reshape(-1, 2).T.copy()
        return ids, looks

    def related(self, content_ids: Collection[int]) -> set[int]:
        """Return contents that may be in one stack with some for another reason than their look."""
        with self._database.reading() as connection:
            rows = connection.execute(_RELATED, (number_list(content_ids), BURST_S)).fetchall()
        return {number for (number,) in rows}

    def save_some(
        self, content_ids: Collection[int], stacks: Mapping[int, int], key: str, state: str
    ) -> bool:
        """As `save`, of some contents: all that were in one stack with any of them are among them."""
        asked = number_list(content_ids)
        with self._database.writing() as connection:
            mine = "WHERE content_id IN (SELECT value FROM json_each(?))"
            before = dict(
                connection.execute(f"SELECT content_id, stack FROM stack {mine}", (asked,)).fetchall()
            )
            changed = before != dict(stacks)
            if changed:
                connection.execute(f"DELETE FROM stack {mine}", (asked,))
                connection.executemany("INSERT INTO stack VALUES (?, ?)", stacks.items())
            _note(connection, key, state)
        return changed

    def save_looks(self, looks: Mapping[int, int], key: str) -> None:
        """Write the looks of contents, and take away the note of what the stacks were made from."""
        with self._database.writing() as connection:
            connection.executemany(
                "UPDATE content SET look = ? WHERE id = ?", [(look, number) for number, look in looks.items()]
            )
            connection.execute("DELETE FROM note WHERE key = ?", (key,))


def _pairs(rows: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return rows of two numbers as a dict, row by row: `dict` takes them at one stroke, and other threads wait for that."""
    return {one: other for one, other in rows}  # noqa: C416


def _note(connection: sqlite3.Connection, key: str, value: str) -> None:
    connection.execute(
        "INSERT INTO note VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value)
    )
