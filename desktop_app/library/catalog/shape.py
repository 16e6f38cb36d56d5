"""Whether tables, indexes, views and triggers of a file are those that Vislumbre makes, and no others."""

import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from functools import cache

from desktop_app.library.catalog import schema
from desktop_app.library.catalog.connecting import IN_MEMORY, connect

# What FTS5 keeps its index in. Its words differ between versions of SQLite; what could act is named below.
_SHADOWS = frozenset(f"name_{part}" for part in ("data", "idx", "content", "docsize", "config"))
_ACTING = re.compile(r"\b(check|default|references|generated|as|conflict|virtual)\b", re.IGNORECASE)
# More than any version has. A schema of a million tables is not read to its end.
_MOST_PARTS = 200


def foreign_part(connection: sqlite3.Connection) -> str | None:
    """Return what of the schema is not ours, in words for a person; None when all of it is.

    A trigger or a default that somebody added acts whenever we write; a view in place of a table, whenever we read.

    Args:
        connection: Of a file of any version that this Vislumbre knows.

    Raises:
        sqlite3.Error: The schema cannot be read.
    """
    expected = _expected(schema.version_of(connection))
    parts = connection.execute("SELECT type, name, sql FROM sqlite_schema LIMIT ?", (_MOST_PARTS,)).fetchall()
    for kind, name, statement in parts:
        if kind == "table" and name in _SHADOWS and not _ACTING.search(statement or ""):
            continue
        if (kind, name) not in expected:
            return f"it has a {kind} that Vislumbre does not make, “{name}”"
        if _plain(statement) != expected[kind, name]:
            return f"its {kind} “{name}” is not as Vislumbre makes it"
    return None


def broken_page(connection: sqlite3.Connection) -> str | None:
    """Return the first thing that is wrong with how pages hang together, in SQLite's words; None when nothing is.

    Until that is known no statement may read all of a table: where pages lead to the same ones again and again, six of
    them hold more rows than can be counted, and counting hears no limit of steps. Reads every page, each once.

    Raises:
        sqlite3.Error: It cannot be read.
    """
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    return None if found == "ok" else str(found).removeprefix("*** in database main ***").strip()


@cache
def _expected(version: int) -> Mapping[tuple[str, str], str]:
    """Return what each part of a sound schema says, by kind and name."""
    with closing(connect(IN_MEMORY, transactions=False)) as connection:
        for migration in schema.MIGRATIONS[:version]:
            migration(connection)
        parts = connection.execute("SELECT type, name, sql FROM sqlite_schema").fetchall()
    return {(kind, name): _plain(statement) for kind, name, statement in parts}


def _plain(statement: str | None) -> str:
    """Return a statement without what versions of SQLite write differently: spaces, quotes, capitals."""
    return re.sub(r"[\s\"'`]+", "", statement or "").lower()
