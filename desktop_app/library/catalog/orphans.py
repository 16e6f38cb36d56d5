"""Contents that no file has any more: how many, since when, and forgetting them for good."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from desktop_app.library.catalog.columns import clean_text, path_from_blob, range_below
from desktop_app.library.catalog.database import Database, number_list
from desktop_app.library.outside.numbers import whole_number

AT_ONCE = 0
"""The time of what is to be forgotten as soon as there is time."""

EVER = 2**62
"""A time that comes behind all others, whatever a clock said when something went."""

REMOVED = "folders removed"
"""The note of when a chosen folder was last removed, in seconds since 1970, or `AT_ONCE`."""

# With the moments of videos, which are counted and forgotten with them.
_ORPHANED = """SELECT content_id FROM orphan UNION ALL
    SELECT frame.content_id FROM orphan JOIN frame ON video_id = orphan.content_id WHERE frame.content_id <> video_id"""
# None of ours has one; in a catalogue from somebody else a photo may pass for a moment.
_HAS_NO_FILE = "NOT EXISTS (SELECT 1 FROM file WHERE file.content_id = frame.content_id)"
# Of a row of `vector` in bytes: its vector, and in each of its indexes the model's name and two numbers.
_ROW_BYTES = 60
_INDEXES = 3
# Where `drives.presence` notes the device of a chosen folder: after these words its path.
_DEVICE = "device of "
# Pages are rarely full.
_SLACK = 1.15


@dataclass(frozen=True, slots=True)
class Orphan:
    """A content that no file has.

    Attributes:
        id: Its number.
        hashes: By which its thumbnail and those of its moments are known.
    """

    id: int
    hashes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VectorsKept:
    """How many vectors of one model there are.

    Attributes:
        live: Of contents that have a file, and of their moments.
        orphaned: Of all others.
        row_bytes: What one takes in the catalogue, about.
    """

    live: int
    orphaned: int
    row_bytes: int


class OrphanTable:
    """Contents whose last file went, or that never had one. Any thread."""

    def __init__(self, database: Database) -> None:
        """Make it on an open catalogue."""
        self._database = database

    def count(self) -> int:
        """Return how many there are; moments of videos count with their video."""
        with self._database.reading() as connection:
            return int(connection.execute("SELECT COUNT(*) FROM orphan").fetchone()[0])

    def due(self, until: int, limit: int) -> list[Orphan]:
        """Return some that have been orphans since a time in seconds since 1970, or longer; the oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                """SELECT content.id, hash FROM orphan JOIN content ON content.id = content_id
                WHERE since <= ? ORDER BY since LIMIT ?""",
                (until, limit),
            ).fetchall()
            return [Orphan(number, (own, *_hashes_of_moments(connection, number))) for number, own in rows]

    def is_any_due(self, until: int) -> bool:
        """Return whether `due` or `forget_places` would find something."""
        with self._database.reading() as connection:
            if connection.execute("SELECT 1 FROM orphan WHERE since <= ? LIMIT 1", (until,)).fetchone():
                return True
            since = _removed_since(connection)
            return since is not None and since <= until

    def begin_anew(self, before: int, now: int) -> None:
        """Let the time of those begin now that were noted while a clock stood before a time; of none marked to go at once."""
        values = {"marked": AT_ONCE, "before": before, "now": now}
        wrong = "since > :marked AND since < :before"
        with self._database.reading() as connection:
            found = connection.execute(f"SELECT 1 FROM orphan WHERE {wrong} LIMIT 1", values).fetchone()  # noqa: S608  # our own words
        if found:
            with self._database.writing() as connection:
                connection.execute(f"UPDATE orphan SET since = :now WHERE {wrong}", values)  # noqa: S608  # as above

    def forget(self, orphans: Sequence[int]) -> None:
        """Forget contents with their vectors, moments and stacks: all of them, or none when an error is raised.

        One that has a file by now stays. That the vector store has to drop them was noted when their files went.
        """
        with self._database.writing() as connection:
            rows = connection.execute(
                "SELECT content_id FROM orphan WHERE content_id IN (SELECT value FROM json_each(?))",
                (number_list(orphans),),
            ).fetchall()
            videos = number_list(number for (number,) in rows)
            moments = connection.execute(
                f"""SELECT content_id FROM frame WHERE video_id IN (SELECT value FROM json_each(?))
                AND {_HAS_NO_FILE}""",  # noqa: S608  # our own words
                (videos,),
            ).fetchall()
            connection.execute(
                "DELETE FROM frame WHERE video_id IN (SELECT value FROM json_each(?))", (videos,)
            )
            gone = number_list({number for (number,) in (*rows, *moments)})
            for table in ("vector", "stack", "frame", "orphan"):
                connection.execute(
                    f"DELETE FROM {table} WHERE content_id IN (SELECT value FROM json_each(?))",  # noqa: S608  # our own names
                    (gone,),
                )
            connection.execute("DELETE FROM content WHERE id IN (SELECT value FROM json_each(?))", (gone,))

    def forget_places(self, until: int) -> bool:
        """Forget what was noted of folders that are not chosen, and what was left out there, if none was removed after a time.

        That something is to go at once stays noted until `end_at_once`.

        Returns:
            Whether there was anything to forget.
        """
        with self._database.reading() as connection:
            since = _removed_since(connection)
        if since is None or since > until:
            return False
        with self._database.writing() as connection:
            start = b""
            for low, high in _chosen_ranges(connection):
                connection.execute("DELETE FROM left_out WHERE path >= ? AND path < ?", (start, low))
                start = max(start, high)
            connection.execute("DELETE FROM left_out WHERE path >= ?", (start,))
            if since != AT_ONCE:
                connection.execute("DELETE FROM note WHERE key = ?", (REMOVED,))
            _forget_devices(connection)
        return True

    def goes_at_once(self) -> bool:
        """Return whether a folder was removed that is to be forgotten at once, and that has not been ended."""
        with self._database.reading() as connection:
            return _removed_since(connection) == AT_ONCE

    def end_at_once(self) -> None:
        """Note that nothing is left of what was to be forgotten at once."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM note WHERE key = ? AND value = ?", (REMOVED, str(AT_ONCE)))

    def forget_words(self) -> None:
        """Leave nothing of the words of photos that are gone in the index, which drops them bit by bit else."""
        with self._database.writing() as connection:
            connection.execute("INSERT INTO name (name) VALUES ('optimize')")

    def hashes(self) -> set[str]:
        """Return the hashes of all contents, those of moments and orphans too."""
        with self._database.reading() as connection:
            return {content_hash for (content_hash,) in connection.execute("SELECT hash FROM content")}

    def vectors(self) -> dict[str, VectorsKept]:
        """Return how many vectors there are of each model."""
        with self._database.reading() as connection:
            every = connection.execute("SELECT model_id, COUNT(*) FROM vector GROUP BY model_id").fetchall()
            orphaned = dict(
                connection.execute(
                    f"SELECT model_id, COUNT(*) FROM vector WHERE content_id IN ({_ORPHANED}) GROUP BY model_id"  # noqa: S608  # our own words
                ).fetchall()
            )
            return {
                model_id: VectorsKept(
                    count - orphaned.get(model_id, 0),
                    orphaned.get(model_id, 0),
                    _row_bytes(connection, model_id),
                )
                for model_id, count in every
            }


def mark_orphans(connection: sqlite3.Connection, contents: Sequence[tuple[int | None]]) -> None:
    """Have those of some contents that have no file any more forgotten at once, inside a transaction."""
    connection.execute(
        "UPDATE orphan SET since = ? WHERE content_id IN (SELECT value FROM json_each(?))",
        (AT_ONCE, number_list(number for (number,) in contents if number is not None)),
    )


def note_removal(connection: sqlite3.Connection, *, at_once: bool) -> None:
    """Note that a chosen folder was removed, inside a transaction; what is noted at once stays so."""
    connection.execute(
        """INSERT INTO note SELECT ?1, CASE WHEN ?2 THEN '0' ELSE strftime('%s', 'now') END WHERE TRUE
        ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE value <> '0'""",
        (REMOVED, at_once),
    )


def _removed_since(connection: sqlite3.Connection) -> int | None:
    row = connection.execute("SELECT value FROM note WHERE key = ?", (REMOVED,)).fetchone()
    # A note that is no number, from a library that somebody else made, says nothing.
    return None if row is None else whole_number(row[0])


def _hashes_of_moments(connection: sqlite3.Connection, video_id: int) -> list[str]:
    rows = connection.execute(
        f"""SELECT hash FROM frame JOIN content ON content.id = frame.content_id
        WHERE video_id = ?1 AND frame.content_id <> ?1 AND {_HAS_NO_FILE}""",  # noqa: S608  # our own words
        (video_id,),
    ).fetchall()
    return [content_hash for (content_hash,) in rows]


def _chosen_ranges(connection: sqlite3.Connection) -> list[tuple[bytes, bytes]]:
    rows = connection.execute("SELECT path FROM folder").fetchall()
    return sorted(range_below(path) for (path,) in rows)


def _forget_devices(connection: sqlite3.Connection) -> None:
    chosen = connection.execute("SELECT path FROM folder").fetchall()
    kept = {f"{_DEVICE}{clean_text(str(path_from_blob(path)))}" for (path,) in chosen}
    noted = connection.execute("SELECT key FROM note WHERE key LIKE ?", (_DEVICE + "%",)).fetchall()
    connection.executemany("DELETE FROM note WHERE key = ?", [row for row in noted if row[0] not in kept])


def _row_bytes(connection: sqlite3.Connection, model_id: str) -> int:
    (length,) = connection.execute(
        "SELECT LENGTH(vec) FROM vector WHERE model_id = ? LIMIT 1", (model_id,)
    ).fetchone()
    return int(_SLACK * (length + _ROW_BYTES + _INDEXES * len(model_id)))
