"""Rows of photos, known by id: nothing lands on the wrong photo, nothing is asked twice."""

from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QAbstractItemModelTester

from desktop_app.library import Hit, Photo, PhotoState
from desktop_app.ui.grid.model import PAGE, PhotosModel
from desktop_app.ui.grid.roles import CellState, Role
from desktop_app.ui.grid.row_changes import MOST_RUNS, changes


def photo(number: int, name: str = "", **more: object) -> Photo:
    path = Path("/photos") / (name or f"{number}.jpg")
    return Photo(number, path, 1000, 1, PhotoState.INDEXED, **more)  # type: ignore[arg-type]  # passed on


def hit(rank: int, number: int, score: float | None = 0.3, by_name: bool = False) -> Hit:
    return Hit(rank, photo(number), score, by_name)


@pytest.fixture
def model(qtbot):
    model = PhotosModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    return model


@pytest.fixture
def asked(model):
    asked: list[list[int]] = []
    model.page_wanted.connect(asked.append)
    return asked


def test_an_answer_is_shown_best_first_each_photo_once(model):
    model.show_hits([hit(1, 7, 0.4), hit(2, 5, None, by_name=True), hit(3, 7, 0.1)])
    assert model.ids() == [7, 5]
    first, second = model.index(0), model.index(1)
    assert first.data() == "7.jpg"
    assert first.data(Role.PHOTO) == photo(7)
    assert first.data(Role.SCORE) == 0.4
    assert (first.data(Role.BY_NAME), second.data(Role.BY_NAME)) == (False, True)
    assert second.data(Role.SCORE) is None
    assert model.hit_at_row(1).rank == 2


def test_ids_ask_for_the_rows_in_sight_and_only_once(model, asked):
    model.show_ids(range(1, 100_001))
    assert asked == []
    model.want_rows(40_000, 40_039)
    model.want_rows(40_000, 40_041)
    assert asked == [list(range(40_001, 40_041)), [40_041, 40_042]]


def test_photos_that_arrive_fill_their_own_rows(qtbot, model):
    model.show_ids([3, 1, 2])
    changed = []
    model.dataChanged.connect(lambda first, last, roles: changed.append((first.row(), last.row())))
    model.take_photos([photo(1), photo(99), photo(2)])
    assert [model.photo_at_row(row) for row in range(3)] == [None, photo(1), photo(2)]
    assert changed == [(1, 1), (2, 2)]
    assert model.index(0).data() == ""


def test_more_is_asked_in_pages(model, asked):
    model.show_ids(range(PAGE * 2 + 3))
    model.want_rows(0, PAGE * 2 + 3)
    assert [len(page) for page in asked] == [PAGE, PAGE, 3]


def test_hits_carry_their_photos_and_ask_for_nothing(model, asked):
    model.show_hits([hit(1, 7), hit(2, 8)])
    model.want_rows(0, 1)
    assert asked == []


def test_a_late_thumbnail_of_an_old_answer_never_lands_on_another_photo(model):
    pictures: dict[int, QImage] = {}
    model.read_thumbnails_with(pictures.get)
    model.show_hits([hit(1, 7), hit(2, 8)])
    model.show_hits([hit(1, 20), hit(2, 21)])
    changed = []
    model.dataChanged.connect(lambda first, *_: changed.append(first.row()))
    pictures[7] = QImage(4, 4, QImage.Format.Format_RGB32)
    model.thumbnail_ready(7, pictures[7])
    assert changed == []
    assert [model.index(row).data(Role.THUMBNAIL) for row in range(2)] == [None, None]
    model.show_hits([hit(1, 20), hit(2, 7)])
    assert model.index(0).data(Role.THUMBNAIL) is None
    assert model.index(1).data(Role.THUMBNAIL) is not None


def test_a_cell_says_whether_its_picture_is_coming_there_or_impossible(model):
    pictures = {2: QImage(4, 4, QImage.Format.Format_RGB32), 3: QImage()}
    model.read_thumbnails_with(pictures.get)
    model.show_ids([1, 2, 3])
    states = [model.index(row).data(Role.STATE) for row in range(3)]
    assert states == [CellState.LOADING, CellState.SHOWN, CellState.BROKEN]
    assert model.index(2).data(Role.THUMBNAIL) is None


def test_a_list_that_goes_on_keeps_selection_and_known_photos(model, asked):
    model.show_ids([5, 4, 3, 2, 1])
    model.take_photos([photo(number) for number in range(1, 6)])
    selection = QItemSelectionModel(model)
    selection.select(model.index(2), QItemSelectionModel.SelectionFlag.Select)
    model.show_ids([7, 6, 5, 3, 1])
    assert [model.id_at_row(index.row()) for index in selection.selectedIndexes()] == [3]
    assert [model.row_of(number) for number in (7, 6, 5, 3, 1, 4)] == [0, 1, 2, 3, 4, None]
    assert model.photo_at_row(4) == photo(1)
    model.want_rows(0, 4)
    assert asked == [[7, 6, 5, 3, 1]]


def test_the_same_ids_again_move_nothing(qtbot, model):
    model.show_ids([1, 2, 3])
    with qtbot.assertNotEmitted(model.modelReset), qtbot.assertNotEmitted(model.rowsInserted):
        model.show_ids([1, 2, 3])


def test_only_photos_not_known_are_answered_with_nothing(model):
    model.show_ids([1])
    index = model.index(0)
    assert index.data(Role.PHOTO) is None
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Photo, loading"
    assert model.photo_at_row(-1) is None
    assert model.photo_at_row(1) is None


def test_a_screen_reader_hears_name_day_and_reason(model):
    shot = photo(1, "beach.jpg", taken_at=datetime(2021, 5, 3))
    model.show_hits([Hit(1, shot, None, by_name=True)])
    said = model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith("beach.jpg, ")
    assert "2021" in said
    assert said.endswith("found by its name")


def test_dragging_carries_copies_of_the_files(model):
    model.show_hits([hit(1, 7), hit(2, 8)])
    assert model.supportedDragActions() == Qt.DropAction.CopyAction
    urls = model.mimeData([model.index(0), model.index(1)]).urls()
    assert [Path(url.toLocalFile()) for url in urls] == [photo(7).path, photo(8).path]


def test_steps_lead_from_one_list_to_another():
    found = changes([5, 4, 3, 2, 1], [7, 6, 5, 3, 1, 0])
    assert found is not None
    assert found.removed == ((3, 3), (1, 1))
    assert found.inserted == ((0, 1), (5, 5))


@pytest.mark.parametrize(
    ("old", "new"),
    [([1, 2, 3], [3, 2, 1]), ([1, 2], [3, 4]), (range(1000), range(0, 1000, 2)), ([], [1])],
    ids=["another order", "nothing stays", "too many steps", "from nothing"],
)
def test_a_fresh_start_where_steps_would_cost_more(old, new):
    assert changes(list(old), list(new)) is None
    assert MOST_RUNS < 500
