"""Opens the catalogue's file and lends SQLite connections: one to write, as many as needed to read."""

import errno
import json
import logging
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from desktop_app import own_files
from desktop_app.library.catalog import schema
from desktop_app.library.catalog.beside import look_beside
from desktop_app.library.catalog.changes import ChangeLog, record_changes, recorded_changes
from desktop_app.library.catalog.connecting import connect, trust_schema, within_bounds
from desktop_app.library.catalog.errors import damaged, disk_full, not_ours, told_in_words
from desktop_app.library.catalog.figures import keep_figures, settle_figures
from desktop_app.library.catalog.kept_order import forget_order, noted_word
from desktop_app.library.catalog.plausible import strange_name
from desktop_app.library.catalog.shape import foreign_part
from desktop_app.library.errors import CatalogError, CatalogTooNewError


class Database:
    """The catalogue's file: one connection to write with and a pool of connections to read with.

    Any thread may read or write; writers wait for each other, readers for nobody. A connection is used by one
    thread at a time, and there are never more of them than threads that read at once.

    Attributes:
        path: The catalogue's file.
        changes: How many transactions were written since it was opened.
        log: What the latest of them changed.
        order_word: Under which word the order by date was kept when it was opened; see `kept_order.py`.
    """

    def __init__(self, path: Path) -> None:
        """Open the file, or make it, and bring it to the newest version.

        Raises:
            CatalogTooNewError: A newer Vislumbre wrote it; it was not changed.
            CatalogDamagedError: It is not a sound database; it was not changed.
            CatalogError: It cannot be opened or written.
            DiskFullError: There is no room for it.
        """
        self.path = path.absolute()
        self.changes = 0
        self.log = ChangeLog()
        self._writing = threading.RLock()
        self._pool = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        look_before_opening(self.path)
        with told_in_words(self.path):
            self._writer = open_writer(self.path)
            record_changes(self._writer)
            keep_figures(self._writer)
            self.order_word = noted_word(self._writer)

    @property
    def is_closed(self) -> bool:
        """Whether it was closed."""
        return self._closed

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend the writer's connection inside a transaction, which ends with the block or is undone with it.

        Raises:
            DiskFullError: The disk is full; nothing of the block was written.
            CatalogError: It cannot be written; nothing of the block was.
        """
        with self._writing, told_in_words(self.path):
            self._refuse_when_closed()
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                settle_figures(self._writer)
                changed = recorded_changes(self._writer)
                if changed.names_files:
                    forget_order(self._writer)
                self._writer.execute("COMMIT")
                # Before the number: who sees that finds the changes.
                self.log.add(self.changes + 1, changed)
                self.changes += 1
            except BaseException:
                # SQLite undoes the transaction by itself after some errors, a full disk among them.
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that reads what is committed.

        Raises:
            CatalogError: It cannot be read, or was closed.
        """
        with told_in_words(self.path):
            connection = self._take()
            try:
                yield connection
            finally:
                self._give_back(connection)

    def free_bytes(self) -> int:
        """Return how much of the file is free for what comes, and would be given back by `compact`."""
        with self.reading() as connection:
            (pages,) = connection.execute("PRAGMA freelist_count").fetchone()
        return int(pages) * _PAGE_BYTES

    def compact(self, stopped: Callable[[], bool]) -> bool:
        """Write the file anew without what is free in it; reading goes on, writing waits.

        290 MB of which 135 are free, those of 100,000 photos with two models, take 1.1 s, and no query meanwhile more
        than 0.11. In small steps (`incremental_vacuum`) the same took 7 s, and libraries of before would have to be
        written anew once for that.

        Args:
            stopped: Asked now and then; once it says yes, the file stays as it was.

        Returns:
            Whether it was done; not where the disk has no room for a second copy and its log.

        Raises:
            CatalogError: The file is damaged, or was closed.
        """
        size = self.path.stat().st_size
        if shutil.disk_usage(self.path.parent).free < _COPIES * size + _SPARE_BYTES:
            logger.info("no room to compact %s", self.path)
            return False
        with self._writing, told_in_words(self.path):
            self._refuse_when_closed()
            return _compacted(self.path, stopped)

    def close(self) -> None:
        """Close every connection; those that are reading now are closed by their reader. May be called twice."""
        with self._writing, self._pool:
            if self._closed:
                return
            self._closed = True
            for connection in self._idle:
                connection.close()
            self._idle.clear()
            self._writer.close()

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise CatalogError(f"The catalogue {self.path} is closed.")

    def _take(self) -> sqlite3.Connection:
        with self._pool:
            self._refuse_when_closed()
            if self._idle:
                return self._idle.pop()
        return open_reader(self.path)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._pool:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()


def _compacted(path: Path, stopped: Callable[[], bool]) -> bool:
    # A connection of its own: one that changes where temporary tables are loses those it has. The copy is made in the
    # system's folder of temporary files, for that of a million photos would fill the memory.
    with _connected(path) as connection, closing(connection):
        connection.execute("PRAGMA temp_store = FILE")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA fullfsync = ON")
        connection.set_progress_handler(lambda: int(stopped()), _STEPS_BETWEEN_LOOKS)
        try:
            connection.execute("VACUUM")
        except sqlite3.OperationalError as error:
            # Whatever stands in its way, the file is as it was.
            logger.info("the catalogue was not compacted: %s", error)
            return False
        connection.set_progress_handler(None, 0)
        # The new file is in the log still; a reader that is in the way leaves it there until the next time.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return True


logger = logging.getLogger(__name__)

# The copy, and the log that it is written to; more than that must stay free.
_COPIES = 2
_SPARE_BYTES = 2**28
_STEPS_BETWEEN_LOOKS = 2_000
_MAGIC = b"SQLite format 3\x00"
# The header begins with these words and the size of a page, two bytes.
_HEAD_BYTES = len(_MAGIC) + 2
# Readers never wait for the writer (WAL); only another process can make us wait.
_BUSY_S = 5.0
# A vector of 512 dimensions takes 1 KB: pages of 8 KB hold seven of them, those of 4 KB waste a quarter.
_PAGE_BYTES = 8192
_LONGEST_WAL_BYTES = 64 * 2**20


def look_before_opening(path: Path) -> None:
    """Refuse what SQLite would report badly, or would tidy away while opening it.

    Raises:
        CatalogDamagedError: The file is no database, or is empty beside a log of changes.
        CatalogError: It cannot be read, its folder is not there, or a name that SQLite would open is a link.
    """
    look_beside(path)
    head, size_bytes = _head_of(path)
    if head and not head.startswith(_MAGIC):
        raise damaged(path, "it is not a database")
    log = path.with_name(path.name + "-wal")
    has_log = log.exists() and log.stat().st_size > 0
    # SQLite deletes the log of an empty database, and it may hold the only copy of what was saved last.
    if not head and has_log:
        raise damaged(path, "it is empty")
    # With a log, the last page may be half written after a crash; the log has the whole one.
    if head and not has_log and size_bytes % _page_bytes_of(head):
        raise damaged(path, "it is cut short")


def _head_of(path: Path) -> tuple[bytes, int]:
    """Return how the file begins and how long it is; make it when it is not there."""
    try:
        # Made here so that nobody else can read it; SQLite gives its companion files the same permissions. Only
        # before SQLite has it open: closing a file drops every lock that this process holds on it.
        with os.fdopen(own_files.opened(path, os.O_RDWR | os.O_CREAT, below=path.parent), "rb") as file:
            return file.read(_HEAD_BYTES), os.fstat(file.fileno()).st_size
    except own_files.NotOurFileError as error:
        raise not_ours(path, error) from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise disk_full(path) from error
        if error.errno in {errno.ENOENT, errno.ENOTDIR}:
            raise CatalogError(
                f"The folder {path.parent} for the catalogue is not there.", "Make it or choose another."
            ) from error
        raise CatalogError(
            f"The catalogue {path} cannot be opened or written: {error.strerror}.",
            "Check the permissions of the file and its folder.",
        ) from error


def _page_bytes_of(head: bytes) -> int:
    """Return the size of a page as the header has it: 1 stands for 65,536, which two bytes cannot say."""
    size = int.from_bytes(head[len(_MAGIC) :], "big")
    return 65_536 if size <= 1 else size


def open_writer(path: Path) -> sqlite3.Connection:
    """Open a connection to write with; tables are made, or brought to the newest version.

    Raises:
        CatalogTooNewError: A newer Vislumbre wrote the file.
        CatalogDamagedError: Tables are missing, or others are there than Vislumbre makes.
        CatalogError: It belongs to another program, or could not be brought up to date.
        sqlite3.Error: Whatever else SQLite has against it.
    """
    with _connected(path) as connection:
        with within_bounds(connection):
            _refuse_foreign(connection, path)
        trust_schema(connection)
        connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        if mode != "wal":
            logger.warning("the disk of %s allows no write-ahead log; reading waits for writing", path)
        connection.execute("PRAGMA synchronous = FULL")
        # On macOS a plain sync does not empty the drive's own cache.
        connection.execute("PRAGMA fullfsync = ON")
        connection.execute("PRAGMA checkpoint_fullfsync = ON")
        connection.execute(f"PRAGMA journal_size_limit = {_LONGEST_WAL_BYTES}")
        _bring_up_to_date(connection, path)
        connection.execute("PRAGMA foreign_keys = ON")
        with within_bounds(connection):
            _read_a_little(connection, path)
    return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """Open a connection that cannot write.

    Raises:
        CatalogError: The file is gone.
        sqlite3.Error: Whatever else SQLite has against it.
    """
    # SQLite would make an empty file in its place, and then miss the tables; and it follows a link.
    if not own_files.is_there(path, below=path.parent):
        raise CatalogError(f"The catalogue {path} is gone.", "Connect its disk again, or restart Vislumbre.")
    with _connected(path) as connection:
        connection.execute("PRAGMA query_only = ON")
    return connection


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a connection that stays open after the block, unless the block fails."""
    # Transactions are begun and ended by us (no isolation level), and connections move between threads.
    connection = connect(path, timeout_s=_BUSY_S, transactions=False)
    # A damaged text must come out as a strange text, not as an error that looks like a bug.
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA cache_size = -16000")
        yield connection
    except BaseException:
        connection.close()
        raise


def _refuse_foreign(connection: sqlite3.Connection, path: Path) -> None:
    owner = schema.owner_of(connection)
    if owner not in {None, schema.APPLICATION_ID}:
        raise CatalogError(
            f"The file {path} belongs to another program.", "Move it away or choose another folder."
        )
    version, newest = schema.version_of(connection), len(schema.MIGRATIONS)
    if version > newest:
        raise CatalogTooNewError(
            f"The catalogue {path} was written by a newer Vislumbre (version {version}, this one knows {newest}).",
            "Update Vislumbre; the catalogue was not changed.",
        )
    if (strange := foreign_part(connection)) is not None:
        raise damaged(path, strange)


def _bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    version = schema.version_of(connection)
    if version == len(schema.MIGRATIONS):
        return
    try:
        with told_in_words(path):
            schema.migrate(connection)
    except sqlite3.Error as error:
        raise CatalogError(
            f"The catalogue {path} of version {version} could not be brought up to date ({error}).",
            "It was left as it was; the earlier Vislumbre can still read it.",
        ) from error


def _read_a_little(connection: sqlite3.Connection, path: Path) -> None:
    """Read a row of each table and the names of folders, so that gross damage shows now and not amid the work."""
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema").fetchall()}
    if missing := schema.TABLE_NAMES - there:
        raise damaged(path, f"the tables {', '.join(sorted(missing))} are missing")
    try:
        for name in schema.TABLE_NAMES:
            connection.execute(f"SELECT * FROM {name} LIMIT 1").fetchone()  # noqa: S608  # our own names
        strange = strange_name(connection)
    except sqlite3.OperationalError as error:
        # Damage inside the words that made a table ("detail=nonf") is a mistake in our statement to SQLite.
        if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:
            raise damaged(path, str(error)) from error
        raise
    if strange is not None:
        raise damaged(path, strange)


def number_list(numbers: Iterable[int]) -> str:
    """Return numbers as the JSON that SQLite's ``json_each`` reads: one parameter, however many they are."""
    return json.dumps([int(number) for number in numbers])
