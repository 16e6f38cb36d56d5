"""Chosen folders that move with their drives, and folders that are forgotten."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.library.catalog import Catalog, ChosenFolder, Counts
from desktop_app.library.query.parse import parse
from tests.library.catalog.records import MODEL, record, unit

HOME = Path("/media/t7/photos") if os.name == "posix" else Path("E:/photos")
NEW = Path("/mnt/t7/photos") if os.name == "posix" else Path("F:/photos")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.db") as catalog:
        yield catalog


def fill(catalog: Catalog, folder: Path, *names: str) -> None:
    hashes = [name.encode("utf-8", "surrogateescape").hex() for name in names]
    catalog.photos.save(
        [record(folder / name, hashes[n], vector=unit(n)) for n, name in enumerate(names)], MODEL
    )


def found(catalog: Catalog, text: str) -> list[Path]:
    return [photo.path for photo in catalog.words.find(text, 9, MODEL)]


def forget_outbox(catalog: Catalog) -> None:
    rows = catalog.vectors.outbox(MODEL, 1000)
    catalog.vectors.outbox_done(MODEL, up_to=rows[-1].seq)


def test_a_folder_moves_with_all_its_photos_and_nothing_has_to_be_read(catalog: Catalog) -> None:
    catalog.folders.add(HOME)
    odd = os.fsdecode(b"\xff caf\xc3\xa9.jpg") if os.name == "posix" else "café.jpg"
    fill(catalog, HOME, "a.jpg", "rome/b.jpg", odd)
    ids = catalog.photos.ids_by_date()
    forget_outbox(catalog)
    known = catalog.known.files(HOME)
    catalog.folders.move(HOME, NEW)
    assert catalog.folders.paths() == [NEW]
    assert catalog.known.files(NEW) == {NEW / path.relative_to(HOME): stamp for path, stamp in known.items()}
    assert catalog.known.files(HOME) == {}
    assert catalog.photos.ids_by_date() == ids
    assert found(catalog, "photos rome") == [NEW / "rome" / "b.jpg"]
    assert catalog.vectors.outbox(MODEL, 10) == []
    assert catalog.check() == []


def test_the_name_of_a_folder_that_moved_is_a_word_of_its_photos(catalog: Catalog) -> None:
    catalog.folders.add(HOME)
    fill(catalog, HOME, "a.jpg")
    other = NEW.with_name("holidays")
    catalog.folders.move(HOME, other)
    assert found(catalog, "photos") == []
    assert found(catalog, "holidays") == [other / "a.jpg"]


@pytest.mark.parametrize(("old", "new"), [("a", "a/a"), ("a/a", "a")])
def test_a_folder_can_move_into_or_out_of_its_own_place(catalog: Catalog, old: str, new: str) -> None:
    before, after = HOME / old, HOME / new
    catalog.folders.add(before)
    fill(catalog, before, "x.jpg", "a/x.jpg", "a/a/x.jpg")
    catalog.folders.move(before, after)
    assert set(catalog.known.files(HOME)) == {after / name for name in ("x.jpg", "a/x.jpg", "a/a/x.jpg")}


@pytest.mark.skipif(os.name != "posix", reason="other roots there")
def test_a_drive_as_a_whole_can_move(catalog: Catalog) -> None:
    catalog.folders.add(Path("/"))
    fill(catalog, Path("/"), "a.jpg", "rome/b.jpg")
    catalog.folders.move(Path("/"), HOME)
    assert set(catalog.known.files(HOME)) == {HOME / "a.jpg", HOME / "rome" / "b.jpg"}
    catalog.folders.move(HOME, Path("/"))
    assert set(catalog.known.files(Path("/"))) == {Path("/a.jpg"), Path("/rome/b.jpg")}


def test_a_folder_chosen_at_the_new_place_becomes_one_with_it(catalog: Catalog) -> None:
    catalog.folders.add(HOME)
    catalog.folders.add(NEW)
    fill(catalog, HOME, "a.jpg", "b.jpg")
    fill(catalog, NEW, "b.jpg", "c.jpg")
    catalog.folders.move(HOME, NEW)
    assert catalog.folders.counts(MODEL) == {NEW: Counts(3, 3, 0, 0)}
    assert catalog.check() == []


def test_folders_chosen_inside_keep_their_own_places(catalog: Catalog) -> None:
    catalog.folders.add(HOME)
    catalog.folders.add(HOME / "other drive")
    catalog.folders.add(NEW / "rome")
    fill(catalog, HOME, "a.jpg", "rome/b.jpg", "other drive/c.jpg")
    catalog.folders.move(HOME, NEW)
    counts = {folder: one.photos for folder, one in catalog.folders.counts(MODEL).items()}
    assert counts == {NEW: 2, HOME / "other drive": 1, NEW / "rome": 1}


def test_a_forgotten_folder_is_gone_with_its_photos_and_what_was_read_stays(catalog: Catalog) -> None:
    catalog.folders.add(HOME)
    fill(catalog, HOME, "a.jpg", "b.jpg")
    assert catalog.folders.forget(HOME) == 2
    assert catalog.folders.paths() == []
    assert catalog.photos.counts(MODEL).photos == 0
    assert catalog.vectors.has(b"a.jpg".hex(), MODEL)
    assert catalog.folders.forget(HOME) == 0


def test_of_folders_inside_each_other_the_outer_one_keeps_what_is_there(catalog: Catalog) -> None:
    for since, left in ((None, 2), (1_700_000_000, 1)):
        catalog.folders.add(HOME)
        catalog.folders.add(HOME / "stick")
        fill(catalog, HOME, "a.jpg", "stick/b.jpg")
        catalog.drives.set_offline(HOME / "stick", since)
        catalog.folders.forget(HOME / "stick")
        assert catalog.photos.counts(MODEL).photos == left


def test_what_is_known_of_a_drive_is_remembered(catalog: Catalog) -> None:
    catalog.folders.add(HOME)
    fill(catalog, HOME, "a.jpg")
    catalog.drives.set_drive(HOME, "uuid:1", "T7", Path("photos"))
    catalog.drives.set_offline(HOME, 1_700_000_000)
    assert catalog.drives.chosen() == [ChosenFolder(HOME, "uuid:1", "T7", Path("photos"), 1_700_000_000, 1)]
    assert catalog.drives.volumes_offline() == {"uuid:1"}
    (photo,) = catalog.photos.of_ids(catalog.photos.ids_by_date(), MODEL)
    assert (photo.offline, photo.drive) == (True, "T7")
    catalog.drives.set_offline(HOME, None)
    assert catalog.drives.volumes_offline() == set()


def test_a_sample_is_spread_over_the_folder(catalog: Catalog) -> None:
    catalog.folders.add(HOME)
    fill(catalog, HOME, *(f"{n:03d}.jpg" for n in range(100)))
    sample = sorted(catalog.known.sample(HOME, 20))
    assert len(sample) == 20
    assert (sample[0], sample[-1]) == (Path("000.jpg"), Path("095.jpg"))
    assert len(catalog.known.sample(HOME, 500)) == 100
    assert catalog.known.sample(NEW, 20) == {}


def test_of_equal_files_one_that_is_there_is_the_photo(catalog: Catalog) -> None:
    catalog.folders.add(HOME)
    catalog.folders.add(NEW)
    fill(catalog, HOME, "same.jpg")
    fill(catalog, NEW, "same.jpg")
    content = catalog.vectors.live_ids(MODEL).tolist()[0]
    for since, folder in ((None, HOME), (1_700_000_000, NEW), (None, HOME)):
        catalog.drives.set_offline(HOME, since)
        shown = catalog.photos.of_contents([content], MODEL)[content]
        assert shown.path == folder / "same.jpg"
        kept = catalog.filters.kept(parse("name:same").filters)
        assert kept.files_of([content]) == [shown.id]


def test_only_what_nobody_can_read_now_is_precious(catalog: Catalog) -> None:
    catalog.folders.add(HOME)
    catalog.folders.add(NEW)
    fill(catalog, HOME, "both.jpg", "only.jpg")
    fill(catalog, NEW, "both.jpg")
    catalog.drives.set_offline(HOME, 1_700_000_000)
    assert catalog.drives.hashes_offline() == {b"only.jpg".hex()}
