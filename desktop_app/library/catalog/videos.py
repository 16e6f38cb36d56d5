"""Moments of videos: contents without a file, each with a vector and a thumbnail of its own."""

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog.columns import rows_of, vector_to_blob
from desktop_app.library.catalog.database import Database, number_list
from desktop_app.library.catalog.rows import PhotoRecord


def frame_hash(video_hash: str, at_ms: int) -> str:
    """Return the content hash of a moment of a video, which is also the key of its thumbnail."""
    return f"{video_hash}-{at_ms}"


@dataclass(frozen=True, slots=True)
class Frames:
    """The moments of all videos, by content number.

    Attributes:
        content_ids: ``(n,)`` int64, ascending. A video's own number stands for the moment it is known by.
        video_ids: The video of each.
        at_ms: When each is shown, in milliseconds from the beginning.
    """

    content_ids: NDArray[np.int64]
    video_ids: NDArray[np.int64]
    at_ms: NDArray[np.int64]


class VideoTable:
    """Which contents are moments of which videos. Any thread."""

    def __init__(self, database: Database) -> None:
        """Make it on an open catalogue."""
        self._database = database

    def frames(self) -> Frames:
        """Return the moments of every video, those without a file included."""
        with self._database.reading() as connection:
            return frames_of(connection)

    def count(self) -> int:
        """Return how many files are videos that can be used, as far as they were read."""
        with self._database.reading() as connection:
            (count,) = connection.execute(
                "SELECT COUNT(*) FROM file WHERE problem IS NULL AND content_id IN (SELECT video_id FROM frame)"
            ).fetchone()
        return int(count)

    def thumbnail_key(self, content_hash: str, at_ms: int) -> str:
        """Return the key of the thumbnail of a video's moment; that of the video where it has no such moment."""
        with self._database.reading() as connection:
            row = connection.execute(
                """SELECT content.hash FROM content JOIN frame ON frame.content_id = content.id
                WHERE at_ms = ? AND video_id = (SELECT id FROM content WHERE hash = ?)""",
                (at_ms, content_hash),
            ).fetchone()
        return str(row[0]) if row else content_hash


def frames_of(connection: sqlite3.Connection, video_ids: Collection[int] | None = None) -> Frames:
    """Return the moments of every video, those without a file included, or of some."""
    if video_ids is None:
        cursor = connection.execute("SELECT content_id, video_id, at_ms FROM frame ORDER BY content_id")
    else:
        cursor = connection.execute(
            """SELECT content_id, video_id, at_ms FROM frame
            WHERE video_id IN (SELECT value FROM json_each(?)) ORDER BY content_id""",
            (number_list(video_ids),),
        )
    return Frames(*rows_of(cursor, lambda row: row, 3).T.copy())


def save_frames(
    connection: sqlite3.Connection, record: PhotoRecord, video_id: int, model_id: str | None
) -> None:
    """Write the moments of a video, inside the transaction that writes the video itself.

    Those it has keep their numbers. Moments of a film do not change with the model, so that all models' vectors are of
    the same ones; should another version of the decoder choose others, these are added.
    """
    if record.poster_ms is None or record.content_hash is None:
        return
    _save_frame(connection, video_id, video_id, record.poster_ms)
    for frame in record.frames:
        number = _numbered(connection, frame_hash(record.content_hash, frame.at_ms))
        _save_frame(connection, number, video_id, frame.at_ms)
        if model_id is not None and frame.vector is not None:
            save_vector(connection, number, model_id, frame.vector)


def share_frames(connection: sqlite3.Connection, video_id: int, pixels: str) -> None:
    """Give the moments of a video the vectors of one with the same pixels: only its metadata is another."""
    connection.execute(
        """INSERT INTO vector (content_id, model_id, vec)
        SELECT mine.content_id, model_id, vec FROM frame AS mine
        JOIN content AS twin ON twin.pixels = ?2 AND twin.id <> ?1
        JOIN frame AS theirs ON theirs.video_id = twin.id AND theirs.at_ms = mine.at_ms
        JOIN vector ON vector.content_id = theirs.content_id
        WHERE mine.video_id = ?1 GROUP BY mine.content_id, model_id ON CONFLICT DO NOTHING""",
        (video_id, pixels),
    )


def save_vector(
    connection: sqlite3.Connection, content_id: int, model_id: str, vector: NDArray[np.float32]
) -> None:
    """Write the vector of a content, in place of one that is there."""
    connection.execute(
        """INSERT INTO vector (content_id, model_id, vec) VALUES (?, ?, ?)
        ON CONFLICT (content_id, model_id) DO UPDATE SET vec = excluded.vec""",
        (content_id, model_id, vector_to_blob(vector)),
    )


def _numbered(connection: sqlite3.Connection, content_hash: str) -> int:
    known = connection.execute("SELECT id FROM content WHERE hash = ?", (content_hash,)).fetchone()
    row = (
        known
        or connection.execute(
            "INSERT INTO content (hash) VALUES (?) RETURNING id", (content_hash,)
        ).fetchone()
    )
    return int(row[0])


def _save_frame(connection: sqlite3.Connection, content_id: int, video_id: int, at_ms: int) -> None:
    # A video whose moment it is known by became another one: the old row of that moment gives way.
    connection.execute(
        "DELETE FROM frame WHERE video_id = ? AND at_ms = ? AND content_id <> ?",
        (video_id, at_ms, content_id),
    )
    connection.execute(
        """INSERT INTO frame (content_id, video_id, at_ms) VALUES (?, ?, ?)
        ON CONFLICT (content_id) DO UPDATE SET at_ms = excluded.at_ms""",
        (content_id, video_id, at_ms),
    )
