"""What a search among vectors finds, and who can be asked for it."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Found = list[tuple[int, float]]
"""Contents with their cosines, best first."""

Block = tuple[NDArray[np.int64], NDArray[np.float32]]
"""Content numbers ``(n,)`` with their vectors ``(n, dimension)``."""


class Neighbours(Protocol):
    """Finds the nearest vectors, among all of one model."""

    def search(self, vector: NDArray[np.float32], limit: int) -> Found:
        """Return the contents nearest to a vector of length 1, and their cosines, best first."""
        ...


def best_of(numbers: NDArray[np.int64], scores: NDArray[np.float32], limit: int) -> Found:
    """Return the best of some contents in order; of equal ones those with the lower number first."""
    if 0 < limit < len(scores):
        # All that reach the last place's score, so that of equal ones not just any are kept.
        least = np.partition(scores, len(scores) - limit)[len(scores) - limit]
        good = np.flatnonzero(scores >= least)
        numbers, scores = numbers[good], scores[good]
    order = np.lexsort((numbers, -scores))[:limit]
    return list(zip(numbers[order].tolist(), scores[order].tolist(), strict=True))
