"""Whole photos for the large view: the newest wish first, within a limit, and nothing of a view that was closed."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from desktop_app.library import LibraryError, UnreadablePhotoError
from desktop_app.ui.background.picture_loader import LIMIT_BYTES, Decode, PictureLoader
from tests.ui.fake_library import a_photo

SIDE = 100
SIZE_BYTES = SIDE * SIDE * 4

Making = Callable[..., PictureLoader]


def image(colour: str = "red") -> QImage:
    made = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    made.fill(QColor(colour))
    return made


@pytest.fixture
def made(qtbot: QtBot) -> Iterator[Making]:
    """Make loaders that are closed when the test ends."""
    loaders: list[PictureLoader] = []

    def make(decode: Decode, limit_bytes: int = LIMIT_BYTES) -> PictureLoader:
        loaders.append(PictureLoader(decode, limit_bytes=limit_bytes, threads=1))
        return loaders[-1]

    yield make
    for loader in loaders:
        loader.close()


class Slow:
    """Decodes only when the test says so.

    Attributes:
        decoded: The names of the photos it was asked for.
    """

    def __init__(self) -> None:
        self.began, self.go_on = threading.Event(), threading.Event()
        self.decoded: list[str] = []

    def __call__(self, path: Path, _at_s: float | None) -> QImage:
        self.decoded.append(path.name)
        self.began.set()
        assert self.go_on.wait(10)
        return image()


def has(loader: PictureLoader, number: int) -> bool:
    return loader.peek(number) is not None


@pytest.mark.parametrize(("limit_bytes", "kept"), [(1, 1), (2 * SIZE_BYTES, 2), (3 * SIZE_BYTES - 1, 2)])
def test_the_pictures_seen_last_are_kept_within_the_limit(
    qtbot: QtBot, made: Making, limit_bytes: int, kept: int
) -> None:
    loader = made(lambda _path, _at_s: image(), limit_bytes)
    for number in range(1, 5):
        loader.want([a_photo(number)])
        qtbot.waitUntil(partial(has, loader, number))
    assert [number for number in range(1, 5) if has(loader, number)] == list(range(5 - kept, 5))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (UnreadablePhotoError("the file is gone"), "the file is gone"),
        (LibraryError("No decoder.", "Restart."), "No decoder."),
        pytest.param(
            ValueError("a bug"), "the picture cannot be shown", marks=pytest.mark.expects_errors, id="a bug"
        ),
        (None, "the picture cannot be shown"),
    ],
)
def test_a_photo_that_cannot_be_shown_says_why_and_the_next_one_is(
    qtbot: QtBot, made: Making, error: Exception | None, words: str
) -> None:
    def decode(path: Path, _at_s: float | None) -> QImage:
        if path.name != "IMG_1.jpg":
            return image()
        if error is not None:
            raise error
        return QImage()

    loader = made(decode)
    loader.want([a_photo(1), a_photo(2)])
    qtbot.waitUntil(lambda: has(loader, 2))
    first = loader.peek(1)
    assert first is not None
    assert (first.levels, first.reason) == ((), words)


def test_what_is_shown_and_its_neighbours_are_kept_where_two_more_would_not_be(
    qtbot: QtBot, made: Making
) -> None:
    loader = made(lambda _path, _at_s: image(), 2 * SIZE_BYTES)
    loader.want([a_photo(1)])
    qtbot.waitUntil(partial(has, loader, 1))
    loader.want([a_photo(2), a_photo(3), a_photo(4)])
    qtbot.waitUntil(lambda: all(has(loader, number) for number in (2, 3, 4)))
    assert not has(loader, 1)
    loader.want([a_photo(2), a_photo(5), a_photo(6)])
    qtbot.waitUntil(lambda: all(has(loader, number) for number in (2, 5, 6)))
    assert not has(loader, 3)
    assert not has(loader, 4)


def test_of_pictures_much_too_large_the_one_that_is_shown_is_kept(qtbot: QtBot, made: Making) -> None:
    loader = made(lambda _path, _at_s: image(), SIZE_BYTES // 2)
    arrived: list[int] = []
    loader.ready.connect(lambda number, _picture: arrived.append(number))
    loader.want([a_photo(1), a_photo(2), a_photo(3)])
    qtbot.waitUntil(lambda: arrived == [1, 2, 3])
    assert [number for number in (1, 2, 3) if has(loader, number)] == [1]


def test_the_memory_of_dropped_pictures_is_given_back_once_on_another_thread(qtbot: QtBot) -> None:
    given: list[str] = []
    loader = PictureLoader(
        lambda _path, _at_s: image(),
        threads=1,
        give_back=lambda: given.append(threading.current_thread().name),
    )
    loader.want([a_photo(1)])
    qtbot.waitUntil(lambda: has(loader, 1))
    loader.forget()
    qtbot.waitUntil(lambda: given == ["picture-0"])
    loader.forget()
    loader.close()
    assert given == ["picture-0"]


def test_memory_is_given_back_again_when_a_picture_came_too_late(qtbot: QtBot) -> None:
    given: list[None] = []
    slow = Slow()
    loader = PictureLoader(slow, threads=1, give_back=lambda: given.append(None))
    loader.want([a_photo(1)])
    assert slow.began.wait(10)
    loader.forget()
    slow.go_on.set()
    qtbot.waitUntil(lambda: given == [None])
    loader.close()


def test_what_was_being_decoded_when_the_view_was_closed_is_not_shown_by_the_next(
    qtbot: QtBot, made: Making
) -> None:
    """The photo may be another by then."""
    slow = Slow()
    loader = made(slow)
    shown: list[int] = []
    loader.ready.connect(lambda number, _picture: shown.append(number))
    loader.want([a_photo(1)])
    assert slow.began.wait(10)
    loader.forget()
    loader.want([a_photo(2)])
    slow.go_on.set()
    # The one thread has handed over the first before this.
    qtbot.waitUntil(lambda: has(loader, 2))
    assert (shown, has(loader, 1)) == ([2], False)


def test_what_the_next_view_wants_too_is_decoded_once_more(qtbot: QtBot, made: Making) -> None:
    slow = Slow()
    loader = made(slow)
    loader.want([a_photo(1)])
    assert slow.began.wait(10)
    loader.forget()
    loader.want([a_photo(1)])
    slow.go_on.set()
    qtbot.waitUntil(lambda: has(loader, 1))
    assert slow.decoded == ["IMG_1.jpg"] * 2


def test_a_wish_that_has_not_begun_is_dropped_for_newer_ones(qtbot: QtBot, made: Making) -> None:
    slow = Slow()
    loader = made(slow)
    loader.want([a_photo(1), a_photo(2), a_photo(3)])
    assert slow.began.wait(10)
    loader.want([a_photo(4), a_photo(3)])
    slow.go_on.set()
    qtbot.waitUntil(lambda: has(loader, 3))
    assert slow.decoded == ["IMG_1.jpg", "IMG_4.jpg", "IMG_3.jpg"]
    assert has(loader, 1)


def test_closing_waits_for_what_is_decoded_and_shows_nothing_of_it(qtbot: QtBot, made: Making) -> None:
    slow = Slow()
    loader = made(slow)
    shown: list[int] = []
    loader.ready.connect(lambda number, _picture: shown.append(number))
    loader.want([a_photo(1), a_photo(2)])
    assert slow.began.wait(10)
    threading.Timer(0.05, slow.go_on.set).start()
    loader.close()
    qtbot.wait(1)
    assert shown == []
