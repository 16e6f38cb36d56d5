"""Stacks in the grid: one cell with a number, spread in place by a click or a key; and photos on a drive elsewhere."""

from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QAbstractItemModelTester

from desktop_app.library import Folder, FolderState, Photo, PhotoState
from desktop_app.ui.grid.roles import Role
from desktop_app.ui.grid.sections import Grouping
from desktop_app.ui.grid.stacking import StackedCell
from desktop_app.ui.grid.words import pointed_at, spoken
from tests.ui.grouped import LEFT, grid_on

Key = Qt.Key
ALIKE = dict.fromkeys((2, 4, 7), 1) | dict.fromkeys((9, 10), 2)


@pytest.fixture
def grid(qtbot):
    with grid_on(qtbot) as made:
        QAbstractItemModelTester(made.model, QAbstractItemModelTester.FailureReportingMode.Fatal, made.model)
        made.model.take_stacks(ALIKE)
        made.shows([12], Grouping.NONE)
        yield made


def test_photos_that_are_alike_are_one_cell(grid):
    assert grid.model.ids() == [1, 2, 3, 5, 6, 8, 9, 11, 12]
    assert grid.model.index(1).data(Role.STACK) == StackedCell(3, is_front=True, is_spread=False)
    assert grid.model.index(0).data(Role.STACK) is None


def test_a_click_on_the_number_shows_the_others_after_it_and_again_hides_them(grid):
    grid.clicks(grid.badge(1))
    assert grid.model.ids() == [1, 2, 4, 7, 3, 5, 6, 8, 9, 11, 12]
    assert grid.view.chosen_ids() == []
    grid.clicks(grid.badge(1))
    assert grid.model.ids() == [1, 2, 3, 5, 6, 8, 9, 11, 12]


def test_two_quick_clicks_spread_and_gather_and_show_nothing_large(qtbot, grid):
    shown: list[object] = []
    grid.view.preview_wanted.connect(shown.append)
    badge = grid.badge(1)
    grid.clicks(badge)
    qtbot.mouseDClick(grid.view.viewport(), LEFT, pos=badge)
    assert grid.model.ids() == [1, 2, 3, 5, 6, 8, 9, 11, 12]
    assert shown == []


@pytest.mark.parametrize("key", [Key.Key_E, Key.Key_Plus])
def test_a_key_does_the_same(grid, key):
    grid.goes_to(1)
    assert grid.presses(key) == 1
    assert grid.model.ids()[:5] == [1, 2, 4, 7, 3]
    grid.presses(key)
    assert grid.model.ids()[:3] == [1, 2, 3]
    grid.goes_to(0)
    grid.presses(key)
    assert grid.model.ids()[:3] == [1, 2, 3]


def test_the_menu_offers_the_same(grid):
    def offered(row: int):
        grid.model.want_rows(0, 20)
        menu = grid.view.menu_for(grid.model.photo_at_row(row))
        return {action.text(): action for action in menu.actions()}

    assert not {"Show all 2", "Show all 3", "Show as one"} & offered(0).keys()
    offered(1)["Show all 3"].trigger()
    assert grid.model.ids()[:5] == [1, 2, 4, 7, 3]
    offered(3)["Show as one"].trigger()
    assert grid.model.ids()[:3] == [1, 2, 3]


def test_spreading_keeps_selection_and_current_photo(grid):
    grid.goes_to(2)
    select = QItemSelectionModel.SelectionFlag.Select
    grid.view.selectionModel().select(grid.model.index(4), select)
    grid.clicks(grid.badge(1))
    assert grid.view.chosen_ids() == [3, 6]
    assert grid.view.currentIndex().data(Role.PHOTO).id == 3
    grid.clicks(grid.badge(1))
    assert grid.view.chosen_ids() == [3, 6]
    assert grid.view.currentIndex().data(Role.PHOTO).id == 3


def test_gathering_leads_from_a_hidden_photo_to_the_one_that_stands_for_it(grid):
    grid.clicks(grid.badge(1))
    grid.goes_to(3)
    assert grid.view.chosen_ids() == [7]
    grid.presses(Key.Key_E)
    assert grid.view.chosen_ids() == [2]
    assert grid.view.currentIndex().row() == 1


def test_a_photo_below_another_is_gone_to_where_that_is_shown(grid):
    grid.view.choose(10)
    assert grid.view.chosen_ids() == [9]


def test_copies_and_drags_are_of_the_photos_shown(grid):
    grid.model.want_rows(0, 20)
    grid.view.selectAll()
    assert len(grid.view.dragged().urls()) == 9
    grid.clicks(grid.badge(1))
    grid.view.selectAll()
    assert len(grid.view.dragged().urls()) == 11


def test_photos_that_arrive_join_their_stack_and_leave_it_spread(grid):
    grid.clicks(grid.badge(1))
    grid.model.take_stacks(ALIKE | {3: 1, 30: 1})
    assert grid.model.ids() == [1, 2, 3, 4, 7, 5, 6, 8, 9, 11, 12]
    grid.model.show_ids([30, *range(1, 13)])
    assert grid.model.ids() == [30, 2, 3, 4, 7, 1, 5, 6, 8, 9, 11, 12]


def test_another_list_begins_gathered(grid):
    grid.clicks(grid.badge(1))
    grid.model.show_hits([])
    grid.shows([12], Grouping.NONE)
    assert grid.model.ids()[:3] == [1, 2, 3]


def test_each_by_itself(grid):
    grid.goes_to(2)
    grid.model.show_as_one(False)
    assert grid.model.ids() == list(range(1, 13))
    assert grid.view.chosen_ids() == [3]
    grid.model.show_as_one(True)
    assert grid.model.ids() == [1, 2, 3, 5, 6, 8, 9, 11, 12]
    assert grid.view.chosen_ids() == [3]


def test_headings_count_photos_and_a_spread_stack_stays_below_its_heading(grid):
    grid.shows([3, 9], Grouping.DAY)
    assert grid.model.ids() == [1, 2, 3, 5, 6, 8, 9, 11, 12]
    assert (grid.model.sections().starts, grid.model.sections().photos) == ((0, 3), (5, 7))
    grid.goes_to(1)
    grid.presses(Key.Key_E)
    assert (grid.model.sections().starts, grid.model.sections().photos) == ((0, 5), (5, 7))


def test_a_spread_stack_has_a_ground_of_its_own(grid):
    def between() -> QColor:
        left, right = (grid.view.visualRect(grid.model.index(row)) for row in (1, 2))
        spot = QPoint((left.right() + right.left()) // 2, left.center().y())
        colour: QColor = grid.view.grab().toImage().pixelColor(spot)
        return colour

    plain = between()
    grid.goes_to(1)
    grid.presses(Key.Key_E)
    assert between() != plain


def test_where_a_stack_is_spread_over_lines_each_has_the_ground(grid):
    grid.model.take_stacks(dict.fromkeys(range(2, 13), 1))
    assert grid.model.ids() == [1, 2]
    grid.goes_to(1)
    grid.presses(Key.Key_E)
    first, last = (grid.view.visualRect(grid.model.index(row)) for row in (2, 11))
    assert last.top() > first.top()
    image = grid.view.grab().toImage()
    assert image.pixelColor(first.topLeft() + QPoint(1, 60)) == image.pixelColor(
        last.topLeft() + QPoint(1, 60)
    )


def test_a_screen_reader_hears_of_the_stack():
    photo = Photo(1, Path("/a.jpg"), 1, 1, PhotoState.INDEXED)
    gathered = StackedCell(3, is_front=True, is_spread=False)
    assert spoken(photo, None, gathered) == "a.jpg, stands for 3 similar photos"
    assert (
        spoken(photo, None, StackedCell(3, is_front=False, is_spread=True))
        == "a.jpg, one of 3 similar photos"
    )


def test_a_photo_out_of_reach_says_so_and_blames_no_drive(grid):
    photo = Photo(1, Path("/a.jpg"), 1, 1, PhotoState.INDEXED, offline=True, drive="Backup")
    assert pointed_at(photo) == "/a.jpg\nIts folder on the drive “Backup” cannot be read now"
    nameless = Photo(1, Path("/a.jpg"), 1, 1, PhotoState.INDEXED, offline=True)
    assert pointed_at(nameless) == "/a.jpg\nIts folder cannot be read now"
    assert spoken(photo) == "a.jpg, its folder on the drive “Backup” cannot be read now"


def test_a_photo_on_a_drive_elsewhere_has_a_sign_and_steps_back(qtbot, grid):
    red = QImage(60, 60, QImage.Format.Format_RGB32)
    red.fill(Qt.GlobalColor.red)
    grid.model.read_thumbnails_with(lambda _photo_id, _at_s: red)
    grid.model.want_rows(0, 20)

    def look(row: int) -> tuple[QImage, QColor]:
        cell = grid.view.visualRect(grid.model.index(row))
        image = grid.view.grab(cell).toImage()
        return image.copy(0, 0, 60, 60), image.pixelColor(cell.width() // 2, cell.width() // 2)

    corner, middle = look(0)
    grid.offline = {1}
    grid.model.show_ids(range(1, 13))
    grid.model.want_rows(0, 20)
    assert grid.model.index(0).data(Role.OFFLINE) is True
    away_corner, away_middle = look(0)
    assert away_corner != corner
    assert away_middle.saturation() < middle.saturation()
    path = grid.model.index(0).data(Role.PHOTO).path
    signs = [away_corner]
    for drive, forbidden in (("T7", False), ("T7", True)):
        grid.model.take_folders(
            [Folder(path.parent, 1, 1, 0, FolderState.MISSING, drive, forbidden=forbidden)]
        )
        signs.append(look(0)[0])
    assert all(one != other for one, other in combinations(signs, 2))
    assert "may not read" in grid.model.index(0).data(Qt.ItemDataRole.ToolTipRole)
