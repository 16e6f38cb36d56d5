"""What a library can be filtered by; the number beside a filter is the number of photos it shows."""

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from desktop_app.library.catalog import Catalog
from desktop_app.library.catalog.facets import _MOST_CAMERAS
from desktop_app.library.media.metadata.metadata import Metadata
from desktop_app.library.photo import Counted, Facets, FolderFacet
from desktop_app.library.query.parse import parse
from tests.library.catalog.records import MODEL, record

CAMERAS = (None, "Canon EOS 7D", "Canon EOS 7D Mark II", "NIKON Z6")
FOLDERS = ("", "Trips", "Trips/Lisbon", "Trips/Lisbon/Day 1", "Work")
NAMES = ("a.jpg", "b.JPEG", "c.png", "d.heic", "e", "f.MP4", "g.m4v")


def photos_by(catalog: Catalog, key: str, value: str) -> int:
    """How many photos the grid shows when this is chosen."""
    return len(catalog.filters.usable_dated(parse(f'{key}:"{value}"').filters)[0])


def all_folders(folders: tuple[FolderFacet, ...]) -> list[FolderFacet]:
    return [found for one in folders for found in (one, *all_folders(one.folders))]


def check(catalog: Catalog, facets: Facets) -> None:
    for key, counts in (("camera", facets.cameras), ("type", facets.types), ("type", facets.videos)):
        assert {one.name: one.photos for one in counts} == {
            one.name: photos_by(catalog, key, one.name) for one in counts
        }
    for folder in all_folders(facets.folders):
        assert folder.photos == photos_by(catalog, "in", str(folder.path)), folder.path


@settings(max_examples=25)
@given(
    files=some.dictionaries(
        some.tuples(some.sampled_from(FOLDERS), some.sampled_from(NAMES)),
        some.one_of(some.none(), some.integers(0, 5)),
        max_size=16,
    )
)
def test_what_is_offered_is_what_is_shown(files: dict[tuple[str, str], int | None]) -> None:
    """Whatever lies where: each of equal files is a photo, and a file that cannot be read is none."""
    with tempfile.TemporaryDirectory() as base, Catalog(Path(base) / "catalog.db") as catalog:
        root = Path(base) / "photos"
        catalog.folders.add(root)
        catalog.photos.save(
            [
                record(root / folder / name, None, problem="broken")
                if content is None
                else record(
                    root / folder / name,
                    f"c{content}",
                    metadata=Metadata(camera=CAMERAS[content % len(CAMERAS)]),
                )
                for (folder, name), content in files.items()
            ],
            MODEL,
        )
        check(catalog, catalog.filters.facets())


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.db") as made:
        yield made


def test_facets_say_what_there_is(catalog: Catalog, tmp_path: Path) -> None:
    folder, other = tmp_path / "Trips", tmp_path / "Work"
    catalog.folders.add(folder)
    catalog.folders.add(other)
    canon = Metadata(taken_at=datetime(2012, 5, 1, 12), camera="Canon EOS 7D", latitude=1.0, longitude=2.0)
    nikon = Metadata(taken_at=datetime(2021, 5, 1, 12), camera="NIKON Z6", rating=3)
    catalog.photos.save(
        [
            record(folder / "a.JPG", "a", metadata=canon),
            record(folder / "Lisbon" / "b.jpeg", "b", metadata=canon),
            record(folder / "Lisbon" / "Belém" / "c.heic", "c", metadata=nikon),
            record(other / "d.jpg", None, problem="broken"),
        ],
        MODEL,
    )
    facets = catalog.filters.facets()
    assert facets.cameras == (Counted("Canon EOS 7D", 2), Counted("NIKON Z6", 1))
    assert facets.types == (Counted("jpg", 2), Counted("heic", 1))
    belem = FolderFacet(folder / "Lisbon" / "Belém", 1)
    lisbon = FolderFacet(folder / "Lisbon", 2, (belem,))
    assert facets.folders == (FolderFacet(folder, 3, (lisbon,)), FolderFacet(other, 0))
    assert facets.oldest == datetime(2012, 5, 1, 12)
    assert facets.newest is not None
    assert facets.newest >= datetime(2021, 5, 1, 12)
    assert (facets.has_places, facets.has_ratings) == (True, True)
    for value, count in (("Lisbon|Belém", 2), (str(folder / "Lisbon"), 2)):
        assert catalog.filters.kept(parse(f'in:"{value}"').filters).count == count


def test_an_empty_library_has_nothing_to_filter_by(catalog: Catalog) -> None:
    assert catalog.filters.facets() == Facets()


def test_a_clock_that_was_never_set_is_no_oldest_photo(catalog: Catalog, tmp_path: Path) -> None:
    catalog.folders.add(tmp_path)
    catalog.photos.save([record(tmp_path / "a.jpg", "a", taken_at=datetime(1, 1, 1))], MODEL)
    assert catalog.filters.facets().oldest is None


def test_each_of_equal_files_counts_where_it_lies(catalog: Catalog, tmp_path: Path) -> None:
    catalog.folders.add(tmp_path)
    for folder in ("2019", "2019/best", "2020"):
        catalog.photos.save(
            [record(tmp_path / folder / "a.jpg", "same"), record(tmp_path / folder / "b.png", "same")], MODEL
        )
    best = FolderFacet(tmp_path / "2019" / "best", 2)
    years = (FolderFacet(tmp_path / "2019", 4, (best,)), FolderFacet(tmp_path / "2020", 2))
    facets = catalog.filters.facets()
    assert facets.folders == (FolderFacet(tmp_path, 6, years),)
    assert facets.types == (Counted("jpg", 3), Counted("png", 3))


def test_the_camera_of_a_photo_that_is_gone_is_not_offered(catalog: Catalog, tmp_path: Path) -> None:
    catalog.folders.add(tmp_path)
    catalog.photos.save([record(tmp_path / "a.jpg", "a", metadata=Metadata(camera="NIKON Z6"))], MODEL)
    catalog.photos.remove([tmp_path / "a.jpg"])
    assert catalog.filters.facets().cameras == ()


def test_where_names_of_cameras_are_broken_each_counts_for_itself(catalog: Catalog, tmp_path: Path) -> None:
    catalog.folders.add(tmp_path)
    names = [f"no camera {number:03d}" for number in range(_MOST_CAMERAS)] + ["no camera"]
    catalog.photos.save(
        [record(tmp_path / f"{name}.jpg", name, metadata=Metadata(camera=name)) for name in names], MODEL
    )
    assert {one.photos for one in catalog.filters.facets().cameras} == {1}
