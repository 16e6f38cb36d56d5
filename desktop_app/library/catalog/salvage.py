"""Reads what can still be read of a damaged catalogue, and of older copies of it, into a new one."""

import logging
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from desktop_app.library.catalog.beside import look_beside
from desktop_app.library.catalog.catalog import Catalog
from desktop_app.library.catalog.columns import path_from_blob
from desktop_app.library.catalog.connecting import connect, trust_schema, within_bounds
from desktop_app.library.catalog.figures import forget_figures
from desktop_app.library.catalog.kept_order import forget_order
from desktop_app.library.catalog.notes import STORE_STATE
from desktop_app.library.catalog.plausible import (
    NO_CONTENT,
    NO_VECTOR,
    WITHOUT_TYPE,
    is_catalog_id,
    is_folder_path,
    is_photo_path,
    no_number,
)
from desktop_app.library.catalog.said import COLUMNS
from desktop_app.library.catalog.schema import (
    FILES_ARE_DATED,
    FILES_SAY_WHAT_CONTENTS_DO,
    said_by_old_content,
)
from desktop_app.library.catalog.words import indexed_words
from desktop_app.library.errors import CatalogError

logger = logging.getLogger(__name__)

_CATALOG_ID = "catalog id"
# Parents before children. Words, stacks, figures and the outbox follow from these and are made again.
_TABLES = {
    "folder": ("id", "path", "volume", "drive", "inside", "offline_since"),
    "content": (
        "id", "hash", "width_px", "height_px", "pixels", "look", "is_flat", "duration_ms", "said", "remark",
    ),
    "frame": ("content_id", "video_id", "at_ms"),
    "inner_drive": ("below", "volume", "drive", "offline_since"),
    "vector": ("content_id", "model_id", "vec"),
    "file": (
        "id", "folder_id", "path", "size_bytes", "mtime_ns", "content_id", "problem", "beside", "changed_ns", "inode",
        "passing", "dated_at", *COLUMNS,
    ),
}  # fmt: skip
# Rows read at once; a damaged page costs at most a few more tries for each halving of this.
_ROWS_AT_ONCE = 4096
# More rows than any library has; the end to search from where the damage hides how many there were.
_MOST_ROWS = 2**31
# Tries in a row that may fail before the rest of a table is given up: a damaged page of the index above the rows hides
# some 7,000 of them, and each costs two tries of 10 to 30 µs.
_MOST_FAILURES = 200_000
# Enough for everything that we write; a chain of pages that ends where it began has as many bytes as its row says.
_LONGEST_VALUE_BYTES = 2**20
_MOST_NOTES = 10_000
_BROKEN = (sqlite3.DatabaseError, UnicodeDecodeError, OverflowError)

_Value = str | int | float | bytes | None


@dataclass(frozen=True, slots=True)
class Salvaged:
    """How much of a damaged catalogue could be read.

    Attributes:
        photos: Files.
        vectors: Embeddings; those of the rest are made again.
    """

    photos: int
    vectors: int


def salvage(broken: Path, target: Path, older: Sequence[Path] = ()) -> Salvaged:
    """Make a new catalogue of whatever can be read of a damaged one, completed from older copies of the same.

    Nothing of what is read is changed. What comes from an older copy may be out of date; the next refresh compares it
    with the disk.

    Args:
        broken: The damaged file; may be missing or no database at all.
        target: Where the new one is made; nothing is there yet.
        older: Copies of the same catalogue, the newest first.

    Raises:
        LibraryError: The new one cannot be written.
    """
    with Catalog(target):
        logger.info("a new catalogue is made from %s", broken)
    with closing(connect(target, transactions=False)) as connection:
        trust_schema(connection)
        connection.execute("BEGIN IMMEDIATE")
        known_id = None
        for source in (broken, *older):
            known_id = _take_over(source, connection, known_id)
        _drop_what_points_nowhere(connection)
        _find_words_again(connection)
        forget_figures(connection)
        forget_order(connection)
        (photos,) = connection.execute("SELECT COUNT(*) FROM file").fetchone()
        (vectors,) = connection.execute("SELECT COUNT(*) FROM vector").fetchone()
        connection.execute("COMMIT")
    return Salvaged(photos, vectors)


def _take_over(source: Path, target: sqlite3.Connection, known_id: str | None) -> str | None:
    """Copy what is readable of one file and not there yet; return the identity of the catalogue by now."""
    try:
        look_beside(source)
        # Not read-only: what its log holds belongs to it, and reading that needs a companion file.
        with closing(connect(source)) as connection:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE_BYTES)
            connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
            with within_bounds(connection):
                connection.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()
            notes = dict(_notes(connection))
            found_id = notes.get(_CATALOG_ID)
            if not is_catalog_id(found_id):
                # Folders would be named by it.
                notes.pop(_CATALOG_ID, None)
                found_id = None
            if known_id is not None and found_id not in {None, known_id}:
                logger.warning("%s belongs to another catalogue and is left out", source)
                return known_id
            for key, value in notes.items():
                if key.startswith(STORE_STATE):
                    # The store may hold more than could be read: it is compared when it is next opened.
                    continue
                # The identity was made anew with the file; the one it had names the folders of its vectors.
                action = "REPLACE" if key == _CATALOG_ID else "IGNORE"
                target.execute(f"INSERT OR {action} INTO note VALUES (?, ?)", (key, value))  # noqa: S608  # one of two words
            for table, columns in _TABLES.items():
                _copy(connection, target, table, columns)
            return known_id or found_id
    except (*_BROKEN, CatalogError) as error:
        logger.warning("%s cannot be read any further: %s", source, error)
        return known_id


def _notes(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    try:
        if {"key", "value"} <= _columns(connection, "note"):
            yield from connection.execute("SELECT key, value FROM note LIMIT ?", (_MOST_NOTES,)).fetchall()
    except _BROKEN as error:
        logger.warning("the notes cannot be read: %s", error)


def _copy(source: sqlite3.Connection, target: sqlite3.Connection, table: str, wanted: Sequence[str]) -> None:
    there = _columns(source, table)
    columns = {name: name for name in wanted if name in there}
    if table == "content" and "said" not in there:
        columns["said"] = said_by_old_content(there)
    if not columns:
        logger.warning("the table %s is missing", table)
        return
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608  # our own names
    for row in _rows(source, table, tuple(columns.values())):
        try:
            target.execute(statement, row)
        except sqlite3.DatabaseError as error:
            # A row of a wrong type: damage that reading did not notice.
            logger.info("a row of %s is left out: %s", table, error)
    if table == "file" and "dated_at" not in there:
        target.execute(f"{FILES_SAY_WHAT_CONTENTS_DO} WHERE dated_at = 0")
        target.execute(f"{FILES_ARE_DATED} WHERE dated_at = 0")


def _columns(source: sqlite3.Connection, table: str) -> set[str]:
    """Return the columns that are stored; none for a view or a virtual table, which work something out when read."""
    kinds = source.execute("SELECT type FROM pragma_table_list(?) WHERE schema = 'main'", (table,)).fetchall()
    if kinds != [("table",)]:
        return set()
    rows = source.execute("SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0", (table,)).fetchall()
    return {name for (name,) in rows}


def _rows(source: sqlite3.Connection, table: str, columns: Sequence[str]) -> Iterator[tuple[_Value, ...]]:
    """Yield every row that can be read, skipping damaged pages by halving the range of rows in question."""
    select = (
        f"SELECT rowid, {', '.join(columns)} FROM {table} WHERE rowid BETWEEN ? AND ? ORDER BY rowid LIMIT ?"  # noqa: S608  # our own names
    )
    waiting, failures = [(0, _last_row(source, table))], 0
    while waiting and failures < _MOST_FAILURES:
        low, high = waiting.pop()
        try:
            rows = source.execute(select, (low, high, _ROWS_AT_ONCE)).fetchall()
        except _BROKEN as error:
            failures += 1
            logger.debug("rows %d to %d of %s cannot be read: %s", low, high, table, error)
            if low < high:
                middle = (low + high) // 2
                waiting += [(middle + 1, high), (low, middle)]
            continue
        failures = 0
        last = low - 1
        for row in rows:
            # Pages that lead to the same ones again and again bring the same rows, for ever.
            if row[0] > last:
                last = row[0]
                yield row[1:]
        if len(rows) == _ROWS_AT_ONCE and last >= low:
            waiting.append((last + 1, high))


def _last_row(source: sqlite3.Connection, table: str) -> int:
    try:
        (last,) = source.execute(f"SELECT MAX(rowid) FROM {table}").fetchone()  # noqa: S608  # our own names
    except _BROKEN:
        return _MOST_ROWS
    return int(last or 0)


def _drop_what_points_nowhere(connection: sqlite3.Connection) -> None:
    """Leave out what hangs in the air: vectors of unknown contents or odd length, files of unknown folders.

    So are contents and folders whose names are none, and what should be a number and is not.
    """
    connection.execute(f"DELETE FROM content WHERE {NO_CONTENT}")  # noqa: S608  # our own words
    connection.execute(f"DELETE FROM vector WHERE {NO_VECTOR} OR content_id NOT IN (SELECT id FROM content)")  # noqa: S608  # the same
    connection.execute(
        """DELETE FROM frame WHERE content_id NOT IN (SELECT id FROM content)
        OR video_id NOT IN (SELECT id FROM content)"""
    )
    for model_id, usual in _usual_lengths(connection).items():
        connection.execute("DELETE FROM vector WHERE model_id = ? AND LENGTH(vec) <> ?", (model_id, usual))
    for number, path in connection.execute("SELECT id, path FROM folder").fetchall():
        if not is_folder_path(path):
            connection.execute("DELETE FROM folder WHERE id = ?", (number,))
    connection.execute("DELETE FROM file WHERE folder_id NOT IN (SELECT id FROM folder)")
    for column in WITHOUT_TYPE["file"]:
        # The next comparison finds it changed.
        connection.execute(f"UPDATE file SET {column} = 0 WHERE {no_number(column)}")  # noqa: S608  # our own names
    # A file whose content is unknown has no such size: the next comparison finds it changed and reads it.
    connection.execute(
        """UPDATE file SET content_id = NULL, size_bytes = -1
        WHERE problem IS NULL AND (content_id IS NULL OR content_id NOT IN (SELECT id FROM content))"""
    )
    connection.execute("UPDATE file SET content_id = NULL WHERE content_id NOT IN (SELECT id FROM content)")
    # Triggers noted what no file had just then, also of contents that are left out by now.
    connection.execute("DELETE FROM orphan WHERE content_id NOT IN (SELECT id FROM content)")
    _read_torn_videos_again(connection)
    # The triggers noted files and vectors in any order; every vector is sent to the store again.
    connection.execute("DELETE FROM outbox")
    connection.execute(
        "INSERT INTO outbox (model_id, content_id) SELECT model_id, content_id FROM vector ORDER BY content_id"
    )


def _read_torn_videos_again(connection: sqlite3.Connection) -> None:
    """Let videos that lost moments, or a moment's vector, be embedded anew; without its own vector a video is."""
    connection.execute(
        """DELETE FROM vector WHERE content_id IN (SELECT id FROM content WHERE duration_ms IS NOT NULL) AND (
            content_id NOT IN (SELECT content_id FROM frame) OR EXISTS (
                SELECT 1 FROM frame WHERE video_id = vector.content_id AND NOT EXISTS (
                    SELECT 1 FROM vector AS moment
                    WHERE moment.content_id = frame.content_id AND moment.model_id = vector.model_id
                )
            )
        )"""
    )


def _usual_lengths(connection: sqlite3.Connection) -> dict[str, int]:
    counted: dict[str, Counter[int]] = {}
    for model_id, length, count in connection.execute(
        "SELECT model_id, LENGTH(vec), COUNT(*) FROM vector GROUP BY model_id, LENGTH(vec)"
    ):
        counted.setdefault(model_id, Counter())[length] += count
    return {model_id: lengths.most_common(1)[0][0] for model_id, lengths in counted.items()}


def _find_words_again(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM name")
    rows = connection.execute(
        """SELECT file.id, file.path, folder.path, COALESCE(tags, '') || ' ' || COALESCE(caption, '')
        FROM file JOIN folder ON folder.id = folder_id"""
    ).fetchall()
    for number, path, folder, said in rows:
        if not is_photo_path(path, folder):
            connection.execute("DELETE FROM file WHERE id = ?", (number,))
            continue
        words = indexed_words(path_from_blob(path), path_from_blob(folder), said)
        connection.execute("INSERT INTO name (rowid, words) VALUES (?, ?)", (number, words))
