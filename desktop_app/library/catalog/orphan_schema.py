# ruff: noqa: S608 - statements are made of our own words
"""Version 6 of the tables: contents that no file has any more, and since when.

Triggers keep it, as they keep the outbox, so that no way of writing can forget it. A moment of a video is no orphan: it
comes and goes with its video.
"""

import sqlite3

# `unixepoch` needs an SQLite that not every system has.
_NOW = "CAST(strftime('%s', 'now') AS INTEGER)"


def _no_file_has(content: str) -> str:
    return f"""NOT EXISTS (SELECT 1 FROM file WHERE file.content_id = {content})
        AND NOT EXISTS (SELECT 1 FROM frame WHERE frame.content_id = {content} AND video_id <> {content})"""


def _orphaned(content: str) -> str:
    """Return the statement that notes a content as an orphan, if it is there and no file has it."""
    return f"""INSERT OR IGNORE INTO orphan (content_id, since)
        SELECT id, {_NOW} FROM content WHERE id = {content} AND {_no_file_has(content)}"""


_VERSION_6 = (
    # `since` is in seconds since 1970; 0 for what is to be forgotten as soon as there is time.
    """CREATE TABLE orphan (
        content_id INTEGER PRIMARY KEY REFERENCES content (id),
        since INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX orphan_by_time ON orphan (since)",
    f"""INSERT INTO orphan SELECT id, {_NOW} FROM content WHERE {_no_file_has("content.id")}""",
    # A content is there before the file, or the moment, that has it.
    f"""CREATE TRIGGER orphan_born AFTER INSERT ON content BEGIN
        INSERT INTO orphan (content_id, since) VALUES (new.id, {_NOW});
    END""",
    """CREATE TRIGGER orphan_taken AFTER INSERT ON file WHEN new.content_id IS NOT NULL BEGIN
        DELETE FROM orphan WHERE content_id = new.content_id;
    END""",
    f"""CREATE TRIGGER orphan_changed AFTER UPDATE OF content_id ON file
    WHEN old.content_id IS NOT new.content_id BEGIN
        DELETE FROM orphan WHERE content_id = new.content_id;
        {_orphaned("old.content_id")};
    END""",
    f"""CREATE TRIGGER orphan_left AFTER DELETE ON file BEGIN
        {_orphaned("old.content_id")};
    END""",
    """CREATE TRIGGER orphan_moment AFTER INSERT ON frame WHEN new.content_id <> new.video_id BEGIN
        DELETE FROM orphan WHERE content_id = new.content_id;
    END""",
    f"""CREATE TRIGGER orphan_moment_left AFTER DELETE ON frame BEGIN
        {_orphaned("old.content_id")};
    END""",
)


def add_orphans(connection: sqlite3.Connection) -> None:
    """Migration 5 → 6: note which contents no file has; for those of before, the time runs from now on."""
    for statement in _VERSION_6:
        connection.execute(statement)
