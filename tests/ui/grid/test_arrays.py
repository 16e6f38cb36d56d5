"""Arrays of ids say what lists, dictionaries and sets would."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.ui.grid.alike import Alike
from desktop_app.ui.grid.listing import Listing
from desktop_app.ui.grid.pieces import Pieces
from desktop_app.ui.grid.places import SLOTS_FREE, Places, as_ids
from desktop_app.ui.grid.row_changes import MOST_RUNS, changes
from desktop_app.ui.grid.sections import Grouping
from desktop_app.ui.grid.shown import Shown

DAY_S = 86_400
# Close together, as numbers of rows are, and so far apart that no slot is made for each.
dense = st.integers(0, 40)
sparse = st.one_of(dense, st.integers(10 * SLOTS_FREE, 2**62), st.integers(-(2**62), -1))
dates = st.dictionaries(sparse, st.integers(-3, 3).map(lambda day: day * DAY_S // 2), max_size=30)


def array(numbers: object) -> np.ndarray:
    return np.array(list(numbers), dtype=np.int64)  # type: ignore[call-overload]  # any whole numbers


def newest_first(of: Mapping[int, int]) -> list[int]:
    return sorted(of, key=lambda one: (-of[one], -one))


def listing_of(of: Mapping[int, int]) -> Listing:
    ids = newest_first(of)
    return Listing.of(ids, array(of[one] for one in ids))


@given(st.lists(sparse, unique=True), st.lists(sparse))
def test_where_an_id_stands(ids: list[int], asked: list[int]) -> None:
    places = Places(array(ids))
    expected = [ids.index(one) if one in ids else -1 for one in asked]
    assert places.of(array(asked)).tolist() == expected
    assert [places.at(one) for one in asked] == expected
    assert array(ids)[places.in_order()].tolist() == sorted(ids)


@pytest.mark.parametrize("kind", [list, tuple, set, dict.fromkeys, array])
def test_numbers_of_any_kind_are_ids(kind) -> None:
    numbers = range(3, 50_003)
    assert as_ids(kind(numbers)).tolist() == list(numbers)
    assert as_ids(kind([])).tolist() == []


@given(st.lists(sparse))
def test_a_photo_that_comes_twice_is_where_it_came_first(ids: list[int]) -> None:
    made = Listing.of(ids, array(range(len(ids))))
    assert made.ids.tolist() == list(dict.fromkeys(ids))
    assert [made.date_of(one) for one in made.ids.tolist()] == [ids.index(one) for one in dict.fromkeys(ids)]


@given(dates, dates, st.sets(sparse, max_size=10))
def test_a_list_by_date_follows_what_came_and_went(
    before: dict[int, int], came: dict[int, int], gone: set[int]
) -> None:
    named = gone | set(list(before)[:2])
    now = newest_first(came)
    after = listing_of(before).with_changes(named, now, array(came[one] for one in now))
    expected = {one: date for one, date in before.items() if one not in named} | came
    assert after.ids.tolist() == newest_first(expected)
    assert [after.date_of(one) for one in after.ids.tolist()] == [
        expected[one] for one in newest_first(expected)
    ]
    assert after.date_of(-7) == expected.get(-7)


def test_photos_of_one_second_are_put_in_by_their_numbers() -> None:
    same = dict.fromkeys(range(2, 400, 2), DAY_S)
    came = dict.fromkeys(range(1, 400, 4), DAY_S)
    now = newest_first(came)
    after = listing_of(same).with_changes(now, now, array(came.values()))
    assert after.ids.tolist() == newest_first(same | came)


def test_no_news_is_the_same_list() -> None:
    of = {1: 5, 2: 9, 3: 9}
    made = listing_of(of)
    assert made.with_changes([2, 99], [2], array([9])) is made
    assert made.with_changes([2], [], array([])) is not made
    assert made.with_changes([2], [2], array([8])) is not made


@given(
    st.lists(sparse, unique=True, max_size=60), st.sets(sparse, max_size=30), st.lists(sparse, unique=True)
)
def test_steps_lead_from_any_list_to_any_other(old: list[int], gone: set[int], more: list[int]) -> None:
    new = [one for one in old if one not in gone]
    for place, one in enumerate(more):
        if one not in old:
            new.insert(place * 3 % (len(new) + 1), one)
    found = changes(old, new)
    if found is None:
        assert not set(old) & set(new) or len(old) + len(new) > MOST_RUNS
        return
    rows, pieces = list(old), Pieces(array(old))
    for first, last in found.removed:
        del rows[first : last + 1]
        pieces.remove(first, last)
        assert_same(pieces, rows)
    for first, last in found.inserted:
        rows[first:first] = new[first : last + 1]
        pieces.insert(first, array(new[first : last + 1]))
        assert_same(pieces, rows)
    assert rows == new


def assert_same(pieces: Pieces, rows: list[int]) -> None:
    assert len(pieces) == len(rows)
    assert [pieces[row] for row in range(len(rows))] == rows
    middle = len(rows) // 2
    assert pieces.between(middle - 2, middle + 3).tolist() == rows[max(0, middle - 2) : middle + 3]
    assert [pieces.row_of(one) for one in (*rows[:3], 41)] == [
        rows.index(one) if one in rows else None for one in (*rows[:3], 41)
    ]


@given(st.dictionaries(sparse, sparse), st.lists(sparse))
def test_what_is_alike_has_one_number(stack_of: dict[int, int], asked: list[int]) -> None:
    alike = Alike(stack_of)
    assert alike == Alike((array(stack_of), array(stack_of.values())))
    numbers = alike.numbers_of(array(asked)).tolist()
    assert [None if one < 0 else one for one in numbers] == [alike.get(one) for one in asked]
    assert alike.count == len(set(stack_of.values()))
    by_number: dict[int, set[int]] = {}
    for one, stack in stack_of.items():
        number = alike.get(one)
        assert number is not None
        by_number.setdefault(number, set()).add(stack)
    # As many numbers as stacks, and no number of two stacks.
    assert sorted(by_number) == list(range(alike.count))
    assert all(len(stacks) == 1 for stacks in by_number.values())


@given(
    dates,
    st.dictionaries(sparse, st.integers(0, 5)),
    st.sets(dense),
    st.sampled_from([Grouping.DAY, Grouping.MONTH]),
)
def test_sections_are_those_of_the_fronts_days(
    of: dict[int, int], stack_of: dict[int, int], spread: set[int], grouping: Grouping
) -> None:
    listing = listing_of(of)
    shown = Shown.of(listing, Alike(stack_of), spread)
    found = shown.sections(grouping)
    runs: list[tuple[int, int]] = []
    for row, one in enumerate(shown.ids.tolist()):
        day = np.datetime64(of[shown.front(one)], "s").astype("datetime64[D]")
        key = int(day.astype("datetime64[M]" if grouping is Grouping.MONTH else "datetime64[D]").astype(int))
        if not runs or runs[-1][1] != key:
            runs.append((row, key))
    assert list(zip(found.starts, found.keys, strict=True)) == runs
    assert sum(found.photos) == len(of)
