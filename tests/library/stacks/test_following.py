"""Stacks after a few photos changed: what making all anew would make, and nothing else is compared."""

import random
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library.catalog import Catalog
from desktop_app.library.media.looks import PLAIN
from desktop_app.library.media.metadata.metadata import Metadata
from desktop_app.library.stacks import keeper as keeper_module
from desktop_app.library.stacks import measure as measure_module
from desktop_app.library.stacks.around import Around
from desktop_app.library.stacks.grouping import stacks_by
from desktop_app.library.stacks.likeness import Likeness
from desktop_app.library.stacks.measure import Measure
from desktop_app.library.stacks.thumbnail_pairs import ThumbnailPairs
from tests.library.catalog.records import MODEL, record, unit
from tests.library.media.test_looks import scene
from tests.library.stacks.test_keeper import NOON, Library, hash_of

LOOKS = [int(look) for look in np.random.default_rng(1).integers(-(2**62), 2**62, 5)]


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(measure_module, "_LEAST_PHOTOS", 0)
    monkeypatch.setattr(measure_module, "_SHARE", 0)
    made = Library(tmp_path)
    yield made
    made.catalog.close()


def rows(catalog: Catalog) -> dict[int, int]:
    with catalog._database.reading() as connection:
        return dict(connection.execute("SELECT content_id, stack FROM stack").fetchall())


def all_anew(library: Library) -> dict[int, int]:
    """Return the stacks that all photos would make now, by the measure that was taken."""
    measure = Measure.of(library.catalog.notes.get("stack measure") or "")
    assert measure is not None
    stacks = library.catalog.stacks
    return stacks_by(
        measure.likeness,
        stacks.facts(),
        partial(library.catalog.vectors.of_contents, MODEL),
        ThumbnailPairs(library.thumbnails, stacks.hashes_of),
    )


def never(*_: object) -> None:
    raise AssertionError("all stacks were made anew")


def step(library: Library, dice: random.Random) -> None:
    """Add or change a photo of few looks, moments and cameras, or let one go."""
    name = f"{dice.randrange(30)}.jpg"
    if dice.random() < 0.3:
        library.catalog.photos.remove([library.folder / name])
        return
    seed, look = dice.randrange(4), dice.choice(LOOKS)
    for _ in range(dice.randrange(4)):
        look ^= 1 << dice.randrange(60)
    metadata = Metadata(
        taken_at=NOON + timedelta(seconds=dice.randrange(60)) if dice.random() < 0.8 else None,
        camera=dice.choice([None, "Canon"]),
    )
    content = hash_of(f"{name}{dice.randrange(2)}")
    one = record(library.folder / name, content, vector=unit(seed), metadata=metadata)
    pixels = dice.choice([None, None, f"{seed:032x}", f"{seed:032x}-6"])
    library.catalog.photos.save([replace(one, look=dice.choice([look, PLAIN]), pixels=pixels)], MODEL)
    library.thumbnails.write(content, scene(seed + 1))


@pytest.mark.parametrize("seed", range(6))
def test_they_are_those_of_making_all_anew(
    library: Library, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    dice = random.Random(seed)
    for _ in range(25):
        step(library, dice)
    library.work()
    monkeypatch.setattr(keeper_module.StackKeeper, "_make", never)
    for _ in range(25):
        for _ in range(dice.randrange(1, 3)):
            step(library, dice)
        library.work()
        assert rows(library.catalog) == all_anew(library)


def test_a_photo_more_is_compared_with_those_around_it_only(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = np.random.default_rng(3).integers(-(2**62), 2**62, 40).tolist()
    for number in range(40):
        library.add(f"{number}.jpg", number, 100 * number, look=looks[number])
    library.work()
    monkeypatch.setattr(keeper_module.StackKeeper, "_make", never)
    looked_at: list[int] = []
    facts = library.catalog.stacks.facts

    def counted(content_ids: frozenset[int] | None = None):
        looked_at.append(-1 if content_ids is None else len(content_ids))
        return facts(content_ids)

    monkeypatch.setattr(library.catalog.stacks, "facts", counted)
    library.add("new.jpg", 7, 701, look=PLAIN)
    assert library.work()
    assert library.stacks() == [{"7.jpg", "new.jpg"}]
    assert looked_at == [2]


def test_after_a_restart_a_photo_more_makes_nothing_else_anew(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        library.thumbnails.write(hash_of(name), scene(1))
    library.add("a.jpg", 1, 0)
    library.add("b.jpg", 1, 1)
    library.work()
    monkeypatch.setattr(keeper_module.StackKeeper, "_make", never)
    library.keeper = library.opened_again()
    assert library.work() == []
    library.add("c.jpg", 1, 2)
    assert library.work()
    assert library.stacks() == [{"a.jpg", "b.jpg", "c.jpg"}]


def test_what_changed_while_nobody_followed_makes_all_anew(library: Library) -> None:
    library.add("a.jpg", 1, 0)
    library.work()
    library.add("b.jpg", 1, 1)
    # Written by somebody else, before this one began to follow.
    library.keeper = library.opened_again()
    assert library.work()
    assert library.stacks() == [{"a.jpg", "b.jpg"}]


def test_too_many_around_are_left_to_making_all_anew(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.library.stacks.around._MOST", 5)
    for number in range(8):
        library.add(f"{number}.jpg", 1, number)
    library.work()
    (number,) = [photo.id for photo in library.catalog.photos.of_ids([1], MODEL)]
    around = Around(library.catalog)
    assert around.of({number}) is None
    library.add("new.jpg", 1, 9)
    library.work()
    assert rows(library.catalog) == all_anew(library)


def test_a_thumbnail_that_came_late_is_looked_at_with_its_like_only(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        library.add(f"{number}.jpg", number, 100 * number, look=LOOKS[number])
        library.thumbnails.write(hash_of(f"{number}.jpg"), scene(number + 1))
    library.work()
    monkeypatch.setattr(keeper_module.StackKeeper, "_make", never)
    library.add("copy.jpg", 3, 5000, look=LOOKS[3])
    assert library.work() == []
    library.thumbnails.write(hash_of("copy.jpg"), scene(4))
    assert library.work()
    assert library.stacks() == [{"3.jpg", "copy.jpg"}]


@pytest.mark.parametrize(
    "measure",
    [
        Measure("model 0.10", Likeness(copy=0.9, burst=0.91, lead=1 / 3), 12345),
        Measure("a|b|c", None, 0),
    ],
)
def test_a_measure_is_read_as_it_was_noted(measure: Measure) -> None:
    assert Measure.of(measure.text()) == measure


@pytest.mark.parametrize("text", ["", "nonsense", "1|2 3|m", "x|unknown|m", "1|a b c|m"])
def test_a_damaged_note_is_no_measure(text: str) -> None:
    assert Measure.of(text) is None


def test_few_photos_and_many_changes_are_made_anew() -> None:
    assert not Measure("m", None, 1_999).allows(1)
    assert Measure("m", None, 2_000).allows(200)
    assert not Measure("m", None, 2_000).allows(201)


def test_what_the_next_photo_is_compared_with_is_read_in_an_idle_moment(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add("a.jpg", 1, 0, look=LOOKS[0])
    library.renew()
    library.add("b.jpg", 1, 1, look=LOOKS[0])
    monkeypatch.setattr(type(library.catalog.stacks), "looks", never)
    assert library.work()
    assert library.stacks() == [{"a.jpg", "b.jpg"}]
