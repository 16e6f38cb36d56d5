"""Opens the catalogue's file and lends connections: one to write, as many as needed to read."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop_app.library.catalog.opening import look_before_opening, open_reader, open_writer
from desktop_app.library.catalog.trouble import told_in_words
from desktop_app.library.errors import CatalogError


class Connections:
    """One connection to write with and a pool of connections to read with.

    Any thread may read or write; writers wait for each other, readers for nobody. A connection is used by one
    thread at a time, and there are never more of them than threads that read at once.

    Attributes:
        path: The catalogue's file.
        changes: How many transactions were written since it was opened.
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
        self._writing = threading.RLock()
        self._pool = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        look_before_opening(self.path)
        with told_in_words(self.path):
            self._writer = open_writer(self.path)

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
                self._writer.execute("COMMIT")
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
