"""What a vector becomes in the compact copy: a few arrays with a row for each vector."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FORM = 1
"""The form of the codes; arrays of another form have to be made again."""

_MOST = 127


@dataclass(frozen=True, slots=True)
class Column:
    """An array with a row for each vector.

    Attributes:
        name: Its name.
        dtype: Of its numbers, little-endian.
        width: How many of them a row has.
    """

    name: str
    dtype: np.dtype[np.generic]
    width: int


def columns(dimension: int) -> tuple[Column, ...]:
    """Return the arrays that hold vectors of so many numbers."""
    return (
        Column("codes", np.dtype(np.int8), dimension),
        Column("factors", np.dtype("<f4"), 1),
    )


def centre_of(sample: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what codes are made relative to, ``(dimension,)`` float32: the mean of some vectors, ``(n, dimension)``.

    A few thousand vectors of the table are enough; a centre that fits badly makes answers slower, never wrong.
    """
    mean: NDArray[np.float32] = sample.mean(axis=0, dtype=np.float64).astype(np.float32)
    return mean


def encode(vectors: NDArray[np.float32], centre: NDArray[np.float32]) -> dict[str, NDArray[np.generic]]:
    """Return the rows of every column for some vectors.

    Args:
        vectors: ``(n, dimension)`` float32 of length 1.
        centre: ``(dimension,)`` float32, the same for all rows of a table.

    Returns:
        By name of the column, ``(n, width)``.
    """
    apart = vectors - centre
    scales = np.abs(apart).max(axis=1, keepdims=True) / np.float32(_MOST)
    scales[scales == 0] = 1
    return {
        "codes": np.rint(apart / scales).astype(np.int8),
        "factors": scales.astype(np.float32),
    }
