"""Pictures of every kind for the decoder's tests, encoded in memory, and what to look for in them."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageDraw

from desktop_app.library.errors import UnreadablePhotoError
from desktop_app.library.media.pictures.decode import Decoded, decode

RED, GREEN, BLUE, YELLOW = (200, 30, 20), (20, 160, 40), (30, 40, 190), (230, 220, 40)
FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "DIB", "TIFF", "AVIF", "JPEG2000"]
# How to turn an upright picture into the stored one, so that the EXIF orientation turns it back.
STORED: dict[int, Image.Transpose | None] = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def corners(size: tuple[int, int] = (96, 64)) -> Image.Image:
    """A picture with another colour in each quarter, so that every turn shows."""
    picture = Image.new("RGB", size, RED)
    draw = ImageDraw.Draw(picture)
    width, height = size
    draw.rectangle((width // 2, 0, width, height // 2 - 1), fill=GREEN)
    draw.rectangle((0, height // 2, width // 2 - 1, height), fill=BLUE)
    draw.rectangle((width // 2, height // 2, width, height), fill=YELLOW)
    return picture


def detailed(size: tuple[int, int]) -> Image.Image:
    """A picture with soft slopes, hard edges and fine lines, like photos have."""
    width, height = size
    across, down = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    red = 127 + 100 * np.sin(40 * across + 9 * down) * down
    green = 255 * ((across * 13 + down * 7) % 1 > 0.5)
    blue = 255 * (0.3 * across + 0.7 * down * across)
    return Image.fromarray(np.stack([red, green, blue], axis=2).clip(0, 255).astype(np.uint8))


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def assert_shows_corners(decoded: Decoded, tolerance: int = 12) -> None:
    picture = decoded.picture
    assert picture.mode == "RGB"
    width, height = picture.size
    for place, colour in {
        (width // 4, height // 4): RED,
        (3 * width // 4, height // 4): GREEN,
        (width // 4, 3 * height // 4): BLUE,
        (3 * width // 4, 3 * height // 4): YELLOW,
    }.items():
        assert_near(picture, place, colour, tolerance)


def assert_near(
    picture: Image.Image, place: tuple[int, int], colour: tuple[int, int, int], tolerance: int
) -> None:
    seen = picture.getpixel(place)
    assert isinstance(seen, tuple)
    assert max(abs(a - b) for a, b in zip(seen, colour, strict=True)) <= tolerance, (
        f"{seen} at {place}, not {colour}"
    )


def reason(content: bytes, **options: int) -> str:
    with pytest.raises(UnreadablePhotoError) as caught:
        decode(content, least_px=64, **options)
    return caught.value.reason


def first_pixel(content: bytes) -> tuple[int, ...]:
    seen = decode(content, least_px=512).picture.getpixel((0, 0))
    assert isinstance(seen, tuple)
    return seen


def matrix_profile(red: tuple[float, ...], green: tuple[float, ...], blue: tuple[float, ...]) -> bytes:
    """A version 2 colour profile: XYZ of the primaries under D50, and gamma 2.2."""

    def xyz(value: tuple[float, ...]) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(one * 65536)) for one in value)

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256)) + b"\0\0"
    name = b"a wide one\0"
    words = b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(79)
    tags = {
        b"desc": words + bytes(-len(words) % 4),
        b"wtpt": xyz((0.9642, 1.0, 0.8249)),
        b"rXYZ": xyz(red),
        b"gXYZ": xyz(green),
        b"bXYZ": xyz(blue),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table, body, at = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for key, value in tags.items():
        table += key + struct.pack(">II", at + len(body), len(value))
        body += value
    size = 128 + len(table) + len(body)
    header = struct.pack(">I4sI4s4s4s", size, b"lcms", 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    header += bytes(12) + b"acsp" + bytes(28)
    header += b"".join(struct.pack(">i", round(one * 65536)) for one in (0.9642, 1.0, 0.8249))
    return header.ljust(128, b"\0") + table + body


DISPLAY_P3 = matrix_profile((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841))


def png(depth: int, colour_type: int, size: tuple[int, int], rows: bytes, extra: bytes = b"") -> bytes:
    """A PNG by hand, for kinds that Pillow does not write."""
    header = struct.pack(">IIBBBBB", *size, depth, colour_type, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + extra
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
