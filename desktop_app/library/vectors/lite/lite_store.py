"""Vectors in Milvus Lite, in a process of ours: a collection for each range of ids, of which only what is asked for is read."""

import logging
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app import own_files
from desktop_app.library.errors import (
    DiskFullError,
    StoreDamagedError,
    StoreError,
    StoreWriteError,
)
from desktop_app.library.vectors.connection import BrokenServerError, RefusedError
from desktop_app.library.vectors.found import Among, Found
from desktop_app.library.vectors.lite import lite_files, lite_search
from desktop_app.library.vectors.lite.lite_collections import MOST_LOADED, LiteCollections
from desktop_app.library.vectors.lite.server import LiteServer
from desktop_app.library.vectors.lite.shards import Shards, width_for
from desktop_app.library.vectors.lite.unflushed import Unflushed
from desktop_app.library.vectors.schema import VECTOR, checked, collection_name
from desktop_app.library.vectors.sorted_ids import NO_IDS, Ids, united, without
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

_FORMER_ASIDE = "vectors.moved"


class LiteStore:
    """The vectors of one model in Milvus Lite; see `VectorStore`.

    Attributes:
        dimension: Length of the vectors.
        description: Where the vectors are, for a person.
    """

    def __init__(
        self,
        server: LiteServer,
        name: str,
        dimension: int,
        *,
        least_free_bytes: int | None = None,
        shard_ids: int | None = None,
    ) -> None:
        """Open the collections, or make the first. Use `open`.

        Args:
            server: Our own child process, running; the store ends it.
            name: Of the first collection.
            dimension: Length of the vectors.
            least_free_bytes: Write no rows with less room than this on the disk, 0 for no such care; None for as
                much as a collection takes, between 200 MB and 2 GB, for it is rewritten now and then.
            shard_ids: How many ids a collection is for, always the same for a folder; None for what suits the dimension.

        Raises:
            StoreError: It cannot be opened. The child still runs.
        """
        self.dimension = dimension
        self.description = "milvus-lite"
        self._least_free_bytes = least_free_bytes
        self._folder = server.database
        self._unflushed = Unflushed()
        self._log_is_broken = False
        self._flush_failed = False
        self._to_move = NO_IDS
        self._shards = Shards(server.database, name, shard_ids or width_for(dimension))
        self._collections = LiteCollections(server, self._shards, dimension)
        self._flush_what_a_crash_left()

    @classmethod
    def open(
        cls,
        folder: Path,
        model_id: str,
        dimension: int,
        *,
        least_free_bytes: int | None = None,
        shard_ids: int | None = None,
    ) -> "LiteStore":
        """Open a model's vectors in a folder, with a child process of its own.

        Raises:
            LibraryInUseError: Another process has the folder open.
            StoreDamagedError: Its files, or those of some collections, are damaged and were not opened.
            StoreError: It cannot be opened.
            DiskFullError: It cannot be opened for lack of room.
        """
        server = LiteServer(folder)
        server.start()
        try:
            _remove_moved(folder)
            name = collection_name(model_id)
            return cls(server, name, dimension, least_free_bytes=least_free_bytes, shard_ids=shard_ids)
        except BaseException:
            server.kill()
            raise

    @property
    def is_quick(self) -> bool:
        """Whether all collections stay in memory between two searches."""
        return len(self._shards.present()) <= MOST_LOADED

    def upsert(self, rows: Sequence[StoredVector]) -> None:
        """Write rows over those of the same id; they are safe once `flush` has returned.

        Raises:
            StoreDimensionError: A vector has another length. Nothing was written.
            StoreError: A vector is not one of length 1. Nothing was written.
            DiskFullError: There is too little room. Nothing of the last 256 rows tried was written.
            StoreWriteError: The write failed; write all the rows again.
            StoreFlushError: A flush failed: call `restart` and write again what was not flushed.
            StoreUnavailableError: No answer; call `restart`.
        """
        checked([row.vector for row in rows], self.dimension)
        ids = np.array([row.id for row in rows], dtype=np.int64)
        for collection, places in self._shards.parted(ids):
            for start in range(0, len(places), ROWS_PER_CALL):
                self._upsert(collection, [rows[place] for place in places[start : start + ROWS_PER_CALL]])

    def delete(self, ids: Iterable[int]) -> None:
        """Remove rows; unknown ids do no harm.

        Raises:
            StoreWriteError: The write failed; remove all the rows again.
            StoreFlushError: A flush failed: call `restart` and write again what was not flushed.
            StoreUnavailableError: No answer; call `restart`.
        """
        numbers = np.unique(np.fromiter(ids, dtype=np.int64))
        present = set(self._shards.present())
        parts = [(name, numbers[places]) for name, places in self._shards.parted(numbers) if name in present]
        if self._shards.former and len(numbers):
            parts.append((self._shards.former, numbers))
        for collection, part in parts:
            for start in range(0, len(part), IDS_PER_CALL):
                piece = part[start : start + IDS_PER_CALL].tolist()
                self._write("delete", collection, len(piece) * ROW_BYTES, ids=piece)
                self._unflushed.note(piece, are_there=False)

    def flush(self) -> None:
        """Bring every row written so far to disk.

        Raises:
            DiskFullError: There is too little room; nothing was tried and nothing is lost.
            StoreFlushError: It failed: call `restart` and write again what was not flushed.
            StoreUnavailableError: No answer; call `restart`.
        """
        self._refuse_after_failed_flush()
        if self._least_free_bytes != 0:
            lite_files.need_room_to_flush(self._folder, self._unflushed.size_bytes)
        # It counts as failed until it has succeeded: without an answer nobody knows what became of it.
        self._flush_failed = True
        try:
            for collection in self._unflushed.bytes_of or [self._shards.first()]:
                self._collections.call("flush", collection, timeout_s=FLUSH_S)
                lite_files.secure(self._folder, collection)
        except (RefusedError, BrokenServerError, OSError) as error:
            raise flush_error() from error
        self._begin_log()

    @property
    def most_found(self) -> int:
        """How many rows a search finds at most: all."""
        return sys.maxsize

    def search(self, vector: NDArray[np.float32], limit: int, among: Among | None = None) -> Found:
        """Return the ids of the nearest rows and their cosines, best first; exact. Safe on any thread.

        Waits while the store restarts. With more than four collections each search reads all of them from disk.

        Args:
            vector: ``(dimension,)`` float32, length 1.
            limit: At most so many.
            among: Only these, for which more rows are asked for (its filter takes 17 µs for each id); fewer may be found.

        Raises:
            StoreDimensionError: The vector has another length.
            StoreDamagedError: A collection cannot be read; it is set aside by the next `restart`.
            StoreError: It is not a vector of length 1, or Milvus refused.
            StoreUnavailableError: No answer.
        """
        query = checked([vector], self.dimension)[0]
        if limit <= 0 or (among is not None and not len(among.content_ids)):
            return []
        if among is not None:
            return among.only(self.search(query, among.rows_to_ask(limit)))[:limit]
        answers = lite_search.nearest(self._collections, query, limit)
        former = self._shards.former
        return lite_search.best(answers, former, self._in_shards() if former else NO_IDS, limit)

    def vectors(self, ids: Sequence[int]) -> dict[int, NDArray[np.float32]]:
        """Return some rows; those that are not there are left out. Safe on any thread.

        Raises:
            StoreDamagedError: A collection cannot be read; it is set aside by the next `restart`.
            StoreError: No answer.
        """
        return lite_search.vectors_of(self._collections, ids) if len(ids) else {}

    def count(self) -> int:
        """Return how many rows there are, those not flushed too. Safe on any thread.

        Raises:
            StoreError: No answer, or the files cannot be read.
        """
        self._collections.asked(lambda: self._collections.call("has_collection", self._shards.first()))
        return len(self.ids_between(0, np.iinfo(np.int64).max))

    def ids(self) -> set[int]:
        """Return the ids of all rows.

        Raises:
            StoreError: The files cannot be read.
        """
        return set(self.ids_between(0, np.iinfo(np.int64).max).tolist())

    def ids_between(self, low: int, high: int) -> Ids:
        """Return the ids of rows from `low` to below `high`, ``(n,)`` int64, ascending; those not flushed too. Any thread.

        Raises:
            StoreDamagedError: A collection cannot be read; it is set aside by the next `restart`.
            StoreError: The files cannot be read.
        """
        found = united(*(self._ids_of(name) for name in self._shards.between(low, high)))
        return self._unflushed.applied(
            found[np.searchsorted(found, low) : np.searchsorted(found, high)], low, high
        )

    def misplaced(self, limit: int) -> Ids:
        """Return some ids of rows that an earlier version put into one collection with all others, lowest first.

        Written again, or removed, they are in their own; with the last of them that one collection goes.

        Raises:
            StoreError: The files cannot be read, or the child does not come back.
        """
        if self._shards.former is None:
            return NO_IDS
        if not len(self._to_move):
            if self._unflushed.bytes_of:
                self.flush()
            self._to_move = without(self._ids_of(self._shards.former), self._in_shards())
            if not len(self._to_move):
                self._drop_former()
                return NO_IDS
        now, self._to_move = self._to_move[:limit], self._to_move[limit:]
        return now

    def drop(self) -> None:
        """Remove every row; the store can be written to again.

        Raises:
            StoreError: No answer.
        """
        for collection in self._shards.present():
            self._collections.drop(collection)
        self._begin_log()
        self._collections.ready(self._shards.first())

    def restart(self) -> None:
        """Start over after a failed flush or a lost connection: kill the child, check its files, open them.

        Rows that were written but not flushed may be there or not; write them again.

        Raises:
            StoreDamagedError: Files are damaged and were not opened.
            StoreError: It cannot be opened again.
        """
        self._to_move = NO_IDS
        self._collections.restart()
        self._begin_log()
        self._flush_what_a_crash_left()

    def close(self) -> None:
        """Flush and give everything back; no call may follow."""
        try:
            if self._unflushed.bytes_of and not self._flush_failed:
                self.flush()
        except (StoreError, DiskFullError) as error:
            logger.warning("the last flush of the search index failed: %s", error)
        finally:
            # A child that is closed flushes; after a failed flush that would delete what its log holds.
            self._collections.close(kill=self._flush_failed)

    def _upsert(self, collection: str, rows: Sequence[StoredVector]) -> None:
        # Earlier versions kept folder and date beside each vector, which nothing asked for; Milvus wants them all.
        unused = dict.fromkeys(self._collections.ready(collection), 0)
        data = [{"id": int(row.id), VECTOR: row.vector, **unused} for row in rows]
        part = self._folder / "collections" / collection
        lite_files.need_room_to_write(self._folder, self._least_free_bytes, part)
        # Lite writes over a row of the same id in any case; its upsert would first read the former row of each.
        self._write("insert", collection, len(data) * (4 * self.dimension + ROW_BYTES), data=data)
        self._unflushed.note([row.id for row in rows], are_there=True)

    def _write(self, method: str, collection: str, size_bytes: int, **options: Any) -> None:
        self._refuse_after_failed_flush()
        # After a failed write the log holds a torn record, and nothing behind it is read back after a crash; a
        # flush starts a new log.
        if self._log_is_broken or self._unflushed.size_bytes + size_bytes > UNFLUSHED_BYTES:
            self.flush()
        self._collections.ready(collection)
        self._unflushed.add(collection, size_bytes)
        try:
            self._collections.call(method, collection, **options)
        except BrokenServerError as error:
            self._flush_failed = True
            raise flush_error() from error
        except RefusedError as error:
            self._log_is_broken = True
            raise StoreWriteError(
                f"The search index could not be written: {error.reason}", "Look whether the disk is full."
            ) from error

    def _ids_of(self, collection: str) -> Ids:
        try:
            return self._shards.ids_of(collection)
        except (OSError, ValueError) as error:
            sentence = f"The files of the search index cannot be read: {error}"
            if isinstance(error, OSError) and error.errno is not None:
                raise StoreError(sentence) from error
            raise StoreDamagedError(sentence, parts=[self._folder / "collections" / collection]) from error

    def _in_shards(self) -> Ids:
        """Return the flushed ids of all collections but the former one."""
        mine = [name for name in self._shards.present() if name != self._shards.former]
        return united(*map(self._ids_of, mine))

    def _drop_former(self) -> None:
        """Take the former collection, all of whose rows are elsewhere, away at one stroke."""
        former, aside = self._shards.former, self._folder.with_name(_FORMER_ASIDE)
        logger.info("all rows have been moved out of the one collection of an earlier version")

        def take_away() -> None:
            (self._folder / "collections" / str(former)).rename(aside)
            lite_files.secure_folder(self._folder / "collections")

        self._collections.restart(meanwhile=take_away, kill=False)
        _remove_moved(self._folder.parent)

    def _begin_log(self) -> None:
        """Note that nothing is left to be flushed."""
        self._flush_failed = self._log_is_broken = False
        self._unflushed.clear()

    def _flush_what_a_crash_left(self) -> None:
        """Write out the rows of the logs, so that no write meets the limit at which Lite flushes by itself."""
        for collection in self._shards.present():
            if size := lite_files.log_bytes(self._folder, collection):
                self._collections.ready(collection)
                self._unflushed.add(collection, size)
        if self._unflushed.bytes_of:
            try:
                self.flush()
            except DiskFullError as error:
                logger.warning("the search index can be searched but not written: %s", error)
            # Which ids a log held decides whether there is a former collection.
            self._shards.look_again()

    def _refuse_after_failed_flush(self) -> None:
        if self._flush_failed:
            raise flush_error()


def _remove_moved(folder: Path) -> None:
    """Remove what is left of a collection whose rows were moved."""
    aside = folder / _FORMER_ASIDE
    if own_files.is_folder(aside, below=folder):
        try:
            own_files.remove(aside)
        except OSError as error:
            logger.warning("what was moved out of %s stays for now: %s", aside, error)
