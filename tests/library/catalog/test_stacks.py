"""Stacks in the catalogue, and the note of what they were made from."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.library.catalog import Catalog, stacks
from tests.library.catalog.records import MODEL, record, unit

NOTE = "stacks"


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.db") as made:
        made.folders.add(tmp_path)
        made.photos.save([record(tmp_path / f"{n}.jpg", f"c{n}", vector=unit(n)) for n in range(4)], MODEL)
        yield made


def test_looks_that_were_read_let_the_stacks_be_made_anew(catalog: Catalog) -> None:
    catalog.stacks.save({1: 1, 2: 1}, NOTE, "made of these")
    assert catalog.notes.get(NOTE) == "made of these"
    catalog.stacks.save_looks({1: 5, 2: 7}, NOTE)
    assert catalog.notes.get(NOTE) is None
    assert catalog.stacks.facts().looks.tolist()[:2] == [5, 7]
    # What is shown stays until then.
    assert catalog.stacks.of_photos() == {1: 1, 2: 1}


def test_the_same_stacks_are_noted_and_change_nothing(catalog: Catalog) -> None:
    assert catalog.stacks.save({1: 1, 2: 1}, NOTE, "one")
    assert not catalog.stacks.save({1: 1, 2: 1}, NOTE, "two")
    assert catalog.notes.get(NOTE) == "two"
    assert catalog.stacks.save({1: 1, 3: 1}, NOTE, "three")
    assert catalog.stacks.of_photos() == {1: 1, 3: 1}


@pytest.mark.parametrize(("limit", "after", "found"), [(2, 0, [1, 2]), (9, 0, [1, 2, 3, 4]), (9, 2, [3, 4])])
def test_contents_without_a_look_come_in_pieces(
    catalog: Catalog, limit: int, after: int, found: list[int]
) -> None:
    assert [number for number, _ in catalog.stacks.without_look(limit, after=after)] == found


@pytest.mark.parametrize("pixels", ["x", "", "-1", "0x1", "\u0661", "1_0"])
def test_what_is_no_hash_of_pixels_is_like_none(tmp_path: Path, pixels: str) -> None:
    """A catalogue that somebody else wrote may hold it."""
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(tmp_path)
        catalog.photos.save([replace(record(tmp_path / "a.jpg", "a"), pixels=pixels)], MODEL)
        assert not catalog.stacks.facts().pixels.any()


def test_pixels_relate_whatever_turned_them_and_however_many_pictures_there_are_and_nothing_that_is_no_hash(
    tmp_path: Path,
) -> None:
    same = "a1" * 16
    pixels = [same, f"{same}-6", f"{same}-8x2", f"{same}x12", "a2" + same[2:], "a", same[:31], None]
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(tmp_path)
        for number, one in enumerate(pixels):
            catalog.photos.save(
                [replace(record(tmp_path / f"{number}.jpg", f"c{number}"), pixels=one)], MODEL
            )
        related = [catalog.stacks.related([number]) - {number} for number in range(1, len(pixels) + 1)]
    assert related == [{2, 3, 4}, {1, 3, 4}, {1, 2, 4}, {1, 2, 3}, set(), set(), set(), set()]


def test_of_some_photos_is_said_what_is_said_of_all(catalog: Catalog, tmp_path: Path) -> None:
    catalog.photos.save([record(tmp_path / "copy.jpg", "c3", vector=unit(3))], MODEL)
    catalog.stacks.save({1: 1, 2: 1}, NOTE, "made of these")
    everything = catalog.stacks.of_photos()
    assert sorted(everything.items()) == [(1, 1), (2, 1), (4, -4), (5, -4)]
    for asked in ([1], [2, 3], [4], [3, 5], []):
        assert catalog.stacks.of_photos(asked) == {one: everything[one] for one in asked if one in everything}


@pytest.mark.parametrize(
    "words", [stacks._COPIES_AMONG + stacks._AMONG, stacks._STACKS + stacks._AMONG, stacks._RELATED]
)
def test_a_question_about_a_few_photos_looks_at_no_others(catalog: Catalog, words: str) -> None:
    with catalog._database.reading() as connection:
        values = ("[1]", 2)[: words.count("?2") + 1]
        plan = [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {words}", values)]
    assert plan
    assert not [
        step
        for step in plan
        if "AUTOMATIC" in step or step.startswith(("SCAN file", "SCAN content", "SCAN stack"))
    ]
