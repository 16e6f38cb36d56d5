"""Copies look nearly alike, other pictures do not, and a blank page looks like nothing."""

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from desktop_app.library.media.looks import PLAIN, differing_bits, look_of
from desktop_app.library.media.pictures.decode import decode
from tests.library.media.pictures.samples import detailed, encoded


def apart(one: Image.Image, other: Image.Image) -> int:
    return int(differing_bits(np.array([look_of(one)]), np.array([look_of(other)]))[0])


def scene(seed: int, size: tuple[int, int] = (480, 320)) -> Image.Image:
    """Soft patches of light and shade, as photos have."""
    shades = np.random.default_rng(seed).integers(0, 255, (9, 12, 3), dtype=np.uint8)
    return Image.fromarray(shades).resize(size, Image.Resampling.BICUBIC)


@pytest.mark.parametrize("seed", range(4))
def test_a_resized_and_a_recompressed_copy_look_like_the_picture(seed: int) -> None:
    picture = scene(seed)
    small = picture.resize((120, 80), Image.Resampling.LANCZOS)
    poor = Image.open(io.BytesIO(encoded(picture, "JPEG", quality=30))).convert("RGB")
    blurred = picture.filter(ImageFilter.GaussianBlur(1))
    assert max(apart(picture, copy) for copy in (small, poor, blurred, picture.convert("L"))) <= 6


def test_different_pictures_look_different() -> None:
    pictures = [scene(seed) for seed in range(12)]
    assert min(apart(a, b) for a in pictures for b in pictures if a is not b) > 6
    assert apart(pictures[0], pictures[0].transpose(Image.Transpose.FLIP_LEFT_RIGHT)) > 6


@pytest.mark.parametrize("colour", ["white", "black", (30, 60, 220)])
def test_a_blank_picture_has_no_look(colour: str | tuple[int, int, int]) -> None:
    blank = Image.new("RGB", (300, 200), colour)
    assert look_of(blank) == PLAIN
    assert look_of(Image.open(io.BytesIO(encoded(blank, "JPEG", quality=30))).convert("RGB")) == PLAIN
    assert look_of(Image.new("RGB", (1, 1), colour)) == PLAIN


def test_a_slope_has_no_look() -> None:
    assert look_of(Image.linear_gradient("L").convert("RGB")) == PLAIN


def test_a_look_fits_into_a_signed_integer_of_64_bits() -> None:
    looks = [look_of(scene(seed)) for seed in range(20)]
    assert all(-(2**63) <= look < 2**63 for look in looks)
    assert min(looks) < 0 or max(looks) > 2**40


@given(looks=st.lists(st.integers(-(2**63), 2**63 - 1), min_size=2, max_size=8))
def test_differing_bits_are_those_of_the_numbers(looks: list[int]) -> None:
    counted = [bin((looks[0] ^ other) & (2**64 - 1)).count("1") for other in looks]
    assert differing_bits(np.array(looks[:1]), np.array(looks)).tolist() == counted


def test_a_turned_photo_looks_like_its_thumbnail(tmp_path: Path) -> None:
    tags = Image.Exif()
    tags[0x0112] = 6
    decoded = decode(encoded(detailed((400, 300)), "JPEG", exif=tags.tobytes()), least_px=64)
    decoded.picture.save(tmp_path / "thumbnail.jpg", quality=82)
    with Image.open(tmp_path / "thumbnail.jpg") as thumbnail:
        assert apart(decoded.picture, thumbnail.convert("RGB")) <= 2
