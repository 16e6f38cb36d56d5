"""Mends PNGs (third edition, section 5): wrong checksums and broken chunks beside the pixels, and a missing end."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from desktop_app.library.media.pictures import remarks
from desktop_app.library.media.pictures.mending.mended import Mended
from desktop_app.library.media.pictures.openers import PICTURE_ERRORS, open_picture

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PIXELS = {b"IHDR", b"PLTE", b"IDAT", b"fdAT", b"fcTL", b"acTL", b"tRNS"}
_OF_FILM = {b"fdAT", b"fcTL", b"acTL"}
_TEXTS = {b"tEXt", b"zTXt", b"iTXt"}
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# No real file has more parts beside its pixels; each is tried by itself.
_MOST_TRIED = 1_000
# One row of one pixel, whatever its kind: a filter's number and at most 8 bytes.
_ONE_PIXEL = bytes(9)
_PALETTE = 3


@dataclass(frozen=True, slots=True)
class _Chunk:
    """A part of a PNG.

    Attributes:
        kind: Its four letters.
        body: What is in it, as far as it is there.
        is_sound: Whether its checksum is right.
        is_whole: Whether all of its body is there.
    """

    kind: bytes
    body: bytes
    is_sound: bool
    is_whole: bool

    def packed(self) -> bytes:
        check = zlib.crc32(self.body, zlib.crc32(self.kind))
        return struct.pack(">I", len(self.body)) + self.kind + self.body + struct.pack(">I", check)


def mended_png(content: bytes, limit: int) -> Iterator[Mended]:
    """Yield a PNG with what is broken beside its pixels put right or left out; if it was cut, with what is there.

    Args:
        content: The file.
        limit: How many pixels are allowed.
    """
    if not content.startswith(_SIGNATURE):
        return
    chunks, has_end = _walked(content)
    header = next((chunk for chunk in chunks if chunk.kind == b"IHDR"), None)
    if header is None or not header.is_sound or len(header.body) != 13:
        return
    if not any(chunk.kind == b"IDAT" for chunk in chunks):
        return
    kept, remark = _checked(chunks)
    if has_end:
        if (whole := _packed(kept)) != content:
            yield Mended(whole, remark or remarks.BROKEN_PART)
        return
    width, height = struct.unpack(">II", header.body[:8])
    if 0 < width * height <= limit:
        yield from _with_end(kept, header.body, height, remark)


def _walked(content: bytes) -> tuple[list[_Chunk], bool]:
    """Return the chunks up to the end, and whether that is there."""
    # Of a copy that was broken off there may be zeros in place of the rest.
    end = len(content.rstrip(b"\x00"))
    chunks: list[_Chunk] = []
    at = len(_SIGNATURE)
    while at + 8 <= end:
        size, kind = struct.unpack_from(">I4s", content, at)
        if kind == b"IEND":
            return chunks, True
        body_end = at + 8 + size
        if not kind.isalpha() or (body_end > len(content) and kind not in _PIXELS):
            # What cannot be a part of the picture: on with the pixels, if they still follow.
            has_pixels = any(chunk.kind == b"IDAT" for chunk in chunks)
            found = -1 if has_pixels else content.find(b"IDAT", at + 8)
            if found < 0:
                return chunks, False
            at = found - 4
            continue
        body = content[at + 8 : min(body_end, end)]
        check = int.from_bytes(content[body_end : body_end + 4], "big")
        sound = len(body) == size and check == zlib.crc32(body, zlib.crc32(kind))
        chunks.append(_Chunk(kind, body, sound, len(body) == size))
        at = body_end + 4
    return chunks, False


def _checked(chunks: list[_Chunk]) -> tuple[list[_Chunk], str | None]:
    """Return the chunks that can be read, and what is wrong with the others, or with their checksums."""
    frame = [chunk for chunk in chunks if chunk.kind in {b"IHDR", b"PLTE"}]
    kept: list[_Chunk] = []
    said: list[str] = []
    tried = 0
    for chunk in chunks:
        if chunk.kind in _PIXELS and chunk.kind != b"acTL":
            kept.append(chunk)
            continue
        tried += 1
        readable = tried <= _MOST_TRIED and _is_readable(frame, chunk)
        if readable:
            kept.append(chunk)
        if not (readable and chunk.is_sound):
            said.append(_name_of(chunk.kind))
    if not any(chunk.kind == b"acTL" for chunk in kept):
        kept = [chunk for chunk in kept if chunk.kind not in _OF_FILM]
    return kept, remarks.together(*said)


def _is_readable(frame: list[_Chunk], chunk: _Chunk) -> bool:
    """Tell whether a picture of one pixel can be opened with this chunk."""
    header, *rest = frame
    one = _Chunk(
        b"IHDR", struct.pack(">II", 1, 1) + header.body[8:12] + b"\x00", is_sound=True, is_whole=True
    )
    pixel = _Chunk(b"IDAT", zlib.compress(_ONE_PIXEL), is_sound=True, is_whole=True)
    try:
        with open_picture(_packed([one, *rest, chunk, pixel])) as image:
            image.load()
            image.getexif()
    except PICTURE_ERRORS:
        return False
    return True


def _name_of(kind: bytes) -> str:
    if kind in _TEXTS:
        return remarks.BROKEN_TEXT
    return {b"iCCP": remarks.BROKEN_PROFILE, b"eXIf": remarks.BROKEN_METADATA}.get(kind, remarks.BROKEN_PART)


def _packed(chunks: list[_Chunk]) -> bytes:
    end = _Chunk(b"IEND", b"", is_sound=True, is_whole=True)
    return _SIGNATURE + b"".join(chunk.packed() for chunk in [*chunks, end])


def _with_end(chunks: list[_Chunk], header: bytes, height: int, remark: str | None) -> Iterator[Mended]:
    """Yield a PNG that was cut; rows that are missing are grey, where at least half are there."""
    width, depth, colours, interlaced = struct.unpack(">I4xBBxxB", header)
    row_bytes = 1 + (width * depth * _CHANNELS.get(colours, 1) + 7) // 8
    stretch = b"".join(chunk.body for chunk in chunks if chunk.kind == b"IDAT")
    stream = zlib.decompressobj()
    try:
        rows = stream.decompress(stretch, row_bytes * height)
    except zlib.error:
        return
    there = len(rows) // row_bytes
    if there >= height or stream.eof:
        whole = [chunk for chunk in chunks if chunk.is_whole or chunk.kind == b"IDAT"]
        yield Mended(_packed(whole), remarks.together(remark, remarks.END_MISSING) or "")
        return
    missing = 1 - there / height
    # Of an interlaced picture, less of every row is there.
    if interlaced or missing > 1 - remarks.LEAST_SHARE:
        return
    empty = b"\x00" + (b"\x80" if depth >= 8 and colours != _PALETTE else b"\x00") * (row_bytes - 1)
    squeeze = zlib.compressobj(1)
    pieces = [squeeze.compress(memoryview(rows)[: there * row_bytes])]
    pieces += [squeeze.compress(empty) for _ in range(height - there)]
    body = b"".join([*pieces, squeeze.flush()])
    beside = [chunk for chunk in chunks if chunk.is_whole and chunk.kind not in _OF_FILM | {b"IDAT"}]
    # Pixels come last but for the metadata that may follow them, which may as well come before.
    content = _packed([*beside, _Chunk(b"IDAT", body, is_sound=True, is_whole=True)])
    yield Mended(content, remarks.END_MISSING, lambda _image: missing)
