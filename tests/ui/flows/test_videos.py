"""Videos among photos: the moment that was found is what is shown, said, and never that of an earlier answer."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QFont, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_app.library import Counted, Facets, Hit, Photo, UnreadablePhotoError
from desktop_app.ui.background.picture_loader import Decode
from desktop_app.ui.background.thumbnail_loader import ThumbnailLoader
from desktop_app.ui.grid import badges
from desktop_app.ui.grid.model import PhotosModel
from desktop_app.ui.grid.photos_view import PhotosView
from desktop_app.ui.grid.roles import CellState, Role
from desktop_app.ui.grid.words import pointed_at, spoken
from desktop_app.ui.look.video_words import VideoCell, noun_for
from desktop_app.ui.photo.details import describe
from desktop_app.ui.photo.view import PhotoView
from desktop_app.ui.search.filter_panel import FilterPanel
from tests.pictures import save_colour
from tests.ui.desk import desk_on
from tests.ui.fake_library import FakeLibrary, a_photo, a_video, an_answer

Key = Qt.Key
RED, BLUE = "#dc1e1e", "#1e3cdc"


def found(photo: Photo, at_s: float | None = None, rank: int = 1) -> Hit:
    return Hit(rank, photo, 0.3, at_s=at_s)


@pytest.fixture
def moments(tmp_path: Path) -> dict[float | None, Path]:
    """The poster of a video and two moments of it, of different colours."""
    return {
        None: save_colour(tmp_path / "poster.jpg", "white", (320, 180), quality=100),
        2.0: save_colour(tmp_path / "two.jpg", "red", (320, 180), quality=100),
        12.5: save_colour(tmp_path / "twelve.jpg", "blue", (320, 180), quality=100),
    }


@pytest.fixture
def view(qtbot: QtBot, moments: dict[float | None, Path]) -> Iterator[PhotosView]:
    model = PhotosModel()
    loader = ThumbnailLoader(lambda _photo, at_s: moments.get(at_s))
    made = PhotosView(model, loader)
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.show()
    yield made
    loader.close()


def shown(view: PhotosView, row: int = 0) -> str:
    """The colour of a cell's picture in the middle; empty while there is none."""
    image = view.model().index(row, 0).data(Role.THUMBNAIL)
    return image.pixelColor(image.rect().center()).name() if isinstance(image, QImage) else ""


def test_a_cell_shows_the_moment_that_was_found_and_never_that_of_an_earlier_answer(
    qtbot: QtBot, view: PhotosView
) -> None:
    model = view.model()
    assert isinstance(model, PhotosModel)
    seen: list[str] = []
    model.dataChanged.connect(lambda *_: seen.append(shown(view)))
    model.show_hits([found(a_video(1), 2.0)])
    qtbot.waitUntil(lambda: shown(view) == RED)
    seen.clear()
    model.show_hits([found(a_video(1), 12.5)])
    assert model.index(0).data(Role.STATE) == CellState.LOADING
    qtbot.waitUntil(lambda: shown(view) == BLUE)
    assert set(seen) <= {"", BLUE}
    # What was shown before is in memory still.
    model.show_hits([found(a_video(1), 2.0)])
    assert shown(view) == RED
    model.show_ids([1])
    model.take_photos([a_video(1)])
    qtbot.waitUntil(lambda: shown(view) == "#fafafa")


def test_a_moment_that_cannot_be_shown_says_so_and_leaves_the_others(qtbot: QtBot, view: PhotosView) -> None:
    model = view.model()
    assert isinstance(model, PhotosModel)
    model.show_hits([found(a_video(1), 99.0)])
    qtbot.waitUntil(lambda: model.index(0).data(Role.STATE) == CellState.BROKEN)
    model.show_hits([found(a_video(1), 2.0)])
    qtbot.waitUntil(lambda: shown(view) == RED)


def test_only_the_newest_wish_for_a_video_is_made(qtbot: QtBot, tmp_path: Path) -> None:
    hold, asked = threading.Event(), []
    file = save_colour(tmp_path / "a.jpg")

    def find(photo: Photo, at_s: float | None) -> Path:
        asked.append((photo.id, at_s))
        hold.wait(5)
        return file

    loader = ThumbnailLoader(find, threads=1)
    try:
        loader.want(a_photo(9), 50)
        qtbot.waitUntil(lambda: bool(asked))
        for at_s in (1.0, 2.0, 3.0):
            loader.want(a_video(1), 50, at_s)
        hold.set()
        qtbot.waitUntil(lambda: loader.peek(1, 3.0) is not None)
        assert asked == [(9, None), (1, 3.0)]
        assert loader.peek(1) is None
        loader.forget({1})
        assert loader.peek(1, 3.0) is None
        assert loader.peek(9) is not None
    finally:
        hold.set()
        loader.close()


def test_a_cell_knows_length_and_moment(view: PhotosView) -> None:
    model = view.model()
    assert isinstance(model, PhotosModel)
    model.show_hits([found(a_video(1), 12.5), found(a_video(2), None, 2), found(a_photo(3), None, 3)])
    cells = [model.index(row).data(Role.VIDEO) for row in range(3)]
    assert cells == [VideoCell(34.0, 12.5), VideoCell(34.0), None]
    model.show_ids([1, 4])
    assert model.index(1).data(Role.VIDEO) is None
    model.take_photos([a_video(1), a_video(4, 3725)])
    assert [model.index(row).data(Role.VIDEO) for row in (0, 1)] == [VideoCell(34.0), VideoCell(3725)]


@pytest.mark.parametrize(
    ("width", "beside", "words"),
    [(200, 0, "0:12 / 0:34"), (90, 0, "at 0:12"), (200, 100, "at 0:12"), (50, 0, ""), (60, 28, "")],
)
def test_a_badge_says_what_there_is_room_for(qapp: object, width: int, beside: int, words: str) -> None:
    picture = QRectF(10, 20, width, 120)
    place, said = badges.video_badge(picture, VideoCell(34.0, 12.5), QFont("Sans", 10), beside)
    assert said == words
    assert place.right() < picture.right()
    assert place.bottom() < picture.bottom()
    assert place.left() >= picture.left() + beside


@pytest.mark.parametrize(
    ("height", "is_by_name", "is_offline", "is_taken"),
    [
        (120, False, False, False),
        (120, True, False, True),
        (120, False, True, False),
        (50, False, True, True),
    ],
)
def test_a_badge_makes_room_for_those_it_would_cover(
    height: int, is_by_name: bool, is_offline: bool, is_taken: bool
) -> None:
    picture = QRectF(0, 0, 80, height)
    taken = badges.left_badge_px(picture, is_by_name=is_by_name, is_offline=is_offline)
    assert bool(taken) is is_taken


def test_a_video_is_marked_in_the_grid_and_a_photo_is_not(qtbot: QtBot, view: PhotosView) -> None:
    model = view.model()
    assert isinstance(model, PhotosModel)
    model.show_hits([found(a_video(1), None), found(a_photo(2), None, 2)])
    qtbot.waitUntil(lambda: bool(shown(view)) and bool(shown(view, 1)))

    def corner(row: int) -> set[str]:
        cell = view.visualRect(model.index(row))
        picture = view.grab(cell).toImage()
        return {
            picture.pixelColor(x, y).name()
            for x in range(cell.width() // 2, cell.width() - 10)
            for y in range(cell.height() // 2, cell.height() * 3 // 4)
        }

    assert len(corner(0)) > len(corner(1))


def test_what_is_spoken_and_pointed_at() -> None:
    hit = found(a_video(1), 12.5)
    assert spoken(hit.photo, hit) == "MOV_1.mp4, video, 34 seconds, found at 0:12"
    assert spoken(a_video(1)) == "MOV_1.mp4, video, 34 seconds"
    assert spoken(a_photo(1)) == "IMG_1.jpg"
    assert pointed_at(hit.photo, hit) == "/photos/MOV_1.mp4\nVideo, 0:34, found at 0:12"
    assert pointed_at(a_video(1)) == "/photos/MOV_1.mp4\nVideo, 0:34"
    away = replace(a_video(1), offline=True)
    assert pointed_at(away).endswith("Video, 0:34\nIts folder cannot be read now")


def test_the_menu_speaks_of_what_it_is_for(view: PhotosView) -> None:
    model = view.model()
    assert isinstance(model, PhotosModel)
    model.show_hits([found(a_video(1)), found(a_photo(2), rank=2), found(a_video(3), rank=3)])

    def texts(row: int) -> list[str]:
        photo = model.photo_at_row(row)
        assert photo is not None
        return [action.text() for action in view.menu_for(photo).actions()]

    assert {"Play", "Copy video"} <= set(texts(0))
    assert {"Open", "Copy photo"} <= set(texts(1))
    view.selectAll()
    assert "Copy 3 files" in texts(0)
    assert [noun_for(some) for some in ([a_video(1)], [a_photo(1)], [a_video(1), a_photo(2)], [])] == [
        "video",
        "photo",
        "file",
        "photo",
    ]


def test_a_video_is_dragged_and_copied_as_its_file(view: PhotosView) -> None:
    model = view.model()
    assert isinstance(model, PhotosModel)
    model.show_hits([found(a_video(1), 12.5), found(a_photo(2), rank=2)])
    view.selectAll()
    names = [url.fileName() for url in view.dragged().urls()]
    assert names == ["MOV_1.mp4", "IMG_2.jpg"]
    view.copy_files()
    assert [url.fileName() for url in QGuiApplication.clipboard().mimeData().urls()] == names


# Large.

Made = Callable[..., PhotoView]


@pytest.fixture
def large(qtbot: QtBot, moments: dict[float | None, Path]) -> Iterator[Made]:
    views: list[tuple[PhotoView, QWidget]] = []

    def decode(path: Path, at_s: float | None) -> QImage:
        if path.suffix == ".mp4" and at_s not in moments:
            raise UnreadablePhotoError("it cannot be opened")
        return QImage(str(moments[at_s])).scaled(1920, 1080) if path.suffix == ".mp4" else QImage(str(path))

    def made(decoder: Decode = decode) -> PhotoView:
        # In a plain window: the offscreen platform complains of one that has size hints.
        window = QWidget()
        qtbot.addWidget(window)
        window.resize(1100, 700)
        view = PhotoView(
            decoder, lambda _id, _at_s: None, window, find_thumbnail=lambda _photo, at_s: moments.get(at_s)
        )
        view.resize(1100, 700)
        window.show()
        views.append((view, window))
        return view

    yield made
    for view, _window in views:
        view.close_threads()


def middle(view: PhotoView) -> str:
    canvas = view.canvas()
    return canvas.grab().toImage().pixelColor(canvas.rect().center() - QPoint(0, 40)).name()


def sized(photo: Photo) -> Photo:
    return replace(photo, width_px=1920, height_px=1080)


def test_the_moment_is_shown_as_large_as_the_video(qtbot: QtBot, large: Made) -> None:
    view = large()
    view.show_photo([found(sized(a_video(1)), 12.5)], 0)
    qtbot.waitUntil(lambda: middle(view) == BLUE)
    assert view.canvas().picture_rect().width() > 700
    assert view.canvas().said() == ""
    assert view.video().words() == "0:12 of 0:34"
    assert view.canvas().accessibleDescription() == "MOV_1.mp4, video, 34 seconds, found at 0:12"


def test_another_moment_of_the_same_video_takes_its_place(qtbot: QtBot, large: Made) -> None:
    view = large()
    view.show_photo([found(sized(a_video(1)), 12.5)], 0)
    qtbot.waitUntil(lambda: middle(view) == BLUE)
    view.show_photo([found(sized(a_video(1)), 2.0)], 0)
    assert middle(view) != BLUE
    qtbot.waitUntil(lambda: middle(view) == RED)


def test_without_a_moment_the_poster_is_decoded(
    qtbot: QtBot, large: Made, moments: dict[float | None, Path]
) -> None:
    poster = moments[None]
    view = large(lambda _path, _at_s: QImage(str(poster)))
    view.show_photo([found(a_video(1)), found(a_video(2), 30.0)], 0)
    qtbot.waitUntil(view.canvas().is_sharp)
    assert view.video().words() == "0:34"
    # Nor where the moment cannot be made.
    view.next()
    qtbot.waitUntil(view.canvas().is_sharp)
    assert view.video().words() == "0:30 of 0:34"


def test_play_opens_the_file_and_arrows_lead_from_video_to_photo(
    qtbot: QtBot, large: Made, moments: dict[float | None, Path]
) -> None:
    view = large()
    photo = replace(a_photo(2), path=moments[2.0], width_px=320, height_px=180)
    view.show_photo([found(sized(a_video(1)), 12.5), found(photo, rank=2)], 0)
    button = view.video().play_button()
    assert button.isVisible()
    with qtbot.waitSignal(view.opened) as opened:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert opened.args == [sized(a_video(1))]
    with qtbot.waitSignal(view.opened):
        QTest.keyClick(view, Key.Key_Return)
    QTest.keyClick(view, Key.Key_Right)
    assert view.photo() == photo
    assert view.video().isHidden()
    assert view.video().words() == ""
    qtbot.waitUntil(lambda: middle(view) == RED)
    QTest.keyClick(view, Key.Key_Left)
    assert button.isVisible()


def test_no_rectangle_is_drawn_on_a_video(qtbot: QtBot, large: Made) -> None:
    view = large()
    view.show_photo([found(sized(a_video(1)), 12.5)], 0)
    qtbot.waitUntil(lambda: middle(view) == BLUE)
    QTest.keyClick(view, Key.Key_R)
    assert not view.band().is_on()


def test_the_bar_stays_within_the_canvas_and_clear_of_what_is_said(qtbot: QtBot, large: Made) -> None:
    view = large()
    bar, canvas = view.video(), view.canvas()
    view.show_photo([found(sized(a_video(1)), 12.5)], 0)
    qtbot.waitUntil(lambda: middle(view) == BLUE)
    low = bar.geometry().bottom()
    assert low < canvas.picture_rect().bottom()
    canvas.zoom_to(4.0)
    assert bar.geometry().bottom() < canvas.height()
    canvas.fit()
    away = replace(sized(a_video(2)), offline=True, drive="Backup")
    view.show_photo([found(away, 12.5)], 0)
    qtbot.waitUntil(lambda: "small copy" in canvas.said())
    assert bar.geometry().bottom() < canvas.height() - 72
    assert not bar.play_button().isVisible()
    assert bar.words() == "0:12 of 0:34"


def test_the_details_say_length_and_moment() -> None:
    hit = found(sized(a_video(1)), 12.5)
    facts = {name: said for _icon, name, said in describe(hit.photo, hit)}
    assert facts["Length"] == "0:34\nfound at 0:12"
    assert facts["Picture"] == "1920 × 1080 pixels"
    assert {name: said for _icon, name, said in describe(hit.photo)}["Length"] == "0:34"
    assert "Length" not in {name for _icon, name, _said in describe(a_photo(1))}


# Filters.


def test_photos_and_videos_are_types_with_their_kinds_inside(qtbot: QtBot) -> None:
    panel = FilterPanel()
    qtbot.addWidget(panel)
    wanted: list[str] = []
    panel.query_wanted.connect(wanted.append)
    facets = Facets(
        types=(Counted("jpg", 1200), Counted("png", 3)), videos=(Counted("mp4", 7), Counted("mov", 5))
    )
    panel.show_query("sea", facets)
    tops = [panel.types.topLevelItem(row) for row in range(panel.types.topLevelItemCount())]
    assert [(one.text(0), one.text(1)) for one in tops if one] == [("Photos", "1,203"), ("Videos", "12")]
    videos = panel.types.item_of("video")
    assert videos is not None
    videos.setCheckState(0, Qt.CheckState.Checked)
    assert wanted[-1] == "sea type:video"
    panel.show_query("sea type:mov")
    assert panel.types.chosen() == ["mov"]
    panel.show_query("sea", Facets(types=facets.types))
    assert panel.types.topLevelItemCount() == 2
    assert panel.types.item_of("jpg") is not None


# The whole window.


def test_a_search_leads_to_the_moment_and_play_to_the_player(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moments: dict[float | None, Path]
) -> None:
    played: list[QUrl] = []

    def play(url: QUrl) -> bool:
        played.append(url)
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", play)
    file = tmp_path / "clip.mp4"
    file.write_bytes(b"a video")
    video = replace(a_video(1), path=file, width_px=1920, height_px=1080)
    library = FakeLibrary([3, 2, 1])
    library.moments = {(1, 12.5): moments[12.5]}
    with desk_on(qtbot, tmp_path, library) as desk:
        desk.shows(3, 2, 1)
        desk.asks("sea")
        answer = an_answer("sea", 1, 2)
        hits = (replace(answer.hits[0], photo=video, at_s=12.5), answer.hits[1])
        library.asked[-1][1].set_result(replace(answer, hits=hits))
        desk.shows(1, 2)
        grid = desk.pages.photos.view
        desk.waits(lambda: shown(grid) == BLUE)
        grid.choose(1)
        QTest.keyClick(grid, Key.Key_Space)
        large = desk.window.photo_view
        desk.waits(lambda: large.video().words() == "0:12 of 0:34")
        desk.waits(lambda: middle(large) == BLUE)
        QTest.mouseClick(large.video().play_button(), Qt.MouseButton.LeftButton)
        desk.waits(lambda: [url.toLocalFile() for url in played] == [str(file)])
