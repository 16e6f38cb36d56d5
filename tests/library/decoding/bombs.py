"""Small files that ask for much: more pixels, memory, time or nesting than any photo has."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

from PIL import Image

_HUGE = 50_000
# More than anything that is read of a file may unpack to, and made in a second.
_MUCH = 2**27


def _png(*chunks: tuple[bytes, bytes], size: tuple[int, int] = (16, 16), kind: int = 2) -> bytes:
    head = struct.pack(">IIBBBBB", *size, 8, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*one) for one in [(b"IHDR", head), *chunks, (b"IEND", b"")])


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _zeros(count: int) -> bytes:
    """Return `count` zeros, packed a thousand to one."""
    packer, piece = zlib.compressobj(9), bytes(2**20)
    packed = b"".join(
        packer.compress(piece[: min(len(piece), count - at)]) for at in range(0, count, len(piece))
    )
    return packed + packer.flush()


def _pixels() -> tuple[bytes, bytes]:
    return b"IDAT", zlib.compress(bytes(16 * 49))


def _many_pixels() -> bytes:
    """Say 2,500 million pixels and bring 45 million of them."""
    return _png((b"IDAT", _zeros(_MUCH)), size=(_HUGE, _HUGE))


def _pixels_of_nothing() -> bytes:
    """Bring 100 million pixels, which is allowed, in 100 KB."""
    return _png((b"IDAT", _zeros(2000 * (_HUGE + 1))), size=(_HUGE, 2000), kind=0)


def _strip() -> bytes:
    """Bring 180 million pixels, which is allowed, in a strip that cannot be reduced without losing its height."""
    return _png((b"IDAT", _zeros(600 * 300_001)), size=(300_000, 600), kind=0)


def _profile_of_134_megabytes() -> bytes:
    return _png((b"iCCP", b"p\0\0" + _zeros(_MUCH)), _pixels())


def _text_of_134_megabytes() -> bytes:
    return _png((b"zTXt", b"XML:com.adobe.xmp\0\0" + _zeros(_MUCH)), _pixels())


def _many_texts() -> bytes:
    text = b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + _zeros(2**24)
    return _png(*[text] * 64, _pixels())


def _gif_canvas() -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", 0xFFFF, 0xFFFF, 0, 0, 0) + _gif_frame(0xFFFF, 0xFFFF) + b";"


def _gif_of_frames() -> bytes:
    """Bring 100,000 frames of nothing on a large canvas; the first that shows something is looked for."""
    head = b"GIF89a" + struct.pack("<HHBBB", 2500, 2500, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    return head + _gif_frame(1, 1) * 100_000 + b";"


def _gif_frame(width: int, height: int) -> bytes:
    return b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x44\x01\x00"


def _tiff(*entries: tuple[int, int, int, int], after: bytes = b"", following: int = 0) -> bytes:
    fields = b"".join(struct.pack("<HHII", *entry) for entry in sorted(entries))
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + fields + struct.pack("<I", following) + after


def _tiff_sizes() -> bytes:
    return _tiff((256, 4, 1, 2**31 - 1), (257, 4, 1, 2**31 - 1), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
                 (273, 4, 1, 8), (278, 4, 1, 1), (279, 4, 1, 2**32 - 1), after=bytes(1000))  # fmt: skip


def _tiff_strips() -> bytes:
    return _tiff((256, 4, 1, 20_000), (257, 4, 1, 20_000), (258, 3, 1, 8), (259, 3, 1, 5), (262, 3, 1, 1),
                 (273, 4, 2**28, 8), (278, 4, 1, 1), (279, 4, 2**28, 8), after=bytes(1000))  # fmt: skip


def _tiff_that_goes_round() -> bytes:
    return _tiff((256, 3, 1, 16), (257, 3, 1, 16), (330, 4, 1, 8), (34665, 4, 1, 8), following=8)


def _exif_that_goes_round() -> bytes:
    """Let the EXIF's parts contain each other."""
    exif = b"Exif\0\0" + _tiff((34665, 4, 1, 8), (34853, 4, 1, 8), (40965, 4, 1, 8), following=8)
    return _jpeg(b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif)


def _exif_of_lies() -> bytes:
    exif = b"Exif\0\0" + _tiff(*[(0x10F + number, 2, 2**32 - 1, 2**32 - 1) for number in range(3000)])
    return _jpeg(b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif)


def _profile_of_tags() -> bytes:
    """Bring a profile whose table says it has four thousand million entries."""
    profile = (
        struct.pack(">I4sI4s4s4s", 400, b"lcms", 0x04300000, b"mntr", b"RGB ", b"XYZ ") + bytes(12) + b"acsp"
    )
    profile = profile.ljust(128, b"\0") + struct.pack(">I", 2**32 - 1) + bytes(268)
    icc = b"ICC_PROFILE\0\1\1" + profile
    return _jpeg(b"\xff\xe2" + struct.pack(">H", len(icc) + 2) + icc)


def _xmp_of_laughs() -> bytes:
    """Bring XML whose parts contain ten of the part before."""
    parts = "".join(f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}">' for number in range(1, 12))
    xml = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{parts}]><x:xmpmeta>&l11;</x:xmpmeta>'
    xmp = b"http://ns.adobe.com/xap/1.0/\0" + xml.encode()
    return _jpeg(b"\xff\xe1" + struct.pack(">H", len(xmp) + 2) + xmp)


def _xmp_that_goes_deep() -> bytes:
    xmp = b"http://ns.adobe.com/xap/1.0/\0" + b"<x:xmpmeta><dc:subject><rdf:Bag>" + b"<rdf:li>" * 7000
    return _jpeg(b"\xff\xe1" + struct.pack(">H", len(xmp) + 2) + xmp)


def _jpeg(segment: bytes = b"") -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (64, 64), "red").save(buffer, "JPEG")
    content = buffer.getvalue()
    return content[:2] + segment + content[2:]


def _jpeg_sizes() -> bytes:
    content = bytearray(_jpeg())
    at = content.index(b"\xff\xc0")
    content[at + 5 : at + 9] = struct.pack(">HH", 65500, 65500)
    return bytes(content)


def _jpeg_of_scans() -> bytes:
    """Let a progressive picture of 16 megapixels be gone through fifty times."""
    buffer = BytesIO()
    Image.new("RGB", (4000, 4000), "red").save(buffer, "JPEG", progressive=True)
    content = buffer.getvalue()
    scan = content[content.rindex(b"\xff\xda") : content.rindex(b"\xff\xd9")]
    return content[:-2] + scan * 50 + b"\xff\xd9"


def _jpeg_2000_sizes() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (64, 64), "red").save(buffer, "JPEG2000", no_jp2=True)
    content = bytearray(buffer.getvalue())
    content[8:16] = struct.pack(">II", 30_000, 30_000)
    return bytes(content)


def _bmp_sizes() -> bytes:
    head = struct.pack("<IiiHHIIiiII", 40, 2**31 - 1, -(2**31) + 1, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 100, 0, 0, 54) + head


def _webp_sizes() -> bytes:
    canvas = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + b"\xff\xff\xff" * 2
    return b"RIFF" + struct.pack("<I", 4 + len(canvas)) + b"WEBP" + canvas


def _avif_sizes() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (64, 64), "red").save(buffer, "AVIF")
    content = bytearray(buffer.getvalue())
    at = content.index(b"ispe") + 8
    content[at : at + 8] = struct.pack(">II", 60_000, 60_000)
    return bytes(content)


def _heif_boxes() -> bytes:
    """Nest ten thousand boxes."""
    content = b""
    for _ in range(10_000):
        content = struct.pack(">I", len(content) + 8) + b"meta" + content
    return struct.pack(">I", 24) + b"ftypheic\0\0\0\0mif1heic" + content


def _drawing() -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><image href="file:///etc/passwd"/></svg>'


def _nothing_but_ones() -> bytes:
    return b"\xff" * 1_000_000


BOMBS: dict[str, Callable[[], bytes]] = {
    function.__name__.removeprefix("_"): function
    for function in (
        _many_pixels, _strip, _pixels_of_nothing, _profile_of_134_megabytes, _text_of_134_megabytes, _many_texts,
        _gif_canvas, _gif_of_frames, _tiff_sizes, _tiff_strips, _tiff_that_goes_round, _exif_that_goes_round,
        _exif_of_lies, _profile_of_tags, _xmp_of_laughs, _xmp_that_goes_deep, _jpeg_sizes, _jpeg_of_scans,
        _jpeg_2000_sizes, _bmp_sizes, _webp_sizes, _avif_sizes, _heif_boxes, _drawing, _nothing_but_ones,
    )
}  # fmt: skip
