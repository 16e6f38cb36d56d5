"""Finds metadata where its opener does not look: in PNG's texts, among GIF's blocks, in boxes, in further segments."""

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from desktop_app.library.media.metadata.dates import best_date
from desktop_app.library.media.metadata.metadata import Meaning, Metadata
from desktop_app.library.media.metadata.nobodys import written
from desktop_app.library.media.metadata.rdf import first, read_properties
from desktop_app.library.media.metadata.values import text_of
from desktop_app.library.media.pictures.boxes import boxes, jxl_xmp

_EXIF_HEAD, _XMP_HEAD = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0"
_XMP_HEAD_END = b"/xap/1.0/\0"
# XMP of more than 64 KB goes on in further segments: each with the sum of the whole, its length and its place.
_EXTENSION, _SUM_BYTES, _EXTENSION_HEAD_BYTES = b"http://ns.adobe.com/xmp/extension/\0", 32, 40
MOST_EXTENDED_BYTES = 8 * 2**20
"""Programs that keep pictures in XMP put them there."""

# ImageMagick writes the metadata of other formats into PNG's texts: the kind, the length, and hexadecimal digits.
_PROFILE = "raw profile type "
_PROFILE_TEXT = re.compile(r"\s*+[\w. ]++[^\S\n]*+\n\s*+\d++[^\S\n]*+\n([0-9A-Fa-f\s]++)")
_PNG_SIGNATURE, _PNG_TIME, _MOST_CHUNKS = b"\x89PNG\r\n\x1a\n", b"tIME", 100_000
# PNG, third edition, 11.3.3.3; and what ImageMagick writes there of the file it came from.
_PNG_DATES = (
    (Meaning.TAKEN, "exif:datetimeoriginal"),
    (Meaning.CREATED, "creation time"),
    (Meaning.CREATED, "create-date"),
    (Meaning.DIGITISED, "exif:datetimedigitized"),
    (Meaning.CHANGED, "exif:datetime"),
    (Meaning.CHANGED, "modification time"),
)
# TIFF 6.0: how many bytes the kinds have that IPTC is given; and its two places.
_TIFF_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_TIFF_SIZES, _TIFF_IPTC, _MOST_TIFF_ENTRIES = {1: 1, 2: 1, 4: 4, 7: 1}, (0x83BB, 0x8649), 500
_GIF_XMP, _GIF_XMP_END = b"\x21\xff\x0bXMP DataXMP", b"\x01\xff\xfe\xfd"

_XMP_BOX = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_EXIF_BOX = b"JpgTiffExif->JP2"
_IPTC_BOX = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")


@dataclass(slots=True)
class LeftOut:
    """What an opener does not tell of a picture's metadata.

    Attributes:
        packets: XMP, the one that counts most first.
        extended: The rest of a packet in further segments.
        exif: Blocks of EXIF.
        iptc: Blocks of IPTC, by themselves or among Photoshop's resources.
        words: What texts of the format's own say.
    """

    packets: list[bytes] = field(default_factory=list)
    extended: bytes = b""
    exif: list[bytes] = field(default_factory=list)
    iptc: list[bytes] = field(default_factory=list)
    words: Metadata = field(default_factory=Metadata)


def left_out(content: bytes, image: Image.Image) -> LeftOut:
    """Return what the opener of a picture left out.

    Args:
        content: The picture's file; empty for one that comes from nowhere.
        image: The opened picture; loaded, if it is a PNG whose texts may follow the pixels.
    """
    found = LeftOut()
    if image.format in {"JPEG", "MPO"}:
        found.packets = list(_damaged_xmp(image))
        found.extended = _extended_xmp(image)
    elif image.format == "TIFF":
        found.iptc = iptc_of_tiff(content)
    elif image.format == "PNG":
        _read_png(content, image.info, found)
    elif image.format == "GIF":
        found.packets = [*filter(None, [_gif_xmp(content)])]
    elif image.format == "JPEG2000":
        _read_boxes(content, found)
    elif image.format == "JXL":
        found.packets = [*filter(None, [jxl_xmp(content)])]
    return found


def iptc_of_tiff(content: bytes) -> list[bytes]:
    """Return the IPTC in the first directory of a TIFF, by itself or among Photoshop's resources.

    Pillow keeps one number of it: programs say that its bytes are numbers of four, and the standard that it is one.
    """
    order = _TIFF_ORDERS.get(content[:4])
    if not order:
        return []
    found: list[bytes] = []
    at = struct.unpack_from(f"{order}I", content, 4)[0]
    many = struct.unpack_from(f"{order}H", content, at)[0] if at + 2 <= len(content) else 0
    for row in range(at + 2, at + 2 + 12 * min(many, _MOST_TIFF_ENTRIES), 12):
        if row + 12 > len(content):
            break
        tag, kind, count, start = struct.unpack_from(f"{order}HHII", content, row)
        if tag in _TIFF_IPTC and kind in _TIFF_SIZES:
            found.append(content[start : start + count * _TIFF_SIZES[kind]])
    return found


def _segments(image: Image.Image) -> Iterator[bytes]:
    """Yield the segments of a JPEG in which EXIF and XMP stand."""
    for kind, segment in getattr(image, "applist", ()):
        if kind == "APP1":
            yield segment


def _damaged_xmp(image: Image.Image) -> Iterator[bytes]:
    """Yield XMP behind a head that a program has spoiled: some write "XMP" over its beginning."""
    for segment in _segments(image):
        end = segment.find(_XMP_HEAD_END, 0, len(_XMP_HEAD) + 8)
        if end >= 0 and not segment.startswith(_XMP_HEAD):
            yield segment[end + len(_XMP_HEAD_END) :]


def _extended_xmp(image: Image.Image) -> bytes:
    segments = [segment for segment in _segments(image) if segment.startswith(_EXTENSION)]
    packet = image.info.get("xmp")
    if not segments or not isinstance(packet, bytes):
        return b""
    named = first(read_properties(packet), "xmpNote:HasExtendedXMP").upper().encode(errors="replace")
    pieces: dict[int, bytes] = {}
    for segment in segments:
        body = segment[len(_EXTENSION) :]
        if body[:_SUM_BYTES].upper() == named:
            pieces[int.from_bytes(body[36:40], "big")] = body[_EXTENSION_HEAD_BYTES:]
    whole = bytearray()
    for at in sorted(pieces):
        # A piece that is missing ends it: what follows would be read as something else.
        if at == len(whole) and at < MOST_EXTENDED_BYTES:
            whole += pieces[at]
    return bytes(whole)


def _read_png(content: bytes, info: Mapping[Any, Any], found: LeftOut) -> None:
    texts = {
        name.casefold(): text
        for name, text in info.items()
        if isinstance(name, str) and isinstance(text, str)
    }
    for name, text in texts.items():
        if name.startswith(_PROFILE):
            _sort_profile(name.removeprefix(_PROFILE).strip(), _profile(text), found)
    dates = [(meaning, texts.get(name)) for meaning, name in _PNG_DATES]
    dated = best_date([*dates, (Meaning.CHANGED, _png_time(content))])
    found.words = Metadata(
        taken_at=dated.taken_at,
        precision=dated.precision,
        meaning=dated.meaning,
        caption=text_of(*(written(texts.get(name, "")) for name in ("title", "description"))),
    )


def _profile(text: str) -> bytes:
    digits = _PROFILE_TEXT.match(text)
    joined = "".join(digits[1].split()) if digits else ""
    return bytes.fromhex(joined[: len(joined) & ~1])


def _sort_profile(kind: str, profile: bytes, found: LeftOut) -> None:
    if kind in {"iptc", "8bim"}:
        found.iptc.append(profile)
    elif profile.startswith(_XMP_HEAD):
        found.packets.append(profile[len(_XMP_HEAD) :])
    elif kind == "xmp":
        found.packets.append(profile)
    elif kind == "exif" or profile.startswith(_EXIF_HEAD):
        found.exif.append(profile)


def _png_time(content: bytes) -> str:
    """Return when a PNG was changed last, in its chunk tIME (11.3.5.1); the time of Greenwich."""
    at = len(_PNG_SIGNATURE)
    for _ in range(_MOST_CHUNKS):
        if not content.startswith(_PNG_SIGNATURE) or at + 8 > len(content):
            break
        size, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        if kind == _PNG_TIME and size == 7:
            year = int.from_bytes(content[at + 8 : at + 10], "big")
            return "{:04d}-{:02d}-{:02d} {:02d}:{:02d}:{:02d}".format(year, *content[at + 10 : at + 15])
        at += 12 + size
    return ""


def _gif_xmp(content: bytes) -> bytes:
    """Return the XMP of a GIF: raw behind its mark, or cut into blocks (XMP Specification, part 3, 1.1.2)."""
    mark = content.find(_GIF_XMP)
    if mark < 0:
        return b""
    start = mark + len(_GIF_XMP)
    if content[start : start + 1] in {b"<", b"\xef"}:
        end = content.find(_GIF_XMP_END, start)
        return content[start : end if end >= 0 else len(content)]
    return b"".join(_sub_blocks(content, start))


def _sub_blocks(content: bytes, at: int) -> Iterator[bytes]:
    while at < len(content) and content[at]:
        yield content[at + 1 : at + 1 + content[at]]
        at += 1 + content[at]


def _read_boxes(content: bytes, found: LeftOut) -> None:
    for kind, start, end in boxes(content):
        head = start + (16 if content[start : start + 4] == b"\x00\x00\x00\x01" else 8)
        if kind != b"uuid":
            continue
        name, inside = content[head : head + 16], content[head + 16 : end]
        if name == _XMP_BOX:
            found.packets.append(inside)
        elif name == _EXIF_BOX:
            found.exif.append(inside)
        elif name == _IPTC_BOX:
            found.iptc.append(inside)
