"""While somebody scrolls, types or looks through photos, the library's work that nobody waits for gives way."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.desk import Desk


def scroll(desk: Desk) -> None:
    bar = desk.pages.photos.view.verticalScrollBar()
    bar.setRange(0, 1000)
    bar.setValue(100)


def type_a_letter(desk: Desk) -> None:
    QTest.keyClick(desk.field, Qt.Key.Key_D)


def open_a_photo(desk: Desk) -> None:
    model = desk.pages.photos.model
    desk.waits(lambda: bool(model.rowCount()) and model.photo_at_row(0) is not None)
    desk.pages.photos.view.preview_wanted.emit(model.photo_at_row(0))


def look_at_the_next(desk: Desk) -> None:
    open_a_photo(desk)
    desk.library.folders.gave_way.clear()
    QTest.keyClick(desk.window.photo_view, Qt.Key.Key_Right)


@pytest.mark.parametrize("use", [scroll, type_a_letter, open_a_photo, look_at_the_next])
def test_whatever_a_person_does_goes_first(desk: Desk, use: Callable[[Desk], None]) -> None:
    desk.library.folders.gave_way.clear()
    use(desk)
    assert desk.library.folders.gave_way
    assert min(desk.library.folders.gave_way) > 0
