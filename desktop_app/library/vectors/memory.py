"""A copy of the vectors in memory, so that any part of them is compared exactly in a few milliseconds."""

import logging
import threading
from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
import psutil
from numpy.typing import NDArray

from desktop_app.library.catalog import Catalog, OutboxRow

logger = logging.getLogger(__name__)

Found = list[tuple[int, float]]
"""Contents with their cosines, best first."""


class Neighbours(Protocol):
    """Finds the nearest vectors, among all of one model."""

    def search(self, vector: NDArray[np.float32], limit: int) -> Found:
        """Return the contents nearest to a vector of length 1, and their cosines, best first."""
        ...


Block = tuple[NDArray[np.int64], NDArray[np.float32]]
"""Content numbers ``(n,)`` with their vectors ``(n, dimension)``."""

# 100,000 vectors of 512 numbers are 205 MB: 4 ms to compare in float32. In half the memory, float16, it takes 88 ms,
# for numpy widens each number first; that is no quicker than asking Milvus.
_BYTES_OF_A_NUMBER = 4
# 500 MB on a machine of 8 GB, enough for 250,000 photos of the larger models.
_SHARE_OF_MEMORY = 1 / 16
# Never the last of what is free now: the thumbnails and the model are used more often.
_SHARE_OF_FREE = 1 / 3
# Picking rows out costs four times their product; above this share the product of all is quicker.
_MOST_PICKED = 0.2
_PICKED_AT_ONCE = 16_384
# After more changes than this, reading all anew in idle time is better than applying them while somebody waits.
_MOST_BEHIND = 2_000
_MOST_HEARD = 20_000
_NOWHERE = -1


def memory_limit() -> int:
    """Return how many bytes vectors may take on this machine."""
    return int(psutil.virtual_memory().total * _SHARE_OF_MEMORY)


def _free_limit() -> int:
    return int(psutil.virtual_memory().available * _SHARE_OF_FREE)


class VectorMemory:
    """Holds every live vector of one model, once `load_more` has read them all, and stays equal to the catalogue.

    The catalogue numbers every change of a vector (see its outbox). What was changed since is read from there
    before each answer; what the vector store was told meanwhile, and so left the outbox, arrives by `hear`. All
    methods belong to the search thread, but `hear`, which any thread may call.
    """

    def __init__(self, catalog: Catalog, most_bytes: int | None = None) -> None:
        """Make it; nothing is read yet.

        Args:
            catalog: The truth.
            most_bytes: More than this is never held; None for a limit by the machine's memory.
        """
        self._catalog = catalog
        self._most_bytes = memory_limit() if most_bytes is None else most_bytes
        self._model_id: str | None = None
        self._is_whole = False
        self._refused: tuple[str, int] | None = None
        self._too_much: str | None = None
        self._blocks: Iterator[Block] | None = None
        self._rows = np.empty((0, 0), dtype=np.float32)
        self._numbers = np.empty(0, dtype=np.int64)
        self._places = np.empty(0, dtype=np.int32)
        self._count = 0
        self._applied = 0
        self._lock = threading.Lock()
        self._heard: list[OutboxRow] = []

    @property
    def is_whole(self) -> bool:
        """Whether all vectors of one model are here; any thread."""
        return self._is_whole

    @property
    def size_bytes(self) -> int:
        """How much memory the vectors take."""
        return int(self._rows.nbytes)

    def is_too_much(self, model_id: str) -> bool:
        """Return whether a model's vectors needed too much memory when they were last wanted; any thread."""
        return self._too_much == model_id

    def load(self, model_id: str) -> bool:
        """Read all vectors of a model now, unless they were too much before, and return whether they are here."""
        if not self.is_too_much(model_id):
            while self.load_more(model_id):
                continue
        return self.has(model_id)

    def load_more(self, model_id: str) -> bool:
        """Read the next 10,000 vectors of a model, and return whether more are to come.

        Another model's are dropped. Where they would need too much memory nothing is read, and False returned.
        """
        if model_id != self._model_id:
            self.forget()
            return self._begin(model_id)
        if self._blocks is None:
            return False
        block = next(self._blocks, None)
        if block is None:
            self._blocks, self._is_whole = None, True
            logger.info("%d vectors are held in memory, %d MB", self._count, self.size_bytes // 1_000_000)
            return False
        self._put(*block)
        return True

    def has(self, model_id: str) -> bool:
        """Return whether all vectors of a model are here; brings them up to date."""
        return self._is_whole and model_id == self._model_id and self._catch_up(model_id)

    def nearest(
        self, vector: NDArray[np.float32], limit: int, content_ids: NDArray[np.int64] | None = None
    ) -> Found:
        """Return the contents nearest to a vector: exact, among some or all. To be asked only where `has` says yes.

        Args:
            vector: ``(dimension,)`` float32 of length 1.
            limit: At most so many.
            content_ids: Among these, each once; those without a vector are left out. None for all.
        """
        numbers, scores = self.cosines(vector, content_ids)
        return best_of(numbers, scores, limit)

    def cosines(
        self, vector: NDArray[np.float32], content_ids: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return contents and their cosines, ``(n,)`` each, in no order; as `nearest`."""
        rows = self._rows[: self._count]
        if content_ids is None:
            return self._numbers[: self._count], rows @ vector
        places = self._places_of(content_ids)
        if len(places) > _MOST_PICKED * self._count:
            return self._numbers[places], (rows @ vector)[places]
        scores = np.empty(len(places), dtype=np.float32)
        for start in range(0, len(places), _PICKED_AT_ONCE):
            picked = places[start : start + _PICKED_AT_ONCE]
            scores[start : start + len(picked)] = rows[picked] @ vector
        return self._numbers[places], scores

    def hear(self, model_id: str, changes: Sequence[OutboxRow]) -> None:
        """Take changes that the vector store is told now, and that may leave the outbox before the next question."""
        with self._lock:
            if model_id == self._model_id and len(self._heard) <= _MOST_HEARD:
                self._heard += changes

    def forget(self) -> None:
        """Hold nothing."""
        with self._lock:
            self._model_id, self._heard = None, []
        self._is_whole, self._blocks, self._count = False, None, 0
        self._rows = np.empty((0, 0), dtype=np.float32)
        self._numbers, self._places = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int32)

    def _begin(self, model_id: str) -> bool:
        changes = self._catalog.changes
        if self._refused == (model_id, changes):
            return False
        # From here on changes are heard or stay in the outbox, so that none is lost between this and the first block.
        with self._lock:
            self._model_id, self._heard = model_id, []
        self._applied = self._catalog.vectors.outbox_last()
        photos = self._catalog.vectors.live_count(model_id)
        blocks = self._catalog.vectors.blocks(model_id)
        first = next(blocks, None)
        needed = 0 if first is None else photos * first[1].shape[1] * _BYTES_OF_A_NUMBER
        is_too_much = needed > min(self._most_bytes, _free_limit())
        self._too_much = model_id if is_too_much else None
        if first is None or is_too_much:
            self.forget()
            self._refused = (model_id, changes)
            return False
        self._blocks = blocks
        self._make_room(photos, first[1].shape[1])
        self._put(*first)
        return True

    def _catch_up(self, model_id: str) -> bool:
        """Apply what changed; False when that was too much and everything must be read again."""
        # The outbox first: what leaves it before this line was heard before it.
        waiting = self._catalog.vectors.outbox(model_id, _MOST_BEHIND + 1, after=self._applied)
        with self._lock:
            heard, self._heard = self._heard, []
        if len(waiting) > _MOST_BEHIND or len(heard) > _MOST_HEARD:
            self.forget()
            return False
        changes = {row.content_id: row for row in sorted((*heard, *waiting), key=lambda row: row.seq)}
        for row in changes.values():
            if row.seq > self._applied:
                self._apply(row)
        self._applied = max([self._applied, *(row.seq for row in changes.values())])
        if self.size_bytes > self._most_bytes:
            self.forget()
            return False
        return True

    def _apply(self, row: OutboxRow) -> None:
        place = self._place_of(row.content_id)
        if row.vector is None:
            if place != _NOWHERE:
                self._remove(row.content_id, place)
        elif place != _NOWHERE:
            self._rows[place] = row.vector
        else:
            self._put(np.array([row.content_id], dtype=np.int64), row.vector[np.newaxis])

    def _remove(self, number: int, place: int) -> None:
        """Let the last row take the place of one that goes."""
        self._count -= 1
        last = int(self._numbers[self._count])
        self._rows[place], self._numbers[place] = self._rows[self._count], last
        self._places[last] = place
        self._places[number] = _NOWHERE

    def _put(self, numbers: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Add rows of contents that are not here yet."""
        end = self._count + len(numbers)
        if end > len(self._rows):
            self._make_room(max(end, int(len(self._rows) * 1.1)), vectors.shape[1])
        highest = int(numbers.max())
        if highest >= len(self._places):
            grown = np.full(highest + 1 + highest // 8, _NOWHERE, dtype=np.int32)
            grown[: len(self._places)] = self._places
            self._places = grown
        self._rows[self._count : end] = vectors
        self._numbers[self._count : end] = numbers
        self._places[numbers] = np.arange(self._count, end, dtype=np.int32)
        self._count = end

    def _make_room(self, rows: int, dimension: int) -> None:
        roomy, numbers = np.empty((rows, dimension), dtype=np.float32), np.empty(rows, dtype=np.int64)
        if self._count:
            roomy[: self._count], numbers[: self._count] = (
                self._rows[: self._count],
                self._numbers[: self._count],
            )
        self._rows, self._numbers = roomy, numbers

    def _place_of(self, number: int) -> int:
        return int(self._places[number]) if number < len(self._places) else _NOWHERE

    def _places_of(self, content_ids: NDArray[np.int64]) -> NDArray[np.int32]:
        inside = content_ids[content_ids < len(self._places)]
        places: NDArray[np.int32] = self._places[inside]
        is_here: NDArray[np.bool_] = places != _NOWHERE
        return places if is_here.all() else places[is_here]


def best_of(numbers: NDArray[np.int64], scores: NDArray[np.float32], limit: int) -> Found:
    """Return the best of some contents in order; of equal ones those with the lower number first."""
    if 0 < limit < len(scores):
        # All that reach the last place's score, so that of equal ones not just any are kept.
        least = np.partition(scores, len(scores) - limit)[len(scores) - limit]
        good = np.flatnonzero(scores >= least)
        numbers, scores = numbers[good], scores[good]
    order = np.lexsort((numbers, -scores))[:limit]
    return list(zip(numbers[order].tolist(), scores[order].tolist(), strict=True))
