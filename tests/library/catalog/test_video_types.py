"""Videos among photos: what `type:` keeps of them, and what there is to choose from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.library.catalog import Catalog
from desktop_app.library.media.formats import SUFFIXES, VIDEO_SUFFIXES
from desktop_app.library.photo import Counted
from desktop_app.library.query.filters import is_video_type, type_of
from desktop_app.library.query.parse import parse
from tests.library.catalog.records import MODEL, record

NAMES = ("sea.jpg", "clip.MP4", "old.mov", "mp4.png", "film.m4v", "broken.webm")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.db") as made:
        made.folders.add(tmp_path / "Trips")
        made.photos.save(
            [
                record(tmp_path / "Trips" / name, None if "broken" in name else name, problem="cut short" if "broken" in name else None)
                for name in NAMES
            ],
            MODEL,
        )  # fmt: skip
        yield made


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("type:video", {"clip.MP4", "old.mov", "film.m4v", "broken.webm"}),
        ("type:photo", {"sea.jpg", "mp4.png"}),
        ("-type:video", {"sea.jpg", "mp4.png"}),
        ("-type:photo", {"clip.MP4", "old.mov", "film.m4v", "broken.webm"}),
        ("type:photo,mov", {"sea.jpg", "mp4.png", "old.mov"}),
        ("type:m4v", {"clip.MP4", "film.m4v"}),
        ("type:photo,video", set(NAMES)),
    ],
)
def test_types_tell_videos_from_photos(catalog: Catalog, text: str, kept: set[str]) -> None:
    query = parse(text)
    assert not query.problems
    photos = catalog.photos.of_ids(catalog.filters.kept_by_date(query.filters), MODEL)
    assert {photo.name for photo in photos} == kept


def test_videos_are_offered_beside_the_types_of_photos(catalog: Catalog) -> None:
    facets = catalog.filters.facets()
    assert facets.types == (Counted("jpg", 1), Counted("png", 1))
    # One that cannot be used is none of the photos by date, and is not offered either.
    assert facets.videos == (Counted("mp4", 2), Counted("mov", 1))


@pytest.mark.parametrize("suffix", sorted(SUFFIXES | VIDEO_SUFFIXES))
def test_every_ending_has_a_type_that_says_whether_it_is_a_video(suffix: str) -> None:
    name = type_of(suffix[1:])
    if name is not None:
        assert is_video_type(name) is (suffix in VIDEO_SUFFIXES)
    else:
        assert suffix not in VIDEO_SUFFIXES


def test_an_unknown_type_is_told_of_videos_too() -> None:
    (problem,) = parse("type:vidoe").problems
    assert "photo, video, jpg" in problem.sentence
