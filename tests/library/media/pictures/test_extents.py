"""Animations whose canvas is absurdly larger than what is drawn on it."""

import struct

import pytest
from PIL import Image

from desktop_app.library.media.pictures.decode import decode
from tests.library.media.pictures.samples import assert_shows_corners, corners, encoded, reason


def gif(frames: int = 1) -> bytes:
    options = {"save_all": True, "append_images": [corners()] * (frames - 1)} if frames > 1 else {}
    first = Image.new("RGB", (96, 64), "white") if frames > 1 else corners()
    return encoded(first, "GIF", **options)


def on_screen(content: bytes, width: int, height: int) -> bytes:
    return content[:6] + struct.pack("<HH", width, height) + content[10:]


def at_place(content: bytes, left: int, top: int) -> bytes:
    at = content.index(b",\0\0\0\0\x60\0\x40\0")
    return content[: at + 1] + struct.pack("<HH", left, top) + content[at + 5 :]


@pytest.mark.parametrize(
    "size", [(65535, 65535), (20_000, 20_000), (65535, 64), (96, 65535), (0, 0), (10, 10)]
)
@pytest.mark.parametrize("frames", [1, 2])
def test_a_gif_with_an_absurd_screen_is_its_picture(size, frames):
    decoded = decode(on_screen(gif(frames), *size), least_px=512)
    assert (decoded.width_px, decoded.height_px) == (96, 64)
    assert_shows_corners(decoded)


def test_a_frame_far_beyond_the_screen_is_the_picture():
    decoded = decode(at_place(gif(), 60_000, 60_000), least_px=512)
    assert (decoded.width_px, decoded.height_px) == (96, 64)
    assert_shows_corners(decoded)


def test_a_frame_that_covers_a_part_of_its_screen_stays_where_it_is():
    decoded = decode(at_place(on_screen(gif(), 300, 200), 100, 50), least_px=512)
    assert (decoded.width_px, decoded.height_px) == (300, 200)
    seen = decoded.picture.getpixel((100 + 10, 50 + 10))
    assert isinstance(seen, tuple)
    assert seen[0] > 150 > seen[1]


def test_a_frame_that_is_itself_absurd_is_refused():
    content = bytearray(gif())
    at = content.index(b",\0\0\0\0\x60\0\x40\0")
    content[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    assert "too large" in reason(bytes(content))


@pytest.mark.parametrize("size", [(16_383, 16_383), (2**24, 256)])
def test_an_animated_webp_with_an_absurd_canvas_is_its_picture(size):
    white = Image.new("RGB", (96, 64), "white")
    content = bytearray(encoded(white, "WEBP", save_all=True, append_images=[corners()], lossless=True))
    assert content[12:16] == b"VP8X"
    content[24:30] = b"".join((side - 1).to_bytes(3, "little") for side in size)
    decoded = decode(bytes(content), least_px=512)
    assert (decoded.width_px, decoded.height_px) == (96, 64)
    assert_shows_corners(decoded)
