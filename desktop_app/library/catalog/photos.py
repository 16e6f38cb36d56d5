"""Photos by number, path, content, date and name. Every method may be called on any thread."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog.columns import (
    Dated,
    dated,
    datetime_of,
    path_from_blob,
    path_to_blob,
    vector_from_blob,
)
from desktop_app.library.catalog.database import Part, number_list
from desktop_app.library.catalog.folders import counts_of
from desktop_app.library.catalog.rows import Counts
from desktop_app.library.catalog.shared_sql import DRIVE, FIRST, IS_OFFLINE
from desktop_app.library.catalog.words import query_for
from desktop_app.library.photo import Photo, PhotoState

_PHOTOS = f"""
    SELECT file.content_id, file.id, file.path, size_bytes, mtime_ns, problem, vector.content_id,
        hash, width_px, height_px, taken_at, camera, latitude, longitude, rating,
        tags, caption, {IS_OFFLINE}, {DRIVE}, duration_ms
    FROM file JOIN folder ON folder.id = file.folder_id LEFT JOIN content ON content.id = file.content_id
    LEFT JOIN vector ON vector.content_id = file.content_id AND vector.model_id = ?
"""  # noqa: S608  # our own words

# What `_PHOTOS` selects, each column with what it may hold.
_Row = tuple[
    int | None,
    int,
    bytes,
    int,
    int | str,
    str | None,
    int | None,
    str | None,
    int | None,
    int | None,
    int | None,
    str | None,
    float | None,
    float | None,
    int | None,
    str | None,
    str | None,
    int,
    str,
    int | None,
]


class ReadingPart(Part):
    """Rows of photos, their order, and how many there are."""

    def photos(self, ids: Sequence[int], model_id: str | None) -> list[Photo]:
        """Return photos by their numbers, in the order asked for; unknown numbers are left out."""
        rows = self._rows("WHERE file.id IN (SELECT value FROM json_each(?))", model_id, number_list(ids))
        by_id = {photo.id: photo for photo in map(_photo, rows)}
        return [by_id[number] for number in ids if number in by_id]

    def photo_at(self, path: Path, model_id: str | None) -> Photo | None:
        """Return the photo at a path, None when the catalogue does not know it."""
        rows = self._rows("WHERE file.path = ?", model_id, path_to_blob(path))
        return _photo(rows[0]) if rows else None

    def photos_of_contents(self, content_ids: Sequence[int], model_id: str | None) -> dict[int, Photo]:
        """Return one photo for each content: of several equal files the one `firsts` says."""
        rows = self._rows(
            f"""WHERE file.id IN (
                SELECT (SELECT {FIRST} FROM file WHERE content_id = wanted.value) FROM json_each(?) AS wanted
            )""",  # noqa: S608  # our own words
            model_id,
            number_list(content_ids),
        )
        return {row[0]: _photo(row) for row in rows if row[0] is not None}

    def find_names(self, text: str, limit: int, model_id: str | None) -> list[Photo]:
        """Return photos that have every word of a text, each as the beginning of a word, in name or folder.

        Args:
            text: Anything; without a letter or digit it finds nothing.
            limit: How many at most; of more than that, those added last.
            model_id: The model their state is about.

        Returns:
            Newest first. Equal files at several paths are all there.
        """
        query = query_for(text)
        if query is None:
            return []
        rows = self._rows(
            """WHERE file.id IN (SELECT rowid FROM name WHERE name MATCH ? ORDER BY rowid DESC LIMIT ?)
            ORDER BY COALESCE(taken_at, mtime_ns / 1000000000) DESC, file.id DESC""",
            model_id,
            query,
            limit,
        )
        return [_photo(row) for row in rows]

    def ids_by_date(self) -> list[int]:
        """Return photo numbers, newest first by the date taken, else modified; of equal files only one."""
        return self.dated_ids()[0]

    def dated_ids(self) -> Dated:
        """Return the numbers of `ids_by_date` with the date of each."""
        with self._connections.reading() as connection:
            rows = connection.execute(
                # With a single MIN, SQLite takes the other columns from the row that has it.
                f"""SELECT {FIRST}, COALESCE(taken_at, mtime_ns / 1000000000) AS date
                FROM file LEFT JOIN content ON content.id = file.content_id
                GROUP BY COALESCE(file.content_id, -file.id) ORDER BY date DESC, 1 DESC"""  # noqa: S608  # our own words
            ).fetchall()
        return dated(rows)

    def counts(self, model_id: str | None) -> Counts:
        """Return the figures of all files."""
        with self._connections.reading() as connection:
            photos, failed, indexed = connection.execute(
                """SELECT COUNT(*), COUNT(problem), TOTAL(problem IS NULL AND vector.content_id IS NOT NULL)
                FROM file LEFT JOIN vector ON vector.content_id = file.content_id AND model_id = ?""",
                (model_id,),
            ).fetchone()
        return counts_of(photos, failed, indexed)

    def _rows(self, condition: str, model_id: str | None, *values: str | bytes | int) -> list[_Row]:
        with self._connections.reading() as connection:
            rows: list[_Row] = connection.execute(_PHOTOS + condition, (model_id, *values)).fetchall()
        return rows


def _photo(row: _Row) -> Photo:
    _, number, path, size, mtime, problem, vector, *_ = row
    content_hash, width, height, taken_at, camera, latitude, longitude, rating = row[7:15]
    tags, caption, offline, drive, duration_ms = row[15:]
    return Photo(
        id=number,
        path=path_from_blob(path),
        size_bytes=max(size, 0),
        mtime_ns=int(mtime),
        state=_state(problem, has_vector=vector is not None),
        content_hash=content_hash,
        width_px=width,
        height_px=height,
        taken_at=datetime_of(taken_at),
        camera=camera,
        latitude=latitude,
        longitude=longitude,
        reason=problem,
        rating=rating,
        tags=tuple(tags.split("\n")) if tags else (),
        caption=caption,
        offline=bool(offline),
        drive=drive,
        duration_s=None if duration_ms is None else duration_ms / 1000,
    )


def _state(problem: str | None, *, has_vector: bool) -> PhotoState:
    if problem is not None:
        return PhotoState.FAILED
    return PhotoState.INDEXED if has_vector else PhotoState.PENDING


class ContentPart(Part):
    """What is known of a file's bytes, wherever they lie."""

    def has_content(self, content_hash: str) -> bool:
        """Whether these bytes were decoded before."""
        statement = "SELECT 1 FROM content WHERE hash = ? AND width_px IS NOT NULL"
        with self._connections.reading() as connection:
            return connection.execute(statement, (content_hash,)).fetchone() is not None

    def has_vector(self, content_hash: str, model_id: str) -> bool:
        """Whether these bytes were embedded with this model before."""
        statement = "SELECT 1 FROM content JOIN vector ON content_id = id WHERE hash = ? AND model_id = ?"
        with self._connections.reading() as connection:
            return connection.execute(statement, (content_hash, model_id)).fetchone() is not None

    def has_pixels(self, pixels: str, model_id: str) -> bool:
        """Whether a picture with these pixels was embedded with this model before, whatever its metadata."""
        statement = "SELECT 1 FROM content JOIN vector ON content_id = id WHERE pixels = ? AND model_id = ?"
        with self._connections.reading() as connection:
            return connection.execute(statement, (pixels, model_id)).fetchone() is not None

    def hashes_of(self, paths: Iterable[Path]) -> list[str]:
        """Return the content hash of each file in the order given; files never read are left out."""
        statement = "SELECT hash FROM file JOIN content ON content.id = content_id WHERE path = ?"
        with self._connections.reading() as connection:
            rows = [connection.execute(statement, (path_to_blob(path),)).fetchone() for path in paths]
        return [row[0] for row in rows if row]

    def vector_of(self, photo_id: int, model_id: str) -> NDArray[np.float32] | None:
        """Return a photo's vector, ``(dimension,)`` float32 of length 1; None when it has none of this model."""
        statement = "SELECT vec FROM file JOIN vector USING (content_id) WHERE id = ? AND model_id = ?"
        with self._connections.reading() as connection:
            row = connection.execute(statement, (photo_id, model_id)).fetchone()
        return vector_from_blob(row[0]) if row else None
