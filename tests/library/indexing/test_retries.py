"""When photos are tried again that could not be read."""

from pathlib import Path

import pytest

from desktop_app.library.indexing.retries import FIRST_S, LONGEST_S, Retries

A, B, C = (Path(f"/photos/{name}.jpg") for name in "abc")


class Clock:
    def __init__(self) -> None:
        self.now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def retries(clock: Clock) -> Retries:
    return Retries(clock)


def test_the_pause_doubles_up_to_an_hour(retries: Retries, clock: Clock) -> None:
    pauses = []
    for _ in range(10):
        retries.failed(A)
        began = clock.now_s
        while not retries.due(9):
            clock.now_s += FIRST_S
        pauses.append(clock.now_s - began)
    assert pauses[:4] == [FIRST_S, 2 * FIRST_S, 4 * FIRST_S, 8 * FIRST_S]
    assert pauses[-3:] == [LONGEST_S] * 3


def test_a_photo_is_due_at_its_time_and_not_before(retries: Retries, clock: Clock) -> None:
    assert retries.is_due(A)
    retries.failed(A)
    clock.now_s += FIRST_S - 0.1
    assert (retries.is_due(A), retries.due(9)) == (False, [])
    clock.now_s += 0.1
    assert (retries.is_due(A), retries.due(9)) == (True, [A])
    # As long as it was not tried.
    assert retries.due(9) == [A]


@pytest.mark.parametrize("most", [1, 2])
def test_more_than_one_moment_takes_are_left_for_the_next(retries: Retries, clock: Clock, most: int) -> None:
    for photo in (A, B, C):
        retries.failed(photo)
    clock.now_s += FIRST_S
    seen = set()
    for _ in range(3):
        due = retries.due(most)
        assert len(due) <= most
        seen.update(due)
        for photo in due:
            retries.failed(photo)
    assert seen == {A, B, C}
    clock.now_s += 2 * FIRST_S
    assert set(retries.due(9)) == {A, B, C}


def test_what_could_be_read_begins_from_the_start(retries: Retries, clock: Clock) -> None:
    retries.failed(A)
    retries.failed(A)
    retries.forget([A, B])
    assert retries.is_due(A)
    retries.failed(A)
    clock.now_s += FIRST_S
    assert retries.due(9) == [A]
