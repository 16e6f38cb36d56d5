"""Mends WebP, HEIF, AVIF and JPEG 2000 files whose container is broken around a whole picture."""

import struct
from collections.abc import Iterator

from desktop_app.library.media.pictures import remarks
from desktop_app.library.media.pictures.boxes import boxes
from desktop_app.library.media.pictures.mending.mended import Mended

_WEBP_CHUNKS = {b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP", b"EXIF", b"XMP "}
_WEBP_ABOUT = {b"EXIF", b"XMP "}
_WEBP_PICTURES = {b"VP8 ", b"VP8L", b"ANMF"}
_HEIF_ABOUT = {b"Exif", b"mime"}
_JPEG2000 = b"\x00\x00\x00\x0cjP  "
_END_OF_CODESTREAM = b"\xff\xd9"


def mended_webp(content: bytes) -> Iterator[Mended]:
    """Yield a WebP (RFC 9649) whose lengths are wrong with right ones; nothing where pixels are missing."""
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return
    pieces: list[bytes] = []
    has_picture, remark = False, remarks.BROKEN_HEADER
    at = 12
    while at + 8 <= len(content):
        kind, size = struct.unpack_from("<4sI", content, at)
        if kind not in _WEBP_CHUNKS:
            break
        body = content[at + 8 : at + 8 + size]
        if len(body) < size:
            if kind not in _WEBP_ABOUT:
                return
            remark = remarks.BROKEN_METADATA
        pieces.append(struct.pack("<4sI", kind, len(body)) + body + b"\x00" * (len(body) % 2))
        has_picture |= kind in _WEBP_PICTURES
        at += 8 + size + size % 2
    if has_picture:
        inside = b"WEBP" + b"".join(pieces)
        yield Mended(b"RIFF" + struct.pack("<I", len(inside)) + inside, remark)


def mended_heif(content: bytes) -> Iterator[Mended]:
    """Yield a HEIF or AVIF file (ISO/IEC 14496-12, 8.11.6) without its metadata, which a decoder may stumble over."""
    if content[4:8] != b"ftyp":
        return
    meta = next(((start, end) for kind, start, end in boxes(content) if kind == b"meta"), None)
    if meta is None or meta[1] > len(content):
        return
    changed = bytearray(content)
    at = content.find(b"infe", *meta)
    while at >= 0:
        # Its version decides how long the item's number is.
        kind_at = at + (14 if content[at + 4] >= 3 else 12)
        if content[kind_at : kind_at + 4] in _HEIF_ABOUT:
            changed[kind_at : kind_at + 4] = b"skip"
        at = content.find(b"infe", at + 4, meta[1])
    if changed != content:
        yield Mended(bytes(changed), remarks.BROKEN_METADATA)


def mended_jpeg2000(content: bytes) -> Iterator[Mended]:
    """Yield a JPEG 2000 file (ISO/IEC 15444-1, annex I) that lacks its end with one; pixels are not made up."""
    if not content.startswith(_JPEG2000):
        return
    stream = next(((start, end) for kind, start, end in boxes(content) if kind == b"jp2c"), None)
    if stream is None or not 0 < stream[1] - len(content) <= len(_END_OF_CODESTREAM):
        return
    lacking = stream[1] - len(content)
    yield Mended(content + _END_OF_CODESTREAM[-lacking:], remarks.END_MISSING)
