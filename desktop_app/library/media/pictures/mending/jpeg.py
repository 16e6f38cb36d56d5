"""Mends JPEGs that end too early (ITU-T T.81, annex B): gives them an end, and finds out how much of them is there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from PIL import Image

from desktop_app.library.media.pictures.mending.mended import Mended
from desktop_app.library.media.pictures.remarks import DETAIL_MISSING, END_MISSING

# Markers that end a stretch of JPEG data: not a stuffed FF00, not a restart, not fill bytes.
_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd8\xff]", re.DOTALL)
_START, _END = b"\xff\xd8\xff", b"\xff\xd9"
_END_OF_IMAGE, _START_OF_SCAN = 0xD9, 0xDA
_PROGRESSIVE = {0xC2, 0xC6, 0xCA, 0xCE}
_LAST_COEFFICIENT = 63
# A failing disk or an interrupted copy leaves whole sectors of zeros.
_SECTOR_BYTES = 512
# What libjpeg makes of pixels that never came: all coefficients zero.
_GREY, _NEAR = 128, 2
# In so many steps it is looked where they begin.
_STEPS = 100


@dataclass(slots=True)
class _Structure:
    """What was found on the walk over the segments of a JPEG.

    Attributes:
        has_end: Whether the end marker is there.
        cut: Where the last whole segment, or the pixels, end.
        is_progressive: Whether later scans only add detail to earlier ones.
        has_pixels: Whether at least one scan has begun.
        levels: Of each component, how exactly its last coefficient came so far: 0 for all its bits.
    """

    has_end: bool = False
    cut: int = 0
    is_progressive: bool = False
    has_pixels: bool = False
    levels: dict[int, int | None] = field(default_factory=dict)


def has_end(content: bytes) -> bool:
    """Tell whether the first JPEG in these bytes has its end marker."""
    return _walked(content).has_end


def mended_jpeg(content: bytes) -> Iterator[Mended]:
    """Yield a JPEG without its end with one; nothing for any other file, and for one without pixels."""
    if not content.startswith(_START):
        return
    there = content.rstrip(b"\x00")
    content = there if len(content) - len(there) >= _SECTOR_BYTES else content
    structure = _walked(content)
    if structure.has_end or not structure.has_pixels:
        return
    levels = structure.levels.values()
    if structure.is_progressive and None in levels:
        # Some blocks of colour everywhere, and nothing of what they show.
        return
    lacks_detail = structure.is_progressive and any(levels)
    remark = DETAIL_MISSING if lacks_detail else END_MISSING
    yield Mended(content[: structure.cut] + _END, remark, _missing)


def _walked(content: bytes) -> _Structure:
    found = _Structure()
    at = 2
    while segment := _MARKER.search(content, at):
        marker, start = content[segment.start() + 1], segment.end()
        if marker == _END_OF_IMAGE:
            found.has_end = True
            return found
        at = start + max(2, int.from_bytes(content[start : start + 2], "big"))
        if at > len(content) or start + 2 > len(content):
            found.cut = segment.start()
            return found
        _note(found, marker, content[start + 2 : at])
    found.cut = len(content)
    return found


def _note(found: _Structure, marker: int, body: bytes) -> None:
    if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
        found.is_progressive = marker in _PROGRESSIVE
        found.levels = dict.fromkeys(body[6::3])
    if marker == _START_OF_SCAN and len(body) >= 4:
        found.has_pixels = True
        last, level = body[-2], body[-1] & 0x0F
        if last == _LAST_COEFFICIENT:
            found.levels.update(dict.fromkeys(body[1:-3:2], level))


def _missing(image: Image.Image) -> float:
    """Return how much of a picture libjpeg had to fill up with grey: the lower part, to a hundredth."""
    width, height = image.size
    if not _is_grey(image, (width - 1, height - 1, width, height)):
        return 0.0
    step = max(1, height // _STEPS)
    top = height
    while top > 0 and _is_grey(image, (0, max(0, top - step), width, top)):
        top = max(0, top - step)
    # The last pixel is missing, and perhaps little more.
    return max((height - top) / height, 0.5 / height)


def _is_grey(image: Image.Image, box: tuple[int, int, int, int]) -> bool:
    part = image.crop(box)
    return all(
        sum(channel.histogram()[_GREY - _NEAR : _GREY + _NEAR + 1]) == part.width * part.height
        for channel in part.split()
    )
