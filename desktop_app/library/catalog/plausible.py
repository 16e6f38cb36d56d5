"""Whether what a catalogue names could have come from Vislumbre: identities and paths are checked like any input."""

import os
import re
import sqlite3

from desktop_app.library.catalog.columns import is_below

_CATALOG_ID = re.compile(r"[0-9a-f]{1,64}")
# A disk's letter, or a share: folders of a library that was made on Windows.
_WINDOWS = re.compile(rb"[A-Za-z]:[\\/]|\\\\")
_PARTS = re.compile(rb"[\\/]" if os.name == "nt" else rb"/")

NO_CONTENT = "(hash GLOB '*[^0-9A-Za-z_-]*' OR LENGTH(hash) NOT BETWEEN 1 AND 128)"
"""Condition in SQL for contents whose hash is none; files of thumbnails would be named by it."""

NO_VECTOR = "(LENGTH(vec) NOT BETWEEN 2 AND 65536 OR LENGTH(vec) % 2)"
"""Condition in SQL for vectors that are none, two bytes a number."""

WITHOUT_TYPE = {"file": ("mtime_ns", "changed_ns", "inode"), "left_out": ("mtime_ns", "changed_ns", "inode")}
"""The columns that hold whole numbers of any size, and so have no type; by table."""


def no_number(column: str) -> str:
    """Return the condition in SQL for rows in which a column without a type holds no whole number."""
    return f"""(TYPEOF({column}) <> 'integer' AND (TYPEOF({column}) <> 'text' OR LENGTH({column}) NOT BETWEEN 2 AND 40
        OR SUBSTR({column}, 1, 1) NOT GLOB '[-0-9]' OR SUBSTR({column}, 2) GLOB '*[^0-9]*'))"""


def is_catalog_id(text: str | None) -> bool:
    """Whether this is an identity of a catalogue, which names the folders of its vectors."""
    return text is not None and _CATALOG_ID.fullmatch(text) is not None


def is_folder_path(path: object) -> bool:
    """Whether this is how the path of a chosen folder is kept: absolute, without “..”."""
    if not isinstance(path, bytes) or b"\0" in path:
        return False
    is_absolute = path.startswith(b"/") or _WINDOWS.match(path) is not None
    # Most paths of photos have no two dots at all.
    return is_absolute and (b".." not in path or b".." not in _PARTS.split(path))


def is_photo_path(path: bytes, folder: bytes) -> bool:
    """Whether a path, of any bytes, is that of a photo somewhere below its chosen folder."""
    return is_below(path, folder) and is_folder_path(path)


def strange_name(connection: sqlite3.Connection) -> str | None:
    """Return what of the few names that decide where is read and written is none, in words; None when all are.

    Costs the same for any number of photos.
    """
    row = connection.execute("SELECT value FROM note WHERE key = 'catalog id'").fetchone()
    if row is not None and not is_catalog_id(row[0]):
        return "its identity is none"
    for (path,) in connection.execute("SELECT path FROM folder").fetchall():
        if not is_folder_path(path):
            return f"{os.fsdecode(path)!r} is no folder"
    return None


def strange_row(connection: sqlite3.Connection) -> str | None:
    """Return the first row that names a thumbnail or a photo outside of its place, or no number where one belongs.

    None when there is none.

    Reads every photo: 0.4 s for 100,000.
    """
    row = connection.execute(f"SELECT hash FROM content WHERE {NO_CONTENT} LIMIT 1").fetchone()  # noqa: S608  # our own words
    if row is not None:
        return f"“{row[0]}” is no content"
    if (strange := _strange_value(connection)) is not None:
        return strange
    folders = dict(connection.execute("SELECT id, path FROM folder").fetchall())
    for number, path in connection.execute("SELECT folder_id, path FROM file"):
        if number not in folders or not is_photo_path(path, folders[number]):
            return f"{os.fsdecode(path)!r} is no photo of its folder"
    return None


_UNEQUAL = "SELECT 1 FROM vector GROUP BY model_id HAVING MIN(LENGTH(vec)) < MAX(LENGTH(vec)) LIMIT 1"


def _strange_value(connection: sqlite3.Connection) -> str | None:
    """Return what holds something that nothing of its kind is, in words."""
    for table, columns in WITHOUT_TYPE.items():
        for column in _columns(connection, table).intersection(columns):
            if _is_any(connection, table, no_number(column)):
                return f"{column} of a {table} is no number"
    if _is_any(connection, "vector", NO_VECTOR) or connection.execute(_UNEQUAL).fetchone():
        return "a vector is none, or longer than others of its model"
    return None


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    """Return the names of a table's columns; those of an earlier version are not all there."""
    return {name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))}


def _is_any(connection: sqlite3.Connection, table: str, condition: str) -> bool:
    return connection.execute(f"SELECT 1 FROM {table} WHERE {condition} LIMIT 1").fetchone() is not None  # noqa: S608  # our own words
