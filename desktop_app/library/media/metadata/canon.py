"""Finds what is said in Canon's raw files of today (CR3): EXIF cut into boxes, one for each directory, and XMP beside them.

The layout was found out by Laurent Clévy and others (github.com/lclevy/canon_cr3). Each box holds a small TIFF of its own,
the first directory of which is the photo's, that of its details, or that of its place.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from desktop_app.library.media.pictures.boxes import boxes

_BEGINNING = b"ftypcrx "
_CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
# Some have thirty; a hostile file shall not keep us busy.
_MOST_BOXES = 1_000


@dataclass(frozen=True, slots=True)
class CanonBlocks:
    """What of a file says something of the photo; empty where there is nothing.

    Attributes:
        exif: The photo's directory, and that of its details.
        position: The directory of its place.
        packet: XMP: the stars of the camera's button.
    """

    exif: tuple[bytes, bytes] = (b"", b"")
    position: bytes = b""
    packet: bytes = b""


def canon_blocks(content: bytes) -> CanonBlocks:
    """Return what is said in a CR3; nothing of any other file."""
    if content[4:12] != _BEGINNING:
        return CanonBlocks()
    parts: dict[bytes, bytes] = {}
    packet = b""
    for kind, start, end in _inside(content, 0, len(content)):
        if kind == b"moov":
            for name, inside, stop in _named(content, start, end):
                if name == _CANON:
                    parts |= {part: content[at:to] for part, at, to in _inside(content, inside, stop)}
        elif kind == b"uuid" and content[start : start + 16] == _XMP:
            packet = content[start + 16 : end]
    exif = (parts.get(b"CMT1", b""), parts.get(b"CMT2", b""))
    return CanonBlocks(exif, parts.get(b"CMT4", b""), packet)


def _named(content: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield name and inside of the boxes that have a name of sixteen bytes."""
    for kind, at, stop in _inside(content, start, end):
        if kind == b"uuid":
            yield content[at : at + 16], at + 16, stop


def _inside(content: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind and inside of the boxes in a stretch of a file."""
    for kind, at, stop in islice(boxes(content, start, end), _MOST_BOXES):
        yield kind, at + (16 if content[at : at + 4] == b"\0\0\0\1" else 8), min(stop, end)
