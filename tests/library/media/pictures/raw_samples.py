"""Camera raw files for tests, made by hand: a Bayer DNG, with or without a preview and with what a camera says."""

import io
import struct

import numpy as np
from PIL import Image

_BYTES, _ASCII, _SHORT, _LONG, _RATIONAL, _SIGNED_RATIONAL = 1, 2, 3, 4, 5, 10
_XYZ_TO_SRGB = (3.2406, -1.5372, -0.4986, -0.9689, 1.8758, 0.0415, 0.0557, -0.2040, 1.0570)

Entry = tuple[int, int, int, bytes]


def dng(
    picture: Image.Image,
    *,
    preview: bytes = b"",
    preview_size: tuple[int, int] = (0, 0),
    orientation: int = 1,
    taken: str = "2021:07:08 09:10:11",
    place: bool = False,
) -> bytes:
    """Return a DNG of a picture, mosaicked as a sensor sees it.

    Args:
        picture: What the sensor sees, not turned.
        preview: A JPEG for the first directory; without one that holds the mosaic.
        preview_size: Of the preview.
        orientation: As in EXIF.
        taken: For the EXIF date.
        place: Whether to say where it was taken (38.7° N, 9.1° W).
    """
    mosaic, size = _mosaic(picture), picture.size
    common = [
        _text(0x010F, "Vislumbre"),
        _text(0x0110, "Test Camera 1"),
        _numbers(0x0112, _SHORT, orientation),
        _numbers(50706, _BYTES, 1, 4, 0, 0),
        _text(50708, "Vislumbre Test Camera 1"),
        _numbers(50778, _SHORT, 21),
        _ratios(50721, *_XYZ_TO_SRGB),
        _ratios(50728, 1.0, 1.0, 1.0, kind=_RATIONAL),
    ]
    exif = [_text(0x9003, taken)]
    gps = [
        _text(1, "N"),
        _ratios(2, 38, 42, 0, kind=_RATIONAL),
        _text(3, "W"),
        _ratios(4, 9, 6, 0, kind=_RATIONAL),
    ]
    raw = [
        _numbers(0x0100, _LONG, size[0]),
        _numbers(0x0101, _LONG, size[1]),
        _numbers(0x0102, _SHORT, 16),
        _numbers(0x0103, _SHORT, 1),
        _numbers(0x0106, _SHORT, 32803),
        _numbers(0x0115, _SHORT, 1),
        _numbers(0x0116, _LONG, size[1]),
        _numbers(33421, _SHORT, 2, 2),
        _numbers(33422, _BYTES, 0, 1, 1, 2),
        _numbers(50717, _LONG, 65535),
    ]
    shown = [
        _numbers(0x0100, _LONG, preview_size[0]),
        _numbers(0x0101, _LONG, preview_size[1]),
        _numbers(0x0102, _SHORT, 8, 8, 8),
        _numbers(0x0103, _SHORT, 7),
        _numbers(0x0106, _SHORT, 6),
        _numbers(0x0115, _SHORT, 3),
        _numbers(0x0116, _LONG, preview_size[1]),
    ]
    file = _File()
    pointers = [_numbers(0x8769, _LONG, file.directory(exif))]
    if place:
        pointers.append(_numbers(0x8825, _LONG, file.directory(gps)))
    if preview:
        below = file.directory([_numbers(0x00FE, _LONG, 0), *raw, *file.strip(mosaic)])
        pointers.append(_numbers(0x014A, _LONG, below))
        first = [_numbers(0x00FE, _LONG, 1), *shown, *file.strip(preview)]
    else:
        first = [_numbers(0x00FE, _LONG, 0), *raw, *file.strip(mosaic)]
    return file.finished(file.directory([*common, *first, *pointers]))


def jpeg(picture: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=90, **options)
    return buffer.getvalue()


class _File:
    """A little-endian TIFF that grows."""

    def __init__(self) -> None:
        self._bytes = bytearray(b"II*\0\0\0\0\0")

    def strip(self, content: bytes) -> list[Entry]:
        at = self._put(content)
        return [_numbers(0x0111, _LONG, at), _numbers(0x0117, _LONG, len(content))]

    def directory(self, entries: list[Entry]) -> int:
        rows = b""
        for tag, kind, count, value in sorted(entries):
            field = value.ljust(4, b"\0") if len(value) <= 4 else struct.pack("<I", self._put(value))
            rows += struct.pack("<HHI", tag, kind, count) + field
        return self._put(struct.pack("<H", len(entries)) + rows + bytes(4))

    def finished(self, first: int) -> bytes:
        self._bytes[4:8] = struct.pack("<I", first)
        return bytes(self._bytes)

    def _put(self, content: bytes) -> int:
        at = len(self._bytes)
        self._bytes += content + bytes(-len(content) % 4)
        return at


def _mosaic(picture: Image.Image) -> bytes:
    """Keep of each pixel the one colour its filter lets through, as linear light of 16 bits."""
    light = (np.asarray(picture.convert("RGB")) / 255.0) ** 2.2
    values = (light * 65535).astype("<u2")
    mosaic = values[..., 1].copy()
    mosaic[0::2, 0::2] = values[0::2, 0::2, 0]
    mosaic[1::2, 1::2] = values[1::2, 1::2, 2]
    return mosaic.tobytes()


def _text(tag: int, text: str) -> Entry:
    return tag, _ASCII, len(text) + 1, text.encode() + b"\0"


def _numbers(tag: int, kind: int, *values: int) -> Entry:
    letter = {_BYTES: "B", _SHORT: "H", _LONG: "I"}[kind]
    return tag, kind, len(values), struct.pack(f"<{len(values)}{letter}", *values)


def _ratios(tag: int, *values: float, kind: int = _SIGNED_RATIONAL) -> Entry:
    pairs = [part for value in values for part in (round(value * 10_000), 10_000)]
    return (
        tag,
        kind,
        len(values),
        struct.pack(f"<{len(pairs)}{'i' if kind == _SIGNED_RATIONAL else 'I'}", *pairs),
    )
