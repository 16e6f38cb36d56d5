"""One identity for files that differ in metadata only, another for every other picture, no surprise for hostile bytes."""

import contextlib
import io
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin, TiffImagePlugin

from desktop_app.library.errors import UnreadablePhotoError
from desktop_app.library.media import identity as identities
from desktop_app.library.media.identity import pixels_of
from desktop_app.library.media.pictures.decode import decode
from desktop_app.library.media.pictures.several import pictures_in
from tests.library.media.pictures.samples import chunk, corners, detailed, encoded

SIZE = (96, 64)
PLAIN = detailed(SIZE)
OTHER = detailed(SIZE).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
BLANK = Image.new("RGB", (1, 1))


def identity(content: bytes) -> str:
    """Of the pixels as they are stored, however they are turned to be shown."""
    return decode(content, least_px=16).pixels[:32]


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def with_segments(jpeg: bytes, *segments: bytes) -> bytes:
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def exif(orientation: int = 1, **texts: str) -> bytes:
    tags = Image.Exif()
    tags[0x0112] = orientation
    for text in texts.values():
        tags[0x010E] = text
    return tags.tobytes()


def webp_with(content: bytes, size: tuple[int, int], kind: bytes, body: bytes) -> bytes:
    """What a tool makes of a plain WebP that gets metadata: an extended header, the picture, a chunk."""
    width, height = (side - 1 for side in size)
    header = bytes([0x08, 0, 0, 0]) + width.to_bytes(3, "little") + height.to_bytes(3, "little")
    padded = struct.pack("<4sI", kind, len(body)) + body + b"\0" * (len(body) % 2)
    inside = b"WEBP" + struct.pack("<4sI", b"VP8X", 10) + header + content[12:] + padded
    return b"RIFF" + struct.pack("<I", len(inside)) + inside


JPEGS = {
    "baseline": encoded(PLAIN, "JPEG"),
    "progressive": encoded(PLAIN, "JPEG", progressive=True),
    "with restart markers": encoded(PLAIN, "JPEG", restart_marker_rows=1),
    "four colours": encoded(PLAIN.convert("CMYK"), "JPEG"),
    "grey": encoded(PLAIN.convert("L"), "JPEG"),
}
ABOUT = {
    "EXIF": segment(0xE1, b"Exif\0\0" + exif(description="A beach")),
    "a turn": segment(0xE1, b"Exif\0\0" + exif(orientation=6)),
    "XMP": segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta rating='5'/>"),
    "a profile": segment(0xE2, b"ICC_PROFILE\0\x01\x01" + bytes(300)),
    "a comment with markers in it": segment(0xFE, b"\xff\xda\xff\xd9\xff\xc4\x00\x02"),
    "many": segment(0xED, bytes(60_000)) * 3,
}


@pytest.mark.parametrize("about", ABOUT.values(), ids=ABOUT.keys())
@pytest.mark.parametrize("jpeg", JPEGS.values(), ids=JPEGS.keys())
def test_a_jpeg_keeps_its_identity_when_something_is_said_of_it(jpeg: bytes, about: bytes) -> None:
    assert identity(with_segments(jpeg, about)) == identity(jpeg)


@pytest.mark.parametrize("jpeg", JPEGS.values(), ids=JPEGS.keys())
def test_a_film_or_a_second_picture_behind_a_jpeg_is_not_its_picture(jpeg: bytes) -> None:
    film = b"\0\0\0\x18ftypmp42" + np.random.default_rng(1).bytes(5_000)
    assert identity(jpeg + film) == identity(jpeg + encoded(OTHER, "JPEG")) == identity(jpeg)


def test_a_picture_of_several_pictures_is_its_first() -> None:
    buffer = io.BytesIO()
    PLAIN.save(buffer, "MPO", save_all=True, append_images=[OTHER])
    said = with_segments(buffer.getvalue(), ABOUT["XMP"])
    assert identity(said) == identity(buffer.getvalue()) == identity(JPEGS["baseline"])


def test_bytes_between_the_segments_change_nothing_of_what_is_told_apart() -> None:
    """Decoders skip them; an identity made of the tables before them alone would be that of every photo of a camera."""

    def with_junk(jpeg: bytes) -> bytes:
        at = jpeg.index(b"\xff\xc0")
        return jpeg[:at] + b"\x00\x07" + jpeg[at:]

    one, other = (with_junk(encoded(picture, "JPEG", quality=80)) for picture in (PLAIN, OTHER))
    assert identity(one) != identity(other)
    assert identity(with_segments(one, ABOUT["XMP"])) == identity(one)


@pytest.mark.parametrize("marker", [0x01, 0xD0, 0xD7])
def test_a_marker_without_a_length_hides_no_pixels(marker: int) -> None:
    one, other = (
        with_segments(encoded(picture, "JPEG", quality=80), bytes([0xFF, marker]), segment(0xFE, b"x"))
        for picture in (PLAIN, OTHER)
    )
    assert pixels_of(one, BLANK) != pixels_of(other, BLANK)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "AVIF", "BMP", "JPEG2000"])
def test_different_pictures_differ(kind: str) -> None:
    shown = (PLAIN, OTHER, corners(SIZE), PLAIN.crop((0, 0, 95, 64)), PLAIN.point(lambda value: value // 2))
    assert len({identity(encoded(picture, kind)) for picture in shown}) == len(shown)


def test_text_in_a_png_is_not_its_picture() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "A beach")
    words.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta rating='5'/>")
    said = encoded(PLAIN, "PNG", pnginfo=words, exif=exif(orientation=8), dpi=(300, 300))
    plain = encoded(PLAIN, "PNG")
    at_the_end = plain.replace(chunk(b"IEND", b""), chunk(b"eXIf", exif(3)) + chunk(b"IEND", b""))
    assert identity(said) == identity(plain) == identity(at_the_end)
    assert said != plain != at_the_end


def test_the_colours_and_the_transparency_of_a_png_are_its_picture() -> None:
    few = PLAIN.quantize(8)
    swapped = few.copy()
    swapped.putpalette([255 - value for value in few.getpalette() or []])
    assert identity(encoded(few, "PNG")) != identity(encoded(swapped, "PNG"))
    assert identity(encoded(few, "PNG")) != identity(encoded(few, "PNG", transparency=0))


@pytest.mark.parametrize("options", [{}, {"lossless": True}], ids=["lossy", "lossless"])
def test_exif_in_a_webp_is_not_its_picture(options: dict[str, bool]) -> None:
    plain = encoded(PLAIN, "WEBP", **options)
    by_hand = webp_with(plain, SIZE, b"EXIF", exif(6) + b"\0")
    by_pillow = encoded(PLAIN, "WEBP", exif=exif(6), xmp=b"<x/>", **options)
    assert identity(by_hand) == identity(plain) == identity(by_pillow)
    assert decode(by_hand, least_px=64).picture.size == (64, 96)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_what_is_shown_turned_is_another_picture_to_the_model(kind: str) -> None:
    shown = [decode(encoded(PLAIN, kind, exif=exif(number)), least_px=64).pixels for number in (1, 6, 8, 6)]
    assert len(set(shown)) == 3
    assert shown[1] == shown[3]
    assert {pixels[:32] for pixels in shown} == {shown[0]}


def adobe(transform: int) -> bytes:
    return segment(0xEE, b"Adobe" + struct.pack(">HHHB", 100, 0, 0, transform))


def test_how_the_colours_of_a_jpeg_are_stored_is_its_picture() -> None:
    """The same numbers, as red, green and blue or as brightness and two colours, are two pictures."""
    # Without the segment of JFIF, which allows brightness and two colours only.
    jpeg = JPEGS["baseline"]
    plain = jpeg[:2] + jpeg[4 + int.from_bytes(jpeg[4:6], "big") :]
    pictures = [with_segments(plain, adobe(transform)) for transform in (0, 1)]
    colours = [decode(picture, least_px=16).picture.resize((1, 1)).getpixel((0, 0)) for picture in pictures]
    assert colours[0] != colours[1]
    assert identity(pictures[0]) != identity(pictures[1])


def chunks(*pieces: tuple[bytes, bytes]) -> bytes:
    """A WebP of these chunks, each filled up to an even length."""
    inside = b"WEBP" + b"".join(
        struct.pack("<4sI", kind, len(body)) + body + b"\0" * (len(body) % 2) for kind, body in pieces
    )
    return b"RIFF" + struct.pack("<I", len(inside)) + inside


@pytest.mark.parametrize("length", range(20, 24))
def test_what_follows_a_chunk_of_odd_length_in_a_webp_is_its_picture(length: int) -> None:
    one, other = (encoded(picture, "WEBP")[20:] for picture in (PLAIN, OTHER))
    profile = (b"ICCP", b"p" * length)
    header = (b"VP8X", bytes(10))
    identities = {
        pixels_of(chunks(header, profile, (b"VP8 ", body)), BLANK) for body in (one, other, one[:-2])
    }
    assert len(identities) == 3
    assert pixels_of(chunks(header, profile, (b"VP8 ", one)), BLANK) == pixels_of(
        chunks(header, (b"VP8 ", one)), BLANK
    )


def test_what_a_gif_or_tiff_says_is_not_its_picture_but_its_colours_are() -> None:
    few = PLAIN.quantize(8)
    swapped = few.copy()
    swapped.putpalette([255 - value for value in few.getpalette() or []])
    for kind in ("GIF", "TIFF"):
        assert identity(encoded(few, kind)) != identity(encoded(swapped, kind))
    assert identity(encoded(few, "GIF", comment=b"A beach")) == identity(encoded(few, "GIF"))
    assert identity(encoded(few, "GIF", transparency=0)) != identity(encoded(few, "GIF"))
    described = encoded(PLAIN, "TIFF", description="A beach", exif=exif(1))
    assert identity(described) == identity(encoded(PLAIN, "TIFF"))


@pytest.mark.parametrize(
    ("kind", "said"), [("GIF", {"comment": b"A beach"}), ("TIFF", {"description": "A beach"})]
)
def test_a_file_of_several_pictures_is_not_its_first(kind: str, said: dict[str, object]) -> None:
    def pixels(*more: Image.Image, **options: object) -> str:
        content = encoded(PLAIN, kind, save_all=True, append_images=list(more), **options)
        return decode(content, least_px=16).pixels

    one, two, three = pixels(), pixels(OTHER), pixels(OTHER, corners(SIZE))
    assert one == decode(encoded(PLAIN, kind), least_px=16).pixels
    assert len({one[:15], two[:15], three[:15]}) == 3
    assert [found[32:] for found in (one, two, three)] == ["", "x2", "x3"]
    assert pixels(OTHER, **said) == two


def test_a_small_copy_in_a_tiff_is_no_picture_of_its_own() -> None:
    page = TiffImagePlugin.ImageFileDirectory_v2()
    page[254] = 1
    small = PLAIN.resize((24, 16))
    small.encoderinfo = {"tiffinfo": page}
    for options in ({}, {"big_tiff": True}):
        content = encoded(PLAIN, "TIFF", save_all=True, append_images=[small], **options)
        with Image.open(io.BytesIO(content)) as image:
            image.seek(1)
            assert pictures_in(content, image) == 1
        assert identity(content) == identity(encoded(PLAIN, "TIFF"))


@pytest.mark.parametrize("kind", ["GIF", "TIFF"])
def test_pictures_are_counted_in_whatever_is_left_of_a_file(kind: str) -> None:
    whole = encoded(PLAIN, kind, save_all=True, append_images=[OTHER])
    with Image.open(io.BytesIO(whole)) as image:
        assert pictures_in(whole, image) == 2
        for end in range(0, len(whole), 7):
            assert pictures_in(whole[:end], image) in {1, 2}
        noise = np.random.default_rng(3).bytes(4000)
        for order in (b"II*\0\x08\0\0\0", b"MM\0+\0\x08\0\0" + b"\xff" * 8, b"GIF89a"):
            assert pictures_in(order + noise, image) >= 1


def test_exif_in_an_avif_is_not_its_picture() -> None:
    assert identity(encoded(PLAIN, "AVIF", exif=exif(1, text="A beach"))) == identity(encoded(PLAIN, "AVIF"))


def test_a_large_picture_is_hashed_to_its_last_row() -> None:
    """More than one strip of a decoded picture."""
    picture = Image.new("RGB", (1024, 3000), "red")
    before = identity(encoded(picture, "BMP"))
    picture.putpixel((1023, 2999), (0, 0, 0))
    assert identity(encoded(picture, "BMP")) != before


def test_the_end_of_a_large_jpeg_is_found_wherever_it_lies() -> None:
    """Around the borders of the blocks that are searched."""
    head = JPEGS["baseline"][: JPEGS["baseline"].index(b"\xff\xda")] + b"\xff\xda\x00\x08"
    for length in (*range(2**17 - 12, 2**17 + 4), 2**18):
        whole = head + b"\x55" * length + b"\xff\xd9"
        assert pixels_of(whole + b"a film", BLANK) == pixels_of(whole, BLANK)
        assert pixels_of(whole[:-2] + b"\x56\xff\xd9", BLANK) != pixels_of(whole, BLANK)


def test_real_photos_keep_their_identity_when_something_is_said_of_them(shared_photos: Path) -> None:
    for path in sorted(shared_photos.rglob("*.jp*g")):
        content = path.read_bytes()
        about = with_segments(content, ABOUT["XMP"], ABOUT["a comment with markers in it"])
        assert identity(about) == identity(content), path


def test_real_photos_differ(shared_photos: Path) -> None:
    known: dict[str, Image.Image] = {}
    for path in sorted(each for each in shared_photos.rglob("*.*") if each.suffix not in {".csv", ".xmp"}):
        try:
            decoded = decode(path.read_bytes(), least_px=64)
        except UnreadablePhotoError:
            # A format that needs an opener which is not installed here.
            continue
        before = known.setdefault(decoded.pixels, decoded.stored)
        # Two may be one picture with other metadata.
        assert sorted(before.size) == sorted(decoded.stored.size), path
        assert before.convert("L").getextrema() == decoded.stored.convert("L").getextrema(), path
    assert len(known) > 20


SAMPLES = [
    *JPEGS.values(),
    with_segments(JPEGS["baseline"], *ABOUT.values()),
    encoded(PLAIN, "PNG"),
    encoded(PLAIN, "PNG", save_all=True, append_images=[OTHER]),
    encoded(PLAIN, "WEBP"),
    encoded(PLAIN, "WEBP", save_all=True, append_images=[OTHER]),
    encoded(PLAIN, "GIF"),
]


@given(
    content=st.binary(max_size=300),
    start=st.sampled_from([b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP"]),
)
def test_any_bytes_have_an_identity(content: bytes, start: bytes) -> None:
    assert len(pixels_of(start + content, BLANK)) == 32


@given(sample=st.sampled_from(SAMPLES), edits=st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255))))
def test_changed_and_cut_files_have_an_identity_or_a_reason(
    sample: bytes, edits: list[tuple[int, int]]
) -> None:
    content = bytearray(sample)
    for place, value in edits:
        content[place % len(content)] = value
    for cut in (len(content), len(content) // 2, len(content) - 1):
        piece = bytes(content[:cut])
        assert len(pixels_of(piece, BLANK)) == 32
        with contextlib.suppress(UnreadablePhotoError):
            assert len(identity(piece)) == 32


@given(place=st.integers(0, 2**16), value=st.integers(0, 255))
def test_pixels_that_changed_have_another_identity(place: int, value: int) -> None:
    """Within the scan of a JPEG, where every byte counts; at its end a new marker may cut the picture short."""
    jpeg = JPEGS["baseline"]
    start = jpeg.index(b"\xff\xda") + 14
    content = bytearray(jpeg)
    at = start + place % (len(jpeg) - start - 2)
    before, content[at] = content[at], value
    same = pixels_of(bytes(content), BLANK) == pixels_of(jpeg, BLANK)
    assert same == (before == value)


@pytest.mark.parametrize("at", [0, 1])
@pytest.mark.parametrize("place", [0, 1, 5, 6, 7, 8, 9, 15, 16, 17, 30, 31, 32, 38])
def test_the_end_of_a_picture_is_found_at_every_place(at: int, place: int) -> None:
    content = bytearray(b"\xff\x00" * 20)
    content[place : place + 2] = b"\xff\xd9"
    second = min(place + 9, 38)
    content[second : second + 2] = b"\xff\xd9"
    expected = bytes(content).find(b"\xff\xd9", at)
    assert identities._end_of_image(bytes(content), at) == expected


def test_a_picture_without_an_end_is_all_there_is() -> None:
    for size in range(9):
        assert identities._end_of_image(b"\xff" * size, 0) == size
