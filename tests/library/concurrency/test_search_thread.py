"""The one thread on which questions are answered, and its end."""

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor

import pytest

from desktop_app.library.concurrency.search_thread import SearchThread
from desktop_app.library.errors import LibraryError

WAIT_S = 60


@pytest.fixture
def others() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def test_jobs_run_in_their_order_and_finish_waits_for_them() -> None:
    thread, done = SearchThread(), list[int]()
    for number in range(3):
        thread.submit(done.append, number)
    thread.finish()
    assert done == [0, 1, 2]
    thread.close()


def test_what_is_asked_of_a_closed_thread_is_cancelled() -> None:
    thread = SearchThread()
    thread.close()
    assert thread.submit(lambda: None).cancelled()
    thread.finish()
    thread.close()


@pytest.mark.parametrize("error", [ValueError("a bug"), LibraryError("The disk is full."), CancelledError()])
def test_a_bug_in_what_nobody_waits_for_is_told_and_no_other_error(
    error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[BaseException | None] = []
    monkeypatch.setattr(threading, "excepthook", lambda met: told.append(met.exc_value))

    def fail() -> None:
        raise error

    thread = SearchThread()
    thread.do(fail)
    thread.finish()
    assert told == ([error] if isinstance(error, ValueError) else [])
    thread.close()
    # Nor is it an error to ask for something when it has ended.
    thread.do(fail)
    assert len(told) <= 1


def test_who_waits_for_the_end_of_all_jobs_hears_of_it_while_the_thread_closes(
    others: ThreadPoolExecutor,
) -> None:
    thread, begun, may_end = SearchThread(), threading.Event(), threading.Event()

    def job() -> bool:
        begun.set()
        return may_end.wait(WAIT_S)

    present = thread.submit(job)
    assert begun.wait(WAIT_S)
    waiting = thread.submit(lambda: None)
    finished = others.submit(thread.finish)
    closed = others.submit(thread.close)
    dropped = threading.Event()
    waiting.add_done_callback(lambda _: dropped.set())
    assert dropped.wait(WAIT_S)
    assert not finished.done()
    may_end.set()
    assert finished.result(WAIT_S) is closed.result(WAIT_S) is None
    assert present.result(WAIT_S)
    assert waiting.cancelled()
