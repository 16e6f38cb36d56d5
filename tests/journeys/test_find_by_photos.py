"""A person draws a rectangle, judges what is found, selects several, and keeps the search: real library, real files."""

from pathlib import Path

from PIL import Image
from PySide6.QtCore import QItemSelectionModel, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.library import Thumb
from desktop_app.ui.window.pages import Page
from tests.fakes import COLOURS
from tests.journeys.window import WAIT_MS, Person, window_on
from tests.pictures import save_colour

# Names that say nothing, or the colours' words would find them too.
_PHOTOS = {"1.png": "red", "2.png": "blue", "3.png": "yellow", "4.png": "orange", "5.png": "purple"}


def some_photos(folder: Path) -> Path:
    """Write a photo of each colour, and one whose halves are yellow and blue."""
    for name, colour in _PHOTOS.items():
        save_colour(folder / name, colour)
    both = Image.new("RGB", (240, 160), COLOURS["yellow"])
    both.paste(COLOURS["blue"], (120, 0, 240, 160))
    both.save(folder / "both.png")
    return folder


def shows_first(person: Person, *names: str) -> None:
    person.qtbot.waitUntil(lambda: person.names()[: len(names)] == list(names), timeout=WAIT_MS)


def choose(person: Person, *names: str) -> None:
    model = person.pages.photos.model
    how = QItemSelectionModel.SelectionFlag.ClearAndSelect
    for name in names:
        index = model.index(person.names().index(name))
        person.grid.selectionModel().setCurrentIndex(index, how)
        how = QItemSelectionModel.SelectionFlag.Select


def draw_right_half(person: Person) -> None:
    """Draw a rectangle on the photo that is shown large, and search for it."""
    view = person.window.photo_view
    person.qtbot.waitUntil(view.canvas().is_sharp, timeout=WAIT_MS)
    QTest.keyClick(view, Qt.Key.Key_R)
    band, photo = view.band(), view.canvas().picture_rect()
    first, last = (
        QPointF(photo.x() + x * photo.width(), photo.y() + y * photo.height()).toPoint()
        for x, y in ((0.6, 0.1), (0.9, 0.9))
    )
    left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(band, left, plain, first)
    QTest.mouseMove(band, last)
    QTest.mouseRelease(band, left, plain, last)
    QTest.keyClick(view, Qt.Key.Key_Return)


def test_find_a_part_judge_and_keep(qtbot: QtBot, tmp_path: Path) -> None:
    base, photos = tmp_path / "base", some_photos(tmp_path / "photos")
    with window_on(qtbot, base) as person:
        person.sees_page(Page.WELCOME)
        person.pages.welcome.folder_chosen.emit(photos)
        qtbot.waitUntil(lambda: len(person.names()) == 6, timeout=WAIT_MS)
        person.waits_for_rest()
        field = person.field

        # A part of a photo.
        choose(person, "both.png")
        QTest.keyClick(person.grid, Qt.Key.Key_Space)
        draw_right_half(person)
        shows_first(person, "2.png")
        assert [token.says for token in field.tokens()] == ["Like part of both.png"]
        qtbot.waitUntil(lambda: field.pictures.waiting() == [], timeout=WAIT_MS)
        assert not person.window.shows_photo()

        # Thumbs: what is not wanted goes, and is brought back without its token.
        choose(person, "2.png")
        QTest.keyClick(person.grid, Qt.Key.Key_D)
        qtbot.waitUntil(lambda: "2.png" not in person.names(), timeout=WAIT_MS)
        field.remove_token(-1)
        shows_first(person, "2.png")

        # Several at once.
        person.searches("red", "1.png")
        choose(person, person.names()[0], "4.png")
        QTest.keyClick(person.grid, Qt.Key.Key_M)
        qtbot.waitUntil(lambda: not {"1.png", "4.png"} & set(person.names()), timeout=WAIT_MS)
        assert [token.says for token in field.tokens()] == ["Like 1.png", "Like 4.png"]

        # A search with a thumb is kept like any other.
        person.searches("red", "1.png")
        person.grid.judged.emit([person.pages.photos.model.photo_at_row(0)], Thumb.DOWN)
        qtbot.waitUntil(lambda: "1.png" not in person.names(), timeout=WAIT_MS)
        kept = person.field.text()
        assert kept == f"red unlike:{photos / '1.png'}"
        person.pages.photos.header.keep.click()

    with window_on(qtbot, base) as person:
        qtbot.waitUntil(lambda: len(person.names()) == 6, timeout=WAIT_MS)
        person.waits_for_rest()
        panel = person.window.searches
        panel.saved.setFocus()
        panel.mark(kept)
        QTest.keyClick(panel.saved, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: person.field.text() == kept, timeout=WAIT_MS)
        qtbot.waitUntil(lambda: "1.png" not in person.names(), timeout=WAIT_MS)
        assert [token.thumb for token in person.field.tokens()] == [Thumb.DOWN]
        person.waits_for_rest()
