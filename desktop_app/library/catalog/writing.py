"""Writing what was learned of photos, and forgetting photos that are gone."""

import logging
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from desktop_app.library.catalog.folders import ChosenFolders
from desktop_app.library.catalog.names import indexed_words
from desktop_app.library.catalog.part import Part
from desktop_app.library.catalog.rows import PhotoRecord
from desktop_app.library.catalog.values import (
    clean_text,
    integer_or_text,
    path_to_blob,
    seconds_of,
    vector_to_blob,
)

logger = logging.getLogger(__name__)


class WritingPart(Part):
    """Saving and removing; each call is one transaction and on disk when it returns."""

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
        with self._connections.writing() as connection:
            folders = ChosenFolders(connection)
            for record in records:
                home = folders.above(path_to_blob(record.found.path))
                if home is None:
                    logger.info("left out, for it lies in no chosen folder: %s", record.found.path)
                    continue
                content_id = _save_content(connection, record)
                _save_file(connection, record, content_id, home)
                if content_id is not None and model_id is not None and record.vector is not None:
                    connection.execute(
                        """INSERT INTO vector (content_id, model_id, vec) VALUES (?, ?, ?)
                        ON CONFLICT (content_id, model_id) DO UPDATE SET vec = excluded.vec""",
                        (content_id, model_id, vector_to_blob(record.vector)),
                    )

    def remove(self, paths: Iterable[Path]) -> None:
        """Forget files; what was read of them is kept for the day they come back. Unknown ones are no error."""
        blobs = [(path_to_blob(path),) for path in paths]
        if blobs:
            with self._connections.writing() as connection:
                connection.executemany("DELETE FROM file WHERE path = ?", blobs)


def _save_content(connection: sqlite3.Connection, record: PhotoRecord) -> int | None:
    """Write what a file holds; what the record does not say is left as it is."""
    if record.content_hash is None:
        return None
    known = connection.execute("SELECT id FROM content WHERE hash = ?", (record.content_hash,)).fetchone()
    if known is None:
        known = connection.execute(
            "INSERT INTO content (hash) VALUES (?) RETURNING id", (record.content_hash,)
        ).fetchone()
    number = int(known[0])
    if record.width_px is not None and record.height_px is not None:
        connection.execute(
            "UPDATE content SET width_px = ?, height_px = ? WHERE id = ?",
            (record.width_px, record.height_px, number),
        )
    if (metadata := record.metadata) is not None:
        connection.execute(
            "UPDATE content SET taken_at = ?, camera = ?, latitude = ?, longitude = ?, rating = ? WHERE id = ?",
            (
                seconds_of(metadata.taken_at),
                clean_text(metadata.camera),
                metadata.latitude,
                metadata.longitude,
                metadata.rating,
                number,
            ),
        )
    return number


def _save_file(
    connection: sqlite3.Connection, record: PhotoRecord, content_id: int | None, home: tuple[int, Path]
) -> None:
    path, (folder_id, folder) = record.found.path, home
    blob = path_to_blob(path)
    values = (
        folder_id,
        record.found.size_bytes,
        integer_or_text(record.found.mtime_ns),
        content_id,
        clean_text(record.problem),
        blob,
    )
    updated = connection.execute(
        "UPDATE file SET folder_id = ?, size_bytes = ?, mtime_ns = ?, content_id = ?, problem = ? WHERE path = ?",
        values,
    )
    if updated.rowcount:
        return
    added = connection.execute(
        "INSERT INTO file (folder_id, size_bytes, mtime_ns, content_id, problem, path) VALUES (?, ?, ?, ?, ?, ?)",
        values,
    )
    connection.execute(
        "INSERT INTO name (rowid, words) VALUES (?, ?)", (added.lastrowid, indexed_words(path, folder))
    )
