"""What is kept for painting is kept no longer than it is true: names, fonts, colours, sizes, and pictures."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from desktop_app.library import Band, Hit, Photo
from desktop_app.ui.background.thumbnail_loader import ThumbnailLoader
from desktop_app.ui.grid.cell import Cell
from desktop_app.ui.grid.letters import name_letters
from desktop_app.ui.grid.model import Index, PhotosModel
from desktop_app.ui.grid.photos_view import PhotosView
from desktop_app.ui.grid.roles import CellState, Role
from desktop_app.ui.grid.sections import Grouping
from desktop_app.ui.look import theme
from desktop_app.ui.look.video_words import VideoCell
from tests.fakes import COLOURS
from tests.pictures import save_colour
from tests.ui.fake_library import a_photo, a_video

SIZE = (900, 600)
COUNT = 120
LONG = "A name of a photo that is far too long for the cell in which it stands"


class Wall:
    """A grid of every kind of cell by month: with a picture and without, offline, a video, a stack."""

    def __init__(self, qtbot: QtBot, view: PhotosView, model: PhotosModel) -> None:
        self.qtbot, self.view, self.model = qtbot, view, model
        model.page_wanted.connect(lambda ids: model.take_photos([photo_of(one) for one in ids]))
        model.group_by(Grouping.MONTH)
        model.show_ids(range(1, COUNT + 1), np.arange(COUNT, 0, -1) * 86_400)
        model.take_stacks({one: one // 3 for one in range(30, 60)})

    def settles(self) -> None:
        """Wait until all in sight has its picture, or it is known that there is none, and it is painted."""
        model, loader = self.model, self.view._loader

        def is_there() -> bool:
            ids = model.ids_of(self.view.rows_in_sight())
            return all(model.photo_of(one) and loader.peek(one) is not None for one in ids)

        self.qtbot.waitUntil(is_there)
        self.qtbot.waitUntil(lambda: not self.view._look.isActive())
        QApplication.processEvents()

    def seen(self) -> QImage:
        """What is on the screen."""
        self.settles()
        shown = self.view.screen().grabWindow(self.view.winId()).toImage()
        return shown.copy(self.view.viewport().geometry())

    def anew(self) -> QImage:
        """What is painted where all is painted at once."""
        self.settles()
        return self.view.viewport().grab().toImage().convertToFormat(self.seen().format())


def photo_of(number: int) -> Photo:
    name = f"{LONG} {number}.jpg" if number % 5 == 0 else f"IMG_{number}.jpg"
    photo = a_video(number) if number % 7 == 0 else a_photo(number, name)
    return replace(photo, offline=number % 4 == 0, drive="Backup")


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    sizes = [(400, 300), (300, 400), (500, 90)]
    return [
        save_colour(tmp_path / f"{name}.jpg", name, size)
        for name, size in zip(COLOURS, sizes * len(COLOURS), strict=False)
    ]


@contextmanager
def wall_of(qtbot: QtBot, files: list[Path], model: PhotosModel | None = None) -> Iterator[Wall]:
    model = model or PhotosModel()
    loader = ThumbnailLoader(
        lambda photo, _at_s: None if photo.id % 11 == 0 else files[photo.id % len(files)]
    )
    view = PhotosView(model, loader)
    qtbot.addWidget(view)
    # Which of two windows has the keys would be seen.
    view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    view.resize(*SIZE)
    view.show()
    try:
        yield Wall(qtbot, view, model)
    finally:
        loader.close()


@pytest.fixture
def wall(qtbot: QtBot, files: list[Path]) -> Iterator[Wall]:
    with wall_of(qtbot, files) as made:
        yield made


@pytest.fixture
def other_looks(qapp: QApplication) -> Iterator[QApplication]:
    """Fonts and colours may be changed."""
    font, colours = qapp.font(), theme.current().colours
    try:
        yield qapp
    finally:
        qapp.setPalette(QPalette())
        qapp.setFont(font)
        theme.current().colours = colours


@pytest.mark.parametrize("cell_px", [110, 184, 300])
def test_cells_that_were_painted_part_by_part_look_like_those_painted_at_once(
    qtbot: QtBot, wall: Wall, cell_px: int
) -> None:
    wall.view.set_cell_px(cell_px)
    wall.view.setCurrentIndex(wall.model.index(7))
    QTest.mouseMove(wall.view.viewport(), QPoint(450, 300))
    bar = wall.view.verticalScrollBar()
    wall.settles()
    for step in (3, 37, 150, -8, 61, 20, 5, -90, 33, 400, 7, 7, 7, 12, -3):
        bar.setValue(bar.value() + step)
        qtbot.waitUntil(lambda: wall.seen() == wall.anew())


def test_a_stack_that_is_spread_looks_the_same_part_by_part(qtbot: QtBot, wall: Wall) -> None:
    wall.view.turn_stack(30)
    bar = wall.view.verticalScrollBar()
    for step in (600, 41, 90, 13, -30):
        bar.setValue(bar.value() + step)
        qtbot.waitUntil(lambda: wall.seen() == wall.anew())


def test_a_painted_cell_is_asked_for_once(qtbot: QtBot, files: list[Path]) -> None:
    asked: Counter[tuple[int, int]] = Counter()

    class Counting(PhotosModel):
        def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
            asked[index.row(), role] += 1
            return super().data(index, role)

    with wall_of(qtbot, files, Counting()) as wall:
        wall.settles()
        asked.clear()
        wall.view.viewport().repaint()
        assert asked == {(row, Role.CELL): 1 for row in wall.view.rows_in_sight()}


def test_another_font_is_painted_as_in_a_new_grid(
    qtbot: QtBot, wall: Wall, files: list[Path], other_looks: QApplication
) -> None:
    before = wall.seen()
    font = QFont(other_looks.font())
    font.setPointSizeF(font.pointSizeF() * 1.6)
    other_looks.setFont(font)
    with wall_of(qtbot, files) as new:
        qtbot.waitUntil(lambda: wall.anew() == new.anew())
        qtbot.waitUntil(lambda: wall.seen() == wall.anew())
    assert wall.seen() != before


def test_other_colours_are_painted_as_in_a_new_grid(
    qtbot: QtBot, wall: Wall, files: list[Path], other_looks: QApplication
) -> None:
    wall.view.selectAll()
    before = wall.seen()
    theme.current().colours = theme.DARK if theme.colours() == theme.LIGHT else theme.LIGHT
    other_looks.setPalette(QPalette(QColor(theme.colours().base)))
    with wall_of(qtbot, files) as new:
        new.view.selectAll()
        qtbot.waitUntil(lambda: wall.anew() == new.anew())
        qtbot.waitUntil(lambda: wall.seen() == wall.anew())
    assert wall.seen() != before


def test_another_size_of_cells_is_painted_as_in_a_new_grid(
    qtbot: QtBot, wall: Wall, files: list[Path]
) -> None:
    wall.settles()
    wall.view.set_cell_px(240)
    wall.view._look.start(0)
    with wall_of(qtbot, files) as new:
        new.view.set_cell_px(240)
        new.view._look.start(0)
        qtbot.waitUntil(lambda: wall.anew() == new.anew())


def test_a_photo_of_another_name_and_another_picture_is_painted_as_it_is_now(
    wall: Wall, files: list[Path]
) -> None:
    wall.settles()
    cell = wall.view.visualRect(wall.model.index(0))
    before = wall.seen().copy(cell)
    wall.model.take_photos([a_photo(1, "Another name.jpg")])
    renamed = wall.seen().copy(cell)
    assert renamed != before
    save_colour(files[1], "white", (400, 300))
    wall.view._loader.forget({1})
    wall.view.load_what_is_in_sight()
    assert wall.seen().copy(cell) not in (before, renamed)


def test_a_cell_says_all_that_is_painted(qtbot: QtBot) -> None:
    model = PhotosModel()
    pictures = {1: QImage(4, 3, QImage.Format.Format_RGB32), 2: QImage()}
    model.read_thumbnails_with(lambda photo_id, _at_s: pictures.get(photo_id))
    video = replace(a_video(1, name="a.mp4"), offline=True)
    hits = [
        Hit(1, video, 0.5, by_name=True, band=Band.MAYBE),
        Hit(2, a_photo(2), 0.4),
        Hit(3, a_photo(3), 0.3),
    ]
    model.show_hits(hits)
    first, second, third = (model.index(row).data(Role.CELL) for row in range(3))
    assert isinstance(first, Cell)
    assert (first.name, first.state, first.is_by_name, first.band) == (
        "a.mp4",
        CellState.SHOWN,
        True,
        "maybe",
    )
    assert first.is_offline
    assert first.video == VideoCell(34.0)
    assert first.picture is not None
    assert first.picture.size() == QSize(4, 3)
    assert (second.state, second.picture, third.state) == (CellState.BROKEN, None, CellState.LOADING)


def test_letters_outlive_the_option_they_were_asked_with(qapp: QApplication) -> None:
    font = QFont("Sans", 21)
    option = QStyleOptionViewItem()
    option.font = font
    letters = name_letters(option.font)
    del option
    assert name_letters(font) is letters
    assert letters.without_middle("a name", 1000) == "a name"
    assert letters.without_middle(LONG, 100).startswith("A")
    assert letters.px(letters.without_middle(LONG, 100)) <= 101
