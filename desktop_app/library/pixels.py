"""What makes two files the same picture although their bytes differ: a hash of the pixels as they are stored.

Programs that write a rating, a tag or an orientation into a photo change its bytes and leave its pixels alone. JPEG,
PNG and WebP keep coded pixels apart from everything else, so that these are hashed as they are in the file; of other
formats the decoded pixels are hashed. The layouts are those of ITU-T T.81 (annex B), PNG (third edition, section 5)
and RFC 9649.
"""

import struct
from collections.abc import Iterator

import xxhash
from PIL import Image

_JPEG, _PNG, _RIFF = b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"RIFF"
_END_OF_IMAGE, _START_OF_SCAN = 0xD9, 0xDA
# Markers without a length: TEM and RST0 to RST7.
_BARE = {0x01, *range(0xD0, 0xD8)}
# APP0 to APP15 and COM hold words about the picture; but APP14 (Adobe) says how its colours are stored.
_ABOUT = ({*range(0xE0, 0xF0)} - {0xEE}) | {0xFE}
_PNG_PIXELS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"acTL", b"fcTL", b"fdAT"}
_WEBP_PIXELS = {b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"}


def pixels_of(content: bytes, image: Image.Image) -> str:
    """Return the identity of a picture's pixels: 32 hexadecimal digits (XXH3, 128 bits).

    Equal for files that differ only in metadata, orientation included. Nothing else is promised: the same picture saved
    twice may have two.

    Args:
        content: The whole file.
        image: The same, opened; loaded, and not yet turned, unless the file is a JPEG, PNG or WebP.
    """
    digest = xxhash.xxh3_128()
    pieces = _coded(content)
    if pieces:
        for piece in pieces:
            digest.update(piece)
    else:
        digest.update(f"{image.mode} {image.size}".encode())
        digest.update(image.tobytes())
    return digest.hexdigest()


def _coded(content: bytes) -> list[memoryview]:
    """Return the parts of a file that say what its pixels are; none for a file that has no such parts."""
    view = memoryview(content)
    try:
        if content.startswith(_JPEG):
            return list(_of_jpeg(view, content))
        if content.startswith(_PNG):
            return list(_of_png(view))
        if content.startswith(_RIFF):
            return list(_of_webp(view))
    except struct.error:
        # Cut short in the middle of a length; what could be decoded of it is hashed instead.
        return []
    return []


def _of_jpeg(view: memoryview, content: bytes) -> Iterator[memoryview]:
    """Yield the segments and scans up to the end of the first picture; what follows it is a film or a preview."""
    at = len(_JPEG)
    while at + 4 <= len(view) and view[at] == 0xFF:
        marker = view[at + 1]
        if marker == 0xFF or marker in _BARE:
            at += 1 if marker == 0xFF else 2
            continue
        if marker == _END_OF_IMAGE:
            return
        (size,) = struct.unpack_from(">H", view, at + 2)
        end = at + 2 + size
        if marker == _START_OF_SCAN:
            end = _end_of_scan(content, end)
        if marker not in _ABOUT:
            yield view[at:end]
        at = end


def _end_of_scan(content: bytes, at: int) -> int:
    """Return where the next segment begins: in a scan, 0xFF is followed by 0 or by the number of a restart."""
    while (at := content.find(b"\xff", at)) != -1 and at + 1 < len(content):
        follower = content[at + 1]
        if follower != 0 and follower not in _BARE and follower != 0xFF:
            return at
        at += 1 if follower == 0xFF else 2
    return len(content)


def _of_png(view: memoryview) -> Iterator[memoryview]:
    at = len(_PNG)
    while at + 12 <= len(view):
        size, kind = struct.unpack_from(">I4s", view, at)
        if kind in _PNG_PIXELS:
            # Its checksum follows from it, and would tell a repaired file from a broken one.
            yield view[at + 4 : at + 8 + size]
        at += 12 + size


def _of_webp(view: memoryview) -> Iterator[memoryview]:
    at = 12
    while at + 8 <= len(view):
        kind, size = struct.unpack_from("<4sI", view, at)
        if kind in _WEBP_PIXELS:
            yield view[at : at + 8 + size]
        at += 8 + size + size % 2
