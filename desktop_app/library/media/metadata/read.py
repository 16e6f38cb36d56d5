"""Reads when, where and with what a photo was taken, and what people said of it, from the photo's own file."""

import logging
import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from PIL import Image, ImageFile, IptcImagePlugin

from desktop_app.library.media.metadata.iptc import read_exif_words, read_iptc
from desktop_app.library.media.metadata.metadata import Metadata, clean
from desktop_app.library.media.metadata.values import parse_date, place_of, stars
from desktop_app.library.media.metadata.xmp import read_xmp
from desktop_app.library.media.pictures.openers import PICTURE_ERRORS

_log = logging.getLogger(__name__)

_Read = TypeVar("_Read")

# EXIF 2.32, tables 4 to 15.
_MAKE, _MODEL, _DATE_TIME, _XMP = 0x010F, 0x0110, 0x0132, 0x02BC
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_DATE_TIME_ORIGINAL, _DATE_TIME_DIGITIZED = 0x9003, 0x9004
# Not of the standard: written by Windows, and by cameras with a button for stars.
_RATING = 0x4746
_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE, _GPS_TIME, _GPS_DATE = 1, 2, 3, 4, 7, 29

# Company words that makers add and people never say.
_COMPANY = re.compile(
    r"[\s,.]+(corporation|corp|company|co|ltd|inc|limited|imaging|electronics|gmbh|kg|ag)[\s,.]*$",
    re.IGNORECASE,
)
_LONGEST_CAMERA = 100


def read_metadata(image: Image.Image) -> Metadata:
    """Return what the file says and can be believed; never raises on a broken entry.

    Dates in the order of trust: taken, digitised, changed, satellite, XMP. A date before photography or more than
    a day ahead, a place beyond the poles and the place 0° N 0° E, which stands for "no fix", count as missing. Tags
    and captions in the order of trust: XMP, IPTC, EXIF.

    Args:
        image: An opened picture; loaded, if it is a PNG whose EXIF may follow the pixels.
    """
    exif = _attempt(image.getexif)
    packet = _attempt(lambda: _packet(image.info.get("xmp") or image.info.get("XML:com.adobe.xmp"))) or b""
    iptc = _attempt(lambda: _iptc_of(image)) or {}
    return _read(Image.Exif() if exif is None else exif, packet, iptc)


def read_exif(content: bytes) -> Metadata:
    """Return what a bare EXIF block, which is what a TIFF and most camera raw files are too, says.

    Args:
        content: Begins with the byte order, "II" or "MM".
    """
    exif = _attempt(lambda: _loaded(content)) or Image.Exif()
    return _read(exif, _attempt(lambda: _packet(exif.get(_XMP))) or b"", {})


def _read(exif: Image.Exif, packet: bytes, iptc: Mapping[tuple[int, int], bytes | list[bytes]]) -> Metadata:
    details = _attempt(lambda: exif.get_ifd(_EXIF_IFD)) or {}
    position = _attempt(lambda: exif.get_ifd(_GPS_IFD)) or {}
    latitude, longitude = _attempt(lambda: _place(position)) or (None, None)
    xmp = (read_xmp(packet) if packet else Metadata()).said_by("xmp")
    camera = Metadata(
        taken_at=_attempt(lambda: parse_date(details.get(_DATE_TIME_ORIGINAL)))
        or _attempt(lambda: parse_date(details.get(_DATE_TIME_DIGITIZED)))
        or _attempt(lambda: parse_date(exif.get(_DATE_TIME)))
        or _attempt(lambda: _satellite_date(position)),
        camera=_attempt(lambda: camera_of(clean(exif.get(_MAKE)), clean(exif.get(_MODEL)))),
        latitude=latitude,
        longitude=longitude,
        rating=_attempt(lambda: stars(exif.get(_RATING))),
    )
    newspaper = (_attempt(lambda: read_iptc(iptc)) or Metadata()).said_by("iptc")
    windows = (_attempt(lambda: read_exif_words(exif)) or Metadata()).said_by("exif")
    # Programs that rate photos write XMP, and some of them EXIF beside it for others; no stars there mean nothing.
    words = Metadata(rating=xmp.rating or None, tags=xmp.tags, people=xmp.people, caption=xmp.caption)
    return (
        words.said_by("xmp")
        .completed_by(camera.said_by("exif"))
        .completed_by(xmp)
        .completed_by(newspaper)
        .completed_by(windows)
    )


def _loaded(content: bytes) -> Image.Exif:
    exif = Image.Exif()
    exif.load(content)
    return exif


def _attempt(read: Callable[[], _Read]) -> _Read | None:
    """Return what `read` returns, or None where the entry is broken: Pillow parses entries when they are asked for."""
    try:
        return read()
    except PICTURE_ERRORS as error:
        _log.debug("an entry of a photo's metadata is broken: %s", error)
        return None


def camera_of(maker: str, model: str) -> str | None:
    """Return maker and model without repetition; None where neither is known."""
    short = maker
    while (shorter := _COMPANY.sub("", short)) not in {short, ""}:
        short = shorter
    first = model.split(" ", 1)[0].lower()
    # "Canon" + "Canon EOS R5", and "EASTMAN KODAK COMPANY" + "KODAK EASYSHARE C613".
    repeated = first in maker.lower().split() or model.lower().startswith(short.lower())
    camera = model if model and (repeated or not short) else f"{short} {model}".strip()
    return camera[:_LONGEST_CAMERA] or None


def _place(position: Mapping[int, object]) -> tuple[float | None, float | None]:
    latitude = _degrees(position.get(_LATITUDE), position.get(_LATITUDE_REF), "S")
    return place_of(latitude, _degrees(position.get(_LONGITUDE), position.get(_LONGITUDE_REF), "W"))


def _degrees(value: object, reference: object, negative: str) -> float | None:
    """Return degrees from one to three rationals; None where one is no number (0/0) or out of its range."""
    parts = [float(part) for part in value] if isinstance(value, tuple) else []
    if not 1 <= len(parts) <= 3 or not all(math.isfinite(part) and part >= 0 for part in parts):
        return None
    if any(part > 60 for part in parts[1:]):
        return None
    degrees = math.fsum(part / scale for part, scale in zip(parts, (1, 60, 3600), strict=False))
    return -degrees if clean(reference).upper().startswith(negative) else degrees


def _satellite_date(position: Mapping[int, object]) -> datetime | None:
    """Return the date and time of the satellites, which is that of Greenwich: the last resort of EXIF."""
    day, clock = clean(position.get(_GPS_DATE)), position.get(_GPS_TIME)
    if isinstance(clock, tuple) and len(clock) == 3:
        hour, minute, second = (int(float(part)) for part in clock)
        return parse_date(f"{day} {hour:02d}:{minute:02d}:{second:02d}")
    return parse_date(day)


def _iptc_of(image: Image.Image) -> dict[tuple[int, int], bytes | list[bytes]]:
    # Only JPEG and TIFF have it, and for a TIFF Pillow's reader looks into the file again.
    return IptcImagePlugin.getiptcinfo(image) or {} if isinstance(image, ImageFile.ImageFile) else {}


def _packet(said: object) -> bytes:
    return said.encode() if isinstance(said, str) else said if isinstance(said, bytes) else b""
