"""Reads camera raw files: the preview that the camera put in, or, where there is none, a quick development."""

import importlib.util
import io
import logging
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from desktop_app.library.errors import UnreadablePhotoError
from desktop_app.library.media.formats import NEEDS, RAW
from desktop_app.library.media.pictures import reasons

if TYPE_CHECKING:
    import rawpy

_log = logging.getLogger(__name__)

# How files begin that are raw and nothing else: Fujifilm, Olympus, Panasonic and Leica, Sigma, Minolta, old Canon.
_BEGINNINGS = (
    b"FUJIFILMCCD-RAW",
    b"IIRO",
    b"IIRS",
    b"MMOR",
    b"IIU\x00",
    b"FOVb",
    b"\x00MRM",
    b"II\x1a\x00\x00\x00HEAP",
)
# Behind the head of a TIFF; pixels of one dark grey begin like the first half of it.
_PHASE_ONE = re.compile(rb"IIII.waR|MMMMRaw", re.DOTALL)
_TIFF = {b"II*\x00": "<", b"MM\x00*": ">"}
# TIFF-like with a byte order and a directory, but a number of their own in place of 42.
_NEARLY_TIFF = {b"IIRO": b"II*\x00", b"IIRS": b"II*\x00", b"MMOR": b"MM\x00*", b"IIU\x00": b"II*\x00"}

# TIFF 6.0, TIFF/EP (ISO 12234-2) and DNG 1.7.
_NEW_SUBFILE_TYPE, _PHOTOMETRIC, _SUB_DIRECTORIES, _DNG_VERSION = 0x00FE, 0x0106, 0x014A, 0xC612
_MOSAIC, _LINEAR_RAW = 32803, 34892
_MOST_ENTRIES, _MOST_DIRECTORIES = 500, 16

# LibRaw's way to say how a picture is turned, and EXIF's.
_ORIENTATIONS = {0: 1, 3: 3, 5: 8, 6: 6}


@dataclass(frozen=True, slots=True)
class RawPhoto:
    """What a raw file holds beside the numbers of its sensor.

    Attributes:
        size: Width and height in pixels as the sensor lies, not turned.
        orientation: How to turn it upright, as in EXIF.
        preview: The largest picture for looking at: the bytes of a JPEG, or a picture; None without one.
    """

    size: tuple[int, int]
    orientation: int
    preview: bytes | Image.Image | None


def can_read_raw() -> bool:
    """Tell whether raw files can be read on this machine."""
    return importlib.util.find_spec("rawpy") is not None


def is_raw(content: bytes) -> bool:
    """Tell by its content whether a file is a camera's raw file; most of them look like a TIFF of a tiny picture."""
    if content.startswith(_BEGINNINGS) or content[4:12] == b"ftypcrx ":
        return True
    if content[:4] not in _TIFF:
        return False
    return content[8:10] == b"CR" or _PHASE_ONE.match(content, 8) is not None or _has_raw_directory(content)


def tiff_part(content: bytes) -> bytes:
    """Return the bytes of a raw file as those of a TIFF, for its EXIF; empty where it is built otherwise."""
    if content[:4] in _TIFF:
        return content
    head = _NEARLY_TIFF.get(content[:4])
    return head + content[4:] if head else b""


def read_raw(content: bytes) -> RawPhoto:
    """Return what a raw file says of its picture, without decoding the numbers of the sensor. Any thread.

    Raises:
        UnreadablePhotoError: rawpy is not installed, or LibRaw does not know the file.
    """
    with _opened(content) as raw:
        sizes = raw.sizes
        return RawPhoto((sizes.width, sizes.height), _ORIENTATIONS.get(sizes.flip, 1), _preview_of(raw))


def develop(content: bytes) -> Image.Image:
    """Return the sensor's picture at half its size, with the camera's white balance, not turned. Takes seconds.

    Raises:
        UnreadablePhotoError: It cannot be done.
    """
    import rawpy

    with _opened(content) as raw:
        try:
            return Image.fromarray(raw.postprocess(half_size=True, use_camera_wb=True, user_flip=0))
        except (rawpy.LibRawError, rawpy.NotSupportedError, MemoryError, ValueError) as error:
            _log.debug("a raw file could not be developed: %s", error)
            words = reasons.NO_MEMORY if isinstance(error, MemoryError) else reasons.DAMAGED
            raise UnreadablePhotoError(words, passing=isinstance(error, MemoryError)) from error


def _opened(content: bytes) -> "rawpy.RawPy":
    if not can_read_raw():
        raise UnreadablePhotoError(NEEDS[RAW])
    import rawpy

    try:
        return rawpy.imread(io.BytesIO(content))
    except rawpy.LibRawError as error:
        raise UnreadablePhotoError(reasons.UNKNOWN_KIND) from error


def _preview_of(raw: "rawpy.RawPy") -> bytes | Image.Image | None:
    import rawpy

    try:
        preview = raw.extract_thumb()
    except (rawpy.LibRawError, rawpy.NotSupportedError) as error:
        _log.debug("a raw file has no preview: %s", error)
        return None
    if preview.format == rawpy.ThumbFormat.JPEG:
        return bytes(preview.data)
    return Image.fromarray(preview.data) if not isinstance(preview.data, bytes) else None


def _has_raw_directory(content: bytes) -> bool:
    """Tell whether a TIFF's first directory, or one below it, holds what only raw files have."""
    order = _TIFF[content[:4]]
    first, below = _directory(content, struct.unpack_from(f"{order}I", content, 4)[0], order)
    if _DNG_VERSION in first or first.get(_PHOTOMETRIC) in {_MOSAIC, _LINEAR_RAW}:
        return True
    directories = [_directory(content, at, order)[0] for at in below[:_MOST_DIRECTORIES]]
    # A small picture first and the large one below it: so nobody but cameras arranges a TIFF.
    is_preview = bool(first.get(_NEW_SUBFILE_TYPE, 0) & 1) and bool(directories)
    return is_preview or any(
        directory.get(_PHOTOMETRIC) in {_MOSAIC, _LINEAR_RAW} for directory in directories
    )


def _directory(content: bytes, at: int, order: str) -> tuple[dict[int, int], list[int]]:
    """Return the entries of a TIFF directory that are single numbers, and where the directories below it are."""
    entries: dict[int, int] = {}
    below: list[int] = []
    for tag, kind, count, field in _rows(content, at, order):
        value = (
            struct.unpack(f"{order}H", field[:2])[0] if kind == 3 else struct.unpack(f"{order}I", field)[0]
        )
        entries[tag] = value
        if tag == _SUB_DIRECTORIES:
            many = min(count, _MOST_DIRECTORIES)
            fits = many > 1 and value + 4 * many <= len(content)
            below = list(struct.unpack_from(f"{order}{many}I", content, value)) if fits else [value]
    return entries, below


def _rows(content: bytes, at: int, order: str) -> Iterator[tuple[int, int, int, bytes]]:
    if at + 2 > len(content):
        return
    (many,) = struct.unpack_from(f"{order}H", content, at)
    for row in range(at + 2, at + 2 + 12 * min(many, _MOST_ENTRIES), 12):
        if row + 12 > len(content):
            return
        tag, kind, count = struct.unpack_from(f"{order}HHI", content, row)
        yield tag, kind, count, content[row + 8 : row + 12]
