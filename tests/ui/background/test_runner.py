"""Slow work off the GUI thread: delivered there, or dropped when nobody waits for it any more."""

import threading
from concurrent.futures import Future

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.library import LibraryError
from desktop_app.ui.background.runner import Background


@pytest.fixture
def background(qtbot: QtBot):
    background = Background()
    yield background
    background.close()


def test_work_runs_elsewhere_and_its_result_arrives_on_the_gui_thread(qtbot, background):
    seen = []
    background.run(threading.current_thread, lambda thread: seen.append((thread, threading.current_thread())))
    qtbot.waitUntil(lambda: bool(seen))
    worked, delivered = seen[0]
    assert worked is not threading.main_thread()
    assert delivered is threading.main_thread()


def test_a_newer_question_on_a_channel_outdates_the_older_one(qtbot, background):
    hold = threading.Event()
    answers: list[object] = []
    background.run(lambda: hold.wait(5) and "old", answers.append, channel="search")
    background.run(lambda: "new", answers.append, channel="search")
    qtbot.waitUntil(lambda: answers == ["new"])
    hold.set()
    background.run(lambda: "other", answers.append)
    qtbot.waitUntil(lambda: "other" in answers)
    assert answers == ["new", "other"]


def test_without_a_channel_every_result_is_delivered(qtbot, background):
    answers: list[int] = []
    for number in range(20):
        background.run(lambda number=number: number, answers.append)
    qtbot.waitUntil(lambda: sorted(answers) == list(range(20)))


def test_an_error_of_the_library_goes_to_whom_it_concerns(qtbot, background):
    def fail() -> None:
        raise LibraryError("The drive is gone.")

    errors: list[LibraryError] = []
    background.run(fail, lambda _: None, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert errors[0].sentence == "The drive is gone."


def test_a_bug_reaches_the_hook_of_uncaught_errors(qtbot, background):
    with qtbot.captureExceptions() as caught:
        background.run(lambda: 1 / 0, lambda _: None, lambda _: None)
        qtbot.waitUntil(lambda: bool(caught))
    assert caught[0][0] is ZeroDivisionError


def test_a_future_of_the_engine_is_awaited(qtbot, background):
    future: Future[str] = Future()
    answers: list[str] = []
    background.await_future(future, answers.append, channel="search")
    threading.Thread(target=future.set_result, args=("found",)).start()
    qtbot.waitUntil(lambda: answers == ["found"])


def test_a_cancelled_future_delivers_nothing(qtbot, background):
    future: Future[str] = Future()
    answers: list[str] = []
    background.await_future(future, answers.append, answers.append)
    future.cancel()
    background.run(lambda: "after", answers.append)
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == ["after"]


@pytest.mark.parametrize("error", [None, LibraryError("It failed."), ZeroDivisionError(), "cancelled"])
def test_that_work_has_ended_is_said_first_whatever_it_came_to(qtbot, background, error):
    future: Future[str] = Future()
    said: list[object] = []
    background.await_future(future, said.append, said.append, ended=lambda: said.append("ended"))
    with qtbot.captureExceptions() as caught:
        if error == "cancelled":
            future.cancel()
        elif error is not None:
            future.set_exception(error)
        else:
            future.set_result("done")
        background.run(lambda: "after", said.append)
        qtbot.waitUntil(lambda: "after" in said)
    told = ["done"] if error is None else [error] if isinstance(error, LibraryError) else []
    assert said == ["ended", *told, "after"]
    assert len(caught) == isinstance(error, ZeroDivisionError)


def test_what_is_outdated_does_not_say_that_it_has_ended(qtbot, background):
    future: Future[str] = Future()
    said: list[object] = []
    background.await_future(future, said.append, ended=lambda: said.append("ended"), channel="search")
    background.await_future(Future(), said.append, channel="search")
    future.cancel()
    background.run(lambda: "after", said.append)
    qtbot.waitUntil(lambda: "after" in said)
    assert said == ["after"]


def test_what_may_hang_keeps_neither_other_work_nor_the_end_waiting(qtbot):
    background = Background(threads=1)
    may_end, begun, answers = threading.Event(), threading.Semaphore(0), list[object]()

    def hang() -> bool:
        begun.release()
        return may_end.wait(60)

    background.run(lambda: "quick", answers.append, may_hang=True)
    qtbot.waitUntil(lambda: answers == ["quick"])
    for _ in range(2):
        background.run(hang, answers.append, may_hang=True)
        assert begun.acquire(timeout=60)
    background.run(lambda: "other", answers.append)
    qtbot.waitUntil(lambda: answers == ["quick", "other"])
    background.close()
    may_end.set()
    qtbot.waitUntil(lambda: "look" not in {thread.name for thread in threading.enumerate()})
    assert answers == ["quick", "other"]


def test_an_outdated_channel_delivers_nothing(qtbot, background):
    future: Future[str] = Future()
    answers: list[str] = []
    background.await_future(future, answers.append, channel="search")
    background.outdate("search")
    future.set_result("late")
    background.run(lambda: "after", answers.append)
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == ["after"]


def test_nothing_is_delivered_after_close(qtbot):
    background = Background()
    future: Future[str] = Future()
    answers: list[str] = []
    background.await_future(future, answers.append)
    background.close()
    future.set_result("late")
    background.run(lambda: "later", answers.append)
    # Arrives after all that was under way.
    other = Background()
    other.run(lambda: "from another", answers.append)
    qtbot.waitUntil(lambda: "from another" in answers)
    other.close()
    assert answers == ["from another"]
