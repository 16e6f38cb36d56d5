"""A grid of photos of known days, for the tests of headings and stacks."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.library import Photo
from desktop_app.ui.background.thumbnail_loader import ThumbnailLoader
from desktop_app.ui.grid.model import PhotosModel
from desktop_app.ui.grid.photos_view import PhotosView
from desktop_app.ui.grid.sections import Grouping
from tests.ui.fake_library import a_photo

JUNE = datetime(2025, 6, 30, 12)
LEFT = Qt.MouseButton.LeftButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


def seconds_of(dates: Sequence[datetime]) -> np.ndarray:
    """The dates as the library gives them."""
    return np.array([(one - datetime(1970, 1, 1)) // timedelta(seconds=1) for one in dates], dtype=np.int64)


class Grid:
    """A view with its model; photos are known as soon as they are asked for."""

    def __init__(self, qtbot: QtBot, view: PhotosView, model: PhotosModel) -> None:
        self.qtbot, self.view, self.model = qtbot, view, model
        self.offline: set[int] = set()
        model.page_wanted.connect(self._bring)

    def shows(self, days: Sequence[int], grouping: Grouping = Grouping.DAY) -> None:
        """Show photos by date: their ids count from 1, and so many are of each day."""
        self.model.group_by(grouping)
        numbers = [day for day, count in enumerate(days) for _ in range(count)]
        dates = [JUNE - timedelta(days=day) for day in numbers]
        self.model.show_ids(range(1, len(numbers) + 1), seconds_of(dates))

    def columns(self) -> int:
        return self.view._geometry.columns

    def goes_to(self, row: int) -> None:
        self.view.setCurrentIndex(self.model.index(row))

    def presses(self, key: Qt.Key, held: Qt.KeyboardModifier = NO_KEYS) -> int:
        """Press a key and return the row it leads to."""
        QTest.keyClick(self.view, key, held)
        return self.view.currentIndex().row()

    def heading(self, section: int) -> QPoint:
        """The middle of a heading's words in sight."""
        place = next(rect for one, rect in self.view._headings_in_sight() if one == section)
        return self.view._label(section, place).center()

    def clicks(self, point: QPoint, held: Qt.KeyboardModifier = NO_KEYS) -> None:
        QTest.mouseClick(self.view.viewport(), LEFT, held, point)

    def cell(self, row: int) -> QPoint:
        return self.view.visualRect(self.model.index(row)).center()

    def badge(self, row: int) -> QPoint:
        """A point of a stack's badge: found as a person does, by looking over the cell."""
        cell = self.view.visualRect(self.model.index(row))
        points = (
            QPoint(x, y)
            for y in range(cell.top(), cell.bottom(), 4)
            for x in range(cell.left(), cell.right(), 4)
        )
        return next(point for point in points if self.view.spot_at(point) is not None)

    def _bring(self, ids: list[int]) -> None:
        self.model.take_photos([self._photo(one) for one in ids])

    def _photo(self, number: int) -> Photo:
        offline = number in self.offline
        return replace(a_photo(number), offline=offline, drive="Backup" if offline else "")


@contextmanager
def grid_on(qtbot: QtBot) -> Iterator[Grid]:
    """Show a grid of 900 by 600 pixels."""
    model = PhotosModel()
    loader = ThumbnailLoader(lambda _photo, _at_s: None)
    view = PhotosView(model, loader)
    qtbot.addWidget(view)
    view.resize(900, 600)
    view.show()
    try:
        yield Grid(qtbot, view, model)
    finally:
        loader.close()
