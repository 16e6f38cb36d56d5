"""Example photos in the search field of the whole window: what is asked, and how their pictures come."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from desktop_app.library import Photo
from tests.fakes import COLOURS
from tests.ui.desk import Desk, desk_on, texts_of
from tests.ui.fake_library import FakeLibrary, a_photo, an_answer

ONE, TWO = a_photo(1).path, a_photo(2).path


class Slow:
    """Looks for photos like the library it stands before, notes on which thread, and waits where the test wants it."""

    def __init__(self, library: FakeLibrary) -> None:
        self._browsing = library.browsing
        self.threads: list[str] = []
        self.hanging: set[Path] = set()
        self.go_on = threading.Event()

    def photo_at(self, path: Path) -> Photo | None:
        self.threads.append(threading.current_thread().name)
        if path in self.hanging:
            self.go_on.wait()
        return self._browsing.photo_at(path)

    def __getattr__(self, name: str) -> object:
        return getattr(self._browsing, name)


@pytest.fixture
def slow(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[Desk, Slow]]:
    library = FakeLibrary([3, 2, 1])
    for number in (1, 2, 3):
        small = tmp_path / f"{number}.jpg"
        Image.new("RGB", (80, 60), COLOURS["green"]).save(small, quality=100, subsampling=0)
        library.moments[number, None] = small
    before = Slow(library)
    library.browsing = before  # type: ignore[assignment]  # has what is asked of it
    with desk_on(qtbot, tmp_path, library) as desk:
        desk.shows(3, 2, 1)
        yield desk, before
        before.go_on.set()


def has_picture(desk: Desk, which: int) -> bool:
    desk.field.grab()
    rect = desk.field.token_rect(which).toRect()
    seen = desk.field.viewport().grab().toImage().pixelColor(rect.left() + 10, rect.center().y())
    red, green, blue = COLOURS["green"]
    return max(abs(seen.red() - red), abs(seen.green() - green), abs(seen.blue() - blue)) < 5


def test_the_pictures_of_tokens_come_from_other_threads(slow: tuple[Desk, Slow]) -> None:
    desk, browsing = slow
    desk.types(f"beach like:{ONE} unlike:{TWO}")
    desk.waits(lambda: has_picture(desk, 0) and has_picture(desk, 1))
    assert len(browsing.threads) == 2
    assert threading.main_thread().name not in browsing.threads


def test_a_photo_on_a_share_that_does_not_answer_keeps_no_other_waiting(slow: tuple[Desk, Slow]) -> None:
    desk, browsing = slow
    browsing.hanging = {Path("/silent/a.jpg"), Path("/silent/b.jpg")}
    desk.types(f"photo:/silent/a.jpg photo:/silent/b.jpg like:{ONE}")
    desk.waits(lambda: has_picture(desk, 2))
    # Nor a question to the catalogue.
    desk.pages.photos.view.preview_wanted.emit(a_photo(2))
    desk.waits(lambda: desk.window.photo_view.photo() == a_photo(2))
    browsing.go_on.set()
    desk.waits(lambda: desk.field.pictures.waiting() == [])


def test_a_query_with_tokens_is_copied_from_one_search_and_asked_in_another(desk: Desk) -> None:
    desk.types(f"beach like:{ONE}")
    desk.library.asked[-1][1].set_result(an_answer("beach", 2))
    desk.shows(2)
    desk.field.selectAll()
    desk.field.cut()
    desk.waits(lambda: desk.pages.photos.model.ids() == [3, 2, 1])
    assert QGuiApplication.clipboard().text() == f"beach like:{ONE}"
    desk.field.paste()
    desk.waits(lambda: desk.library.asked[-1][0] == f"beach like:{ONE}")


def test_a_token_is_taken_out_by_backspace_and_the_rest_is_asked(desk: Desk) -> None:
    desk.types(f"beach like:{ONE} unlike:{TWO}")
    desk.field.moveCursor(desk.field.textCursor().MoveOperation.End)
    QTest.keyClick(desk.field, Qt.Key.Key_Backspace)
    desk.waits(lambda: desk.library.asked[-1][0] == f"beach like:{ONE}")


def test_searches_are_remembered_as_written_and_listed_with_names(desk: Desk) -> None:
    query = f"beach like:{ONE}"
    desk.types(query)
    QTest.keyClick(desk.field, Qt.Key.Key_Return)
    assert desk.settings.history[0] == query
    recent = desk.window.searches.recent.topLevelItem(0)
    assert recent is not None
    assert recent.text(0) == "beach, thumbs up: IMG_1.jpg"
    desk.types("")
    desk.window.searches.recent.itemClicked.emit(recent, 0)
    desk.waits(lambda: desk.library.asked[-1][0] == query)
    assert desk.field.text() == query
    desk.library.asked[-1][1].set_result(an_answer("beach", 2))
    desk.shows(2)
    desk.pages.photos.header.keep.click()
    assert desk.window.searches.rows()[0][0] == "beach, thumbs up: IMG_1.jpg"


def test_what_is_said_of_a_query_names_its_photos(desk: Desk) -> None:
    desk.types(f"sea like:{ONE}")
    desk.library.asked[-1][1].set_result(an_answer("sea", model=None))
    desk.says("Nothing found by name")
    said = " ".join(texts_of(desk.pages.message))
    assert "“sea, thumbs up: IMG_1.jpg”" in said
    assert "/photos" not in said
    desk.pages.photos.view.similar_wanted.emit(a_photo(3))
    offer = next(
        one for one in desk.pages.photos.example.findChildren(QToolButton) if one.text().startswith("with")
    )
    assert offer.text() == "with “sea, thumbs …p: IMG_1.jpg”"


def test_the_field_fits_the_narrowest_window(desk: Desk) -> None:
    desk.window.resize(640, 480)
    desk.types(" ".join(f"like:/photos/IMG_{number}.jpg" for number in range(15)))
    top = desk.window.top
    desk.waits(lambda: desk.window.width() == 640 and top.search.thumbs_off.isVisible())
    for part in (desk.field, top.search.thumbs_off, top.search.filters, top.search.help):
        assert part.mapTo(desk.window, QPoint()).x() + part.width() <= 640
    assert desk.field.viewport().width() > 200
