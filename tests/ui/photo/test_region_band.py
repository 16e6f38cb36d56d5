"""A rectangle drawn on a photo in the photo view."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.library import Photo, PhotoState, Region
from desktop_app.ui.photo.region_shape import Grip, grip_at, moved
from desktop_app.ui.photo.view import PhotoView
from tests.pictures import save_colour

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
SIZE = (1600, 1200)


@pytest.fixture
def view(qtbot: QtBot, tmp_path: Path) -> Iterator[PhotoView]:
    """A view of two photos, the first one shown and decoded."""
    photos = [
        Photo(
            number,
            save_colour(tmp_path / f"{colour}.png", colour, SIZE),
            1,
            1,
            PhotoState.INDEXED,
            "hash",
            *SIZE,
        )
        for number, colour in ((1, "white"), (2, "red"))
    ]
    # In a plain window: the offscreen platform complains of one that has size hints.
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1100, 700)
    made = PhotoView(lambda path, _at_s: QImage(str(path)), lambda _, _at_s: None, window)
    made.resize(1100, 700)
    window.show()
    made.show_photo(photos, 0)
    qtbot.waitUntil(made.canvas().is_sharp)
    yield made
    made.close_threads()


def at(view: PhotoView, x: float, y: float) -> QPoint:
    """Return the point of the band that lies at these shares of the photo."""
    photo = view.canvas().picture_rect()
    return QPointF(photo.x() + x * photo.width(), photo.y() + y * photo.height()).toPoint()


def draw(qtbot: QtBot, view: PhotoView, first: tuple[float, float], last: tuple[float, float]) -> None:
    QTest.mousePress(view.band(), LEFT, Qt.KeyboardModifier.NoModifier, at(view, *first))
    QTest.mouseMove(view.band(), at(view, *last))
    QTest.mouseRelease(view.band(), LEFT, Qt.KeyboardModifier.NoModifier, at(view, *last))


def near(region: Region | None, left: float, top: float, width: float, height: float) -> bool:
    assert region is not None
    found = (region.left, region.top, region.width, region.height)
    # A pixel of the screen is a quarter of a percent.
    return found == pytest.approx((left, top, width, height), abs=0.5)


def find_button(view: PhotoView) -> QPushButton:
    return next(one for one in view.band().findChildren(QPushButton) if one.text() == "Find this part")


def test_what_is_drawn_is_searched_for(qtbot: QtBot, view: PhotoView) -> None:
    QTest.keyClick(view, Key.Key_R)
    assert view.band().isVisible()
    assert view.band().cursor().shape() is Qt.CursorShape.CrossCursor
    assert not find_button(view).isVisible()
    draw(qtbot, view, (0.1, 0.2), (0.5, 0.5))
    assert near(view.band().region(), 10, 20, 40, 30)
    with qtbot.waitSignal(view.part_wanted) as wanted:
        QTest.mouseClick(find_button(view), LEFT)
    assert wanted.args is not None
    photo, region = wanted.args
    assert photo == view.photo()
    assert near(region, 10, 20, 40, 30)
    assert not view.band().isVisible()


def test_it_can_be_drawn_from_any_corner_and_not_beyond_the_photo(qtbot: QtBot, view: PhotoView) -> None:
    view.band().start()
    draw(qtbot, view, (0.5, 0.5), (0.1, 0.2))
    assert near(view.band().region(), 10, 20, 40, 30)
    draw(qtbot, view, (0.75, 0.75), (1.6, 1.4))
    assert near(view.band().region(), 75, 75, 25, 25)


def test_enter_searches_and_escape_gives_up_before_it_closes(qtbot: QtBot, view: PhotoView) -> None:
    QTest.keyClick(view, Key.Key_R)
    with qtbot.assertNotEmitted(view.part_wanted), qtbot.assertNotEmitted(view.opened):
        # Nothing is drawn yet.
        QTest.keyClick(view, Key.Key_Return)
    draw(qtbot, view, (0.2, 0.2), (0.4, 0.4))
    with qtbot.assertNotEmitted(view.closed):
        QTest.keyClick(view, Key.Key_Escape)
    assert not view.band().isVisible()
    QTest.keyClick(view, Key.Key_R)
    assert view.band().region() is None
    draw(qtbot, view, (0.2, 0.2), (0.4, 0.4))
    with qtbot.waitSignal(view.part_wanted):
        QTest.keyClick(view, Key.Key_Return)
    with qtbot.waitSignal(view.closed):
        QTest.keyClick(view, Key.Key_Escape)


def test_a_slip_of_the_hand_is_no_rectangle(qtbot: QtBot, view: PhotoView) -> None:
    view.band().start()
    start = at(view, 0.3, 0.3)
    QTest.mousePress(view.band(), LEFT, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(view.band(), start + QPoint(60, 6))
    QTest.mouseRelease(view.band(), LEFT, Qt.KeyboardModifier.NoModifier, start + QPoint(60, 6))
    assert view.band().region() is None
    assert "too small" in view.band().hint()
    assert not find_button(view).isVisible()


def test_zoomed_and_moved_it_stays_on_what_it_surrounds(qtbot: QtBot, view: PhotoView) -> None:
    canvas, band = view.canvas(), view.band()
    canvas.zoom_to(1.0)
    band.start()
    draw(qtbot, view, (0.4, 0.4), (0.55, 0.6))
    before = band.region()
    assert near(before, 40, 40, 15, 20)
    pointer = QPointF(at(view, 0.5, 0.5))
    wheel = QWheelEvent(
        pointer, pointer, QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(band, wheel)
    assert canvas.zoom() == pytest.approx(1.25**2)
    left = canvas.picture_rect().left()
    middle = Qt.MouseButton.MiddleButton
    QTest.mousePress(band, middle, Qt.KeyboardModifier.NoModifier, QPoint(300, 300))
    QTest.mouseMove(band, QPoint(280, 300))
    QTest.mouseRelease(band, middle, Qt.KeyboardModifier.NoModifier, QPoint(280, 300))
    assert canvas.picture_rect().left() == pytest.approx(left - 20)
    assert band.region() == before
    draw(qtbot, view, (0.45, 0.45), (0.5, 0.55))
    assert near(band.region(), 40, 40, 15, 20) is False


def test_its_corners_and_its_inside_can_be_taken_hold_of(qtbot: QtBot, view: PhotoView) -> None:
    band = view.band()
    band.start()
    draw(qtbot, view, (0.2, 0.2), (0.5, 0.5))
    draw(qtbot, view, (0.5, 0.5), (0.7, 0.8))
    assert near(band.region(), 20, 20, 50, 60)
    draw(qtbot, view, (0.45, 0.5), (0.35, 0.4))
    assert near(band.region(), 10, 10, 50, 60)
    draw(qtbot, view, (0.3, 0.3), (-0.9, 0.3))
    assert near(band.region(), 0, 10, 50, 60)


def test_the_rest_of_the_photo_is_darker(qtbot: QtBot, view: PhotoView) -> None:
    view.band().start()
    draw(qtbot, view, (0.2, 0.2), (0.6, 0.6))
    seen = view.canvas().grab().toImage()

    def light(x: float, y: float) -> int:
        spot = at(view, x, y) * seen.devicePixelRatio()
        return QColor(seen.pixel(spot)).lightness()

    assert light(0.4, 0.4) > 240
    assert light(0.1, 0.1) < 150
    assert light(0.9, 0.4) < 150


def test_another_photo_ends_it(qtbot: QtBot, view: PhotoView) -> None:
    QTest.keyClick(view, Key.Key_R)
    draw(qtbot, view, (0.2, 0.2), (0.6, 0.6))
    QTest.keyClick(view, Key.Key_Right)
    assert not view.band().isVisible()
    QTest.keyClick(view, Key.Key_R)
    assert view.band().region() is None


def test_the_button_of_the_bar_shows_whether_it_is_on(qtbot: QtBot, view: PhotoView) -> None:
    button = view._buttons["region"]
    QTest.mouseClick(button, LEFT)
    assert (button.isChecked(), view.band().is_on()) == (True, True)
    QTest.mouseClick(button, LEFT)
    assert (button.isChecked(), view.band().is_on()) == (False, False)


def test_the_offer_is_always_in_sight(qtbot: QtBot, view: PhotoView) -> None:
    view.band().start()
    for first, last in (((0.0, 0.0), (1.0, 1.0)), ((0.0, 0.8), (0.1, 1.0)), ((0.9, 0.0), (1.0, 0.3))):
        draw(qtbot, view, first, last)
        # What was there is taken hold of by its corners only.
        button = find_button(view)
        assert button.isVisible()
        assert view.band().rect().contains(button.geometry())
        view.band().end()
        view.band().start()


def test_where_a_rectangle_is_taken_hold_of() -> None:
    drawn = QRectF(100, 100, 200, 100)
    assert grip_at(QPointF(103, 98), drawn) == (Grip.FALLING, drawn.bottomRight())
    assert grip_at(QPointF(300, 104), drawn) == (Grip.RISING, drawn.bottomLeft())
    assert grip_at(QPointF(200, 150), drawn) == (Grip.INSIDE, None)
    assert grip_at(QPointF(50, 50), drawn) == (Grip.NONE, None)
    assert grip_at(QPointF(0, 0), QRectF()) == (Grip.NONE, None)
    assert moved(QRectF(0.2, 0.2, 0.5, 0.5), QPointF(0.9, -0.9)) == QRectF(0.5, 0, 0.5, 0.5)
