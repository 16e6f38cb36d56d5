"""Sets of ids as sorted arrays."""

import numpy as np
import pytest

from desktop_app.library.vectors.remote.ranges import Ranges
from desktop_app.library.vectors.sorted_ids import NO_IDS, Ids, united, without


def _ids(*numbers: int) -> Ids:
    return np.array(numbers, dtype=np.int64)


@pytest.mark.parametrize(
    ("parts", "right"),
    [
        ((), []),
        ((NO_IDS, NO_IDS), []),
        ((_ids(1, 5), NO_IDS, _ids(7)), [1, 5, 7]),
        ((_ids(7, 9), _ids(1, 5)), [1, 5, 7, 9]),
        ((_ids(1, 5, 9), _ids(5, 6), _ids(6, 9)), [1, 5, 6, 9]),
    ],
)
def test_all_ids_of_all_parts_each_once(parts: tuple[Ids, ...], right: list[int]) -> None:
    assert united(*parts).tolist() == right
    assert united(*parts).dtype == np.int64


@pytest.mark.parametrize(
    ("ids", "gone", "right"),
    [
        (_ids(1, 2, 3), NO_IDS, [1, 2, 3]),
        (NO_IDS, _ids(1), []),
        (_ids(1, 2, 3), _ids(0, 2, 9), [1, 3]),
        (_ids(1, 2, 3), _ids(1, 2, 3), []),
    ],
)
def test_ids_without_others(ids: Ids, gone: Ids, right: list[int]) -> None:
    assert without(ids, gone).tolist() == right


@pytest.mark.parametrize(
    ("most", "right"),
    [
        (9, [(1, 3), (5, 5), (40, 41), (50, 50)]),
        (4, [(1, 3), (5, 5), (40, 41), (50, 50)]),
        (3, [(1, 5), (40, 41), (50, 50)]),
        (2, [(1, 5), (40, 50)]),
        (1, [(1, 50)]),
    ],
)
def test_ids_as_few_ranges_with_the_smallest_gaps_taken_in(most: int, right: list[tuple[int, int]]) -> None:
    ranges = Ranges.of(_ids(1, 2, 3, 5, 40, 41, 50), most)
    assert list(zip(ranges.first.tolist(), ranges.last.tolist(), strict=True)) == right
    assert ranges.size == sum(last - first + 1 for first, last in right)
    assert ranges.expression().startswith(f"(id >= 1 and id <= {right[0][1]})")


def test_a_million_scattered_ids_are_a_short_filter() -> None:
    ids = np.sort(np.random.default_rng(2).choice(3_000_000, 1_000_000, replace=False)).astype(np.int64)
    ranges = Ranges.of(ids, 32)
    assert len(ranges.first) == 32
    assert len(ranges.expression()) < 1_500
    place = np.searchsorted(ranges.first, ids, side="right") - 1
    assert (ids <= ranges.last[place]).all()
