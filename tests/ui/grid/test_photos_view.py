"""The grid: 100,000 photos stay fluid, keys and mouse do what people expect, files are only ever copied."""

import itertools
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QContextMenuEvent,
    QGuiApplication,
    QImage,
    QStandardItemModel,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QMenu

from desktop_app.library import Hit, Photo, PhotoState
from desktop_app.ui.background.thumbnail_loader import ThumbnailLoader
from desktop_app.ui.grid.delegate import picture_place
from desktop_app.ui.grid.geometry import GridGeometry
from desktop_app.ui.grid.model import PhotosModel
from desktop_app.ui.grid.photos_view import LEAST_CELL_PX, MOST_CELL_PX, PhotosView
from desktop_app.ui.grid.roles import Role
from desktop_app.ui.look import theme
from tests.fakes import COLOURS
from tests.pictures import save_colour

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def files(tmp_path):
    names = list(COLOURS)
    return [save_colour(tmp_path / f"{name}.jpg", name, (60, 40), quality=100) for name in names]


def photo(number: int, path: Path | None = None) -> Photo:
    return Photo(number, path or Path(f"/photos/{number}.jpg"), 1000, 1, PhotoState.INDEXED)


@pytest.fixture
def model(qtbot):
    return PhotosModel()


@pytest.fixture
def view(qtbot, model):
    loader = ThumbnailLoader(lambda one, _at_s: one.path)
    view = PhotosView(model, loader)
    qtbot.addWidget(view)
    view.resize(900, 600)
    view.show()
    yield view
    loader.close()


@pytest.fixture
def answered(model):
    """Answer every page that is asked for, as the library does, and note what was asked."""
    pages = []

    def answer(ids):
        pages.append(ids)
        model.take_photos([photo(one) for one in ids])

    model.page_wanted.connect(answer)
    return pages


def show_files(model: PhotosModel, files: list[Path]) -> None:
    model.show_hits([Hit(rank, photo(rank, file), 0.3) for rank, file in enumerate(files, 1)])


def columns(view: PhotosView) -> int:
    """Return how many cells lie in the first line."""
    tops = [view.visualRect(view.model().index(row, 0)).top() for row in range(20)]
    return tops.count(tops[0])


def test_the_grid_asks_only_for_what_is_in_sight_and_the_next_screen(qtbot, view, model, answered):
    model.show_ids(range(100_000))
    qtbot.waitUntil(lambda: bool(answered))
    # It looks once more, at photos that it knows by now.
    with qtbot.waitSignal(view._look.timeout):
        view._look.start(0)
    seen = view.rows_in_sight()
    assert 0 < len(seen) < 60
    assert {one for page in answered for one in page} == set(range(2 * len(seen)))
    answered.clear()
    view.scrollTo(model.index(70_000), view.ScrollHint.PositionAtTop)
    qtbot.waitUntil(lambda: bool(answered))
    seen = view.rows_in_sight()
    assert answered[0] == list(range(seen.start, seen.stop + len(seen)))
    assert 70_000 in answered[0]


def test_pictures_in_sight_are_loaded_and_painted(qtbot, view, model, files):
    show_files(model, files)
    qtbot.waitUntil(lambda: all(view._loader.peek(number) is not None for number in range(1, len(files) + 1)))
    image = view.grab().toImage()
    for row, name in enumerate(COLOURS):
        cell = view.visualRect(model.index(row))
        colour = image.pixelColor(QPoint(cell.center().x(), cell.top() + cell.width() // 2 - 8))
        # A JPEG keeps a colour to one step.
        assert (colour.red(), colour.green(), colour.blue()) == pytest.approx(COLOURS[name], abs=1)


def test_a_resize_keeps_what_is_in_sight_in_sight(qtbot, view, model, answered):
    model.show_ids(range(10_000))
    view.scrollTo(model.index(5_000), view.ScrollHint.PositionAtTop)
    view.resize(500, 600)
    assert 5_000 in view.rows_in_sight() or 5_000 - 5_000 % columns(view) in view.rows_in_sight()


def test_arrows_home_and_end_move_through_the_grid(qtbot, view, model, answered):
    model.show_ids(range(23))
    view.setCurrentIndex(model.index(0))
    across = columns(view)
    for key, row in [
        (Key.Key_Right, 1), (Key.Key_Down, 1 + across), (Key.Key_Left, across), (Key.Key_Up, 0), (Key.Key_Up, 0),
        (Key.Key_Left, 0), (Key.Key_End, 22), (Key.Key_Right, 22), (Key.Key_Down, 22), (Key.Key_Home, 0),
    ]:  # fmt: skip
        qtbot.keyClick(view, key)
        assert view.currentIndex().row() == row, key


def test_shift_selects_all_between_and_control_a_everything(qtbot, view, model, answered):
    model.show_ids(range(23))
    described: list[int] = []
    view.selection_described.connect(described.append)
    view.setCurrentIndex(model.index(2))
    qtbot.keyClick(view, Key.Key_Down, SHIFT)
    assert view.chosen_ids() == list(range(2, 3 + columns(view)))
    qtbot.keyClick(view, Key.Key_A, CONTROL)
    assert view.chosen_ids() == list(range(23))
    assert described[-1] == 23


def test_shift_click_selects_all_between(qtbot, view, model, answered):
    model.show_ids(range(23))
    cells = [view.visualRect(model.index(row)).center() for row in range(7)]
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=cells[1])
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, SHIFT, pos=cells[6])
    assert view.chosen_ids() == [1, 2, 3, 4, 5, 6]
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, CONTROL, pos=cells[3])
    assert view.chosen_ids() == [1, 2, 4, 5, 6]


def test_space_shows_large_and_enter_opens(qtbot, view, model, files):
    show_files(model, files)
    view.setCurrentIndex(model.index(2))
    with qtbot.waitSignal(view.preview_wanted) as shown:
        qtbot.keyClick(view, Key.Key_Space)
    with qtbot.waitSignal(view.opened) as opened:
        qtbot.keyClick(view, Key.Key_Return)
    assert shown.args == opened.args == [photo(3, files[2])]


def test_a_double_click_shows_large(qtbot, view, model, files):
    show_files(model, files)
    with qtbot.waitSignal(view.preview_wanted) as shown:
        qtbot.mouseDClick(
            view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(model.index(1)).center()
        )
    assert shown.args == [photo(2, files[1])]


def test_copying_puts_the_files_on_the_clipboard(qtbot, view, model, files):
    show_files(model, files)
    view.selectAll()
    with qtbot.waitSignal(view.copied) as copied:
        qtbot.keyClick(view, Key.Key_C, CONTROL)
    assert copied.args == [len(files)]
    content = QGuiApplication.clipboard().mimeData()
    assert [Path(url.toLocalFile()) for url in content.urls()] == files
    with qtbot.waitSignal(view.copied):
        qtbot.keyClick(view, Key.Key_C, CONTROL | SHIFT)
    assert QGuiApplication.clipboard().text().splitlines() == [str(file) for file in files]


def test_copying_waits_for_photos_not_known_yet(qtbot, view, model):
    pages: list[list[int]] = []
    model.page_wanted.connect(pages.append)
    model.show_ids(range(3_000))
    view.selectAll()
    copied: list[int] = []
    view.copied.connect(copied.append)
    view.copy_files()
    assert copied == []
    for page in pages:
        model.take_photos([photo(one) for one in page])
    assert copied == [3_000]
    assert len(QGuiApplication.clipboard().mimeData().urls()) == 3_000


def test_a_drag_carries_copies_of_the_selection(view, model, files):
    show_files(model, files)
    view.selectionModel().select(model.index(1), QItemSelectionModel.SelectionFlag.Select)
    view.selectionModel().select(model.index(3), QItemSelectionModel.SelectionFlag.Select)
    assert [Path(url.toLocalFile()) for url in view.dragged().urls()] == [files[1], files[3]]
    assert model.supportedDragActions() == Qt.DropAction.CopyAction
    assert not view.acceptDrops()


def test_the_menu_speaks_of_the_photo_below_the_pointer(qtbot, view, model, files):
    show_files(model, files)
    menu = view.menu_for(photo(2, files[1]))
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts[:3] == ["Preview", "Open", "Find similar photos"]
    keys = [action.shortcut().toString() for action in menu.actions()[:2]]
    assert keys == ["Space", "Return" if sys.platform == "darwin" else "Enter"]
    assert "Copy photo" in texts
    similar = next(action for action in menu.actions() if action.text() == "Find similar photos")
    with qtbot.waitSignal(view.similar_wanted) as wanted:
        similar.trigger()
    assert wanted.args == [photo(2, files[1])]
    # The key is that of all that are selected, where there are several.
    assert similar.shortcut().toString() == "M"
    view.selectAll()
    of_several = view.menu_for(photo(2, files[1])).actions()
    assert [one.shortcut().toString() for one in of_several if one.text() == similar.text()] == [""]


def test_the_menu_key_opens_the_menu_of_the_current_photo(qtbot, view, model, files, monkeypatch):
    show_files(model, files)
    view.setCurrentIndex(model.index(3))
    opened = []
    # Not really opened: the offscreen platform complains of menus.
    monkeypatch.setattr(QMenu, "popup", lambda _menu, spot: opened.append(spot))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    QApplication.sendEvent(view.viewport(), event)
    assert opened == [view.viewport().mapToGlobal(view.visualRect(model.index(3)).center())]


def test_control_and_wheel_change_the_size_of_the_cells(qtbot, view, model, answered):
    model.show_ids(range(100))
    before = view.cell_px()
    with qtbot.waitSignal(view.zoom_changed) as changed:
        QApplication.sendEvent(view.viewport(), wheel(120, CONTROL))
    assert changed.args == [view.cell_px()]
    assert view.cell_px() > before
    view.set_cell_px(10_000)
    assert view.cell_px() == MOST_CELL_PX
    view.set_cell_px(1)
    assert view.cell_px() == LEAST_CELL_PX


def test_a_list_that_changes_keeps_place_and_selection(qtbot, view, model, answered):
    model.show_ids(range(0, 20_000, 2))
    view.scrollTo(model.index(5_000), view.ScrollHint.PositionAtTop)
    view.choose(10_006)
    where = view.visualRect(model.index(model.row_of(10_006)))
    model.show_ids(range(20_000))
    assert view.chosen_ids() == [10_006]
    now = view.visualRect(model.index(model.row_of(10_006)))
    assert abs(now.top() - where.top()) <= 2 * where.height()
    model.show_ids([-1, -2, *range(20_000)])
    assert view.chosen_ids() == [10_006]


def test_new_photos_come_into_sight_where_the_grid_is_at_its_top(view, model, answered):
    model.show_ids(range(1, 1_000))
    model.show_ids(range(1_000))
    assert view.verticalScrollBar().value() == 0
    assert view.rows_in_sight().start == 0


def test_a_new_answer_begins_at_the_top_with_nothing_selected(view, model, files, answered):
    model.show_ids(range(1_000))
    view.verticalScrollBar().setValue(5_000)
    view.selectAll()
    show_files(model, files)
    assert view.verticalScrollBar().value() == 0
    assert view.chosen_ids() == []


def test_a_band_selects_the_cells_it_touches(qtbot, view, model, answered):
    model.show_ids(range(23))
    ports, button = view.viewport(), Qt.MouseButton.LeftButton
    start = QPoint(2, 2)
    end = view.visualRect(model.index(columns(view) + 1)).center()
    qtbot.mousePress(ports, button, pos=start)
    qtbot.mouseMove(ports, QPoint(30, 30))
    qtbot.mouseMove(ports, end)
    chosen = view.chosen_ids()
    qtbot.mouseRelease(ports, button, pos=end)
    assert chosen == [0, 1, columns(view), columns(view) + 1]


def test_letters_are_left_to_shortcuts(qtbot, view, model, files):
    show_files(model, files)
    view.setCurrentIndex(model.index(0))
    qtbot.keyClicks(view, "yellow")
    assert view.currentIndex().row() == 0


def test_the_view_follows_the_scheme(qtbot, qapp, view, model):
    theme.apply(qapp, "light")
    light = view.grab().toImage().pixelColor(5, 5).lightness()
    theme.apply(qapp, "dark")
    dark = view.grab().toImage().pixelColor(5, 5).lightness()
    theme.apply(qapp, "light")
    assert light > 200
    assert dark < 60


def test_a_screen_reader_finds_the_photos(qtbot, view, model, files):
    show_files(model, files)
    QAccessible.setActive(True)
    try:
        view.setFocus()
        view.setCurrentIndex(model.index(2))
        view.selectAll()
        reader = QAccessible.queryAccessibleInterface(view)
        assert reader.role() == QAccessible.Role.List
        assert reader.text(QAccessible.Text.Name) == "Photos"
        assert reader.childCount() == len(files)
        photo_two = reader.child(1)
        assert photo_two.text(QAccessible.Text.Name) == "green.jpg"
        assert photo_two.rect().size() == view.visualRect(model.index(1)).size()
        show_files(model, files[:2])
        assert reader.childCount() == 2
    finally:
        QAccessible.setActive(False)


@pytest.mark.parametrize("width", [100, 400, 900, 1283, 3840])
@pytest.mark.parametrize("side", [96, 184, 512])
def test_cells_lie_side_by_side_within_the_width(width, side):
    grid = GridGeometry(count=1_000, width=width, side=side, ratio=0.84, caption=20)
    cells = [grid.rect(row) for row in range(3 * grid.columns)]
    assert all(not a.intersects(b) for a, b in itertools.pairwise(cells))
    assert all(cell.left() >= 0 and (cell.right() < width or grid.columns == 1) for cell in cells)
    for row in (0, 1, grid.columns, 999):
        assert grid.row_at(grid.rect(row).center()) == row
    assert grid.row_at(QPoint(width // 2, grid.height + 500)) is None
    assert grid.rows_between(0, grid.height) == range(1_000)
    assert grid.rows_touching(grid.rect(0))[0][0] == 0
    assert grid.rows_touching(QRect(-50, -50, 10, 10)) == []


def test_an_empty_grid_has_no_cells():
    grid = GridGeometry(count=0, width=800, side=184)
    assert grid.height == 0
    assert grid.row_at(QPoint(50, 50)) is None
    assert list(grid.rows_between(0, 500)) == []


def wheel(delta: int, modifiers: Qt.KeyboardModifier) -> QWheelEvent:
    return QWheelEvent(
        QPointF(50, 50), QPointF(50, 50), QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("size", [(100, 75), (75, 100), (100, 74)])
def test_a_picture_lies_in_the_same_place_of_its_cell_however_far_it_is_scrolled(view, scale, size):
    """What is painted already is moved, and what comes into sight must fit to it."""
    pictures = QStandardItemModel(1, 1)
    index = pictures.index(0, 0)
    pictures.setData(index, QImage(QSize(*size), QImage.Format.Format_RGB32), Role.THUMBNAIL)
    places = {
        picture_place(QRect(13, top, 193, 216), index, view.font(), scale)
        .translated(0, -top)
        .toRect()
        .getRect()
        for top in range(-3, 4)
    }
    assert len(places) == 1


def test_a_missing_picture_is_painted_as_a_sign(qtbot, view, model, tmp_path):
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"")
    show_files(model, [broken])
    qtbot.waitUntil(lambda: isinstance(view._loader.peek(1), QImage))
    assert view._loader.peek(1).isNull()
    assert not view.grab().isNull()
