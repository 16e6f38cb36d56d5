"""Indexing waits for what the settings name, goes on when that ends or the person says so, and never for what is unknown."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_app.library import Phase, Progress
from desktop_app.settings import Settings, Values
from desktop_app.ui.background.runner import Background
from desktop_app.ui.flows.resting import AWAY, BATTERY, IDLE_S, SCREEN, Resting, Seen, reasons, see
from desktop_app.ui.system.machine import Machine, this_machine
from tests.ui.desk import desk_on
from tests.ui.fake_library import FakeLibrary

WAIT_MS = 10_000
NOTHING = Values(only_idle=False, not_on_battery=False, not_full_screen=False)
ALL = Values(only_idle=True, not_on_battery=True, not_full_screen=True)


@dataclass
class State:
    """What a machine that tests decide on would say."""

    battery: bool | Exception | None = False
    idle: float | None = 3600.0
    screen: bool | None = False

    def machine(self) -> Machine:
        return Machine(self.on_battery, lambda: self.idle, lambda: self.screen)

    def on_battery(self) -> bool | None:
        if isinstance(self.battery, Exception):
            raise self.battery
        return self.battery


class Room:
    """A look at that machine with settings of its own."""

    def __init__(self, qtbot: QtBot, settings: Settings, background: Background) -> None:
        self.qtbot, self.settings, self.state = qtbot, settings, State()
        self.resting = Resting(settings, background, self.state.machine())
        self.said: list[str] = []
        self.resting.changed.connect(self.said.append)

    def waits_for(self, reason: str) -> None:
        """Look until that is what was said last."""

        def says() -> bool:
            self.resting.look()
            return bool(self.said) and self.said[-1] == reason

        self.qtbot.waitUntil(says, timeout=WAIT_MS)

    def looks(self) -> None:
        """Look once more, so that what the machine says now was heard."""
        self.qtbot.waitUntil(lambda: not self.resting._is_looking, timeout=WAIT_MS)
        self.resting.look()
        self.qtbot.waitUntil(lambda: not self.resting._is_looking, timeout=WAIT_MS)


@pytest.fixture
def room(qtbot, tmp_path) -> Iterator[Room]:
    background = Background()
    made = Room(qtbot, Settings.load(tmp_path), background)
    yield made
    made.resting.close()
    background.close()


@pytest.mark.parametrize(
    ("values", "seen", "found"),
    [
        (ALL, Seen(), []),
        (ALL, Seen(on_battery=False, idle_s=IDLE_S, full_screen=False), []),
        (ALL, Seen(on_battery=True, idle_s=0.0, full_screen=True), [SCREEN, BATTERY, AWAY]),
        (ALL, Seen(idle_s=IDLE_S - 1), [AWAY]),
        (NOTHING, Seen(on_battery=True, idle_s=0.0, full_screen=True), []),
        (replace(NOTHING, not_on_battery=True), Seen(on_battery=True, idle_s=0.0), [BATTERY]),
        (Values(), Seen(on_battery=True, idle_s=0.0, full_screen=True), [SCREEN, BATTERY]),
    ],
)
def test_only_what_is_known_and_wanted_is_waited_for(values, seen, found):
    assert reasons(values, seen) == found


def test_a_machine_is_asked_only_what_is_wanted():
    def never() -> bool:
        raise AssertionError("asked for nothing")

    machine = Machine(never, lambda: 7.0, never)
    assert see(machine, replace(NOTHING, only_idle=True)) == Seen(idle_s=7.0)
    assert see(Machine(), ALL) == Seen()


def test_work_waits_while_on_battery(room):
    room.state.battery = True
    room.waits_for(BATTERY)
    room.state.battery = False
    room.waits_for("")
    assert room.said == [BATTERY, ""], "said once each"


def test_work_that_shall_go_on_goes_on_until_the_reason_has_ended_once(room):
    room.state.battery = True
    room.waits_for(BATTERY)
    room.resting.go_on()
    assert room.said[-1] == ""
    room.looks()
    assert room.said[-1] == "", "it still goes on"
    room.state.screen = True
    room.waits_for(SCREEN)
    room.state.screen = False
    room.waits_for("")
    room.state.battery = False
    room.looks()
    room.state.battery = True
    room.waits_for(BATTERY)


def test_a_bug_of_the_machine_does_not_end_the_looks(room, qtbot):
    with qtbot.captureExceptions() as caught:
        room.state.battery = ZeroDivisionError()
        room.resting.look()
        qtbot.waitUntil(lambda: bool(caught), timeout=WAIT_MS)
    room.state.battery = True
    room.waits_for(BATTERY)


def test_a_setting_counts_at_once(room):
    room.state.battery = True
    room.resting.start()
    room.qtbot.waitUntil(lambda: room.said == [BATTERY], timeout=WAIT_MS)
    room.settings.change("not_on_battery", False)
    assert room.said == [BATTERY, ""]
    room.settings.change("not_on_battery", True)
    room.qtbot.waitUntil(lambda: room.said[-1] == BATTERY, timeout=WAIT_MS)


def test_nobody_looks_where_no_setting_asks_for_it(room):
    room.resting.start()
    assert room.resting.is_looking()
    room.settings.change("not_on_battery", False)
    room.settings.change("not_full_screen", False)
    assert not room.resting.is_looking()
    room.settings.change("only_idle", True)
    assert room.resting.is_looking()
    room.resting.close()
    assert not room.resting.is_looking()


def test_this_machine_answers_or_says_that_it_cannot():
    machine = this_machine()
    assert machine.on_battery() in {True, False, None}
    assert machine.full_screen() in {True, False, None}
    idle = machine.idle_s()
    assert idle is None or idle >= 0


def test_an_empty_window_says_what_is_waited_for_and_can_go_on(qtbot, tmp_path):
    state, library = State(screen=True), FakeLibrary([])
    with desk_on(qtbot, tmp_path, library, machine=state.machine()) as desk:
        desk.waits(lambda: library.held == [SCREEN])
        library.tell(Progress(Phase.INDEXING, 0, 40000, held=SCREEN))
        desk.says("Your photos are not indexed yet")
        desk.presses_message()
        assert library.held == [SCREEN, ""]
        library.tell(Progress(Phase.INDEXING, 0, 40000))
        desk.says("Looking through your photos")


def test_the_window_holds_the_library_says_so_and_goes_on_when_told(qtbot, tmp_path):
    state, library = State(battery=True), FakeLibrary([3, 2, 1])
    with desk_on(qtbot, tmp_path, library, machine=state.machine()) as desk:
        desk.waits(lambda: library.held == [BATTERY])
        library.tell(Progress(Phase.INDEXING, 1200, 40000, held=BATTERY))
        status = desk.window.status
        desk.waits(status._go_on.isVisible)
        desk.shows(3, 2, 1)
        qtbot.mouseClick(status._go_on, Qt.MouseButton.LeftButton)
        assert library.held == [BATTERY, ""]
        library.tell(Progress(Phase.INDEXING, 1200, 40000, 10.0, 3880.0))
        desk.waits(lambda: not status._go_on.isVisible())
