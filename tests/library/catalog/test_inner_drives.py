"""Photos on drives that were mounted inside a chosen folder: offline with the drive, and named after it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.library.catalog import Catalog, InnerDrive
from desktop_app.library.photo import Photo
from desktop_app.library.query.parse import parse
from tests.library.catalog.records import MODEL, record, unit

HOME = Path("/home/me/photos") if os.name == "posix" else Path("E:/photos")
STICK = HOME / "stick"
AWAY = InnerDrive(STICK, "uuid:t7", "T7 Shield", 1_795_000_000)
HERE = InnerDrive(STICK, "uuid:t7", "T7 Shield")
# Beside the mount point, with a name that begins as its own.
NEIGHBOUR = HOME / "stick 2" / "d.jpg"


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(HOME)
        paths = (HOME / "a.jpg", STICK / "b.jpg", STICK / "rome" / "c.jpg", NEIGHBOUR)
        catalog.photos.save([record(path, path.name, vector=unit(n)) for n, path in enumerate(paths)], MODEL)
        yield catalog


def photo(catalog: Catalog, path: Path) -> Photo:
    found = catalog.photos.at(path, MODEL)
    assert found is not None
    return found


def offline(catalog: Catalog) -> set[str]:
    """Return the names of photos that are offline, asked one by one; a filter must say the same."""
    photos = catalog.photos.of_ids(catalog.photos.ids_by_date(), MODEL)
    filtered = catalog.filters.kept_by_date(parse("is:offline").filters)
    assert {one.id for one in photos if one.offline} == set(filtered)
    return {one.path.name for one in photos if one.offline}


def test_photos_of_a_missing_drive_are_offline_and_say_its_name(catalog: Catalog) -> None:
    assert offline(catalog) == set()
    catalog.drives.set_mounted_inside([AWAY])
    assert offline(catalog) == {"b.jpg", "c.jpg"}
    assert photo(catalog, STICK / "rome" / "c.jpg").drive == "T7 Shield"
    assert photo(catalog, NEIGHBOUR).drive == ""
    assert catalog.drives.offline_inside() == {HOME: 2}
    assert catalog.drives.hashes_offline() == {"b.jpg", "c.jpg"}
    catalog.drives.set_mounted_inside([HERE])
    assert offline(catalog) == set()
    assert catalog.drives.offline_inside() == {}
    assert catalog.drives.hashes_offline() == set()


def test_a_missing_folder_counts_its_photos_by_itself(catalog: Catalog) -> None:
    catalog.drives.set_mounted_inside([AWAY])
    catalog.drives.set_offline(HOME, 1_795_000_000)
    assert catalog.drives.offline_inside() == {}
    assert len(offline(catalog)) == 4


def test_of_equal_files_one_that_is_there_is_the_photo(catalog: Catalog) -> None:
    catalog.photos.save([record(HOME / "copy.jpg", "b.jpg", vector=unit(1))], MODEL)
    for drive, name in ((HERE, "b.jpg"), (AWAY, "copy.jpg")):
        catalog.drives.set_mounted_inside([drive])
        shown = {
            one.path.name: one.offline for one in catalog.photos.of_ids(catalog.photos.ids_by_date(), MODEL)
        }
        assert shown[name] is False
        assert len(shown) == 5
    assert catalog.drives.hashes_offline() == {"c.jpg"}


def test_what_is_remembered_moves_with_the_folder(catalog: Catalog) -> None:
    new = HOME.with_name("pictures")
    catalog.drives.set_mounted_inside([AWAY])
    catalog.folders.move(HOME, new)
    assert [one.place for one in catalog.drives.mounted_inside()] == [new / "stick"]
    assert offline(catalog) == {"b.jpg", "c.jpg"}


def test_a_missing_drive_without_photos_is_forgotten(catalog: Catalog) -> None:
    empty = InnerDrive(HOME / "cd", "uuid:cd", "CD", 5)
    catalog.drives.set_mounted_inside([AWAY, empty])
    assert catalog.drives.mounted_inside() == [AWAY]
    catalog.drives.set_mounted_inside([InnerDrive(HOME / "cd", "uuid:cd", "CD")])
    assert [one.drive for one in catalog.drives.mounted_inside()] == ["CD"]


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such names")
def test_a_place_whose_name_is_no_text_is_remembered(catalog: Catalog) -> None:
    place = HOME / os.fsdecode(b"\xff stick")
    catalog.photos.save([record(place / "e.jpg", "e", vector=unit(7))], MODEL)
    catalog.drives.set_mounted_inside([InnerDrive(place, "uuid:x", "X", 5)])
    assert [one.place for one in catalog.drives.mounted_inside()] == [place]
    assert offline(catalog) == {"e.jpg"}


@pytest.mark.skipif(os.name != "posix", reason="the old catalogue holds POSIX paths")
def test_what_version_3_had_noted_is_known_still(tmp_path: Path) -> None:
    database = tmp_path / "old.db"
    with closing(sqlite3.connect(database)) as connection:
        fixture = Path(__file__).parent / "fixtures" / "catalog_v3.sql"
        connection.executescript(fixture.read_text(encoding="utf-8"))
        connection.execute("INSERT INTO note VALUES ('drives inside /photos', '{\"trips/t7\": \"uuid:t7\"}')")
        # As a damaged catalogue may have it.
        connection.execute("INSERT INTO note VALUES ('drives inside /other', '{\"tr')")
        connection.commit()
    with Catalog(database) as catalog:
        assert catalog.drives.mounted_inside() == [InnerDrive(Path("/photos/trips/t7"), "uuid:t7")]
        assert catalog.notes.get("drives inside /photos") is None
