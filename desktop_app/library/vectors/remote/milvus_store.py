"""Vectors on a Milvus server."""

import logging
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.connections import NO_LOG, ConnectionLog
from desktop_app.library.errors import StoreError, StoreWriteError
from desktop_app.library.vectors.access import NO_CERTIFICATES, Access, Certificates
from desktop_app.library.vectors.connection import BrokenServerError, RefusedError
from desktop_app.library.vectors.found import Among, Found
from desktop_app.library.vectors.remote import search
from desktop_app.library.vectors.remote.collection import OpenCollection
from desktop_app.library.vectors.schema import VECTOR, checked, collection_name
from desktop_app.library.vectors.store import StoredVector
from desktop_app.library.vectors.writing import (
    FLUSH_S,
    IDS_PER_CALL,
    ROW_BYTES,
    ROWS_PER_CALL,
    UNFLUSHED_BYTES,
    flush_error,
)

logger = logging.getLogger(__name__)


class MilvusStore:
    """A collection of vectors on a Milvus server; see `VectorStore`.

    Attributes:
        dimension: Length of the vectors.
    """

    def __init__(self, collection: OpenCollection, dimension: int) -> None:
        """Take a collection that is open. Use `remote`."""
        self.dimension = dimension
        self._unflushed_bytes = 0
        self._log_is_broken = False
        self._flush_failed = False
        self._collection = collection

    @classmethod
    def remote(
        cls,
        address: str,
        token: str,
        model_id: str,
        dimension: int,
        *,
        network: Callable[[], bool] = lambda: True,
        connections: ConnectionLog = NO_LOG,
        database: str = "",
        certificates: Certificates = NO_CERTIFICATES,
        rows: int = 0,
    ) -> "MilvusStore":
        """Open a model's vectors on a Milvus server.

        Args:
            address: Like "http://host:19530".
            token: Like "user:password"; may be empty.
            model_id: Whose vectors.
            dimension: Their length.
            network: Whether a server on another computer may be asked; asked before every call.
            connections: Every connection is noted there.
            database: Its name on the server; empty for the one every server has.
            certificates: Whom to believe on the way.
            rows: How many it holds or will hold; chooses its index.

        Raises:
            StoreError: It cannot be opened.
        """
        collection = OpenCollection(
            Access(address, token, database, certificates),
            collection_name(model_id),
            dimension=dimension,
            network=network,
            connections=connections,
            rows=rows,
        )
        return cls(collection, dimension)

    @property
    def description(self) -> str:
        """Where the vectors are, for a person: the server's address without credentials."""
        return self._collection.description

    @property
    def is_quick(self) -> bool:
        """True: a server has what it searches in memory, or on disk in the right order."""
        return True

    def upsert(self, rows: Sequence[StoredVector]) -> None:
        """Write rows over those of the same id; they are safe once `flush` has returned.

        Raises:
            StoreDimensionError: A vector has another length. Nothing was written.
            StoreError: A vector is not one of length 1. Nothing was written.
            StoreWriteError: The write failed; write all the rows again.
            StoreFlushError: A flush failed: call `restart` and write again what was not flushed.
            StoreUnavailableError: No answer; call `restart`.
        """
        checked([row.vector for row in rows], self.dimension)
        # Earlier versions kept folder and date beside each vector, which nothing asked for; Milvus wants them all.
        unused = dict.fromkeys(self._collection.unused_fields, 0)
        for start in range(0, len(rows), ROWS_PER_CALL):
            piece = [
                {"id": int(row.id), VECTOR: row.vector, **unused}
                for row in rows[start : start + ROWS_PER_CALL]
            ]
            self._write("upsert", len(piece) * (4 * self.dimension + ROW_BYTES), data=piece)

    def delete(self, ids: Iterable[int]) -> None:
        """Remove rows; unknown ids do no harm.

        Raises:
            StoreWriteError: The write failed; remove all the rows again.
            StoreFlushError: A flush failed: call `restart` and write again what was not flushed.
            StoreUnavailableError: No answer; call `restart`.
        """
        numbers = [int(number) for number in ids]
        for start in range(0, len(numbers), IDS_PER_CALL):
            piece = numbers[start : start + IDS_PER_CALL]
            self._write("delete", len(piece) * ROW_BYTES, ids=piece)

    def flush(self) -> None:
        """Bring every row written so far to disk; a real server keeps what it acknowledged and is not asked.

        Raises:
            StoreFlushError: It failed: call `restart` and write again what was not flushed.
            StoreUnavailableError: No answer; call `restart`.
        """
        self._refuse_after_failed_flush()
        if self._collection.is_lite:
            # It counts as failed until it has succeeded: without an answer nobody knows what became of it.
            self._flush_failed = True
            try:
                self._collection.call("flush", timeout_s=FLUSH_S)
            except (RefusedError, BrokenServerError) as error:
                raise flush_error() from error
        self._flush_failed = self._log_is_broken = False
        self._unflushed_bytes = 0

    @property
    def most_found(self) -> int:
        """How many rows a search finds at most."""
        return sys.maxsize if self._collection.is_lite else search.SERVER_LIMIT

    def search(
        self, vector: NDArray[np.float32], limit: int, among: Among | None = None, *, fresh: bool = False
    ) -> Found:
        """Return the ids of the nearest rows and their cosines, best first.

        Exact on Lite. Safe on any thread; waits while the store restarts.

        Args:
            vector: ``(dimension,)`` float32, length 1.
            limit: At most so many, and `most_found`.
            among: Only these, which a server is told as ranges; fewer than there are may be found.
            fresh: Whether a server is to know all that was written before; it may miss the last seconds otherwise.

        Raises:
            StoreDimensionError: The vector has another length.
            StoreError: It is not a vector of length 1, or Milvus refused.
            StoreUnavailableError: No answer.
        """
        query = checked([vector], self.dimension)[0]
        if limit <= 0 or (among is not None and not len(among.content_ids)):
            return []
        if among is None:
            return search.nearest(self._collection, query, limit, fresh=fresh)
        return search.nearest_among(self._collection, query, limit, among, fresh=fresh)

    def count(self) -> int:
        """Return how many rows there are, those not flushed too. Safe on any thread.

        Raises:
            StoreError: No answer.
        """
        answer = self._collection.ask(
            "query", filter="", output_fields=["count(*)"], consistency_level="Strong"
        )
        return int(answer[0]["count(*)"])

    def ids(self) -> set[int]:
        """Return the ids of all rows. Belongs to the writing thread.

        Raises:
            StoreError: No answer.
        """
        return self._collection.all_ids()

    def ids_between(self, low: int, high: int) -> NDArray[np.int64]:
        """Return the ids of rows from `low` to below `high`, ``(n,)``, ascending. Belongs to the writing thread.

        Raises:
            StoreError: No answer.
        """
        return np.array(self._collection.ids_between(low, high), dtype=np.int64)

    def misplaced(self, _limit: int, /) -> NDArray[np.int64]:
        """Return nothing: each row is where it belongs."""
        return np.empty(0, np.int64)

    def vectors(self, ids: Sequence[int]) -> dict[int, NDArray[np.float32]]:
        """Return some rows, at most 10,000 and some 16 MB at once; those that are not there are left out.

        Raises:
            StoreError: No answer.
        """
        return search.rows_by_id(self._collection, ids)

    def drop(self) -> None:
        """Remove every row; the store can be written to again.

        Raises:
            StoreError: No answer.
        """
        self._collection.drop()
        self._unflushed_bytes = 0

    def restart(self) -> None:
        """Connect again after a failed flush or a lost connection.

        Rows that were written but not flushed may be there or not; write them again.

        Raises:
            StoreError: It cannot be opened again.
        """
        self._collection.restart()
        self._flush_failed = self._log_is_broken = False
        self._unflushed_bytes = 0

    def close(self) -> None:
        """Flush and disconnect; no call may follow."""
        try:
            if self._unflushed_bytes and not self._flush_failed:
                self.flush()
        except StoreError as error:
            logger.warning("the last flush of the search index failed: %s", error)
        finally:
            self._collection.close()

    def _write(self, method: str, size_bytes: int, **options: Any) -> None:
        self._refuse_after_failed_flush()
        # After a failed write the log holds a torn record, and nothing behind it is read back after a crash; a
        # flush starts a new log.
        if self._log_is_broken or self._unflushed_bytes + size_bytes > UNFLUSHED_BYTES:
            self.flush()
        self._unflushed_bytes += size_bytes
        try:
            self._collection.call(method, **options)
        except BrokenServerError as error:
            self._flush_failed = True
            raise flush_error() from error
        except RefusedError as error:
            self._log_is_broken = True
            raise StoreWriteError(
                f"The search index could not be written: {error.reason}", "Look whether the disk is full."
            ) from error

    def _refuse_after_failed_flush(self) -> None:
        if self._flush_failed:
            raise flush_error()
