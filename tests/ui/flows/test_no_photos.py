"""Why there are no photos: nothing is chosen, nothing is there, or nothing of it can be used."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.library import FailedPhoto, FoldersChanged, IndexReport, RefreshFinished
from desktop_app.ui.window.pages import Page
from tests.ui.desk import Desk, desk_on, texts_of
from tests.ui.fake_library import FakeLibrary

NONE_USABLE = "None of your photos could be used"


@pytest.fixture
def empty(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    """A window whose folders were looked through, without a photo in them."""
    with desk_on(qtbot, tmp_path, FakeLibrary([])) as desk:
        desk.library.tell(RefreshFinished(IndexReport()))
        desk.says("There are no photos in your folders")
        yield desk


def fail(desk: Desk, *numbers: int) -> None:
    desk.library.failed = [FailedPhoto(Path(f"/photos/{number}.jpg"), "not a picture") for number in numbers]
    desk.library.tell(RefreshFinished(IndexReport()))


def test_files_that_could_not_be_used_are_not_called_no_photos(empty: Desk) -> None:
    fail(empty, 1, 2)
    empty.says(NONE_USABLE)
    assert "2 files were found, unchanged on your disk." in texts_of(empty.pages.message)
    empty.presses_message()
    empty.waits(lambda: empty.pages.shown() is Page.FAILURES)


def test_the_message_follows_what_becomes_known(empty: Desk) -> None:
    fail(empty, 1)
    empty.says(NONE_USABLE)
    assert "1 file was found, unchanged on your disk." in texts_of(empty.pages.message)
    fail(empty)
    empty.says("There are no photos in your folders")


def test_filters_are_not_blamed_where_there_is_nothing_to_filter(empty: Desk) -> None:
    empty.window.top.search.ask("in:/photos")
    empty.waits(lambda: not empty.window.top.search._rest.isActive())
    empty.says("There are no photos in your folders")
    fail(empty, 1)
    empty.says(NONE_USABLE)


def test_the_last_folder_taken_away_leads_to_the_first_page(desk: Desk) -> None:
    desk.library.ids = []
    desk.window.top.search.ask("in:/photos")
    desk.says("No photo passes these filters")
    desk.library.chosen = []
    desk.library.tell(FoldersChanged())
    desk.waits(lambda: desk.pages.shown() is Page.WELCOME)
    assert desk.session.library is not None
    with desk.qtbot.waitSignal(desk.session.library.search.shown):
        desk.session.library.search.refresh()
    assert desk.pages.shown() is Page.WELCOME
