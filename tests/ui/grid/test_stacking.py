"""Photos that are alike as one: the first stands for all, and the others follow it when they are wanted."""

from hypothesis import given
from hypothesis import strategies as st

from desktop_app.ui.grid.stacking import StackedCell, Stacking

ALIKE = {1: 7, 3: 7, 5: 7, 2: 8}


def stacking(alike: dict[int, int] = ALIKE) -> Stacking:
    made = Stacking()
    made.take(alike)
    return made


def test_the_first_of_the_list_stands_for_the_others():
    made = stacking()
    assert made.shown([4, 3, 2, 1, 5]) == [4, 3, 2]
    assert made.front(5) == 3
    assert made.cell(3) == StackedCell(3, is_front=True, is_spread=False)
    assert made.cell(4) is None
    # Its like is not in the list.
    assert made.cell(2) is None


def test_a_spread_stack_lies_together():
    made = stacking()
    made.shown([4, 3, 2, 1, 5])
    made.turn(3)
    assert made.shown([4, 3, 2, 1, 5]) == [4, 3, 1, 5, 2]
    assert made.cell(5) == StackedCell(3, is_front=False, is_spread=True)
    made.turn(5)
    assert made.shown([4, 3, 2, 1, 5]) == [4, 3, 2]


def test_what_is_spread_is_known_by_photo():
    made = stacking()
    made.shown([3, 1])
    made.turn(3)
    made.take({1: 70, 3: 70, 9: 70})
    assert made.shown([9, 3, 2, 1]) == [9, 3, 1, 2]
    made.forget_spread()
    assert made.shown([9, 3, 2, 1]) == [9, 2]


def test_each_by_itself_where_the_person_wants_it():
    made = stacking()
    assert made.show_as_one(False)
    assert not made.show_as_one(False)
    assert made.shown([4, 3, 2, 1]) == [4, 3, 2, 1]
    assert made.stack_of() == {}
    assert made.show_as_one(True)
    assert made.shown([4, 3, 2, 1]) == [4, 3, 2]


@given(
    st.lists(st.integers(0, 30), unique=True),
    st.dictionaries(st.integers(0, 30), st.integers(0, 6)),
    st.sets(st.integers(0, 30)),
)
def test_every_photo_is_shown_or_stood_for_once(ids, alike, turned):
    made = stacking(alike)
    made.shown(ids)
    for one in turned:
        made.turn(one)
    shown = made.shown(ids)
    assert len(set(shown)) == len(shown)
    assert {made.front(one) for one in ids} <= set(shown)
    for one in ids:
        some = made.stack(one)
        assert (one in shown) == (made.front(one) == one or made.is_spread(one))
        cell = made.cell(one)
        assert (cell.count if cell else 0) == len(some)
        assert some[:1] in ((), [made.front(one)])
        if made.is_spread(one):
            place = shown.index(some[0])
            assert shown[place : place + len(some)] == list(some)
