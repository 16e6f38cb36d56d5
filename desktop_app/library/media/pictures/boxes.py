"""Reads the boxes of HEIF, AVIF, JPEG 2000 and JPEG XL files: what decoders do not tell of a picture."""

from collections.abc import Iterator
from dataclasses import dataclass

# No real file nests or lists more; a hostile one shall not keep us busy.
_MOST_ITEMS = 10_000
_MOST_TAGS = 100

_JXL_SIGNATURE, _JXL_CODESTREAM = b"\x00\x00\x00\x0cJXL ", b"\xff\x0a"
# ISO/IEC 18181-1, SizeHeader: within how many bytes it lies, how many bits the four lengths of a number have, and the
# eight ratios.
_JXL_HEADER_BYTES = 14
_JXL_BITS = (9, 13, 18, 30)
_JXL_RATIOS = ((0, 1), (1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))


@dataclass(frozen=True, slots=True)
class Coding:
    """What the numbers of a picture mean, in the code points of ITU-T H.273.

    Attributes:
        primaries: Which red, green and blue: 1 for those of sRGB, 9 for BT.2020, 12 for Display P3.
        transfer: How light becomes numbers: 13 as in sRGB, 16 for PQ, 18 for HLG.
    """

    primaries: int
    transfer: int


def boxes(content: bytes, at: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, start and end of the boxes in a stretch of a file; an end may lie beyond the file's."""
    end = len(content) if end is None else min(end, len(content))
    while at + 8 <= end:
        size, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        if size == 1:
            size = int.from_bytes(content[at + 8 : at + 16], "big")
        elif size == 0 and kind != b"\x00\x00\x00\x00":
            size = end - at
        if size < 8:
            return
        yield kind, at, at + size
        at += size


def primary_coding(content: bytes) -> Coding | None:
    """Return how the main picture of a HEIF or AVIF file is coded, where the file says so in figures.

    Only what belongs to the main picture counts: files with a gain map describe its brighter version too.
    """
    meta = _find(content, b"meta", 0, None)
    if content[4:8] != b"ftyp" or meta is None:
        return None
    inside = (meta[0] + 4, meta[1])
    pitm, iprp = _find(content, b"pitm", *inside), _find(content, b"iprp", *inside)
    if pitm is None or iprp is None:
        return None
    wide = content[pitm[0]] > 0
    primary = int.from_bytes(content[pitm[0] + 4 : pitm[0] + (8 if wide else 6)], "big")
    ipco, ipma = _find(content, b"ipco", *iprp), _find(content, b"ipma", *iprp)
    if ipco is None or ipma is None:
        return None
    properties = list(boxes(content, *ipco))
    for number in _associated(content, ipma[0], primary):
        if 0 < number <= len(properties):
            kind, start, end = properties[number - 1]
            if kind == b"colr" and content[start + 8 : start + 12] == b"nclx" and end - start >= 16:
                return _coding(content[start + 12 : start + 16])
    return None


def png_coding(content: bytes) -> Coding | None:
    """Return how a PNG is coded, by its chunk cICP (PNG, third edition, 11.3.2.6); it comes before the pixels."""
    if not content.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    found = content.find(b"\x00\x00\x00\x04cICP", 8, max(8, content.find(b"IDAT")))
    return Coding(content[found + 8], content[found + 9]) if found >= 0 else None


def profile_coding(profile: bytes) -> Coding | None:
    """Return how a picture is coded, by the tag "cicp" of its colour profile (ICC.1:2022, 9.2.17)."""
    count = int.from_bytes(profile[128:132], "big")
    for row in range(132, 132 + 12 * min(count, _MOST_TAGS), 12):
        if profile[row : row + 4] == b"cicp":
            at = int.from_bytes(profile[row + 4 : row + 8], "big")
            figures = profile[at + 8 : at + 10]
            return Coding(figures[0], figures[1]) if len(figures) == 2 else None
    return None


def jxl_xmp(content: bytes) -> bytes:
    """Return the XMP of a JPEG XL file, which its opener does not tell; empty without one."""
    if not content.startswith(_JXL_SIGNATURE):
        return b""
    return next((content[start + 8 : end] for kind, start, end in boxes(content) if kind == b"xml "), b"")


def jxl_size(content: bytes) -> tuple[int, int] | None:
    """Return width and height of a JPEG XL picture as it is stored; None for anything else.

    Its opener decodes at once, so that a picture's size must be known before.
    """
    bits = _Bits(_jxl_codestream(content)[2:])
    if not bits:
        return None
    small = bits.take(1)
    height = (bits.take(5) + 1) * 8 if small else bits.take(_JXL_BITS[bits.take(2)]) + 1
    across, down = _JXL_RATIOS[bits.take(3)]
    if across:
        return height * across // down, height
    return (bits.take(5) + 1) * 8 if small else bits.take(_JXL_BITS[bits.take(2)]) + 1, height


def _jxl_codestream(content: bytes) -> bytes:
    """Return the first bytes of a JPEG XL picture itself; empty for anything else."""
    if content.startswith(_JXL_CODESTREAM):
        return content[:_JXL_HEADER_BYTES]
    if not content.startswith(_JXL_SIGNATURE):
        return b""
    pieces = b""
    for kind, start, end in boxes(content):
        if kind in {b"jxlc", b"jxlp"} and len(pieces) < _JXL_HEADER_BYTES:
            # The pieces of a codestream in pieces begin with their number.
            inside = start + (8 if kind == b"jxlc" else 12)
            pieces += content[inside : min(end, inside + _JXL_HEADER_BYTES)]
    return pieces


class _Bits:
    """Takes numbers out of bytes, the lowest bits first."""

    def __init__(self, content: bytes) -> None:
        self._value = int.from_bytes(content, "little")

    def __bool__(self) -> bool:
        return self._value > 0

    def take(self, count: int) -> int:
        taken = self._value & ((1 << count) - 1)
        self._value >>= count
        return taken


def _coding(figures: bytes) -> Coding:
    return Coding(int.from_bytes(figures[:2], "big"), int.from_bytes(figures[2:4], "big"))


def _find(content: bytes, kind: bytes, start: int, end: int | None) -> tuple[int, int] | None:
    """Return where the inside of the first box of a kind begins and ends."""
    for found, at, stop in boxes(content, start, end):
        if found == kind:
            long = content[at : at + 4] == b"\x00\x00\x00\x01"
            inside = at + (16 if long else 8)
            return (inside, min(stop, len(content))) if inside < len(content) else None
    return None


def _associated(content: bytes, at: int, item: int) -> Iterator[int]:
    """Yield the numbers of an item's properties (ISO/IEC 14496-12, ItemPropertyAssociationBox)."""
    if at + 8 > len(content):
        return
    version, wide = content[at], content[at + 3] & 1
    count = int.from_bytes(content[at + 4 : at + 8], "big")
    at += 8
    for _ in range(min(count, _MOST_ITEMS)):
        id_bytes = 4 if version else 2
        number = int.from_bytes(content[at : at + id_bytes], "big")
        at += id_bytes
        many = content[at] if at < len(content) else 0
        at += 1
        size = 2 if wide else 1
        if number == item:
            for place in range(at, at + many * size, size):
                yield int.from_bytes(content[place : place + size], "big") & (0x7FFF if wide else 0x7F)
        at += many * size
