"""The first page asks for a folder in three ways and suggests one that has photos."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from desktop_app.ui.system.drops import Offered
from desktop_app.ui.window import welcome_page
from desktop_app.ui.window.welcome_page import WelcomePage, pictures_with_photos
from tests.pictures import save_colour


@pytest.fixture
def page(qtbot):
    one = WelcomePage()
    qtbot.addWidget(one)
    one.show()
    return one


def dragged(*paths) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def entering(mime: QMimeData) -> QDragEnterEvent:
    every = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
    event = QDragEnterEvent(
        QPoint(5, 5), every, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    event.ignore()
    return event


def dropping(mime: QMimeData) -> QDropEvent:
    every = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
    return QDropEvent(QPointF(5, 5), every, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)


def test_the_button_asks_for_a_folder(qtbot, page):
    with qtbot.waitSignal(page.add_wanted):
        qtbot.mouseClick(page._zone._choose, Qt.MouseButton.LeftButton)


def test_a_folder_can_be_dropped_and_is_never_moved(page, tmp_path):
    chosen: list[object] = []
    page.offered.connect(chosen.append)
    mime = dragged(tmp_path)
    event = entering(mime)
    page._zone.dragEnterEvent(event)
    assert event.isAccepted()
    assert event.dropAction() is Qt.DropAction.CopyAction
    drop = dropping(mime)
    page._zone.dropEvent(drop)
    assert drop.dropAction() is Qt.DropAction.CopyAction
    assert chosen == [Offered((tmp_path,))]


def test_a_link_to_the_web_is_not_taken(page):
    web = QMimeData()
    web.setUrls([QUrl("https://example.org/")])
    for mime in (web, QMimeData()):
        event = entering(mime)
        page._zone.dragEnterEvent(event)
        assert not event.isAccepted()


def test_a_suggestion_can_be_taken_with_one_press(qtbot, page, tmp_path):
    assert not page._zone._take.isVisible()
    page.suggest(tmp_path / "Pictures")
    assert page._zone._take.text() == "Use Pictures"
    with qtbot.waitSignal(page.folder_chosen) as chosen:
        qtbot.mouseClick(page._zone._take, Qt.MouseButton.LeftButton)
    assert chosen.args == [tmp_path / "Pictures"]
    page.suggest(None)
    assert not page._zone._take.isVisible()


def test_pictures_is_suggested_only_with_photos_in_it(tmp_path, monkeypatch):
    folder = tmp_path / "Pictures"
    monkeypatch.setattr(QStandardPaths, "standardLocations", lambda _which: [str(folder)])
    assert pictures_with_photos() is None
    folder.mkdir()
    (folder / "desktop.ini").write_text("x", encoding="utf-8")
    assert pictures_with_photos() is None
    save_colour(folder / "2024" / "beach.PNG")
    assert pictures_with_photos() == folder


def test_the_home_folder_is_never_suggested(tmp_path, monkeypatch):
    save_colour(tmp_path / "a.png")
    monkeypatch.setattr(QStandardPaths, "standardLocations", lambda _which: [str(tmp_path)])
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert pictures_with_photos() is None


def test_looking_for_photos_ends_in_a_huge_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(welcome_page, "LOOK_AT_MOST", 3)
    monkeypatch.setattr(QStandardPaths, "standardLocations", lambda _which: [str(tmp_path)])
    for number in range(5):
        (tmp_path / f"{number}.txt").write_text("x", encoding="utf-8")
    save_colour(tmp_path / "sub" / "a.png")
    assert pictures_with_photos() is None
