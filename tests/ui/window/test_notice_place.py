"""Messages are seen where the person looks: above the pages, and over the photo that is shown large."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_app.library import Thumb
from desktop_app.ui.window.notices import NoticeBar
from tests.ui.desk import Desk
from tests.ui.fake_library import a_photo

SENTENCE = "The disk is full. Make some room, and the photos that are missing will be read."


@pytest.fixture
def large(desk: Desk) -> Desk:
    """A window that shows the photo 3 large."""
    desk.waits(lambda: desk.pages.photos.model.photo_at_row(0) is not None)
    desk.pages.photos.view.preview_wanted.emit(a_photo(3))
    assert desk.window.shows_photo()
    return desk


def place_of(widget: QWidget, within: QWidget) -> QRect:
    return QRect(widget.mapTo(within, QPoint()), widget.size())


def is_on_top(notices: NoticeBar, window: QWidget) -> bool:
    """Whether what is seen in the middle of the messages is theirs."""
    seen = window.childAt(notices.mapTo(window, notices.rect().center()))
    return seen is not None and (seen is notices or notices.isAncestorOf(seen))


def test_a_message_lies_over_the_photo_and_moves_nothing(large: Desk) -> None:
    notices, view = large.window.notices, large.window.photo_view
    before = view.canvas().geometry()
    notices.show_notice(SENTENCE, kind="error", key="disk")
    assert notices.isVisible()
    large.waits(lambda: is_on_top(notices, large.window))
    assert view.canvas().geometry() == before
    photo = place_of(view.canvas(), large.window)
    assert photo.contains(place_of(notices, large.window))
    assert abs(place_of(notices, large.window).center().x() - photo.center().x()) <= 1
    notices.dismiss("disk")
    assert notices.isHidden()


def test_it_lies_below_the_bar_where_the_photo_has_the_whole_screen(large: Desk) -> None:
    notices, view = large.window.notices, large.window.photo_view
    notices.show_notice(SENTENCE, key="disk")
    QTest.keyClick(view, Qt.Key.Key_F)
    large.waits(lambda: view.canvas().size() == view.size())
    large.waits(lambda: notices.y() == view.full_screen.bar_px() and is_on_top(notices, large.window))
    large.window.toggle_full_screen()
    large.waits(lambda: notices.y() == view.canvas().y())


def test_it_goes_with_the_person_from_the_photo_to_the_pages_and_back(large: Desk) -> None:
    window, notices = large.window, large.window.notices
    notices.show_notice(SENTENCE, key="disk")
    window.photo_view.leave()
    assert notices.isVisible()
    large.waits(lambda: place_of(notices, window).bottom() < place_of(large.pages, window).top())
    large.pages.photos.view.preview_wanted.emit(a_photo(2))
    large.waits(lambda: is_on_top(notices, window))
    assert [one.key for one in notices.notices()] == ["disk"]


def test_its_button_works_over_the_photo(large: Desk) -> None:
    pressed: list[Path] = []
    notices = large.window.notices
    notices.show_notice(SENTENCE, action="Try again", run=lambda: pressed.append(Path()), key="disk")
    button = notices.findChild(QPushButton)
    assert button is not None
    large.waits(lambda: is_on_top(notices, large.window))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert pressed == [Path()]
    assert large.window.shows_photo()


def test_why_a_thumb_does_nothing_is_said_over_the_photo(large: Desk) -> None:
    large.window.photo_view.judged.emit([a_photo(3)], Thumb.UP)
    assert large.notice("thumbs").startswith("Thumbs refine a search")
    assert large.window.notices.isVisible()


def test_a_long_message_is_read_whole_in_a_narrow_window(large: Desk) -> None:
    window, notices = large.window, large.window.notices
    window.resize(640, 480)
    notices.show_notice(" ".join([SENTENCE] * 3), key="disk")
    large.waits(lambda: window.photo_view.width() == 640)
    large.waits(lambda: notices.height() >= notices.heightForWidth(notices.width()))
    assert is_on_top(notices, window)
    assert notices.geometry().right() <= window.photo_view.width()
