"""Colours that a file declares without a colour profile."""

import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from desktop_app.library.media.pictures.decode import decode
from desktop_app.library.media.pictures.matrix_profile import matrix_profile
from tests.library.media.pictures.samples import DISPLAY_P3, chunk, encoded, png

GREEN, RED = (59, 200, 60), (200, 60, 59)
# By the published matrices of Adobe RGB (1998) and sRGB.
GREEN_OF_ADOBE, RED_OF_ADOBE = (0, 201, 37), (231, 57, 56)
UNCALIBRATED, SRGB, ADOBE = 0xFFFF, 1, 2


def two_colours() -> Image.Image:
    picture = Image.new("RGB", (96, 64), GREEN)
    picture.paste(RED, (48, 0, 96, 64))
    return picture


def exif(space: int | None, index: str | None) -> bytes:
    said = Image.Exif()
    said[0x010F] = "Canon"
    details = said.get_ifd(0x8769)
    details[0x9000] = b"0231"
    if space is not None:
        details[0xA001] = space
    if index is not None:
        details[0xA005] = {1: index}
    return said.tobytes()


def shown(content: bytes) -> list[tuple[int, ...]]:
    picture = decode(content, least_px=512).picture
    return [tuple(map(int, np.asarray(picture)[32, x])) for x in (20, 76)]


def near(seen: list[tuple[int, ...]], *right: tuple[int, ...]) -> bool:
    return bool(np.abs(np.array(seen) - np.array(right)).max() <= 3)


@pytest.mark.parametrize(
    ("kind", "space", "index"),
    [
        (kind, space, index)
        for kind in ("JPEG", "TIFF", "WEBP", "PNG")
        for space, index in ((UNCALIBRATED, "R03"), (None, "R03"), (ADOBE, None), (ADOBE, "R98"))
        # Pillow writes the place of the index wrongly into a TIFF.
        if (kind, index) != ("TIFF", "R03")
    ],
)
def test_adobe_rgb_that_only_exif_declares_is_shown_as_such(kind, space, index):
    options = {"quality": 98, "subsampling": 0} if kind == "JPEG" else {}
    options |= {"lossless": True} if kind == "WEBP" else {}
    content = encoded(two_colours(), kind, exif=exif(space, index), **options)
    assert near(shown(content), GREEN_OF_ADOBE, RED_OF_ADOBE)
    stored = np.asarray(decode(content, least_px=512).stored)
    assert near([tuple(stored[32, 20])], GREEN)


@pytest.mark.parametrize(
    ("space", "index"),
    [(SRGB, "R98"), (SRGB, "R03"), (SRGB, None), (UNCALIBRATED, None), (UNCALIBRATED, "R98"), (None, None)],
)
def test_other_colours_are_those_of_srgb(space, index):
    content = encoded(two_colours(), "PNG", exif=exif(space, index))
    assert shown(content) == [GREEN, RED]


def test_a_profile_is_believed_before_exif():
    plain = shown(encoded(two_colours(), "PNG", icc_profile=DISPLAY_P3))
    assert shown(encoded(two_colours(), "PNG", icc_profile=DISPLAY_P3, exif=exif(ADOBE, "R03"))) == plain
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert shown(encoded(two_colours(), "PNG", icc_profile=srgb, exif=exif(ADOBE, "R03"))) == [GREEN, RED]


def test_a_large_jpeg_that_is_reduced_while_decoding_keeps_its_colours():
    picture = two_colours().resize((3001, 2003), Image.Resampling.NEAREST)
    content = encoded(picture, "JPEG", quality=98, subsampling=0, exif=exif(UNCALIBRATED, "R03"))
    picture = decode(content, least_px=100).picture
    assert near([tuple(np.asarray(picture)[50, 20])], GREEN_OF_ADOBE)


def test_adobe_rgb_is_that_of_its_publisher():
    profile = matrix_profile(((0.64, 0.33), (0.21, 0.71), (0.15, 0.06)), (0.3127, 0.329), 563 / 256)
    opened = ImageCms.ImageCmsProfile(io.BytesIO(profile)).profile
    published = [(0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)]
    for colour, xyz in zip(
        (opened.red_colorant, opened.green_colorant, opened.blue_colorant), published, strict=True
    ):
        assert colour is not None
        assert np.abs(np.array(colour[0]) - xyz).max() < 2e-4


def grey_png(extra: bytes) -> int:
    value = np.asarray(decode(png(8, 0, (4, 4), b"\0\x80\x80\x80\x80" * 4, extra), least_px=8).picture)[
        0, 0, 0
    ]
    return int(value)


def gamma(share: float) -> bytes:
    return chunk(b"gAMA", struct.pack(">I", round(share * 100_000)))


@pytest.mark.parametrize("share", [1.0, 0.55, 0.35])
def test_the_gamma_of_a_png_is_applied(share):
    light = (128 / 255) ** (1 / share)
    right = 255 * (1.055 * light ** (1 / 2.4) - 0.055)
    assert abs(grey_png(gamma(share)) - right) <= 2


@pytest.mark.parametrize(
    "extra",
    [
        b"",
        gamma(0.45455),
        gamma(0.45455) + chunk(b"sRGB", b"\0"),
        gamma(1.0) + chunk(b"sRGB", b"\0"),
        gamma(0.0),
        gamma(20000.0),
        gamma(1.0) + chunk(b"cHRM", bytes(32)),
        gamma(1.0) + chunk(b"cHRM", struct.pack(">8I", *[33_000] * 8)),
    ],
    ids=["nothing", "that of sRGB", "sRGB", "sRGB and another", "none", "absurd", "no light", "on a point"],
)
def test_a_gamma_that_says_nothing_new_or_nonsense_is_ignored(extra):
    assert grey_png(extra) == 128


def test_the_primaries_of_a_png_are_applied():
    points = (0.3127, 0.329, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
    primaries = chunk(b"cHRM", struct.pack(">8I", *[round(one * 100_000) for one in points]))
    row = b"\0" + bytes(GREEN) * 48 + bytes(RED) * 48
    content = png(8, 2, (96, 64), row * 64, gamma(256 / 563) + primaries)
    assert near(shown(content), GREEN_OF_ADOBE, RED_OF_ADOBE)
