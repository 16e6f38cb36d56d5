"""Turns a decoded picture of a video upright, into sRGB, as wide as it is shown, no larger than asked. Needs PyAV."""

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from desktop_app.library.media.pictures.boxes import Coding
from desktop_app.library.media.pictures.hdr import in_srgb
from desktop_app.library.media.pictures.light import is_hdr, is_wide

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

# Of a picture that may be reduced, so much is left only if it is much longer than wide.
_MOST_REDUCED_PX = 2**22
# Wider or narrower pixels are nonsense: those of films on tape and disc are 0.9 to 2 as wide as high.
_MOST_UNEVEN = 10
_TURNS = {
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}
# ITU-T H.273, matrix coefficients; and FFmpeg's number of "not said".
_BT_709, _UNSAID = 1, 2
# What does not say how its colours are stored is as players take it: as in television, of the finer or the older kind.
_LEAST_FINE_PX = 720


def upright_size(frame: "VideoFrame", aspect: Fraction | None) -> tuple[int, int]:
    """Return width and height at which a picture is shown.

    Args:
        frame: As decoded.
        aspect: Width of a pixel in heights; None where nothing is said.
    """
    width, height = _shown_size(frame, aspect)
    return (height, width) if _turn(frame) in {90, 270} else (width, height)


def upright_picture(frame: "VideoFrame", aspect: Fraction | None, least_px: int) -> Image.Image:
    """Return a picture as it is shown, RGB.

    Args:
        frame: As decoded.
        aspect: As above.
        least_px: A larger one is reduced so that its shorter side has so many pixels.
    """
    width, height = _shown_size(frame, aspect)
    most_px = max(_MOST_REDUCED_PX, (2 * least_px) ** 2)
    shrink = min(1.0, max(1, least_px) / min(width, height), math.sqrt(most_px / (width * height)))
    fine = frame.colorspace == _UNSAID and min(frame.width, frame.height) >= _LEAST_FINE_PX
    rgb = frame.reformat(
        max(1, round(width * shrink)),
        max(1, round(height * shrink)),
        "rgb24",
        src_colorspace=_BT_709 if fine else None,
        interpolation="BICUBIC",
        threads=1,
    )
    picture = Image.fromarray(rgb.to_ndarray())
    coding = Coding(frame.color_primaries, frame.color_trc)
    if is_hdr(coding) or is_wide(coding):
        picture = in_srgb(picture, coding)
    turn = _TURNS.get(_turn(frame))
    return picture if turn is None else picture.transpose(turn)


def stored_bytes(frame: "VideoFrame") -> Iterator[bytes]:
    """Yield what a picture consists of, whatever its size and however it is shown later."""
    yield f"{frame.format.name} {frame.width} {frame.height} ".encode()
    for number, plane in enumerate(frame.planes):
        parts = [part for part in frame.format.components if part.plane == number]
        used = min(plane.line_size, sum(part.width * ((part.bits + 7) // 8) for part in parts))
        rows = np.frombuffer(memoryview(plane), dtype=np.uint8)
        rows = rows[: plane.height * plane.line_size].reshape(plane.height, plane.line_size)
        # What follows in each row is padding, and holds anything.
        yield np.ascontiguousarray(rows[:, :used]).tobytes()


def _shown_size(frame: "VideoFrame", aspect: Fraction | None) -> tuple[int, int]:
    told = aspect if aspect and 1 / _MOST_UNEVEN <= aspect <= _MOST_UNEVEN else Fraction(1)
    return max(1, round(frame.width * told)), frame.height


def _turn(frame: "VideoFrame") -> int:
    """Return by how many degrees to turn it anticlockwise: 0, 90, 180 or 270."""
    return round(frame.rotation / 90) * 90 % 360
