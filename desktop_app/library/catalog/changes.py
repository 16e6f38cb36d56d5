# ruff: noqa: S608 - statements are made of our own words
"""The log of what was written to the catalogue, by the numbers of files and contents, for what is derived from it.

Triggers of the writer's connection fill it, as those of the tables fill the outbox: so no way of writing can forget it.
They write to a table in memory that belongs to that connection alone, inside the same transaction.
"""

import sqlite3
import threading
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Of more than this, reading all again is no slower than following each.
_MOST_REMEMBERED: Final = 50_000


class _Kind(IntEnum):
    ADDED = 1
    CHANGED = 2
    REMOVED = 3
    CONTENT = 4
    MOMENTS = 5
    EVERYTHING = 6


@dataclass(frozen=True, slots=True)
class FileChanges:
    """What was written between two transactions.

    Attributes:
        added: Numbers of files that came.
        removed: Numbers of files that went.
        changed: Numbers of files of which something else is known by now, and of files with the same content as one
            that came, went or changed: of equal files only one is shown, and it may be another now.
        contents: Contents of all of these, before and after, and contents that have another vector.
        moments: Whether any video has other moments.
        everything: Whether more changed than the numbers say: folders came, moved or went, or a drive did.
    """

    added: frozenset[int] = frozenset()
    removed: frozenset[int] = frozenset()
    changed: frozenset[int] = frozenset()
    contents: frozenset[int] = frozenset()
    moments: bool = False
    everything: bool = False

    def __bool__(self) -> bool:
        """Whether anything happened."""
        return self != NO_CHANGES

    @property
    def files(self) -> frozenset[int]:
        """Numbers of all files of which anything is said."""
        return self.added | self.removed | self.changed

    @property
    def names_files(self) -> bool:
        """Whether anything is said of any file."""
        return self.everything or bool(self.added or self.removed or self.changed)


NO_CHANGES: Final = FileChanges()
EVERYTHING: Final = FileChanges(moments=True, everything=True)

_OF_FILES: Final = (
    "content_id", "problem", "size_bytes", "mtime_ns", "dated_at", "taken_at", "precision", "camera", "lens", "exposure",
    "latitude", "longitude", "rating", "tags", "people", "caption"
)  # fmt: skip
_OF_CONTENTS: Final = ("width_px", "height_px", "duration_ms", "remark")


def _is_another(columns: Sequence[str]) -> str:
    return " OR ".join(f"old.{column} IS NOT new.{column}" for column in columns)


# One row for each row that is written, or two, however many files have the same content: those are looked up once, when
# the transaction ends.
_TRIGGERS: Final = (
    # Without a key, so that nothing conflicts: an upsert that fires a trigger overrides an OR IGNORE inside it.
    "CREATE TEMP TABLE change (kind INTEGER NOT NULL, number INTEGER NOT NULL)",
    f"""CREATE TEMP TRIGGER change_came AFTER INSERT ON main.file BEGIN
        INSERT INTO change VALUES ({_Kind.ADDED}, new.id);
        INSERT INTO change SELECT {_Kind.CONTENT}, new.content_id WHERE new.content_id IS NOT NULL;
    END""",
    # Not the path: photos move with their folder only, of which the table of folders tells.
    f"""CREATE TEMP TRIGGER change_file AFTER UPDATE OF {", ".join(_OF_FILES)} ON main.file
    WHEN {_is_another(_OF_FILES)} BEGIN
        INSERT INTO change VALUES ({_Kind.CHANGED}, new.id);
        INSERT INTO change SELECT {_Kind.CONTENT}, old.content_id WHERE old.content_id IS NOT NULL;
        INSERT INTO change SELECT {_Kind.CONTENT}, new.content_id WHERE new.content_id IS NOT NULL;
    END""",
    f"""CREATE TEMP TRIGGER change_went AFTER DELETE ON main.file BEGIN
        INSERT INTO change VALUES ({_Kind.REMOVED}, old.id);
        INSERT INTO change SELECT {_Kind.CONTENT}, old.content_id WHERE old.content_id IS NOT NULL;
    END""",
    f"""CREATE TEMP TRIGGER change_content AFTER UPDATE OF {", ".join(_OF_CONTENTS)} ON main.content
    WHEN {_is_another(_OF_CONTENTS)} BEGIN
        INSERT INTO change VALUES ({_Kind.CONTENT}, new.id);
    END""",
    f"""CREATE TEMP TRIGGER change_vector_came AFTER INSERT ON main.vector BEGIN
        INSERT INTO change VALUES ({_Kind.CONTENT}, new.content_id);
    END""",
    f"""CREATE TEMP TRIGGER change_moment_came AFTER INSERT ON main.frame BEGIN
        INSERT INTO change VALUES ({_Kind.MOMENTS}, 0);
    END""",
    f"""CREATE TEMP TRIGGER change_moment AFTER UPDATE ON main.frame BEGIN
        INSERT INTO change VALUES ({_Kind.MOMENTS}, 0);
    END""",
    f"""CREATE TEMP TRIGGER change_moment_went AFTER DELETE ON main.frame BEGIN
        INSERT INTO change VALUES ({_Kind.MOMENTS}, 0);
    END""",
    *(
        f"""CREATE TEMP TRIGGER change_{table}_{number} AFTER {event} ON main.{table} BEGIN
            INSERT INTO change VALUES ({_Kind.EVERYTHING}, 0);
        END"""
        for table, events in (
            ("folder", ("INSERT", "DELETE", "UPDATE OF path, offline_since, drive")),
            ("inner_drive", ("INSERT", "DELETE", "UPDATE")),
        )
        for number, event in enumerate(events)
    ),
)

# Of equal files one is shown, and it may be another now.
_EQUAL: Final = f"""SELECT {_Kind.CHANGED}, id FROM file
    WHERE content_id IN (SELECT number FROM temp.change WHERE kind = {_Kind.CONTENT}) LIMIT {_MOST_REMEMBERED}"""


def record_changes(connection: sqlite3.Connection) -> None:
    """Let a connection note what it writes from now on. Outside a transaction."""
    for statement in _TRIGGERS:
        connection.execute(statement)


def recorded_changes(connection: sqlite3.Connection) -> FileChanges:
    """Return what a connection noted since this was last called, and forget it. Inside a transaction."""
    (count,) = connection.execute("SELECT COUNT(*) FROM temp.change").fetchone()
    if not count:
        return NO_CHANGES
    if count > _MOST_REMEMBERED:
        connection.execute("DELETE FROM temp.change")
        return EVERYTHING
    rows: list[tuple[int, int]] = connection.execute(
        "SELECT DISTINCT kind, number FROM temp.change"
    ).fetchall()
    equal = connection.execute(_EQUAL).fetchall()
    connection.execute("DELETE FROM temp.change")
    return EVERYTHING if len(equal) >= _MOST_REMEMBERED else _changes(rows + equal)


def _changes(rows: Iterable[tuple[int, int]]) -> FileChanges:
    by_kind: dict[int, set[int]] = {}
    for kind, number in rows:
        by_kind.setdefault(kind, set()).add(number)
    added, removed = by_kind.get(_Kind.ADDED, set()), by_kind.get(_Kind.REMOVED, set())
    return FileChanges(
        frozenset(added - removed),
        frozenset(removed),
        frozenset(by_kind.get(_Kind.CHANGED, set()) - added - removed),
        frozenset(by_kind.get(_Kind.CONTENT, set())),
        moments=_Kind.MOMENTS in by_kind,
        everything=_Kind.EVERYTHING in by_kind,
    )


def together(changes: Sequence[FileChanges]) -> FileChanges:
    """Return the changes of successive transactions as one."""
    if len(changes) <= 1:
        return changes[0] if changes else NO_CHANGES
    added: set[int] = set()
    removed: set[int] = set()
    changed: set[int] = set()
    contents: set[int] = set()
    for step in changes:
        added |= step.added
        removed |= step.removed
        changed |= step.changed
        contents |= step.contents
    # Numbers are never given twice, so what went did not come back.
    return FileChanges(
        frozenset(added - removed),
        frozenset(removed),
        frozenset(changed - added - removed),
        frozenset(contents),
        moments=any(step.moments for step in changes),
        everything=any(step.everything for step in changes),
    )


class ChangeLog:
    """The latest changes by the number of the transaction; tells what changed since an earlier one. Any thread."""

    def __init__(self) -> None:
        self._entries: deque[tuple[int, FileChanges]] = deque()
        self._size = 0
        # All transactions up to this one are forgotten.
        self._forgotten = 0
        self._lock = threading.Lock()

    def add(self, number: int, changes: FileChanges) -> None:
        """Remember what a transaction changed; the oldest changes are forgotten."""
        if not changes:
            return
        with self._lock:
            self._entries.append((number, changes))
            self._size += _size_of(changes)
            while self._size > _MOST_REMEMBERED:
                self._forgotten, gone = self._entries.popleft()
                self._size -= _size_of(gone)

    def since(self, number: int) -> FileChanges:
        """Return what changed after a transaction; `EVERYTHING` where that is forgotten."""
        with self._lock:
            if number < self._forgotten:
                return EVERYTHING
            later = [changes for at, changes in self._entries if at > number]
        return together(later)


def _size_of(changes: FileChanges) -> int:
    return 1 + len(changes.added) + len(changes.removed) + len(changes.changed) + len(changes.contents)


def places_of(wanted: NDArray[np.int64], numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places of numbers in a sorted array.

    Args:
        wanted: ``(m,)``, ascending; those that are not in the array are left out.
        numbers: ``(k,)``, ascending.

    Returns:
        ``(n,)``, ascending.
    """
    places = np.searchsorted(numbers, wanted)
    inside = places < len(numbers)
    places, wanted = places[inside], wanted[inside]
    found: NDArray[np.int64] = places[numbers[places] == wanted]
    return found
