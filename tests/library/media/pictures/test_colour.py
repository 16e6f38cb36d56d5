import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from desktop_app.library.media.pictures.decode import decode
from desktop_app.library.media.pictures.matrix_profile import matrix_profile
from tests.library.media.pictures.samples import (
    BLUE,
    DISPLAY_P3,
    RED,
    assert_near,
    assert_shows_corners,
    corners,
    encoded,
    first_pixel,
    png,
)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bit_grey_is_scaled_not_clipped(kind):
    slope = np.linspace(0, 65535, 256).astype(np.uint16)
    content = encoded(Image.fromarray(np.tile(slope, (8, 1))), kind)
    row = np.asarray(decode(content, least_px=512).picture)[0, :, 0]
    assert np.abs(row.astype(int) - np.arange(256)).max() <= 1


def test_twelve_bit_grey_is_not_shown_as_black():
    slope = np.tile(np.linspace(0, 4095, 256).astype(np.uint16), (8, 1))
    picture = decode(encoded(Image.fromarray(slope), "TIFF"), least_px=512).picture
    assert picture.getpixel((255, 0)) == (255, 255, 255)


@pytest.mark.parametrize("alpha", [False, True])
def test_sixteen_bit_colour_png_is_decoded(alpha):
    samples = [value * 257 for value in (*RED, 255)][: 4 if alpha else 3]
    row = b"\0" + struct.pack(f">{len(samples)}H", *samples) * 4
    assert first_pixel(png(16, 6 if alpha else 2, (4, 4), row * 4)) == RED


def test_sixteen_bit_colour_tiff_is_decoded():
    pixels = b"".join(struct.pack("<H", value * 257) for value in RED) * 16
    entries = [
        (256, 3, 1, 4),
        (257, 3, 1, 4),
        (258, 3, 3, 8 + 2 + 9 * 12 + 4),
        (259, 3, 1, 1),
        (262, 3, 1, 2),
        (273, 4, 1, 8 + 2 + 9 * 12 + 4 + 6),
        (277, 3, 1, 3),
        (278, 3, 1, 4),
        (279, 4, 1, len(pixels)),
    ]
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    content = b"II*\0" + struct.pack("<I", 8) + directory + bytes(4) + struct.pack("<3H", 16, 16, 16) + pixels
    assert first_pixel(content) == RED


@pytest.mark.parametrize(("brightest", "low"), [(1.0, 0.0), (255.0, 0.0), (65535.0, 0.0), (900.0, -300.0)])
def test_floating_point_grey_uses_the_whole_range(brightest, low):
    slope = np.linspace(low, brightest, 256, dtype=np.float32)
    picture = decode(encoded(Image.fromarray(np.tile(slope, (8, 1))), "TIFF"), least_px=512).picture
    assert picture.getpixel((0, 0)) == (0, 0, 0)
    assert picture.getpixel((255, 0)) == (255, 255, 255)


def test_values_that_are_no_numbers_become_black():
    values = np.full((8, 8), np.nan, dtype=np.float32)
    values[:, 4:] = 1.0
    picture = decode(encoded(Image.fromarray(values), "TIFF"), least_px=512).picture
    assert [picture.getpixel((0, 0)), picture.getpixel((7, 0))] == [(0, 0, 0), (255, 255, 255)]


def test_whole_numbers_of_32_bits_are_scaled():
    slope = np.tile(np.linspace(0, 2**31 - 1, 256).astype(np.int32), (8, 1))
    picture = decode(encoded(Image.fromarray(slope), "TIFF"), least_px=512).picture
    assert picture.getpixel((0, 0)) == (0, 0, 0)
    assert picture.getpixel((255, 0))[0] in {127, 128}  # type: ignore[index]  # of 32 bits without a sign


def test_black_and_white_is_decoded():
    picture = decode(encoded(Image.new("1", (20, 20), 1), "PNG"), least_px=8).picture
    assert (picture.mode, picture.getpixel((3, 3))) == ("RGB", (255, 255, 255))


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF", "AVIF", "JPEG2000"])
def test_transparent_parts_lie_over_white(kind):
    layered = Image.new("RGBA", (40, 40), (*RED, 0))
    layered.paste((*BLUE, 255), (20, 0, 40, 40))
    options = {"lossless": True} if kind == "WEBP" else {}
    picture = decode(encoded(layered, kind, **options), least_px=512).picture
    assert_near(picture, (5, 20), (255, 255, 255), 6)
    assert_near(picture, (35, 20), BLUE, 12)


def test_half_transparent_grey_is_mixed_with_white():
    assert first_pixel(encoded(Image.new("LA", (8, 8), (0, 128)), "PNG")) == (127, 127, 127)


def test_a_palette_is_decoded_with_and_without_transparency():
    picture = Image.new("P", (8, 8), 1)
    picture.putpalette([*RED, *BLUE])
    assert first_pixel(encoded(picture, "PNG")) == BLUE
    assert first_pixel(encoded(picture, "GIF")) == BLUE
    assert first_pixel(encoded(picture, "PNG", transparency=1)) == (255, 255, 255)
    assert first_pixel(encoded(picture, "GIF", transparency=1)) == (255, 255, 255)
    assert first_pixel(encoded(picture, "PNG", transparency=bytes([0, 255]))) == BLUE


def test_a_colour_that_means_transparent_lies_over_white():
    assert first_pixel(encoded(Image.new("RGB", (8, 8), RED), "PNG", transparency=RED)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_printing_colours_are_decoded(kind):
    picture = decode(encoded(corners().convert("CMYK"), kind), least_px=512).picture
    assert_near(picture, (20, 10), RED, 12)


def test_printing_colours_with_the_inverted_values_of_adobe_are_decoded():
    content = encoded(Image.new("CMYK", (64, 64), (0, 255, 255, 0)), "JPEG", quality=95)
    assert b"Adobe" in content
    assert_near(decode(content, least_px=512).picture, (20, 20), (255, 0, 0), 12)


def test_lab_colours_are_decoded():
    to_lab = ImageCms.buildTransform(
        ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB"
    )
    lab = ImageCms.applyTransform(corners(), to_lab)
    assert lab is not None
    assert_shows_corners(decode(encoded(lab, "TIFF"), least_px=512))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_wide_colours_become_those_of_srgb(kind):
    # sRGB's (200, 60, 40), written in the wider space of newer telephones.
    options: dict[str, object] = {"quality": 95} if kind in {"JPEG", "WEBP", "AVIF"} else {}
    content = encoded(Image.new("RGB", (64, 64), (184, 70, 52)), kind, icc_profile=DISPLAY_P3, **options)
    picture = decode(content, least_px=512).picture
    assert_near(picture, (20, 20), (200, 60, 40), 8)
    assert "icc_profile" not in picture.info


def test_a_wide_grey_picture_is_converted_too():
    content = encoded(Image.new("L", (16, 16), 130), "PNG", icc_profile=DISPLAY_P3)
    assert_near(decode(content, least_px=512).picture, (3, 3), (130, 130, 130), 3)


def test_the_profile_of_srgb_changes_nothing():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert first_pixel(encoded(Image.new("RGB", (8, 8), RED), "PNG", icc_profile=profile)) == RED


def test_linear_light_is_no_srgb_though_its_profile_is_named_after_it() -> None:
    primaries = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
    linear = matrix_profile(primaries, (0.3127, 0.3290), 1.0).replace(b"declared", b"lin sRGB")
    # As GIMP and darktable export it: 18 % of the light, which is the middle grey of a screen.
    content = encoded(Image.new("RGB", (32, 32), (46, 46, 46)), "PNG", icc_profile=linear)
    assert_near(decode(content, least_px=512).picture, (5, 5), (118, 118, 118), 2)


@pytest.mark.parametrize(
    "profile", [b"no profile at all", DISPLAY_P3[:200], DISPLAY_P3.replace(b"RGB ", b"CMYK"), bytes(500)]
)
def test_a_broken_or_unfitting_profile_is_ignored(profile):
    assert first_pixel(encoded(Image.new("RGB", (8, 8), RED), "PNG", icc_profile=profile)) == RED


def test_the_model_sees_the_values_that_are_stored_and_people_the_colours_that_are_meant() -> None:
    plain = Image.new("RGB", (64, 64), (200, 40, 40))
    wide = decode(encoded(plain, "PNG", icc_profile=DISPLAY_P3), least_px=32)
    assert wide.stored.getpixel((5, 5)) == (200, 40, 40)
    assert wide.picture.getpixel((5, 5)) != (200, 40, 40)
    same = decode(encoded(plain, "PNG"), least_px=32)
    assert same.stored is same.picture
