"""A picture's look in 64 bits: nearly equal for copies that were resized, compressed again or lightly edited.

The perceptual hash of Zauner, “Implementation and Benchmarking of Perceptual Image Hash Functions” (2010): the signs of
the lowest frequencies of a small grey copy.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_SIDE = 32
_LOWEST = 8


def look_of(picture: Image.Image) -> int:
    """Return a picture's look as a signed 64-bit integer; like pictures differ in few bits (see `differing_bits`).

    Args:
        picture: Upright RGB of any size.
    """
    grey = picture.convert("L").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    waves = _cosines() @ np.asarray(grey, dtype=np.float64) @ _cosines().T
    flat = waves.ravel()
    # Without the mean brightness, which says nothing and outweighs the rest.
    above = flat > np.median(flat[1:])
    above[0] = False
    return int(np.packbits(above).view(">i8")[0])


def differing_bits(look: int, others: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return in how many of 64 bits a look differs from each of some others, ``(n,)``."""
    return np.bitwise_count(np.bitwise_xor(others, np.int64(look)))


@cache
def _cosines() -> NDArray[np.float64]:
    """Return the rows of the discrete cosine transform (type 2) for the lowest frequencies, ``(8, 32)``."""
    places = (np.arange(_SIDE) + 0.5) * np.pi / _SIDE
    waves: NDArray[np.float64] = np.cos(np.outer(np.arange(_LOWEST), places))
    return waves
