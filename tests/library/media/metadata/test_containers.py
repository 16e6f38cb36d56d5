"""Metadata where other programs than cameras put it: in PNG's texts, in GIF, in boxes, in further segments."""

import hashlib
import io
import struct
import zlib
from datetime import datetime

import pytest
from PIL import Image, PngImagePlugin, features

from desktop_app.library.media.metadata.metadata import Meaning, Metadata
from desktop_app.library.media.metadata.read import read_exif
from desktop_app.library.media.pictures.decode import decode
from desktop_app.library.photo import Precision
from tests.library.media.metadata.test_iptc import bag, packet

PACKET = packet(bag("dc:subject", "boat"), 'xmp:Rating="4"')


def saved(kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(buffer, kind, **options)
    return buffer.getvalue()


def read(content: bytes) -> Metadata:
    return decode(content, least_px=16).metadata


def exif_block() -> bytes:
    exif = Image.Exif()
    exif[0x0110] = "X1"
    exif.get_ifd(0x8769)[0x9003] = "2001:02:03 04:05:06"
    return exif.tobytes()


def entry(number: int, text: bytes, record: int = 2) -> bytes:
    return bytes((0x1C, record, number)) + struct.pack(">H", len(text)) + text


def resources(block: bytes) -> bytes:
    return b"8BIM\x04\x04\0\0" + struct.pack(">I", len(block)) + block + b"\0" * (len(block) & 1)


IPTC = entry(25, b"boat") + entry(25, b"sea") + entry(120, b"At noon")


# PNG.


def png(*texts: tuple[str, str], squeezed: bool = False) -> bytes:
    info = PngImagePlugin.PngInfo()
    for name, text in texts:
        info.add_text(name, text, zip=squeezed)
    return saved("PNG", pnginfo=info)


def profile(kind: str, content: bytes) -> tuple[str, str]:
    digits = content.hex()
    lines = "\n".join(digits[at : at + 72] for at in range(0, len(digits), 72))
    return f"Raw profile type {kind}", f"\n{kind}\n{len(content):8}\n{lines}\n"


@pytest.mark.parametrize("squeezed", [True, False])
@pytest.mark.parametrize("kind", ["exif", "APP1"])
def test_the_exif_of_imagemagick_is_read_from_a_png(kind, squeezed):
    found = read(png(profile(kind, exif_block()), squeezed=squeezed))
    assert (found.camera, found.taken_at) == ("X1", datetime(2001, 2, 3, 4, 5, 6))


@pytest.mark.parametrize(
    ("kind", "content"), [("xmp", PACKET), ("APP1", b"http://ns.adobe.com/xap/1.0/\0" + PACKET)]
)
def test_the_xmp_of_imagemagick_is_read_from_a_png(kind, content):
    assert read(png(profile(kind, content), squeezed=True)) == Metadata(rating=4, tags=("boat",))


@pytest.mark.parametrize("content", [IPTC, resources(IPTC), b"Photoshop 3.0\0" + resources(IPTC)])
def test_the_iptc_of_imagemagick_is_read_from_a_png(content):
    found = read(png(profile("iptc", content)))
    assert found == Metadata(tags=("boat", "sea"), caption="At noon")
    assert found.source_of("tags") == "iptc"


def test_title_and_description_of_a_png_are_its_caption_and_other_texts_are_not():
    found = read(png(("Title", "Harbour"), ("Description", "Boats"), ("Author", "Ben"), ("Software", "X")))
    assert found == Metadata(caption="Harbour: Boats")
    assert found.source_of("caption") == "file"
    assert read(png(("Title", "IMG_1.png"), ("Description", "Screenshot"))) == Metadata()


@pytest.mark.parametrize(
    "text", ["Sun, 14 Jul 2019 12:20:56 +0000", "2019-07-14T12:20:56+02:00", "2019:07:14 12:20:56"]
)
def test_when_a_png_was_made_is_read(text):
    found = read(png(("Creation Time", text), ("date:create", "2022-01-01T00:00:00+00:00")))
    assert (found.taken_at, found.meaning) == (datetime(2019, 7, 14, 12, 20, 56), Meaning.CREATED)


def with_chunk(content: bytes, kind: bytes, inside: bytes) -> bytes:
    chunk = struct.pack(">I", len(inside)) + kind + inside + struct.pack(">I", zlib.crc32(kind + inside))
    return content[:-12] + chunk + content[-12:]


def test_when_a_png_was_changed_is_read_and_counts_last():
    inside = struct.pack(">HBBBBB", 2019, 7, 14, 12, 20, 56)
    found = read(with_chunk(saved("PNG"), b"tIME", inside))
    assert (found.taken_at, found.meaning) == (datetime(2019, 7, 14, 12, 20, 56), Meaning.CHANGED)
    assert found.source_of("taken_at") == "file"
    found = read(with_chunk(png(("Creation Time", "1993")), b"tIME", inside))
    assert (found.taken_at, found.precision) == (datetime(1993, 1, 1), Precision.YEAR)
    assert read(with_chunk(saved("PNG"), b"tIME", b"\xff" * 7)) == Metadata()


@pytest.mark.parametrize(
    "text", ["", "\nexif\n  99\n", "\nexif\n  4\nzz", "\nexif\n  4\nabc", "\niptc\n 4\n1c02", "x" * 100_000]
)
@pytest.mark.parametrize("kind", ["exif", "xmp", "iptc", "APP1", "8bim"])
def test_broken_profiles_cost_nothing(kind, text):
    assert read(png((f"Raw profile type {kind}", text), ("Title", "yes"))) == Metadata(caption="yes")


# GIF.


def gif(block: bytes) -> bytes:
    content = saved("GIF")
    # Before the trailer.
    return content[:-1] + b"\x21\xff\x0bXMP DataXMP" + block + b"\0;"


def test_the_xmp_of_a_gif_is_read():
    trailer = b"\x01" + bytes(range(255, -1, -1))
    assert read(gif(PACKET + trailer)) == Metadata(rating=4, tags=("boat",))


def test_the_xmp_of_a_gif_in_blocks_is_read():
    pieces = [PACKET[at : at + 255] for at in range(0, len(PACKET), 255)]
    assert read(gif(b"".join(bytes((len(piece),)) + piece for piece in pieces))).rating == 4
    assert read(gif(b"\xff<")) == Metadata()


# Boxes.


def box(kind: bytes, inside: bytes) -> bytes:
    return struct.pack(">I", 8 + len(inside)) + kind + inside


@pytest.mark.skipif(not features.check("jpg_2000"), reason="Pillow was built without JPEG 2000")
def test_the_boxes_of_jpeg_2000_are_read():
    xmp = bytes.fromhex("be7acfcb97a942e89c71999491e3afac") + PACKET
    iptc = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38") + IPTC
    boxes = box(b"uuid", xmp) + box(b"uuid", iptc) + box(b"uuid", b"JpgTiffExif->JP2" + exif_block()[6:])
    found = read(saved("JPEG2000") + boxes)
    assert (found.camera, found.taken_at) == ("X1", datetime(2001, 2, 3, 4, 5, 6))
    assert (found.rating, found.tags, found.caption) == (4, ("boat", "sea"), "At noon")


# JPEG.


def segment(kind: int, inside: bytes) -> bytes:
    return bytes((0xFF, kind)) + struct.pack(">H", len(inside) + 2) + inside


def with_segments(content: bytes, *segments: bytes) -> bytes:
    return content[:2] + b"".join(segments) + content[2:]


def extended(whole: bytes, name: bytes, size: int = 60_000) -> list[bytes]:
    return [
        segment(
            0xE1,
            b"http://ns.adobe.com/xmp/extension/\0"
            + name
            + struct.pack(">II", len(whole), at)
            + whole[at : at + size],
        )
        for at in range(0, len(whole), size)
    ]


@pytest.mark.parametrize("turned", [False, True])
def test_xmp_that_goes_on_in_further_segments_is_read(turned):
    people = bag("Iptc4xmpExt:PersonInImage", "Anna")
    more = packet("<a>" + "x" * 150_000 + "</a>" + people)
    name = hashlib.md5(more).hexdigest().upper().encode()
    main = packet(
        f'<xmpNote:HasExtendedXMP xmlns:xmpNote="http://ns.adobe.com/xmp/note/">{name.decode()}</xmpNote:HasExtendedXMP>',
        'xmp:Rating="4"',
    )
    pieces = extended(more, name)
    others = extended(packet(bag("dc:subject", "of another")), b"0" * 32)
    found = read(with_segments(saved("JPEG", xmp=main), *others, *(reversed(pieces) if turned else pieces)))
    assert (found.rating, found.people, found.tags) == (4, ("Anna",), ("Anna",))
    assert read(with_segments(saved("JPEG", xmp=main), *pieces[1:])).people == ()


def test_xmp_behind_a_spoiled_head_is_read():
    content = with_segments(saved("JPEG"), segment(0xE1, b"XMP\0://ns.adobe.com/xap/1.0/\0" + PACKET))
    assert read(content) == Metadata(rating=4, tags=("boat",))


def test_iptc_before_a_broken_entry_is_kept():
    broken = IPTC + b"\x1c\x02\x50\xff\xff"
    content = with_segments(saved("JPEG"), segment(0xED, b"Photoshop 3.0\0" + resources(broken)))
    assert read(content) == Metadata(tags=("boat", "sea"), caption="At noon")


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("tag", "kind"), [(33723, 7), (33723, 4), (33723, 1), (34377, 7), (34377, 1)])
def test_iptc_of_a_tiff_is_read_as_bytes_and_as_numbers(tag, kind, order):
    block = IPTC if tag == 33723 else resources(IPTC)
    block += b"\0" * (-len(block) % 4)
    rows = [
        (256, 3, 1, 4),
        (257, 3, 1, 4),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (279, 4, 1, 16),
    ]
    start = 24 + len(block)
    rows.append((tag, kind, len(block) // (4 if kind == 4 else 1), 24))
    content = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}I", start) + bytes(16) + block
    content += struct.pack(f"{order}H", len(rows))
    for number, form, count, value in rows:
        field = struct.pack(f"{order}HH", value, 0) if form == 3 else struct.pack(f"{order}I", value)
        content += struct.pack(f"{order}HHI", number, form, count) + field
    content += bytes(4)
    assert read(content) == Metadata(tags=("boat", "sea"), caption="At noon")
    assert read_exif(content) == Metadata(tags=("boat", "sea"), caption="At noon")


@pytest.mark.parametrize("kind", ["WEBP", "AVIF", "JPEG", "TIFF", "PNG"])
def test_exif_and_xmp_of_every_format_are_read_together(kind):
    if kind in {"WEBP", "AVIF"} and not features.check(kind.lower()):
        pytest.skip(f"Pillow was built without {kind}")
    options: dict[str, object] = {"exif": exif_block(), "xmp": PACKET}
    if kind == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_itxt("XML:com.adobe.xmp", PACKET.decode())
        options = {"exif": exif_block(), "pnginfo": info}
    elif kind == "TIFF":
        options = {"tiffinfo": {700: PACKET, 0x0110: "X1"}}
    found = read(saved(kind, **options))
    assert (found.camera, found.rating, found.tags) == ("X1", 4, ("boat",))
