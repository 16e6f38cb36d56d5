"""Which photos the engine says are alike, as arrays."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from desktop_app.ui.grid.places import SLOTS_FOR_ONE, SLOTS_FREE, Ids, Places, as_ids
from desktop_app.ui.grid.stacking import StackOf

Stacks = StackOf | tuple[Ids, Ids]
"""The stack of each photo that has its like: by the photo's id, or ids and stacks as two arrays of one order."""


class Alike:
    """The stack of each photo that has its like. Does not change. Any thread.

    Stacks are numbered anew, in the order of their lowest ids, so that the same stacks are equal whatever the engine
    calls them.

    Attributes:
        count: How many stacks there are; their numbers count from 0.
    """

    def __init__(self, stacks: Stacks) -> None:
        """Take what the engine says."""
        if isinstance(stacks, Mapping):
            ids, named = as_ids(stacks.keys()), as_ids(stacks.values())
        else:
            ids, named = as_ids(stacks[0]), as_ids(stacks[1])
        order = Places(ids).in_order()
        self._ids = ids[order]
        self._numbers = np.append(_numbered(named[order]), -1)
        self._places = Places(self._ids)
        self.count = int(self._numbers.max()) + 1

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Alike)
            and np.array_equal(self._ids, other._ids)
            and np.array_equal(self._numbers, other._numbers)
        )

    def __hash__(self) -> int:
        return hash((len(self._ids), self.count))

    def numbers_of(self, ids: Ids) -> NDArray[np.int64]:
        """Return, ``(n,)``, the stack of each photo; -1 where it has no like."""
        # What has no place has the last number.
        return self._numbers[self._places.of(ids)]

    def get(self, photo_id: int, /) -> int | None:
        """Return the stack of a photo; None where it has no like."""
        place = self._places.at(photo_id)
        return None if place < 0 else int(self._numbers[place])


def _numbered(named: Ids) -> Ids:
    """Return numbers for names, equal ones for equal names, that count from 0 in the order in which names come."""
    if not len(named):
        return named
    if named.min() < 0 or named.max() >= SLOTS_FOR_ONE * len(named) + SLOTS_FREE:
        named = np.unique(named, return_inverse=True)[1]
    places = np.arange(len(named))
    first = np.zeros(int(named.max()) + 1, dtype=np.int64)
    # Of places with one name the last one written stays: from the back, that is the first.
    first[named[::-1]] = places[::-1]
    begins = first[named]
    number_at: Ids = np.cumsum(begins == places) - 1
    return number_at[begins]
