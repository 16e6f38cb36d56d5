"""The interpreter while a window is open: short turns of threads, short walks of the garbage collector."""

import gc
import sys
from collections.abc import Iterator

import pytest

from desktop_app.ui.interpreter import ShortWalks, tuned_for_a_window


class Circle:
    """Refers to itself, so that only the garbage collector can free it."""

    freed = 0

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        Circle.freed += 1


@pytest.fixture
def walks() -> Iterator[list[float]]:
    """How long the next walks take, by the clock that is asked."""
    took: list[float] = []
    now = 0.0

    def clock() -> float:
        # Asked at the beginning and the end of each walk.
        nonlocal now
        now += took.pop(0) if took else 0.0
        return now

    hears = ShortWalks(clock)
    gc.callbacks.append(hears)
    yield took
    gc.callbacks.remove(hears)
    gc.unfreeze()


def test_after_a_long_walk_everything_is_left_out_of_the_next(walks: list[float]) -> None:
    walks += [0.0, 0.1]
    gc.collect()
    assert gc.get_freeze_count() > 1000


def test_after_a_short_walk_nothing_is_left_out(walks: list[float]) -> None:
    walks += [0.0, 0.001]
    gc.collect()
    assert gc.get_freeze_count() == 0


def test_walks_among_young_objects_do_not_count(walks: list[float]) -> None:
    walks += [0.0, 0.1]
    gc.collect(1)
    assert gc.get_freeze_count() == 0
    assert walks == [0.0, 0.1]


def test_new_circles_are_freed_all_the_same(walks: list[float]) -> None:
    walks += [0.0, 0.1]
    gc.collect()
    Circle.freed = 0
    Circle()
    gc.collect()
    assert Circle.freed == 1


def test_all_is_as_before_when_the_window_is_gone() -> None:
    before = sys.getswitchinterval(), list(gc.callbacks), gc.get_freeze_count()
    with tuned_for_a_window():
        assert sys.getswitchinterval() < before[0]
        assert len(gc.callbacks) == len(before[1]) + 1
        gc.freeze()
    assert (sys.getswitchinterval(), list(gc.callbacks), gc.get_freeze_count()) == before
