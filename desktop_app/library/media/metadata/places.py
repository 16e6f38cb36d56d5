"""How places are written: in degrees, or with minutes and seconds, with a sign or a side of the world.

Programs write "41,13.218N", "38.72", "N 38.72", "-9,14" or "38 deg 43' 12.00'' N"; cameras three fractions, or one.
"""

import math
import re
from collections.abc import Sequence

from desktop_app.library.media.metadata.metadata import clean

_SIDE = re.compile(r"^([NSEW])[A-Z]*|(?<![A-Z])([NSEW])[A-Z]*$")
# The other words for west that cameras and programs were seen to write; an "O" alone is east in German, west in French.
_WEST = ("W", "OUEST", "OESTE", "OVEST")
_NUMBER = re.compile(r"([+-]?)(\d+(?:\.\d+)?)(?:/(\d+(?:\.\d+)?))?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d{1,3},\d+$", re.ASCII)
# "38d43m12s".
_LETTERS, _SECONDS = (
    re.compile(r"[NSEW+-]?\s*\d+(\.\d+)?\s*D(?!E)", re.ASCII),
    re.compile(r"(\d)\s*S(?=$|[\s,NSEW])", re.ASCII),
)
_LONGEST, _MOST_DEGREES = 80, 180
# What a negative number looks like in a field for positive ones.
_WRAPPED = 2**31


def place_of(latitude: float | None, longitude: float | None) -> tuple[float | None, float | None]:
    """Return a place, or twice None where half of it is missing, it lies beyond the poles, or means "no fix" (0, 0)."""
    if latitude is None or longitude is None or latitude == longitude == 0:
        return None, None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else (None, None)


def degrees_of_text(said: str, side: str = "") -> float | None:
    """Return the degrees of one coordinate, north and east positive; None for what is none.

    Args:
        said: As a program wrote it, with or without a sign and a side of the world.
        side: The side of the world, where it is said elsewhere; a letter or a word.
    """
    text = clean(said).upper().replace("−", "-")[:_LONGEST]
    if _LETTERS.match(text):
        text = _SECONDS.sub('\\1"', text.replace("D", "°", 1).replace("M", "'", 1), count=1)
    found = _SIDE.search(text)
    if found:
        text = (text[: found.start()] + text[found.end() :]).strip()
    parts, is_negative = _parts(text, has_letter=found is not None)
    if is_negative is None:
        return None
    degrees = _sum(parts)
    if degrees is None:
        return None
    letter = (found[1] or found[2]) if found else ""
    return -degrees if is_negative or _is_negative_side(letter or side) else degrees


def degrees_of_fractions(value: object, side: object) -> float | None:
    """Return the degrees of one coordinate of EXIF; None where it is no number or out of its range.

    Args:
        value: Degrees, minutes and seconds, as far as there are such, or a text; more than three numbers say no more,
            seconds of 0/0 are none. Programs write all of it as minutes or as seconds too: the sum counts.
        side: The side of the world; without one it is north or east.
    """
    if isinstance(value, bytes | str):
        return degrees_of_text(clean(value), clean(side))
    try:
        numbers = [_unwrapped(part) for part in (value[:3] if isinstance(value, Sequence) else (value,))]
    except (ArithmeticError, TypeError, ValueError):
        return None
    if not numbers or not math.isfinite(numbers[0]):
        return None
    if len(numbers) > 1 and not math.isfinite(numbers[1]):
        # Minutes that are missing are none only after degrees that have decimals.
        if numbers[0].is_integer():
            return None
        numbers = numbers[:1]
    if any(math.isinf(number) for number in numbers):
        return None
    degrees = _added([0.0 if math.isnan(number) else abs(number) for number in numbers])
    if degrees > _MOST_DEGREES:
        return None
    is_negative = any(number < 0 for number in numbers) or _is_negative_side(clean(side))
    return -degrees if is_negative else degrees


def _unwrapped(part: object) -> float:
    numerator, denominator = getattr(part, "numerator", None), getattr(part, "denominator", None)
    if isinstance(numerator, int) and isinstance(denominator, int) and denominator and numerator >= _WRAPPED:
        return (numerator - 2 * _WRAPPED) / denominator
    return float(part)  # type: ignore[arg-type]  # raises where it is no number


def _is_negative_side(side: str) -> bool:
    side = side.strip().upper()
    return side.startswith(("S", *_WEST))


def _parts(text: str, *, has_letter: bool) -> tuple[list[float], bool | None]:
    """Return the numbers of a coordinate and whether one is negative; None in place of that where it is no coordinate."""
    try:
        # Also "9.5e-05".
        number = float(text)
        return [abs(number)], math.copysign(1, number) < 0 if math.isfinite(number) else None
    except ValueError:
        pass
    if _is_decimal_comma(text, has_letter=has_letter) or re.search("[°º'\"]|DEG", text):
        text = re.sub(r"(\d),(\d)", r"\1.\2", text)
    found = list(_NUMBER.finditer(text))
    rest = _NUMBER.sub("", text)
    if not 1 <= len(found) <= 3 or re.search(r"[A-Z+.-]", rest.replace("DEG", "")):
        return [], None
    parts = []
    for number_found in found:
        below = float(number_found[3] or 1)
        parts.append(float(number_found[2]) / below if below else math.nan)
    if math.isnan(parts[0]):
        return [], None
    return [0.0 if math.isnan(part) else part for part in parts], any(one[1] == "-" for one in found)


def _is_decimal_comma(text: str, *, has_letter: bool) -> bool:
    """Tell "38,72", which is 38.72, from "38,43N", which is 38° 43' (ISO 16684-1, table of GPSCoordinate)."""
    if not _DECIMAL_COMMA.match(text):
        return False
    after = text.split(",")[1]
    return not has_letter or len(after) > 2 or int(after) >= 60


def _sum(parts: list[float]) -> float | None:
    """Return degrees, minutes and seconds as degrees; None where minutes or seconds are more than 60."""
    if any(part > 60 for part in parts[1:]):
        return None
    return _added(parts)


def _added(parts: list[float]) -> float:
    return math.fsum(part / scale for part, scale in zip(parts, (1, 60, 3600), strict=False))
