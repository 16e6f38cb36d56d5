"""Indexing lets questions go first, and still goes on however much is asked."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count

import pytest

from desktop_app.library.concurrency import courtesy as courtesies
from desktop_app.library.concurrency.courtesy import Courtesy

WAIT_S = 30
# Long enough for a thread that does not step aside to show it.
_NOTICE_S = 0.2


@dataclass
class Work:
    """A thread that steps aside once."""

    courtesy: Courtesy
    went_on: threading.Event = field(default_factory=threading.Event)

    def start(self) -> "Work":
        threading.Thread(target=self._run, daemon=True).start()
        return self

    def _run(self) -> None:
        self.courtesy.step_aside()
        self.went_on.set()


@pytest.fixture
def questions() -> Iterator[ExitStack]:
    """Questions being answered; all have their answer when the test ends."""
    with ExitStack() as stack:
        yield stack


def test_without_a_question_nothing_waits() -> None:
    assert Work(Courtesy(WAIT_S)).start().went_on.wait(WAIT_S)


def test_work_goes_on_when_the_question_has_its_answer(questions: ExitStack) -> None:
    courtesy = Courtesy(2 * WAIT_S)
    questions.enter_context(courtesy.answering())
    work = Work(courtesy).start()
    assert not work.went_on.wait(_NOTICE_S)
    questions.close()
    assert work.went_on.wait(WAIT_S)


def test_work_does_not_wait_for_the_next_question_too(questions: ExitStack) -> None:
    courtesy, first = Courtesy(2 * WAIT_S), ExitStack()
    first.enter_context(courtesy.answering())
    work = Work(courtesy).start()
    assert not work.went_on.wait(_NOTICE_S)
    questions.enter_context(courtesy.answering())
    first.close()
    assert work.went_on.wait(WAIT_S)


def test_a_question_that_takes_long_is_not_waited_for(questions: ExitStack) -> None:
    courtesy = Courtesy(most_s=0.01)
    questions.enter_context(courtesy.answering())
    assert Work(courtesy).start().went_on.wait(WAIT_S)


def test_a_question_that_failed_is_over() -> None:
    courtesy = Courtesy(WAIT_S)
    with pytest.raises(ZeroDivisionError), courtesy.answering():
        raise ZeroDivisionError
    assert Work(courtesy).start().went_on.wait(WAIT_S)


def test_nothing_gives_way_in_a_window_that_nobody_uses() -> None:
    courtesy = Courtesy()
    assert not courtesy.is_used
    courtesy.use(0.0)
    courtesy.give_way(lambda: pytest.fail("waited"))
    assert not courtesy.is_used


def test_work_gives_way_until_nobody_uses_the_window() -> None:
    courtesy = Courtesy()
    courtesy.use(0.3)
    courtesy.use(0.0)
    assert courtesy.is_used
    courtesy.give_way()
    assert not courtesy.is_used


def test_work_that_gave_way_for_long_goes_on_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesies, "_LONGEST_WAY_S", 0.2)
    monkeypatch.setattr(courtesies, "_PIECE_S", WAIT_S)
    courtesy, asked = Courtesy(), count()
    courtesy.use(3600)
    courtesy.give_way(lambda: next(asked) < 0)
    assert next(asked) > 1
    courtesy.give_way(lambda: pytest.fail("waited"))
    assert courtesy.is_used


def test_work_that_is_to_end_gives_way_to_nobody() -> None:
    courtesy = Courtesy()
    courtesy.use(3600)
    courtesy.give_way(lambda: True)
    assert courtesy.is_used


def test_it_is_quiet_when_nobody_asks_and_the_last_answer_was_a_while_ago(questions: ExitStack) -> None:
    courtesy = Courtesy()
    assert courtesy.is_quiet(3600)
    questions.enter_context(courtesy.answering())
    assert not courtesy.is_quiet(0)
    questions.close()
    assert courtesy.is_quiet(0)
    assert not courtesy.is_quiet(3600)
