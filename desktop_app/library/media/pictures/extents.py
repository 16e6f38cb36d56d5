"""Corrects the canvas of a GIF or an animated WebP that says it is absurdly larger than everything drawn on it.

Sources: GIF89a specification, sections 18 to 20; RFC 9649, section 2.7.
"""

import struct
from collections.abc import Iterator

# No real animation is larger or longer, and decoders take memory for all of it.
_LARGE_PIXELS, _LONG_PX = 16_000_000, 16_000
# The frames of a real one cover more of it than this, one part of so many.
_PARTS = 4

_GIF = (b"GIF87a", b"GIF89a")
_GIF_HEADER_BYTES, _GIF_FRAME_BYTES = 13, 10
_EXTENSION, _FRAME = 0x21, 0x2C
_COLOUR_TABLE = 0x80

_WEBP_CANVAS = 12
_Box = tuple[int, int, int, int]


def with_true_extents(content: bytes) -> bytes:
    """Return a file's bytes, with a canvas as large as its frames together where its own is absurd."""
    if content.startswith(_GIF) and len(content) > _GIF_HEADER_BYTES:
        return _gif(content)
    if content[:4] == b"RIFF" and content[8:16] == b"WEBPVP8X" and len(content) > 30:
        return _webp(content)
    return content


def _gif(content: bytes) -> bytes:
    frames = dict(_gif_frames(content))
    size = struct.unpack_from("<HH", content, 6)
    canvas = _canvas(size, list(frames.values()))
    if canvas is None:
        return content
    left, top, right, bottom = canvas
    changed = bytearray(content)
    struct.pack_into("<HH", changed, 6, right - left, bottom - top)
    for at, frame in frames.items():
        struct.pack_into("<HH", changed, at + 1, frame[0] - left, frame[1] - top)
    return bytes(changed)


def _gif_frames(content: bytes) -> Iterator[tuple[int, _Box]]:
    """Yield where the frames of a GIF begin in the file, and what they cover: left, top, right, bottom."""
    at = _GIF_HEADER_BYTES + _table_bytes(content[10])
    while at + _GIF_FRAME_BYTES < len(content):
        if content[at] == _EXTENSION:
            at += 2
        elif content[at] == _FRAME:
            left, top, width, height, flags = struct.unpack_from("<HHHHB", content, at + 1)
            yield at, (left, top, left + width, top + height)
            at += _GIF_FRAME_BYTES + _table_bytes(flags) + 1
        else:
            return
        while at < len(content) and content[at]:
            at += content[at] + 1
        at += 1


def _table_bytes(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & _COLOUR_TABLE else 0


def _webp(content: bytes) -> bytes:
    frames = dict(_webp_frames(content))
    size = (_three(content, _WEBP_CANVAS + 12) + 1, _three(content, _WEBP_CANVAS + 15) + 1)
    canvas = _canvas(size, list(frames.values()))
    if canvas is None:
        return content
    left, top, right, bottom = canvas
    changed = bytearray(content)
    changed[_WEBP_CANVAS + 12 : _WEBP_CANVAS + 18] = _packed(right - left - 1, bottom - top - 1)
    for at, frame in frames.items():
        # Places are counted in twos.
        changed[at + 8 : at + 14] = _packed((frame[0] - left) // 2, (frame[1] - top) // 2)
    return bytes(changed)


def _webp_frames(content: bytes) -> Iterator[tuple[int, _Box]]:
    """Yield where the chunks of a WebP's frames begin in the file, and what they cover."""
    at = _WEBP_CANVAS
    while at + 20 <= len(content):
        if content[at : at + 4] == b"ANMF":
            left, top = 2 * _three(content, at + 8), 2 * _three(content, at + 11)
            yield at, (left, top, left + _three(content, at + 14) + 1, top + _three(content, at + 17) + 1)
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        at += 8 + size + size % 2


def _canvas(size: tuple[int, ...], frames: list[_Box]) -> _Box | None:
    """Return what all frames together cover, where the canvas is absurdly larger; else None."""
    if not frames:
        return None
    box = (
        min(frame[0] for frame in frames),
        min(frame[1] for frame in frames),
        max(frame[2] for frame in frames),
        max(frame[3] for frame in frames),
    )
    # Decoders of GIFs make room for a frame that lies beyond the canvas.
    width, height = max(size[0], box[2]), max(size[1], box[3])
    covered = (box[2] - box[0]) * (box[3] - box[1])
    is_large = width * height > _LARGE_PIXELS or max(width, height) > _LONG_PX
    return box if is_large and 0 < covered * _PARTS <= width * height else None


def _three(content: bytes, at: int) -> int:
    return int.from_bytes(content[at : at + 3], "little")


def _packed(first: int, second: int) -> bytes:
    return first.to_bytes(3, "little") + second.to_bytes(3, "little")
