"""Version 7 of the tables: what is asked about all photos again and again is kept, and not counted anew each time.

Two indexes (by date, by look), and figures of photos by folder, camera and so on. Everything in them follows from the
other tables; see `figures.py`. For a million photos the step takes 1 s, and the figures are counted in 4 s when the file
is opened for the first time.
"""

import sqlite3

_VERSION_7 = (
    # The photos to look at in the order in which they are shown: read from its end.
    "CREATE INDEX file_by_date ON file (dated_at) WHERE problem IS NULL",
    "CREATE INDEX content_by_look ON content (look) WHERE look IS NOT NULL",
    # How many files there are of each `kind` and `key`; see `figures.py`.
    """CREATE TABLE figure (
        kind TEXT NOT NULL,
        key BLOB NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (kind, key)
    ) STRICT, WITHOUT ROWID""",
)


def add_figures(connection: sqlite3.Connection) -> None:
    """Migration 6 → 7: add the order of photos by date, their looks by themselves, and room for figures."""
    for statement in _VERSION_7:
        connection.execute(statement)
