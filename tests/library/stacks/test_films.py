"""Videos among what is shown as one: by what all their moments show, never by one of them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.library.catalog import FrameRecord
from desktop_app.library.stacks import measure as measure_module
from tests.library.catalog.records import MODEL, record, unit
from tests.library.media.test_looks import scene
from tests.library.stacks.test_grouping import Photos
from tests.library.stacks.test_keeper import Library, hash_of

LOOK = 0x1234_5678_9ABC


@pytest.fixture
def library(tmp_path: Path):
    made = Library(tmp_path)
    yield made
    made.catalog.close()


def add_film(library: Library, name: str, length_ms: int, seeds: Sequence[int]) -> None:
    """A video that begins like all others, whose further moments depend on the seeds alone."""
    frames = tuple(FrameRecord(1000 * (at + 1), unit(seed)) for at, seed in enumerate(seeds))
    one = record(library.folder / name, hash_of(name), vector=unit(1))
    library.catalog.photos.save(
        [replace(one, look=LOOK, duration_ms=length_ms, poster_ms=0, frames=frames)], MODEL
    )
    library.thumbnails.write(hash_of(name), scene(1))


@pytest.mark.parametrize("follows", [False, True])
def test_talks_that_begin_with_one_title_are_shown_by_themselves(
    library: Library, monkeypatch: pytest.MonkeyPatch, *, follows: bool
) -> None:
    monkeypatch.setattr(measure_module, "_LEAST_PHOTOS", 0)
    monkeypatch.setattr(measure_module, "_SHARE", 0)
    add_film(library, "talk_1.mp4", 9_000, (2, 3))
    add_film(library, "talk_2.mp4", 9_000, (4, 5))
    if follows:
        library.work()
    add_film(library, "copy.mp4", 9_040, (4, 5))
    library.work()
    assert library.stacks() == [{"talk_2.mp4", "copy.mp4"}]


@pytest.mark.parametrize(
    ("length_ms", "cosines", "is_one"),
    [
        (20_200, (0.99, 0.98, 0.99), True),
        # A title before another talk.
        (20_000, (0.99, 0.0, 0.0), False),
        # A part of it.
        (12_000, (0.99, 0.98, 0.99), False),
    ],
)
def test_a_copy_of_a_video_is_the_same_in_all_its_moments(
    length_ms: int, cosines: tuple[float, ...], *, is_one: bool
) -> None:
    photos = Photos()
    video = photos.add()
    copy = photos.add(video, bits=2, cosine=0.99)
    photos.film(video, 20_000, (0.0, 0.0, 0.0))
    photos.film(copy, length_ms, cosines, video)
    assert photos.stacks() == ([{video, copy}] if is_one else [])


def test_a_photo_and_a_video_are_never_one() -> None:
    photos = Photos()
    photo = photos.add(taken_at=1_000, camera=1)
    video = photos.add(photo, bits=1, cosine=0.99, taken_at=1_001, camera=1)
    photos.film(video, 9_000, (0.0,))
    another = photos.add(video, bits=30, cosine=0.99, taken_at=1_002, camera=1)
    assert photos.stacks() == [{photo, another}]


def test_videos_are_no_burst() -> None:
    photos = Photos()
    first = photos.add(taken_at=1_000, camera=1)
    second = photos.add(first, cosine=0.99, taken_at=1_002, camera=1)
    photos.film(first, 9_000, (0.0,))
    photos.film(second, 9_000, (0.99,), first)
    assert photos.stacks() == []


def test_videos_whose_moments_have_no_vectors_yet_are_not_one() -> None:
    photos = Photos()
    video = photos.add()
    copy = photos.add(video, bits=0, cosine=0.99)
    photos.film(video, 9_000, (0.0,))
    photos.film(copy, 9_000, (0.99,), video)
    assert photos.stacks() == [{video, copy}]
    photos.vectors[-1] = None
    assert photos.stacks() == []
