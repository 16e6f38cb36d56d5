"""The arithmetic of queries."""

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.library.search.query_vector import BETA, combined, refined
from tests.library.catalog.records import unit


def sure(vector: NDArray[np.float32] | None) -> NDArray[np.float32]:
    assert vector is not None
    assert vector.dtype == np.float32
    assert float(np.linalg.norm(vector)) == pytest.approx(1.0, abs=1e-6)
    return vector


def test_one_part_is_used_as_it_is() -> None:
    only = unit(1)
    assert sure(combined([(1.0, only)])) is only
    assert sure(combined([(0.5, only)])) is only


def test_parts_add_up_by_their_weights() -> None:
    vector = sure(combined([(2.0, unit(1)), (1.0, unit(2)), (0.5, unit(3))]))
    expected = 2 * unit(1) + unit(2) + 0.5 * unit(3)
    assert np.allclose(vector, expected / np.linalg.norm(expected), atol=1e-6)


def test_only_the_relation_of_weights_counts() -> None:
    first = sure(combined([(1.0, unit(1)), (2.0, unit(2))]))
    assert np.allclose(first, sure(combined([(50.0, unit(1)), (100.0, unit(2))])), atol=1e-6)


def test_photos_are_ordered_by_the_weighted_sum_of_their_cosines() -> None:
    photos = np.stack([unit(seed) for seed in range(10, 60)])
    vector = sure(combined([(1.0, unit(1)), (0.7, unit(2))]))
    by_hand = photos @ unit(1) + 0.7 * (photos @ unit(2))
    assert np.argsort(photos @ vector).tolist() == np.argsort(by_hand).tolist()


def test_what_is_not_wanted_goes_without_what_it_shares_with_what_is() -> None:
    a, b = unit(1), unit(2)
    vector = sure(combined([(1.0, a), (-1.0, b)]))
    expected = a - 0.7 * (b - (a @ b) * a)
    assert np.allclose(vector, expected / np.linalg.norm(expected), atol=1e-6)
    # However much alike the two are, what is wanted stays: a cat's photo is not pushed out by the dog in it.
    alike = a + 0.2 * b
    alike /= np.linalg.norm(alike)
    assert float(sure(combined([(1.0, a), (-1.0, alike)])) @ a) > 0.95


def test_what_is_only_left_out_is_no_query() -> None:
    assert combined([]) is None
    assert combined([(-1.0, unit(1)), (-2.0, unit(2))]) is None


def test_parts_that_cancel_each_other_out_are_no_query() -> None:
    assert combined([(1.0, unit(1)), (-1.0, unit(1))]) is None
    assert combined([(100.0, unit(1)), (-100.0, unit(1))]) is None


def test_two_that_are_wanted_and_point_apart_cancel_each_other_out() -> None:
    assert combined([(1.0, unit(1)), (1.0, -unit(1))]) is None
    # What is left of them is rounding, however large their weights are.
    assert combined([(100.0, unit(1)), (100.0, -unit(1) + np.float32(1e-6) * unit(2))]) is None
    assert combined([(0.01, unit(1)), (0.01, -unit(1))]) is None
    assert combined([(1.0, unit(1)), (1.0, -unit(1)), (-1.0, unit(2))]) is None


@pytest.mark.parametrize("weight", [0.001, 1.0, 1000.0])
def test_what_is_left_of_small_weights_counts_as_of_large_ones(weight: float) -> None:
    parts = [(weight, unit(1)), (weight, -0.9 * unit(1) + 0.1 * unit(2))]
    assert np.allclose(
        sure(combined(parts)), sure(combined([(1.0, vector) for _, vector in parts])), atol=1e-6
    )


@pytest.mark.parametrize("weight", [0.01, 1.0, 100.0])
def test_a_thumb_down_for_the_query_itself_leaves_the_query(weight: float) -> None:
    away = refined([(weight, unit(1))], [], [unit(1)])
    assert away is None or float(away @ unit(1)) == pytest.approx(1.0, abs=1e-5)


def test_thumbs_that_cancel_what_is_left_out_are_no_query() -> None:
    assert refined([(-BETA, unit(1))], [unit(1)], []) is None
    assert refined([(1.0, unit(1)), (1.0, -unit(1))], [unit(2)], []) is None
