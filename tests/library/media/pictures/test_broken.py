import logging
import random
import struct
import sys
import zlib
from collections.abc import Callable

import pytest
from PIL import Image, PngImagePlugin

from desktop_app.library.errors import UnreadablePhotoError
from desktop_app.library.media import limits
from desktop_app.library.media.pictures import openers, reasons, remarks
from desktop_app.library.media.pictures.decode import can_open, decode, pixel_limit
from tests.library.media.pictures.samples import (
    DISPLAY_P3,
    FORMATS,
    assert_shows_corners,
    chunk,
    corners,
    detailed,
    encoded,
    png,
    reason,
)


def test_the_pixel_limit_follows_memory_and_workers(monkeypatch):
    monkeypatch.setattr(limits, "_memory_bytes", lambda: 8 * 2**30)
    assert pixel_limit(2) == int(8 * 2**30 / 2 / 2 / 12) > 150_000_000
    assert pixel_limit(4) < pixel_limit(2)


def test_the_pixel_limit_holds_an_ordinary_camera_on_a_small_machine(monkeypatch):
    monkeypatch.setattr(limits, "_memory_bytes", lambda: 2**30)
    assert pixel_limit(8) >= 61_000_000


def test_a_huge_picture_is_refused_before_it_is_decoded(monkeypatch):
    content = encoded(Image.new("L", (2000, 1000)), "BMP")
    monkeypatch.setattr(Image.Image, "load", lambda _image: pytest.fail("it was decoded"))
    assert "too large: 2 megapixels, at most 1 fit" in reason(content, max_pixels=1_000_000)


@pytest.mark.parametrize("size", [(30_000, 30_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_huge_sizes_in_a_small_header_are_refused(size):
    assert "too large" in reason(png(8, 2, size, b"\0" * 100))


def test_a_huge_bitmap_header_is_refused():
    content = bytearray(encoded(Image.new("RGB", (8, 8)), "BMP"))
    content[18:26] = struct.pack("<ii", 2_000_000, 2_000_000)
    assert "too large" in reason(bytes(content))


def test_a_huge_webp_canvas_is_refused():
    content = bytearray(encoded(Image.new("RGBA", (8, 8), (1, 2, 3, 4)), "WEBP", exif=b"Exif\0\0II*\0"))
    assert content[12:16] == b"VP8X"
    content[24:30] = b"\xfe\xff\xff\xfe\xff\xff"
    assert reason(bytes(content))


def test_too_little_memory_is_said_in_words(monkeypatch):
    def fail(_content: bytes):
        raise MemoryError

    monkeypatch.setattr("desktop_app.library.media.pictures.decode.open_picture", fail)
    assert reason(encoded(corners(), "PNG")) == reasons.NO_MEMORY


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (bytes(5000), "the file holds nothing but zeros"),
        (b"Dear Anna,\nthe photos are in the other folder.\n" * 50, "not a picture"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 8, "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        (random.Random(1).randbytes(4000), "not a picture"),
        (b"\0\0\0\x18ftypmp42" + b"x" * 500, "a video, not a picture"),
        (b"RIFF\xff\0\0\0WEBPxxxx" + b"x" * 500, reasons.UNKNOWN_KIND),
        (b"II*\0" + b"x" * 500, reasons.UNKNOWN_KIND),
    ],
)
def test_what_is_no_picture_is_named(content, words):
    assert reason(content) == words


# Of these what is there is shown, if it is more than half: see test_mending.
MENDED = {"JPEG", "PNG"}


@pytest.mark.parametrize(
    ("kind", "part"),
    [(kind, part) for kind in FORMATS for part in (0.3, 0.6, 0.9) if part < 0.5 or kind not in MENDED],
)
def test_a_file_cut_short_is_unreadable(kind, part):
    content = encoded(detailed((300, 200)), kind)
    assert reason(content[: int(len(content) * part)])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "BMP", "AVIF", "JPEG2000"])
def test_a_file_cut_short_is_said_to_be_so(kind):
    content = encoded(detailed((300, 200)), kind)
    assert reason(content[: int(len(content) * 0.4)]) == "the file is cut short"


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        (kind, part)
        for kind in ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "JPEG2000")
        for part in (0.4, 0.8)
        if part < 0.5 or kind not in MENDED
    ],
)
def test_a_tail_of_zeros_is_unreadable(kind, part):
    options = {"quality": 95} if kind in {"WEBP", "AVIF", "JPEG"} else {}
    content = encoded(detailed((400, 300)), kind, **options)
    kept = int(len(content) * part)
    assert reason(content[:kept] + bytes(len(content) - kept))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "JPEG2000"])
def test_padding_behind_a_whole_picture_does_no_harm(kind):
    assert_shows_corners(decode(encoded(corners(), kind) + bytes(70_000), least_px=512), tolerance=30)


@pytest.mark.parametrize("part", [0.5, 0.95])
@pytest.mark.parametrize("zeros", [False, True])
def test_half_a_heic_is_not_shown_with_black_tiles(shared_photos, part, zeros):
    content = (shared_photos / "formats/heic/IMG_2682.heic").read_bytes()
    kept = int(len(content) * part)
    assert reason(content[:kept] + bytes(len(content) - kept if zeros else 0)) == "the file is cut short"


def test_a_motion_photo_cut_within_its_film_is_still_shown(shared_photos):
    content = (shared_photos / "formats/motionphoto/samsung-one-ui-6.heic").read_bytes()
    assert decode(content[:-2], least_px=256).width_px == 3000


def test_large_text_in_a_png_does_not_cost_the_photo():
    text = PngImagePlugin.PngInfo()
    text.add_text("workflow", "node " * 1_000_000, zip=True)
    assert_shows_corners(decode(encoded(corners(), "PNG", pnginfo=text), least_px=512))


def test_a_bomb_of_text_in_a_png_is_left_out():
    bomb = zlib.compress(bytes(40 * 2**20), 9)
    extra = chunk(b"zTXt", b"a\0\0" + bomb)
    decoded = decode(png(8, 0, (4, 4), b"\0\0\0\0\0" * 4, extra), least_px=8)
    assert decoded.remark == remarks.BROKEN_TEXT


@pytest.mark.parametrize("content", [b"\xff\x0a" + b"x" * 500, b"\0\0\0\x0cJXL \r\n\x87\n" + b"x" * 500])
def test_without_the_jpeg_xl_opener_it_is_said_what_is_missing(monkeypatch, content):
    monkeypatch.setattr("desktop_app.library.media.pictures.decode.formats", lambda: ("JPEG",))
    monkeypatch.setattr(openers, "formats", lambda: ("JPEG",))
    assert reason(content) == reasons.NEEDS_JXL
    assert not can_open(".jxl")


def test_without_the_heic_opener_it_is_said_what_is_missing(monkeypatch):
    monkeypatch.setattr("desktop_app.library.media.pictures.decode.formats", lambda: ("JPEG",))
    monkeypatch.setattr(openers, "formats", lambda: ("JPEG",))
    assert reason(b"\0\0\0\x18ftypheic" + b"x" * 500) == reasons.NEEDS_HEIF
    assert not can_open(".heic")


def test_a_missing_extra_is_logged_and_the_rest_works(monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    monkeypatch.setitem(sys.modules, "pillow_jxl", None)
    monkeypatch.delitem(Image.OPEN, "JXL", raising=False)
    with caplog.at_level(logging.DEBUG):
        assert openers._extras() == ()
    assert "JPEG XL pictures cannot be opened" in caplog.text
    assert "HEIC pictures cannot be opened" in caplog.text


def test_what_pillow_warns_of_is_no_reason_to_refuse(recwarn):
    exif = Image.Exif()
    exif[0x0112] = 1
    broken = exif.tobytes().replace(struct.pack("<H", 1), b"\xff\x7f", 1)
    content = encoded(corners(), "JPEG", exif=b"Exif\0\0" + broken[6:])
    assert_shows_corners(decode(content, least_px=512))
    assert not list(recwarn)


def test_a_broken_series_of_a_jpeg_warns_nobody():
    later = Image.new("RGB", (96, 64), "black")
    content = encoded(corners(), "MPO", save_all=True, append_images=[later])
    at = content.index(b"MPF\0")
    assert_shows_corners(decode(content[: at + 12] + b"\xff" * 6 + content[at + 18 :], least_px=512))


def mutations(rng: random.Random) -> list[Callable[[bytearray], object]]:
    """Ways to break a file: cut, flip bytes, break the header, leave out, put in, blank, overstate a length."""

    def flip(content: bytearray, most: int) -> None:
        for _ in range(rng.randint(1, 20)):
            content[rng.randrange(min(len(content), most))] = rng.randrange(256)

    def place(content: bytearray) -> int:
        return rng.randrange(len(content))

    def cut(content: bytearray) -> None:
        del content[place(content) :]

    def leave_out(content: bytearray) -> None:
        at = place(content)
        del content[at : at + rng.randint(1, 400)]

    def put_in(content: bytearray) -> None:
        at = place(content)
        content[at:at] = rng.randbytes(rng.randint(1, 200))

    def blank(content: bytearray) -> None:
        at = place(content)
        content[at:] = bytes(len(content) - at)

    def overstate(content: bytearray) -> None:
        at = rng.randrange(min(len(content), 300))
        content[at : at + 4] = rng.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff"])

    return [
        cut,
        lambda content: flip(content, len(content)),
        lambda content: flip(content, 300),
        leave_out,
        put_in,
        blank,
        overstate,
    ]


@pytest.mark.parametrize("kind", [*FORMATS, "MPO", "APNG"])
def test_broken_files_of_every_format_fail_only_in_words(kind):
    rng = random.Random(f"vislumbre {kind}")
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Canon", 6
    exif.get_ifd(0x8825)[2] = (41.0, 13.0, 13.0)
    series = (
        {"save_all": True, "append_images": [Image.new("RGB", (96, 64))]} if kind in {"MPO", "APNG"} else {}
    )
    options = {} if kind in {"GIF", "BMP", "DIB", "JPEG2000"} else {"exif": exif, "icc_profile": DISPLAY_P3}
    sound = encoded(corners(), kind.replace("APNG", "PNG"), **series, **options)
    ways = mutations(rng)
    for _ in range(40):
        content = bytearray(sound)
        rng.choice(ways)(content)
        try:
            decode(bytes(content), least_px=32)
        except UnreadablePhotoError as error:
            assert error.reason  # noqa: PT017  # some mutations leave a sound picture


def test_broken_real_photos_fail_only_in_words(shared_photos):
    rng = random.Random(4)
    ways = mutations(rng)
    names = ["webp/denali.webp", "metadata/tags/picasa.jpg", "albums/nature/silver_fir.jpg"]
    for name in names:
        sound = (shared_photos / "formats" / name).read_bytes()
        for _ in range(30):
            content = bytearray(sound)
            rng.choice(ways)(content)
            try:
                decode(bytes(content), least_px=128)
            except UnreadablePhotoError as error:
                assert error.reason  # noqa: PT017  # some mutations leave a sound picture
