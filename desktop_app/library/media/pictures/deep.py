"""Grey pictures of more than 8 bits, scaled to 8: what their numbers mean, and which of them is white.

Source: TIFF 6.0, of PhotometricInterpretation and SampleFormat.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

_PHOTOMETRIC, _SAMPLE_FORMAT = 262, 339
_WHITE_IS_ZERO, _UNSIGNED = 0, 1

# The brightest value that whole numbers of 8, 12, 16, 24 and 32 bits can have, and floating point ones by custom.
_WHITE_OF_INTEGERS = (255.0, 4095.0, 65535.0, 2.0**24 - 1, 2.0**32 - 1)
_WHITE_OF_FLOATS = (1.0, 255.0, 65535.0)


def eight_bits(image: Image.Image) -> Image.Image:
    """Scale grey of 12, 16 or 32 bits or floating point to 8 bits; Pillow's own conversion clips."""
    values = _meant_values(image)
    floats = values.dtype.kind == "f"
    if floats:
        values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(values.min()), float(values.max())
    whites = _WHITE_OF_FLOATS if floats else _WHITE_OF_INTEGERS
    white = next((white for white in whites if high <= white), high)
    if low < 0 or high > whites[-1]:
        return _stretched(values, low, high)
    return _stretched(values, 0.0, white)


def _stretched(values: NDArray[np.generic], low: float, high: float) -> Image.Image:
    scale = 255.0 / (high - low) if high > low else 0.0
    grey = (values.astype(np.float32) - low) * scale
    return Image.fromarray(np.clip(grey + 0.5, 0, 255).astype(np.uint8))


def _meant_values(image: Image.Image) -> NDArray[np.generic]:
    """Return the numbers of a deep grey picture, black the lowest, ``(height, width)``."""
    values: NDArray[np.generic] = np.asarray(image)
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return values
    formats = image.tag_v2.get(_SAMPLE_FORMAT, (_UNSIGNED,))
    if image.mode == "I" and formats[0] == _UNSIGNED:
        # Pillow has only signed numbers of 32 bits.
        return values.view(np.uint32)
    if image.mode.startswith("I;16") and image.tag_v2.get(_PHOTOMETRIC) == _WHITE_IS_ZERO:
        return np.asarray(np.iinfo(np.uint16).max - values)
    return values
