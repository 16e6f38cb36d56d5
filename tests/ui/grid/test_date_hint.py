"""While the handle of the scroll bar is dragged, the month that is in sight is said beside it."""

import pytest

from desktop_app.ui.grid.date_hint import DateHint
from desktop_app.ui.grid.sections import Grouping
from tests.ui.grouped import Grid, grid_on


@pytest.fixture
def grid(qtbot):
    with grid_on(qtbot) as made:
        yield made


def hint_of(grid: Grid) -> DateHint:
    hint = grid.view.findChild(DateHint)
    assert hint is not None
    return hint


def test_the_month_in_sight_is_said_while_the_handle_is_dragged(qtbot, grid: Grid) -> None:
    grid.shows([20] * 100, Grouping.NONE)
    hint, bar = hint_of(grid), grid.view.verticalScrollBar()
    bar.setValue(50)
    assert hint.isHidden()
    bar.setSliderDown(True)
    bar.setSliderPosition(bar.maximum())
    assert hint.isVisible()
    assert hint.text() == "March 2025"
    assert hint.geometry().right() < bar.geometry().left()
    assert hint.geometry().bottom() <= grid.view.height()
    # Below headings it says what they say.
    grid.model.group_by(Grouping.DAY)
    bar.setSliderPosition(bar.maximum() - 1)
    sections = grid.model.sections()
    last = grid.view._geometry.section_at_row(grid.view.rows_in_sight().start)
    assert hint.text() == sections.title(last)
    bar.setSliderDown(False)
    qtbot.waitUntil(hint.isHidden)


def test_nothing_is_said_where_photos_are_in_another_order(grid: Grid) -> None:
    grid.model.show_ids(range(1, 2_000))
    hint, bar = hint_of(grid), grid.view.verticalScrollBar()
    bar.setSliderDown(True)
    bar.setSliderPosition(bar.maximum() // 2)
    assert hint.isHidden()
