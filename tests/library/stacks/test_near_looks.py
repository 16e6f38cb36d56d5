"""Pairs of like looks: all that comparing each with each finds, and few of many that are all alike."""

import numpy as np
import pytest

from desktop_app.library.media.looks import PLAIN, differing_bits
from desktop_app.library.stacks.likeness import Numbers, Stopped
from desktop_app.library.stacks.near_looks import COPY_BITS, near_pairs, near_to


def drawn(count: int, seed: int) -> Numbers:
    """Return looks of which every third is an earlier one with up to nine bits changed, and some are plain."""
    rng = np.random.default_rng(seed)
    looks = rng.integers(-(2**63), 2**63 - 1, count, dtype=np.int64)
    for place in range(3, count, 3):
        bits = rng.choice(64, int(rng.integers(0, 10)), replace=False)
        changed = np.bitwise_xor.reduce(
            np.left_shift(np.int64(1), bits.astype(np.int64)), initial=np.int64(0)
        )
        looks[place] = looks[int(rng.integers(0, place))] ^ changed
    looks[:: count // 10] = PLAIN
    return looks


def compared_all(looks: Numbers) -> set[tuple[int, int]]:
    near = differing_bits(looks[:, None], looks[None, :]) <= COPY_BITS
    near &= (looks != PLAIN)[:, None] & (looks != PLAIN)[None, :]
    return {(int(one), int(other)) for one, other in np.argwhere(np.triu(near, 1))}


@pytest.mark.parametrize("seed", range(4))
def test_pairs_are_those_of_comparing_each_with_each(seed: int) -> None:
    looks = drawn(600, seed)
    pairs = near_pairs(looks, lambda: False)
    assert [tuple(pair) for pair in pairs.tolist()] == sorted(compared_all(looks))


def test_of_thousands_of_one_look_each_has_few_partners() -> None:
    pairs = near_pairs(np.full(5000, 1234567, dtype=np.int64), lambda: False)
    assert len(pairs) < 5000 * 9
    # All hang together: each is linked with an earlier one.
    assert set(pairs[:, 1].tolist()) == set(range(1, 5000))
    assert (pairs[:, 0] < pairs[:, 1]).all()


def test_what_is_near_to_one_look_is_what_differs_from_it_in_few_bits() -> None:
    looks = drawn(400, 7)
    for place in (3, 6, 9, 40):
        expected = [
            other for other in range(400) if (min(place, other), max(place, other)) in compared_all(looks)
        ]
        found = set(near_to(int(looks[place]), looks).tolist()) - {place}
        assert sorted(found) == expected


@pytest.mark.parametrize("looks", [[], [5], [PLAIN, PLAIN]])
def test_there_are_no_pairs_among_none_one_and_plain_ones(looks: list[int]) -> None:
    assert near_pairs(np.array(looks, dtype=np.int64), lambda: False).shape == (0, 2)
    assert near_to(PLAIN, np.array(looks, dtype=np.int64)).shape == (0,)


def test_comparing_ends_when_somebody_else_waits() -> None:
    with pytest.raises(Stopped):
        near_pairs(drawn(100, 1), lambda: True)
