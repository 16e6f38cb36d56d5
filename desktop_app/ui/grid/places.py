"""Ids of photos as arrays, and where each of them stands: a million cost what one costs, and no object each."""

from collections.abc import Iterable, Sized
from itertools import islice
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
"""Ids of photos, or dates of theirs in wall-clock seconds since 1970: ``(n,)``."""

# Ids are numbers of rows in the catalogue, so nearly all between the first and the last are in use: a slot for each of
# them is filled in 4 ms for a million, where sorting takes 60. With fewer in use than that, they are sorted after all.
SLOTS_FOR_ONE: Final = 8
SLOTS_FREE: Final = 2**16
# What is read in one piece holds the interpreter, and with it the window.
_AT_ONCE: Final = 20_000


class Numbers(Iterable[int], Sized, Protocol):
    """Some whole numbers: a list, a set, the keys of a dictionary, an array."""


def as_ids(numbers: Numbers) -> Ids:
    """Return ids as an array; an array is returned as it is. Any thread."""
    if isinstance(numbers, np.ndarray):
        return numbers.astype(np.int64, copy=False)
    ids = np.empty(len(numbers), dtype=np.int64)
    rest = iter(numbers)
    for first in range(0, len(ids), _AT_ONCE):
        count = min(_AT_ONCE, len(ids) - first)
        ids[first : first + count] = np.fromiter(islice(rest, count), np.int64, count)
    return ids


class Places:
    """Says where in an array each id is; does not change. Any thread."""

    def __init__(self, ids: Ids) -> None:
        """Take the ids. Of one that is there more than once, one of its places is said."""
        self._table: NDArray[np.int32] | None = None
        highest, lowest = (int(ids.max()), int(ids.min())) if len(ids) else (0, 0)
        if lowest >= 0 and highest < SLOTS_FOR_ONE * len(ids) + SLOTS_FREE:
            # The last slot is for all that are not there.
            self._table = np.full(highest + 2, -1, dtype=np.int32)
            self._table[ids] = np.arange(len(ids), dtype=np.int32)
        else:
            self._order = np.argsort(ids, kind="stable")
            self._sorted = ids[self._order]

    def of(self, ids: Ids) -> NDArray[np.intp]:
        """Return, ``(n,)``, the place of each of these ids; -1 where it is not there."""
        if self._table is not None:
            if len(ids) and (ids.min() < 0 or ids.max() >= len(self._table)):
                ids = np.where((ids >= 0) & (ids < len(self._table)), ids, -1)
            return self._table[ids].astype(np.intp)
        if not len(self._sorted):
            return np.full(len(ids), -1)
        found = np.minimum(np.searchsorted(self._sorted, ids), len(self._sorted) - 1)
        return np.where(self._sorted[found] == ids, self._order[found], -1)

    def in_order(self) -> NDArray[np.intp]:
        """Return the places of all ids, the lowest id first."""
        return self._order if self._table is None else self._table[self._table >= 0].astype(np.intp)

    def at(self, photo_id: int) -> int:
        """Return the place of one id; -1 where it is not there."""
        if self._table is not None:
            return int(self._table[photo_id]) if 0 <= photo_id < len(self._table) else -1
        # The array's own: numpy's function of that name takes three times as long for one id.
        found = int(self._sorted.searchsorted(photo_id))
        is_there = found < len(self._sorted) and self._sorted[found] == photo_id
        return int(self._order[found]) if is_there else -1
