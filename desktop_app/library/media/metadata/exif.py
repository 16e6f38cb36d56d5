"""Reads EXIF: what cameras wrote when the photo was taken, and the words that Windows puts beside it."""

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from PIL import Image

from desktop_app.library.media.metadata.cameras import camera_of, exposure_of, lens_of
from desktop_app.library.media.metadata.dates import best_date
from desktop_app.library.media.metadata.guess import text_of_comment, text_of_exif
from desktop_app.library.media.metadata.metadata import Meaning, Metadata, clean, tags_of
from desktop_app.library.media.metadata.nobodys import is_nobodys
from desktop_app.library.media.metadata.places import degrees_of_fractions, place_of
from desktop_app.library.media.metadata.values import stars, stars_of_percent, text_of
from desktop_app.library.media.pictures.openers import PICTURE_ERRORS

_log = logging.getLogger(__name__)

_Read = TypeVar("_Read")

# EXIF 2.32, tables 4 to 15.
_IMAGE_DESCRIPTION, _MAKE, _MODEL, _DATE_TIME, _XMP = 0x010E, 0x010F, 0x0110, 0x0132, 0x02BC
_THUMBNAIL_IFD, _EXIF_IFD, _GPS_IFD = 1, 0x8769, 0x8825
_DATE_TIME_ORIGINAL, _DATE_TIME_DIGITIZED = 0x9003, 0x9004
_EXPOSURE_TIME, _F_NUMBER, _FOCAL_LENGTH = 0x829A, 0x829D, 0x920A
_SENSITIVITY, _RECOMMENDED_INDEX = 0x8827, 0x8832
_LENS_MAKE, _LENS_MODEL = 0xA433, 0xA434
_USER_COMMENT = 0x9286
_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE, _GPS_TIME, _GPS_DATE = 1, 2, 3, 4, 7, 29
# Not of the standard: written by Windows, and by cameras with a button for stars.
_RATING, _RATING_PERCENT = 0x4746, 0x4749
# What Windows adds, as UTF-16 with a zero at the end.
_XP_TITLE, _XP_COMMENT, _XP_KEYWORDS, _XP_SUBJECT = 0x9C9B, 0x9C9C, 0x9C9E, 0x9C9F

# The highest sensitivity that its field can hold, which stands for all above.
_ISO_ELSEWHERE = 65535

Directory = Mapping[int, object]
"""The entries of one directory of EXIF, by number."""


def attempt(read: Callable[..., _Read], *said: object) -> _Read | None:
    """Return what `read` returns, or None where the entry is broken: Pillow parses entries when they are asked for."""
    try:
        return read(*said)
    except PICTURE_ERRORS as error:
        _log.debug("an entry of a photo's metadata is broken: %s", error)
        return None


def loaded(content: bytes) -> Image.Exif:
    """Return a block of EXIF; empty where it is broken.

    Args:
        content: Begins with the byte order, "II" or "MM", or with "Exif".
    """
    exif = Image.Exif()
    attempt(exif.load, content)
    return exif


def read_camera(exif: Image.Exif) -> Metadata:
    """Return what the camera says: when, where, with what and how, and the stars of its button."""
    main, details, small = directories(exif)
    both = (details, main)
    dated = best_date(
        [(Meaning.TAKEN, one) for one in _everywhere(_DATE_TIME_ORIGINAL, details, main, small)]
        + [(Meaning.DIGITISED, one) for one in _everywhere(_DATE_TIME_DIGITIZED, details, main, small)]
        + [(Meaning.CHANGED, one) for one in _everywhere(_DATE_TIME, main, details, small)]
    )
    rating = stars(_first(_RATING, *both))
    return Metadata(
        taken_at=dated.taken_at,
        precision=dated.precision,
        meaning=dated.meaning,
        camera=camera_of(_text(_MAKE, main), _text(_MODEL, main)),
        lens=lens_of(_text(_LENS_MAKE, *both), _text(_LENS_MODEL, *both)),
        exposure=exposure_of(
            _first(_EXPOSURE_TIME, *both), _first(_F_NUMBER, *both), _iso(both), _first(_FOCAL_LENGTH, *both)
        ),
        rating=stars_of_percent(_first(_RATING_PERCENT, *both)) if rating is None else rating,
    ).completed_by(read_position(attempt(exif.get_ifd, _GPS_IFD) or {}))


def read_position(position: Directory) -> Metadata:
    """Return what a directory of GPS says: a place, and the date of the satellites.

    Args:
        position: The directory by itself.
    """
    latitude, longitude = attempt(_place, position) or (None, None)
    dated = best_date([(Meaning.SATELLITE, attempt(_satellite_date, position))])
    return Metadata(
        taken_at=dated.taken_at,
        precision=dated.precision,
        meaning=dated.meaning,
        latitude=latitude,
        longitude=longitude,
    )


def read_exif_words(
    exif: Directory, details: Directory | None = None, *, is_big_endian: bool = False
) -> Metadata:
    """Return the tags and the caption of a photo's EXIF.

    Args:
        exif: The main directory.
        details: The directory of the photo's own.
        is_big_endian: Which byte order they have.
    """
    description = clean(text_of_exif(_first(_IMAGE_DESCRIPTION, exif, details or {})))
    comment = clean(text_of_comment(_first(_USER_COMMENT, details or {}, exif), is_big_endian=is_big_endian))
    words = ("" if is_nobodys(description) else description, _windows_text(_first(_XP_COMMENT, exif)))
    return Metadata(
        tags=tags_of(_windows_text(_first(_XP_KEYWORDS, exif)).split(";")),
        caption=text_of(
            _windows_text(_first(_XP_TITLE, exif)),
            _windows_text(_first(_XP_SUBJECT, exif)),
            next(filter(None, map(clean, words)), "" if _is_a_programs(comment) else comment),
        ),
    )


def directories(exif: Image.Exif) -> tuple[Directory, Directory, Directory]:
    """Return the main directory, that of the photo's details, and that of the small picture."""
    details = attempt(exif.get_ifd, _EXIF_IFD) or {}
    small = attempt(exif.get_ifd, _THUMBNAIL_IFD) or {}
    return exif, details, small


def packet_in(exif: Image.Exif) -> bytes:
    """Return the XMP that EXIF holds as one of its entries; empty without."""
    return _bytes(_first(_XMP, exif))


def is_big_endian(exif: Image.Exif) -> bool:
    """Tell which byte order a block of EXIF has."""
    return getattr(exif, "endian", None) == ">"


def _bytes(value: object) -> bytes:
    if isinstance(value, tuple):
        value = bytes(byte for byte in value if isinstance(byte, int) and 0 <= byte < 256)
    return (
        value.encode("latin-1", errors="replace")
        if isinstance(value, str)
        else value
        if isinstance(value, bytes)
        else b""
    )


def _everywhere(tag: int, *places: Directory) -> Iterator[object]:
    """Yield an entry from each directory that has it; programs write entries into the wrong ones."""
    for place in places:
        value = attempt(place.get, tag)
        if value is not None:
            yield value


def _first(tag: int, *places: Directory) -> object:
    return next(_everywhere(tag, *places), None)


def _text(tag: int, *places: Directory) -> str:
    return clean(text_of_exif(_first(tag, *places)))


def _iso(places: tuple[Directory, ...]) -> object:
    value = _first(_SENSITIVITY, *places)
    return _first(_RECOMMENDED_INDEX, *places) if value in (None, _ISO_ELSEWHERE) else value


def _place(position: Directory) -> tuple[float | None, float | None]:
    return place_of(
        degrees_of_fractions(position.get(_LATITUDE), position.get(_LATITUDE_REF)),
        degrees_of_fractions(position.get(_LONGITUDE), position.get(_LONGITUDE_REF)),
    )


def _satellite_date(position: Directory) -> str:
    """Return the date and time of the satellites, which is that of Greenwich: the last resort of EXIF."""
    day, clock = clean(position.get(_GPS_DATE)), position.get(_GPS_TIME)
    if isinstance(clock, tuple) and len(clock) == 3:
        hour, minute, second = (int(float(part)) for part in clock)
        return f"{day} {hour:02d}:{minute:02d}:{second:02d}"
    return day


def _is_a_programs(comment: str) -> bool:
    """Tell whether a comment is what a program noted for itself."""
    return is_nobodys(comment) or comment.startswith(("{", "<", "[")) or "\ufffd" in comment


def _windows_text(value: object) -> str:
    if isinstance(value, tuple):
        value = _bytes(value)
    return value.decode("utf-16-le", errors="replace").split("\0", 1)[0] if isinstance(value, bytes) else ""
