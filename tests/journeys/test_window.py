"""What a person does in the window, from the first start on: real library, real files; the model knows colours alone."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.library import PhotoLibrary
from desktop_app.paths import resources
from desktop_app.ui.system import file_actions
from desktop_app.ui.system.drops import offered
from desktop_app.ui.window.pages import Page
from tests.fakes import ColorEmbedder
from tests.journeys.window import WAIT_MS, Person, keeper, starting_window_on, window_on
from tests.pictures import save_colour


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder with three photos of one colour each."""
    folder = tmp_path / "photos"
    for colour in ("red", "green", "blue"):
        save_colour(folder / f"{colour}.jpg", colour)
    return folder


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Where the library is."""
    return tmp_path / "base"


def chooses(person: Person, folder: Path) -> None:
    """Take the folder on the first page, and wait until its photos are there."""
    person.sees_page(Page.WELCOME)
    person.pages.welcome.folder_chosen.emit(folder)
    person.qtbot.waitUntil(lambda: len(person.names()) == 3, timeout=WAIT_MS)
    person.waits_for_rest()


def test_first_run_then_search_then_look_then_open(
    qtbot: QtBot, base: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(file_actions, "open_path", keeper(opened))
    with window_on(qtbot, base) as person:
        chooses(person, photos)
        assert "3 photos, newest first" in person.pages.photos.heading()
        person.searches("green", "green.jpg")
        assert person.pages.photos.heading() in {"3 photos, most similar first", "1 found"}
        QTest.keyClick(person.field, Qt.Key.Key_Down)
        QTest.keyClick(person.grid, Qt.Key.Key_Space)
        assert person.window.shows_photo()
        shown = person.window.photo_view.photo()
        assert shown is not None
        assert shown.name == "green.jpg"
        QTest.keyClick(person.window.photo_view, Qt.Key.Key_Right)
        QTest.keyClick(person.window.photo_view, Qt.Key.Key_Escape)
        assert not person.window.shows_photo()
        current = person.grid.current_photo()
        assert current is not None
        assert current.name == person.names()[1]
        QTest.keyClick(person.grid, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: opened == [current.path], timeout=WAIT_MS)


def test_an_emptied_field_shows_all_photos_again(qtbot: QtBot, base: Path, photos: Path) -> None:
    with window_on(qtbot, base) as person:
        chooses(person, photos)
        person.searches("blue", "blue.jpg")
        QTest.keyClick(person.field, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: "newest first" in person.pages.photos.heading(), timeout=WAIT_MS)
        assert person.field.text() == ""


def test_a_new_photo_appears_by_itself_and_the_selection_stays(
    qtbot: QtBot, base: Path, photos: Path
) -> None:
    with window_on(qtbot, base) as person:
        chooses(person, photos)
        photo = person.pages.photos.model.photo_at_row(1)
        assert photo is not None
        person.grid.choose(photo.id)
        save_colour(photos / "later" / "yellow.jpg", "yellow")
        qtbot.waitUntil(lambda: "yellow.jpg" in person.names(), timeout=WAIT_MS)
        assert person.grid.chosen_ids() == [photo.id]


def test_an_answer_takes_up_a_new_photo_and_the_selection_stays(
    qtbot: QtBot, base: Path, photos: Path
) -> None:
    with window_on(qtbot, base) as person:
        chooses(person, photos)
        person.searches("red", "red.jpg")
        photo = person.pages.photos.model.photo_at_row(0)
        assert photo is not None
        person.grid.choose(photo.id)
        save_colour(photos / "reddish.jpg", (210, 25, 25))
        qtbot.waitUntil(lambda: "reddish.jpg" in person.names(), timeout=WAIT_MS)
        assert person.grid.chosen_ids() == [photo.id]


def test_photos_like_one_and_the_way_back(qtbot: QtBot, base: Path, photos: Path) -> None:
    save_colour(photos / "red too.jpg", (200, 40, 40))
    (photos / "blue.jpg").unlink()
    with window_on(qtbot, base) as person:
        chooses(person, photos)
        person.searches("red", "red.jpg")
        photo = person.pages.photos.model.photo_at_row(0)
        assert photo is not None
        person.grid.similar_wanted.emit(photo)
        person.sees_first("red too.jpg")
        assert person.pages.photos.example.text() == "Photos like red.jpg"
        assert person.field.text() == ""
        person.pages.photos.example.closed.emit()
        person.sees_first("red.jpg")
        assert person.field.text() == "red"
        assert person.pages.photos.example.text() == ""


def test_a_picture_from_the_clipboard_finds_photos_like_it(qtbot: QtBot, base: Path, photos: Path) -> None:
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(QColor(*(30, 60, 220)))
    with window_on(qtbot, base) as person:
        chooses(person, photos)
        QGuiApplication.clipboard().setImage(image)
        person.window.menus.paste.trigger()
        person.sees_first("blue.jpg")
        assert person.pages.photos.example.text() == "Photos like the pasted picture"


def test_a_folder_dropped_on_the_window_is_added(qtbot: QtBot, base: Path, photos: Path) -> None:
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(photos))])
    with window_on(qtbot, base) as person:
        person.sees_page(Page.WELCOME)
        person.window.offered.emit(offered(content))
        qtbot.waitUntil(lambda: len(person.names()) == 3, timeout=WAIT_MS)


def test_a_folder_that_moves_away_is_told_of_and_its_photos_stay(
    qtbot: QtBot, base: Path, photos: Path
) -> None:
    with window_on(qtbot, base) as person:
        chooses(person, photos)
    away = photos.rename(photos.with_name("away"))
    with window_on(qtbot, base) as person:
        person.sees_notice("is not there. Its photos are kept")
        qtbot.waitUntil(lambda: len(person.names()) == 3, timeout=WAIT_MS)
        person.waits_for_rest()
        away.rename(photos)
        person.press_notice("is not there")
        qtbot.waitUntil(lambda: not person.notices(), timeout=WAIT_MS)
        assert len(person.names()) == 3


def test_a_corrupt_photo_is_listed_and_can_be_tried_again(qtbot: QtBot, base: Path, photos: Path) -> None:
    broken = photos / "broken.jpg"
    broken.write_bytes((photos / "red.jpg").read_bytes()[:100])
    with window_on(qtbot, base) as person:
        person.sees_page(Page.WELCOME)
        person.pages.welcome.folder_chosen.emit(photos)
        qtbot.waitUntil(lambda: "red.jpg" in person.names(), timeout=WAIT_MS)
        person.waits_for_rest()
        person.window.status.failures_wanted.emit()
        person.sees_page(Page.FAILURES)
        qtbot.waitUntil(lambda: "broken.jpg" in person.pages.failures().text_of_list(), timeout=WAIT_MS)
        save_colour(broken, "yellow")
        person.pages.failures().retry_wanted.emit([])
        qtbot.waitUntil(lambda: "broken.jpg" not in person.pages.failures().text_of_list(), timeout=WAIT_MS)
        person.pages.failures().closed.emit()
        qtbot.waitUntil(lambda: "broken.jpg" in person.names(), timeout=WAIT_MS)


def test_without_a_model_photos_are_found_by_name_and_the_way_to_one_is_shown(
    qtbot: QtBot, base: Path, photos: Path, tmp_path: Path
) -> None:
    bare = tmp_path / "resources" / "models"
    bare.mkdir(parents=True)
    (bare / "models.json").write_text(json.dumps({"format": 2, "models": []}), encoding="utf-8")
    with window_on(qtbot, base, resources=bare.parent) as person:
        chooses(person, photos)
        person.sees_notice("Until there is one, photos are found by their names")
        person.types("green")
        person.sees("green.jpg")
        assert person.pages.photos.heading() == "1 photo with these words in the name"
        person.types("purple")
        person.sees_page(Page.MESSAGE, "Nothing found by name")
        person.press_notice("Until there is one")
        dialogs = [one for one in QGuiApplication.topLevelWindows() if one.title() == "Settings"]
        assert [one.isVisible() for one in dialogs] == [True]


def test_a_second_start_finds_everything_as_it_was(qtbot: QtBot, base: Path, photos: Path) -> None:
    with window_on(qtbot, base) as person:
        chooses(person, photos)
        person.searches("green", "green.jpg")
        QTest.keyClick(person.field, Qt.Key.Key_Return)
        person.grid.set_cell_px(256)
        person.window.show_panel(False)
        person.window.resize(700, 600)
    embedder = ColorEmbedder()
    with window_on(qtbot, base, embedder) as person:
        qtbot.waitUntil(lambda: len(person.names()) == 3, timeout=WAIT_MS)
        person.waits_for_rest()
        assert embedder.embedded == 0
        assert person.window.top.search.history() == ["green"]
        assert person.grid.cell_px() == 256
        assert not person.window.panel_wanted()
        assert (person.window.width(), person.window.height()) == (700, 600)
        QTest.keyClick(person.field, Qt.Key.Key_Up)
        person.sees_first("green.jpg")


def test_a_library_that_is_open_elsewhere_can_be_waited_for(qtbot: QtBot, base: Path) -> None:
    other = PhotoLibrary(base / "data", base / "cache", resources=resources(), embedder=ColorEmbedder())
    try:
        with starting_window_on(qtbot, base) as person:
            person.sees_page(Page.MESSAGE, "Your library is open elsewhere")
            other.close()
            person.press_message()
            person.sees_page(Page.WELCOME)
    finally:
        other.close()


def test_a_damaged_catalogue_is_told_of_and_left_alone(qtbot: QtBot, base: Path) -> None:
    file = base / "data" / "catalog.db"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"no database at all" * 100)
    with starting_window_on(qtbot, base) as person:
        person.sees_page(Page.MESSAGE, "The library’s catalogue is damaged")
    assert file.read_bytes() == b"no database at all" * 100


def test_a_folder_taken_out_can_be_brought_back(qtbot: QtBot, base: Path, photos: Path) -> None:
    with window_on(qtbot, base) as person:
        chooses(person, photos)
        person.window.folders.remove_wanted.emit(photos)
        person.sees_page(Page.WELCOME)
        person.press_notice("is no longer searched")
        qtbot.waitUntil(lambda: len(person.names()) == 3, timeout=WAIT_MS)
        person.waits_for_rest()


def test_words_given_at_the_start_are_searched_for(qtbot: QtBot, base: Path, photos: Path) -> None:
    with starting_window_on(qtbot, base) as person:
        person.session.take("blue", [photos])
        person.agrees("Add and search")
        person.sees_first("blue.jpg")
        assert person.field.text() == f"blue in:{photos} "
        # The first page has given way to the photos meanwhile; what is typed follows the folder.
        assert not person.field.textCursor().hasSelection()
        person.waits_for_rest()


def test_a_start_that_only_wants_to_search_goes_to_the_field(qtbot: QtBot, base: Path, photos: Path) -> None:
    with window_on(qtbot, base) as person:
        chooses(person, photos)
        person.window.pages.photos.view.setFocus()
        assert not person.window.top.search.is_focused()
        person.session.go_to_search()
        assert person.window.top.search.is_focused()
        person.waits_for_rest()
