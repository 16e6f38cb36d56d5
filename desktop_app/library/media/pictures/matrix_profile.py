"""Makes the colour profile of a screen from its primaries, its white and its gamma.

Sources: ICC.1:2001-04 (the layout of a profile); Bradford's matrix as in ICC.1:2022, annex E.
"""

import functools
import struct

import numpy as np
from numpy.typing import NDArray

Points = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
"""x and y of red, green and blue."""
_Float = NDArray[np.float64]

_D50 = (0.9642, 1.0, 0.8249)
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


@functools.lru_cache(maxsize=8)
def matrix_profile(primaries: Points, white: tuple[float, float], gamma: float) -> bytes:
    """Return a colour profile, version 2, of a screen.

    Args:
        primaries: x and y of its red, green and blue.
        white: x and y of its white.
        gamma: Light is so high a power of the numbers.

    Raises:
        ValueError: There is no such screen.
    """
    columns = _adapted(primaries, white)
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    name = b"declared\0"
    words = b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(78)
    tags = {b"desc": words + bytes(-len(words) % 4), b"wtpt": _xyz(_D50)}
    for colour, column in zip(b"rgb", columns.T, strict=True):
        tags[bytes([colour]) + b"XYZ"] = _xyz(tuple(column))
        tags[bytes([colour]) + b"TRC"] = curve
    table, body, start = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for tag, value in tags.items():
        table += tag + struct.pack(">II", start + len(body), len(value))
        body += value
    size = 128 + len(table) + len(body)
    head = struct.pack(">I4xI4s4s4s12x4s28x", size, 0x02100000, b"mntr", b"RGB ", b"XYZ ", b"acsp")
    return (head + _xyz(_D50)[8:]).ljust(128, b"\0") + table + body


def _adapted(primaries: Points, white: tuple[float, float]) -> _Float:
    """Return CIE XYZ of red, green and blue in columns, as they look under D50, the white of all profiles."""
    if min(y for _, y in (*primaries, white)) <= 0:
        raise ValueError("a colour without light")
    columns = np.array([_whole(point) for point in primaries]).T
    if abs(np.linalg.det(columns)) < 1e-6:
        raise ValueError("colours on a line")
    seen = _whole(white)
    matrix = columns * np.linalg.solve(columns, seen)
    cones = _BRADFORD @ np.array(_D50) / (_BRADFORD @ seen)
    adapted: _Float = np.linalg.solve(_BRADFORD, cones[:, None] * (_BRADFORD @ matrix))
    if not np.isfinite(adapted).all() or np.abs(adapted).max() > 4:
        raise ValueError("colours beyond any screen")
    return adapted


def _whole(point: tuple[float, float]) -> _Float:
    x, y = point
    return np.array([x / y, 1.0, (1 - x - y) / y])


def _xyz(value: tuple[float, ...]) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(float(part) * 65536)) for part in value)
