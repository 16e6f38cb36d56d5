"""Reads what a picture without a colour profile says of its colours: Adobe RGB in EXIF, gamma and primaries in PNG.

Sources: Adobe RGB (1998) Color Image Encoding, version 2005-05, sections 4.3.1 and 4.3.4 (primaries, white, gamma);
DCF 2.0 (CIPA DC-009), which marks files of its optional colour space, Adobe RGB, by "R03"; PNG, third edition, sections
4.3, 11.3.2.1 and 11.3.2.2.
"""

import struct
from itertools import chain
from typing import TYPE_CHECKING

from PIL import Image

from desktop_app.library.media.pictures.openers import PICTURE_ERRORS

if TYPE_CHECKING:
    from desktop_app.library.media.pictures.matrix_profile import Points

_D65 = (0.3127, 0.3290)
_ADOBE_RGB: "Points" = ((0.6400, 0.3300), (0.2100, 0.7100), (0.1500, 0.0600))
_SRGB: "Points" = ((0.6400, 0.3300), (0.3000, 0.6000), (0.1500, 0.0600))
_ADOBE_GAMMA = 563 / 256

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
    return profile or (_matrix_profile(_ADOBE_RGB, _D65, _ADOBE_GAMMA) if _is_adobe_rgb(image) else None)


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
    places, said = ([*chain(*points)] for points in ((*_SRGB, _D65), (*primaries, white)))
    usual = all(abs(one - other) <= _NEAR_POINT for one, other in zip(places, said, strict=True))
    if usual and abs(share - _SRGB_GAMMA) <= _NEAR_GAMMA:
        return None
    try:
        return _matrix_profile(primaries, white, 1 / share)
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


def _matrix_profile(primaries: "Points", white: tuple[float, float], gamma: float) -> bytes:
    # Late, for it brings numpy, which most decoders never need.
    from desktop_app.library.media.pictures.matrix_profile import matrix_profile

    return matrix_profile(primaries, white, gamma)
