"""The vectors of one model with a store on a server, which may be away: questions are answered, changes wait."""

import logging
import threading
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.errors import LibraryError, StoreError, StoreUnavailableError
from desktop_app.library.vectors.found import Among, Found
from desktop_app.library.vectors.late import LateVectors
from desktop_app.library.vectors.remote.backoff import Backoff
from desktop_app.library.vectors.sync import VectorSync

logger = logging.getLogger(__name__)

T = TypeVar("T")


class PatientVectors:
    """Vectors whose store may be away; offers what `LateVectors` does, on the same threads.

    The catalogue has every vector and notes what the store was not told. So a server that does not answer, or that refuses
    us, stops neither indexing nor questions: it is let be for a while, then asked again, and told what it missed.

    Attributes:
        model_id: Whose vectors.
        error: Why the store is away; None while it is not, as far as is known. Any thread.
    """

    def __init__(
        self,
        late: LateVectors,
        tell: Callable[[LibraryError], None],
        backoff: Backoff | None = None,
        is_switched_off: Callable[[], bool] = lambda: False,
    ) -> None:
        """Make it; nothing is opened yet.

        Args:
            late: Opens the server's collection when something has to be written to it.
            tell: Hears each new reason for which it is away, once; on the thread that met it.
            backoff: When to ask again.
            is_switched_off: Whether the person forbade the network; then nothing is told, for they know.
        """
        self.model_id = late.model_id
        self.error: StoreError | None = None
        self._late = late
        self._tell = tell
        self._backoff = backoff or Backoff()
        self._is_switched_off = is_switched_off
        self._changing = threading.Lock()

    @property
    def sync(self) -> VectorSync | None:
        """What carries vectors into the store; None while that is closed or away. Any thread."""
        return self._late.sync

    def open(self) -> VectorSync:
        """Open the store and make it equal to the catalogue, unless that was done.

        Raises:
            StoreError: It is away; everything else goes on without it.
        """
        try:
            sync = self._late.open()
        except StoreError as error:
            self._note(error)
            self._late.abandon()
            raise
        self._is_back()
        return sync

    def push(self) -> None:
        """Send what the outbox holds; while the store is away, do nothing until it is to be asked again."""
        self._tried(self._carry)

    def _carry(self) -> None:
        # A command that ends soon has no idle moment in which it would be found that the server lacks what it was
        # never told.
        self._late.settle(is_needed=False)
        self._late.push()

    def flush(self) -> None:
        """Bring everything sent to disk."""
        if self.error is None:
            self._tried(self._late.flush)

    def settle(self, *, is_needed: bool) -> None:
        """Carry what an earlier session left, or what waited for the store to come back; for idle moments."""
        self._tried(lambda: self._late.settle(is_needed=is_needed))

    def rest(self, *, may_close: bool) -> None:
        """Flush what was sent if nothing more came for a while, and leave the store after a long one; for idle moments."""
        if self.error is None:
            self._tried(lambda: self._late.rest(may_close=may_close))

    def search(self, vector: NDArray[np.float32], limit: int, among: Among | None = None) -> Found:
        """Return the contents nearest to a vector and their cosines, best first; from the catalogue while the store is away.

        Args:
            vector: ``(dimension,)`` float32, length 1.
            limit: At most so many.
            among: Only these; see `Neighbours`.

        Raises:
            StoreError: It is not such a vector.
        """
        if self.error is None and self._late.sync is not None:
            try:
                return self._late.search(vector, limit, among)
            except StoreUnavailableError as error:
                # The writer leaves the store, at its next turn: it may be writing now.
                self._note(error)
        return self._late.from_catalogue(vector, limit, among)

    def revived(self, ask: Callable[[], T]) -> T:
        """Ask something; nothing has to be started again here, for a store that is away is not asked."""
        return ask()

    def close(self) -> None:
        """Flush, note that the end was clean, and leave the store; what it was not told is carried the next time."""
        if self.error is not None:
            self._late.abandon()
            return
        try:
            self._late.close()
        except StoreError as error:
            logger.warning("the vector store was left before it knew all: %s", error)

    def _tried(self, work: Callable[[], None]) -> None:
        """Do something with the store; where it is away, ask it again in its stead, if it is time."""
        try:
            if self.error is None:
                work()
            elif self._backoff.is_due:
                self._late.abandon()
                self._late.open()
                self._is_back()
        except StoreError as error:
            self._note(error)
            self._late.abandon()

    def _note(self, error: StoreError) -> None:
        with self._changing:
            is_news = self.error is None or self.error.sentence != error.sentence
            self.error = error
            wait_s = self._backoff.failed()
        logger.warning(
            "the vector store is away, and asked again in %.0f s at the soonest: %s", wait_s, error
        )
        if is_news and not self._is_switched_off():
            self._tell(away(error))

    def _is_back(self) -> None:
        with self._changing:
            was_away, self.error = self.error is not None, None
            self._backoff.worked()
        if was_away:
            logger.info("the vector store is back, and was told what it missed")


def away(error: StoreError) -> StoreUnavailableError:
    """Return what to tell a person of a store that is away: the reason, and that nothing stops for it."""
    return StoreUnavailableError(
        f"{error.sentence} Photos are found and indexed all the same.",
        f"What it was not told is kept, and sent when it is back. {error.hint}".rstrip(),
    )
