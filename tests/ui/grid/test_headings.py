"""Headings in the grid: one stays on top, a click selects what stands below, and keys and mouse go on as before."""

from collections import Counter
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip

from desktop_app.ui.grid.delegate import PhotosDelegate
from desktop_app.ui.grid.geometry import GridGeometry
from desktop_app.ui.grid.model import PhotosModel
from desktop_app.ui.grid.sections import Grouping, Sections
from tests.ui.grouped import JUNE, LEFT, grid_on, seconds_of

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def grid(qtbot):
    with grid_on(qtbot) as made:
        yield made


def titles(grid) -> list[str]:
    sections = grid.model.sections()
    return [sections.title(number) for number in range(len(sections.starts))]


def test_photos_stand_below_their_day_or_month(grid):
    grid.shows([2, 3])
    assert titles(grid) == ["Monday, 30 June 2025", "Sunday, 29 June 2025"]
    assert grid.model.sections().photos == (2, 3)
    grid.model.group_by(Grouping.MONTH)
    assert titles(grid) == ["June 2025"]
    grid.model.group_by(Grouping.NONE)
    assert titles(grid) == []


def test_without_dates_there_are_no_headings(grid):
    grid.shows([2, 3])
    grid.model.show_ids([3, 2, 1])
    assert titles(grid) == []
    assert not grid.model.is_by_date()


def test_each_day_begins_on_a_line_of_its_own(grid):
    grid.shows([2, 3])
    tops = [grid.view.visualRect(grid.model.index(row)).top() for row in range(5)]
    assert tops[0] == tops[1] < tops[2] == tops[3] == tops[4]
    assert tops[0] >= grid.view.heading_px()


def test_a_heading_stays_on_top_of_its_photos(grid):
    grid.shows([100, 100])
    heading = grid.view._headings_in_sight()[0]
    grid.view.verticalScrollBar().setValue(700)
    assert grid.view._headings_in_sight()[0] == heading
    # What lies below it is not hit through it.
    assert not grid.view.indexAt(heading[1].center()).isValid()
    last = grid.view._geometry.heading_rect(1).top()
    grid.view.verticalScrollBar().setValue(last - 10)
    on_top, pushing = grid.view._headings_in_sight()[:2]
    assert on_top[0] == 0
    assert on_top[1].bottom() < pushing[1].top() == 10


def test_only_what_comes_into_sight_is_painted_when_the_grid_is_scrolled(qapp, grid, monkeypatch):
    """Also in a program with a style sheet, and below a heading that stays where it is."""
    qapp.setStyleSheet("QListView { color: black; }")
    try:
        grid.shows([300])
        grid.view.verticalScrollBar().setValue(700)
        settled(grid)
        painted = []
        paint = PhotosDelegate.paint

        def noted(self, painter, option, index):
            painted.append(index.row())
            paint(self, painter, option, index)

        monkeypatch.setattr(PhotosDelegate, "paint", noted)
        bar = grid.view.verticalScrollBar()
        bar.setValue(bar.value() + 40)
        QApplication.processEvents()
        height, cells = grid.view.viewport().height(), grid.view.rows_in_sight()
        came = [row for row in cells if grid.view.visualRect(grid.model.index(row)).bottom() >= height - 40]
        assert sorted(set(painted)) == came
        assert len(came) < len(cells) / 2
        assert is_painted_as_anew(grid)
    finally:
        qapp.setStyleSheet("")


def settled(grid) -> None:
    """Wait until it is known of all in sight that there is no picture, and painted."""
    ids = grid.model.ids_of(grid.view.rows_in_sight())
    grid.qtbot.waitUntil(lambda: all(grid.view._loader.peek(one) is not None for one in ids))
    QApplication.processEvents()


def is_painted_as_anew(grid) -> bool:
    """Whether the screen shows what the viewport would paint if all of it were painted."""
    shown = grid.view.screen().grabWindow(grid.view.winId()).toImage()
    anew = grid.view.viewport().grab().toImage().convertToFormat(shown.format())
    return bool(shown.copy(anew.rect()) == anew)


def test_a_click_on_a_heading_selects_what_stands_below(grid):
    grid.shows([2, 3, 1])
    grid.clicks(grid.heading(1))
    assert grid.view.chosen_ids() == [3, 4, 5]
    assert grid.view.currentIndex().row() == 2
    grid.clicks(grid.heading(0), CONTROL)
    assert grid.view.chosen_ids() == [1, 2, 3, 4, 5]
    grid.clicks(grid.heading(1), CONTROL)
    assert grid.view.chosen_ids() == [1, 2]
    grid.clicks(grid.heading(2))
    assert grid.view.chosen_ids() == [6]


def test_a_press_on_a_heading_begins_no_band(qtbot, grid):
    grid.shows([2, 3])
    ports = grid.view.viewport()
    qtbot.mousePress(ports, LEFT, pos=grid.heading(0))
    qtbot.mouseMove(ports, grid.cell(4))
    assert grid.view.chosen_ids() == [1, 2]
    qtbot.mouseRelease(ports, LEFT, pos=grid.cell(4))
    assert grid.view.chosen_ids() == [1, 2]


def test_beside_its_words_a_heading_is_empty_ground(grid):
    grid.shows([2, 3])
    grid.view.selectAll()
    grid.clicks(QPoint(800, grid.heading(1).y()))
    assert grid.view.chosen_ids() == []


def test_the_pointer_is_told_what_a_heading_does(grid):
    grid.shows([2, 3])
    spot = grid.view.spot_at(grid.heading(1))
    assert spot.tip == "Select all of Sunday, 29 June 2025"
    grid.qtbot.mouseMove(grid.view.viewport(), grid.heading(1))
    grid.qtbot.waitUntil(lambda: grid.view.is_pointed_at(spot.rect))
    assert grid.view.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor
    grid.qtbot.mouseMove(grid.view.viewport(), grid.cell(0))
    grid.qtbot.waitUntil(lambda: not grid.view.is_pointed_at(spot.rect))
    assert grid.view.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor
    QToolTip.hideText()


def test_keys_go_from_day_to_day_and_keep_their_column(grid):
    grid.shows([2, 9, 1, 9])
    across = grid.columns()
    assert across == 4
    grid.goes_to(1)
    assert grid.presses(Key.Key_Right) == 2
    assert grid.presses(Key.Key_Left) == 1
    assert grid.presses(Key.Key_Down) == 3
    assert grid.presses(Key.Key_Right) == 4
    assert grid.presses(Key.Key_Down) == 8
    # The last line of that day has one photo, the next day too; the column is kept all the same.
    assert grid.presses(Key.Key_Down) == 10
    assert grid.presses(Key.Key_Down) == 11
    assert grid.presses(Key.Key_Down) == 14
    assert [grid.presses(Key.Key_Up) for _ in range(5)] == [11, 10, 8, 4, 1]
    assert grid.presses(Key.Key_Up) == 1
    assert grid.presses(Key.Key_End) == 20
    assert grid.presses(Key.Key_Down) == 20
    assert grid.presses(Key.Key_Home) == 0


def test_pages_lead_to_the_ends(grid):
    grid.shows([2, 30, 2])
    grid.goes_to(1)
    seen = [grid.presses(Key.Key_PageDown) for _ in range(12)]
    assert seen[0] > grid.columns()
    assert seen == sorted(seen)
    assert seen[-1] == 33
    back = [grid.presses(Key.Key_PageUp) for _ in range(12)]
    assert back == sorted(back, reverse=True)
    assert back[-1] in range(2)


def test_what_keys_lead_to_is_not_below_the_heading_on_top(grid):
    grid.shows([200])
    grid.goes_to(199)
    for _ in range(30):
        grid.presses(Key.Key_Up)
        cell = grid.view.visualRect(grid.view.currentIndex())
        assert cell.top() >= grid.view.heading_px()
        assert cell.bottom() < grid.view.viewport().height()


def test_shift_selects_across_days(grid):
    grid.shows([2, 3, 4])
    grid.clicks(grid.cell(1))
    grid.clicks(grid.cell(6), SHIFT)
    assert grid.view.chosen_ids() == [2, 3, 4, 5, 6, 7]
    grid.clicks(grid.cell(0))
    grid.presses(Key.Key_Down, SHIFT)
    assert grid.view.chosen_ids() == [1, 2, 3]


def test_shift_selects_from_below_the_heading_on_top(grid):
    grid.shows([200])
    grid.clicks(grid.cell(0))
    grid.view.verticalScrollBar().setValue(110)
    assert not grid.view.indexAt(grid.cell(0)).isValid()
    grid.clicks(grid.cell(5), SHIFT)
    assert grid.view.chosen_ids() == [1, 2, 3, 4, 5, 6]


def test_a_band_selects_across_days(qtbot, grid):
    grid.shows([2, 3])
    ports = grid.view.viewport()
    qtbot.mousePress(ports, LEFT, pos=QPoint(800, 70))
    qtbot.mouseMove(ports, QPoint(700, 80))
    qtbot.mouseMove(ports, grid.cell(3))
    chosen = grid.view.chosen_ids()
    qtbot.mouseRelease(ports, LEFT, pos=grid.cell(3))
    assert chosen == [2, 4, 5]


def test_zooming_keeps_the_place(grid):
    grid.shows([7] * 300)
    grid.view.scrollTo(grid.model.index(1_000), grid.view.ScrollHint.PositionAtCenter)
    for delta in (120, 120, -120, -120, -120):
        QApplication.sendEvent(grid.view.viewport(), wheel(delta))
        seen = grid.view.rows_in_sight()
        middle = seen[len(seen) // 2]
        assert abs(middle - 1_000) < 2 * len(seen)


def test_a_resize_keeps_what_is_in_sight(grid):
    grid.shows([7] * 300)
    grid.view.scrollTo(grid.model.index(1_000), grid.view.ScrollHint.PositionAtTop)
    grid.view.resize(500, 600)
    assert abs(grid.view.rows_in_sight().start - 1_000) <= 8


def test_photos_that_arrive_keep_place_and_selection(grid):
    grid.shows([9] * 50)
    grid.view.scrollTo(grid.model.index(200), grid.view.ScrollHint.PositionAtTop)
    grid.view.choose(210)
    before = grid.view.visualRect(grid.model.index(grid.model.row_of(210))).top()
    ids = [*range(-40, 0), *range(1, 451)]
    days = [JUNE + timedelta(days=1)] * 40 + [
        JUNE - timedelta(days=day) for day in range(50) for _ in range(9)
    ]
    grid.model.show_ids(ids, seconds_of(days))
    assert grid.view.chosen_ids() == [210]
    assert grid.view.visualRect(grid.model.index(grid.model.row_of(210))).top() == before
    assert grid.model.sections().photos[0] == 40


def test_another_grouping_keeps_place_and_selection(grid):
    grid.shows([9] * 50)
    grid.view.scrollTo(grid.model.index(200), grid.view.ScrollHint.PositionAtTop)
    grid.view.choose(210)
    for grouping in (Grouping.MONTH, Grouping.NONE, Grouping.DAY):
        grid.model.group_by(grouping)
        assert 209 in grid.view.rows_in_sight()
        assert grid.view.chosen_ids() == [210]


def test_the_menu_selects_the_day(grid):
    grid.shows([2, 3])
    menu = grid.view.menu_for(grid.model.photo_at_row(3) or grid._photo(4))
    action = next(one for one in menu.actions() if one.text().startswith("Select all of"))
    assert action.text() == "Select all of Sunday, 29 June 2025"
    action.trigger()
    assert grid.view.chosen_ids() == [3, 4, 5]


def test_a_screen_reader_finds_the_photos_where_they_are(grid):
    grid.shows([2, 3])
    QAccessible.setActive(True)
    try:
        reader = QAccessible.queryAccessibleInterface(grid.view)
        assert reader.childCount() == 5
        corner = grid.view.viewport().mapToGlobal(QPoint(0, 0))
        for row in range(5):
            place = grid.view.visualRect(grid.model.index(row))
            assert reader.child(row).rect() == place.translated(corner)
            assert grid.view.indexAt(place.center()).row() == row
    finally:
        QAccessible.setActive(False)


def test_of_many_photos_only_those_in_sight_are_touched(grid, monkeypatch):
    calls: Counter[str] = Counter()
    count(monkeypatch, calls, PhotosModel, "data")
    count(monkeypatch, calls, GridGeometry, "rect")
    count(monkeypatch, calls, Sections, "title")
    grid.shows([10] * 10_000)
    grid.view.grab()
    for value in (0, 500_000, 123_456, grid.view.verticalScrollBar().maximum()):
        grid.view.verticalScrollBar().setValue(value)
        grid.view.grab()
    grid.goes_to(70_000)
    grid.presses(Key.Key_Down)
    grid.view.resize(700, 600)
    grid.view.set_cell_px(150)
    grid.view.grab()
    grid.clicks(grid.heading(grid.view._headings_in_sight()[0][0]))
    assert len(grid.view.chosen_ids()) == 10
    assert calls["rect"] > 0
    assert max(calls.values()) < 5_000, calls


def count(monkeypatch, calls: Counter[str], where: type, name: str) -> None:
    method = getattr(where, name)

    def counted(*given):
        calls[name] += 1
        return method(*given)

    monkeypatch.setattr(where, name, counted)


def wheel(delta: int) -> QWheelEvent:
    return QWheelEvent(
        QPointF(50, 50), QPointF(50, 50), QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton, CONTROL,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip


def test_nothing_of_a_picture_is_seen_above_a_heading_where_pixels_are_no_whole_ones(grid):
    """At a scale of 125 % the grid's upper edge may lie within a row of the screen's pixels."""
    grid.shows([100])
    settled(grid)
    # Below the heading lie what stands for pictures.
    grid.view.verticalScrollBar().setValue(grid.view.heading_px() + 40)
    screen = QImage(1250, 100, QImage.Format.Format_RGB32)
    screen.setDevicePixelRatio(1.25)
    screen.fill(grid.view.palette().base().color())
    ground = screen.copy(0, 0, screen.width(), 4)
    grid.view.viewport().render(screen, QPoint(0, 1))
    assert screen.copy(0, 0, screen.width(), 4) == ground
