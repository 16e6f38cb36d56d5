"""A compact copy gives the answers of a look at every vector, whatever changed, in memory and on disk."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library.vectors.compact import copy as compact_copy
from desktop_app.library.vectors.compact.room import Limits
from tests.library.catalog.records import MODEL, OTHER_MODEL, unit
from tests.library.catalog.test_videos import video
from tests.library.vectors.compact.bench import FILED, HELD, Bench


@pytest.fixture(params=[FILED, HELD], ids=["on disk", "in memory"])
def bench(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Bench]:
    made = Bench(tmp_path, request.param)
    yield made
    made.close()


@pytest.fixture
def filed(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("share", [0, 1, 50, 400])
def test_the_nearest_among_any_part_are_those_of_a_look_at_each(bench: Bench, share: int) -> None:
    bench.save(*range(400))
    assert bench.copies.load(MODEL)
    bench.agrees(set((np.random.default_rng(share).permutation(400)[:share] + 1).tolist()))


def test_all_are_searched_without_a_choice_and_unknown_numbers_are_left_out(bench: Bench) -> None:
    bench.save(*range(50))
    assert bench.copies.load(MODEL)
    bench.agrees()
    found = bench.copies.nearest(MODEL, unit(1), 5, np.array([-3, 7, 9_999_999], dtype=np.int64))
    assert found is not None
    assert [number for number, _ in found] == [7]


def test_what_comes_goes_and_changes_is_followed(bench: Bench) -> None:
    bench.save(*range(60))
    assert bench.copies.load(MODEL)
    bench.save(*range(60, 90))
    bench.agrees()
    bench.remove(0, 5, 59, 61, 88, 89)
    bench.agrees()
    bench.save(7, 8, seed=5_000)
    bench.agrees({8, 9, 10})
    bench.save(5)
    bench.agrees()
    bench.carry()
    bench.remove(*range(90))
    bench.agrees()
    bench.save(3)
    bench.agrees()


def test_a_choice_that_is_asked_again_is_found_where_its_rows_are_by_now(bench: Bench) -> None:
    bench.save(*range(40))
    assert bench.copies.load(MODEL)
    chosen = np.array([3, 9, 30, 40, 45], dtype=np.int64)
    chosen.setflags(write=False)
    for turn in range(3):
        if turn == 1:
            # The last row takes its place.
            bench.remove(8)
        elif turn == 2:
            bench.save(*range(40, 50))
        asked = [bench.copies.nearest(MODEL, unit(29), 5, one) for one in (chosen, chosen, chosen.copy())]
        assert asked[0]
        assert asked[0] == asked[1] == asked[2]


def test_a_film_comes_and_goes_with_its_moments(bench: Bench) -> None:
    bench.save(1)
    assert bench.copies.load(MODEL)
    film = bench.base / "photos" / "film.mp4"
    bench.catalog.photos.save([video(film, at_ms=(1000, 3000), seed=7)], MODEL)
    bench.agrees()
    bench.catalog.photos.remove([film])
    bench.agrees()


def test_the_next_session_answers_without_reading_the_vectors_again(filed: Bench) -> None:
    filed.save(*range(300))
    assert filed.copies.load(MODEL)
    filed.save(300, 301)
    filed.remove(4)
    filed.agrees()
    filed.again()
    # The first step opens it; making it takes two at least.
    filed.copies.load_more(MODEL)
    assert filed.copies.is_whole
    filed.agrees()
    # What a session changed that never asked is followed, too: told before it leaves the outbox.
    filed.again()
    filed.save(302)
    filed.remove(9)
    filed.carry()
    filed.again()
    filed.copies.load_more(MODEL)
    assert filed.copies.is_whole
    filed.agrees()
    # Or read from the outbox, where it is still.
    filed.again()
    filed.save(303, 2, seed=8_000)
    filed.again()
    filed.copies.load_more(MODEL)
    assert filed.copies.is_whole
    filed.agrees()


def test_changes_that_left_the_outbox_untold_are_noticed(
    filed: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    filed.save(*range(100))
    assert filed.copies.load(MODEL)
    filed.carry()
    filed.save(7, seed=9_000)
    filed.catalog.vectors.outbox_done(MODEL, up_to=filed.catalog.vectors.outbox_last())
    assert filed.copies.nearest(MODEL, unit(1), 5) is None
    assert filed.copies.load(MODEL)
    filed.agrees()
    filed.close()
    filed.catalog = type(filed.catalog)(filed.base / "catalog.db")
    filed.save(8, seed=9_000)
    filed.catalog.vectors.outbox_all(MODEL)
    filed.catalog.vectors.outbox_done(MODEL, up_to=filed.catalog.vectors.outbox_last())
    filed.catalog.close()
    filed.open()
    assert filed.copies.load(MODEL)
    filed.agrees()
    assert sum("it missed changes" in one for one in caplog.messages) == 2


def test_changes_while_it_is_made_are_not_lost(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_app.library.catalog.vectors._BLOCK_ROWS", 10)
    bench.save(*range(30))
    assert bench.copies.load_more(MODEL)
    bench.save(2, 40, seed=9_000)
    bench.remove(7, 25)
    bench.carry()
    bench.save(3, 41, seed=9_000)
    while bench.copies.load_more(MODEL):
        pass
    bench.agrees()


def test_many_changes_are_followed_in_steps_and_not_while_somebody_waits(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compact_copy, "_MOST_BEHIND", 10)
    bench.save(*range(5))
    assert bench.copies.load(MODEL)
    bench.save(*range(5, 40))
    assert not bench.copies.has_all(MODEL)
    assert bench.copies.nearest(MODEL, unit(1), 5) is None
    assert bench.copies.load(MODEL)
    bench.agrees()
    bench.save(*range(40, 80))
    bench.carry()
    bench.agrees()


def test_each_model_has_a_copy_of_its_own(filed: Bench) -> None:
    filed.save(*range(10))
    filed.save(*range(5), model=OTHER_MODEL, seed=50)
    assert filed.copies.load(MODEL)
    assert not filed.copies.has_all(OTHER_MODEL)
    assert filed.copies.load(OTHER_MODEL)
    assert not filed.copies.has_all(MODEL)
    assert len(filed.copies.nearest(OTHER_MODEL, unit(0), 100) or ()) == 5
    # What is not asked follows all the same.
    filed.save(11, 12)
    filed.carry()
    filed.copies.load_more(MODEL)
    assert filed.copies.is_whole
    filed.agrees()
    filed.copies.drop(OTHER_MODEL)
    assert filed.copies.extent(OTHER_MODEL).vectors == 0
    assert filed.copies.extent(MODEL).vectors == 12


def test_few_vectors_are_in_memory_and_many_on_disk(tmp_path: Path) -> None:
    bench = Bench(tmp_path, Limits(least_filed=20))
    bench.save(*range(10))
    assert bench.copies.load(MODEL)
    assert not bench.is_on_disk()
    bench.save(*range(10, 60))
    assert bench.copies.load(MODEL)
    assert bench.is_on_disk()
    bench.agrees()
    bench.close()


def test_more_than_there_is_room_for_is_never_held(tmp_path: Path) -> None:
    bench = Bench(tmp_path, Limits(least_filed=10**9, most_held_bytes=2_000))
    bench.save(*range(101))
    assert not bench.copies.load(MODEL)
    assert bench.copies.is_too_much(MODEL)
    bench.remove(*range(50, 101))
    while bench.copies.load_more(MODEL):
        pass
    assert not bench.copies.is_too_much(MODEL)
    bench.agrees()
    bench.close()


def test_an_empty_library_has_none(bench: Bench) -> None:
    assert not bench.copies.load(MODEL)
    assert not bench.copies.is_too_much(MODEL)
    bench.save(1)
    assert bench.copies.load(MODEL)
    bench.agrees()


@pytest.mark.parametrize("rows", [1, 7, 10, 20])
def test_vectors_are_read_in_blocks_of_any_size(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr("desktop_app.library.catalog.vectors._BLOCK_ROWS", rows)
    bench.save(*range(20))
    assert bench.copies.load(MODEL)
    bench.agrees()


@pytest.mark.parametrize("number", [0, 7, 19])
def test_a_photo_that_goes_and_comes_back_is_found_again(bench: Bench, number: int) -> None:
    """The last row too, which takes its own place when it goes."""
    bench.save(*range(20))
    assert bench.copies.load(MODEL)
    bench.remove(number)
    bench.agrees()
    bench.save(number)
    bench.agrees()


def test_chance_changes_over_many_sessions_are_all_in_it(
    filed: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.library.vectors.compact.rows.BLOCK_ROWS", 16)
    monkeypatch.setattr("desktop_app.library.vectors.compact.doubts.BLOCK_ROWS", 16)
    chance = np.random.default_rng(3)
    filed.save(*range(100))
    assert filed.copies.load(MODEL)
    for turn in range(12):
        filed.save(*chance.permutation(200)[: chance.integers(1, 60)].tolist(), seed=turn * 1_000)
        filed.remove(*chance.permutation(200)[: chance.integers(1, 60)].tolist())
        if turn % 3 == 0:
            filed.carry()
        if turn % 4 == 3:
            filed.again()
        elif turn % 4 == 1:
            filed.crashed()
        filed.copies.load_more(MODEL)
        assert filed.copies.is_whole
        filed.agrees()
