"""The window itself: focus, keys, panel, zoom, colours, one photo, what is dropped."""

import os
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

from desktop_app.library import Photo, PhotosChanged
from desktop_app.ui.flows.photo import Row
from desktop_app.ui.look import theme
from desktop_app.ui.look.video_words import photo_of
from desktop_app.ui.photo.stand_in import is_stand_in
from desktop_app.ui.system import file_actions
from desktop_app.ui.system.drops import Dropped, dropped, offered
from tests.journeys.window import keeper
from tests.ui.desk import Desk, texts_of
from tests.ui.fake_library import a_photo


def test_one_photo_large_and_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_actions, "open_path", keeper([], answer=False))
    desk.waits(lambda: desk.pages.photos.model.photo_at_row(2) is not None)
    desk.pages.photos.view.choose(2)
    QTest.keyClick(desk.pages.photos.view, Qt.Key.Key_Space)
    assert desk.window.shows_photo()
    assert desk.window.statusBar().isHidden()
    assert "100 %" in texts_of(desk.window.photo_view)
    QTest.keyClick(desk.window.photo_view, Qt.Key.Key_Right)
    QTest.keyClick(desk.window.photo_view, Qt.Key.Key_Return)
    assert f"{a_photo(1).name} could not be opened" in desk.notice("refused")
    desk.window.notices.dismiss("refused")
    desk.window.photo_view.details().reveal_wanted.emit()
    assert f"The folder of {a_photo(1).name} could not be shown." in desk.notice("refused")
    desk.window.menus.search.trigger()
    assert not desk.window.shows_photo()
    assert desk.window.focusWidget() is desk.field
    assert desk.pages.photos.view.chosen_ids() == [1]


def test_another_question_takes_the_large_pictures_out_of_memory(desk: Desk) -> None:
    desk.waits(lambda: desk.pages.photos.model.photo_at_row(2) is not None)
    desk.pages.photos.view.choose(2)
    QTest.keyClick(desk.pages.photos.view, Qt.Key.Key_Space)
    view = desk.window.photo_view
    desk.waits(lambda: len(view._loader._kept) == 3)
    desk.types("red")
    desk.waits(lambda: not desk.window.shows_photo())
    assert not view._loader._kept
    assert not view.canvas().is_sharp()


def test_what_is_not_known_of_a_row_has_a_stand_in_until_it_is_looked_up() -> None:
    row = Row(list(range(1, 100)), {50: a_photo(50)})
    assert row[49] == a_photo(50)
    assert is_stand_in(row[0])
    assert photo_of(row[0]).id == 1
    row.take([a_photo(1)], [1, 99])
    assert row[0] == a_photo(1)
    assert photo_of(row[98]).reason == "it is no longer in the library"
    assert row.unknown_around(1) == [one for one in range(2, 43) if one != 50]
    assert len(row[1:3]) == 2


def test_a_leap_shows_a_stand_in_and_reads_nothing_on_the_windows_thread(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = list(range(1, 401))
    desk.library.ids = ids
    desk.library.tell(PhotosChanged(everything=True))
    desk.shows(*ids)
    desk.waits(lambda: desk.pages.photos.model.photo_at_row(0) is not None)
    asked, go_on, read = list[object](), threading.Event(), desk.library.browsing.photos

    def slow(ids: Sequence[int]) -> list[Photo]:
        asked.append(threading.current_thread())
        assert go_on.wait(10)
        return read(ids)

    monkeypatch.setattr(desk.library.browsing, "photos", slow)
    view, grid = desk.window.photo_view, desk.pages.photos.view
    grid.preview_wanted.emit(a_photo(1))
    assert view.photo() == a_photo(1)
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.photo() is None
    # Nothing can be done with it yet.
    for key in (Qt.Key.Key_Return, Qt.Key.Key_U):
        QTest.keyClick(view, key)
    go_on.set()
    desk.waits(lambda: view.photo() == a_photo(400))
    assert threading.main_thread() not in asked
    view.leave()
    assert grid.chosen_ids() == [400]


def test_the_panel_is_shown_and_hidden_by_button_and_key(desk: Desk) -> None:
    assert desk.window.folders.isVisible()
    desk.window.menus.panel.trigger()
    assert not desk.window.folders.isVisible()
    assert not desk.window.top.panel.isChecked()
    desk.window.top.panel.click()
    assert desk.window.folders.isVisible()


def test_zoom_is_the_same_everywhere_and_remembered(desk: Desk) -> None:
    desk.window.top.zoom_wanted.emit(300)
    assert desk.pages.photos.view.cell_px() == 300
    assert desk.settings.values.cell_px == 300
    desk.window.menus.smaller.trigger()
    assert desk.settings.values.cell_px == 268


def test_colours_change_at_once(desk: Desk) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    desk.settings.change("scheme", "dark")
    assert theme.colours() is theme.DARK
    desk.settings.change("scheme", "light")
    assert theme.colours() is theme.LIGHT


def test_the_keys_and_the_program_explain_themselves(desk: Desk) -> None:
    desk.window.menus.keys.trigger()
    card = QApplication.activePopupWidget()
    assert card is not None
    assert any("Ctrl+F" in text for text in texts_of(card))
    card.close()
    desk.window.menus.about.trigger()
    box = QApplication.activeModalWidget()
    assert box is not None
    box.close()


@pytest.mark.parametrize("place", ["window", "panel", "welcome"])
def test_what_is_dropped_is_looked_at_on_another_thread(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    threads: list[threading.Thread] = []
    really_is = os.path.isdir

    def is_folder(path: Path) -> bool:
        if path == tmp_path:
            threads.append(threading.current_thread())
        return really_is(path)

    monkeypatch.setattr(os.path, "isdir", is_folder)
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    what = QPoint(5, 5), Qt.DropAction.CopyAction, content, Qt.MouseButton.LeftButton
    widgets = {
        "window": desk.window,
        "panel": desk.window.folders,
        "welcome": desk.window.pages.welcome._zone,
    }
    entering = QDragEnterEvent(*what, Qt.KeyboardModifier.NoModifier)
    widgets[place].dragEnterEvent(entering)
    assert entering.isAccepted()
    widgets[place].dropEvent(QDropEvent(QPointF(5, 5), *what[1:], Qt.KeyboardModifier.NoModifier))
    desk.waits(lambda: ("add_folder", tmp_path) in desk.library.did)
    assert [thread.name for thread in threads] == ["look"]


def test_a_drop_is_understood(tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(b"")
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(file)), QUrl("https://example.org/b.jpg")])
    assert dropped(offered(content)) == Dropped(picture=file)
    content.setUrls([QUrl.fromLocalFile(str(tmp_path)), QUrl.fromLocalFile(str(file))])
    assert dropped(offered(content)) == Dropped(folders=(tmp_path,))
    content.setUrls([])
    assert not dropped(offered(content))
    content.setImageData(QImage(4, 4, QImage.Format.Format_RGB32))
    assert dropped(offered(content)).image is not None


@pytest.mark.parametrize("width_px", [1200, 1280, 1920])
def test_the_search_field_is_in_the_middle_and_stays_there(desk: Desk, width_px: int) -> None:
    desk.window.resize(width_px, 820)

    def place() -> tuple[int, int]:
        QApplication.processEvents()
        return desk.field.mapTo(desk.window, QPoint()).x(), desk.field.width()

    left, width = place()
    assert abs(2 * left + width - desk.window.width()) <= 2
    for text in (
        "type:jpg",
        "type:jpg date:2020 rating:5 camera:x in:holidays name:IMG has:gps",
        "rating:9",
        "",
    ):
        desk.types(text)
        assert place() == (left, width), text


def test_the_search_field_takes_the_room_there_is_in_a_narrow_window(desk: Desk) -> None:
    desk.window.resize(640, 480)
    QApplication.processEvents()
    assert desk.window.width() == 640
    assert desk.field.width() > 240
    tools = desk.window.top.findChildren(QToolButton)
    assert all(one.mapTo(desk.window, QPoint()).x() + one.width() <= 640 for one in tools if one.isVisible())
