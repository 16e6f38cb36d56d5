"""A newer version is told in a line, only where the person wants that, and no more once it was closed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from desktop_app import __version__
from desktop_app.library import DownloadError, PhotoLibrary, Release
from desktop_app.newer import Heard
from desktop_app.settings import Settings
from desktop_app.ui.flows import desk as flows_desk
from desktop_app.ui.flows.new_version import NewVersionFlow
from desktop_app.ui.flows.situation import EmptyStates, Situation
from tests.ui.desk import Desk

KEY = "new version"
NEWER = Release.of_tag("v9.8.0")


class Clock:
    """Tells what it is set to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 29, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Room:
    """A flow on a window, with a clock and a browser of the test's."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.clock, self.pages = desk, Clock(), list[str]()
        session = desk.session
        assert session.library is not None
        given = flows_desk.Desk(
            cast("PhotoLibrary", desk.library),
            session._background,
            desk.window,
            desk.settings,
            Situation(),
            cast("EmptyStates", None),
        )
        session.library._new_version.close()
        desk.window.notices.closed.disconnect(session.library._new_version._dismiss)
        self.flow = NewVersionFlow(given, now=self.clock, open_page=self.pages.append)

    @property
    def asked(self) -> int:
        return len(self.desk.library.models.asked_for_release)

    def looks(self) -> None:
        """Look, and wait until that is done with."""
        self.flow.look()
        self.desk.waits(lambda: not self.flow._is_asking)

    def keys(self) -> list[str]:
        return [one.key for one in self.desk.window.notices.notices()]


@pytest.fixture
def room(desk: Desk) -> Iterator[Room]:
    made = Room(desk)
    desk.library.models.release = NEWER
    yield made
    made.flow.close()


def test_it_is_off_until_it_is_switched_on(room: Room) -> None:
    assert Settings.load(Path("/nowhere")).values.new_version is False
    room.flow.start()
    room.looks()
    assert (room.asked, room.keys()) == (0, [])


def test_switched_on_it_asks_says_so_and_leads_to_the_page(room: Room) -> None:
    room.desk.settings.change("new_version", True)
    text = room.desk.notice(KEY)
    assert text == f"Vislumbre 9.8.0 is out. You have {__version__}."
    assert room.desk.library.models.asked_for_release == [None]
    room.desk.press(KEY)
    assert room.pages == ["https://github.com/vislumbre/vislumbre/releases/tag/v9.8.0"]
    room.desk.settings.change("new_version", False)
    assert room.keys() == []


def test_it_asks_once_a_day_also_where_nobody_answers(room: Room) -> None:
    room.desk.library.models.release = DownloadError("Nobody answers.")
    room.desk.settings.change("new_version", True)
    room.looks()
    room.looks()
    assert (room.asked, room.keys()) == (1, [])
    room.clock.now += timedelta(hours=25)
    room.desk.library.models.release = NEWER
    room.looks()
    assert (room.asked, room.keys()) == (2, [KEY])
    room.clock.now += timedelta(hours=25)
    room.looks()
    assert room.desk.library.models.asked_for_release[-1] == NEWER


def test_the_switch_that_forbids_the_network_is_stronger(room: Room) -> None:
    room.desk.settings.change("network", False)
    room.desk.settings.change("new_version", True)
    room.looks()
    assert (room.asked, room.keys()) == (0, [])


def test_a_version_that_was_closed_is_not_told_again_and_the_next_is(room: Room) -> None:
    room.desk.settings.change("new_version", True)
    room.desk.notice(KEY)
    (cross,) = [one for one in room.desk.window.notices.findChildren(QToolButton) if one.isVisible()]
    QTest.mouseClick(cross, Qt.MouseButton.LeftButton)
    assert Heard.of(room.desk.settings).dismissed == "9.8.0"
    room.clock.now += timedelta(hours=25)
    room.looks()
    assert room.keys() == []
    room.desk.library.models.release = Release.of_tag("v9.9.0")
    room.clock.now += timedelta(hours=25)
    room.looks()
    assert room.keys() == [KEY]


def test_what_was_heard_before_is_said_at_the_start_and_this_version_is_no_news(room: Room) -> None:
    Heard(Release.of_tag(f"v{__version__}"), room.clock.now).keep(room.desk.settings)
    room.desk.settings.change("new_version", True)
    room.looks()
    assert (room.asked, room.keys()) == (0, [])
    replace(Heard.of(room.desk.settings), release=NEWER).keep(room.desk.settings)
    room.flow.start()
    assert room.keys() == [KEY]
