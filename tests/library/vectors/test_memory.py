"""The vectors in memory: the same answers as a look at every vector, whatever changed in between."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.library.catalog import Catalog
from desktop_app.library.vectors.memory import VectorMemory, best_of, memory_limit
from tests.library.catalog.records import MODEL, OTHER_MODEL, record, unit

MANY_BYTES = 10**9


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.db") as made:
        made.folders.add(tmp_path)
        yield made


def save(catalog: Catalog, folder: Path, *numbers: int, model: str = MODEL, seed: int = 0) -> None:
    catalog.photos.save(
        [record(folder / f"{one:04d}.jpg", f"c{one}", vector=unit(one + seed)) for one in numbers], model
    )


def held(catalog: Catalog, model: str = MODEL, most_bytes: int = MANY_BYTES) -> VectorMemory:
    memory = VectorMemory(catalog, most_bytes)
    while memory.load_more(model):
        assert not memory.has(model)
    return memory


def by_hand(
    catalog: Catalog, query: NDArray[np.float32], limit: int, among: set[int] | None = None
) -> list[tuple[int, float]]:
    rows = [
        (int(number), float(vector @ query))
        for numbers, vectors in catalog.vectors.blocks(MODEL)
        for number, vector in zip(numbers, vectors, strict=True)
        if among is None or int(number) in among
    ]
    return sorted(rows, key=lambda row: (-row[1], row[0]))[:limit]


def agrees(memory: VectorMemory, catalog: Catalog, among: list[int] | None = None) -> None:
    """Check a few queries against a look at every vector of the catalogue."""
    assert memory.has(MODEL)
    ids = None if among is None else np.array(among, dtype=np.int64)
    for seed in (1_000, 1_001):
        for limit in (1, 5, 1_000):
            expected = by_hand(catalog, unit(seed), limit, None if among is None else set(among))
            found = memory.nearest(unit(seed), limit, ids)
            assert [number for number, _ in found] == [number for number, _ in expected]
            assert [score for _, score in found] == pytest.approx([one for _, one in expected], abs=1e-6)


@pytest.mark.parametrize("share", [0, 1, 3, 50, 100, 399, 400])
def test_the_nearest_among_any_part_are_those_of_a_look_at_each(
    catalog: Catalog, tmp_path: Path, share: int
) -> None:
    save(catalog, tmp_path, *range(400))
    among = np.random.default_rng(share).permutation(400)[:share] + 1
    agrees(held(catalog), catalog, among.tolist())


def test_all_are_searched_without_a_choice_and_unknown_numbers_are_left_out(
    catalog: Catalog, tmp_path: Path
) -> None:
    save(catalog, tmp_path, *range(50))
    memory = held(catalog)
    agrees(memory, catalog)
    assert [number for number, _ in memory.nearest(unit(1), 5, np.array([7, 9_999_999], dtype=np.int64))] == [
        7
    ]


def test_what_comes_goes_and_changes_is_followed(catalog: Catalog, tmp_path: Path) -> None:
    save(catalog, tmp_path, *range(60))
    memory = held(catalog)
    save(catalog, tmp_path, *range(60, 90))
    agrees(memory, catalog)
    catalog.photos.remove([tmp_path / f"{one:04d}.jpg" for one in (0, 5, 59, 61, 89)])
    agrees(memory, catalog)
    save(catalog, tmp_path, 7, 8, seed=5_000)
    agrees(memory, catalog, [8, 9, 10])
    save(catalog, tmp_path, 5)
    agrees(memory, catalog)


def test_what_the_store_was_told_in_between_is_heard(catalog: Catalog, tmp_path: Path) -> None:
    save(catalog, tmp_path, *range(20))
    memory = held(catalog)
    save(catalog, tmp_path, *range(20, 25))
    catalog.photos.remove([tmp_path / "0003.jpg"])
    changes = catalog.vectors.outbox(MODEL, 1_000)
    memory.hear(MODEL, changes)
    catalog.vectors.outbox_done(MODEL, up_to=changes[-1].seq)
    # An older message may come after a newer one was read from the outbox.
    save(catalog, tmp_path, 4, seed=7_000)
    agrees(memory, catalog)
    memory.hear(MODEL, [one for one in changes if one.content_id == 5])
    agrees(memory, catalog)


def test_changes_while_the_vectors_are_read_are_not_lost(catalog: Catalog, tmp_path: Path) -> None:
    save(catalog, tmp_path, *range(30))
    memory = VectorMemory(catalog, MANY_BYTES)
    assert memory.load_more(MODEL)
    save(catalog, tmp_path, 2, 40, seed=9_000)
    catalog.photos.remove([tmp_path / "0007.jpg"])
    while memory.load_more(MODEL):
        pass
    agrees(memory, catalog)


def test_too_many_changes_are_read_anew(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.library.vectors.memory._MOST_BEHIND", 10)
    save(catalog, tmp_path, *range(5))
    memory = held(catalog)
    save(catalog, tmp_path, *range(5, 30))
    assert not memory.has(MODEL)
    assert memory.size_bytes == 0
    while memory.load_more(MODEL):
        pass
    agrees(memory, catalog)


def test_more_than_there_is_room_for_is_never_held(catalog: Catalog, tmp_path: Path) -> None:
    save(catalog, tmp_path, *range(100))
    memory = held(catalog, most_bytes=100 * 8 * 4 - 1)
    assert not memory.has(MODEL)
    assert memory.size_bytes == 0
    roomy = held(catalog, most_bytes=100 * 8 * 4)
    assert roomy.has(MODEL)
    save(catalog, tmp_path, 100)
    assert not roomy.has(MODEL)
    assert memory_limit() > 0


def test_another_model_takes_the_place(catalog: Catalog, tmp_path: Path) -> None:
    save(catalog, tmp_path, *range(10))
    save(catalog, tmp_path, *range(5), model=OTHER_MODEL, seed=50)
    memory = held(catalog)
    assert not memory.has(OTHER_MODEL)
    while memory.load_more(OTHER_MODEL):
        pass
    assert memory.has(OTHER_MODEL)
    assert not memory.has(MODEL)
    assert len(memory.nearest(unit(0), 100)) == 5


def test_an_empty_library_is_not_held(catalog: Catalog) -> None:
    assert not held(catalog).has(MODEL)


def test_of_equal_ones_those_with_lower_numbers_come_first() -> None:
    numbers = np.array([9, 3, 5, 1, 7], dtype=np.int64)
    scores = np.array([0.5, 0.5, 0.9, 0.5, 0.1], dtype=np.float32)
    assert best_of(numbers, scores, 3) == [(5, pytest.approx(0.9)), (1, 0.5), (3, 0.5)]
    assert best_of(numbers, scores, 0) == []


def test_more_than_can_be_heard_is_read_anew(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.library.vectors.memory._MOST_HEARD", 4)
    save(catalog, tmp_path, *range(5))
    memory = held(catalog)
    save(catalog, tmp_path, *range(5, 15))
    changes = catalog.vectors.outbox(MODEL, 1_000)[-10:]
    memory.hear(MODEL, changes[:5])
    # These are too many to be kept, and the outbox forgets them too.
    memory.hear(MODEL, changes[5:])
    catalog.vectors.outbox_done(MODEL, up_to=changes[-1].seq)
    assert not memory.has(MODEL)
    while memory.load_more(MODEL):
        pass
    agrees(memory, catalog)


def test_as_many_as_can_be_followed_are_followed(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.library.vectors.memory._MOST_BEHIND", 10)
    save(catalog, tmp_path, *range(5))
    memory = held(catalog)
    save(catalog, tmp_path, *range(5, 15))
    agrees(memory, catalog)


@pytest.mark.parametrize("number", [0, 7, 19])
def test_a_photo_that_goes_and_comes_back_is_found_again(
    catalog: Catalog, tmp_path: Path, number: int
) -> None:
    """The last row too, which takes its own place when it goes."""
    save(catalog, tmp_path, *range(20))
    memory = held(catalog)
    catalog.photos.remove([tmp_path / f"{number:04d}.jpg"])
    agrees(memory, catalog)
    save(catalog, tmp_path, number)
    agrees(memory, catalog)


def test_changes_of_another_model_are_not_heard(catalog: Catalog, tmp_path: Path) -> None:
    """During a switch the store of the model that is being built is told of every photo."""
    save(catalog, tmp_path, *range(10))
    memory = held(catalog)
    save(catalog, tmp_path, *range(10), model=OTHER_MODEL, seed=50)
    memory.hear(OTHER_MODEL, catalog.vectors.outbox(OTHER_MODEL, 1_000))
    agrees(memory, catalog)


@pytest.mark.parametrize("at_once", [1, 3, 10, 11])
def test_picked_rows_are_compared_whatever_the_size_of_a_block(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr("desktop_app.library.vectors.memory._PICKED_AT_ONCE", at_once)
    save(catalog, tmp_path, *range(60))
    agrees(held(catalog), catalog, [2, 3, 5, 7, 11, 13, 17, 19, 23, 29])


@pytest.mark.parametrize("rows", [1, 7, 10, 20])
def test_vectors_are_loaded_in_blocks_of_any_size(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr("desktop_app.library.catalog.vectors._BLOCK_ROWS", rows)
    save(catalog, tmp_path, *range(20))
    memory = held(catalog)
    assert memory.size_bytes == 20 * 8 * 4
    assert sorted(number for number, _ in memory.nearest(unit(1), 100)) == list(range(1, 21))


def test_vectors_that_were_too_many_are_held_once_there_are_fewer(catalog: Catalog, tmp_path: Path) -> None:
    save(catalog, tmp_path, *range(20))
    memory = held(catalog, most_bytes=10 * 8 * 4)
    assert not memory.has(MODEL)
    catalog.photos.remove([tmp_path / f"{number:04d}.jpg" for number in range(10)])
    while memory.load_more(MODEL):
        pass
    agrees(memory, catalog)
