"""A rectangle of a photo as the query language writes it: `#left,top,width,height` in percent."""

import math
import re
from dataclasses import dataclass

from desktop_app.library.query.tokens import NotUnderstoodError

WHOLE = 100.0
_NUMBER = r"\d{1,3}(?:\.\d{1,6})?"
_FOUR = re.compile(rf"({_NUMBER}),({_NUMBER}),({_NUMBER}),({_NUMBER})")
# After a path without quotes only what can be nothing else: names like "IMG#2.jpg" stay names.
_TAIL = re.compile(r"(?s:(.+))#([-+\d.%]*,[-+\d.,%]*)")
# A tenth of a percent is four pixels of a photo of 12 megapixels: finer than anybody draws.
_DIGITS = 1
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle in percent of an upright picture's sides; never empty, never outside.

    Attributes:
        left: From the left edge.
        top: From the upper edge.
        width: Above 0.
        height: Above 0.
    """

    left: float
    top: float
    width: float
    height: float

    @property
    def text(self) -> str:
        """As it is typed, without the sign before it: "10,20,40,30"."""
        numbers = (self.left, self.top, self.width, self.height)
        return ",".join(f"{number:.6f}".rstrip("0").rstrip(".") for number in numbers)

    def box(self, width_px: int, height_px: int) -> tuple[int, int, int, int]:
        """Return left, upper, right and lower edge in pixels of a picture: all it touches, one pixel at least."""
        left, right = _edges(self.left, self.width, width_px)
        upper, lower = _edges(self.top, self.height, height_px)
        return left, upper, right, lower


def drawn_region(left: float, top: float, width: float, height: float) -> Region | None:
    """Return what a hand drew as a region with few digits; None for what has no size.

    Args:
        left: From the left edge, as a share of the picture's width; what lies outside is cut off.
        top: From the upper edge, as a share of its height.
        width: Share of the width.
        height: Share of the height.
    """
    x, w = _within(left, width)
    y, h = _within(top, height)
    return Region(x, y, w, h) if w > 0 and h > 0 else None


def region_of(text: str) -> Region:
    """Read a region.

    Raises:
        NotUnderstoodError: It is not four numbers, is empty, or lies outside the picture.
    """
    found = _FOUR.fullmatch(text)
    if found is None:
        raise NotUnderstoodError(
            "A part of a photo is four numbers in percent, left, top, width and height: #10,20,40,30."
        )
    left, top, width, height = (float(number) for number in found.groups())
    if not width or not height:
        raise NotUnderstoodError("This part of the photo is empty: width and height are above 0.")
    if left + width > WHOLE + _ROUNDING or top + height > WHOLE + _ROUNDING:
        raise NotUnderstoodError(
            "This part lies outside the photo: left and width together are at most 100, so are top and height."
        )
    return Region(left, top, width, height)


def cut_off_region(value: str) -> tuple[str, str | None]:
    """Return a path typed without quotes, and what stands after it in the form of a region; None without that."""
    found = _TAIL.fullmatch(value)
    return (found[1], found[2]) if found else (value, None)


def _edges(start: float, length: float, side_px: int) -> tuple[int, int]:
    first = min(math.floor(start / WHOLE * side_px + _ROUNDING), side_px - 1)
    last = min(math.ceil((start + length) / WHOLE * side_px - _ROUNDING), side_px)
    return first, max(last, first + 1)


def _within(start: float, length: float) -> tuple[float, float]:
    """Return start and length in percent, cut off at the picture's edges."""
    first, last = (round(min(1.0, max(0.0, end)) * WHOLE, _DIGITS) for end in (start, start + length))
    return first, round(last - first, _DIGITS)
