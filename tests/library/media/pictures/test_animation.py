"""Files that hold more than one picture: animations, motion photos, JPEG XL with its own ways."""

import io

import pytest
from PIL import Image

from desktop_app.library.media.pictures import animation
from desktop_app.library.media.pictures.boxes import jxl_size
from desktop_app.library.media.pictures.decode import can_open, decode
from tests.library.media.pictures.samples import assert_shows_corners, corners, encoded, reason

SIZE = (96, 64)


def animated(kind: str, *frames: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    first, *later = frames
    first.save(buffer, kind, save_all=True, append_images=later, duration=100, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["AVIF", "GIF", "PNG", "WEBP"])
@pytest.mark.parametrize("blank", ["black", "white"])
def test_a_blank_beginning_gives_way_to_the_first_frame_that_shows_something(kind, blank):
    content = animated(kind, Image.new("RGB", SIZE, blank), corners(), Image.new("RGB", SIZE, "red"))
    assert_shows_corners(decode(content, least_px=512), tolerance=40)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_transparent_beginning_gives_way_too(kind):
    content = animated(kind, Image.new("RGBA", SIZE, (9, 9, 9, 0)), corners().convert("RGBA"))
    assert_shows_corners(decode(content, least_px=512), tolerance=40)


@pytest.mark.parametrize("kind", ["AVIF", "GIF", "PNG", "WEBP"])
def test_an_animation_of_nothing_is_its_first_frame(kind):
    content = animated(kind, *(Image.new("RGB", SIZE, (0, 0, shade)) for shade in (0, 100, 200)))
    red, green, blue = decode(content, least_px=512).picture.getpixel((9, 9))  # type: ignore[misc]  # RGB
    assert max(red, green, blue) < 20


@pytest.mark.parametrize("kind", ["AVIF", "GIF", "PNG", "WEBP"])
def test_of_a_huge_animation_only_the_first_frame_is_decoded(kind, monkeypatch):
    width, height = SIZE
    content = animated(kind, Image.new("RGB", SIZE, "black"), corners())
    monkeypatch.setattr(animation, "_MOST_PIXELS", width * height - 1)
    assert not any(decode(content, least_px=512).picture.convert("L").histogram()[20:])
    monkeypatch.setattr(animation, "_MOST_PIXELS", width * height)
    assert_shows_corners(decode(content, least_px=512), tolerance=40)


def test_a_broken_rest_of_an_animation_costs_nothing():
    content = animated("GIF", Image.new("RGB", SIZE, "black"), corners())
    assert decode(content[: len(content) // 2], least_px=512).picture.size == SIZE


def test_a_still_of_one_colour_is_left_alone():
    assert decode(encoded(Image.new("RGB", SIZE, "black"), "GIF"), least_px=8).picture.getpixel((3, 3)) == (
        0,
        0,
        0,
    )


@pytest.mark.parametrize(
    "trailer", [b"\0\0\0\x18ftypmp42" + b"film" * 5000, b"MotionPhoto_Data" + b"\0" * 9000]
)
def test_of_a_motion_photo_the_still_is_shown(trailer):
    assert_shows_corners(decode(encoded(corners(), "JPEG", quality=95) + trailer, least_px=512))


# JPEG XL: only where its extra is installed.

needs_jxl = pytest.mark.skipif(not can_open(".jxl"), reason="the JPEG XL extra is not installed")


@needs_jxl
@pytest.mark.parametrize("size", [(96, 64), (300, 200), (513, 257), (1920, 1080), (40, 700)])
@pytest.mark.parametrize("container", [False, True])
def test_the_size_of_a_jpeg_xl_is_known_before_it_is_decoded(size, container):
    content = encoded(corners(size), "JXL", use_container=container, effort=1)
    assert jxl_size(content) == size
    assert_shows_corners(decode(content, least_px=512), tolerance=30)
    assert "too large" in reason(content, max_pixels=size[0] * size[1] - 1)


@needs_jxl
def test_the_words_of_a_jpeg_xl_are_read_and_its_orientation_was_seen_to_by_its_decoder():
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Canon", 6
    xmp = b'<a xmp:Rating="3"/>'
    decoded = decode(
        encoded(corners(), "JXL", exif=exif.tobytes(), xmp=xmp, use_container=True), least_px=512
    )
    assert_shows_corners(decoded, tolerance=30)
    assert (decoded.metadata.camera, decoded.metadata.rating) == ("Canon", 3)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n", b"\xff\xd8\xff", b"\xff\x0a\0\0"]
)
def test_what_is_no_jpeg_xl_has_no_size(content):
    assert jxl_size(content) is None
