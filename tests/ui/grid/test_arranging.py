"""The order of an answer, and what of it lies below the line."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from desktop_app.library import Hit
from desktop_app.ui.grid.arranging import NOTHING_FITS, Order, arranged, forth, turned
from tests.ui.fake_library import a_lined_answer, a_photo, an_answer


def numbers(hits: tuple[Hit, ...]) -> list[int]:
    return [hit.photo.id for hit in hits]


def test_found_and_maybe_are_shown_and_the_rest_is_folded() -> None:
    now = arranged(a_lined_answer("dog", found=[5, 3], maybe=[4], rest=[1, 2]).hits)
    assert (numbers(now.above), numbers(now.below)) == ([5, 3, 4], [1, 2])
    assert now.heading == "2 found · 1 maybe"
    assert now.found == 2


def test_without_doubtful_ones_only_the_found_are_counted() -> None:
    assert arranged(a_lined_answer("dog", found=[5, 3], rest=[1]).hits).heading == "2 found"


def test_where_nothing_fits_the_nearest_are_shown() -> None:
    now = arranged(a_lined_answer("dog", maybe=[4, 1], rest=[2]).hits)
    assert (now.heading, numbers(now.above), numbers(now.below)) == (NOTHING_FITS, [4, 1], [2])
    only_rest = arranged(a_lined_answer("dog", rest=range(1, 9)).hits)
    assert (only_rest.heading, numbers(only_rest.above)) == (NOTHING_FITS, [1, 2, 3, 4, 5])


def test_without_a_line_all_are_shown() -> None:
    now = arranged(an_answer("dog", 2, 1).hits)
    assert (numbers(now.above), now.below, now.heading, now.has_line) == ([2, 1], (), "", False)


def test_a_model_that_was_never_measured_draws_no_line() -> None:
    hits = [replace(hit, confidence=100.0) for hit in an_answer("dog", 2, 1).hits]
    assert not arranged(hits).has_line
    assert arranged(a_lined_answer("dog", found=[1, 2]).hits).has_line


@pytest.mark.parametrize(
    ("order", "expected", "heading"),
    [
        (Order.TAKEN, [3, 1, 2], "3 found, newest first"),
        (Order.NAME, [2, 3, 1], "3 found, by name"),
        (Order.SIZE, [1, 3, 2], "3 found, largest first"),
        (Order.OLDEST, [2, 1, 3], "3 found, oldest first"),
        (Order.LAST_NAME, [1, 3, 2], "3 found, by name, Z to A"),
        (Order.SMALLEST, [2, 3, 1], "3 found, smallest first"),
    ],
)
def test_in_another_order_only_what_is_found_is_shown(
    order: Order, expected: list[int], heading: str
) -> None:
    photos = {
        1: replace(a_photo(1), path=Path("/c.jpg"), size_bytes=900, taken_at=datetime(2020, 1, 1)),
        2: replace(a_photo(2), path=Path("/A.jpg"), size_bytes=100, mtime_ns=0),
        3: replace(a_photo(3), path=Path("/b.jpg"), size_bytes=500, taken_at=datetime(2023, 1, 1)),
    }
    answer = a_lined_answer("dog", found=[1, 2, 3], maybe=[4], rest=[5])
    hits = [replace(hit, photo=photos.get(hit.photo.id, hit.photo)) for hit in answer.hits]
    now = arranged(hits, order)
    assert numbers(now.above) == expected
    assert numbers(now.below) == [4, 5]
    assert now.heading == heading


def test_every_order_but_relevance_has_another_way_round() -> None:
    for order in Order:
        assert turned(turned(order)) is order
        assert forth(turned(order)) is forth(order)
        assert (turned(order) is order) == (order is Order.RELEVANCE)
