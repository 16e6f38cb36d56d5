"""Chosen folders, also inside each other."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.library.catalog import Catalog, Counts
from tests.library.catalog.records import MODEL, record, unit

HOME = Path("/photos") if os.name == "posix" else Path("C:/photos")
INNER = HOME / "trips"


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.db") as catalog:
        yield catalog


def fill(catalog: Catalog) -> None:
    catalog.photos.save(
        [record(HOME / "a.jpg", "a", vector=unit(1)), record(INNER / "b.jpg", "b", vector=unit(2))], MODEL
    )


def drain(catalog: Catalog) -> list[int]:
    """Empty the outbox and return the contents in it."""
    rows = catalog.vectors.outbox(MODEL, 1000)
    if rows:
        catalog.vectors.outbox_done(MODEL, up_to=rows[-1].seq)
    return [row.content_id for row in rows]


def test_a_folder_chosen_twice_is_one_folder(catalog: Catalog) -> None:
    assert catalog.folders.add(HOME) == catalog.folders.add(HOME)
    assert catalog.folders.paths() == [HOME]


def test_folders_stay_in_the_order_they_were_chosen(catalog: Catalog) -> None:
    for folder in (INNER, HOME, HOME / "a"):
        catalog.folders.add(folder)
    assert catalog.folders.paths() == [INNER, HOME, HOME / "a"]


def test_removing_a_folder_removes_its_photos_and_tells_the_outbox(catalog: Catalog) -> None:
    catalog.folders.add(HOME)
    fill(catalog)
    contents = set(drain(catalog))
    catalog.folders.remove(HOME)
    assert catalog.folders.paths() == []
    assert catalog.photos.counts(MODEL).photos == 0
    assert catalog.words.find("jpg", 5, None) == []
    rows = catalog.vectors.outbox(MODEL, 10)
    assert {row.content_id for row in rows} == contents
    assert all(row.vector is None for row in rows)
    assert catalog.vectors.has("a", MODEL)


def test_removing_an_unknown_folder_does_nothing(catalog: Catalog) -> None:
    catalog.folders.add(HOME)
    fill(catalog)
    catalog.folders.remove(INNER)
    assert catalog.photos.counts(MODEL).photos == 2


def test_a_folder_chosen_inside_another_takes_its_photos_over(catalog: Catalog) -> None:
    catalog.folders.add(HOME)
    fill(catalog)
    assert len(drain(catalog)) == 2
    catalog.folders.add(INNER)
    assert len(drain(catalog)) == 1
    assert catalog.folders.counts(MODEL) == {HOME: Counts(2, 2, 0, 0), INNER: Counts(1, 1, 0, 0)}


def test_an_inner_folder_given_up_hands_its_photos_to_the_outer(catalog: Catalog) -> None:
    catalog.folders.add(HOME)
    catalog.folders.add(INNER)
    fill(catalog)
    drain(catalog)
    catalog.folders.remove(INNER)
    assert len(drain(catalog)) == 1
    assert catalog.folders.counts(MODEL) == {HOME: Counts(2, 2, 0, 0)}
    assert len(catalog.words.find("photos trips b", 5, None)) == 1


def test_an_outer_folder_given_up_leaves_the_photos_of_the_inner(catalog: Catalog) -> None:
    catalog.folders.add(HOME)
    catalog.folders.add(INNER)
    fill(catalog)
    catalog.folders.remove(HOME)
    assert list(catalog.known.files(HOME)) == [INNER / "b.jpg"]
    assert catalog.folders.counts(MODEL) == {INNER: Counts(1, 1, 0, 0)}
    assert sum(row.vector is not None for row in catalog.vectors.outbox(MODEL, 10)) == 1


def test_of_three_folders_inside_each_other_the_middle_one_can_come_and_go(catalog: Catalog) -> None:
    deep = INNER / "rome"
    catalog.folders.add(HOME)
    catalog.folders.add(deep)
    for n, folder in enumerate((HOME, INNER, deep)):
        catalog.photos.save([record(folder / "x.jpg", f"c{n}", vector=unit(n))], MODEL)
    ids = catalog.vectors.live_ids(MODEL).tolist()
    assert drain(catalog) == ids
    catalog.folders.add(INNER)
    assert drain(catalog) == [ids[1]]
    counts = {folder: one.photos for folder, one in catalog.folders.counts(MODEL).items()}
    assert counts == {HOME: 3, deep: 1, INNER: 2}
    catalog.folders.remove(INNER)
    assert drain(catalog) == [ids[1]]
    assert catalog.photos.counts(MODEL).photos == 3


def test_folders_whose_names_begin_alike_do_not_take_from_each_other(catalog: Catalog) -> None:
    catalog.folders.add(HOME / "a")
    catalog.folders.add(HOME / "ab")
    catalog.photos.save([record(HOME / "a" / "1.jpg", "1"), record(HOME / "ab" / "2.jpg", "2")], None)
    assert [one.photos for one in catalog.folders.counts(None).values()] == [1, 1]
    catalog.folders.remove(HOME / "a")
    assert list(catalog.known.files(HOME)) == [HOME / "ab" / "2.jpg"]
