"""The one thread that changes the library: in order, to the end, and nothing after it."""

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from functools import partial

import pytest

from desktop_app.library.concurrency.writer import Writer
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
