"""Thumbnails: newest wish first, off the GUI thread, within a cap, never the wrong photo's."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtGui import QImage

from desktop_app.library import LibraryError, Photo, PhotoState
from desktop_app.ui.background import thumbnail_loader
from desktop_app.ui.background.thumbnail_loader import ThumbnailLoader, read_thumbnail
from tests.opened import opened_in
from tests.pictures import save_colour
from tests.waiting import wait_until


@pytest.fixture
def made(qtbot):
    """Make loaders that are closed when the test ends."""
    loaders = []

    def make(find, **options):
        loaders.append(ThumbnailLoader(find, **options))
        return loaders[-1]

    yield make
    for loader in loaders:
        loader.close()


def photo(number: int, path: Path = Path("/photos/a.jpg")) -> Photo:
    return Photo(number, path, 1, 1, PhotoState.INDEXED, content_hash=f"hash {number}")


def colour(image: QImage) -> str:
    return image.pixelColor(image.width() // 2, image.height() // 2).name()


def test_a_picture_arrives_fitted_and_is_kept(qtbot, made, tmp_path):
    file = save_colour(tmp_path / "wide.jpg", "red", (400, 200), quality=100)
    asked_on = []

    def find(_photo, _at_s):
        asked_on.append(threading.current_thread())
        return file

    loader = made(find)
    assert loader.peek(1) is None
    with qtbot.waitSignal(loader.ready) as ready:
        loader.want(photo(1), 100)
    number, image = ready.args
    assert (number, image.width(), image.height()) == (1, 100, 50)
    assert colour(loader.peek(1)) == "#dc1e1e"
    assert threading.main_thread() not in asked_on
    loader.want(photo(1), 100)
    loader.want(photo(2), 100)
    qtbot.waitUntil(lambda: loader.peek(2) is not None)
    assert len(asked_on) == 2


def test_a_small_picture_is_not_enlarged(tmp_path):
    image = read_thumbnail(save_colour(tmp_path / "small.jpg", "blue", (30, 20), quality=100), 300)
    assert (image.width(), image.height()) == (30, 20)


def test_a_picture_that_is_gone_is_not_replaced_by_one_of_nearly_its_name(tmp_path):
    save_colour(tmp_path / "small.jpg.png", "blue", (30, 20))
    assert read_thumbnail(tmp_path / "small.jpg", 300).isNull()


def test_a_drawing_with_the_name_of_a_thumbnail_is_no_thumbnail_and_opens_nothing(tmp_path):
    save_colour(tmp_path / "private" / "canary.jpg", "red", (30, 20))
    drawing = tmp_path / "small.jpg"
    drawing.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="30" height="20">'
        f'<image width="30" height="20" xlink:href="{(tmp_path / "private" / "canary.jpg").as_uri()}"/></svg>'
    )
    with opened_in(tmp_path / "private") as opened:
        assert read_thumbnail(drawing, 300).isNull()
    assert opened == []


@pytest.mark.parametrize("kind", ["PNG", "BMP", "GIF"])
def test_a_thumbnail_is_a_jpeg_and_nothing_else(tmp_path, kind):
    Image.new("RGB", (30, 20)).save(tmp_path / "small.jpg", kind)
    assert read_thumbnail(tmp_path / "small.jpg", 300).isNull()


def test_what_is_wanted_last_is_made_first(qtbot, made, tmp_path):
    file = save_colour(tmp_path / "a.jpg", quality=100)
    hold, order = threading.Event(), []

    def find(one, _at_s):
        order.append(one.id)
        if one.id == 0:
            hold.wait(5)
        return file

    loader = made(find, threads=1)
    loader.want(photo(0), 50)
    qtbot.waitUntil(lambda: order == [0])
    for number in (1, 2, 3):
        loader.want(photo(number), 50)
    loader.want(photo(1), 50)
    hold.set()
    qtbot.waitUntil(lambda: len(order) == 4)
    assert order == [0, 1, 3, 2]


def test_cells_no_longer_in_sight_are_dropped(qtbot, made, tmp_path):
    file = save_colour(tmp_path / "a.jpg", quality=100)
    hold, order = threading.Event(), []

    def find(one, _at_s):
        order.append(one.id)
        hold.wait(5)
        return file

    loader = made(find, threads=1)
    loader.want(photo(0), 50)
    qtbot.waitUntil(lambda: order == [0])
    for number in range(1, 6):
        loader.want(photo(number), 50)
    loader.keep_only({2, 4})
    hold.set()
    qtbot.waitUntil(lambda: loader.peek(2) is not None)
    assert order == [0, 4, 2]


def test_another_size_is_made_anew_and_the_old_one_shown_meanwhile(qtbot, made, tmp_path):
    file = save_colour(tmp_path / "a.jpg", "red", (400, 400), quality=100)
    loader = made(lambda _, _at_s: file)
    with qtbot.waitSignal(loader.ready):
        loader.want(photo(1), 100)
    loader.want(photo(1), 200)
    assert loader.peek(1).width() == 100
    qtbot.waitUntil(lambda: loader.peek(1).width() == 200)


def test_a_photo_that_changed_gets_a_new_picture(qtbot, made, tmp_path):
    files = {
        "hash 1": save_colour(tmp_path / "a.jpg", "red", quality=100),
        "other": save_colour(tmp_path / "b.jpg", "blue", quality=100),
    }
    loader = made(lambda one, _at_s: files[one.content_hash])
    with qtbot.waitSignal(loader.ready):
        loader.want(photo(1), 40)
    loader.want(replace(photo(1), content_hash="other"), 40)
    qtbot.waitUntil(lambda: colour(loader.peek(1)) == "#1e3cdc")


def test_memory_stays_within_its_cap(qtbot, made, tmp_path):
    file = save_colour(tmp_path / "a.jpg", "red", (100, 100), quality=100)
    loader = made(lambda _, _at_s: file, limit_bytes=100 * 100 * 4 * 3)
    for number in range(6):
        with qtbot.waitSignal(loader.ready):
            loader.want(photo(number), 100)
    assert [number for number in range(6) if loader.peek(number) is not None] == [3, 4, 5]


@pytest.mark.parametrize("content", [None, b"", b"not a picture"], ids=["none", "empty", "other"])
def test_a_picture_that_cannot_be_made_is_said_once(qtbot, made, tmp_path, content):
    file = tmp_path / "broken.jpg"
    if content is not None:
        file.write_bytes(content)
    calls = []

    def find(one, _at_s):
        calls.append(one.id)
        return None if content is None else file

    loader = made(find)
    with qtbot.waitSignal(loader.failed) as failed:
        loader.want(photo(9), 100)
    assert failed.args == [9]
    assert loader.peek(9).isNull()
    loader.want(photo(9), 100)
    assert calls == [9]
    loader.forget({9})
    with qtbot.waitSignal(loader.failed):
        loader.want(photo(9), 100)


def test_a_picture_that_could_not_be_made_is_tried_again_after_a_while(qtbot, made, tmp_path, monkeypatch):
    """Its drive may have been slow, or the disk full."""
    file = save_colour(tmp_path / "a.jpg", quality=100)
    found = [None, file]
    loader = made(lambda _one, _at_s: found.pop(0))
    with qtbot.waitSignal(loader.failed):
        loader.want(photo(1), 50)
    monkeypatch.setattr(thumbnail_loader, "RETRY_S", 0.0)
    with qtbot.waitSignal(loader.ready):
        loader.want(photo(1), 50)


def test_trouble_of_the_library_ends_no_thread(qtbot, made, tmp_path):
    file = save_colour(tmp_path / "a.jpg", quality=100)

    def find(one, _at_s):
        if one.id == 1:
            raise LibraryError("The disk is full.")
        return file

    loader = made(find, threads=1)
    with qtbot.waitSignal(loader.failed):
        loader.want(photo(1), 50)
    with qtbot.waitSignal(loader.ready):
        loader.want(photo(2), 50)


@pytest.mark.expects_errors
def test_a_bug_in_one_photo_ends_no_thread(qtbot, made, tmp_path, caplog):
    file = save_colour(tmp_path / "a.jpg", quality=100)
    loader = made(lambda one, _at_s: {2: file}[one.id], threads=1)
    with qtbot.waitSignal(loader.failed):
        loader.want(photo(1), 50)
    with qtbot.waitSignal(loader.ready):
        loader.want(photo(2), 50)
    assert "No thumbnail of" in caplog.text


def test_a_closed_loader_says_nothing_more(qtbot, made, tmp_path):
    file = save_colour(tmp_path / "a.jpg", quality=100)
    begun = threading.Event()

    def find(_one, _at_s):
        begun.set()
        wait_until(lambda: loader._closed)
        return file

    loader = ThumbnailLoader(find, threads=1)
    said = []
    loader.ready.connect(lambda *args: said.append(args))
    loader.want(photo(1), 50)
    loader.want(photo(2), 50)
    assert begun.wait(5)
    loader.close()
    loader.want(photo(3), 50)
    # What another says arrives after all that was under way.
    other = made(lambda _one, _at_s: file)
    with qtbot.waitSignal(other.ready):
        other.want(photo(4), 50)
    assert said == []


def test_one_that_keeps_a_thread_waiting_holds_up_no_other(qtbot, made, tmp_path):
    file = save_colour(tmp_path / "red.jpg", "red")
    may_go_on = threading.Event()

    def find(one, _at_s):
        if one.id == 1:
            may_go_on.wait(20)
        return file

    loader = made(find, threads=2, at_once=1)
    try:
        loader.want(photo(1), 50)
        wait_until(lambda: 1 in loader._under_way)
        with qtbot.waitSignal(loader.ready) as came:
            loader.want(photo(2), 50)
        assert came.args[0] == 2
    finally:
        may_go_on.set()
    qtbot.waitUntil(lambda: loader.peek(1) is not None)


def test_no_more_are_read_at_once_than_leave_the_window_a_core(qtbot, made, tmp_path, monkeypatch):
    monkeypatch.setattr(thumbnail_loader, "_WAITS_S", 60.0)
    file = save_colour(tmp_path / "red.jpg", "red")
    second, together = threading.Event(), []

    def find(one, _at_s):
        if one.id == 1:
            together.append(second.wait(0.3))
        else:
            second.set()
        return file

    loader = made(find, threads=2, at_once=1)
    loader.want(photo(1), 50)
    wait_until(lambda: 1 in loader._under_way)
    loader.want(photo(2), 50)
    qtbot.waitUntil(lambda: loader.peek(1) is not None and loader.peek(2) is not None)
    assert together == [False]
