"""The vectors of one model, with a store that is opened when something has to be written to it."""

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog import Catalog
from desktop_app.library.errors import StoreDamagedError, StoreUnavailableError
from desktop_app.library.vectors.found import Among, Found, best_in
from desktop_app.library.vectors.schema import checked
from desktop_app.library.vectors.sync import VectorSync, clean_note, moving_note

logger = logging.getLogger(__name__)

T = TypeVar("T")

# Its process takes 100 MB and more, and 0.7 s of a processor to come back.
_REST_S = 120.0
# A closed store is not opened for fewer changes, before they have waited for so long: photos that come one by one, as from
# a phone, would open it for each, and some hundreds would have its process beside the half of the model for pictures.
# Meanwhile they are in the outbox, and every question is answered without the store.
_FEW = 1000
_WAIT_S = 600.0


class LateVectors:
    """The vectors of one model: the catalogue has them, the store is their image and is opened when it has to change.

    Until then nothing of the store runs, and every question is answered without it. What the store may not know yet stays
    in the catalogue's outbox, and whether it was closed in order in a note, over any number of such sessions.

    `search` and `revived` may be called on any thread, all else belongs to the writer.

    Attributes:
        model_id: Whose vectors.
    """

    def __init__(
        self,
        catalog: Catalog,
        model_id: str,
        dimension: int,
        open_store: Callable[[], VectorSync],
        *,
        waiting: int = _FEW,
    ) -> None:
        """Make it; nothing is opened yet.

        Args:
            catalog: Has all vectors.
            model_id: Whose.
            dimension: Their length.
            open_store: Opens the store and makes it equal to the catalogue.
            waiting: With so many changes a closed store is opened for them at once.
        """
        self.model_id = model_id
        self._dimension = dimension
        self._catalog = catalog
        self._open_store = open_store
        self._most_waiting = waiting
        self._sync: VectorSync | None = None
        self._written = 0.0
        # Since when a few changes wait for the closed store; None where none do.
        self._waiting_since: float | None = None
        self._was_settled = False
        self._is_damaged = False
        self._may_move = False
        # Nobody may ask the store while it is closed.
        self._asking = threading.Lock()

    @property
    def sync(self) -> VectorSync | None:
        """What carries vectors into the store; None while that is closed. Any thread."""
        return self._sync

    def open(self) -> VectorSync:
        """Open the store and make it equal to the catalogue, unless that was done.

        Raises:
            StoreError: It cannot be made to work.
            DiskFullError: There is no room.
        """
        if self._sync is None:
            self._sync = self._open_store()
            self._was_settled = self._may_move = True
            self._waiting_since = None
            self._written = time.monotonic()
        return self._sync

    def push(self) -> None:
        """Send what the outbox holds; while the store is closed, a few changes wait there: see `flush` and `settle`.

        Raises:
            StoreError: The store does not come back after restarts.
            DiskFullError: There is no room; nothing is lost, the rows stay in the outbox.
        """
        if self._sync is not None:
            if self._sync.push():
                self._written = time.monotonic()
            return
        waiting = self._catalog.vectors.outbox_count(self.model_id)
        if waiting >= self._most_waiting:
            self.open()
        elif waiting and self._waiting_since is None:
            self._waiting_since = time.monotonic()

    def flush(self) -> None:
        """Send what the outbox holds, be it ever so little, and bring it to disk; with an empty one the store stays closed.

        Raises:
            StoreError: The store does not come back after restarts.
            DiskFullError: There is no room.
        """
        if self._sync is not None:
            self._sync.flush()
        elif self._catalog.vectors.outbox(self.model_id, 1):
            self.open()

    def settle(self, *, is_needed: bool) -> None:
        """Carry what an earlier session left or what has waited, go on moving, and compare after an unclean end; when idle.

        Args:
            is_needed: Whether the store is to be open in any case.

        Raises:
            StoreError: The store cannot be made to work; it is not tried again in an idle moment.
            DiskFullError: There is no room, the same.
        """
        since = self._waiting_since
        has_waited = since is not None and time.monotonic() - since >= _WAIT_S
        if self._sync is not None or (self._was_settled and not is_needed and not has_waited):
            return
        self._was_settled = True
        self._waiting_since = None
        is_moving = self._catalog.notes.get(moving_note(self.model_id)) == "yes"
        if (
            is_needed
            or is_moving
            or self._catalog.vectors.outbox(self.model_id, 1)
            or self._was_left_unclean()
        ):
            self.open()

    def rest(self, *, may_close: bool) -> None:
        """Flush what was sent if nothing more came for a while, and close the store after a long one; for idle moments.

        Rows that an earlier version kept elsewhere are moved meanwhile, and what turned out to be damaged is made again.

        Args:
            may_close: Whether questions are answered without it.

        Raises:
            StoreError: The store cannot be made to work.
            DiskFullError: There is no room to move rows.
        """
        sync = self._sync
        if sync is None:
            return
        sync.flush_when_quiet()
        if self._is_damaged:
            self._is_damaged = False
            sync.restart()
        if self._may_move:
            # Where it fails, for lack of room for one, it is not tried again before the store is opened anew.
            self._may_move = False
            if sync.move_on():
                self._may_move = True
                return
        if may_close and time.monotonic() - self._written >= _REST_S:
            logger.info("the vector store is closed until something is written to it")
            self.close()

    def search(self, vector: NDArray[np.float32], limit: int, among: Among | None = None) -> Found:
        """Return the contents nearest to a vector and their cosines, best first; from the catalogue without a quick store.

        Exact, but for a server with an index that is not.

        Args:
            vector: ``(dimension,)`` float32, length 1.
            limit: At most so many.
            among: Only these; see `Neighbours`.

        Raises:
            StoreError: It is not such a vector, or the store refused.
            StoreUnavailableError: The store does not answer.
        """
        with self._asking:
            store = self._sync.store if self._sync is not None else None
            if store is not None and store.is_quick and limit <= store.most_found:
                try:
                    return store.search(vector, limit, among)
                except StoreDamagedError as error:
                    logger.warning("the catalogue answers, for the vector store cannot be read: %s", error)
                    self._is_damaged = True
        return self.from_catalogue(vector, limit, among)

    def from_catalogue(self, vector: NDArray[np.float32], limit: int, among: Among | None = None) -> Found:
        """Return the same from the catalogue alone, whether the store is open or not.

        Raises:
            StoreError: It is not such a vector.
        """
        query, vectors = checked([vector], self._dimension)[0], self._catalog.vectors
        if among is not None:
            return best_in(vectors.of_contents(self.model_id, among.content_ids), query, limit)
        return best_in(vectors.blocks(self.model_id), query, limit)

    def revived(self, ask: Callable[[], T]) -> T:
        """Ask something; when the store's process has died, start it again and ask once more."""
        try:
            return ask()
        except StoreUnavailableError:
            with self._asking:
                if self._sync is not None:
                    self._sync.revive()
            return ask()

    def close(self) -> None:
        """Flush, note that the end was clean, and close the store; what it does not know yet is carried when it is opened."""
        with self._asking:
            sync, self._sync = self._sync, None
            if sync is not None:
                sync.close()

    def abandon(self) -> None:
        """Leave the store without carrying or noting anything more: it does not answer. It may be opened again."""
        with self._asking:
            sync, self._sync = self._sync, None
        if sync is not None:
            sync.store.close()

    def _was_left_unclean(self) -> bool:
        is_clean = self._catalog.notes.get(clean_note(self.model_id)) == "yes"
        return not is_clean and self._catalog.vectors.live_count(self.model_id) > 0
