# ruff: noqa: S608 - statements are made of our own words
"""How many files there are of each kind: counted once, and from then on kept by triggers of the writer's connection.

So a status or the facets cost the same right after a write, right after a start, and for any number of photos. They are
triggers of the connection and not of the file, as those of `changes.py`, for they ask Python for a path's folder. Who writes
to the file in any other way takes the figures away (`forget_figures`), and they are counted anew when it is opened.
"""

import os
import sqlite3
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

_SEPARATOR = os.fsencode(os.sep)
# What is counted, and how; another number makes it be counted anew.
_RULES: Final = 1


class Kind(StrEnum):
    """What is counted.

    Attributes:
        FILES: All files of a chosen folder; the key is its number.
        FAILED: Those of them that cannot be used.
        INDEXED: Those that can be used and have a vector of a model; the key is the folder's number, a space, the model.
        PLACE: Usable files that lie directly in a folder; the key is its path.
        ENDING: Usable files whose name ends so, from behind the last dot.
        CAMERA: Usable files of a camera.
        LOCATED: Usable files of which it is known where they were taken.
        RATED: Usable files with a star or more.
    """

    FILES = "files"
    FAILED = "failed"
    INDEXED = "indexed"
    PLACE = "place"
    ENDING = "ending"
    CAMERA = "camera"
    LOCATED = "located"
    RATED = "rated"


NO_FILES: Final = (0, 0, 0)
"""Of a chosen folder without files, what `files_by_folder` would say."""

# Says by which rules the others were counted; while it is missing there are none.
_MADE: Final = "made"
_COUNTED: Final = ("folder_id", "problem", "content_id", "camera", "latitude", "rating")
_FOLDER: Final = "CAST({row}folder_id AS BLOB)"
_KEYS: Final = {
    Kind.FILES: _FOLDER,
    Kind.FAILED: f"IIF({{row}}problem IS NOT NULL, {_FOLDER}, NULL)",
    Kind.PLACE: "IIF({row}problem IS NULL, place_of({row}path), NULL)",
    Kind.ENDING: "IIF({row}problem IS NULL, ending_of({row}path), NULL)",
    Kind.CAMERA: "IIF({row}problem IS NULL, CAST({row}camera AS BLOB), NULL)",
    Kind.LOCATED: "IIF({row}problem IS NULL AND {row}latitude IS NOT NULL, x'', NULL)",
    Kind.RATED: "IIF({row}problem IS NULL AND {row}rating > 0, x'', NULL)",
}
"""The key of a row of `file` for each kind; NULL where it does not count."""
_MODEL_KEY: Final = "CAST({file}.folder_id || ' ' || {vector}.model_id AS BLOB)"
_ADDED: Final = "ON CONFLICT (kind, key) DO UPDATE SET count = count + excluded.count"


def _counted(row: str, step: int) -> str:
    """Return the statements that count a row of `file` in, or out again."""
    rows = ", ".join(f"('{kind}', {key.format(row=row + '.')})" for kind, key in _KEYS.items())
    return f"""INSERT INTO figure SELECT column1, column2, {step} FROM (VALUES {rows})
            WHERE column2 IS NOT NULL {_ADDED};
        INSERT INTO figure SELECT '{Kind.INDEXED}', {_MODEL_KEY.format(file=row, vector="vector")}, {step}
            FROM vector WHERE vector.content_id = {row}.content_id AND {row}.problem IS NULL {_ADDED};"""


def _vector_counted(row: str, step: int) -> str:
    return f"""INSERT INTO figure SELECT '{Kind.INDEXED}', {_MODEL_KEY.format(file="file", vector=row)}, {step}
            FROM file WHERE file.content_id = {row}.content_id AND problem IS NULL {_ADDED};"""


_ARE_KEPT: Final = "NOT EXISTS (SELECT 1 FROM temp.figures_lost)"
_TRIGGERS: Final = (
    "CREATE TEMP TABLE figures_lost (is_so INTEGER PRIMARY KEY)",
    f"""CREATE TEMP TRIGGER figure_file_came AFTER INSERT ON main.file WHEN {_ARE_KEPT} BEGIN
        {_counted("new", 1)}
    END""",
    f"""CREATE TEMP TRIGGER figure_file_went AFTER DELETE ON main.file WHEN {_ARE_KEPT} BEGIN
        {_counted("old", -1)}
    END""",
    f"""CREATE TEMP TRIGGER figure_file AFTER UPDATE OF {", ".join(_COUNTED)} ON main.file
    WHEN ({" OR ".join(f"old.{name} IS NOT new.{name}" for name in _COUNTED)}) AND {_ARE_KEPT} BEGIN
        {_counted("old", -1)}
        {_counted("new", 1)}
    END""",
    # Paths change with their folder only, all at once: then counting anew is quicker.
    """CREATE TEMP TRIGGER figure_moved AFTER UPDATE OF path ON main.file WHEN old.path IS NOT new.path BEGIN
        INSERT OR IGNORE INTO figures_lost VALUES (1);
    END""",
    f"""CREATE TEMP TRIGGER figure_vector_came AFTER INSERT ON main.vector WHEN {_ARE_KEPT} BEGIN
        {_vector_counted("new", 1)}
    END""",
    f"""CREATE TEMP TRIGGER figure_vector_went AFTER DELETE ON main.vector WHEN {_ARE_KEPT} BEGIN
        {_vector_counted("old", -1)}
    END""",
)

_NO_ROW: Final = {kind: key.format(row="") for kind, key in _KEYS.items()}
_COUNT_ALL: Final = (
    "DELETE FROM figure",
    *(
        f"INSERT INTO figure SELECT '{kind}', {key} AS key, COUNT(*) FROM file WHERE key IS NOT NULL GROUP BY key"
        for kind, key in _NO_ROW.items()
    ),
    f"""INSERT INTO figure SELECT '{Kind.INDEXED}', CAST(folder_id || ' ' || model_id AS BLOB), COUNT(*)
        FROM file JOIN vector ON vector.content_id = file.content_id
        WHERE problem IS NULL GROUP BY folder_id, model_id""",
    f"INSERT INTO figure VALUES ('{_MADE}', x'', {_RULES})",
)


def keep_figures(connection: sqlite3.Connection) -> None:
    """Let the writer's connection keep the figures from now on, and count them where that was not done. Outside a transaction."""
    connection.create_function("place_of", 1, place_of, deterministic=True)
    connection.create_function("ending_of", 1, ending_of, deterministic=True)
    if not have_figures(connection):
        connection.execute("BEGIN IMMEDIATE")
        try:
            count_figures(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    for statement in _TRIGGERS:
        connection.execute(statement)


def settle_figures(connection: sqlite3.Connection) -> None:
    """Count all anew where following each change was given up. On the writer's connection, as a transaction ends."""
    if connection.execute("DELETE FROM temp.figures_lost").rowcount:
        count_figures(connection)


def count_figures(connection: sqlite3.Connection) -> None:
    """Count all anew; takes 4 s for a million photos. On the writer's connection, inside a transaction."""
    for statement in _COUNT_ALL:
        connection.execute(statement)


def count_anew(connection: sqlite3.Connection) -> bool:
    """As `count_figures`; returns whether any was wrong, and writes nothing where none was."""
    before = _all(connection)
    connection.execute("SAVEPOINT counted")
    count_figures(connection)
    is_wrong = before != _all(connection)
    if not is_wrong:
        connection.execute("ROLLBACK TO counted")
    connection.execute("RELEASE counted")
    return is_wrong


def _all(connection: sqlite3.Connection) -> set[tuple[str, bytes, int]]:
    return set(connection.execute("SELECT kind, key, count FROM figure WHERE count <> 0").fetchall())


def forget_figures(connection: sqlite3.Connection) -> None:
    """Take the figures away, for whoever writes with another connection: they are counted when the file is opened."""
    connection.execute("DELETE FROM figure")


def have_figures(connection: sqlite3.Connection) -> bool:
    """Whether all was counted, by today's rules."""
    row = connection.execute("SELECT count FROM figure WHERE kind = ? AND key = x''", (_MADE,)).fetchone()
    return row is not None and row[0] == _RULES


def figures_of(connection: sqlite3.Connection, kind: Kind) -> Mapping[bytes, int]:
    """Return how many files there are by the keys of a kind; keys that no file has any more are left out."""
    rows: list[tuple[bytes, int]] = connection.execute(
        "SELECT key, count FROM figure WHERE kind = ? AND count > 0", (kind.value,)
    ).fetchall()
    return dict(rows)


def files_by_folder(
    connection: sqlite3.Connection, model_id: str | None
) -> Mapping[int, tuple[int, int, int]]:
    """Return, by the number of a chosen folder, how many files it has, how many failed and how many are indexed."""
    # In one statement, so that all three are of one moment.
    rows: list[tuple[str, bytes, int]] = connection.execute(
        "SELECT kind, key, count FROM figure WHERE kind IN (?, ?, ?) AND count > 0",
        (Kind.FILES, Kind.FAILED, Kind.INDEXED),
    ).fetchall()
    counts = {(kind, key): count for kind, key, count in rows}
    model = b" " + (model_id or "").encode("utf-8", "replace")
    return {
        int(key): (
            count,
            counts.get((Kind.FAILED, key), 0),
            counts.get((Kind.INDEXED, key + model), 0) if model_id else 0,
        )
        for kind, key, count in rows
        if kind == Kind.FILES
    }


def files_below(connection: sqlite3.Connection, folder: bytes, below: tuple[bytes, bytes]) -> int:
    """Return how many usable files are in a folder, and in those whose paths lie in a range."""
    (count,) = connection.execute(
        """SELECT COALESCE(SUM(count), 0) FROM figure
        WHERE kind = ?1 AND (key = ?2 OR (key >= ?3 AND key < ?4))""",
        (Kind.PLACE, folder.removesuffix(_SEPARATOR), *below),
    ).fetchone()
    return int(count)


def place_of(path: bytes) -> bytes:
    """Return the folder of a file."""
    return path.rpartition(_SEPARATOR)[0]


def ending_of(path: bytes) -> bytes:
    """Return what stands behind the last dot of a file's name; the whole name without one."""
    return path.rpartition(_SEPARATOR)[2].rpartition(b".")[2]
