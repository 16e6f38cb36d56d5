"""One photo large: the thumbnail at once, then the photo; zoom, pan, neighbours, details."""

import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QWidget

from desktop_app.library import Hit, Photo, PhotoContext, PhotoState, Precision, UnreadablePhotoError
from desktop_app.ui.background.picture_loader import PictureLoader, with_levels
from desktop_app.ui.photo.details import describe
from desktop_app.ui.photo.view import PhotoView
from tests.fakes import COLOURS
from tests.pictures import save_colour

Key = Qt.Key
SIZE = (1600, 1200)


def photo(number: int, path: Path) -> Photo:
    return Photo(
        number, path, 2_500_000, 1, PhotoState.INDEXED, "hash", *SIZE, datetime(2021, 5, 3, 14, 20), "Canon EOS 5D",
        48.8584, -2.2945,
    )  # fmt: skip


@pytest.fixture
def photos(tmp_path):
    return [
        photo(number, save_colour(tmp_path / f"{name}.png", name, SIZE))
        for number, name in enumerate(list(COLOURS)[:4], 1)
    ]


def decode(path: Path, _at_s: float | None = None) -> QImage:
    return QImage(str(path))


@pytest.fixture
def make(qtbot):
    views = []

    def made(decoder=decode, thumbnails=None, find_thumbnail=None):
        # In a plain window: the offscreen platform complains of one that has size hints.
        window = QWidget()
        qtbot.addWidget(window)
        window.resize(1100, 700)
        view = PhotoView(decoder, (thumbnails or {}).get, window, find_thumbnail=find_thumbnail)
        view.resize(1100, 700)
        window.show()
        views.append((view, window))
        return view

    yield made
    for view, _window in views:
        view.close_threads()


def colour(view) -> str:
    canvas = view.canvas()
    name: str = canvas.grab().toImage().pixelColor(canvas.rect().center()).name()
    return name


def test_the_thumbnail_is_shown_until_the_photo_comes(qtbot, make, photos):
    hold = threading.Event()
    thumbnail = QImage(64, 48, QImage.Format.Format_RGB32)
    thumbnail.fill(Qt.GlobalColor.magenta)

    def slow(path, _at_s):
        hold.wait(5)
        return decode(path)

    view = make(slow, {1: thumbnail})
    view.show_photo(photos, 0)
    place = view.canvas().picture_rect()
    assert not view.canvas().is_sharp()
    assert colour(view) == "#ff00ff"
    hold.set()
    qtbot.waitUntil(view.canvas().is_sharp)
    assert colour(view) == "#dc1e1e"
    assert view.canvas().picture_rect() == place


def test_decoding_never_runs_on_the_gui_thread(qtbot, make, photos):
    threads = []

    def note(path, _at_s):
        threads.append(threading.current_thread())
        return decode(path)

    view = make(note)
    view.show_photo(photos, 1)
    qtbot.waitUntil(view.canvas().is_sharp)
    assert threads
    assert threading.main_thread() not in threads


def test_arrows_lead_to_neighbours_that_are_there_already(qtbot, make, photos):
    decoded = []

    def note(path, _at_s):
        decoded.append(path.stem)
        return decode(path)

    view = make(note)
    view.show_photo(photos, 1)
    qtbot.waitUntil(lambda: len(decoded) == 3 and view._loader.peek(3) is not None)
    assert set(decoded) == {"red", "green", "blue"}
    with qtbot.waitSignal(view.moved_to) as moved:
        qtbot.keyClick(view, Key.Key_Right)
    assert moved.args == [photos[2]]
    assert view.canvas().is_sharp()


def test_the_ends_of_the_list_hold(qtbot, make, photos):
    view = make()
    view.show_photo(photos, 0)
    with qtbot.assertNotEmitted(view.moved_to):
        qtbot.keyClick(view, Key.Key_Left)
    qtbot.keyClick(view, Key.Key_End)
    assert view.photo() == photos[-1]
    qtbot.keyClick(view, Key.Key_Right)
    assert view.photo() == photos[-1]
    qtbot.keyClick(view, Key.Key_Home)
    assert view.photo() == photos[0]


def test_a_late_photo_never_takes_anothers_place(qtbot, make, photos):
    begun, hold = threading.Event(), threading.Event()

    def slow_first(path, _at_s):
        if path.stem == "red":
            begun.set()
            hold.wait(60)
        return decode(path)

    view = make(slow_first)
    view.show_photo(photos, 0)
    # A photo that no thread has begun with is not read any more once it is left.
    assert begun.wait(20)
    view.go_to(3)
    qtbot.waitUntil(view.canvas().is_sharp, timeout=20_000)
    hold.set()
    qtbot.waitUntil(lambda: view._loader.peek(1) is not None, timeout=20_000)
    assert colour(view) == "#f0dc28"


@pytest.mark.parametrize("key", [Key.Key_Escape, Key.Key_Space])
def test_escape_and_space_close(qtbot, make, photos, key):
    view = make()
    view.show_photo(photos, 0)
    with qtbot.waitSignal(view.closed):
        qtbot.keyClick(view, key)


def test_a_photo_fits_until_it_is_zoomed(qtbot, make, photos):
    view = make()
    view.show_photo(photos, 0)
    canvas = view.canvas()
    assert canvas.fits()
    place = canvas.picture_rect()
    assert place.left() >= 0
    assert place.right() <= canvas.width()
    qtbot.keyClick(view, Key.Key_1)
    assert (canvas.zoom(), canvas.fits()) == (1.0, False)
    qtbot.keyClick(view, Key.Key_Plus)
    assert canvas.zoom() == 1.25
    qtbot.keyClick(view, Key.Key_Minus)
    qtbot.keyClick(view, Key.Key_0)
    assert canvas.fits()
    assert canvas.picture_rect() == place


def test_the_wheel_zooms_about_the_pointer(qtbot, make, photos):
    view = make()
    view.show_photo(photos, 0)
    canvas = view.canvas()
    canvas.zoom_to(1.0)
    pointer = QPointF(120, 90)

    def below_pointer() -> QPointF:
        point: QPointF = (pointer - canvas.picture_rect().topLeft()) / canvas.zoom()
        return point

    before = below_pointer()
    event = QWheelEvent(
        pointer, pointer, QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)
    assert canvas.zoom() == pytest.approx(1.25**2)
    assert below_pointer().x() == pytest.approx(before.x(), abs=0.01)
    assert below_pointer().y() == pytest.approx(before.y(), abs=0.01)


def test_a_zoomed_photo_is_moved_by_hand_and_never_out_of_sight(qtbot, make, photos):
    view = make()
    view.show_photo(photos, 0)
    canvas = view.canvas()
    canvas.zoom_to(1.0)
    left = canvas.picture_rect().left()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    qtbot.mouseMove(canvas, QPoint(280, 300))
    assert canvas.picture_rect().left() == pytest.approx(left - 20)
    qtbot.mouseMove(canvas, QPoint(-9_000, -9_000))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton)
    assert canvas.picture_rect().right() == pytest.approx(canvas.width())
    assert canvas.picture_rect().bottom() == pytest.approx(canvas.height())


def test_a_double_click_changes_between_whole_and_full_size(qtbot, make, photos):
    view = make()
    view.show_photo(photos, 0)
    qtbot.mouseDClick(view.canvas(), Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    assert view.canvas().zoom() == 1.0
    qtbot.mouseDClick(view.canvas(), Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    assert view.canvas().fits()


def test_a_photo_that_cannot_be_decoded_says_why_and_the_view_goes_on(qtbot, make, photos):
    def refuse(path, _at_s):
        if path.stem == "red":
            raise UnreadablePhotoError("the file is cut short")
        return decode(path)

    view = make(refuse)
    with qtbot.waitSignal(view._loader.ready):
        view.show_photo(photos, 0)
    qtbot.waitUntil(lambda: view.canvas()._message == "the file is cut short")
    assert not view.canvas().grab().isNull()
    view.next()
    qtbot.waitUntil(view.canvas().is_sharp)


def test_a_photo_whose_drive_is_away_is_shown_by_its_thumbnail(qtbot, make, photos, tmp_path):
    decoded = []

    def note(path, _at_s):
        decoded.append(path)
        return decode(path)

    small = save_colour(tmp_path / "small.jpg", "blue", (64, 48), quality=100)
    away = replace(photos[0], path=tmp_path / "away" / "red.png", offline=True, drive="Holidays 2019")
    view = make(note, find_thumbnail=lambda photo, _at_s: small if photo.id == away.id else None)
    view.show_photo([away, photos[1], replace(away, id=9, drive="")], 0)
    canvas = view.canvas()
    sentence = "Its folder on the drive “Holidays 2019” cannot be read now. This is its small copy."
    assert canvas.said() == "Its folder on the drive “Holidays 2019” cannot be read now."
    qtbot.waitUntil(lambda: colour(view) == "#1e3cdc")
    # As large as the photo itself would be.
    assert canvas.picture_rect().width() > 700
    assert (canvas.said(), canvas.is_sharp()) == (sentence, False)
    # It can be searched with, whole or in part.
    qtbot.keyClick(view, Key.Key_R)
    assert view.band().is_on()
    view.next()
    qtbot.waitUntil(canvas.is_sharp)
    assert canvas.said() == ""
    view.next()
    assert canvas.said() == "Its folder cannot be read now."
    with qtbot.waitSignal(view.moved_to):
        view.go_to(0)
    assert colour(view) == "#1e3cdc"
    assert set(decoded) == {photos[1].path}


@pytest.mark.expects_errors
def test_a_bug_in_decoding_ends_no_thread(qtbot, make, photos):
    def fail(path, _at_s):
        if path.stem == "red":
            raise ZeroDivisionError
        return decode(path)

    view = make(fail)
    view.show_photo(photos, 0)
    qtbot.waitUntil(lambda: bool(view.canvas()._message))
    view.next()
    qtbot.waitUntil(view.canvas().is_sharp)


def test_the_details_say_what_is_known(make, photos):
    view = make()
    view.show_photo([Hit(1, photos[0], 0.3134, by_name=True)], 0)
    facts = dict(view.details().facts())
    assert facts["Found because"] == "its name\nsimilarity 0.31"
    assert "2021" in facts["Taken"]
    assert facts["Camera"] == "Canon EOS 5D"
    assert facts["Picture"] == "1600 × 1200 pixels\n1.9 megapixels"
    assert facts["File"] == "2.5 MB"
    assert facts["Place"] == "48.85840° N, 2.29450° W"
    assert facts["Folder"] == str(photos[0].path.parent)


def test_every_figure_beside_a_photo_is_written_as_the_person_writes(photos):
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    try:
        facts = {name: said for _, name, said in describe(photos[0], Hit(1, photos[0], 0.3134))}
    finally:
        QLocale.setDefault(before)
    assert facts["Found because"] == "similarity 0,31"
    assert facts["Taken"] == "Montag, 3. Mai 2021\n14:20"
    assert facts["Picture"] == "1600 × 1200 pixels\n1,9 megapixels"
    assert facts["File"] == "2,5 MB"


def test_the_details_leave_out_what_is_not_known():
    bare = Photo(1, Path("/photos/a.jpg"), 10, 1, PhotoState.FAILED, reason="the file is empty")
    assert [name for _, name, _ in describe(bare)] == ["Problem", "File", "Folder"]


def test_nothing_is_compared_with_what_could_not_be_read(qtbot, make, photos):
    view = make()
    broken = replace(photos[1], state=PhotoState.FAILED, reason="the file is cut short")
    for shown, offered in ((photos[0], True), (broken, False), (photos[2], True)):
        view.show_photo([shown], 0)
        # What was shown before goes with the next event.
        buttons = view.details().widget().findChildren(QPushButton)
        assert any(one.text() == "Find similar photos" and one.isVisible() for one in buttons) is offered
        qtbot.keyClick(view, Key.Key_R)
        assert view.band().is_on() is offered
        view.band().end()


def test_the_details_show_what_people_wrote_of_the_photo():
    told = Photo(
        1, Path("/photos/a.jpg"), 10, 1, PhotoState.INDEXED, tags=("Lisbon", "sea"), caption="long " * 500
    )
    said = {name: words for _, name, words in describe(told)}
    assert said["Tags"] == "Lisbon, sea"
    assert said["Caption"].startswith("long long")
    assert said["Caption"].endswith("long …")
    assert len(said["Caption"]) < 410


def test_the_details_give_way_in_a_narrow_window_and_to_a_key(qtbot, make, photos):
    view = make()
    view.show_photo(photos, 0)
    assert view.details().isVisible()
    qtbot.keyClick(view, Key.Key_I)
    assert not view.details().isVisible()
    qtbot.keyClick(view, Key.Key_I)
    view.resize(500, 400)
    assert not view.details().isVisible()


def test_keys_open_and_copy_the_photo(qtbot, make, photos):
    view = make()
    view.show_photo(photos, 0)
    with qtbot.waitSignal(view.opened) as opened:
        qtbot.keyClick(view, Key.Key_Return)
    assert opened.args == [photos[0]]
    with qtbot.waitSignal(view.copied):
        qtbot.keyClick(view, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert Path(QGuiApplication.clipboard().mimeData().urls()[0].toLocalFile()) == photos[0].path


def test_the_buttons_of_the_details_act_on_the_photo(qtbot, make, photos):
    view = make()
    view.show_photo(photos, 2)
    with qtbot.waitSignal(view.similar_wanted) as wanted:
        view.details().similar_wanted.emit()
    assert wanted.args == [photos[2]]
    with qtbot.waitSignal(view.reveal_wanted) as revealed:
        view.details().reveal_wanted.emit()
    assert revealed.args == [photos[2]]


def test_every_button_has_a_name_for_a_screen_reader(make, photos):
    view = make()
    buttons = view.findChildren(QToolButton)
    assert len(buttons) == 12
    assert all(button.accessibleName() and button.toolTip() for button in buttons)


def test_a_picture_is_shrunk_by_two_at_most_when_painted(qapp):
    picture = with_levels(QImage(6000, 4000, QImage.Format.Format_RGB32))
    assert picture.size == QSize(6000, 4000)
    for zoom in (2.0, 1.0, 0.6, 0.3, 0.13):
        ratio = picture.level_for(zoom).width() / (6000 * zoom)
        assert 0.5 <= ratio <= 2.01, zoom


def test_pictures_in_memory_stay_within_their_cap(qtbot, photos):
    loader = PictureLoader(decode, limit_bytes=2 * 11_000_000)
    for one in photos:
        with qtbot.waitSignal(loader.ready):
            loader.want([one])
    kept = [one.id for one in photos if loader.peek(one.id) is not None]
    loader.forget()
    assert loader.peek(4) is None
    loader.close()
    assert kept == [3, 4]


def test_what_is_known_of_the_making_is_said(photos):
    told = replace(
        photos[0],
        lens="EF 50mm f/1.8",
        exposure="1/250 s · f/2.8",
        remark="the end of the file is missing",
        taken_precision=Precision.MONTH,
    )
    facts = {name: said for _icon, name, said in describe(told)}
    assert facts["Taken"] == "May 2021"
    assert facts["Camera"] == "Canon EOS 5D\nEF 50mm f/1.8\n1/250 s · f/2.8"
    assert facts["Remark"] == "the end of the file is missing"
    undated = replace(told, taken_at=None, dated_at=datetime(2001, 2, 3, 4, 5))
    facts = {name: said for _icon, name, said in describe(undated)}
    assert "Taken" not in facts
    assert facts["Date of the file"].startswith("Saturday, 3 February 2001")


def test_equal_files_are_named_by_folder_and_beside_the_photo_by_name(photos, tmp_path):
    beside, elsewhere = tmp_path / "copy.png", tmp_path / "best" / "red.png"
    context = PhotoContext(photos[0], also_at=(beside, elsewhere, elsewhere.with_name("again.png")))
    facts = {name: said for _icon, name, said in describe(photos[0], context=context)}
    assert facts["Also in"] == f"copy.png\n{elsewhere.parent}"
    many = PhotoContext(photos[0], also_at=tuple(tmp_path / f"{n}" / "a.png" for n in range(20)))
    facts = {name: said for _icon, name, said in describe(photos[0], context=many)}
    assert facts["Also in"].endswith("\nand 12 more")
