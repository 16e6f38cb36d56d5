"""A file is opened at once where it is a picture; where it may be a program, only after a yes."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox

from desktop_app.ui.system import file_actions
from tests.journeys.window import keeper
from tests.pictures import save_colour
from tests.ui.desk import Desk
from tests.ui.fake_library import a_photo


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    seen: list[Path] = []
    monkeypatch.setattr(file_actions, "open_path", keeper(seen))
    return seen


def question(desk: Desk) -> QMessageBox:
    desk.waits(lambda: desk.window.findChild(QMessageBox) is not None)
    box = desk.window.findChild(QMessageBox)
    assert box is not None
    return box


def test_a_photo_is_opened_at_once(desk: Desk, opened: list[Path], tmp_path: Path) -> None:
    photo = replace(a_photo(1), path=save_colour(tmp_path / "red.jpg"))
    desk.pages.photos.view.opened.emit(photo)
    desk.waits(lambda: opened == [photo.path])
    assert desk.window.findChild(QMessageBox) is None


@pytest.mark.parametrize("source", ["grid", "photo view"])
@pytest.mark.parametrize("name", ["<b>holiday</b>.exe", "a.lnk", "a.desktop"])
def test_a_program_is_opened_only_after_a_yes(
    desk: Desk, opened: list[Path], tmp_path: Path, name: str, source: str
) -> None:
    file = tmp_path / "photos" / name.replace("/", "")
    file.parent.mkdir()
    file.write_bytes(save_colour(tmp_path / "red.jpg").read_bytes())
    sender = desk.pages.photos.view if source == "grid" else desk.window.photo_view
    sender.opened.emit(replace(a_photo(1), path=file))
    box = question(desk)
    assert box.text() == f"Open {file.name}?"
    assert box.defaultButton().text() == "Cancel"
    box.defaultButton().click()
    desk.waits(lambda: desk.window.findChild(QMessageBox) is None)
    assert opened == []
    sender.opened.emit(replace(a_photo(1), path=file))
    next(button for button in question(desk).buttons() if button.text() == "Open anyway").click()
    assert opened == [file]
    QApplication.processEvents()


def test_the_end_of_a_long_name_is_shown(desk: Desk, opened: list[Path], tmp_path: Path) -> None:
    file = tmp_path / f"{'holiday ' * 25}.jpg.exe"
    file.touch()
    desk.pages.photos.view.opened.emit(replace(a_photo(1), path=file))
    text = question(desk).text()
    assert text.endswith(".jpg.exe?")
    assert len(text) < 80


def test_one_that_is_gone_is_refused_without_a_question(
    desk: Desk, opened: list[Path], tmp_path: Path
) -> None:
    desk.pages.photos.view.opened.emit(replace(a_photo(1), path=tmp_path / "gone.exe"))
    desk.waits(lambda: any(one.key == "refused" for one in desk.window.notices.notices()))
    assert opened == []
    assert desk.window.findChild(QMessageBox) is None
