"""What stays in its place, what is said and what is not, where the window changes by itself."""

from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QPushButton,
    QScrollArea,
    QSlider,
    QStyleOptionViewItem,
    QToolButton,
)
from pytestqt.qtbot import QtBot

from desktop_app.library import DownloadProgress, PhotoLibrary, PhotosChanged
from desktop_app.settings import Settings, Values
from desktop_app.ui.app.session import Session
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import ElidingLabel
from desktop_app.ui.models.values import Shelf
from desktop_app.ui.photo.view import GONE
from desktop_app.ui.search.help import QueryHelp
from desktop_app.ui.settings.dialog import SettingsDialog
from desktop_app.ui.system import file_actions
from desktop_app.ui.window.main_window import least_size
from desktop_app.ui.window.pages import Page
from tests.journeys.window import keeper
from tests.ui.desk import BETTER, BUILT_IN, Desk
from tests.ui.fake_library import FakeLibrary, a_lined_answer, a_photo

LONG = Path("/photos") / f"{'a very long name of a photo ' * 4}.jpg"


@pytest.fixture
def known(desk: Desk) -> Desk:
    """A window whose photos are known and in sight."""
    desk.window.resize(1000, 700)
    desk.waits(lambda: desk.pages.photos.model.photo_at_row(2) is not None)
    return desk


def test_the_offer_of_a_model_does_not_push_the_photos_away(known: Desk) -> None:
    view = known.pages.photos.view
    QApplication.processEvents()
    before = view.mapTo(known.window, QPoint())
    known.window.model_strip.show_models(Shelf((BUILT_IN, BETTER), BUILT_IN))
    known.waits(known.window.model_strip.isVisible)
    known.window.model_strip.show_download(DownloadProgress("better", 1, 100, 1.0, 1.0))
    QApplication.processEvents()
    assert view.mapTo(known.window, QPoint()) == before


@pytest.mark.parametrize(
    ("remembered", "has_catalog", "page"),
    [
        ("", False, Page.WELCOME),
        ("no", True, Page.WELCOME),
        ("yes", True, Page.PHOTOS),
        # The last window ended badly, or the command line chose the folders.
        ("", True, Page.PHOTOS),
    ],
)
def test_a_restart_begins_with_the_page_that_will_be_needed(
    qtbot: QtBot, tmp_path: Path, remembered: str, has_catalog: bool, page: Page
) -> None:
    settings = Settings.load(tmp_path)
    settings.remember_state("had folders", remembered)
    if has_catalog:
        (tmp_path / "catalog.db").touch()
    library = cast("PhotoLibrary", FakeLibrary([1]))
    session = Session(settings, lambda: library, data=tmp_path, cache=tmp_path / "c", log=tmp_path)
    qtbot.addWidget(session.window)
    assert session.window.pages.shown() is page
    session.close()


def test_a_warning_about_a_photo_goes_with_the_search_it_was_found_by(known: Desk) -> None:
    known.window.notices.show_notice(
        "The folder of IMG_1.jpg could not be shown.", kind="warning", key="refused"
    )
    assert known.notice("refused")
    known.asks("a dog")
    assert known.window.notices.notices() == []


def test_a_long_example_leaves_the_number_of_photos_to_be_read(known: Desk) -> None:
    known.window.resize(760, 600)
    page = known.pages.photos
    page.example.show_example(LONG, words="some words that were searched for before")
    page.show_heading("1,150 photos, most alike first")
    heading = page.header._heading
    known.waits(lambda: heading.width() >= heading.fontMetrics().horizontalAdvance("1,150 photos"))
    assert page.header.group.geometry().right() <= page.header.width()
    assert page.width() <= known.window.width()


def test_a_photo_that_goes_while_it_is_shown_large_says_so(known: Desk) -> None:
    view = known.window.photo_view
    known.pages.photos.view.preview_wanted.emit(a_photo(2))
    known.library.tell(PhotosChanged(removed=frozenset({3})))
    known.library.ids = [3, 1]
    assert view.canvas().said() != GONE
    known.library.tell(PhotosChanged(removed=frozenset({2})))
    known.waits(lambda: view.canvas().said() == GONE)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.canvas().said() != GONE
    QTest.keyClick(view, Qt.Key.Key_Left)
    known.waits(lambda: view.canvas().said() == GONE)


def test_a_photo_that_went_while_its_neighbour_was_looked_at_says_so_too(known: Desk) -> None:
    view = known.window.photo_view
    known.pages.photos.view.preview_wanted.emit(a_photo(2))
    known.library.ids = [3, 2]
    known.library.tell(PhotosChanged(removed=frozenset({1})))
    QTest.keyClick(view, Qt.Key.Key_Right)
    known.waits(lambda: view.canvas().said() == GONE)


def test_del_says_why_nothing_is_deleted(known: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Path] = []
    monkeypatch.setattr(file_actions, "reveal", keeper(shown, answer=True))
    view = known.pages.photos.view
    view.choose(2)
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert known.notice("never deleted").startswith("Vislumbre never deletes photos.")
    known.press("never deleted")
    known.waits(lambda: shown == [a_photo(2).path])
    known.window.notices.dismiss("never deleted")
    view.preview_wanted.emit(a_photo(2))
    QTest.keyClick(known.window.photo_view, Qt.Key.Key_Delete)
    assert known.window.photo_view.canvas().said().startswith("Vislumbre never deletes photos.")


def test_a_photo_that_may_be_it_keeps_its_name(known: Desk) -> None:
    """The word stands on the picture: below it, it left less than half of a name."""
    known.asks("a dog")
    known.library.asked[-1][1].set_result(a_lined_answer("a dog", maybe=[3], rest=[2]))
    known.shows(3)
    view = known.pages.photos.view
    drawn: list[str] = []

    class Painter(QPainter):
        def drawText(self, *args: object) -> None:  # type: ignore[override]  # noqa: N802  # Qt's own name
            drawn.extend(one for one in args if isinstance(one, str))

    option = view.itemDelegate()
    image = QImage(184, 200, QImage.Format.Format_ARGB32)
    painter = Painter(image)

    how = QStyleOptionViewItem()
    how.rect = QRect(0, 0, 184, 200)
    how.font = view.font()
    option.paint(painter, how, known.pages.photos.model.index(0))
    painter.end()
    assert sorted(drawn) == ["IMG_3.jpg", "Maybe"]


@pytest.mark.parametrize("place", [0, 100])
def test_the_handle_of_a_slider_is_drawn_whole(qtbot: QtBot, place: int) -> None:
    theme.apply(cast("QApplication", QApplication.instance()), "light")
    slider = QSlider(Qt.Orientation.Horizontal)
    qtbot.addWidget(slider)
    slider.setFixedWidth(120)
    slider.setValue(place)
    slider.show()
    slider.resize(120, slider.sizeHint().height())
    image = slider.grab().toImage()
    ground = image.pixelColor(60, 0)
    for row in (0, image.height() - 1):
        assert all(image.pixelColor(x, row) == ground for x in range(image.width()))


def test_examples_of_the_language_read_from_left_to_right_everywhere(qtbot: QtBot) -> None:
    app = cast("QApplication", QApplication.instance())
    app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        card = QueryHelp()
        qtbot.addWidget(card)
        examples = [one for one in card.findChildren(QPushButton) if one.accessibleName().startswith("Try ")]
        assert {one.layoutDirection() for one in examples} == {Qt.LayoutDirection.LeftToRight}
    finally:
        app.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_the_offer_of_a_model_is_no_column_of_single_words(known: Desk) -> None:
    known.window.resize(660, 500)
    strip = known.window.model_strip
    strip.show_models(Shelf((BUILT_IN, BETTER), BUILT_IN))
    known.waits(lambda: strip.isVisible() and strip._text.width() > 300)
    buttons = [one for one in strip.findChildren(QPushButton) if one.isVisible()]
    assert all(one.mapTo(strip, QPoint()).x() + one.width() <= strip.width() for one in buttons)


def test_one_photo_large_fits_the_narrowest_window(known: Desk) -> None:
    known.window.resize(640, 480)
    known.pages.photos.view.preview_wanted.emit(a_photo(2))
    view = known.window.photo_view
    known.waits(lambda: view.width() == 640)
    tools = [one for one in view.findChildren(QToolButton) if one.isVisible()]
    assert len(tools) > 10
    assert all(one.mapTo(view, QPoint()).x() + one.width() <= 640 for one in tools)
    # Its name is cut where that is to be seen, not by the edge of the next button.
    assert isinstance(view._name, ElidingLabel)
    assert view._name.width() >= view._name.minimumSizeHint().width()


def test_the_settings_are_no_larger_than_the_screen(qtbot: QtBot) -> None:
    dialog = SettingsDialog(Values())
    qtbot.addWidget(dialog)
    screen = dialog.screen().availableSize()
    assert dialog.width() <= screen.width()
    dialog.resize(800, 500)
    dialog.show()
    QApplication.processEvents()
    assert (dialog.width(), dialog.height()) == (800, 500)
    dialog.resize(660, 430)
    for area in dialog.findChildren(QScrollArea):
        page = area.widget()
        assert page is not None
        assert page.minimumSizeHint().width() <= 660 - 168, page


def test_the_window_is_no_higher_than_a_small_screen(known: Desk) -> None:
    """As one of 1280 × 800 is where everything is shown twice as large."""
    known.window.model_strip.show_models(Shelf((BUILT_IN, BETTER), BUILT_IN))
    known.window.setMinimumSize(least_size(QSize(640, 400)))
    known.window.resize(640, 360)
    known.waits(lambda: (known.window.width(), known.window.height()) == (640, 360))
    known.waits(lambda: known.pages.photos.view.height() > 60)
    assert least_size(QSize(1920, 1080)) == QSize(640, 480)
