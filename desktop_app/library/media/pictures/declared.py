"""Makes colour profiles of what a picture says of its colours without one: Adobe RGB in EXIF, gamma and primaries in PNG.

Sources: Adobe RGB (1998) Color Image Encoding, version 2005-05, sections 4.3.1 and 4.3.4 (primaries, white, gamma);
DCF 2.0 (CIPA DC-009), which marks files of its optional colour space, Adobe RGB, by "R03"; PNG, third edition, sections
4.3, 11.3.2.1 and 11.3.2.2; ICC.1:2001-04 (the layout of a profile); Bradford's matrix as in ICC.1:2022, annex E.
"""

import functools
import struct

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.library.media.pictures.openers import PICTURE_ERRORS

_Points = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
_Float = NDArray[np.float64]

_D65 = (0.3127, 0.3290)
_D50 = (0.9642, 1.0, 0.8249)
_ADOBE_RGB: _Points = ((0.6400, 0.3300), (0.2100, 0.7100), (0.1500, 0.0600))
_SRGB: _Points = ((0.6400, 0.3300), (0.3000, 0.6000), (0.1500, 0.0600))
_ADOBE_GAMMA = 563 / 256
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])

_EXIF_IFD, _COLOUR_SPACE, _INTEROPERABILITY, _INDEX = 0x8769, 0xA001, 0xA005, 1
_UNCALIBRATED = 0xFFFF
# Of no standard, but written by some cameras.
_COLOUR_SPACE_ADOBE = 2
_OPTIONAL_SPACE = "R03"

# What programs write for sRGB, rounded in different ways.
_SRGB_GAMMA, _NEAR_GAMMA, _NEAR_POINT = 1 / 2.2, 0.03, 0.01
# Beyond these there is no screen and no eye.
_LEAST_GAMMA, _MOST_GAMMA = 0.1, 5.0


def declared_profile(image: Image.Image) -> bytes | None:
    """Return a colour profile for a picture without one that says otherwise which colours it has; None for sRGB."""
    if image.format == "PNG" and "srgb" in image.info:
        return None
    profile = _of_png(image) if image.format == "PNG" else None
    return profile or (matrix_profile(_ADOBE_RGB, _D65, _ADOBE_GAMMA) if _is_adobe_rgb(image) else None)


@functools.lru_cache(maxsize=8)
def matrix_profile(primaries: _Points, white: tuple[float, float], gamma: float) -> bytes:
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


def _of_png(image: Image.Image) -> bytes | None:
    """Return the profile of a PNG's chunks gAMA and cHRM; None without the first, and for those of sRGB."""
    share = image.info.get("gamma")
    if not isinstance(share, float | int) or not _LEAST_GAMMA <= share <= _MOST_GAMMA:
        return None
    points: tuple[float, ...] = image.info.get("chromaticity") or ()
    white, primaries = _D65, _SRGB
    if len(points) == 8:
        white = (points[0], points[1])
        primaries = ((points[2], points[3]), (points[4], points[5]), (points[6], points[7]))
    usual = np.allclose((*_SRGB, _D65), (*primaries, white), rtol=0, atol=_NEAR_POINT)
    if usual and abs(share - _SRGB_GAMMA) <= _NEAR_GAMMA:
        return None
    try:
        return matrix_profile(primaries, white, 1 / share)
    except (ArithmeticError, ValueError, struct.error):
        return None


def _is_adobe_rgb(image: Image.Image) -> bool:
    try:
        exif = image.getexif()
        space = exif.get_ifd(_EXIF_IFD).get(_COLOUR_SPACE, _UNCALIBRATED)
        index = exif.get_ifd(_INTEROPERABILITY).get(_INDEX) if space == _UNCALIBRATED else None
    except PICTURE_ERRORS:
        return False
    said = index.decode("latin-1") if isinstance(index, bytes) else str(index)
    return space == _COLOUR_SPACE_ADOBE or said.rstrip("\0 ") == _OPTIONAL_SPACE


def _adapted(primaries: _Points, white: tuple[float, float]) -> _Float:
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
