"""A person finds the moment of a video that shows what they mean: real clips, real decoders, real thumbnails."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from desktop_app.ui.grid.roles import Role
from desktop_app.ui.look.video_words import VideoCell
from desktop_app.ui.window.pages import Page
from tests.clips import save_clip
from tests.fakes import COLOURS
from tests.journeys.window import WAIT_MS, Person, window_on
from tests.pictures import save_colour


def is_like(image: object, name: str) -> bool:
    """Whether a picture has that colour in the middle, as nearly as a video keeps it."""
    if not isinstance(image, QImage) or image.isNull():
        return False
    shown = image.pixelColor(image.rect().center())
    seen = shown.red(), shown.green(), shown.blue()
    return all(abs(one - other) < 40 for one, other in zip(seen, COLOURS[name], strict=True))


def first_cell(person: Person) -> tuple[VideoCell, object]:
    """What the first cell says of its video, and its picture."""
    index = person.pages.photos.model.index(0)
    video = index.data(Role.VIDEO)
    assert isinstance(video, VideoCell)
    return video, index.data(Role.THUMBNAIL)


def test_the_moment_that_fits_is_found_shown_and_played(qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "Holidays"
    save_clip(folder / "walk.mp4", (("red", 4.0), ("blue", 4.0)))
    for name in ("green", "yellow", "purple"):
        save_colour(folder / f"{name}.png", name)
    with window_on(qtbot, tmp_path / "base") as person:
        person.sees_page(Page.WELCOME)
        person.pages.welcome.folder_chosen.emit(folder)
        qtbot.waitUntil(lambda: len(person.names()) == 4, timeout=WAIT_MS)
        person.waits_for_rest()

        person.searches("blue", "walk.mp4")
        video, _ = first_cell(person)
        assert (round(video.duration_s), video.at_s is not None and video.at_s >= 4.0) == (8, True)
        qtbot.waitUntil(lambda: is_like(first_cell(person)[1], "blue"), timeout=WAIT_MS)

        person.searches("red", "walk.mp4")
        video, _ = first_cell(person)
        assert video.at_s is not None
        assert video.at_s < 4.0
        qtbot.waitUntil(lambda: is_like(first_cell(person)[1], "red"), timeout=WAIT_MS)

        person.grid.choose(person.pages.photos.model.ids()[0])
        person.grid.setFocus()
        person.presses(Qt.Key.Key_Space)
        view = person.window.photo_view
        assert view.video().words() == f"0:0{int(video.at_s)} of 0:08"
        qtbot.waitUntil(lambda: is_like(view.canvas().grab().toImage(), "red"), timeout=WAIT_MS)
        view.leave()

        person.types("type:video")
        person.sees("walk.mp4")
        assert first_cell(person)[0].at_s is None
        person.types("type:photo")
        qtbot.waitUntil(
            lambda: sorted(person.names()) == ["green.png", "purple.png", "yellow.png"], timeout=WAIT_MS
        )
