"""What the catalogue remembers of the files on disk: what a fresh listing is compared with."""

import os
import sqlite3
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from desktop_app.library.catalog.columns import integer_or_text, path_from_blob, path_to_blob, range_below
from desktop_app.library.catalog.database import Database
from desktop_app.library.catalog.rows import PhotoRecord
from desktop_app.library.catalog.said import metadata_of, object_of
from desktop_app.library.folders.comparing import FoundPhoto, Stamp, key_of
from desktop_app.library.folders.unchanged import KnownFolder, stamp_of_row
from desktop_app.library.media.metadata.metadata import Metadata
from desktop_app.library.photo import FailedPhoto

# No file has this size, so a comparison always finds the file changed.
_NO_SIZE = -1
# In place of the side of a photo that is too small: a file that is not named like a photo, and is one or none.
_IS_PHOTO, _IS_NONE = -1, -2
# In the same place: the film of a live photo, which is left out whatever its size.
_IS_HALF = -3


class KnownFiles:
    """Files as they were last seen: what a fresh listing is held against. Any thread.

    Files that were left out for being small, and the films of live photos, are remembered beside them, so that they are
    not read again, and are in no answer.
    """

    def __init__(self, database: Database) -> None:
        """Make it on an open catalogue."""
        self._database = database

    def files(self, under: Path) -> dict[Path, Stamp]:
        """Return the stamp of every file known below a folder, of those with a problem too."""
        return {Path(path): stamp for path, stamp in self.stamps(under).values()}

    def in_folder(self, folder: Path) -> KnownFolder:
        """Return what is known of the files directly in a folder, and the names of the folders in it that hold some.

        What lies below those is skipped, so that the top of a library costs no more than any other folder.
        """
        known = KnownFolder()
        low, high = first, _ = range_below(path_to_blob(folder))
        with self._database.reading() as connection:
            while (inner := _known_before_folder(connection, (low, high), len(first), known)) is not None:
                known.below.append(os.fsdecode(inner))
                _, low = range_below(first + inner)
        return known

    def stamps(self, under: Path) -> dict[str, tuple[str, Stamp]]:
        """Return path and stamp of every file known below a folder, as `comparing.compare` holds a listing against them."""
        with self._database.reading() as connection:
            rows = connection.execute(_KNOWN, range_below(path_to_blob(under)))
            return {
                key_of(path := os.fsdecode(row[0])): (path, stamp_of_row(row[1:6], row[6])) for row in rows
            }

    def waiting(self, under: Path, model_id: str) -> list[FoundPhoto]:
        """Return files below a folder that have no problem and no vector of this model, by path."""
        with self._database.reading() as connection:
            rows = connection.execute(
                f"""SELECT path, {_STAMP} FROM file
                LEFT JOIN vector ON vector.content_id = file.content_id AND model_id = ?
                WHERE path >= ? AND path < ? AND problem IS NULL AND vector.content_id IS NULL ORDER BY path""",  # noqa: S608  # as above
                (model_id, *range_below(path_to_blob(under))),
            ).fetchall()
        return [_found(*row) for row in rows]

    def passing(self, paths: Iterable[Path]) -> list[FoundPhoto]:
        """Return those of some files that could not be read for a reason that may pass, as they were last seen."""
        statement = f"SELECT path, {_STAMP} FROM file WHERE path = ? AND passing"  # noqa: S608  # as above
        with self._database.reading() as connection:
            rows = [connection.execute(statement, (path_to_blob(path),)).fetchone() for path in paths]
        return [_found(*row) for row in rows if row]

    def learn(self, found: Iterable[FoundPhoto]) -> None:
        """Remember when the entries of known files were changed, and their numbers; nothing else of them is new."""
        rows = [
            (integer_or_text(photo.changed_ns), integer_or_text(photo.inode), path_to_blob(photo.path))
            for photo in found
        ]
        if rows:
            with self._database.writing() as connection:
                for table in ("file", "left_out"):
                    connection.executemany(
                        f"UPDATE {table} SET changed_ns = ?, inode = ? WHERE path = ?",  # noqa: S608  # as above
                        rows,
                    )

    def hash_of(self, path: Path) -> str | None:
        """Return the hash of a file's bytes when it was last read; None where it was not, or could not be used."""
        with self._database.reading() as connection:
            row = connection.execute(
                """SELECT hash FROM file JOIN content ON content.id = content_id
                WHERE path = ? AND problem IS NULL""",
                (path_to_blob(path),),
            ).fetchone()
        return str(row[0]) if row else None

    def own_words(self, content_hash: str) -> tuple[Metadata, str | None]:
        """Return what the bytes of a content say of its making, as far as that is known, and the remark on it."""
        statement = "SELECT said, remark FROM content WHERE hash = ?"
        with self._database.reading() as connection:
            row = connection.execute(statement, (content_hash,)).fetchone()
        return (metadata_of(object_of(row[0])), row[1]) if row else (Metadata(), None)

    def beside_of(self, path: Path) -> int:
        """Return the stamp of a photo's sidecar files when it was saved; 0 without any, and for an unknown photo."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT beside FROM file WHERE path = ?", (path_to_blob(path),)
            ).fetchone()
        return int(row[0]) if row else 0

    def sample(self, folder: Path, most: int) -> dict[Path, Stamp]:
        """Return some photos of a folder, spread evenly, by where they are inside it; all when there are few."""
        with self._database.reading() as connection:
            rows = connection.execute(
                """SELECT path, size_bytes, mtime_ns FROM (
                    SELECT file.path AS path, size_bytes, mtime_ns,
                        ROW_NUMBER() OVER (ORDER BY file.path) - 1 AS place, COUNT(*) OVER () AS count
                    FROM file JOIN folder ON folder.id = folder_id WHERE folder.path = ? AND size_bytes >= 0
                ) WHERE place * ?2 / count > (place - 1) * ?2 / count OR place = 0""",
                (path_to_blob(folder), most),
            ).fetchall()
        return {
            path_from_blob(path).relative_to(folder): Stamp(size, int(mtime)) for path, size, mtime in rows
        }

    def failures(self, under: Path | None = None) -> list[FailedPhoto]:
        """Return the files that cannot be used, below a folder or everywhere, by path."""
        low, high = range_below(path_to_blob(under)) if under else (b"", None)
        with self._database.reading() as connection:
            rows = connection.execute(
                """SELECT path, problem FROM file
                WHERE problem IS NOT NULL AND path >= ?1 AND (?2 IS NULL OR path < ?2) ORDER BY path""",
                (low, high),
            ).fetchall()
        return [FailedPhoto(path_from_blob(path), problem) for path, problem in rows]

    def forget_failures(self, paths: Iterable[Path] | None) -> int:
        """Have failed files tried again: the next comparison finds them changed.

        They stay failed until they are saved again.

        Args:
            paths: Which; None for all.

        Returns:
            How many there were.
        """
        with self._database.writing() as connection:
            if paths is None:
                statement = "UPDATE file SET size_bytes = ? WHERE problem IS NOT NULL"
                return connection.execute(statement, (_NO_SIZE,)).rowcount
            statement = "UPDATE file SET size_bytes = ? WHERE problem IS NOT NULL AND path = ?"
            return connection.executemany(
                statement, [(_NO_SIZE, path_to_blob(path)) for path in paths]
            ).rowcount

    def left_out(self, under: Path) -> dict[Path, Stamp]:
        """Return the stamp of every file below a folder that was left out for being small."""
        return self._left_out(under, "side_px >= 0")

    def halves(self, under: Path) -> dict[Path, Stamp]:
        """Return the stamp of every film below a folder that is the moving half of a photo."""
        return self._left_out(under, f"side_px = {_IS_HALF}")

    def _left_out(self, under: Path, condition: str) -> dict[Path, Stamp]:
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT path, {_STAMP} FROM left_out WHERE path >= ? AND path < ? AND {condition}",  # noqa: S608  # as above
                range_below(path_to_blob(under)),
            ).fetchall()
        return {path_from_blob(path): _stamp(*stamp) for path, *stamp in rows}

    def unlisted(self, under: Path) -> dict[Path, tuple[Stamp, bool]]:
        """Return which files below a folder were looked at that are not named like photos, and whether they are some."""
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT path, side_px, {_STAMP} FROM left_out WHERE path >= ? AND path < ? AND side_px IN (-1, -2)",  # noqa: S608  # as above
                range_below(path_to_blob(under)),
            ).fetchall()
        return {path_from_blob(path): (_stamp(*stamp), side == _IS_PHOTO) for path, side, *stamp in rows}

    def save_unlisted(self, looked_at: Iterable[tuple[FoundPhoto, bool]]) -> None:
        """Remember files that were looked at, and whether they are photos."""
        rows = [
            (
                path_to_blob(found.path),
                found.size_bytes,
                integer_or_text(found.mtime_ns),
                found.beside,
                integer_or_text(found.changed_ns),
                integer_or_text(found.inode),
                _IS_PHOTO if is_photo else _IS_NONE,
            )
            for found, is_photo in looked_at
        ]
        if rows:
            with self._database.writing() as connection:
                connection.executemany(
                    f"INSERT OR REPLACE INTO left_out (path, {_STAMP}, side_px) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608  # as above
                    rows,
                )

    def leave_out_halves(self, films: Iterable[FoundPhoto], most_s: float) -> set[Path]:
        """Leave out those of some films that are known as they are, and no longer than this: their photos came later.

        Nothing is read again: what was decoded says how long they are.

        Returns:
            Which are left out now.
        """
        most_ms = int(most_s * 1000)
        with self._database.reading() as connection:
            halves = [
                row
                for film in films
                for row in connection.execute(
                    f"""SELECT path, {_STAMP} FROM file JOIN content ON content.id = content_id
                    WHERE path = ? AND problem IS NULL AND duration_ms <= ?""",  # noqa: S608  # our own words
                    (path_to_blob(film.path), most_ms),
                )
                if (row[1], int(row[2])) == (film.size_bytes, film.mtime_ns)
            ]
        if halves:
            with self._database.writing() as connection:
                connection.executemany(
                    f"INSERT OR REPLACE INTO left_out (path, {_STAMP}, side_px) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608  # as above
                    [(*row, _IS_HALF) for row in halves],
                )
                connection.executemany("DELETE FROM file WHERE path = ?", [row[:1] for row in halves])
        return {path_from_blob(path) for path, *_ in halves}

    def forget_left_out(self, paths: Iterable[Path]) -> None:
        """Forget that files were left out, so that the next comparison finds them new."""
        blobs = [(path_to_blob(path),) for path in paths]
        if blobs:
            with self._database.writing() as connection:
                connection.executemany("DELETE FROM left_out WHERE path = ?", blobs)

    def leave_out_smaller(self, least_px: int) -> int:
        """Leave out just the photos whose shorter side has fewer pixels.

        Larger ones that were left out for that reason are found new by the next comparison. Nothing is read again: what
        was decoded says how large it is.

        Args:
            least_px: The shortest side a photo may have; 0 leaves out none.

        Returns:
            How many photos left the library.
        """
        with self._database.reading() as connection:
            change = connection.execute(
                f"""SELECT EXISTS (SELECT 1 FROM left_out WHERE side_px >= ?1)
                    OR (?1 > 0 AND EXISTS (SELECT 1 {_SMALL}))""",  # noqa: S608  # our own words
                (least_px,),
            ).fetchone()[0]
        if not change:
            return 0
        with self._database.writing() as connection:
            connection.execute("DELETE FROM left_out WHERE side_px >= ?", (least_px,))
            connection.execute(
                f"""INSERT OR REPLACE INTO left_out (path, {_STAMP}, side_px)
                SELECT path, {_STAMP}, MIN(width_px, height_px) {_SMALL}""",  # as above
                (least_px,),
            )
            gone = connection.execute(f"DELETE FROM file WHERE id IN (SELECT file.id {_SMALL})", (least_px,))  # noqa: S608  # as above
            return gone.rowcount

    def duration_s_of(self, content_hash: str) -> float | None:
        """Return how long a video is; None for a photo and for what was never decoded."""
        statement = "SELECT duration_ms FROM content WHERE hash = ? AND duration_ms IS NOT NULL"
        with self._database.reading() as connection:
            row = connection.execute(statement, (content_hash,)).fetchone()
        return row[0] / 1000 if row else None

    def size_of(self, content_hash: str) -> tuple[int, int] | None:
        """Return the upright width and height of a content in pixels; None when it was never decoded."""
        statement = "SELECT width_px, height_px FROM content WHERE hash = ? AND width_px IS NOT NULL"
        with self._database.reading() as connection:
            row = connection.execute(statement, (content_hash,)).fetchone()
        return (int(row[0]), int(row[1])) if row else None


_STAMP = "size_bytes, mtime_ns, beside, changed_ns, inode"
# As in `comparing.StampRow`.
_ROW = "size_bytes, mtime_ns, beside, changed_ns, passing"
_KNOWN = f"SELECT path, {_ROW}, inode FROM file WHERE path >= ? AND path < ?"  # noqa: S608  # our own words
_KNOWN_IN_ORDER = f"{_KNOWN} ORDER BY path"
_SEPARATOR = os.fsencode(os.sep)
# As `os.fsdecode` reads names, which takes three times as long.
_NAMES = (sys.getfilesystemencoding(), sys.getfilesystemencodeerrors())

_SMALL = """FROM file JOIN content ON content.id = file.content_id
    WHERE problem IS NULL AND MIN(width_px, height_px) < ?1"""


def _known_before_folder(
    connection: sqlite3.Connection, between: tuple[bytes, bytes], start: int, into: KnownFolder
) -> bytes | None:
    """Add the files between two paths, up to the first that lies in a folder; return its name.

    Args:
        connection: Reads.
        between: The first path, and the one behind the last.
        start: Where names begin in the paths.
        into: Where the files are added.
    """
    for row in connection.execute(_KNOWN_IN_ORDER, between):
        name = row[0][start:]
        if _SEPARATOR in name:
            return bytes(name.partition(_SEPARATOR)[0])
        text = str(name, *_NAMES)
        into.rows[text] = row[1:6]
        into.inodes[text] = row[6]
    return None


def _stamp(size: int, *rest: Any) -> Stamp:
    mtime, beside, changed, inode = rest
    return Stamp(size, int(mtime), beside, int(changed), int(inode))


def _found(path: bytes, *stamp: Any) -> FoundPhoto:
    size, mtime, beside, changed, inode = stamp
    return FoundPhoto(path_from_blob(path), size, int(mtime), beside, int(changed), int(inode))


def save_left_out(connection: sqlite3.Connection, record: PhotoRecord, content_id: int | None) -> None:
    """Remember one file as left out, and as no photo of the library."""
    blob = path_to_blob(record.found.path)
    connection.execute("DELETE FROM file WHERE path = ?", (blob,))
    connection.execute(
        f"""INSERT OR REPLACE INTO left_out (path, {_STAMP}, side_px)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, COALESCE(?8, (SELECT MIN(width_px, height_px) FROM content WHERE id = ?7), 0))""",  # noqa: S608  # our own words
        (
            blob,
            record.found.size_bytes,
            integer_or_text(record.found.mtime_ns),
            record.found.beside,
            integer_or_text(record.found.changed_ns),
            integer_or_text(record.found.inode),
            content_id,
            _IS_HALF if record.is_half else None,
        ),
    )
