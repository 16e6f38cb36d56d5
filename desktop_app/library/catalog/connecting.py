"""Connects to a database file that anybody may have written: whatever its schema says, it is only data."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# SQLite asks after so many steps of its machine whether to go on: some 0.2 ms.
_STEPS_AT_ONCE = 10_000
# Half a second of steps. Opening takes less than a hundredth of it, however many photos there are.
_MOST_STEPS = 20_000_000

IN_MEMORY = Path(":memory:")
"""A database without a file."""


def connect(
    path: Path, *, timeout_s: float = 5.0, transactions: bool = True, read_only: bool = False
) -> sqlite3.Connection:
    """Open a connection for which the schema of the file is not trusted. Any thread may use it, one at a time.

    Functions with side effects are refused in views, triggers and tables, cells are checked before they are used, and
    where the module can, nothing but the schema's own statements may change it
    (https://www.sqlite.org/security.html, “Untrusted SQLite Database Files”).

    Args:
        path: The file; made when it is not there. `IN_MEMORY` for none.
        timeout_s: How long to wait for another process.
        transactions: Whether the module begins them by itself.
        read_only: Whether nothing is made or written, in the file or beside it. A log beside it is not read then.

    Raises:
        sqlite3.Error: It cannot be opened.
    """
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro&immutable=1" if read_only else path,
        uri=read_only,
        timeout=timeout_s,
        isolation_level="DEFERRED" if transactions else None,
        check_same_thread=False,
    )
    try:
        # None of these three looks at the file.
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.execute("PRAGMA mmap_size = 0")
        # A compacting attaches one.
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 1)
        # From Python 3.12 on.
        if (configure := getattr(connection, "setconfig", None)) is not None:
            configure(getattr(sqlite3, "SQLITE_DBCONFIG_DEFENSIVE"), True)  # noqa: B009  # not in 3.11
    except BaseException:
        connection.close()
        raise
    return connection


def trust_schema(connection: sqlite3.Connection) -> None:
    """Let triggers of a schema that was found to be ours do all they do.

    FTS5 of some versions of SQLite (3.40 for one) counts among what an untrusted trigger may not touch; ours delete from it.
    """
    connection.execute("PRAGMA trusted_schema = ON")


@contextmanager
def within_bounds(connection: sqlite3.Connection, most_steps: int = _MOST_STEPS) -> Iterator[None]:
    """End a statement inside the block that takes more than this; it fails with `SQLITE_INTERRUPT`.

    Args:
        connection: Used by nobody else meanwhile.
        most_steps: Steps of SQLite's machine, of all statements of the block together.
    """
    left = most_steps

    def is_enough() -> bool:
        nonlocal left
        left -= _STEPS_AT_ONCE
        return left <= 0

    connection.set_progress_handler(is_enough, _STEPS_AT_ONCE)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)
