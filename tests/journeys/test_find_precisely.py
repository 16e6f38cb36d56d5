"""A person narrows a search down, keeps it, and finds it again on another day: real library, real files."""

import os
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.library import example_text
from desktop_app.ui.grid.arranging import Order
from desktop_app.ui.grid.stacking import StackedCell
from desktop_app.ui.results.strictness import Strictness
from desktop_app.ui.search.question import Like, Words
from desktop_app.ui.system.drops import offered
from desktop_app.ui.window.pages import Page
from tests.journeys.window import WAIT_MS, Person, window_on
from tests.pictures import save_colour

_EXIF_IFD = 0x8769
_DATE_TIME_ORIGINAL = 0x9003
_PHOTOS = {
    "old.png": ((255, 8, 8), 1_500_000_000),
    "new.png": ((250, 16, 16), 1_600_000_000),
    "red.jpg": ((255, 0, 0), 1_400_000_000),
    "blue.png": ((20, 20, 220), 1_300_000_000),
}
_BURST = ("burst_1.png", "burst_2.png", "burst_3.png")


def some_photos(folder: Path) -> Path:
    """Write three reds and a blue, of two types and four days."""
    for name, (colour, written_s) in _PHOTOS.items():
        os.utime(save_colour(folder / name, colour), (written_s, written_s))
    return folder


def a_burst(folder: Path) -> Path:
    """Write three more reds, taken within two seconds of 2024; no two are equal."""
    for second, name in enumerate(_BURST):
        taken = Image.Exif()
        taken[_EXIF_IFD] = {_DATE_TIME_ORIGINAL: f"2024:05:01 12:00:{second:02d}"}
        save_colour(folder / name, (240 - second, 40, 30), exif=taken)
    return folder


def drop(person: Person, file: Path) -> None:
    """Drop a file on the window."""
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(file))])
    person.window.offered.emit(offered(content))


def marks(person: Person) -> list[str]:
    return person.field.marks()


def shows_of(person: Person, *names: str) -> None:
    """Wait until the first photos of the grid are these; others, which fit less, may follow."""
    person.qtbot.waitUntil(lambda: person.names()[: len(names)] == list(names), timeout=WAIT_MS)


def is_one(person: Person, names: Sequence[str]) -> bool:
    """Whether one photo stands for all of these in the grid."""
    shown = [row for row, name in enumerate(person.names()) if name in names]
    cell = person.pages.photos.model.stack_at_row(shown[0]) if len(shown) == 1 else None
    return cell == StackedCell(len(names), is_front=True, is_spread=False)


def test_narrow_down_keep_restart_and_open(qtbot: QtBot, tmp_path: Path) -> None:
    base, photos = tmp_path / "base", a_burst(some_photos(tmp_path / "photos"))
    example = save_colour(tmp_path / "example.png", (255, 2, 2))
    kept, listed = f"red type:png {example_text(example)}", "red type:png, like example.png"
    with window_on(qtbot, base) as person:
        person.sees_page(Page.WELCOME)
        person.pages.welcome.folder_chosen.emit(photos)
        # The burst is one photo as soon as the model is measured.
        qtbot.waitUntil(lambda: len(person.names()) == 5 and is_one(person, _BURST), timeout=WAIT_MS)
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
        qtbot.waitUntil(session.query.panel().isVisible, timeout=WAIT_MS)
        png = session.query.panel().types.item_of("png")
        assert png is not None
        png.setCheckState(0, Qt.CheckState.Checked)
        session.query.panel().hide()
        shows_of(person, "old.png", "new.png")
        assert person.field.text() == "red type:png"
        assert [chip.text for chip in strip.chips()] == ["Type png"]
        assert "red.jpg" not in person.names()

        # A picture that is in no folder of the library joins the words.
        drop(person, example)
        qtbot.waitUntil(lambda: session.search.answered() == Like(example), timeout=WAIT_MS)
        person.pages.photos.example.combine()
        qtbot.waitUntil(lambda: session.search.answered() == Words(kept), timeout=WAIT_MS)
        shows_of(person, "old.png", "new.png")
        assert [chip.text for chip in strip.chips()] == ["Type png"]
        assert [token.says for token in person.field.tokens()] == ["Like example.png"]

        header.card.slider.setValue(0)
        assert header.strictness.text() == f"Strictness: {Strictness.LOOSE}"
        header.choose_order(Order.TAKEN)
        qtbot.waitUntil(lambda: is_one(person, _BURST), timeout=WAIT_MS)
        shows_of(person, "burst_3.png", "new.png", "old.png")

        person.grid.setCurrentIndex(person.pages.photos.model.index(0))
        QTest.keyClick(person.grid, Qt.Key.Key_E)
        assert set(person.names()[:3]) == set(_BURST)
        assert person.names()[3:5] == ["new.png", "old.png"]
        header.keep.click()
        assert [name for name, _count in person.window.searches.rows()] == [listed]

    with window_on(qtbot, base) as person:
        # Of photos that are out of sight no name is known yet.
        qtbot.waitUntil(lambda: person.pages.photos.model.rowCount() == 5, timeout=WAIT_MS)
        person.waits_for_rest()
        panel = person.window.searches
        assert [name for name, _count in panel.rows()] == [listed]
        assert person.pages.photos.header.strictness.text() == "Strictness: loose"
        panel.saved.setFocus()
        panel.mark(kept)
        QTest.keyClick(panel.saved, Qt.Key.Key_Return)
        shows_of(person, "old.png", "new.png")
        assert person.field.text() == kept
        # Still one, and gathered again.
        assert is_one(person, _BURST)
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
        assert [token.says for token in person.field.tokens()] == ["Like red.jpg"]
