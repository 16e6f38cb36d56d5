"""Photos that are alike as one: the first stands for all, and the others follow it when they are wanted."""

from collections.abc import Iterable, Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.ui.grid.ahead import Ahead
from desktop_app.ui.grid.alike import Alike
from desktop_app.ui.grid.places import Places
from desktop_app.ui.grid.rows import Basis
from desktop_app.ui.grid.sections import Grouping
from desktop_app.ui.grid.shown import Shown
from desktop_app.ui.grid.stacking import StackedCell

ALIKE = {1: 7, 3: 7, 5: 7, 2: 8}


class Rows:
    """Rows that are worked out one from the other."""

    def __init__(self, alike: Mapping[int, int] = ALIKE) -> None:
        self.basis = Basis(alike=Alike(alike))

    def ahead(self) -> Ahead:
        return Ahead(self.basis, Grouping.NONE, is_other=False)

    def shows(self, ids: Iterable[int]) -> list[int]:
        self.basis = self.ahead().listed(list(ids)).after
        return self.ids()

    def ids(self) -> list[int]:
        ids: list[int] = self.shown().ids.tolist()
        return ids

    def shown(self) -> Shown:
        assert self.basis.shown is not None
        return self.basis.shown

    def turns(self, photo_id: int) -> None:
        plan = self.ahead().turned(photo_id)
        if plan is not None:
            self.basis = plan.after


def by_hand(
    ids: list[int], alike: Mapping[int, int], spread: frozenset[int]
) -> tuple[list[int], dict[int, int]]:
    """The rows, and for how many photos each stands, worked out photo by photo."""
    stacks: dict[int, list[int]] = {}
    for one in ids:
        if one in alike:
            stacks.setdefault(alike[one], []).append(one)
    rows: list[int] = []
    counts: dict[int, int] = {}
    for one in ids:
        stack = stacks.get(alike[one], [one]) if one in alike else [one]
        is_spread = not spread.isdisjoint(stack) and len(stack) > 1
        if stack[0] == one:
            rows += stack if is_spread else [one]
            counts |= dict.fromkeys(stack, 1) if is_spread else {one: len(stack)}
    return rows, counts


def test_what_opening_a_photo_asks_of_all_rows_was_worked_out_with_them(monkeypatch: pytest.MonkeyPatch):
    made = Rows()
    made.shows([4, 3, 2, 1, 5])
    looks: list[object] = []
    monkeypatch.setattr(Places, "of", lambda _places, ids: looks.append(ids))
    stands_for = made.shown().stands_for()
    assert stands_for is not None
    assert stands_for.tolist() == [1, 3, 1]
    assert looks == []


def test_the_first_of_the_list_stands_for_the_others():
    made = Rows()
    assert made.shows([4, 3, 2, 1, 5]) == [4, 3, 2]
    shown = made.shown()
    assert shown.front(5) == 3
    assert shown.front_row_of(5) == 1
    assert shown.front_rows_of(np.array([5, 4, 99, 2, 3])).tolist() == [1, 0, -1, 2, 1]
    assert shown.cell(3) == StackedCell(3, is_front=True, is_spread=False)
    assert shown.cell(4) is None
    # Its like is not in the list.
    assert shown.cell(2) is None


def test_what_is_not_in_the_list_is_of_no_stack():
    shown = Rows().ahead().listed([1, 3]).after.shown
    assert shown is not None
    assert shown.front(5) == 5
    assert shown.front_row_of(5) is None
    assert shown.front_rows_of(np.array([5])).tolist() == [-1]


def test_a_spread_stack_lies_together():
    made = Rows()
    made.shows([4, 3, 2, 1, 5])
    made.turns(3)
    assert made.ids() == made.shows([4, 3, 2, 1, 5]) == [4, 3, 1, 5, 2]
    assert made.shown().cell(5) == StackedCell(3, is_front=False, is_spread=True)
    made.turns(5)
    assert made.ids() == made.shows([4, 3, 2, 1, 5]) == [4, 3, 2]


def test_what_is_spread_is_known_by_photo():
    made = Rows()
    made.shows([3, 1])
    made.turns(3)
    made.basis = made.ahead().alike({1: 70, 3: 70, 9: 70}).after
    assert made.shows([9, 3, 2, 1]) == [9, 3, 1, 2]
    # Another list gathers all.
    other = Ahead(made.basis, Grouping.NONE, is_other=True).listed([9, 3, 2, 1])
    assert other.after.shown is not None
    assert other.after.shown.ids.tolist() == [9, 2]


def test_each_by_itself_where_the_person_wants_it():
    made = Rows()
    made.shows([4, 3, 2, 1])
    apart = made.ahead().as_one(False)
    assert apart.after.shown is not None
    assert apart.after.shown.ids.tolist() == [4, 3, 2, 1]
    made.basis = apart.after
    assert made.ahead().as_one(False).after is made.basis
    together = made.ahead().as_one(True)
    assert together.after.shown is not None
    assert together.after.shown.ids.tolist() == [4, 3, 2]


@pytest.mark.parametrize("again", [{1: 70, 3: 70, 5: 70, 2: 1}, {2: 0, 5: 9, 3: 9, 1: 9}])
def test_stacks_with_other_numbers_are_no_news(again: dict[int, int]):
    made = Rows()
    made.shows([4, 3, 2, 1])
    assert made.ahead().alike(again).after is made.basis
    as_arrays = np.array(list(again)), np.array(list(again.values()))
    assert made.ahead().alike(as_arrays).after is made.basis
    assert made.ahead().alike({1: 7, 3: 7}).after is not made.basis


@given(
    st.lists(st.integers(0, 30), unique=True),
    st.dictionaries(st.integers(0, 30), st.integers(0, 6)),
    st.sets(st.integers(0, 30)),
)
def test_every_photo_is_shown_or_stood_for_once(ids, alike, turned):
    made = Rows(alike)
    made.shows(ids)
    for one in turned:
        made.turns(one)
    turned_one_by_one = made.ids()
    rows, counts = by_hand(ids, alike, made.basis.spread)
    assert turned_one_by_one == made.shows(ids) == rows
    shown = made.shown()
    stands_for = shown.stands_for()
    assert (stands_for is None and set(counts.values()) <= {1}) or (
        stands_for is not None and stands_for.tolist() == [counts[one] for one in rows]
    )
    assert {shown.front(one) for one in ids} <= set(rows)
    fronts = [shown.front_row_of(one) for one in ids]
    assert shown.front_rows_of(np.array(ids, dtype=np.int64)).tolist() == fronts
    for one in ids:
        some = shown.stack(one)
        cell = shown.cell(one)
        assert (cell.count if cell else 0) == len(some)
        assert (one in rows) == (shown.front(one) == one or (cell is not None and cell.is_spread))
        assert some[:1] in ([], [shown.front(one)])
