"""HDR pictures are shown as a person sees them on an ordinary screen: nothing blown out, nothing grey."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from desktop_app.library.media.pictures.boxes import Coding, png_coding, primary_coding, profile_coding
from desktop_app.library.media.pictures.decode import decode
from desktop_app.library.media.pictures.hdr import in_srgb
from desktop_app.library.media.pictures.light import is_hdr, is_wide
from tests.library.media.pictures.samples import chunk, corners, encoded

SRGB, BT2020, P3 = 1, 9, 12
PQ, HLG, LIKE_SRGB = 16, 18, 13
# ST 2084: the numbers, of 255, of 1, 10, 100, 203 (white paper), 1000 and 10,000 nits.
PQ_1, PQ_100, PQ_WHITE, PQ_1000, PQ_MOST = 38, 130, 148, 192, 255


def grey(*numbers: int) -> Image.Image:
    """A picture of equal columns of grey."""
    return Image.fromarray(np.repeat(np.tile(np.array(numbers, np.uint8), (64, 64))[..., None], 3, axis=2))


def shown(picture: Image.Image, coding: Coding) -> list[int]:
    row = np.asarray(in_srgb(picture, coding))[0, :, 0]
    return [int(one) for one in row]


def with_chunk(picture: Image.Image, coding: Coding) -> bytes:
    """A PNG that says how it is coded (cICP)."""
    content = encoded(picture, "PNG")
    at = content.index(b"IDAT") - 4
    return content[:at] + chunk(b"cICP", bytes([coding.primaries, coding.transfer, 0, 1])) + content[at:]


def test_dark_and_middle_light_is_as_on_an_ordinary_screen():
    dark, middle = shown(grey(PQ_1, PQ_100, PQ_1000), Coding(BT2020, PQ))[:2]
    # sRGB of 1/203 and of a little less than 100/203, which the curve begins to compress.
    assert dark == pytest.approx(15, abs=3)
    assert 170 <= middle <= 188


def test_brighter_than_white_is_told_apart_and_only_the_brightest_is_white():
    light = shown(grey(PQ_WHITE, 165, 180, PQ_1000), Coding(BT2020, PQ))[:4]
    assert light == sorted(set(light))
    assert light[-1] >= 250
    assert light[0] < 235


def test_a_picture_no_brighter_than_paper_is_not_compressed():
    assert shown(grey(PQ_WHITE, PQ_100), Coding(SRGB, PQ))[0] >= 252


def test_the_greatest_light_there_is_is_harmless():
    assert shown(grey(0, PQ_MOST), Coding(BT2020, PQ))[:2] == [0, 255]
    assert shown(grey(0, 255), Coding(BT2020, HLG))[:2] == [0, 255]
    assert shown(grey(0, 0), Coding(BT2020, PQ))[:2] == [0, 0]


def test_hlg_keeps_the_order_of_light_and_shows_its_white_bright():
    # BT.2408: three quarters of the signal are white paper.
    light = shown(grey(0, 64, 128, 191, 255), Coding(BT2020, HLG))[:5]
    assert light == sorted(set(light))
    assert light[3] > 190
    assert light[4] >= 250


@pytest.mark.parametrize("primaries", [SRGB, BT2020, P3, 2])
@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_grey_stays_grey(primaries, transfer):
    picture = np.asarray(in_srgb(grey(10, 60, 110, 160, 210), Coding(primaries, transfer))).astype(int)
    assert np.ptp(picture, axis=2).max() <= 1


def test_wide_colours_without_a_profile_are_shown_as_they_are_meant_and_kept_for_the_model():
    # sRGB's (200, 60, 40) in Display P3; see test_decode_colour.
    decoded = decode(
        with_chunk(Image.new("RGB", (64, 64), (184, 70, 52)), Coding(P3, LIKE_SRGB)), least_px=32
    )
    assert decoded.stored.getpixel((5, 5)) == (184, 70, 52)
    assert np.abs(np.subtract(decoded.picture.getpixel((5, 5)), (200, 60, 40))).max() <= 8  # type: ignore[arg-type]  # RGB


@pytest.mark.parametrize("coding", [None, Coding(SRGB, LIKE_SRGB), Coding(2, 2), Coding(SRGB, 1)])
def test_ordinary_pictures_are_not_touched(coding):
    assert not is_hdr(coding)
    assert not is_wide(coding)
    if coding is not None:
        decoded = decode(with_chunk(corners(), coding), least_px=512)
        assert decoded.picture.tobytes() == corners().tobytes()


def test_an_hdr_picture_is_mapped_for_people_and_kept_for_the_model():
    decoded = decode(with_chunk(grey(PQ_100), Coding(BT2020, PQ)), least_px=32)
    assert decoded.stored.getpixel((5, 5)) == (PQ_100,) * 3
    assert decoded.picture.getpixel((5, 5)) != (PQ_100,) * 3


def test_a_real_hdr_photo_is_neither_grey_nor_blown_out(shared_photos):
    content = (shared_photos / "formats/avif/10bit-HDR-P3-nclx.avif").read_bytes()
    assert primary_coding(content) == Coding(P3, PQ)
    light = np.asarray(decode(content, least_px=256).picture.convert("L"))
    # Stored, its brightest hundredth is at 184; the clouds are white and yet not all of them.
    assert np.percentile(light, 99) > 235
    assert (light >= 254).mean() < 0.02
    assert np.percentile(light, 2) < 20


@pytest.mark.parametrize(
    ("name", "coding"),
    [
        ("avif/8bit-sRGB.avif", Coding(SRGB, LIKE_SRGB)),
        ("heic/IMG_2682.heic", None),
        ("motionphoto/samsung-one-ui-6.heic", None),
        ("webp/denali.webp", None),
    ],
)
def test_real_ordinary_photos_are_known_as_such(shared_photos, name, coding):
    assert primary_coding((shared_photos / "formats" / name).read_bytes()) == coding


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + kind + body


def heif(associations: dict[int, list[int]], *, primary: int = 1, wide: bool = False) -> bytes:
    """The boxes of a HEIF file whose second property is PQ and whose third is sRGB."""
    colours = [box(b"colr", b"nclx", struct.pack(">HHHB", P3, code, 6, 0x80)) for code in (PQ, LIKE_SRGB)]
    rows = b"".join(
        struct.pack(">HB", item, len(numbers))
        + b"".join(struct.pack(">H" if wide else ">B", number) for number in numbers)
        for item, numbers in associations.items()
    )
    ipma = box(b"ipma", struct.pack(">II", int(wide), len(associations)), rows)
    ipco = box(b"ipco", box(b"ispe", bytes(12)), *colours)
    pitm = box(b"pitm", bytes(4), struct.pack(">H", primary))
    return box(b"ftyp", b"heic", bytes(4)) + box(b"meta", bytes(4), pitm, box(b"iprp", ipco, ipma))


@pytest.mark.parametrize("wide", [False, True])
def test_only_the_main_picture_says_how_it_is_coded(wide):
    # A gain map's brighter version is described too; the main picture is ordinary.
    assert primary_coding(heif({1: [1, 3], 2: [1, 2]}, wide=wide)) == Coding(P3, LIKE_SRGB)
    assert primary_coding(heif({1: [1, 3], 2: [1, 2]}, primary=2, wide=wide)) == Coding(P3, PQ)
    assert primary_coding(heif({1: [1]}, wide=wide)) is None


@pytest.mark.parametrize("length", range(0, 200, 7))
def test_cut_boxes_say_nothing_and_raise_nothing(length):
    content = heif({1: [1, 3]})
    assert primary_coding(content[:length]) in {None, Coding(P3, LIKE_SRGB), Coding(P3, 0)}


def test_a_coding_after_the_pixels_of_a_png_is_none():
    content = encoded(corners(), "PNG")
    assert png_coding(content + chunk(b"cICP", bytes([P3, PQ, 0, 1]))) is None
    assert png_coding(b"GIF89a") is None


def test_a_profile_says_its_coding_in_a_tag_of_its_own():
    table = struct.pack(">I", 1) + b"cicp" + struct.pack(">II", 144, 12)
    profile = bytes(128) + table + b"cicp" + bytes(4) + bytes([BT2020, PQ, 0, 1])
    assert profile_coding(profile) == Coding(BT2020, PQ)
    assert profile_coding(profile[:152]) is None
    assert profile_coding(b"") is None


def test_an_ultra_hdr_jpeg_is_shown_as_its_ordinary_picture():
    # Its gain map is a second picture that says how much brighter the first may be; the first is complete.
    gain_map = Image.new("L", (48, 32), 255)
    buffer = io.BytesIO()
    corners().save(buffer, "MPO", save_all=True, append_images=[gain_map], quality=95)
    alone = decode(encoded(corners(), "JPEG", quality=95), least_px=512)
    assert decode(buffer.getvalue(), least_px=512).picture.tobytes() == alone.picture.tobytes()
