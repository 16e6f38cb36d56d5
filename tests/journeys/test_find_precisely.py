"""A person narrows a search down, keeps it, and finds it again on another day: real library, real files."""

import os
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop_app.ui.arranging import Order
from desktop_app.ui.pages import Page
from desktop_app.ui.query_field import QueryField
from desktop_app.ui.questions import Words
from desktop_app.ui.strictness import Strictness
from tests.journeys.window import WAIT_MS, Person, window_on
from tests.pictures import save_colour

_PHOTOS = {
    "old.png": ((255, 8, 8), 1_500_000_000),
    "new.png": ((250, 16, 16), 1_600_000_000),
    "red.jpg": ((255, 0, 0), 1_400_000_000),
    "blue.png": ((20, 20, 220), 1_300_000_000),
}


def some_photos(folder: Path) -> Path:
    """Write three reds and a blue, of two types and four days."""
    for name, (colour, written_s) in _PHOTOS.items():
        os.utime(save_colour(folder / name, colour), (written_s, written_s))
    return folder


def marks(person: Person) -> list[str]:
    field = person.window.top.search.findChild(QLineEdit)
    assert isinstance(field, QueryField)
    return field.marks()


def shows_of(person: Person, *names: str) -> None:
    """Wait until the first photos of the grid are these; others, which fit less, may follow."""
    person.qtbot.waitUntil(lambda: person.names()[: len(names)] == list(names), timeout=WAIT_MS)


def test_narrow_down_keep_restart_and_open(qtbot: QtBot, tmp_path: Path) -> None:
    base, photos = tmp_path / "base", some_photos(tmp_path / "photos")
    with window_on(qtbot, base) as person:
        person.sees_page(Page.WELCOME)
        person.pages.welcome.folder_chosen.emit(photos)
        qtbot.waitUntil(lambda: len(person.names()) == 4, timeout=WAIT_MS)
        person.waits_for_rest()
        session = person.session.library
        assert session is not None
        header, strip = person.pages.photos.header, person.window.top.search.strip

        # A slip of the finger is underlined and explained; the rest is searched.
        person.searches("red typ:png", "red.jpg")
        assert marks(person) == ["typ:png"]
        assert "Did you mean “type:”?" in strip.sentence()

        # The filters write the same language.
        person.searches("red", "red.jpg")
        QTest.keyClick(person.field, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(session.query.panel.isVisible, timeout=WAIT_MS)
        session.query.panel.types["png"].setChecked(True)
        session.query.panel.hide()
        shows_of(person, "old.png", "new.png")
        assert person.field.text() == "red type:png"
        assert [chip.text for chip in strip.chips()] == ["Type png"]
        assert "red.jpg" not in person.names()

        header.card.slider.setValue(0)
        assert header.strictness.text() == f"Strictness: {Strictness.LOOSE}"
        header.choose_order(Order.TAKEN)
        shows_of(person, "new.png", "old.png")
        header.keep.click()
        assert [name for name, _count in person.window.searches.rows()] == ["red type:png"]

    with window_on(qtbot, base) as person:
        qtbot.waitUntil(lambda: len(person.names()) == 4, timeout=WAIT_MS)
        person.waits_for_rest()
        panel = person.window.searches
        assert [name for name, _count in panel.rows()] == ["red type:png"]
        assert person.pages.photos.header.strictness.text() == "Strictness: loose"
        panel.saved.setFocus()
        panel.mark("red type:png")
        QTest.keyClick(panel.saved, Qt.Key.Key_Return)
        shows_of(person, "old.png", "new.png")
        assert person.field.text() == "red type:png"
        person.waits_for_rest()


def test_an_example_and_words_together(qtbot: QtBot, tmp_path: Path) -> None:
    base, photos = tmp_path / "base", some_photos(tmp_path / "photos")
    with window_on(qtbot, base) as person:
        person.sees_page(Page.WELCOME)
        person.pages.welcome.folder_chosen.emit(photos)
        qtbot.waitUntil(lambda: len(person.names()) == 4, timeout=WAIT_MS)
        person.waits_for_rest()
        session = person.session.library
        assert session is not None
        person.searches("red", "red.jpg")
        photo = person.pages.photos.model.photo_at_row(0)
        assert photo is not None
        person.grid.similar_wanted.emit(photo)
        qtbot.waitUntil(lambda: "red.jpg" not in person.names(), timeout=WAIT_MS)
        person.pages.photos.example.combine()
        # The example itself is no answer.
        shows_of(person, "old.png", "new.png")
        qtbot.waitUntil(lambda: isinstance(session.search.answered(), Words), timeout=WAIT_MS)
        assert [chip.text for chip in person.window.top.search.strip.chips()] == ["Like red.jpg"]
