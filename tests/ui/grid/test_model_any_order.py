"""Whatever reaches the rows in whatever order, each step that is told fits the one before."""

from collections.abc import Sequence

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from desktop_app.library import Band, Hit
from desktop_app.ui.grid.model import PhotosModel
from desktop_app.ui.grid.roles import Role
from desktop_app.ui.grid.sections import Grouping
from desktop_app.ui.grid.shown import Shown
from tests.ui.fake_library import a_photo

DAY_S = 86_400
BEGINNING: tuple[tuple[object, ...], ...] = (
    ("ids", [1, 2, 3, 4, 5, 6, 7, 8], True),
    ("alike", {1: 1, 2: 1, 4: 2, 5: 2, 8: 2}),
    ("turn", 4),
)
ids = some.lists(some.integers(1, 8), unique=True, max_size=8)
steps = some.one_of(
    some.tuples(some.just("ids"), ids, some.booleans()),
    some.tuples(some.just("hits"), ids, some.booleans()),
    some.tuples(some.just("alike"), some.dictionaries(some.integers(1, 8), some.integers(1, 2))),
    some.tuples(some.just("as one"), some.booleans()),
    some.tuples(some.just("turn"), some.integers(1, 8)),
    some.tuples(some.just("group"), some.sampled_from(Grouping)),
    some.tuples(some.just("known"), ids),
    some.tuples(
        some.just("changed"), ids, some.dictionaries(some.integers(1, 12), some.integers(0, 4), max_size=6)
    ),
)


class Mirror:
    """Follows the model as a view does, by what it tells alone."""

    def __init__(self) -> None:
        self.model = PhotosModel()
        self.rows: list[int] = []
        self.seen: list[str] = []
        self.model.rowsInserted.connect(self._insert)
        self.model.rowsRemoved.connect(self._remove)
        self.model.modelReset.connect(self._begin_anew)
        self.model.page_wanted.connect(lambda wanted: self.model.take_photos(map(a_photo, wanted)))
        for told in (
            self.model.modelAboutToBeReset,
            self.model.rowsAboutToBeInserted,
            self.model.rowsAboutToBeRemoved,
            self.model.renewing,
            self.model.renewed,
        ):
            told.connect(self._look)

    def does(self, what: str, *how: object) -> None:
        """Take one step."""
        model, first = self.model, how[0]
        if what == "ids":
            assert isinstance(first, list)
            model.show_ids(first, seconds_of(first) if how[1] else None)
        elif what == "hits":
            assert isinstance(first, list)
            hits = [Hit(rank, a_photo(one), 0.5, band=Band.FOUND) for rank, one in enumerate(first)]
            parts = [(len(hits) // 2, "below the line")] if hits else []
            model.show_hits(hits, goes_on=bool(how[1]), by_date=bool(how[1]), parts=parts)
        elif what == "changed":
            assert isinstance(first, list)
            assert isinstance(how[1], dict)
            self._change(first, how[1])
        elif what == "known":
            assert isinstance(first, list)
            model.take_photos([a_photo(one) for one in first])
        else:
            do = {
                "alike": model.take_stacks,
                "as one": model.show_as_one,
                "turn": model.turn_stack,
                "group": model.group_by,
            }[what]
            do(first)  # type: ignore[operator]  # each takes what its step has

    def _change(self, named: list[int], days: dict[int, int]) -> None:
        """Let photos come, go and change their date, as the library says it of a list by date."""
        if not self.model.is_by_date() or self.model._hits:
            return
        dates = {one: DAY_S * (19_998 + day) for one, day in days.items()}
        listed, before = self._listed()
        expected = {one: at for one, at in before.items() if one not in named} | dates
        ids = sorted(dates, key=lambda one: (-dates[one], -one))
        self.model.update_ids(named, ids, np.array([dates[one] for one in ids], dtype=np.int64))
        now, dates_now = self._listed()
        assert dates_now == expected
        in_order = sorted(expected, key=lambda one: (-expected[one], -one))
        # A list in another order, which the library never brings, may be put in order.
        assert now == in_order or (expected == before and now == listed)

    def _listed(self) -> tuple[list[int], dict[int, int]]:
        """The whole list, and the dates of its photos."""
        listing = self.model._rows.basis.listing
        assert listing is not None
        ids = listing.ids.tolist()
        return ids, {} if listing.seconds is None else dict(zip(ids, listing.seconds.tolist(), strict=True))

    def check(self) -> None:
        """The rows are those a fresh start would show, and every photo of the list is counted under one heading."""
        model, basis = self.model, self.model._rows.basis
        assert basis.listing is not None
        anew = Shown.of(basis.listing, basis.alike if basis.as_one else None, basis.spread)
        assert self.rows == model.ids() == anew.ids.tolist()
        shown = model.shown()
        assert shown is not None
        assert [shown.cell(one) for one in self.rows] == [anew.cell(one) for one in self.rows]
        assert model.sections() == anew.sections(model._rows.grouping)
        assert [model.row_of(one) for one in self.rows] == list(range(len(self.rows)))
        self._look()
        sections = model.sections()
        if sections.starts:
            assert sections.starts[0] == 0
            assert sum(sections.photos) == len(basis.listing.ids)

    def _insert(self, _parent: QModelIndex, first: int, last: int) -> None:
        self.rows[first:first] = self.model.ids_of(range(first, last + 1))
        self._look()

    def _remove(self, _parent: QModelIndex, first: int, last: int) -> None:
        del self.rows[first : last + 1]
        self._look()

    def _begin_anew(self) -> None:
        self.rows = self.model.ids()
        self._look()

    def _look(self, *_told: object) -> None:
        """Ask everything a view or a screen reader may ask now."""
        sections = self.model.sections()
        assert len(sections.starts) == len(sections.photos)
        for photo_id in range(1, 13):
            for row in (self.model.row_of(photo_id), self.model.front_row_of(photo_id)):
                assert row is None or 0 <= row < self.model.rowCount()
        for row in range(self.model.rowCount()):
            for role in (*Role, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
                self.model.data(self.model.index(row), role)


def seconds_of(photos: Sequence[int]) -> np.ndarray:
    """Dates in the order of the list, two photos on each day."""
    return np.array([DAY_S * (20_000 - place // 2) for place in range(len(photos))], dtype=np.int64)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(taken=some.lists(steps, max_size=10))
def test_rows_are_what_was_told(taken: list[tuple[object, ...]], qapp: object) -> None:
    mirror = Mirror()
    tester = QAbstractItemModelTester(mirror.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for what, *how in (*BEGINNING, *taken):
        mirror.does(str(what), *how)
        mirror.check()
    assert tester.model() is mirror.model


def in_order(count: int) -> tuple[list[int], np.ndarray]:
    """A list by date as the library has it: two photos on each day, of equal dates the higher number first."""
    ids = list(range(count, 0, -1))
    return ids, np.array([DAY_S * (19_000 + one // 2) for one in ids], dtype=np.int64)


def test_one_photo_of_many_is_one_row_and_no_reset(qapp: object) -> None:
    model = PhotosModel()
    model.group_by(Grouping.MONTH)
    ids, seconds = in_order(10_000)
    model.show_ids(ids, seconds)
    told: list[tuple[str, int, int]] = []
    model.rowsInserted.connect(lambda _, first, last: told.append(("in", first, last)))
    model.rowsRemoved.connect(lambda _, first, last: told.append(("out", first, last)))
    model.modelReset.connect(lambda: told.append(("reset", 0, 0)))
    # It goes, and another comes where it was.
    model.update_ids({5_000, 10_001}, [10_001], np.array([DAY_S * (19_000 + 2_500)], dtype=np.int64))
    row = ids.index(5_000)
    assert told == [("out", row, row), ("in", row - 1, row - 1)]
    assert model.row_of(5_000) is None
    assert model.row_of(10_001) == row - 1
    assert model.ids()[row - 2 : row + 1] == [5_002, 10_001, 5_001]
    # One that only became known better stays where it is.
    told.clear()
    model.update_ids({77}, [77], np.array([DAY_S * (19_000 + 38)], dtype=np.int64))
    assert told == []
    assert sum(model.sections().photos) == 10_000


def test_a_photo_that_changed_is_asked_for_again(qapp: object) -> None:
    model = PhotosModel()
    asked: list[list[int]] = []
    model.page_wanted.connect(asked.append)
    ids, seconds = in_order(4)
    model.show_ids(ids, seconds)
    model.want_rows(0, 3)
    model.update_ids({3}, [3], seconds[1:2])
    model.want_rows(0, 3)
    assert asked == [[4, 3, 2, 1], [3]]


def test_many_photos_in_a_few_runs_are_as_many_rows_told(qapp: object) -> None:
    model = PhotosModel()
    ids, seconds = in_order(1_000)
    model.show_ids(ids, seconds)
    told: list[tuple[str, int, int]] = []
    model.rowsInserted.connect(lambda _, first, last: told.append(("in", first, last)))
    model.rowsRemoved.connect(lambda _, first, last: told.append(("out", first, last)))
    new = list(range(1_300, 1_000, -1))
    gone = set(range(101, 301))
    model.update_ids(
        gone | set(new), new, np.array([DAY_S * (19_000 + one // 2) for one in new], dtype=np.int64)
    )
    assert told == [("out", 700, 899), ("in", 0, 299)]
    assert model.ids() == [*new, *(one for one in ids if one not in gone)]


def test_a_photo_is_asked_for_while_rows_come_and_go(qapp: object) -> None:
    model = PhotosModel()
    ids, seconds = in_order(400)
    model.show_ids(ids, seconds)
    asked: list[int | None] = []
    for told in (
        model.rowsAboutToBeRemoved,
        model.rowsRemoved,
        model.rowsAboutToBeInserted,
        model.rowsInserted,
    ):
        told.connect(lambda *_: asked.append(model.row_of(150)))
    # So many in so many places that the list is made anew, and few that are followed.
    far_apart = set(range(2, 400, 4))
    model.update_ids(far_apart, [], np.array([], dtype=np.int64))
    model.update_ids({150, 151}, [], np.array([], dtype=np.int64))
    assert model.row_of(150) is None
    assert asked[-1] is None
