"""Frames between a decoder and the application: everything arrives as it was sent, and nonsense is not believed."""

import dataclasses
import io
import json
import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import cast

import pytest
from PIL import Image

from desktop_app.library.decoding.wire import Json, WireError, packed, read_frame, unpacked, write_frame
from desktop_app.library.media.metadata.metadata import Meaning, Metadata
from desktop_app.library.media.pictures.decode import Decoded, Frame
from desktop_app.library.photo import Precision

MOST = 2**20
SHOWN = Image.new("RGB", (6, 4), (200, 100, 50))
FULL = Metadata(
    taken_at=datetime(2020, 2, 29, 23, 59, 58),
    camera="Canon EOS “R5” 📷",
    latitude=-33.5,
    longitude=151.25,
    rating=-1,
    tags=("a tag", "ein Häuschen", ""),
    caption='said "\x1b[31m" \n',
    precision=Precision.MONTH,
    meaning=Meaning.CHANGED,
    lens="RF 24–105 mm",
    exposure="1/250 s",
    people=("Anna",),
    sources=(("taken_at", "exif"), ("tags", "xmp, iptc")),
)


def a_photo(metadata: Metadata = FULL, stored: Image.Image | None = None) -> Decoded:
    remark = "the end of the file is missing"
    return Decoded(SHOWN, stored or SHOWN, 6000, 4000, metadata, "ab" * 16, remark=remark)


def a_video() -> Decoded:
    frames = tuple(Frame(at_ms, Image.new("RGB", (6, 4), (at_ms, 0, 0))) for at_ms in (0, 40, 200))
    return replace(
        a_photo(stored=frames[1].picture), picture=frames[1].picture, duration_ms=250, frames=frames
    )


def sent(decoded: Decoded) -> tuple[Json, memoryview]:
    words, pixels = packed(decoded)
    stream = io.BytesIO()
    write_frame(stream, words, pixels)
    stream.seek(0)
    return read_frame(stream, MOST)


@pytest.mark.parametrize("metadata", [FULL, Metadata()])
@pytest.mark.parametrize("stored", [None, Image.new("RGB", (6, 4), (1, 2, 3))])
def test_a_photo_arrives_as_it_was_sent(metadata: Metadata, stored: Image.Image | None) -> None:
    decoded = a_photo(metadata, stored)
    arrived = unpacked(*sent(decoded))
    assert arrived == decoded
    assert arrived.metadata.sources == metadata.sources
    assert (arrived.stored is arrived.picture) == (stored is None)


def test_a_video_arrives_with_its_moments_and_is_known_by_one_of_them() -> None:
    video = a_video()
    arrived = unpacked(*sent(video))
    assert arrived == video
    assert [frame.picture is arrived.picture for frame in arrived.frames] == [False, True, False]


VIDEO_LIES: dict[str, Callable[[Json], object]] = {
    "moments of a photo": lambda words: _parts(words).update(duration_ms=None),
    "no moments": lambda words: _parts(words).update(frames=[]),
    "a negative length": lambda words: _parts(words).update(duration_ms=-1),
    "no length": lambda words: _parts(words).update(duration_ms="long"),
    "a moment before the beginning": lambda words: _frames(words)[0].update(at_ms=-1),
    "a moment twice": lambda words: _frames(words)[1].update(at_ms=0),
    "moments in disorder": lambda words: _frames(words).reverse(),
    "a moment without a time": lambda words: _frames(words)[0].pop("at_ms"),
    "a moment between two others": lambda words: _frames(words)[0].update(at_ms=0.5),
    "a moment without a picture": lambda words: _frames(words)[0].update(picture=9),
    "a moment that is none": lambda words: _parts(words).update(frames=[7]),
}


@pytest.mark.parametrize("lie", VIDEO_LIES)
def test_what_makes_no_sense_of_a_video_is_not_believed(lie: str) -> None:
    words, pixels = sent(a_video())
    with pytest.raises(WireError):
        unpacked(_with(VIDEO_LIES[lie])(words), pixels)


def test_the_sample_says_something_of_everything() -> None:
    """Else a part that does not arrive would not be noticed."""
    assert all(getattr(FULL, one.name) not in (None, ()) for one in dataclasses.fields(Metadata))


def test_half_a_sign_does_no_harm() -> None:
    arrived = unpacked(*sent(a_photo(replace(FULL, camera="half \ud800 sign"))))
    assert arrived.metadata.camera == "half ? sign"


def _with(change: Callable[[Json], object]) -> Callable[[Json], Json]:
    def changed(words: Json) -> Json:
        change(words)
        return words

    return changed


def _parts(words: Json) -> Json:
    return cast("Json", words["decoded"])


def _frames(words: Json) -> list[Json]:
    return cast("list[Json]", _parts(words)["frames"])


def _said(words: Json) -> Json:
    return cast("Json", _parts(words)["metadata"])


LIES: dict[str, Callable[[Json], object]] = {
    "another precision": lambda words: _said(words).update(precision="century"),
    "a precision that is a number": lambda words: _said(words).update(precision=1),
    "another meaning": lambda words: _said(words).update(meaning=99),
    "a meaning in words": lambda words: _said(words).update(meaning="taken"),
    "half a source": lambda words: _said(words).update(sources=[["tags", 7]]),
    "no photo": lambda words: words.pop("decoded"),
    "a list for a photo": lambda words: words.update(decoded=[]),
    "an endless remark": lambda words: _parts(words).update(remark="a" * 401),
    "a remark with signs for a terminal": lambda words: _parts(words).update(remark="\x1b[31m"),
    "an empty remark": lambda words: _parts(words).update(remark=""),
    "a number for a remark": lambda words: _parts(words).update(remark=7),
    "no sizes": lambda words: words.pop("sizes"),
    "no pictures": lambda words: words.update(sizes=[]),
    "many pictures": lambda words: words.update(sizes=[[1, 1]] * 72),
    "more pixels than there are": lambda words: words.update(sizes=[[6, 5]]),
    "fewer pixels than there are": lambda words: words.update(sizes=[[6, 3]]),
    "a negative size": lambda words: words.update(sizes=[[-6, -4]]),
    "no width": lambda words: words.update(sizes=[[0, 4]]),
    "a size of three": lambda words: words.update(sizes=[[6, 4, 1]]),
    "a size in words": lambda words: words.update(sizes=[["6", "4"]]),
    "a picture that is not there": lambda words: _parts(words).update(picture=7),
    "a picture before the first": lambda words: _parts(words).update(stored=-1),
    "a part too many": lambda words: _parts(words).update(more=1),
    "a part too few": lambda words: _parts(words).pop("pixels"),
    "a width in words": lambda words: _parts(words).update(width_px="6000"),
    "a width beyond all numbers": lambda words: _parts(words).update(width_px=10**30),
    "a truth for a number": lambda words: _parts(words).update(height_px=True),
    "a number for a text": lambda words: _parts(words).update(pixels=12),
    "nothing for a text": lambda words: _parts(words).update(pixels=None),
    "a date that is none": lambda words: _said(words).update(taken_at="tomorrow"),
    "no number for a place": lambda words: _said(words).update(latitude=float("nan")),
    "an endless place": lambda words: _said(words).update(longitude=float("inf")),
    "one text for many": lambda words: _said(words).update(tags="a tag"),
    "an object for a text": lambda words: _said(words).update(tags=[{"a": 1}]),
}


@pytest.mark.parametrize("lie", LIES)
def test_what_makes_no_sense_is_not_believed(lie: str) -> None:
    words, pixels = sent(a_photo())
    with pytest.raises(WireError):
        unpacked(_with(LIES[lie])(words), pixels)


@pytest.mark.parametrize(
    "frame",
    [
        struct.pack(">4sIQ", b"HTTP", 2, 0) + b"{}",
        struct.pack(">4sIQ", b"VDC1", 2**31, 0),
        struct.pack(">4sIQ", b"VDC1", 2, 2**62) + b"{}",
        struct.pack(">4sIQ", b"VDC1", 2, 0) + b"[]",
        struct.pack(">4sIQ", b"VDC1", 2, 0) + b"{{",
        struct.pack(">4sIQ", b"VDC1", 1, 0) + b"\xff",
        struct.pack(">4sIQ", b"VDC1", 200_000, 0) + b"[" * 200_000,
    ],
    ids=["another protocol", "endless words", "endless bytes", "no object", "no JSON", "no text", "deep"],
)
def test_what_is_no_frame_is_not_read(frame: bytes) -> None:
    with pytest.raises(WireError):
        read_frame(io.BytesIO(frame), MOST)


@pytest.mark.parametrize("length", [0, 3, 16, 40])
def test_a_frame_that_breaks_off_is_the_end(length: int) -> None:
    words, pixels = packed(a_photo())
    stream = io.BytesIO()
    write_frame(stream, words, pixels)
    with pytest.raises(EOFError):
        read_frame(io.BytesIO(stream.getvalue()[:length]), MOST)


def test_words_are_plain_json() -> None:
    """A pickle could do anything in the application; text cannot."""
    words, _ = packed(a_photo())
    assert json.loads(json.dumps(words)) == words
