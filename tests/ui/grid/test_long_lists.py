"""A grid of very many photos: nothing is done row by row, and what is worked out beside the window fits when it comes."""

import threading
from datetime import timedelta

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex

from desktop_app.ui.background.runner import Background
from desktop_app.ui.flows.coming_rows import ComingRows
from desktop_app.ui.grid.ahead import Ahead, Plan
from desktop_app.ui.grid.grid_view import GridView
from desktop_app.ui.grid.known import MOST_KNOWN
from desktop_app.ui.grid.model import PAGE, Index, PhotosModel
from desktop_app.ui.grid.photos_view import MOST_COPIED
from desktop_app.ui.photo.position import Position
from tests.ui.fake_library import a_photo
from tests.ui.grouped import JUNE, Grid, grid_on, seconds_of

MANY = 200_000
NOWHERE = QModelIndex()


@pytest.fixture
def grid(qtbot):
    with grid_on(qtbot) as made:
        yield made


def by_date(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Ids and dates, the newest first: a photo every hour."""
    ids = np.arange(count, 0, -1)
    return ids, ids * 3600 + 1_000_000_000


def test_all_are_selected_as_one_run(grid: Grid) -> None:
    asked: list[Index] = []

    class Counting(PhotosModel):
        def rowCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802 - Qt's name
            asked.append(parent)
            return super().rowCount(parent)

    model = Counting()
    model.show_ids(*by_date(MANY))
    grid.view.setModel(model)
    asked.clear()
    grid.view.selectAll()
    assert len(asked) < 1_000
    runs = grid.view.selectionModel().selection().toList()
    assert [(run.top(), run.bottom()) for run in runs] == [(0, MANY - 1)]
    grid.view.setModel(grid.model)


def test_all_stay_selected_while_photos_come_and_go(grid: Grid) -> None:
    ids, seconds = by_date(MANY)
    grid.model.show_ids(ids, seconds)
    grid.view.selectAll()
    new = MANY + 1
    grid.model.update_ids({new, 7}, [new], seconds[50_000:50_001])
    assert grid.view.chosen_count() == MANY - 1
    assert not grid.view.is_chosen(new)
    assert grid.view.is_chosen(8)
    # Pairs become one row each, which the others of a pair are chosen by.
    grid.model.take_stacks({one: one // 2 for one in range(100_000, MANY)})
    assert grid.model.rowCount() == MANY - 50_000
    assert grid.view.chosen_count() == MANY - 50_000 - 1
    # Every other photo of so many would be too many runs for Qt.
    grid.model.show_as_one(False)
    assert grid.view.chosen_count() == 0


def test_photos_seen_long_ago_are_forgotten_and_asked_for_again(grid: Grid) -> None:
    asked: list[int] = []
    grid.model.page_wanted.connect(asked.extend)
    grid.model.show_ids(*by_date(MANY))
    for first in range(0, MOST_KNOWN + 10 * PAGE, PAGE):
        grid.model.want_rows(first, first + PAGE - 1)
    assert len(grid.model.known()) <= MOST_KNOWN + PAGE
    assert grid.model.photo_at_row(0) is None
    assert grid.model.photo_at_row(MOST_KNOWN) is not None
    asked.clear()
    grid.model.want_rows(0, 9)
    assert asked == [MANY - row for row in range(10)]
    assert grid.model.photo_at_row(0) == a_photo(MANY)


def test_selected_photos_come_in_their_order_however_they_became_known(grid: Grid) -> None:
    grid.model.show_ids(*by_date(MANY))
    for row in (900, 10, 500, 499):
        grid.model.take_photos([a_photo(MANY - row)])
    select = grid.view.selectionModel().select
    flag = QItemSelectionModel.SelectionFlag
    for row in (500, 10, 499):
        select(grid.model.index(row), flag.Select)
    assert [one.id for one in grid.view.chosen_photos()] == [MANY - 10, MANY - 499, MANY - 500]
    assert grid.view.chosen_ids() == [MANY - 10, MANY - 499, MANY - 500]
    assert grid.view.chosen_ids(2) == [MANY - 10, MANY - 499]


def test_too_many_files_for_a_clipboard_are_refused(qtbot, grid: Grid) -> None:
    asked: list[int] = []
    grid.model.page_wanted.connect(asked.extend)
    grid.model.show_ids(*by_date(MOST_COPIED + 1))
    grid.view.selectAll()
    asked.clear()
    with qtbot.waitSignal(grid.view.copy_refused) as refused, qtbot.assertNotEmitted(grid.view.copied):
        grid.view.copy_files()
    assert refused.args == [MOST_COPIED + 1]
    assert asked == []


def test_a_photo_that_went_does_not_keep_the_others_from_being_copied(qtbot, grid: Grid) -> None:
    late: list[int] = []
    grid.model.page_wanted.disconnect(grid._bring)
    grid.model.page_wanted.connect(late.extend)
    grid.model.show_ids(*by_date(3))
    grid.view.selectAll()
    grid.view.copy_paths()
    assert sorted(set(late)) == [1, 2, 3]
    grid.model.update_ids({2}, [], np.array([], dtype=np.int64))
    with qtbot.waitSignal(grid.view.copied) as copied:
        grid.model.take_photos([a_photo(1), a_photo(3)])
    assert copied.args == [2]


def test_rows_that_became_others_meanwhile_are_worked_out_again(qtbot, grid: Grid) -> None:
    model = grid.model
    model.take_stacks({1: 1, 2: 1})
    model.show_ids(*by_date(6))
    assert model.ids() == [6, 5, 4, 3, 2]
    background, held = Background(), threading.Event()
    shown: list[Plan] = []
    rows = ComingRows(model, background)
    named = frozenset({4, 9})

    def later(ahead: Ahead) -> Plan:
        held.wait(10)
        return ahead.changed(named, [9], np.array([1_000_000_000]))

    try:
        rows.bring(later, shown.append, channel="grid")
        # The person spreads a stack, while what came is on its way.
        model.turn_stack(2)
        assert model.ids() == [6, 5, 4, 3, 2, 1]
        held.set()
        qtbot.waitUntil(lambda: bool(shown), timeout=10_000)
        assert model.ids() == [6, 5, 3, 2, 1, 9]
        assert [plan.count() for plan in shown] == [6]
    finally:
        held.set()
        background.close()


def test_what_was_worked_out_for_other_rows_is_not_taken(grid: Grid) -> None:
    model = grid.model
    model.show_ids([1, 2, 3])
    plan = model.ahead().listed([3, 4])
    model.show_ids([1, 2])
    assert not model.take(plan)
    assert model.ids() == [1, 2]
    assert model.take(plan.again(model.ahead()))
    assert model.ids() == [3, 4]


def test_the_date_of_a_row_is_that_of_its_photo(grid: Grid) -> None:
    dates = [JUNE - timedelta(days=day) for day in range(4)]
    grid.model.take_stacks({1: 1, 2: 1})
    grid.model.show_ids([1, 2, 3, 4], seconds_of(dates))
    assert [grid.model.date_at_row(row) for row in range(4)] == [
        *seconds_of([dates[0], dates[2], dates[3]]).tolist(),
        None,
    ]


def test_more_large_cells_than_coordinates_are_made_smaller(qapp: object) -> None:
    class Ten(PhotosModel):
        def rowCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802 - Qt's name
            return 10_000_000

    view = GridView()
    model = Ten()
    view.setModel(model)
    view.resize(600, 500)
    view.set_cell(512, 0.84, 20)
    bar = view.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert view.rows_in_sight().stop == 10_000_000
    assert view.visualRect(model.index(9_999_999)).bottom() < view.viewport().height()
    assert view.cell_width() < 512


def test_a_place_in_a_list_counts_what_stands_below_others() -> None:
    assert Position(1_153).words(2) == "3 of 1,153"
    stacked = Position(4, np.array([1, 3, 1, 1000]))
    assert [stacked.words(at) for at in range(4)] == [
        "1 of 1,005",
        "2–4 of 1,005",
        "5 of 1,005",
        "6–1,005 of 1,005",
    ]
