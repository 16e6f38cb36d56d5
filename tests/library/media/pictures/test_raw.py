"""Raw files of cameras: the camera's own picture first, what the sensor saw where there is none."""

import sys
from datetime import datetime

import pytest
from PIL import Image

from desktop_app.library.errors import UnreadablePhotoError
from desktop_app.library.media.formats import NEEDS, RAW, RAW_SUFFIXES
from desktop_app.library.media.pictures import raw
from desktop_app.library.media.pictures.decode import can_open, decode
from desktop_app.library.media.pictures.raw import is_raw, tiff_part
from tests.library.media.pictures.raw_samples import dng, jpeg
from tests.library.media.pictures.samples import (
    assert_near,
    assert_shows_corners,
    corners,
    detailed,
    encoded,
    reason,
)

SENSOR = (960, 672)
PREVIEW = (768, 512)


def with_preview(picture: Image.Image | None = None, **options: object) -> bytes:
    """A DNG whose sensor saw blue and whose preview shows the corners, so that it shows which was taken."""
    preview = picture or corners(PREVIEW)
    plain = Image.new("RGB", SENSOR, (20, 20, 200))
    return dng(plain, preview=jpeg(preview), preview_size=preview.size, **options)  # type: ignore[arg-type]  # options


def test_the_preview_is_shown_and_the_size_is_the_sensors():
    decoded = decode(with_preview(), least_px=512)
    assert_shows_corners(decoded)
    assert (decoded.width_px, decoded.height_px) == SENSOR
    assert decoded.picture.size == PREVIEW


def test_without_a_preview_the_sensors_picture_is_developed_at_half_its_size():
    decoded = decode(dng(corners(SENSOR)), least_px=512)
    assert_shows_corners(decoded, tolerance=45)
    assert decoded.picture.size == (480, 336)
    assert (decoded.width_px, decoded.height_px) == SENSOR


def test_a_tiny_preview_is_passed_over():
    decoded = decode(with_preview(corners((160, 112))), least_px=512)
    assert decoded.picture.size == (480, 336)
    red, green, blue = decoded.picture.getpixel((100, 100))  # type: ignore[misc]  # of an RGB picture
    assert blue > 2 * max(red, green)


def test_a_broken_preview_is_passed_over():
    content = with_preview().replace(b"\xff\xda", b"\xff\xff", 1).replace(b"\xff\xc0", b"\xff\xff", 1)
    assert decode(content, least_px=512).picture.size == (480, 336)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_preview_and_development_are_turned_upright(orientation):
    turn = {
        1: None,
        3: Image.Transpose.ROTATE_180,
        6: Image.Transpose.ROTATE_90,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    upright = (672, 960) if turn in {Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270} else SENSOR
    lying = corners(upright) if turn is None else corners(upright).transpose(turn)
    for content in (
        dng(lying, orientation=orientation),
        dng(lying, orientation=orientation, preview=jpeg(lying), preview_size=lying.size),
    ):
        decoded = decode(content, least_px=512)
        assert_shows_corners(decoded, tolerance=45)
        assert (decoded.width_px, decoded.height_px) == upright


def test_a_preview_that_stands_upright_already_is_not_turned_again():
    decoded = decode(with_preview(corners((512, 768)), orientation=6), least_px=512)
    assert_shows_corners(decoded)
    assert (decoded.width_px, decoded.height_px) == (672, 960)


@pytest.mark.parametrize(
    "content", [with_preview(place=True), dng(corners(SENSOR), place=True)], ids=["preview", "none"]
)
def test_date_camera_and_place_are_read(content):
    said = decode(content, least_px=64).metadata
    assert said.taken_at == datetime(2021, 7, 8, 9, 10, 11)
    assert said.camera == "Vislumbre Test Camera 1"
    assert (said.latitude, said.longitude) == pytest.approx((38.7, -9.1))


def test_a_raw_photo_has_an_identity_of_its_pixels():
    assert decode(with_preview(), least_px=64).pixels == decode(with_preview(place=True), least_px=64).pixels
    other = with_preview(corners(PREVIEW).transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    assert decode(with_preview(), least_px=64).pixels != decode(other, least_px=64).pixels


@pytest.mark.parametrize("part", [0.001, 0.01, 0.5])
def test_a_broken_raw_file_is_said_to_be_so(part):
    content = with_preview(detailed(PREVIEW))
    assert reason(content[: int(len(content) * part)])


@pytest.mark.parametrize(
    "beginning",
    [b"FUJIFILMCCD-RAW 0201", b"IIRO\x08\0\0\0", b"IIU\0", b"FOVb", b"\0\0\0\x18ftypcrx isom", b"\0MRM"],
)
def test_raw_files_are_known_by_their_beginning(beginning):
    assert is_raw(beginning + b"x" * 500)
    assert reason(beginning + b"x" * 500)


@pytest.mark.parametrize("kind", ["TIFF", "JPEG", "PNG", "AVIF", "WEBP"])
def test_pictures_of_programs_are_no_raw_files(kind):
    assert not is_raw(encoded(corners(), kind))


def test_a_raw_file_too_large_for_memory_is_refused():
    assert "too large" in reason(with_preview(), max_pixels=SENSOR[0] * SENSOR[1] - 1)


def test_without_the_extra_it_is_said_what_is_missing(monkeypatch):
    monkeypatch.setattr(raw, "can_read_raw", lambda: False)
    monkeypatch.setattr("desktop_app.library.media.pictures.openers.can_read_raw", lambda: False)
    assert reason(with_preview()) == NEEDS[RAW]
    assert not can_open(".nef")
    assert can_open(".jpg")


@pytest.mark.parametrize("suffix", sorted(RAW_SUFFIXES))
def test_every_raw_suffix_can_be_opened(suffix):
    assert can_open(suffix.upper())


@pytest.mark.parametrize("head", [b"IIRO", b"IIU\0", b"IIRS"])
def test_the_words_of_almost_tiffs_are_read_like_those_of_tiffs(head):
    whole = with_preview()
    assert tiff_part(head + whole[4:]) == whole
    assert tiff_part(b"FUJIFILM" + whole) == b""


@pytest.mark.parametrize("seed", range(3))
def test_a_raw_file_with_wild_offsets_fails_only_in_words(seed):
    import random

    rng = random.Random(seed)
    sound = dng(corners((128, 96)), preview=jpeg(corners((128, 96))), preview_size=(128, 96))
    at_directories = sound[-600:]
    for _ in range(40):
        content = bytearray(sound)
        for _ in range(rng.randint(1, 6)):
            place = len(content) - rng.randrange(1, len(at_directories))
            content[place] = rng.randrange(256)
        try:
            assert decode(bytes(content), least_px=32).picture.mode == "RGB"
        except UnreadablePhotoError as error:
            assert error.reason  # noqa: PT017  # some mutations leave a sound picture


def test_rawpy_is_imported_when_it_is_first_needed():
    import subprocess

    code = "import sys, desktop_app.library; print('rawpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_preview_of_bare_pixels_is_shown(monkeypatch):
    bare = raw.RawPhoto(SENSOR, 1, corners(PREVIEW))
    monkeypatch.setattr("desktop_app.library.media.pictures.raw_photo.read_raw", lambda _content: bare)
    picture = decode(with_preview(), least_px=64).picture
    assert_near(picture, (20, 20), (200, 30, 20), 12)
