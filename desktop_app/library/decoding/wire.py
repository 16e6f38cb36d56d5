"""What a decoder's process and the application say to each other, and how little of it is believed.

A decoder meets hostile files, so that the application takes nothing from it but numbers, plain text and pixels: a frame
is a length, a JSON object and raw bytes, and every value is held against the type that it should have. Nothing that
arrives is ever executed, as a pickle would be.
"""

import dataclasses
import enum
import functools
import json
import math
import mmap
import struct
import types
import typing
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from PIL import Image

from desktop_app.library.media.limits import pixel_limit
from desktop_app.library.media.pictures.decode import Decoded

Json = dict[str, object]
"""The words of a frame."""

WHOLE_PX = 1_000_000
"""Larger than any side of a photo: nothing is left out in decoding."""

MOST_MOMENTS_PX = 1024
"""Whoever needs more pixels than this on both sides looks at one moment of a video, and gets one."""

LONGEST_REASON = 400
"""Longer than any sentence on what is wrong with a file, in characters."""

# Of a photo that may be reduced, so much is left only if it is 250,000 pixels long and a few hundred wide.
_MOST_REDUCED_PIXELS = 2**27
_HEAD = struct.Struct(">4sIQ")
_MAGIC = b"VDC1"
# Tags, captions and the like; the longest text that a file's metadata may bring along is 1 MB of XMP.
_MOST_WORDS_BYTES = 8 * 2**20
_BYTES_PER_PIXEL = 3
_LARGE_BYTES = 4 * 2**20
_LARGEST_INTEGER = 2**62
# A photo for people and for the model, or the moments of a video, among them the one it is known by.
_MOST_PICTURES = 16


class WireError(Exception):
    """What arrived is no frame, or not what was to arrive."""


class Source(Protocol):
    """Something to read from, unbuffered: may give less than was asked for, and nothing at its end."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill a buffer from its beginning; return with how many bytes."""
        ...


class Sink(Protocol):
    """Something to write to, unbuffered: may take less than it was given."""

    def write(self, content: memoryview, /) -> int | None:
        """Write a beginning; return how many bytes that was."""
        ...


def write_frame(sink: Sink, words: Json, payload: Sequence[bytes] = ()) -> None:
    """Write one frame.

    Raises:
        OSError: The other end is gone.
    """
    text = json.dumps(words).encode()
    head = _HEAD.pack(_MAGIC, len(text), sum(len(piece) for piece in payload))
    for piece in (head + text, *payload):
        rest = memoryview(piece)
        while rest:
            rest = rest[sink.write(rest) or 0 :]


def read_frame(source: Source, most_bytes: int) -> tuple[Json, memoryview]:
    """Read one frame: its words and its bytes.

    Args:
        source: Where from; waits until all is there.
        most_bytes: How long its bytes may be; no memory is taken for more.

    Raises:
        EOFError: The other end is gone, before the frame or in the middle of it.
        WireError: It is no frame.
        OSError: It cannot be read.
    """
    magic, words_bytes, payload_bytes = _HEAD.unpack(_exactly(source, _HEAD.size))
    if magic != _MAGIC or words_bytes > _MOST_WORDS_BYTES or payload_bytes > most_bytes:
        raise WireError("not a frame, or too long")
    try:
        words = json.loads(bytes(_exactly(source, words_bytes)))
    except (ValueError, RecursionError) as error:
        raise WireError("its words are not JSON") from error
    if not isinstance(words, dict):
        raise WireError("its words are no object")
    return words, _exactly(source, payload_bytes)


def most_pixels(least_px: int) -> int:
    """Return how many pixels a picture may have that is sent, when both its sides need `least_px`."""
    return pixel_limit() if least_px >= WHOLE_PX else min(pixel_limit(), _MOST_REDUCED_PIXELS)


def packed(decoded: Decoded) -> tuple[Json, list[bytes]]:
    """Return a decoded photo as words and pixels."""
    pictures: list[Image.Image] = []
    words: Json = {"decoded": _said(decoded, pictures)}
    words["sizes"] = [list(picture.size) for picture in pictures]
    return words, [picture.tobytes() for picture in pictures]


def unpacked(words: Json, payload: memoryview) -> Decoded:
    """Return a decoded photo from words and pixels.

    Raises:
        WireError: They do not describe one.
    """
    pictures = _pictures(words.get("sizes"), payload)
    decoded = _heard(Decoded, words.get("decoded"), pictures)
    if not isinstance(decoded, Decoded):
        raise WireError("no decoded photo")
    _check_moments(decoded)
    _check_remark(decoded.remark)
    return decoded


def integer_of(value: object) -> int:
    """Return an integer that fits into 8 bytes.

    Raises:
        WireError: It is none.
    """
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _LARGEST_INTEGER:
        raise WireError("no integer")
    return value


def text_of(value: object) -> str:
    """Return a text that can be stored and shown.

    Raises:
        WireError: It is none.
    """
    if not isinstance(value, str):
        raise WireError("no text")
    # Half signs, which JSON can say, fit into no file and no database.
    return value.encode("utf-8", "replace").decode("utf-8")


def _check_moments(decoded: Decoded) -> None:
    times = [frame.at_ms for frame in decoded.frames]
    if times != sorted({*times}) or min(times, default=0) < 0 or (decoded.duration_ms or 0) < 0:
        raise WireError("no moments of a video")
    if bool(times) != (decoded.duration_ms is not None):
        raise WireError("moments of a photo, or none of a video")


def _check_remark(remark: str | None) -> None:
    if remark is not None and not (0 < len(remark) <= LONGEST_REASON and remark.isprintable()):
        raise WireError("no remark")


def _exactly(source: Source, count: int) -> memoryview:
    # Of the system's own pages: to write zeros into 72 MB of a whole photo would keep all threads waiting for 25 ms, where
    # pages come empty, one by one while they are filled.
    whole = memoryview(mmap.mmap(-1, count) if count > _LARGE_BYTES else bytearray(count))
    rest = whole
    while rest:
        got = source.readinto(rest)
        if not got:
            raise EOFError
        rest = rest[got:]
    return whole


def _pictures(sizes: object, payload: memoryview) -> list[Image.Image]:
    """Cut the pixels of RGB pictures of these sizes out of what follows each other without a gap."""
    pictures = []
    for width, height in _sizes(sizes):
        length = width * height * _BYTES_PER_PIXEL
        if width < 1 or height < 1 or length > len(payload):
            raise WireError("a picture's size does not fit its pixels")
        # Its stub names fewer kinds of buffers than it takes.
        pixels = typing.cast("bytes", payload[:length])
        pictures.append(Image.frombytes("RGB", (width, height), pixels))
        payload = payload[length:]
    if payload:
        raise WireError("there are more pixels than pictures")
    return pictures


def _sizes(sizes: object) -> list[tuple[int, int]]:
    if not isinstance(sizes, list) or len(sizes) > _MOST_PICTURES:
        raise WireError("no list of sizes")
    pairs = [
        (integer_of(size[0]), integer_of(size[1]))
        for size in sizes
        if isinstance(size, list) and len(size) == 2
    ]
    if len(pairs) != len(sizes):
        raise WireError("no sizes")
    return pairs


def _said(value: object, pictures: list[Image.Image]) -> object:
    """Return a value as JSON can say it; pictures are put aside and named by their number."""
    if isinstance(value, Image.Image):
        if not any(value is known for known in pictures):
            pictures.append(value)
        return next(number for number, known in enumerate(pictures) if known is value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _said(getattr(value, field.name), pictures) for field in dataclasses.fields(value)
        }
    if isinstance(value, tuple):
        return [_said(part, pictures) for part in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _heard(kind: object, value: object, pictures: Sequence[Image.Image]) -> object:
    """Return what JSON says of a value of this type.

    Raises:
        WireError: It is of another type.
    """
    if kind is Image.Image:
        return _picture(integer_of(value), pictures)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _heard_parts(kind, value, pictures)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return _named(kind, value)
    if isinstance(kind, types.UnionType):
        # Of unions, only "this or nothing" occurs.
        (meant,) = (option for option in typing.get_args(kind) if option is not types.NoneType)
        return None if value is None else _heard(meant, value, pictures)
    if typing.get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise WireError("no list")
        return tuple(_heard(typing.get_args(kind)[0], part, pictures) for part in value)
    return _SIMPLE[kind](value)


def _heard_parts(kind: type, value: object, pictures: Sequence[Image.Image]) -> object:
    kinds = _kinds_of(kind)
    if not isinstance(value, dict) or set(value) != set(kinds):
        raise WireError(f"a {kind.__name__} of other parts")
    return kind(**{name: _heard(part, value[name], pictures) for name, part in kinds.items()})


@functools.cache
def _kinds_of(kind: type) -> dict[str, object]:
    return dict(typing.get_type_hints(kind))


def _picture(number: int, pictures: Sequence[Image.Image]) -> Image.Image:
    if not 0 <= number < len(pictures):
        raise WireError("no such picture")
    return pictures[number]


def _number(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise WireError("no number")
    return float(value)


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise WireError("neither true nor false")
    return value


def _named(kind: type[enum.Enum], value: object) -> enum.Enum:
    # An enumeration of numbers would take a truth or a fraction for one of them.
    said = integer_of(value) if issubclass(kind, int) else text_of(value)
    try:
        return kind(said)
    except ValueError as error:
        raise WireError(f"no {kind.__name__}") from error


def _moment(value: object) -> datetime:
    try:
        return datetime.fromisoformat(text_of(value))
    except ValueError as error:
        raise WireError("no date") from error


_SIMPLE: dict[object, Callable[[object], object]] = {
    bool: _truth,
    int: integer_of,
    float: _number,
    str: text_of,
    datetime: _moment,
}
