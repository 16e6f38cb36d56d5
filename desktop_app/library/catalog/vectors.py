"""Vectors, and which of them the vector store has still to be told about."""

import sqlite3
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog.changes import FileChanges, places_of
from desktop_app.library.catalog.columns import numbers_of, vector_from_blob, vectors_from_blobs
from desktop_app.library.catalog.database import Database, number_list
from desktop_app.library.catalog.rows import OutboxRow

_BLOCK_ROWS = 10_000
# Beyond this, counting all is no slower than following each.
_MOST_FOLLOWED = 2_000
# Whether a vector's content has a file, or is a moment of a video that has one.
_LIVE = """(
    EXISTS (SELECT 1 FROM file WHERE file.content_id = vector.content_id) OR EXISTS (
        SELECT 1 FROM frame JOIN file ON file.content_id = video_id WHERE frame.content_id = vector.content_id
    )
)"""
_LIVE_MOMENTS = """SELECT GROUP_CONCAT(content_id) FROM frame
    WHERE EXISTS (SELECT 1 FROM file WHERE file.content_id = video_id)"""
# Keeps the larger number.
_NOTE_LEFT = """INSERT INTO note VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value
    WHERE CAST(excluded.value AS INTEGER) > CAST(value AS INTEGER)"""


class VectorTable:
    """Vectors of contents, and the outbox. Any thread.

    "Live" vectors are those of contents that have a file, and of moments of such videos.

    The outbox: changes of vectors in the order they happened, kept until the store has them on disk.

    A content enters it in the same transaction as its change: when its vector is written, its first file comes,
    its last one goes, or its folder or date changes. A change of one that is in it moves it to the end.
    """

    def __init__(self, database: Database) -> None:
        """Make it on an open catalogue."""
        self._database = database
        # By model: how many were live, and at which change.
        self._counted: dict[str, tuple[int, int]] = {}

    def outbox(self, model_id: str, limit: int, *, after: int = 0) -> list[OutboxRow]:
        """Return changes in the order they happened.

        Args:
            model_id: Whose vectors.
            limit: How many at most.
            after: Only those with a larger number.
        """
        with self._database.reading() as connection:
            rows = connection.execute(
                """SELECT seq, outbox.content_id, vec
                FROM outbox LEFT JOIN frame ON frame.content_id = outbox.content_id
                LEFT JOIN vector ON vector.content_id = outbox.content_id AND vector.model_id = outbox.model_id
                    AND EXISTS (
                        SELECT 1 FROM file WHERE content_id = COALESCE(frame.video_id, outbox.content_id)
                    )
                WHERE outbox.model_id = ? AND seq > ? ORDER BY seq LIMIT ?""",
                (model_id, after, limit),
            ).fetchall()
        return [
            OutboxRow(seq, number, None if vec is None else vector_from_blob(vec))
            for seq, number, vec in rows
        ]

    def outbox_count(self, model_id: str) -> int:
        """Return how many changes of a model's vectors wait."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT COUNT(*) FROM outbox WHERE model_id = ?", (model_id,)).fetchone()
        return int(row[0])

    def outbox_last(self) -> int:
        """Return the number of the latest change of any vector, whether the store has it by now or not."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").fetchone()
        return int(row[0]) if row else 0

    def outbox_done(self, model_id: str, *, up_to: int) -> None:
        """Drop changes that the store has on disk: those up to a number. One that came later stays."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM outbox WHERE model_id = ? AND seq <= ?", (model_id, up_to))
            connection.execute(_NOTE_LEFT, (_left_note(model_id), up_to))

    def outbox_left(self, model_id: str) -> int:
        """Return the number of a model's latest change that is not in the outbox any more; 0 where none has left it.

        Whoever has followed the outbox up to there finds all later changes in it.
        """
        with self._database.reading() as connection:
            row = connection.execute(
                """SELECT MIN(CAST(value AS INTEGER), (SELECT seq FROM sqlite_sequence WHERE name = 'outbox'))
                FROM note WHERE key = ?""",
                (_left_note(model_id),),
            ).fetchone()
        return int(row[0] or 0) if row else 0

    def outbox_add(self, model_id: str, content_ids: Iterable[int]) -> None:
        """Put contents into the outbox, or move them to its end."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO outbox (model_id, content_id) SELECT ?, value FROM json_each(?)",
                (model_id, number_list(content_ids)),
            )

    def outbox_all(self, model_id: str) -> int:
        """Put every vector of a model into the outbox and return how many; for a store that begins anew."""
        with self._database.writing() as connection:
            _empty_outbox(connection, model_id)
            return connection.execute(
                """INSERT INTO outbox (model_id, content_id)
                SELECT model_id, content_id FROM vector WHERE model_id = ? ORDER BY content_id""",
                (model_id,),
            ).rowcount

    def has(self, content_hash: str, model_id: str) -> bool:
        """Whether these bytes were embedded with this model before."""
        statement = "SELECT 1 FROM content JOIN vector ON content_id = id WHERE hash = ? AND model_id = ?"
        with self._database.reading() as connection:
            return connection.execute(statement, (content_hash, model_id)).fetchone() is not None

    def has_pixels(self, pixels: str, model_id: str) -> bool:
        """Whether a picture with these pixels was embedded with this model before, whatever its metadata."""
        statement = "SELECT 1 FROM content JOIN vector ON content_id = id WHERE pixels = ? AND model_id = ?"
        with self._database.reading() as connection:
            return connection.execute(statement, (pixels, model_id)).fetchone() is not None

    def of_photo(self, photo_id: int, model_id: str) -> NDArray[np.float32] | None:
        """Return a photo's vector, ``(dimension,)`` float32 of length 1; None when it has none of this model."""
        statement = "SELECT vec FROM file JOIN vector USING (content_id) WHERE id = ? AND model_id = ?"
        with self._database.reading() as connection:
            row = connection.execute(statement, (photo_id, model_id)).fetchone()
        return vector_from_blob(row[0]) if row else None

    def of_contents(
        self, model_id: str, content_ids: NDArray[np.int64]
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """Yield the vectors of some contents in blocks, as `blocks` does; those that have none are left out."""
        for start in range(0, len(content_ids), _BLOCK_ROWS):
            with self._database.reading() as connection:
                rows = connection.execute(
                    """SELECT content_id, vec FROM json_each(?) CROSS JOIN vector
                    ON content_id = value AND model_id = ?""",
                    (number_list(content_ids[start : start + _BLOCK_ROWS].tolist()), model_id),
                ).fetchall()
            if rows:
                numbers = np.array([number for number, _ in rows], dtype=np.int64)
                yield numbers, vectors_from_blobs([vec for _, vec in rows])

    def blocks(self, model_id: str) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """Yield live vectors in blocks of at most 10,000, by content number.

        Each block is read when it is asked for, so changes in between may be seen or not.

        Yields:
            Content numbers ``(n,)`` int64 and vectors ``(n, dimension)`` float32, every row of length 1.
        """
        last = 0
        while rows := self._block(model_id, last):
            last = rows[-1][0]
            numbers = np.array([number for number, _ in rows], dtype=np.int64)
            yield numbers, vectors_from_blobs([vec for _, vec in rows])

    def live_count(self, model_id: str) -> int:
        """Return how many vectors of a model the store should have; counted once, as long as nothing is written."""
        number = self._database.changes
        known = self._counted.get(model_id)
        if known is not None and known[0] == number:
            return known[1]
        with self._database.reading() as connection:
            (count,) = connection.execute(
                f"SELECT COUNT(*) FROM vector WHERE model_id = ? AND {_LIVE}",  # noqa: S608  # our own words
                (model_id,),
            ).fetchone()
        self._counted[model_id] = number, int(count)
        return int(count)

    def live_at_most(self, model_id: str) -> int:
        """Return a number that `live_count` is not above; counts only where more changed than a few contents.

        For idle moments: a million are counted in a quarter of a second.
        """
        known = self._counted.get(model_id)
        if known is not None:
            changes = self._database.log.since(known[0])
            if not changes:
                return known[1]
            if not (changes.everything or changes.moments) and len(changes.contents) <= _MOST_FOLLOWED:
                return known[1] + len(changes.contents) + self._moments_of(changes.contents)
        return self.live_count(model_id)

    def _moments_of(self, content_ids: Iterable[int]) -> int:
        """Return how many moments videos have, which come and go with them."""
        with self._database.reading() as connection:
            (count,) = connection.execute(
                "SELECT COUNT(*) FROM frame WHERE video_id IN (SELECT value FROM json_each(?))",
                (number_list(content_ids),),
            ).fetchone()
        return int(count)

    def live_ids(self, model_id: str) -> NDArray[np.int64]:
        """Return the contents whose vectors of a model the store should have, ``(n,)`` int64, ascending."""
        # Each as one long text: a million rows take twice as long as their numbers from this. And each from an index by
        # itself: to look for a file of each of a million vectors took 1.7 times as long as all this together.
        with self._database.reading() as connection:
            of_model, of_files, of_moments = (
                numbers_of(connection.execute(statement, values).fetchone()[0])
                for statement, values in (
                    ("SELECT GROUP_CONCAT(content_id) FROM vector WHERE model_id = ?", (model_id,)),
                    ("SELECT GROUP_CONCAT(content_id) FROM file", ()),
                    (_LIVE_MOMENTS, ()),
                )
            )
        there = np.isin(of_model, np.concatenate((of_files, of_moments)))
        return np.sort(of_model[there])

    def live_after(self, before: NDArray[np.int64], changes: FileChanges, model_id: str) -> NDArray[np.int64]:
        """Return what `live_ids` would, from what it returned before some changes; reads their contents only.

        Args:
            before: ``(n,)`` int64, ascending.
            changes: What happened since, of which nothing is "everything" and no moments changed.
            model_id: Whose vectors.
        """
        # A video's moments come and go with it.
        touched = """SELECT value FROM json_each(?1)
            UNION SELECT content_id FROM frame WHERE video_id IN (SELECT value FROM json_each(?1))"""
        asked = number_list(changes.contents)
        with self._database.reading() as connection:
            gone = [number for (number,) in connection.execute(touched, (asked,)).fetchall()]
            rows = connection.execute(
                f"""SELECT content_id FROM vector WHERE content_id IN ({touched}) AND model_id = ?2 AND {_LIVE}
                ORDER BY content_id""",  # noqa: S608  # our own words
                (asked, model_id),
            ).fetchall()
        now = np.array([number for (number,) in rows], dtype=np.int64)
        stay = np.delete(before, places_of(np.array(gone, dtype=np.int64), before))
        return np.insert(stay, np.searchsorted(stay, now), now)

    def drop(self, model_id: str, limit: int) -> int:
        """Drop some vectors of a model that is not in use, and what its store was to be told of them.

        Returns:
            How many there were; fewer than `limit` once none is left.
        """
        with self._database.writing() as connection:
            _empty_outbox(connection, model_id)
            return connection.execute(
                "DELETE FROM vector WHERE rowid IN (SELECT rowid FROM vector WHERE model_id = ? LIMIT ?)",
                (model_id, limit),
            ).rowcount

    def models(self) -> dict[str, int]:
        """Return how many vectors there are of each model, those of photos that are gone included."""
        with self._database.reading() as connection:
            return dict(
                connection.execute("SELECT model_id, COUNT(*) FROM vector GROUP BY model_id").fetchall()
            )

    def _block(self, model_id: str, last: int) -> list[tuple[int, bytes]]:
        with self._database.reading() as connection:
            rows: list[tuple[int, bytes]] = connection.execute(
                f"""SELECT content_id, vec FROM vector WHERE model_id = ? AND content_id > ? AND {_LIVE}
                ORDER BY content_id LIMIT ?""",  # noqa: S608  # our own words
                (model_id, last, _BLOCK_ROWS),
            ).fetchall()
        return rows


def _empty_outbox(connection: sqlite3.Connection, model_id: str) -> None:
    """Let all changes of a model leave the outbox, whoever has them."""
    (latest,) = connection.execute("SELECT MAX(seq) FROM outbox WHERE model_id = ?", (model_id,)).fetchone()
    connection.execute("DELETE FROM outbox WHERE model_id = ?", (model_id,))
    connection.execute(_NOTE_LEFT, (_left_note(model_id), latest or 0))


def _left_note(model_id: str) -> str:
    return f"outbox left {model_id}"
