"""The page "Leave out": what is chosen counts at once, and is shown as the library has it."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFileDialog, QMenu, QPushButton, QSpinBox

from desktop_app.library import Exclusions, FailedPhoto, IndexReport, RefreshFinished
from desktop_app.ui.folders.exclusions_panel import ExclusionsPanel
from tests.ui.desk import Desk, desk_on, texts_of
from tests.ui.fake_library import FakeLibrary, a_photo

ALL = Exclusions(
    folders=(Path("/photos/private"), Path("/photos/new\nline")),
    patterns=("*.gif", "raw/"),
    screenshots=True,
    least_px=200,
    least_kb=5,
    videos=True,
    unlisted=True,
)


@pytest.fixture
def panel(qtbot):
    one = ExclusionsPanel()
    qtbot.addWidget(one)
    one.show()
    return one


@pytest.fixture
def wanted(panel):
    heard: list[Exclusions] = []
    panel.wanted.connect(heard.append)
    return heard


def test_everything_is_shown_without_an_echo(panel, wanted):
    panel.show_exclusions(ALL)
    assert [box.isChecked() for box in panel.findChildren(QCheckBox)] == [True, True, True]
    assert [box.value() for box in panel.findChildren(QSpinBox)] == [200, 5]
    assert panel._patterns.text.toPlainText() == "*.gif\nraw/"
    assert any("private" in text for text in texts_of(panel))
    panel.show_exclusions(Exclusions())
    assert [box.text() for box in panel.findChildren(QSpinBox)] == ["Any size", "Any size"]
    assert panel._patterns.text.toPlainText() == ""
    assert wanted == []


def test_a_switch_and_a_number_count_at_once(panel, wanted):
    panel.show_exclusions(replace(ALL, screenshots=False))
    panel.findChild(QCheckBox).click()
    panel.findChildren(QSpinBox)[0].setValue(300)
    assert wanted == [ALL, replace(ALL, least_px=300)]


def test_videos_have_a_switch_of_their_own(panel, wanted):
    panel.show_exclusions(replace(ALL, videos=False))
    panel.findChildren(QCheckBox)[1].click()
    assert wanted == [ALL]


def test_a_folder_is_taken_back(panel, wanted):
    panel.show_exclusions(ALL)
    button = next(one for one in panel.findChildren(QPushButton) if "private" in one.accessibleName())
    button.click()
    assert wanted == [replace(ALL, folders=ALL.folders[1:])]


def test_patterns_count_when_they_are_finished(qtbot, panel, wanted):
    text = panel._patterns.text
    text.setFocus()
    qtbot.keyClicks(text, "*.gif")
    qtbot.keyClick(text, Qt.Key.Key_Return)
    assert wanted == []
    qtbot.keyClick(text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert wanted == [Exclusions(patterns=("*.gif",))]
    panel.findChild(QCheckBox).setFocus()
    assert len(wanted) == 1


def test_a_pattern_that_means_nothing_is_explained_and_does_not_count(qtbot, panel, wanted):
    text = panel._patterns.text
    text.setPlainText("*.gif\n[z-a]")
    text.left.emit()
    assert "“[z-a]” is no pattern" in panel._patterns.complaint()
    assert wanted == []
    qtbot.keyClicks(text, "x")
    assert panel._patterns.complaint() == ""


@pytest.fixture
def desk(qtbot, tmp_path):
    with desk_on(qtbot, tmp_path, FakeLibrary(ids=(3, 2, 1))) as desk:
        yield desk


def choose(desk: Desk, photo_number: int, folder: str) -> None:
    photo = replace(a_photo(photo_number), path=Path(folder) / "a.jpg")
    menu = QMenu(desk.window)
    desk.pages.photos.view.menu_asked.emit(menu, photo)
    next(action for action in menu.actions() if action.text() == "Leave its folder out").trigger()


def test_a_photos_folder_is_left_out_and_taken_back(desk: Desk):
    choose(desk, 1, "/photos/private")
    desk.waits(lambda: ("exclude", Path("/photos/private")) in desk.library.did)
    assert "is left out" in desk.notice("left out")
    desk.press("left out")
    desk.waits(lambda: ("include", Path("/photos/private")) in desk.library.did)


def test_a_chosen_folder_is_not_left_out_and_the_window_says_why(desk: Desk):
    choose(desk, 1, "/photos")
    desk.waits(lambda: "one of the folders you chose" in desk.notice("left out"))


def test_what_is_chosen_in_the_settings_reaches_the_library(desk: Desk):
    panel = desk.session._settings_flow.exclusions()
    panel.wanted.emit(ALL)
    desk.waits(lambda: desk.library.left_out == ALL)
    desk.library.tell(RefreshFinished(IndexReport(), cancelled=False))
    desk.waits(lambda: panel.exclusions() == ALL)


def test_a_folder_is_chosen_in_one_of_the_folders(desk: Desk):
    desk.window.folders.leave_out_wanted.emit(Path("/photos"))
    (dialog,) = desk.window.findChildren(QFileDialog)
    dialog.fileSelected.emit("/photos/private")
    dialog.close()
    desk.waits(lambda: ("exclude", Path("/photos/private")) in desk.library.did)


def test_an_ignore_file_that_is_wrong_is_told_until_it_is_right(desk: Desk):
    problem = FailedPhoto(Path("/photos/.vislumbreignore"), "line 2 is no pattern as in a .gitignore")
    desk.library.tell(RefreshFinished(IndexReport(ignore_problems=(problem, problem)), cancelled=False))
    words = desk.notice("ignore file")
    assert "line 2" in words
    assert "1 more problem" in words
    desk.library.tell(RefreshFinished(IndexReport(), cancelled=False))
    desk.waits(lambda: all(one.key != "ignore file" for one in desk.window.notices.notices()))


def test_that_videos_need_an_extra_is_told_once_and_stays_in_the_settings(desk: Desk, qtbot, monkeypatch):
    def videos() -> list[str]:
        return [one.text for one in desk.window.notices.notices() if one.key == "videos left out"]

    finished = RefreshFinished(IndexReport(left_out=3, videos_left_out=3), cancelled=False)
    desk.library.tell(finished)
    assert "3 videos left out; each needs the video extra" in desk.notice("videos left out")
    desk.window.notices.dismiss("videos left out")
    desk.library.tell(finished)
    desk.library.tell(
        RefreshFinished(IndexReport(ignore_problems=(FailedPhoto(Path("/a"), "odd"),)), cancelled=False)
    )
    assert "odd" in desk.notice("ignore file")
    assert videos() == []
    monkeypatch.setattr("desktop_app.ui.folders.exclusions_panel.videos_need", lambda: "needs this")
    panel = ExclusionsPanel()
    qtbot.addWidget(panel)
    assert any("Vislumbre needs this" in text for text in texts_of(panel))
