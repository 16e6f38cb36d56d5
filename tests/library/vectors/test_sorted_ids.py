"""Sets of ids as sorted arrays."""

import numpy as np
import pytest

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
