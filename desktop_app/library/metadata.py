"""When, where and with what a photo was taken, from its EXIF and XMP; broken entries are left out."""

import logging
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from PIL import Image

from desktop_app.library.decode_openers import PICTURE_ERRORS
from desktop_app.library.metadata_dates import parse_date

_log = logging.getLogger(__name__)

_Read = TypeVar("_Read")

# EXIF 2.32, tables 4 to 15.
_MAKE, _MODEL, _DATE_TIME = 0x010F, 0x0110, 0x0132
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_DATE_TIME_ORIGINAL, _DATE_TIME_DIGITIZED = 0x9003, 0x9004
# Not of the standard: written by Windows, and by cameras with a button for stars.
_RATING = 0x4746
_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE, _GPS_TIME, _GPS_DATE = 1, 2, 3, 4, 7, 29

_XMP_DATES = (b"exif:DateTimeOriginal", b"photoshop:DateCreated", b"xmp:CreateDate", b"exif:GPSTimeStamp")
_XMP_BYTES = 2**20
_XMP_DEGREES = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?([NSEW])$")

# Company words that makers add and people never say.
_COMPANY = re.compile(
    r"[\s,.]+(corporation|corp|company|co|ltd|inc|limited|imaging|electronics|gmbh|kg|ag)[\s,.]*$",
    re.IGNORECASE,
)
_LONGEST_CAMERA = 100


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a photo's file says about its making.

    Attributes:
        taken_at: Wall-clock time where it was taken, without a zone.
        camera: Maker and model without repetition.
        latitude: Degrees north, −90 to 90; None together with `longitude`.
        longitude: Degrees east, −180 to 180.
        rating: Stars, 1 to 5; 0 for a photo that says it has none; −1 for one that was rejected.
        tags: Words that people or programs gave it, in their order, none twice.
        caption: What somebody wrote about it.
    """

    taken_at: datetime | None = None
    camera: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    rating: int | None = None
    tags: tuple[str, ...] = ()
    caption: str | None = None


def read_metadata(image: Image.Image) -> Metadata:
    """Return what the file says and can be believed; never raises on a broken entry.

    Dates in the order of trust: taken, digitised, changed, satellite, XMP. A date before photography or more than
    a day ahead, a place beyond the poles and the place 0° N 0° E, which stands for "no fix", count as missing.

    Args:
        image: An opened picture; loaded, if it is a PNG whose EXIF may follow the pixels.
    """
    exif = _attempt(image.getexif)
    if exif is None:
        exif = Image.Exif()
    details = _attempt(lambda: exif.get_ifd(_EXIF_IFD)) or {}
    position = _attempt(lambda: exif.get_ifd(_GPS_IFD)) or {}
    xmp = _attempt(lambda: _xmp_of(image)) or b""
    latitude, longitude = _attempt(lambda: _place(position, xmp)) or (None, None)
    return Metadata(
        taken_at=_attempt(lambda: parse_date(details.get(_DATE_TIME_ORIGINAL)))
        or _attempt(lambda: parse_date(details.get(_DATE_TIME_DIGITIZED)))
        or _attempt(lambda: parse_date(exif.get(_DATE_TIME)))
        or _attempt(lambda: _satellite_date(position))
        or _attempt(lambda: _xmp_date(xmp)),
        camera=_attempt(lambda: _camera(_text(exif.get(_MAKE)), _text(exif.get(_MODEL)))),
        latitude=latitude,
        longitude=longitude,
        # Programs that rate photos write XMP, and some of them EXIF beside it for others.
        rating=_attempt(lambda: _stars(_xmp_value(xmp, b"xmp:Rating")))
        or _attempt(lambda: _stars(exif.get(_RATING))),
    )


def _attempt(read: Callable[[], _Read]) -> _Read | None:
    """Return what `read` returns, or None where the entry is broken: Pillow parses entries when they are asked for."""
    try:
        return read()
    except PICTURE_ERRORS as error:
        _log.debug("an entry of a photo's metadata is broken: %s", error)
        return None


def _text(value: object) -> str:
    """Return an EXIF text without the padding, line ends and control characters that cameras leave in it."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", errors="replace")
    if not isinstance(value, str):
        return ""
    printable = "".join(sign if sign.isprintable() else " " for sign in value.split("\0", 1)[0])
    return " ".join(printable.split())


def _camera(maker: str, model: str) -> str | None:
    short = maker
    while (shorter := _COMPANY.sub("", short)) not in {short, ""}:
        short = shorter
    first = model.split(" ", 1)[0].lower()
    # "Canon" + "Canon EOS R5", and "EASTMAN KODAK COMPANY" + "KODAK EASYSHARE C613".
    repeated = first in maker.lower().split() or model.lower().startswith(short.lower())
    camera = model if model and (repeated or not short) else f"{short} {model}".strip()
    return camera[:_LONGEST_CAMERA] or None


def _place(position: dict[int, object], xmp: bytes) -> tuple[float, float] | None:
    latitude = _degrees(position.get(_LATITUDE), position.get(_LATITUDE_REF), "S")
    longitude = _degrees(position.get(_LONGITUDE), position.get(_LONGITUDE_REF), "W")
    if latitude is None or longitude is None:
        latitude = _xmp_degrees(xmp, b"exif:GPSLatitude")
        longitude = _xmp_degrees(xmp, b"exif:GPSLongitude")
    if latitude is None or longitude is None or latitude == longitude == 0:
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _degrees(value: object, reference: object, negative: str) -> float | None:
    """Return degrees from one to three rationals; None where one is no number (0/0) or out of its range."""
    parts = [float(part) for part in value] if isinstance(value, tuple) else []
    if not 1 <= len(parts) <= 3 or not all(math.isfinite(part) and part >= 0 for part in parts):
        return None
    if any(part > 60 for part in parts[1:]):
        return None
    degrees = math.fsum(part / scale for part, scale in zip(parts, (1, 60, 3600), strict=False))
    return -degrees if _text(reference).upper().startswith(negative) else degrees


def _satellite_date(position: dict[int, object]) -> datetime | None:
    """Return the date and time of the satellites, which is that of Greenwich: the last resort of EXIF."""
    day, clock = _text(position.get(_GPS_DATE)), position.get(_GPS_TIME)
    if isinstance(clock, tuple) and len(clock) == 3:
        hour, minute, second = (int(float(part)) for part in clock)
        return parse_date(f"{day} {hour:02d}:{minute:02d}:{second:02d}")
    return parse_date(day)


def _stars(value: object) -> int | None:
    """Return a rating from -1 to 5, or None for what is none; programs write `5`, `"5"` and `"5.0"`."""
    try:
        number = float(value) if isinstance(value, int | float | str | bytes) else math.nan
    except ValueError:
        return None
    return int(number) if -1 <= number <= 5 else None


def _xmp_of(image: Image.Image) -> bytes:
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    return (packet.encode() if isinstance(packet, str) else bytes(packet))[:_XMP_BYTES]


def _xmp_value(xmp: bytes, name: bytes) -> str:
    """Return one property, written as an attribute or as an element; a pattern, since XML parsers can be attacked."""
    found = re.search(re.escape(name) + rb"\s*(?:=\s*[\"']|>)\s*([^\"'<]{1,60})", xmp)
    return found[1].decode("utf-8", errors="replace").strip() if found else ""


def _xmp_date(xmp: bytes) -> datetime | None:
    dates = (parse_date(_xmp_value(xmp, name)) for name in _XMP_DATES)
    return next((date for date in dates if date), None)


def _xmp_degrees(xmp: bytes, name: bytes) -> float | None:
    found = _XMP_DEGREES.match(_xmp_value(xmp, name))
    if not found:
        return None
    degrees, minutes, seconds, side = found.groups()
    value = float(degrees) + float(minutes) / 60 + float(seconds or 0) / 3600
    return -value if side in "SW" else value
