"""The one thread that changes the library: in order, to the end, and nothing after it."""

import itertools
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from functools import partial

import pytest

from desktop_app.library.concurrency.writer import IdlePauses, Writer
from desktop_app.library.errors import LibraryError


@pytest.fixture
def writer() -> Iterator[Writer]:
    made = Writer(idle_s=0.01)
    yield made
    made.close()


def test_what_was_queued_before_closing_is_done_and_what_comes_later_is_cancelled(writer: Writer) -> None:
    go_on = threading.Event()
    done: list[int] = []
    held = writer.submit(lambda: go_on.wait(10))
    queued = [writer.submit(partial(done.append, number)) for number in range(3)]
    assert writer.is_wanted
    closing = threading.Thread(target=writer.close)
    closing.start()
    go_on.set()
    closing.join()
    assert held.result(0)
    assert all(future.done() for future in queued)
    assert done == [0, 1, 2]
    late = writer.submit(lambda: done.append(9))
    with pytest.raises(CancelledError):
        late.result(1)
    writer.close()
    assert done == [0, 1, 2]


def test_an_error_is_told_to_whoever_waits_and_the_next_job_is_done(writer: Writer) -> None:
    def fail() -> None:
        raise LibraryError("The disk is full.")

    failed, good = writer.submit(fail), writer.submit(lambda: 7)
    with pytest.raises(LibraryError):
        failed.result(10)
    assert good.result(10) == 7


def test_a_job_that_was_cancelled_before_its_turn_is_not_done(writer: Writer) -> None:
    go_on = threading.Event()
    done: list[int] = []
    writer.submit(lambda: go_on.wait(10))
    unwanted = writer.submit(lambda: done.append(1))
    assert unwanted.cancel()
    go_on.set()
    assert writer.submit(lambda: 7).result(10) == 7
    assert done == []


def test_the_pauses_between_idle_moments_that_find_nothing_grow_up_to_the_longest() -> None:
    pauses = IdlePauses(1.0, 5.0)
    seen = []
    for _ in range(6):
        seen.append(pauses.seconds)
        pauses.was_idle(0.002)
    assert seen == [1.0, 1.5, 2.25, 3.375, 5.0, 5.0]


def test_after_a_job_or_an_idle_moment_that_did_something_the_next_comes_soon() -> None:
    pauses = IdlePauses(1.0, 5.0)
    for begin_anew in (pauses.worked, partial(pauses.was_idle, 0.5)):
        for _ in range(9):
            pauses.was_idle(0.0)
        assert pauses.seconds == 5.0
        begin_anew()
        assert pauses.seconds == 1.0


def test_a_shortest_pause_above_the_longest_is_kept() -> None:
    pauses = IdlePauses(9.0, 5.0)
    pauses.was_idle(0.0)
    assert pauses.seconds == 9.0


def test_a_writer_at_rest_is_idle_less_and_less_often() -> None:
    made = Writer(idle_s=0.01, longest_idle_s=60.0)
    moments: list[float] = []
    enough = threading.Event()

    def be_idle() -> None:
        moments.append(time.monotonic())
        if len(moments) == 10:
            enough.set()

    made.idle = be_idle
    assert enough.wait(30)
    # The tenth moment comes after a pause 38 times as long as the first.
    made.close()
    pauses = [later - earlier for earlier, later in itertools.pairwise(moments[:10])]
    assert pauses[-1] > 0.25
