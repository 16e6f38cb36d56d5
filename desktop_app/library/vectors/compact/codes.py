"""What a vector becomes in the compact copy: signs to find it by, four bits a number to compare it by.

The signs are those of RaBitQ (Gao and Long, 2024, arXiv:2405.12497): of the difference from a common centre, turned so that
no number counts for more than the others. Their product with a query, times one factor a row, is the true product but for
an error whose size is known.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

FORM = 3
"""The form of the codes; arrays of another form have to be made again."""

SIGNS, REACHES, CODES, STEPS = "signs", "reaches", "codes", "steps"

LEVELS = 16
"""What a number of `codes` may be: as many steps, in the middle of which it stands, half of them below 0."""

# Of normal numbers, in standard deviations: steps that lose least (Max, "Quantizing for minimum distortion", 1960).
_STEP = 0.3352
# faiss.hammings compares words of 64 bits.
_WORD_BYTES = 8
_ROWS_AT_ONCE = 4_096


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
    """Return the arrays that hold vectors of so many numbers, 336 bytes a row for 512 of them.

    A search reads `signs` and `reaches` from the first row to the last, and of the others the rows that may be near.
    """
    words = -(-dimension // (8 * _WORD_BYTES))
    return (
        Column(SIGNS, np.dtype(np.uint8), words * _WORD_BYTES),
        Column(REACHES, np.dtype("<f4"), 1),
        # Two numbers a byte, of the first half and of the second.
        Column(CODES, np.dtype(np.uint8), -(-dimension // 2)),
        # A step; the standard deviation of what is lost in a product with a query of length 1; the product with the
        # centre, of which nothing is lost.
        Column(STEPS, np.dtype("<f4"), 3),
    )


def centre_of(sample: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what codes are made relative to, ``(dimension,)`` float32: the mean of some vectors, ``(n, dimension)``.

    A few hundred vectors of the table are enough; with a centre that fits badly more rows are compared, none is missed.
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
    made = {
        column.name: np.zeros((len(vectors), column.width), dtype=column.dtype)
        for column in columns(len(centre))
    }
    for start in range(0, len(vectors), _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        for name, part in _encoded(turned(vectors[rows] - centre)).items():
            made[name][rows, : part.shape[1]] = part
        made[STEPS][rows, 2] = vectors[rows] @ centre
    return made


def turned(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return vectors, ``(n, dimension)`` or one, as they lie in the codes: turned, with products as they were."""
    # NumPy's types say float64 of every product.
    return (vectors @ _turn(vectors.shape[-1])).astype(np.float32, copy=False)


def _encoded(apart: NDArray[np.float32]) -> dict[str, NDArray[np.generic]]:
    """Return what differences from the centre, turned, give to the rows of every column."""
    squares = np.square(apart).sum(axis=1, keepdims=True)
    total = np.abs(apart).sum(axis=1, keepdims=True)
    has_length = total > 0
    nothing = np.zeros_like(total)
    widths = np.sqrt(squares / apart.shape[1]) * np.float32(_STEP)
    levels = np.floor(np.divide(apart, widths, out=np.zeros_like(apart), where=has_length)) + LEVELS // 2
    levels = np.clip(levels, 0, LEVELS - 1)
    middles = levels - np.float32((LEVELS - 1) / 2)
    products = (apart * middles).sum(axis=1, keepdims=True)
    # By this factor, as with the signs, products are right in the mean.
    steps = np.divide(squares, products, out=nothing.copy(), where=has_length)
    lost = np.square(apart - steps * middles).mean(axis=1, keepdims=True)
    half = -(-apart.shape[1] // 2)
    packed = levels.astype(np.uint8)
    codes = packed[:, :half].copy()
    codes[:, : apart.shape[1] - half] |= packed[:, half:] << 4
    return {
        SIGNS: np.packbits(apart > 0, axis=1, bitorder="little"),
        REACHES: np.divide(squares, total, out=nothing.copy(), where=has_length),
        CODES: codes,
        STEPS: np.concatenate((steps, np.sqrt(lost)), axis=1),
    }


@lru_cache(maxsize=2)
def _turn(dimension: int) -> NDArray[np.float32]:
    """Return a turn that spreads every direction over all numbers: signs drawn once and for all, then a cosine transform.

    Models have a few numbers that are far larger than all others in every vector. Left alone, they would leave nothing
    of the bits that a query has. The signs are a hash's, for NumPy may change what a seed gives.
    """
    drawn = hashlib.shake_256(b"compact vectors").digest(-(-dimension // 8))
    signs = np.unpackbits(np.frombuffer(drawn, dtype=np.uint8))[:dimension] * 2.0 - 1.0
    places = np.arange(dimension)
    waves = np.cos(np.pi / dimension * np.outer(places + 0.5, places)) * np.sqrt(2 / dimension)
    waves[:, 0] /= np.sqrt(2)
    made: NDArray[np.float32] = (signs[:, np.newaxis] * waves).astype(np.float32)
    made.flags.writeable = False
    return made
