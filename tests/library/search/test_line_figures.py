"""What the relevance line is worth, against figures worked out by hand."""

import dataclasses
from collections.abc import Collection

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.library.search.line_figures import (
    LineSums,
    ShareFigures,
    best_cut_f1,
    f1,
    mean_or_none,
    share_of,
)

PHOTOS = 200


def at(places: Collection[int], photos: int = PHOTOS) -> NDArray[np.bool_]:
    """Return what holds at some places only, counted from 1."""
    return np.isin(np.arange(1, photos + 1), list(places))


def test_f1_of_nothing_for_nothing_is_one() -> None:
    assert f1(0, 0, 0) == 1
    assert f1(0, 3, 0) == 0
    assert f1(0, 0, 3) == 0
    assert f1(2, 4, 2) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("right", "photos", "name"),
    [
        (1, 101, "<1%"),
        (6, 700, "<1%"),
        (7, 700, "1-5%"),
        (1, 100, "1-5%"),
        (49, 1000, "1-5%"),
        (50, 1000, "5-15%"),
        (1, 20, "5-15%"),
        (149, 1000, "5-15%"),
        (150, 1000, ">15%"),
        (3, 20, ">15%"),
        (1, 1, ">15%"),
    ],
)
def test_a_share_begins_where_the_one_before_ends(right: int, photos: int, name: str) -> None:
    assert share_of(right, photos) == name


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([1, 2, 3], 1.0),
        ([1, 2, 4], 6 / 7),  # the first four: three of four, all of three
        ([1, 3], 4 / 5),
        ([2], 2 / 3),
        ([1, 10], 2 / 3),  # the first alone; all ten give 4 / 12
        ([10], 2 / 11),
    ],
)
def test_the_best_cut_is_known_with_hindsight(places: list[int], expected: float) -> None:
    assert best_cut_f1(at(places)) == pytest.approx(expected)


def four_texts() -> LineSums:
    """Return what four texts give: with 0.5, 1.5, 1 and 15 % of the photos."""
    sums = LineSums(PHOTOS)
    sums.add(at([2]), at([1, 2]))  # F1 2/3, at best 2/3
    sums.add(at([1, 2, 4]), at([1]))  # 1/2, 6/7
    sums.add(at([1, 3]), at([]))  # 0, 4/5
    sums.add(at(range(1, 31)), at(range(1, 16)))  # 2/3, 1
    return sums


def test_the_line_is_measured_by_share() -> None:
    figures = four_texts().figures()
    assert list(figures.by_share) == ["<1%", "1-5%", "5-15%", ">15%"]
    assert _rounded(figures.by_share["<1%"]) == (1, 0.6667, 0.6667)
    assert _rounded(figures.by_share["1-5%"]) == (2, 0.25, 0.8286)  # the mean of 6/7 and 4/5
    assert figures.by_share["5-15%"] == ShareFigures(0, None, None)
    assert _rounded(figures.by_share[">15%"]) == (1, 0.6667, 1)


def _rounded(some: ShareFigures) -> tuple[int, float, float]:
    assert some.f1 is not None
    assert some.ceiling is not None
    return some.texts, round(some.f1, 4), round(some.ceiling, 4)


def test_a_text_weighs_as_much_as_it_has_right_photos() -> None:
    figures = four_texts().figures()
    assert figures.f1 == pytest.approx((2 / 3 + 1 / 2 + 0 + 2 / 3) / 4)
    assert figures.ceiling == pytest.approx((2 / 3 + 6 / 7 + 4 / 5 + 1) / 4)
    assert figures.weighted_f1 == pytest.approx((1 * 2 / 3 + 3 * 1 / 2 + 2 * 0 + 30 * 2 / 3) / 36)
    assert figures.weighted_ceiling == pytest.approx((1 * 2 / 3 + 3 * 6 / 7 + 2 * 4 / 5 + 30 * 1) / 36)


def test_empty_answers_are_counted_where_something_fits_and_where_nothing_does() -> None:
    sums = four_texts()
    before = sums.figures()
    assert before.empty_when_present == 0.25
    assert before.empty_when_absent is None
    for places in ([], [], [1, 2]):
        sums.add_absent(at(places))
    after = sums.figures()
    assert after.empty_when_absent == pytest.approx(2 / 3)
    assert after == dataclasses.replace(before, empty_when_absent=after.empty_when_absent)


def test_what_is_found_need_not_be_the_first_photos() -> None:
    sums = LineSums(4)
    sums.add(at([1, 4], 4), at([1, 4], 4))
    figures = sums.figures()
    assert figures.f1 == 1
    assert figures.ceiling == pytest.approx(2 / 3)


def test_the_mean_of_nothing_is_none() -> None:
    assert mean_or_none([]) is None
    assert mean_or_none([1, 0.5]) == 0.75
