"""Writing what was learned of photos, inside one transaction."""

import logging
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from desktop_app.library.catalog.columns import clean_text, integer_or_text, path_to_blob
from desktop_app.library.catalog.folders import ChosenFolders
from desktop_app.library.catalog.known_files import save_left_out
from desktop_app.library.catalog.rows import PhotoRecord
from desktop_app.library.catalog.said import json_of, said_of_file
from desktop_app.library.catalog.videos import save_frames, save_vector, share_frames
from desktop_app.library.catalog.words import indexed_words

logger = logging.getLogger(__name__)


def save_records(
    connection: sqlite3.Connection, records: Sequence[PhotoRecord], model_id: str | None
) -> None:
    """Write what was learned of files, inside a transaction; see `PhotoTable.save`."""
    folders = ChosenFolders(connection)
    for record in records:
        home = folders.above(path_to_blob(record.found.path))
        if home is None:
            logger.info("left out, for it lies in no chosen folder: %s", record.found.path)
            continue
        content_id = _save_content(connection, record)
        if record.left_out or record.is_half:
            save_left_out(connection, record, content_id)
            continue
        _save_file(connection, record, content_id, home)
        if content_id is None:
            continue
        save_frames(connection, record, content_id, model_id)
        if model_id is not None and record.vector is not None:
            save_vector(connection, content_id, model_id, record.vector)
        elif record.pixels is not None:
            _share_vectors(connection, content_id, record.pixels)
            share_frames(connection, content_id, record.pixels)


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
    told = {
        "width_px": record.width_px if record.height_px is not None else None,
        "height_px": record.height_px if record.width_px is not None else None,
        "pixels": record.pixels,
        "look": record.look,
        "is_flat": record.is_flat,
        "duration_ms": record.duration_ms,
    }
    values: dict[str, str | int | float | None] = {
        name: value for name, value in told.items() if value is not None
    }
    own = record.metadata if record.own is None else record.own
    if own is not None:
        values |= {"said": json_of(own), "remark": clean_text(record.remark)}
    if values:
        places = ", ".join(f"{name} = ?" for name in values)
        connection.execute(f"UPDATE content SET {places} WHERE id = ?", (*values.values(), number))  # noqa: S608  # our own names
    return number


def _share_vectors(connection: sqlite3.Connection, content_id: int, pixels: str) -> None:
    """Give a content the vectors of one with the same pixels, of every model: only its metadata is another."""
    connection.execute(
        """INSERT INTO vector (content_id, model_id, vec)
        SELECT ?1, model_id, vec FROM vector WHERE content_id IN (SELECT id FROM content WHERE pixels = ?2 AND id <> ?1)
        GROUP BY model_id ON CONFLICT DO NOTHING""",
        (content_id, pixels),
    )


def _save_file(
    connection: sqlite3.Connection, record: PhotoRecord, content_id: int | None, home: tuple[int, Path]
) -> None:
    found, (folder_id, folder) = record.found, home
    said = said_of_file(connection, found, record.metadata, content_id)
    values = {
        "folder_id": folder_id,
        "size_bytes": found.size_bytes,
        "mtime_ns": integer_or_text(found.mtime_ns),
        "changed_ns": integer_or_text(found.changed_ns),
        "inode": integer_or_text(found.inode),
        "content_id": content_id,
        "problem": clean_text(record.problem),
        "passing": record.passing,
        "beside": found.beside,
        **said,
    }
    words = indexed_words(found.path, folder, " ".join(str(said[name] or "") for name in ("tags", "caption")))
    blob = path_to_blob(found.path)
    places = ", ".join(f"{name} = ?" for name in values)
    updated = connection.execute(
        f"UPDATE file SET {places} WHERE path = ? RETURNING id",  # noqa: S608  # our own names
        (*values.values(), blob),
    ).fetchone()
    if updated:
        connection.execute("UPDATE name SET words = ? WHERE rowid = ?", (words, *updated))
        return
    marks = ", ".join("?" * len(values))
    added = connection.execute(
        f"INSERT INTO file ({', '.join(values)}, path) VALUES ({marks}, ?)",  # noqa: S608  # our own names
        (*values.values(), blob),
    )
    connection.execute("INSERT INTO name (rowid, words) VALUES (?, ?)", (added.lastrowid, words))
