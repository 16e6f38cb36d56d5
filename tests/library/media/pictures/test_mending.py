"""Files whose picture is there although something around it is broken: shown, with a remark."""

import os
import struct
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop_app.library.decoding.pool import DecoderPool
from desktop_app.library.errors import UnreadablePhotoError
from desktop_app.library.media import whole_file
from desktop_app.library.media.pictures import reasons, remarks
from desktop_app.library.media.pictures.decode import decode
from tests.library.media.pictures.samples import (
    DISPLAY_P3,
    assert_shows_corners,
    chunk,
    corners,
    detailed,
    encoded,
    png,
    reason,
)


def remark(content: bytes) -> str | None:
    decoded = decode(content, least_px=512)
    assert_shows_corners(decoded, tolerance=30)
    return decoded.remark


def exif() -> Image.Exif:
    said = Image.Exif()
    said[0x010F] = "Canon"
    return said


def with_wrong_sum(content: bytes, kind: bytes) -> bytes:
    """A PNG in which the checksum of the first chunk of this kind is wrong."""
    at = content.index(kind)
    end = at + 4 + struct.unpack_from(">I", content, at - 4)[0]
    return content[:end] + bytes([content[end] ^ 0xFF]) + content[end + 1 :]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "JPEG2000"])
def test_a_sound_file_has_no_remark(kind):
    assert remark(encoded(corners(), kind)) is None


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("lacking", [1, 2])
def test_a_jpeg_without_its_end_marker_is_whole(mode, progressive, lacking):
    sound = encoded(detailed((160, 120)).convert(mode), "JPEG", progressive=progressive)
    decoded = decode(sound[:-lacking], least_px=512)
    whole = decode(sound, least_px=512)
    assert decoded.remark == "the end of the file is missing"
    assert decoded.picture.tobytes() == whole.picture.tobytes()
    assert decoded.pixels == whole.pixels or lacking == 1


@pytest.mark.parametrize("zeros", [False, True])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_of_a_jpeg_cut_near_its_end_is_shown_what_is_there(mode, zeros):
    picture = detailed((640, 480)).convert(mode)
    sound = encoded(picture, "JPEG", quality=90)
    kept = int(len(sound) * 0.8)
    decoded = decode(sound[:kept] + bytes(len(sound) - kept if zeros else 0), least_px=1000)
    assert decoded.remark is not None
    missing = int(decoded.remark.split("the last ")[1].split(" %")[0])
    assert 10 <= missing <= 30
    assert (decoded.width_px, decoded.height_px) == (640, 480)
    whole = decode(sound, least_px=1000)
    there = int(480 * (1 - missing / 100)) - 24
    upper = (0, 0, 640, there)
    assert decoded.picture.crop(upper).tobytes() == whole.picture.crop(upper).tobytes()


def test_a_jpeg_of_which_less_than_half_is_there_is_cut_short():
    sound = encoded(detailed((640, 480)), "JPEG", quality=90)
    assert reason(sound[: int(len(sound) * 0.4)]) == reasons.CUT_SHORT


def test_a_progressive_jpeg_that_lacks_its_last_scans_is_incomplete():
    sound = encoded(detailed((640, 480)), "JPEG", quality=90, progressive=True)
    assert decode(sound[: int(len(sound) * 0.6)], least_px=512).remark == remarks.DETAIL_MISSING
    assert reason(sound[: int(len(sound) * 0.2)]) == reasons.CUT_SHORT


def test_a_jpeg_cut_before_its_pixels_is_unreadable():
    sound = encoded(corners(), "JPEG")
    assert reason(sound[: sound.index(b"\xff\xda")])


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (b"tEXt", "a text in it is damaged"),
        (b"iTXt", "a text in it is damaged"),
        (b"iCCP", "its colour profile is damaged"),
        (b"eXIf", "its metadata is damaged"),
        (b"pHYs", "a part of it beside the picture is damaged"),
    ],
)
def test_a_wrong_checksum_beside_the_pixels_of_a_png_does_no_harm(kind, words):
    sound = encoded(corners(), "PNG", icc_profile=DISPLAY_P3, exif=exif(), dpi=(72, 72))
    texts = chunk(b"tEXt", b"a\0b") + chunk(b"iTXt", b"a\0\0\0\0\0b")
    decoded = decode(with_wrong_sum(sound[:33] + texts + sound[33:], kind), least_px=512)
    assert decoded.remark == words
    assert decoded.picture.tobytes() == decode(sound, least_px=512).picture.tobytes()
    assert decoded.metadata.camera == "Canon"


@pytest.mark.parametrize("kind", [b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"acTL"])
def test_a_chunk_beside_the_pixels_that_is_too_short_is_left_out(kind):
    sound = encoded(corners(), "PNG")
    assert remark(sound[:33] + chunk(kind, b"") + sound[33:]) == remarks.BROKEN_PART


def test_a_text_that_overruns_the_file_does_not_hide_the_pixels_behind_it():
    sound = encoded(corners(), "PNG")
    text = struct.pack(">I4s", 2**30, b"tEXt") + b"a\0b"
    assert remark(sound[:33] + text + sound[33:]) is not None
    assert remark(sound[:-12] + text) == remarks.END_MISSING


def test_a_png_without_its_end_is_whole():
    assert remark(encoded(corners(), "PNG")[:-12]) == remarks.END_MISSING


def test_a_film_of_a_png_with_a_damaged_text_still_shows_its_frames():
    empty = Image.new("RGB", (96, 64), "white")
    film = encoded(empty, "PNG", save_all=True, append_images=[corners()])
    at = film.index(b"IDAT") - 4
    text = chunk(b"tEXt", b"a\0b")[:-1] + b"\0"
    assert remark(film[:at] + text + film[at:]) == remarks.BROKEN_TEXT


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "RGBA", "LA", "1", "I;16"])
def test_of_a_png_cut_near_its_end_is_shown_what_is_there(mode):
    values = np.random.default_rng(3).integers(0, 256, (200, 300, 3), dtype=np.uint8)
    picture = Image.fromarray(values).convert("L" if mode in {"LA", "1", "I;16"} else "RGB").convert(mode)
    picture = Image.fromarray(np.asarray(picture) * np.uint16(257)) if mode == "I;16" else picture
    sound = encoded(picture, "PNG")
    decoded = decode(sound[: int(len(sound) * 0.8)], least_px=1000)
    assert decoded.remark in {f"incomplete: the last {number} % are missing" for number in range(17, 24)}
    upper = (0, 0, 300, 150)
    whole = decode(sound, least_px=1000).picture
    assert decoded.picture.crop(upper).tobytes() == whole.crop(upper).tobytes()
    assert reason(sound[: int(len(sound) * 0.4)]) == reasons.CUT_SHORT


def test_a_png_whose_pixels_are_damaged_is_not_made_up():
    rows = b"".join(b"\0" + os.urandom(300) for _ in range(100))
    sound = bytearray(png(8, 2, (100, 100), rows))
    at = sound.index(b"IDAT") + 4
    sound[at + 20 : at + 60] = bytes(40)
    assert reason(bytes(sound))


def test_a_bomb_of_pixels_in_a_cut_png_takes_no_memory():
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 16, 6, 0, 0, 0)
    pixels = struct.pack(">I4s", 2**30, b"IDAT") + zlib.compress(bytes(2**20), 9)
    assert "too large" in reason(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels)


@pytest.mark.parametrize("error", [-10, -2, 2, 100_000])
def test_a_webp_that_says_a_wrong_length_is_shown(error):
    sound = encoded(corners(), "WEBP", exif=exif())
    size = struct.unpack_from("<I", sound, 4)[0]
    assert remark(sound[:4] + struct.pack("<I", size + error) + sound[8:]) == remarks.BROKEN_HEADER


@pytest.mark.parametrize("lacking", [1, 5, 20])
def test_a_webp_cut_within_its_metadata_is_shown(lacking):
    assert remark(encoded(corners(), "WEBP", exif=exif())[:-lacking]) == remarks.BROKEN_METADATA


def test_a_webp_cut_within_its_pixels_is_cut_short():
    assert reason(encoded(detailed((300, 200)), "WEBP")[:-2000]) == reasons.CUT_SHORT


def test_an_avif_with_a_broken_exif_block_is_shown():
    sound = encoded(corners(), "AVIF", exif=exif())
    at = sound.rindex(b"II*\0", 0, sound.index(b"Canon")) if b"II*\0" in sound else sound.index(b"MM\0*")
    assert remark(sound[:at] + b"XXXX" + sound[at + 4 :]) == remarks.BROKEN_METADATA


@pytest.mark.parametrize("lacking", [1, 2])
def test_a_jpeg_2000_without_its_end_marker_is_shown(lacking):
    assert remark(encoded(corners(), "JPEG2000")[:-lacking]) == remarks.END_MISSING


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "TIFF", "AVIF"])
def test_a_broken_colour_profile_is_said(kind):
    sound = encoded(corners(), kind, icc_profile=DISPLAY_P3)
    assert remark(sound.replace(b"acsp", b"xxxx")) == remarks.BROKEN_PROFILE


@pytest.fixture
def pool():
    pool = DecoderPool(1, background=False)
    yield pool
    pool.close()


def test_a_remark_comes_from_the_decoder_with_the_picture(pool: DecoderPool, tmp_path: Path):
    path = tmp_path / "cut.jpg"
    path.write_bytes(encoded(detailed((640, 480)), "JPEG")[:-2000])
    os.utime(path, (1e9, 1e9))
    decoded = pool.read(path, 256).decoded
    assert decoded is not None
    assert decoded.remark is not None
    assert decoded.remark.startswith("incomplete: ")


def test_a_file_that_grows_is_not_taken_as_incomplete(monkeypatch, tmp_path: Path):
    path = tmp_path / "growing.jpg"
    path.write_bytes(b"x" * 100)
    waits: list[float] = []

    def go_on_copying(seconds: float) -> None:
        waits.append(seconds)
        path.write_bytes(b"x" * 200)

    monkeypatch.setattr(time, "sleep", go_on_copying)
    with pytest.raises(UnreadablePhotoError, match="being written"):
        whole_file.wait_until_written(path, 100)
    assert 4 < waits[0] <= 5


def test_an_open_file_that_another_replaces_is_not_taken_as_incomplete(monkeypatch, tmp_path: Path):
    """Its descriptor still shows the old one, half of a copy that was begun anew."""
    path = tmp_path / "half.jpg"
    path.write_bytes(b"x" * 100)
    (tmp_path / "whole.jpg").write_bytes(b"x" * 200)
    monkeypatch.setattr(time, "sleep", lambda _: (tmp_path / "whole.jpg").replace(path))
    with path.open("rb") as file, pytest.raises(UnreadablePhotoError, match="being written"):
        whole_file.wait_until_written(file.fileno(), 100)


def test_a_file_that_was_written_long_ago_is_not_waited_for(monkeypatch, tmp_path: Path):
    path = tmp_path / "old.jpg"
    path.write_bytes(b"x" * 100)
    os.utime(path, (1e9, 1e9))
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    whole_file.wait_until_written(path, 100)
    assert waits == [0]
    with pytest.raises(UnreadablePhotoError, match="being written"):
        whole_file.wait_until_written(path, 99)


def test_a_file_with_a_date_in_the_future_is_waited_for_once(monkeypatch, tmp_path: Path):
    """Else it would be whenever it is looked at."""
    path = tmp_path / "future.jpg"
    path.write_bytes(b"x" * 100)
    in_a_year = time.time() + 31_536_000
    os.utime(path, (in_a_year, in_a_year))
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    whole_file.wait_until_written(path, 100)
    assert 0 < waits[0] <= 5
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 60)
    whole_file.wait_until_written(path, 100)
    assert waits[1] == 0
