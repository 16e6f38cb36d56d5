"""What a search among vectors finds, and who can be asked for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Found = list[tuple[int, float]]
"""Contents with their cosines, best first."""

Block = tuple[NDArray[np.int64], NDArray[np.float32]]
"""Content numbers ``(n,)`` with their vectors ``(n, dimension)``."""


# A little more than the share of photos kept asks for, so that chance seldom leaves too few.
_SPARE_SHARE, _SPARE_ROWS = 1.2, 30


@dataclass(frozen=True, slots=True)
class Among:
    """Contents that are compared.

    Attributes:
        content_ids: ``(n,)`` int64, ascending, each once.
        of: How many the store has in all, compared or not; of a video each moment.
    """

    content_ids: NDArray[np.int64]
    of: int

    def rows_to_ask(self, limit: int, held: int | None = None) -> int:
        """Return how many of the nearest rows likely hold so many of these.

        Args:
            limit: How many of these are wanted.
            held: How many rows are looked at, with these among them; None for all that the store has.
        """
        of = self.of if held is None else min(held, self.of)
        if of <= len(self.content_ids):
            return limit
        return int(limit * of / len(self.content_ids) * _SPARE_SHARE) + _SPARE_ROWS

    def only(self, found: Found) -> Found:
        """Return those of some hits that are among these, in their order."""
        is_kept = np.isin([number for number, _ in found], self.content_ids, assume_unique=True)
        return [hit for hit, kept in zip(found, is_kept, strict=True) if kept]


class Neighbours(Protocol):
    """Finds the nearest vectors of one model."""

    def search(self, vector: NDArray[np.float32], limit: int, among: Among | None = None) -> Found:
        """Return the contents nearest to a vector of length 1, and their cosines, best first.

        Among some it may find fewer than there are: then all of them are to be compared.
        """
        ...


def best_in(blocks: Iterable[Block], vector: NDArray[np.float32], limit: int) -> Found:
    """Return the best of all contents in some blocks, in order."""
    best: Found = []
    for numbers, vectors in blocks:
        best += best_of(numbers, vectors @ vector, limit)
        best = sorted(best, key=lambda hit: (-hit[1], hit[0]))[:limit]
    return best


def best_of(numbers: NDArray[np.int64], scores: NDArray[np.float32], limit: int) -> Found:
    """Return the best of some contents in order; of equal ones those with the lower number first."""
    if 0 < limit < len(scores):
        # All that reach the last place's score, so that of equal ones not just any are kept.
        least = np.partition(scores, len(scores) - limit)[len(scores) - limit]
        good = np.flatnonzero(scores >= least)
        numbers, scores = numbers[good], scores[good]
    order = np.lexsort((numbers, -scores))[:limit]
    return list(zip(numbers[order].tolist(), scores[order].tolist(), strict=True))
