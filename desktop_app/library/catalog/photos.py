"""Photos by number, path, content and date, and writing what was learned of them."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog.columns import (
    datetime_of,
    numbers_of,
    path_from_blob,
    path_to_blob,
)
from desktop_app.library.catalog.database import Database, number_list
from desktop_app.library.catalog.figures import files_by_folder
from desktop_app.library.catalog.folders import sum_of
from desktop_app.library.catalog.rows import Counts, PhotoRecord
from desktop_app.library.catalog.said import COLUMNS, metadata_of
from desktop_app.library.catalog.saving import save_records
from desktop_app.library.catalog.shared_sql import DRIVE, FIRST, IS_OFFLINE, NEWEST_FIRST
from desktop_app.library.photo import Photo, PhotoState

_SAID = ", ".join(f"file.{column}" for column in COLUMNS)
_PHOTOS = f"""
    SELECT file.content_id, file.id, file.path, size_bytes, mtime_ns, problem, vector.content_id,
        hash, width_px, height_px, {IS_OFFLINE}, {DRIVE}, duration_ms, dated_at, remark, {_SAID}
    FROM file JOIN folder ON folder.id = file.folder_id LEFT JOIN content ON content.id = file.content_id
    LEFT JOIN vector ON vector.content_id = file.content_id AND vector.model_id = ?
"""  # noqa: S608  # our own words


class PhotoTable:
    """Photos: reading them by number, path, content and date, and writing what was learned of them. Any thread."""

    def __init__(self, database: Database) -> None:
        """Make it on an open catalogue."""
        self._database = database

    def of_ids(self, ids: Sequence[int], model_id: str | None) -> list[Photo]:
        """Return photos by their numbers, in the order asked for; unknown numbers are left out."""
        condition = "WHERE file.id IN (SELECT value FROM json_each(?))"
        found = photos_where(self._database, condition, model_id, number_list(ids))
        by_id = {photo.id: photo for _, photo in found}
        return [by_id[number] for number in ids if number in by_id]

    def at(self, path: Path, model_id: str | None) -> Photo | None:
        """Return the photo at a path, None when the catalogue does not know it."""
        found = photos_where(self._database, "WHERE file.path = ?", model_id, path_to_blob(path))
        return found[0][1] if found else None

    def equal_to(self, photo_id: int) -> list[Path]:
        """Return the other files with the same bytes as one, by path."""
        with self._database.reading() as connection:
            rows = connection.execute(
                """SELECT path FROM file WHERE id <> ?1
                AND content_id = (SELECT content_id FROM file WHERE id = ?1) ORDER BY path""",
                (photo_id,),
            ).fetchall()
        return [path_from_blob(path) for (path,) in rows]

    def of_contents(self, content_ids: Sequence[int], model_id: str | None) -> dict[int, Photo]:
        """Return the photo that is shown for each content: of equal files one on a connected drive, if there is one."""
        found = photos_where(
            self._database,
            f"""WHERE file.id IN (
                SELECT (SELECT {FIRST} FROM file WHERE content_id = wanted.value) FROM json_each(?) AS wanted
            )""",  # noqa: S608  # our own words
            model_id,
            number_list(content_ids),
        )
        return {content_id: photo for content_id, photo in found if content_id is not None}

    def ids_by_date(self) -> list[int]:
        """Return the numbers of all photos, newest first by the date taken, else that of the file."""
        with self._database.reading() as connection:
            (ids,) = connection.execute(
                f"SELECT GROUP_CONCAT(id) FROM (SELECT id FROM file {NEWEST_FIRST})"  # noqa: S608  # our own words
            ).fetchone()
        return [int(number) for number in numbers_of(ids)]

    def counts(self, model_id: str | None) -> Counts:
        """Return how many files are known, indexed, failed and pending, for a model."""
        with self._database.reading() as connection:
            return sum_of(files_by_folder(connection, model_id).values())

    def has_content(self, content_hash: str) -> bool:
        """Whether a file with these bytes was decoded before."""
        statement = "SELECT 1 FROM content WHERE hash = ? AND width_px IS NOT NULL"
        with self._database.reading() as connection:
            return connection.execute(statement, (content_hash,)).fetchone() is not None

    def hashes_of(self, paths: Iterable[Path]) -> list[str]:
        """Return the content hash of each file in the order given; files never read are left out."""
        statement = "SELECT hash FROM file JOIN content ON content.id = content_id WHERE path = ?"
        with self._database.reading() as connection:
            rows = [connection.execute(statement, (path_to_blob(path),)).fetchone() for path in paths]
        return [row[0] for row in rows if row]

    def content_ids(self, hashes: Iterable[str]) -> NDArray[np.int64]:
        """Return the numbers of contents by their hashes, ``(n,)`` int64, in no order; unknown ones are left out."""
        statement = "SELECT id FROM content WHERE hash IN (SELECT value FROM json_each(?))"
        with self._database.reading() as connection:
            rows = connection.execute(statement, (json.dumps(list(hashes)),)).fetchall()
        return np.array([number for (number,) in rows], dtype=np.int64)

    def save(self, records: Sequence[PhotoRecord], model_id: str | None) -> None:
        """Write what was learned of files: all of it, or nothing when an error is raised.

        A file saved before is updated; one whose bytes changed moves to its new content. Files below no chosen
        folder are left out, for their folder may have been given up while they were being read.

        Args:
            records: What was learned; of two about one file the later counts.
            model_id: The model that made the vectors; None writes none.

        Raises:
            ValueError: A vector is not finite or is zero.
            DiskFullError: There is no room.
            CatalogError: It cannot be written.
        """
        with self._database.writing() as connection:
            save_records(connection, records, model_id)

    def remove(self, paths: Iterable[Path]) -> None:
        """Forget files; what was read of them is kept for the day they come back. Unknown ones are no error."""
        blobs = [(path_to_blob(path),) for path in paths]
        if blobs:
            with self._database.writing() as connection:
                connection.executemany("DELETE FROM file WHERE path = ?", blobs)


def photos_where(
    database: Database, condition: str, model_id: str | None, *values: str | bytes | int
) -> list[tuple[int | None, Photo]]:
    """Return the photos of `file` for which a condition holds, each with the number of its content."""
    with database.reading() as connection:
        rows = connection.execute(_PHOTOS + condition, (model_id, *values)).fetchall()
    return [(row[0], _photo(row)) for row in rows]


def _photo(row: Sequence[Any]) -> Photo:
    """Return a row of `_PHOTOS` as a photo; STRICT tables hold what their columns say."""
    _, number, path, size, mtime, problem, vector, content_hash, width, height, *rest = row
    offline, drive, duration_ms, dated_at, remark, *said = rest
    known = metadata_of(dict(zip(COLUMNS, said, strict=True)))
    return Photo(
        id=number,
        path=path_from_blob(path),
        size_bytes=max(size, 0),
        mtime_ns=int(mtime),
        state=_state(problem, has_vector=vector is not None),
        content_hash=content_hash,
        width_px=width,
        height_px=height,
        taken_at=known.taken_at,
        camera=known.camera,
        latitude=known.latitude,
        longitude=known.longitude,
        reason=problem,
        rating=known.rating,
        tags=known.tags,
        caption=known.caption,
        offline=bool(offline),
        drive=drive,
        duration_s=None if duration_ms is None else duration_ms / 1000,
        dated_at=datetime_of(dated_at),
        taken_precision=known.precision,
        lens=known.lens,
        exposure=known.exposure,
        people=known.people,
        remark=remark,
        sources=known.sources,
    )


def _state(problem: str | None, *, has_vector: bool) -> PhotoState:
    if problem is not None:
        return PhotoState.FAILED
    return PhotoState.INDEXED if has_vector else PhotoState.PENDING
