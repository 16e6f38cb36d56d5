"""How large a picture may be before it is refused, derived from this machine's memory."""

import functools

import psutil

_BYTES_PER_PIXEL = 12
"""Pillow keeps a colour pixel in 4 bytes; decoded, converted and reduced or turned makes three copies at worst."""

_SHARE_OF_MEMORY = 0.5
"""The other half is for the model, the vector database, the window and everything else that is open."""

_LEAST_PIXELS = 64_000_000
"""Ordinary cameras and telephones make 12 to 61 megapixels; those are tried on the smallest machine."""

_MOST_PIXELS = 1_000_000_000
"""Beyond this no camera goes; a header that says so is far more often broken or hostile."""

_SHARE_FOR_FILE = 0.25

_BESIDE_PIXELS = 2**30
"""What decoding takes beside pixels: the file itself, tables, the stacks of threads, and 60 MB of program."""


@functools.cache
def _memory_bytes() -> int:
    return int(psutil.virtual_memory().total)


def pixel_limit(workers: int = 2) -> int:
    """Return how many pixels one picture may have so that all workers together fit into memory.

    8 GiB and 2 workers give 179 megapixels (8 GiB × 0.5 / 2 / 12), which holds the 108 and 150 megapixel
    cameras; 16 GiB give twice as much.

    Args:
        workers: How many pictures are decoded at the same time.
    """
    fitting = int(_memory_bytes() * _SHARE_OF_MEMORY / max(1, workers) / _BYTES_PER_PIXEL)
    return min(max(fitting, _LEAST_PIXELS), _MOST_PIXELS)


def file_limit() -> int:
    """Return how many bytes of one file are read into memory at most."""
    return int(_memory_bytes() * _SHARE_FOR_FILE)


def decoder_limit() -> int:
    """Return how many bytes of memory a decoder's process may take: the largest picture, and what comes with it."""
    return pixel_limit() * _BYTES_PER_PIXEL + _BESIDE_PIXELS
