"""The list of failed photos: grouped, stable while it changes, and with a way out."""

import csv
import io
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QFileDialog

from desktop_app.library import FailedPhoto
from desktop_app.ui.folders.failures_model import FailuresModel, by_reason, csv_of, write_csv
from desktop_app.ui.folders.failures_page import OPEN_AT_MOST, FailuresPage

CUT = [FailedPhoto(Path(f"/photos/{n}.jpg"), "the file is cut short") for n in range(3)]
EMPTY = [FailedPhoto(Path("/photos/deep/empty.jpg"), "the file is empty")]


@pytest.fixture
def page(qtbot):
    one = FailuresPage()
    qtbot.addWidget(one)
    one.resize(700, 500)
    one.show()
    one.show_failures(EMPTY + CUT)
    return one


def select(page: FailuresPage, group: int, row: int | None = None) -> None:
    index = page._model.index(group, 0)
    if row is not None:
        index = page._model.index(row, 0, index)
    flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
    page._tree.selectionModel().setCurrentIndex(index, flags)


def test_the_model_keeps_qts_rules(qtbot):
    model = FailuresModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show_failures(EMPTY + CUT)
    model.show_failures(CUT)
    model.show_failures([])
    tester.deleteLater()


def test_reasons_come_with_their_counts_the_most_frequent_first():
    model = FailuresModel()
    model.show_failures(EMPTY + CUT)
    titles = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert titles == ["The file is cut short  ·  3", "The file is empty  ·  1"]
    child = model.index(0, 0, model.index(1, 0))
    assert child.data() == "empty.jpg"
    assert child.siblingAtColumn(1).data() == str(Path("/photos/deep"))
    assert child.parent() == model.index(1, 0)
    assert model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "The file is empty, 1 photo"
    assert model.paths_at(QModelIndex()) == []


def test_many_failures_are_grouped():
    many = [FailedPhoto(Path(f"/photos/{n}.jpg"), f"reason {n % 7}") for n in range(50_000)]
    assert len(by_reason(many)[0].photos) == 7143


def test_without_a_selection_everything_is_tried_again(qtbot, page):
    assert page._retry.text() == "Try all again"
    with qtbot.waitSignal(page.retry_wanted) as asked:
        qtbot.mouseClick(page._retry, Qt.MouseButton.LeftButton)
    assert asked.args == [[]]


def test_a_chosen_photo_alone_is_tried_again(qtbot, page):
    select(page, 0, 1)
    assert page._retry.text() == "Try 1 photo again"
    with qtbot.waitSignal(page.retry_wanted) as asked:
        qtbot.mouseClick(page._retry, Qt.MouseButton.LeftButton)
    assert asked.args == [[Path("/photos/1.jpg")]]


def test_a_chosen_reason_stands_for_all_its_photos(qtbot, page):
    select(page, 0)
    assert page._retry.text() == "Try 3 photos again"
    with qtbot.waitSignal(page.retry_wanted) as asked:
        qtbot.mouseClick(page._retry, Qt.MouseButton.LeftButton)
    assert asked.args == [[one.path for one in CUT]]


def test_a_photo_can_be_shown_in_its_folder(qtbot, page):
    assert not page._reveal.isEnabled()
    select(page, 1, 0)
    with qtbot.waitSignal(page.reveal_wanted) as asked:
        qtbot.mouseClick(page._reveal, Qt.MouseButton.LeftButton)
    assert asked.args == [EMPTY[0].path]


def test_a_double_click_shows_a_photo_but_not_a_reason(qtbot, page):
    shown: list[object] = []
    page.reveal_wanted.connect(shown.append)
    page._tree.doubleClicked.emit(page._model.index(0, 0))
    page._tree.doubleClicked.emit(page._model.index(2, 0, page._model.index(0, 0)))
    assert shown == [CUT[2].path]


def test_selection_and_open_groups_survive_a_new_list(page):
    page._tree.collapse(page._model.index(1, 0))
    select(page, 0, 2)
    page.show_failures([*EMPTY, *CUT, FailedPhoto(Path("/photos/new.jpg"), "not a picture")])
    assert page.chosen() == [CUT[2].path]
    assert page._tree.isExpanded(page._model.index(0, 0))
    closed = [one.text for one in page._model.reasons()].index("the file is empty")
    assert not page._tree.isExpanded(page._model.index(closed, 0))


def test_a_new_reason_is_open_unless_it_is_long(page):
    long = [FailedPhoto(Path(f"/photos/long/{n}.jpg"), "a long one") for n in range(OPEN_AT_MOST + 1)]
    page.show_failures([*EMPTY, *CUT, *long, FailedPhoto(Path("/photos/new.jpg"), "not a picture")])
    is_open = {
        reason.text: page._tree.isExpanded(page._model.index(row, 0))
        for row, reason in enumerate(page._model.reasons())
    }
    assert is_open == {
        "a long one": False,
        "not a picture": True,
        "the file is cut short": True,
        "the file is empty": True,
    }


def test_a_photo_that_works_now_is_no_longer_chosen(page):
    select(page, 0, 2)
    page.show_failures(EMPTY)
    assert page.chosen() == []
    assert page._retry.text() == "Try again"


def test_with_nothing_failed_it_says_so(page):
    page.show_failures([])
    assert page._empty.isVisible()
    assert not page._tree.isVisible()


def test_the_list_can_be_copied(qtbot, page):
    qtbot.mouseClick(page._copy, Qt.MouseButton.LeftButton)
    rows = list(csv.reader(io.StringIO(QGuiApplication.clipboard().text())))
    assert rows[0] == ["photo", "reason"]
    assert len(rows) == 5
    select(page, 1)
    page._copy_list()
    assert len(list(csv.reader(io.StringIO(QGuiApplication.clipboard().text())))) == 2


def test_a_file_for_the_list_is_asked_for_without_stopping_anything(qtbot, page, tmp_path):
    page._ask_for_file()
    dialog = page.findChild(QFileDialog)
    with qtbot.waitSignal(page.export_wanted) as asked:
        dialog.fileSelected.emit(str(tmp_path / "list.csv"))
    assert asked.args == [tmp_path / "list.csv"]
    dialog.close()


def test_the_written_list_holds_every_name(tmp_path):
    odd = [
        FailedPhoto(Path('/p/com,ma "quoted".jpg'), "why, indeed"),
        FailedPhoto(Path("/p/two\nlines.jpg"), "x"),
        FailedPhoto(Path("/p/\udcff.jpg"), "x"),
    ]
    write_csv(tmp_path / "list.csv", odd)
    with (tmp_path / "list.csv").open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
        rows = list(csv.reader(stream))
    assert [row[0] for row in rows[1:]] == [str(one.path) for one in odd]
    assert csv_of([]).strip() == "photo,reason"


def test_escape_leads_back(qtbot, page):
    page.activateWindow()
    page._tree.setFocus()
    qtbot.waitUntil(page._tree.hasFocus)
    with qtbot.waitSignal(page.closed):
        qtbot.keyClick(page._tree, Qt.Key.Key_Escape)
