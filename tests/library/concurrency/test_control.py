"""Work waits for the person's pause and for what holds it, tells so at once, and ends at once when asked to."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from desktop_app.library import Event, IndexReport, Phase, PhotoLibrary, Progress
from desktop_app.library.concurrency.control import Control
from desktop_app.library.concurrency.pace import Pace
from desktop_app.paths import resources
from tests.fakes import ColorEmbedder
from tests.pictures import save_colour, save_many

WAIT_S = 60
PLUG_IN = "until you plug in"


@pytest.fixture
def elsewhere() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def test_work_that_nothing_holds_goes_on() -> None:
    assert Control().wait()


def test_held_work_waits_until_the_reason_ends(elsewhere: ThreadPoolExecutor) -> None:
    control = Control()
    control.hold(PLUG_IN)
    waiting = elsewhere.submit(control.wait)
    assert (control.held, control.rests, control.paused) == (PLUG_IN, True, False)
    assert not waiting.done()
    control.hold("")
    assert waiting.result(WAIT_S)
    assert not control.rests


def test_a_pause_outlasts_what_held_the_work(elsewhere: ThreadPoolExecutor) -> None:
    control = Control()
    control.pause()
    control.hold(PLUG_IN)
    waiting = elsewhere.submit(control.wait)
    control.hold("")
    assert control.rests
    assert not waiting.done()
    control.resume()
    assert waiting.result(WAIT_S)


def test_listing_waits_for_a_pause_only(elsewhere: ThreadPoolExecutor) -> None:
    control = Control()
    control.hold(PLUG_IN)
    assert control.wait(listing=True)
    control.pause()
    waiting = elsewhere.submit(lambda: control.wait(listing=True))
    assert not waiting.done()
    control.resume()
    assert waiting.result(WAIT_S)


@pytest.mark.parametrize("ending", [Control.stop, Control.end])
def test_held_work_ends_when_it_is_stopped(elsewhere: ThreadPoolExecutor, ending) -> None:
    control = Control()
    control.hold(PLUG_IN)
    waiting = elsewhere.submit(control.wait)
    ending(control)
    assert waiting.result(WAIT_S) is False
    control.hold("")
    control.renew()
    assert control.wait() is (ending is Control.stop)


def test_only_changes_are_told() -> None:
    control, told = Control(), []
    control.observe(lambda: told.append((control.paused, control.held)))
    for reason in ("", PLUG_IN, PLUG_IN, "until you are away", ""):
        control.hold(reason)
    control.resume()
    control.pause()
    assert told == [(False, PLUG_IN), (False, "until you are away"), (False, ""), (True, "")]


def test_time_in_which_work_rested_does_not_count_for_the_rate() -> None:
    now = iter([0.0, 1.0, 5000.0, 5001.0])
    pace = Pace(100, clock=lambda: next(now))
    pace.add(10)
    pace.begin_anew()
    assert pace.progress().seconds_left is None
    pace.add(10)
    assert pace.progress().rate_per_s == pytest.approx(10)


class Desk:
    """A library of a few photos, and what it tells."""

    def __init__(self, base: Path) -> None:
        self.photos = base / "photos"
        save_colour(self.photos / "red.png", "red")
        self.library = PhotoLibrary(
            base / "data", base / "cache", resources=resources(), embedder=ColorEmbedder()
        )
        self.library.folders.add(self.photos).result(WAIT_S)
        self._news = threading.Condition()
        self._progress: list[Progress] = []
        self.library.subscribe(self._hear)

    def _hear(self, event: Event) -> None:
        if isinstance(event, Progress):
            with self._news:
                self._progress.append(event)
                self._news.notify_all()

    def waits(self) -> Progress:
        """Wait until indexing is said to wait, and return in which words."""
        with self._news:
            assert self._news.wait_for(lambda: bool(self._progress and self._progress[-1].held), WAIT_S)
            return self._progress[-1]

    def held_with_more(self, count: int) -> "Future[IndexReport]":
        """Add photos to a library that is held, and wait until it says that they wait."""
        self.library.folders.hold(PLUG_IN)
        save_many(self.photos / "more", count)
        work = self.library.folders.refresh()
        assert self.waits() == Progress(Phase.INDEXING, 0, count, held=PLUG_IN)
        return work

    def last(self) -> Progress:
        with self._news:
            return self._progress[-1]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    try:
        yield made
    finally:
        made.library.close()


def test_a_held_library_counts_what_is_new_answers_questions_and_waits(desk: Desk) -> None:
    work = desk.held_with_more(40)
    answer = desk.library.searching.search("red", 1).result(WAIT_S)
    assert [hit.photo.name for hit in answer.hits] == ["red.png"]
    assert not work.done()
    assert desk.library.browsing.status().indexed == 1
    desk.library.folders.hold("until you are away")
    assert desk.last().held == "until you are away", "told although nothing moves"
    desk.library.folders.hold("")
    assert not desk.last().held
    assert work.result(WAIT_S).indexed == 40


def test_what_is_new_is_not_held_where_there_is_nothing_to_index(desk: Desk) -> None:
    desk.library.folders.hold(PLUG_IN)
    (desk.photos / "red.png").unlink()
    assert desk.library.folders.refresh().result(WAIT_S).removed == 1


def test_a_pause_is_told_at_once_too(desk: Desk) -> None:
    work = desk.held_with_more(20)
    desk.library.folders.pause()
    assert desk.last() == Progress(Phase.INDEXING, 0, 20, paused=True, held=PLUG_IN)
    desk.library.folders.hold("")
    desk.library.folders.resume()
    assert work.result(WAIT_S).indexed == 20


def test_held_work_can_be_cancelled(desk: Desk) -> None:
    work = desk.held_with_more(20)
    desk.library.folders.cancel()
    assert work.result(WAIT_S).pending == 20
    assert desk.library.browsing.status().indexed == 1


def test_a_folder_is_removed_from_a_held_library(desk: Desk) -> None:
    desk.held_with_more(20)
    desk.library.folders.remove(desk.photos).result(WAIT_S)
    assert desk.library.browsing.status().photos == 0


def test_a_held_library_can_be_closed(desk: Desk) -> None:
    work = desk.held_with_more(20)
    desk.library.close()
    assert work.result(WAIT_S).pending == 20
