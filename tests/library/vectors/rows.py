"""Rows for the tests of the vector store."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.vectors.store import StoredVector

DIMENSION = 16


def unit_vectors(number: int, dimension: int = DIMENSION, seed: int = 0) -> NDArray[np.float32]:
    """Return ``(number, dimension)`` float32 of length 1."""
    rows = np.random.default_rng(seed).standard_normal((number, dimension))
    unit: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


def rows_of(vectors: NDArray[np.float32], first_id: int = 1) -> list[StoredVector]:
    """Return rows with rising ids."""
    return [StoredVector(first_id + place, vector) for place, vector in enumerate(vectors)]


def nearest_by_hand(
    vectors: NDArray[np.float32], query: NDArray[np.float32], limit: int, within: Iterable[int] | None = None
) -> list[int]:
    """Return the ids of the nearest rows of `rows_of(vectors)`, best first."""
    ids = sorted(within) if within is not None else range(1, len(vectors) + 1)
    scores = {number: float(vectors[number - 1] @ query) for number in ids}
    return sorted(scores, key=lambda number: -scores[number])[:limit]
