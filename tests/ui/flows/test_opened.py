"""Folders and files that the system hands over: searched, asked about, or said not to be there."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.ui.flows.opened import in_folders
from tests.ui.desk import Desk, desk_on
from tests.ui.fake_library import FakeLibrary

ROOT = Path(__file__).resolve().parents[3]

# Finder hands over two folders, one by one, before the program is ready.
HANDED_OVER = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QFileOpenEvent
from desktop_app.settings import Settings
from desktop_app.ui.app.application import made_application
from desktop_app.ui.app.session import Session

app, base = made_application(), Path(sys.argv[1])
session = Session(Settings.load(base), lambda: None, data=base, cache=base, log=base)
taken = []
session.take = lambda query, paths: (taken.append([str(path) for path in paths]), app.quit())
app.path_opened.connect(session.open_path)
for name in ("a b", "c"):
    app.sendEvent(app, QFileOpenEvent(QUrl.fromLocalFile(str(base / name))))
app.exec()
session.close()
print(json.dumps(taken))
"""


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """The folder that the library has."""
    folder = tmp_path / "my photos"
    (folder / "2023").mkdir(parents=True)
    return folder


@pytest.fixture
def opening(qtbot: QtBot, tmp_path: Path, photos: Path) -> Iterator[Desk]:
    with desk_on(qtbot, tmp_path / "base", FakeLibrary([3, 2, 1], folders=[str(photos)])) as made:
        made.shows(3, 2, 1)
        yield made


def asked(desk: Desk) -> QMessageBox:
    """Wait for the one question that is open."""
    desk.waits(lambda: len(desk.window.findChildren(QMessageBox)) == 1)
    return desk.window.findChildren(QMessageBox)[0]


def answers(box: QMessageBox, words: str) -> None:
    next(button for button in box.buttons() if button.text() == words).click()


def asks_for(desk: Desk, name: str) -> bool:
    return asked(desk).text() == f"Add “{name}” to the search?"


def added(desk: Desk) -> list[object]:
    return [what for name, what in desk.library.did if name == "add_folder"]


@pytest.mark.parametrize("below", [".", "2023", "2023/../2023/."])
def test_a_folder_of_the_library_is_searched_and_nothing_is_asked(
    opening: Desk, photos: Path, below: str
) -> None:
    opening.session.take("", [Path(f"{photos}/{below}")])
    here = f'in:"{photos if below == "." else photos / "2023"}"'
    opening.waits(lambda: opening.field.text().strip() == here)
    assert added(opening) == []
    assert opening.window.findChildren(QMessageBox) == []


def test_words_are_searched_for_in_the_folder(opening: Desk, photos: Path) -> None:
    opening.session.take("a dog", [photos])
    opening.waits(lambda: opening.library.asked[-1:] != [])
    assert opening.library.asked[-1][0] == f'a dog in:"{photos}"'


def test_a_new_folder_is_added_when_the_person_agrees(opening: Desk, tmp_path: Path) -> None:
    new = tmp_path / "Holiday"
    new.mkdir()
    opening.session.take("", [new])
    box = asked(opening)
    assert box.text() == "Add “Holiday” to the search?"
    assert str(new) in box.informativeText()
    assert added(opening) == []
    button = box.defaultButton()
    assert isinstance(button, QPushButton)
    assert button.text() == "Add and search"
    button.click()
    assert added(opening) == [new]
    assert opening.field.text().strip() == f"in:{new}"
    QTest.keyClicks(opening.field, "dog")
    assert opening.field.text() == f"in:{new} dog"


def test_a_new_folder_is_left_alone_otherwise(opening: Desk, tmp_path: Path) -> None:
    opening.session.take("", [tmp_path])
    answers(asked(opening), "Cancel")
    assert added(opening) == []
    assert opening.field.text() == ""


def test_the_second_of_two_questions_takes_the_place_of_the_first(opening: Desk, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        opening.session.take("", [tmp_path / name])
        opening.waits(partial(asks_for, opening, name))


def test_known_and_new_folders_are_searched_together(opening: Desk, photos: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    opening.session.take("", [photos, new])
    answers(asked(opening), "Add and search")
    assert added(opening) == [new]
    assert opening.field.text().strip() == in_folders([photos, new]) == f'in:"{photos}|{new}"'


def test_a_path_that_leads_nowhere_is_said(opening: Desk, tmp_path: Path) -> None:
    opening.session.take("", [tmp_path / "gone"])
    assert opening.notice("opened").endswith("gone is not there.")
    assert added(opening) == []


def test_a_picture_is_searched_with(opening: Desk, tmp_path: Path) -> None:
    picture = tmp_path / "dog.jpg"
    picture.write_bytes(b"a picture")
    opening.session.take("", [picture])
    opening.waits(lambda: any("dog.jpg" in query for query, _ in opening.library.asked))
    assert opening.window.findChildren(QMessageBox) == []


def test_what_finder_hands_over_one_by_one_is_opened_together(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HANDED_OVER, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        timeout=60,
        env=dict(os.environ) | {"QT_QPA_PLATFORM": "offscreen"},
    )
    assert json.loads(done.stdout) == [[str(tmp_path / "a b"), str(tmp_path / "c")]]
