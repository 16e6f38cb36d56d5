"""The tables of the catalogue, version by version, and the way from one to the next.

Version 1 (Vislumbre 0.1): folders, contents, files, vectors, the outbox, notes and names.
Version 2 (Vislumbre 0.2): the rating of a content. Photos known before have none until they are read again.
Version 3 (Vislumbre 0.3): what a picture looks like and the hash of its pixels, tags and captions, stacks of like
photos, the drive of each folder, the stamp of the files beside a photo, and what was left out for being small. All
empty until photos are read again.
Version 4 (Vislumbre 0.4): videos, and the moments of them that have vectors of their own; drives mounted inside a
chosen folder.
Version 5 (Vislumbre 0.5): what is known of a photo's making belongs to the file, for what stands beside it is part of
that; a content keeps what its bytes say. With it where each word came from, how exact a date is, lens, exposure and
people; a remark on a picture with a blemish; more of what tells that a file changed, and which failures may pass.
Version 6 (Vislumbre 0.6): since when no file has a content, so that what is known of photos that are gone can be
forgotten in time. The tables are in `orphan_schema.py`.
Version 7 (Vislumbre 0.7): the order of photos by date, their looks by themselves, and figures that were counted each time.
In `figure_schema.py`.
Version 8 (Vislumbre 0.8): whether a picture is mostly plain ground. Not known of photos until they are read again.
"""

import logging
import sqlite3
import uuid
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from desktop_app.library.catalog.columns import path_to_blob, range_below
from desktop_app.library.catalog.figure_schema import add_figures
from desktop_app.library.catalog.orphan_schema import add_orphans
from desktop_app.library.outside.json_text import NotJsonError, read_json

log = logging.getLogger(__name__)

CATALOG_NAME = "catalog.db"
"""The catalogue's file, in the library's folder."""

APPLICATION_ID = 0x56736C62
"""What the file's header says of who wrote it: "Vslb"."""

TABLE_NAMES = frozenset(
    {
        "folder",
        "content",
        "file",
        "vector",
        "outbox",
        "note",
        "name",
        "stack",
        "left_out",
        "frame",
        "inner_drive",
        "orphan",
        "figure",
    }
)
"""Tables that every catalogue of the newest version has."""

Migration = Callable[[sqlite3.Connection], None]
"""Brings the tables from one version to the next, inside a transaction that it neither begins nor ends."""

# A file is a path; a content is what was read there. Equal bytes share one content, and so one vector.
# Numbers of files and contents are never used again (AUTOINCREMENT): the vector store and the window keep them.
_TABLES = (
    "CREATE TABLE folder (id INTEGER PRIMARY KEY AUTOINCREMENT, path BLOB NOT NULL UNIQUE) STRICT",
    """CREATE TABLE content (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        hash TEXT NOT NULL UNIQUE,
        width_px INTEGER,
        height_px INTEGER,
        taken_at INTEGER,
        camera TEXT,
        latitude REAL,
        longitude REAL
    ) STRICT""",
    """CREATE TABLE file (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        folder_id INTEGER NOT NULL REFERENCES folder (id),
        path BLOB NOT NULL UNIQUE,
        size_bytes INTEGER NOT NULL,
        mtime_ns ANY NOT NULL,
        content_id INTEGER REFERENCES content (id),
        problem TEXT
    ) STRICT""",
    "CREATE INDEX file_by_folder ON file (folder_id)",
    "CREATE INDEX file_by_content ON file (content_id)",
    "CREATE INDEX file_with_problem ON file (path) WHERE problem IS NOT NULL",
    """CREATE TABLE vector (
        content_id INTEGER NOT NULL REFERENCES content (id),
        model_id TEXT NOT NULL,
        vec BLOB NOT NULL,
        PRIMARY KEY (content_id, model_id)
    ) STRICT""",
    "CREATE INDEX vector_by_model ON vector (model_id, content_id)",
    """CREATE TABLE outbox (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        model_id TEXT NOT NULL,
        content_id INTEGER NOT NULL,
        UNIQUE (content_id, model_id)
    ) STRICT""",
    "CREATE INDEX outbox_by_model ON outbox (model_id)",
    "CREATE TABLE note (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    # The words come ready cut (words.py), so the tokenizer has only to split at spaces. Whole phrases are never
    # asked for: without positions (detail=none) the index is a third smaller. The prefix indexes keep a query of
    # one or two letters from merging thousands of words.
    "CREATE VIRTUAL TABLE name USING fts5 (words, tokenize='ascii', detail=none, prefix='1 2 3 4')",
)

# The outbox is filled by triggers, so that no way of writing can forget it. A row written to the view `touched`
# (no model: every model) gives a content's changes new numbers, for one that happens between sending a row and
# flushing it must be sent again. They are deleted and inserted, not replaced: an upsert that fires a trigger
# overrides an OR REPLACE inside it. A row too many is harmless, it only says what the store knows already.
_TRIGGERS = (
    "CREATE VIEW touched (content_id, model_id) AS SELECT NULL, NULL",
    """CREATE TRIGGER renew INSTEAD OF INSERT ON touched WHEN new.content_id IS NOT NULL BEGIN
        DELETE FROM outbox WHERE content_id = new.content_id AND model_id IN (
            SELECT model_id FROM vector
            WHERE content_id = new.content_id AND model_id = COALESCE(new.model_id, model_id)
        );
        INSERT INTO outbox (model_id, content_id)
            SELECT model_id, content_id FROM vector
            WHERE content_id = new.content_id AND model_id = COALESCE(new.model_id, model_id);
    END""",
    """CREATE TRIGGER file_came AFTER INSERT ON file BEGIN
        INSERT INTO touched VALUES (new.content_id, NULL);
    END""",
    """CREATE TRIGGER file_changed AFTER UPDATE OF content_id, folder_id, mtime_ns ON file
    WHEN old.content_id IS NOT new.content_id OR old.folder_id IS NOT new.folder_id
        OR old.mtime_ns IS NOT new.mtime_ns
    BEGIN
        INSERT INTO touched VALUES (old.content_id, NULL), (new.content_id, NULL);
    END""",
    """CREATE TRIGGER file_went AFTER DELETE ON file BEGIN
        INSERT INTO touched VALUES (old.content_id, NULL);
        DELETE FROM name WHERE rowid = old.id;
    END""",
    """CREATE TRIGGER content_dated AFTER UPDATE OF taken_at ON content
    WHEN old.taken_at IS NOT new.taken_at BEGIN
        INSERT INTO touched VALUES (new.id, NULL);
    END""",
    """CREATE TRIGGER vector_came AFTER INSERT ON vector BEGIN
        INSERT INTO touched VALUES (new.content_id, new.model_id);
    END""",
    """CREATE TRIGGER vector_changed AFTER UPDATE ON vector BEGIN
        INSERT INTO touched VALUES (new.content_id, new.model_id);
    END""",
)


def create(connection: sqlite3.Connection) -> None:
    """Migration 0 → 1: make the tables of an empty file."""
    for statement in (*_TABLES, *_TRIGGERS):
        connection.execute(statement)
    # Numbers begin at 1 again in a catalogue made anew; this tells whoever kept the old ones that it is another.
    connection.execute("INSERT INTO note VALUES ('catalog id', ?)", (uuid.uuid4().hex,))


def add_rating(connection: sqlite3.Connection) -> None:
    """Migration 1 → 2: add how many stars a photo was given."""
    connection.execute("ALTER TABLE content ADD COLUMN rating INTEGER")


_VERSION_3 = (
    # Two contents with the same `pixels` differ in metadata only. `look` is `media.looks.look_of`, a signed integer.
    "ALTER TABLE content ADD COLUMN pixels TEXT",
    "ALTER TABLE content ADD COLUMN look INTEGER",
    # A tag on each line.
    "ALTER TABLE content ADD COLUMN tags TEXT",
    "ALTER TABLE content ADD COLUMN caption TEXT",
    "CREATE INDEX content_by_pixels ON content (pixels) WHERE pixels IS NOT NULL",
    # Changes whenever a file beside the photo that says something of it (XMP, JSON) does; 0 without one.
    "ALTER TABLE file ADD COLUMN beside INTEGER NOT NULL DEFAULT 0",
    # The drive a folder was last seen on: its identity, its name for people, and where on it the folder is.
    "ALTER TABLE folder ADD COLUMN volume TEXT",
    "ALTER TABLE folder ADD COLUMN drive TEXT",
    "ALTER TABLE folder ADD COLUMN inside BLOB",
    # Seconds since 1970 when the folder was found missing; NULL while it is there.
    "ALTER TABLE folder ADD COLUMN offline_since INTEGER",
    # Photos that are shown as one: those with the same `stack` number. A photo without its like has no row.
    """CREATE TABLE stack (
        content_id INTEGER PRIMARY KEY REFERENCES content (id),
        stack INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX stack_by_number ON stack (stack)",
    # Files that were read and are smaller than the person wants: no photos of the library, and not read again.
    """CREATE TABLE left_out (
        path BLOB PRIMARY KEY,
        size_bytes INTEGER NOT NULL,
        mtime_ns ANY NOT NULL,
        beside INTEGER NOT NULL,
        side_px INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
)


def add_looks(connection: sqlite3.Connection) -> None:
    """Migration 2 → 3: add looks, pixels, tags, stacks and drives."""
    for statement in _VERSION_3:
        connection.execute(statement)


_VERSION_4 = (
    # How long a video is; NULL for a photo.
    "ALTER TABLE content ADD COLUMN duration_ms INTEGER",
    # A moment of a video is a content of its own, without a file: so it has a vector, a thumbnail, and a row in the
    # store, which are there while the video has a file. The moment that a video is known by is the video itself.
    """CREATE TABLE frame (
        content_id INTEGER PRIMARY KEY REFERENCES content (id),
        video_id INTEGER NOT NULL REFERENCES content (id),
        at_ms INTEGER NOT NULL,
        UNIQUE (video_id, at_ms)
    ) STRICT""",
    # As before, but what happens to a video happens to its frames.
    "DROP TRIGGER renew",
    """CREATE TRIGGER renew INSTEAD OF INSERT ON touched WHEN new.content_id IS NOT NULL BEGIN
        DELETE FROM outbox WHERE content_id IN (
            SELECT new.content_id UNION SELECT content_id FROM frame WHERE video_id = new.content_id
        ) AND model_id IN (
            SELECT model_id FROM vector
            WHERE vector.content_id = outbox.content_id AND model_id = COALESCE(new.model_id, model_id)
        );
        INSERT INTO outbox (model_id, content_id)
            SELECT model_id, content_id FROM vector WHERE content_id IN (
                SELECT new.content_id UNION SELECT content_id FROM frame WHERE video_id = new.content_id
            ) AND model_id = COALESCE(new.model_id, model_id);
    END""",
)


_INNER_DRIVES = (
    # Drives that were seen mounted inside a chosen folder. `below` is how the paths of their photos begin: the mount
    # point with a separator. `offline_since` as for a folder.
    """CREATE TABLE inner_drive (
        below BLOB NOT NULL PRIMARY KEY,
        volume TEXT NOT NULL,
        drive TEXT NOT NULL,
        offline_since INTEGER
    ) STRICT""",
)
# Where version 3 noted them: after these words the chosen folder; the value, in JSON, says the identity by place in it.
_NOTED_DRIVES = "drives inside "


def add_videos(connection: sqlite3.Connection) -> None:
    """Migration 3 → 4: add videos, and drives inside chosen folders."""
    for statement in (*_VERSION_4, *_INNER_DRIVES):
        connection.execute(statement)
    _take_over_inner_drives(connection)


def _take_over_inner_drives(connection: sqlite3.Connection) -> None:
    """Go on knowing the drives that version 3 had noted, or the photos of one that is away now would be given up."""
    noted = connection.execute(
        "SELECT key, value FROM note WHERE key LIKE ?", (_NOTED_DRIVES + "%",)
    ).fetchall()
    for key, value in noted:
        folder = Path(key.removeprefix(_NOTED_DRIVES))
        for inside, identity in _said_in(value).items():
            below, _ = range_below(path_to_blob(folder / inside))
            connection.execute("INSERT OR IGNORE INTO inner_drive VALUES (?, ?, '', NULL)", (below, identity))
    connection.execute("DELETE FROM note WHERE key LIKE ?", (_NOTED_DRIVES + "%",))


def _said_in(value: str) -> dict[str, str]:
    try:
        said = read_json(value)
    except NotJsonError as error:
        # In a catalogue that was damaged once. The drive is known again as soon as it is seen.
        log.warning("a note of drives cannot be read: %s", error)
        return {}
    pairs = said.items() if isinstance(said, dict) else ()
    return {inside: identity for inside, identity in pairs if isinstance(identity, str)}


_SAID = ("taken_at", "camera", "latitude", "longitude", "rating", "tags", "caption")


def said_by_old_content(columns: Collection[str]) -> str:
    """Return, as an expression over a content of versions 1 to 4 with these columns, the `said` of version 5."""
    known = [column for column in _SAID if column in columns]
    if not known:
        return "NULL"
    pairs = ", ".join(f"'{column}', {column}" for column in known)
    return f"CASE WHEN COALESCE({', '.join(known)}, NULL) IS NOT NULL THEN json_object({pairs}) END"


FILES_SAY_WHAT_CONTENTS_DO = f"""UPDATE file SET ({", ".join(_SAID)}) = (
    SELECT {", ".join(f"json_extract(said, '$.{column}')" for column in _SAID)}
    FROM content WHERE content.id = file.content_id
)"""  # noqa: S608  # our own words
"""Lets the files of a catalogue of an earlier version know what their contents say."""

FILES_ARE_DATED = """UPDATE file SET dated_at =
    COALESCE(taken_at, CAST(MIN(MAX(mtime_ns / 1000000000, -1000000000000000), 1000000000000000) AS INTEGER))"""
"""Dates them by what they say, else by when they were written."""

_VERSION_5 = (
    # What the bytes of a file say of its making, as JSON: the columns of `file` that are named like it.
    "ALTER TABLE content ADD COLUMN said TEXT",
    f"UPDATE content SET said = {said_by_old_content(_SAID)}",  # noqa: S608  # our own words
    # What is wrong with a picture that is shown all the same.
    "ALTER TABLE content ADD COLUMN remark TEXT",
    # What is known of the making of a photo, from its bytes, from the files beside it and from its name.
    "ALTER TABLE file ADD COLUMN taken_at INTEGER",
    "ALTER TABLE file ADD COLUMN precision TEXT",
    "ALTER TABLE file ADD COLUMN meaning INTEGER",
    "ALTER TABLE file ADD COLUMN camera TEXT",
    "ALTER TABLE file ADD COLUMN lens TEXT",
    "ALTER TABLE file ADD COLUMN exposure TEXT",
    "ALTER TABLE file ADD COLUMN latitude REAL",
    "ALTER TABLE file ADD COLUMN longitude REAL",
    "ALTER TABLE file ADD COLUMN rating INTEGER",
    # A tag, a name on each line.
    "ALTER TABLE file ADD COLUMN tags TEXT",
    "ALTER TABLE file ADD COLUMN people TEXT",
    "ALTER TABLE file ADD COLUMN caption TEXT",
    # Where each of these came from, as JSON.
    "ALTER TABLE file ADD COLUMN sources TEXT",
    # Where it stands among the others: `taken_at`, else the date of the file, in wall-clock seconds since 1970.
    "ALTER TABLE file ADD COLUMN dated_at INTEGER NOT NULL DEFAULT 0",
    # The time of the last change of the file's entry in nanoseconds since 1970, and its number; 0 where not known.
    "ALTER TABLE file ADD COLUMN changed_ns ANY NOT NULL DEFAULT 0",
    "ALTER TABLE file ADD COLUMN inode ANY NOT NULL DEFAULT 0",
    "ALTER TABLE left_out ADD COLUMN changed_ns ANY NOT NULL DEFAULT 0",
    "ALTER TABLE left_out ADD COLUMN inode ANY NOT NULL DEFAULT 0",
    # Whether its problem may pass by itself: rights, locks, no memory, a drive that stutters.
    "ALTER TABLE file ADD COLUMN passing INTEGER NOT NULL DEFAULT 0",
    FILES_SAY_WHAT_CONTENTS_DO,
    FILES_ARE_DATED,
    "DROP TRIGGER content_dated",
    *(f"ALTER TABLE content DROP COLUMN {column}" for column in _SAID),
)


def add_sources(connection: sqlite3.Connection) -> None:
    """Migration 4 → 5: let files say what contents said, and more."""
    for statement in _VERSION_5:
        connection.execute(statement)


def add_flatness(connection: sqlite3.Connection) -> None:
    """Migration 7 → 8: add whether a picture is flat, as `media.flatness.is_flat`; 0, 1 or not known."""
    connection.execute("ALTER TABLE content ADD COLUMN is_flat INTEGER")


MIGRATIONS: Sequence[Migration] = (
    create,
    add_rating,
    add_looks,
    add_videos,
    add_sources,
    add_orphans,
    add_figures,
    add_flatness,
)
"""The migration at place n leads from version n to version n + 1. Entries are added, never changed."""


def version_of(connection: sqlite3.Connection) -> int:
    """Return the version of the tables; 0 when there are none yet."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def owner_of(connection: sqlite3.Connection) -> int | None:
    """Return the application id in the file's header, or None for a database without any table."""
    if connection.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()[0] == 0:
        return None
    return int(connection.execute("PRAGMA application_id").fetchone()[0])


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables to the newest version, or leave the file exactly as it is.

    All steps are one transaction. Foreign keys must be off on this connection, so that a step may build a table
    anew; they are checked before the end.

    Raises:
        sqlite3.Error: A step failed; nothing was changed.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        _take_every_step(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _take_every_step(connection: sqlite3.Connection) -> None:
    # The version is asked again inside the transaction: another process may have been quicker.
    for migration in MIGRATIONS[version_of(connection) :]:
        migration(connection)
    if broken := connection.execute("PRAGMA foreign_key_check").fetchall():
        raise sqlite3.IntegrityError(f"{len(broken)} rows point nowhere after the upgrade")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
