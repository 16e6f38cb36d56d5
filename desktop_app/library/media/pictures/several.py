"""How many pictures a file shows, one after the other or page by page: GIF animations and TIFFs of several pages.

Pillow counts them too, but leaves a GIF at another picture by that. Layouts: GIF89a; TIFF 6.0, and BigTIFF.
"""

import struct
from collections.abc import Mapping
from typing import Final

from PIL import Image

# More count as so many: no file of a person has them.
_MOST: Final = 10_000
_EXTENSION, _PICTURE = 0x21, 0x2C
_HEAD_OF_GIF, _HEAD_OF_PICTURE = 13, 10
_NEW_SUBFILE_TYPE, _SUBFILE_TYPE = 254, 255
# They stand in the order of their numbers, and none is smaller.
_FIRST_ENTRIES = 2
# As in `tiff`: a smaller copy of another page or a mask for one is no picture of its own.
_NO_PICTURE, _OLD_SMALLER_COPY = 1 | 4, 2
_BIG: Final = 43
# How the numbers are written, by the first bytes: byte order.
_ORDERS: Final[Mapping[bytes, str]] = {b"II": "<", b"MM": ">"}


def pictures_in(content: bytes, image: Image.Image) -> int:
    """Return how many pictures a file shows; 1 also where that cannot be told, as of a damaged one.

    Args:
        content: The whole file.
        image: The same, opened.
    """
    if image.format == "GIF":
        return max(1, _in_gif(content))
    if image.format == "TIFF":
        return max(1, _in_tiff(content))
    return 1


def _in_gif(content: bytes) -> int:
    count, at = 0, _HEAD_OF_GIF + _table_bytes(content, 10)
    while at < len(content) and count < _MOST:
        if content[at] == _PICTURE:
            count += 1
            at += _HEAD_OF_PICTURE + _table_bytes(content, at + 9) + 1
        elif content[at] == _EXTENSION:
            at += 2
        else:
            break
        while at < len(content) and content[at]:
            at += 1 + content[at]
        at += 1
    return count


def _table_bytes(content: bytes, at: int) -> int:
    """Return what the table of colours takes that a byte of flags tells of."""
    flags = content[at] if at < len(content) else 0
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _in_tiff(content: bytes) -> int:
    order = _ORDERS.get(content[:2])
    if order is None:
        return 0
    count, seen = 0, set[int]()
    try:
        is_big = struct.unpack_from(f"{order}H", content, 2)[0] == _BIG
        number, entry_bytes = ("Q", 20) if is_big else ("I", 12)
        (at,) = struct.unpack_from(f"{order}{number}", content, 8 if is_big else 4)
        while at and at not in seen and len(seen) < _MOST:
            seen.add(at)
            (entries,) = struct.unpack_from(f"{order}{'Q' if is_big else 'H'}", content, at)
            first = at + (8 if is_big else 2)
            (after,) = struct.unpack_from(f"{order}{number}", content, first + entries * entry_bytes)
            count += _is_picture(content, order, range(first, first + entries * entry_bytes, entry_bytes))
            at = after
    except (struct.error, OverflowError):
        # Cut short, or it leads far beyond the end.
        return count
    return count


def _is_picture(content: bytes, order: str, entries: range) -> bool:
    value_at = 12 if entries.step == 20 else 8
    for at in entries[:_FIRST_ENTRIES]:
        tag, kind = struct.unpack_from(f"{order}HH", content, at)
        (value,) = struct.unpack_from(f"{order}{'H' if kind == 3 else 'I'}", content, at + value_at)
        if tag == _NEW_SUBFILE_TYPE and value & _NO_PICTURE:
            return False
        if tag == _SUBFILE_TYPE and value == _OLD_SMALLER_COPY:
            return False
    return True
