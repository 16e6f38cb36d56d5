"""One photo that has the whole screen, and its menu."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QWidget

from desktop_app.ui.photo.view import PhotoView
from tests.ui.desk import Desk
from tests.ui.fake_library import a_photo, an_answer

Key = Qt.Key


@pytest.fixture
def large(desk: Desk) -> Iterator[Desk]:
    """A window that shows the photo 3 large."""
    desk.waits(lambda: desk.pages.photos.model.photo_at_row(0) is not None)
    desk.pages.photos.view.preview_wanted.emit(a_photo(3))
    assert desk.window.shows_photo()
    yield desk
    assert QApplication.overrideCursor() is None or desk.window.isFullScreen()


def bar_of(view: PhotoView) -> QWidget:
    back = next(one for one in view.findChildren(QToolButton) if one.accessibleName() == "Back to all photos")
    bar = back.parentWidget()
    assert bar is not None
    return bar


@pytest.mark.parametrize("by_key", [Key.Key_F, Key.Key_F11])
def test_a_photo_has_the_whole_screen_on_black_until_esc(large: Desk, by_key: Key) -> None:
    view = large.window.photo_view
    place = view.canvas().picture_rect().size()
    if by_key == Key.Key_F:
        QTest.keyClick(view, by_key)
    else:
        large.window.menus.full_screen.trigger()
    large.waits(large.window.isFullScreen)
    assert view.canvas().grab().toImage().pixelColor(2, view.height() - 2) == Qt.GlobalColor.black
    assert view.details().isHidden()
    large.waits(lambda: view.canvas().size() == view.size())
    QTest.keyClick(view, Key.Key_Escape)
    assert not large.window.isFullScreen()
    assert large.window.shows_photo()
    large.waits(lambda: not bar_of(view).geometry().intersects(view.canvas().geometry()))
    assert view.canvas().picture_rect().size() == place
    QTest.keyClick(view, Key.Key_Escape)
    assert not large.window.shows_photo()


def test_the_bar_goes_when_nothing_moves_and_comes_back_with_the_pointer(large: Desk) -> None:
    view = large.window.photo_view
    bar = bar_of(view)
    QTest.keyClick(view, Key.Key_F)
    assert bar.isVisible()
    QCursor.setPos(view.canvas().mapToGlobal(QPoint(250, 300)))
    QTest.mouseMove(view.canvas(), QPoint(250, 300))
    large.waits(lambda: view.canvas().size() == view.size())
    before = view.canvas().geometry()
    large.waits(bar.isHidden)
    assert view.canvas().geometry() == before
    cursor = QApplication.overrideCursor()
    assert cursor is not None
    assert cursor.shape() == Qt.CursorShape.BlankCursor
    QTest.mouseMove(view.canvas(), QPoint(300, 300))
    QTest.mouseMove(view.canvas(), QPoint(310, 320))
    large.waits(bar.isVisible)
    assert QApplication.overrideCursor() is None
    large.waits(bar.isHidden)
    # Nobody finds the pointer again who leaves by a key, were it not shown then.
    QTest.keyClick(view, Key.Key_Space)
    assert QApplication.overrideCursor() is None
    large.window.toggle_full_screen()
    assert not bar.isHidden()


def menu_over(view: PhotoView) -> QMenu:
    reason = QContextMenuEvent.Reason.Mouse
    spot = QPoint(200, 200)
    QApplication.sendEvent(view.canvas(), QContextMenuEvent(reason, spot, view.mapToGlobal(spot)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def test_a_photo_shown_large_has_the_menu_of_its_cell(large: Desk) -> None:
    grid, view = large.pages.photos.view, large.window.photo_view
    large.settings.change("grouping", "none")
    cell = [one.text() for one in grid.menu_for(a_photo(3)).actions() if one.text()]
    menu = menu_over(view)
    assert [one.text() for one in menu.actions() if one.text()] == [one for one in cell if one != "Preview"]
    next(one for one in menu.actions() if one.text() == "Find similar photos").trigger()
    menu.close()
    assert large.library.asked[-1][0] == str(a_photo(3).path)


def test_the_menu_of_a_photo_shown_large_refines_the_search(desk: Desk) -> None:
    desk.asks("a dog")
    desk.library.asked[-1][1].set_result(an_answer("a dog", 2, 1))
    desk.shows(2, 1)
    grid, view = desk.pages.photos.view, desk.window.photo_view
    grid.selectAll()
    grid.preview_wanted.emit(a_photo(2))
    menu = menu_over(view)
    texts = [one.text() for one in menu.actions()]
    assert "More like this" in texts
    assert not any("these" in text for text in texts), "the selection is not what is shown"
    next(one for one in menu.actions() if one.text() == "More like this").trigger()
    menu.close()
    assert "IMG_2.jpg" in desk.field.text()
    assert "IMG_1.jpg" not in desk.field.text()
