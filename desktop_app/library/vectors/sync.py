"""Keeps the vector store equal to the catalogue, whatever happens to either."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np

from desktop_app.library.catalog import Catalog, OutboxRow
from desktop_app.library.catalog.notes import STORE_CLEAN, STORE_STATE
from desktop_app.library.errors import StoreFlushError, StoreUnavailableError, StoreWriteError
from desktop_app.library.vectors.sorted_ids import NO_IDS, without
from desktop_app.library.vectors.store import StoredVector, VectorStore

logger = logging.getLogger(__name__)

T = TypeVar("T")

# Rows that are not flushed cost every query 60-70 µs each, and a flush of 512 rows takes 0.1 s.
FLUSH_ROWS = 512
QUIET_S = 5.0
_PUSH_ROWS = 256
_ATTEMPTS = 3
# How many ids are compared at once after an unclean end.
_COMPARED_IDS = 65_536
_MOST_ID = 2**63 - 1
# A second's work.
_MOVED_ROWS = 2048


def clean_note(model_id: str) -> str:
    """Return the note that says that a model's store was closed in order, and need not be compared."""
    return f"{STORE_CLEAN}{model_id}"


def state_note(model_id: str) -> str:
    """Return the note that says what the files of a model's store were known by when it was last closed in order."""
    return f"{STORE_STATE}{model_id}"


def moving_note(model_id: str) -> str:
    """Return the note that says that rows of a model's store are being moved."""
    return f"store moving {model_id}"


class VectorSync:
    """Carries every change of the catalogue's vectors into the store, and proves that it arrived.

    The catalogue notes each change in its outbox, in the same transaction as the change. A row leaves the
    outbox only after the store has flushed it to disk; so a crash of either side costs a replay, never a row.
    All methods but the constructor, `revive` and `revived` belong to the writer thread.

    Attributes:
        store: Where the vectors go.
        model_id: Whose vectors.
    """

    def __init__(
        self,
        catalog: Catalog,
        store: VectorStore,
        model_id: str,
        restart: Callable[[], None],
        *,
        flush_rows: int = FLUSH_ROWS,
        quiet_s: float = QUIET_S,
        heard_by: Callable[[str, Sequence[OutboxRow]], None] | None = None,
        is_as_left: bool = False,
        closed: Callable[[], None] = lambda: None,
    ) -> None:
        """Make it; nothing is read or written yet.

        Args:
            catalog: The truth.
            store: Its image.
            model_id: Whose vectors to carry.
            restart: Kills the store's process without closing it and opens it again.
            flush_rows: Flush when so many rows were sent.
            quiet_s: Flush what was sent when nothing more came for so many seconds.
            heard_by: Told of every change, with the model's id, before it can leave the outbox; on the writer thread.
            is_as_left: Whether nothing was written to the store since this catalogue saw it closed in order.
            closed: Called once the store has been closed in order.
        """
        self._is_as_left = is_as_left
        self._closed = closed
        self.store = store
        self.model_id = model_id
        self._catalog = catalog
        self._restart = restart
        self._restarting = threading.Lock()
        self._flush_rows = flush_rows
        self._quiet_s = quiet_s
        self._heard_by = heard_by
        self._sent_to = 0
        self._unflushed = 0
        self._last_sent = time.monotonic()
        self._clean_note = clean_note(model_id)

    def reconcile(self) -> int:
        """Make the store equal to the catalogue after opening it, and return how many rows had to be sent.

        The outbox is replayed first; with it, a store that is as it was left is equal. Else after an unclean end, or when
        the counts differ, the two sets of ids are compared and the difference is sent too.

        Raises:
            StoreError: The store cannot be made to work.
            DiskFullError: There is no room.
        """
        clean = self._catalog.notes.get(self._clean_note) == "yes"
        sent = self.push()
        self.flush()
        # To count them takes half a second of a processor for a million.
        if clean and (self._is_as_left or self._has_as_many()):
            return sent
        removed = 0
        live = self._catalog.vectors.live_ids(self.model_id)
        for low, high in id_ranges(int(live[-1]) if len(live) else 0):
            wanted = live[np.searchsorted(live, low) : np.searchsorted(live, high)]
            present = self.store.ids_between(low, high)
            if len(extra := without(present, wanted)):
                logger.info("removing %d rows that the catalogue does not know", len(extra))
                self.store.delete(extra.tolist())
                removed += len(extra)
            if len(missing := without(wanted, present)):
                logger.info("sending %d rows that the vector store lost", len(missing))
                self._catalog.vectors.outbox_add(self.model_id, missing.tolist())
                sent += self.push()
        self.flush(force=removed > 0)
        return sent

    def move_on(self, limit: int = _MOVED_ROWS) -> bool:
        """Move some rows to where this version keeps them, and return whether there may be more; for idle moments.

        Nothing is removed before it is on disk in its new place, so this can end at any moment and go on later. It does not
        go through the outbox, for no vector changes.

        Raises:
            StoreError: The store failed; the next call goes on.
            DiskFullError: There is no room.
        """
        self.push()
        try:
            ids = self.store.misplaced(limit)
            self._note_moving(is_moving=len(ids) > 0)
            if not len(ids):
                return False
            known = [NO_IDS]
            for numbers, vectors in self._catalog.vectors.of_contents(self.model_id, ids):
                self.store.upsert([StoredVector(*row) for row in zip(numbers.tolist(), vectors, strict=True)])
                known.append(numbers)
            self.store.delete(without(ids, np.sort(np.concatenate(known))).tolist())
            self._flush_once()
        except (StoreWriteError, StoreFlushError, StoreUnavailableError) as error:
            self._recover(error)
            raise
        return True

    def push(self) -> int:
        """Send everything the outbox holds, flush at the cadence, and return how many rows were sent.

        Raises:
            StoreError: The store does not come back after restarts.
            DiskFullError: There is no room; nothing is lost, the rows stay in the outbox.
        """
        sent = 0
        failures = 0
        while True:
            try:
                rows = self._catalog.vectors.outbox(self.model_id, _PUSH_ROWS, after=self._sent_to)
                if not rows:
                    return sent
                self._send(rows)
                sent += len(rows)
                if self._unflushed >= self._flush_rows:
                    self._flush_once()
            except (StoreWriteError, StoreFlushError, StoreUnavailableError) as error:
                failures += 1
                if failures >= _ATTEMPTS:
                    raise
                self._recover(error)

    def flush(self, *, force: bool = False) -> None:
        """Bring everything sent to disk and empty the outbox.

        Args:
            force: Flush even when nothing was sent through the outbox.

        Raises:
            StoreError: The store does not come back after restarts.
            DiskFullError: There is no room.
        """
        for attempt in range(_ATTEMPTS):
            try:
                if self._unflushed or force:
                    self._flush_once()
                return
            except (StoreFlushError, StoreUnavailableError) as error:
                if attempt + 1 == _ATTEMPTS:
                    raise
                self._recover(error)
                self.push()

    def flush_when_quiet(self) -> None:
        """Flush what was sent if nothing more came for a while; for the writer's idle moments."""
        if self._unflushed and time.monotonic() - self._last_sent >= self._quiet_s:
            self.flush()

    def revived(self, ask: Callable[[], T]) -> T:
        """Ask the store something; when its process has died, start it again and ask once more. Any thread."""
        try:
            return ask()
        except StoreUnavailableError:
            self.revive()
            return ask()

    def revive(self) -> None:
        """Start the store's process again unless it answers; any thread, for a search that found it dead.

        What the process had acknowledged is in its log on disk, so an answer after this is whole.

        Raises:
            StoreError: It does not come back.
        """
        with self._restarting:
            try:
                self.store.count()
            except StoreUnavailableError as error:
                logger.warning("the vector store did not answer and is started again: %s", error)
                self._restart()

    def restart(self) -> None:
        """Start the store over, which sets aside what turned out to be damaged, and send again what is lost by that.

        Raises:
            StoreError: It does not come back.
            DiskFullError: There is no room.
        """
        with self._restarting:
            self._restart()
        self._sent_to = 0
        self._unflushed = 0
        self.push()
        self.flush()

    def close(self) -> None:
        """Flush, note that the end was clean, and close the store."""
        try:
            self.push()
            self.flush()
            self._catalog.notes.set(self._clean_note, "yes")
        finally:
            self.store.close()
        self._closed()

    def _has_as_many(self) -> bool:
        return self.store.count() == self._catalog.vectors.live_count(self.model_id)

    def _note_moving(self, *, is_moving: bool) -> None:
        note = "yes" if is_moving else None
        if self._catalog.notes.get(moving_note(self.model_id)) != note:
            self._catalog.notes.set(moving_note(self.model_id), note)

    def _send(self, rows: list[OutboxRow]) -> None:
        if self._heard_by is not None:
            self._heard_by(self.model_id, rows)
        if not self._unflushed:
            self._catalog.notes.set(self._clean_note, None)
        written = [StoredVector(row.content_id, row.vector) for row in rows if row.vector is not None]
        removed = [row.content_id for row in rows if row.vector is None]
        if written:
            self.store.upsert(written)
        if removed:
            self.store.delete(removed)
        self._sent_to = rows[-1].seq
        self._unflushed += len(rows)
        self._last_sent = time.monotonic()

    def _flush_once(self) -> None:
        self.store.flush()
        self._catalog.vectors.outbox_done(self.model_id, up_to=self._sent_to)
        self._unflushed = 0

    def _recover(self, error: Exception) -> None:
        """Start over from the last flush: what came after it is still in the outbox."""
        logger.warning("the vector store failed and is started again: %s", error)
        if isinstance(error, StoreWriteError):
            # A write that failed half-way leaves a broken record in the log of the store; rows written after
            # it would be lost in a crash unless a flush starts a new log first.
            try:
                self.store.flush()
            except (StoreFlushError, StoreUnavailableError) as worse:
                logger.warning("so did its flush: %s", worse)
                with self._restarting:
                    self._restart()
        elif isinstance(error, StoreFlushError):
            with self._restarting:
                self._restart()
        else:
            self.revive()
        self._sent_to = 0
        self._unflushed = 0


def id_ranges(last: int) -> Iterator[tuple[int, int]]:
    """Yield ranges of ids that follow one another up to `last`, and one of all beyond."""
    for low in range(0, last + 1, _COMPARED_IDS):
        yield low, low + _COMPARED_IDS
    yield (last // _COMPARED_IDS + 1) * _COMPARED_IDS, _MOST_ID
