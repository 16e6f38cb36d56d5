"""Photos that are smaller than wanted: remembered, so that they are not read again, and in no answer."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from desktop_app.library.catalog.part import Part
from desktop_app.library.catalog.rows import PhotoRecord
from desktop_app.library.catalog.values import integer_or_text, path_from_blob, path_to_blob, range_below
from desktop_app.library.scan import Stamp


class LeavingPart(Part):
    """Files that were read and left out; they are no photos of the library."""

    def left_out(self, under: Path) -> dict[Path, Stamp]:
        """Return the stamp of every file below a folder that was left out."""
        with self._connections.reading() as connection:
            rows = connection.execute(
                "SELECT path, size_bytes, mtime_ns, beside FROM left_out WHERE path >= ? AND path < ?",
                range_below(path_to_blob(under)),
            ).fetchall()
        return {path_from_blob(path): Stamp(size, int(mtime), beside) for path, size, mtime, beside in rows}

    def forget_left_out(self, paths: Iterable[Path]) -> None:
        """Let the next listing find files new that were left out."""
        blobs = [(path_to_blob(path),) for path in paths]
        if blobs:
            with self._connections.writing() as connection:
                connection.executemany("DELETE FROM left_out WHERE path = ?", blobs)

    def leave_out_smaller(self, least_px: int) -> int:
        """Leave out every photo whose shorter side has fewer pixels, and no other for that reason any more.

        Nothing is read again: what was decoded says how large it is.

        Returns:
            How many photos left the library by that.
        """
        with self._connections.reading() as connection:
            change = connection.execute(
                f"""SELECT EXISTS (SELECT 1 FROM left_out WHERE side_px >= ?1)
                    OR (?1 > 0 AND EXISTS (SELECT 1 {_SMALL}))""",  # noqa: S608  # our own words
                (least_px,),
            ).fetchone()[0]
        if not change:
            return 0
        with self._connections.writing() as connection:
            connection.execute("DELETE FROM left_out WHERE side_px >= ?", (least_px,))
            connection.execute(
                f"""INSERT OR REPLACE INTO left_out (path, size_bytes, mtime_ns, beside, side_px)
                SELECT path, size_bytes, mtime_ns, beside, MIN(width_px, height_px) {_SMALL}""",  # as above
                (least_px,),
            )
            gone = connection.execute(f"DELETE FROM file WHERE id IN (SELECT file.id {_SMALL})", (least_px,))  # noqa: S608  # as above
            return gone.rowcount

    def size_of(self, content_hash: str) -> tuple[int, int] | None:
        """Return width and height in pixels of these bytes; None when they were never decoded."""
        statement = "SELECT width_px, height_px FROM content WHERE hash = ? AND width_px IS NOT NULL"
        with self._connections.reading() as connection:
            row = connection.execute(statement, (content_hash,)).fetchone()
        return (int(row[0]), int(row[1])) if row else None


_SMALL = """FROM file JOIN content ON content.id = file.content_id
    WHERE problem IS NULL AND MIN(width_px, height_px) < ?1"""


def save_left_out(connection: sqlite3.Connection, record: PhotoRecord, content_id: int | None) -> None:
    """Remember one file as left out, and as no photo of the library."""
    blob = path_to_blob(record.found.path)
    connection.execute("DELETE FROM file WHERE path = ?", (blob,))
    connection.execute(
        """INSERT OR REPLACE INTO left_out (path, size_bytes, mtime_ns, beside, side_px)
        SELECT ?, ?, ?, ?, COALESCE(MIN(width_px, height_px), 0) FROM content WHERE id = ?""",
        (
            blob,
            record.found.size_bytes,
            integer_or_text(record.found.mtime_ns),
            record.found.beside,
            content_id,
        ),
    )
