"""How long a film is, by the first words of its description: a few hundred bytes, wherever they are, and no decoder."""

import logging
from pathlib import Path
from typing import BinaryIO

_log = logging.getLogger(__name__)

# A film has a dozen parts; a hostile one shall not keep us busy.
_MOST_BOXES = 200
_HEAD_BYTES = 16
_MOVIE_HEADER_BYTES = 32
# What the field for the length is filled with when nobody knew it.
_UNKNOWN = {0, 2**32 - 1, 2**64 - 1}


def length_s(path: Path) -> float | None:
    """Return how long a QuickTime or MP4 film says it is, in seconds; None for anything else, or where it says nothing.

    A file that is not there or cannot be read says nothing either. May take as long as its drive does.
    """
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            movie = _box(file, b"moov", 0, size)
            header = _box(file, b"mvhd", *movie) if movie else None
            return _told(file, *header) if header else None
    except OSError as error:
        _log.debug("%r does not tell its length: %s", path, error)
        return None


def _box(file: BinaryIO, kind: bytes, at: int, end: int) -> tuple[int, int] | None:
    """Return where the inside of the first box of a kind begins and ends (ISO/IEC 14496-12, 4.2)."""
    for _ in range(_MOST_BOXES):
        if at + 8 > end:
            return None
        file.seek(at)
        head = file.read(_HEAD_BYTES)
        size, inside = int.from_bytes(head[:4], "big"), 8
        if size == 1:
            size, inside = int.from_bytes(head[8:16], "big"), 16
        elif size == 0:
            size = end - at
        if size < inside:
            return None
        if head[4:8] == kind:
            return at + inside, min(at + size, end)
        at += size
    return None


def _told(file: BinaryIO, at: int, end: int) -> float | None:
    """Return what a movie header says (ISO/IEC 14496-12, 8.2.2)."""
    file.seek(at)
    header = file.read(min(_MOVIE_HEADER_BYTES, end - at))
    wide = header[:1] == b"\x01"
    start, width = (20, 8) if wide else (12, 4)
    units, length = header[start : start + 4], header[start + 4 : start + 4 + width]
    in_a_second, told = int.from_bytes(units, "big"), int.from_bytes(length, "big")
    if len(length) < width or not in_a_second or told in _UNKNOWN:
        return None
    return told / in_a_second
