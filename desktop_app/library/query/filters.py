"""What a photo can be filtered by, as values, and how each filter's text is read."""

import math
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from desktop_app.library.media.formats import RAW_SUFFIXES, VIDEO_SUFFIXES
from desktop_app.library.query import dates
from desktop_app.library.query.dates import Interval, interval_of
from desktop_app.library.query.tokens import NotUnderstoodError

_NEAR_KM = 10.0
_OFFLINE = "offline"
_PHOTO, _VIDEO = "photo", "video"
_VIDEO_ENDS = frozenset(suffix[1:] for suffix in VIDEO_SUFFIXES)
# SQLite takes expressions of limited depth and patterns of limited length; nobody types as much.
_MOST_ALTERNATIVES = 50
_LONGEST_VALUE = 1_000
# Endings that mean the same, by the name people use for them.
_FAMILIES = {
    "jpg": frozenset({"jpg", "jpeg", "jpe", "jfif"}),
    "png": frozenset({"png"}),
    "webp": frozenset({"webp"}),
    "gif": frozenset({"gif"}),
    "bmp": frozenset({"bmp", "dib"}),
    "tif": frozenset({"tif", "tiff"}),
    "heic": frozenset({"heic", "heif", "hif"}),
    "avif": frozenset({"avif"}),
    "jxl": frozenset({"jxl"}),
    "jp2": frozenset({"jp2", "j2k", "jpx", "jpf"}),
    "raw": frozenset(suffix[1:] for suffix in RAW_SUFFIXES),
}
# The same of videos, whose endings mean containers.
_VIDEO_FAMILIES = {
    "mp4": frozenset({"mp4", "m4v", "f4v"}),
    "mov": frozenset({"mov", "qt"}),
    "mkv": frozenset({"mkv"}),
    "webm": frozenset({"webm"}),
    "avi": frozenset({"avi", "divx"}),
    "mts": frozenset({"mts", "m2ts", "m2t"}),
    "mpg": frozenset({"mpg", "mpeg", "mpe", "vob"}),
    "wmv": frozenset({"wmv", "asf"}),
    "3gp": frozenset({"3gp", "3g2"}),
    "flv": frozenset({"flv"}),
    "ogv": frozenset({"ogv"}),
    "dv": frozenset({"dv"}),
}


class Shape(StrEnum):
    """The form of a picture: exactly one of the first three, and perhaps a screenshot too."""

    PORTRAIT = "portrait"
    LANDSCAPE = "landscape"
    SQUARE = "square"
    SCREENSHOT = "screenshot"


class Feature(StrEnum):
    """What a photo's file may say of it or not."""

    GPS = "gps"
    CAMERA = "camera"
    DATE = "date"
    RATING = "rating"


@dataclass(frozen=True, slots=True)
class Taken:
    """Taken within a time; photos that do not say when count by the time of their file."""

    interval: Interval


@dataclass(frozen=True, slots=True)
class InFolder:
    """Below a folder: an absolute path, or a piece of a path from the chosen folder's name down."""

    folder: str


@dataclass(frozen=True, slots=True)
class OfType:
    """A file whose name ends so: suffixes in small letters, without the dot; with `otherwise` one whose does not."""

    suffixes: frozenset[str]
    otherwise: bool = False


@dataclass(frozen=True, slots=True)
class ByCamera:
    """Taken with a camera that has these words in its name, in any order; `*` and `?` as in file names."""

    words: str


@dataclass(frozen=True, slots=True)
class Named:
    """A file with this in its name; with `*` or `?` the pattern is for the whole name."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Shaped:
    """A picture of this form."""

    shape: Shape


@dataclass(frozen=True, slots=True)
class Offline:
    """A photo whose drive or folder is not there now."""


@dataclass(frozen=True, slots=True)
class Having:
    """A photo whose file says this of it."""

    feature: Feature


@dataclass(frozen=True, slots=True)
class Rated:
    """A rating between two numbers, both included; a photo without one has 0, a rejected one −1."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Near:
    """Taken at most so many kilometres from a place in degrees north and east, along the globe."""

    latitude: float
    longitude: float
    km: float


Condition = Taken | InFolder | OfType | ByCamera | Named | Shaped | Offline | Having | Rated | Near
"""One thing that is true of a photo file or not."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of a query.

    Attributes:
        key: Which, like "date".
        value: What was typed after the colon, without quotes.
        any_of: It keeps a photo of which one of these is true.
        negated: It keeps exactly the others.
        start: Where it begins in the query.
        end: Where it ends.
    """

    key: str
    value: str
    any_of: tuple[Condition, ...]
    negated: bool = False
    # Not compared: a filter is the same wherever it stands.
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


def type_of(suffix: str) -> str | None:
    """Return the name that `type:` knows a file's ending by, without the dot; None for one it does not know."""
    small = suffix.lower()
    families = _FAMILIES | _VIDEO_FAMILIES
    return next((name for name, family in families.items() if small in family), None)


def is_video_type(name: str) -> bool:
    """Return whether a name that `type:` knows, like "mp4", is that of a kind of video."""
    return name in _VIDEO_FAMILIES


def conditions_of(key: str, value: str, today: date) -> tuple[Condition, ...]:
    """Read a filter's value; alternatives stand between `|`, of types, forms and features also between commas.

    Args:
        key: One of `KEYS`.
        value: What stands after the colon.
        today: What "yesterday" and its like start from.

    Raises:
        NotUnderstoodError: It makes no sense.
    """
    if len(value) > _LONGEST_VALUE:
        raise NotUnderstoodError(f"This is longer than {_LONGEST_VALUE:,} characters and is left out.")
    if key != "in" and value and not _is_text(value):
        raise NotUnderstoodError("This holds signs that cannot be written.")
    read = _READERS[key]
    pieces = re.split(r"[|,]" if key in {"type", "is", "has"} else r"\|", value)
    if not all(piece.strip() for piece in pieces):
        raise NotUnderstoodError(f"Something is missing after “{key}:”. Write it like {_EXAMPLES[key]}.")
    if len(pieces) > _MOST_ALTERNATIVES:
        raise NotUnderstoodError(f"At most {_MOST_ALTERNATIVES} alternatives can be named here.")
    return tuple(read(piece.strip(), today) for piece in pieces)


def _date(value: str, today: date) -> Condition:
    return Taken(interval_of(value, today))


def _before(value: str, today: date) -> Condition:
    return Taken(Interval(None, interval_of(value, today).start))


def _after(value: str, today: date) -> Condition:
    end = interval_of(value, today).end
    if end is None:
        raise NotUnderstoodError(f"Nothing comes after “{value}”.")
    return Taken(Interval(end, None))


def _type(value: str, _today: date) -> Condition:
    suffix = value.lower().removeprefix("*").removeprefix(".")
    if suffix in {_PHOTO, _VIDEO}:
        return OfType(_VIDEO_ENDS, otherwise=suffix == _PHOTO)
    for name, family in (_FAMILIES | _VIDEO_FAMILIES).items():
        if suffix == name or suffix in family:
            return OfType(family)
    known = ", ".join((_PHOTO, _VIDEO, *_FAMILIES, *_VIDEO_FAMILIES))
    raise NotUnderstoodError(f"No photo here can be of the type “{value}”. There are {known}.")


def _is(value: str, _today: date) -> Condition:
    if value.lower() == _OFFLINE:
        return Offline()
    try:
        return Shaped(Shape(value.lower()))
    except ValueError as error:
        known = ", ".join((*Shape, _OFFLINE))
        raise NotUnderstoodError(f"“is:” knows {known}, not “{value}”.") from error


def _has(value: str, _today: date) -> Condition:
    try:
        return Having(Feature(value.lower()))
    except ValueError as error:
        raise NotUnderstoodError(f"“has:” knows {', '.join(Feature)}, not “{value}”.") from error


_RATING = re.compile(r"(>=|<=|>|<|=|)\s*(-1|[0-5])(?:\s*\.\.+\s*(-1|[0-5]))?(\+?)", re.ASCII)


def _rating(value: str, _today: date) -> Condition:
    found = _RATING.fullmatch(value.replace("≥", ">=").replace("≤", "<=").replace("−", "-"))
    if not found or bool(found[1]) + bool(found[3]) + bool(found[4]) > 1:
        raise NotUnderstoodError(f"“rating:” takes 0 to 5, like {_EXAMPLES['rating']}, not “{value}”.")
    sign, number = found[1], int(found[2])
    if found[3]:
        return Rated(min(number, int(found[3])), max(number, int(found[3])))
    if sign in {">", ">="} or found[4]:
        return Rated(number + (sign == ">"), math.inf)
    return Rated(-math.inf, number - (sign == "<")) if sign in {"<", "<="} else Rated(number, number)


def _in(value: str, _today: date) -> Condition:
    # Only a whole path can have bytes in it that are no text: where one was copied from.
    if not is_path(value) or not (_is_text(value) or os.path.isabs(value)):  # noqa: PTH117 - of Path it is the same
        raise NotUnderstoodError("No folder can have this name.")
    return InFolder(value)


def _is_text(value: str) -> bool:
    """Whether it can be written: a lone half of a sign, as names that are no valid text have, cannot."""
    try:
        return bool(value.encode())
    except UnicodeEncodeError:
        return False


def is_path(text: str) -> bool:
    """Whether a file could have this path at all."""
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


def _near(value: str, _today: date) -> Condition:
    try:
        numbers = [float(part) for part in value.lower().removesuffix("km").split(",")]
        latitude, longitude, km = numbers if len(numbers) == 3 else (*numbers, _NEAR_KM)
    except ValueError as error:
        raise NotUnderstoodError(
            f"“near:” takes degrees north, degrees east and kilometres, like {_EXAMPLES['near']}."
        ) from error
    # Written so that NaN, which is neither more nor less than anything, is refused too.
    if not (abs(latitude) <= 90 and abs(longitude) <= 180 and 0 <= km < math.inf):
        raise NotUnderstoodError(
            "A place lies between −90 and 90 degrees north and −180 and 180 east, and kilometres are above 0."
        )
    return Near(latitude, longitude, km)


_READERS: Mapping[str, Callable[[str, date], Condition]] = {
    "date": _date,
    "before": _before,
    "after": _after,
    "type": _type,
    "camera": lambda value, _: ByCamera(value),
    "name": lambda value, _: Named(value),
    "is": _is,
    "has": _has,
    "rating": _rating,
    "near": _near,
    "in": _in,
}

_EXAMPLES: Mapping[str, str] = {
    "date": dates.EXAMPLES,
    "before": "before:2023-06-01",
    "after": "after:2023-06-01",
    "type": "type:heic or type:jpg,png",
    "camera": "camera:canon",
    "name": "name:IMG_12*",
    "is": "is:portrait",
    "has": "has:gps",
    "rating": "rating:>=3",
    "near": "near:52.52,13.40,10",
    "in": "in:Holidays",
}

KEYS = tuple(_READERS)
"""Every filter's name."""
