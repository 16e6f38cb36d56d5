"""The interpreter while a window is open: short turns of threads, short walks of the collector, on one thread only."""

import gc
import linecache
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QObject, Qt, QThread
from pytestqt.qtbot import QtBot

from desktop_app.ui.app.interpreter import WindowCollector, tuned_for_a_window


class Circle(QObject):
    """Refers to itself, so that only the garbage collector can free it."""

    def __init__(self, ended: Callable[[QThread], None] = lambda _thread: None) -> None:
        super().__init__()
        self.me = self
        self.destroyed.connect(lambda: ended(QThread.currentThread()), Qt.ConnectionType.DirectConnection)


class Clock:
    """Lets every walk take as long as it is told."""

    def __init__(self) -> None:
        self.step_s = 0.0
        self.now_s = 0.0

    def __call__(self) -> float:
        self.now_s += self.step_s
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def collector(qapp: QCoreApplication, clock: Clock) -> Iterator[WindowCollector]:
    assert qapp is not None
    # As in a program; tests keep it off.
    gc.enable()
    made = WindowCollector(clock)
    gc.collect()
    yield made
    made.close()
    gc.disable()


def make_many() -> list[list[object]]:
    """Make more new objects than Python lets be before it looks for dead ones."""
    return [[] for _ in range(2000)]


def make_more_than_ever() -> None:
    """Make what has Python's own collector walk through young and old."""
    for _ in range(200):
        make_many()


def test_what_threads_make_ends_no_object_of_the_window_on_their_thread(
    collector: WindowCollector, qtbot: QtBot
) -> None:
    ended_on: list[QThread] = []
    Circle(ended_on.append)
    worker = threading.Thread(target=make_more_than_ever, name="maker")
    worker.start()
    worker.join()
    assert ended_on == []
    kept = make_many()
    collector.walk()
    qtbot.waitUntil(lambda: bool(ended_on))
    assert ended_on == [QThread.currentThread()]
    del kept


def test_it_walks_by_itself(collector: WindowCollector, qtbot: QtBot) -> None:
    ended_on: list[QThread] = []
    Circle(ended_on.append)
    kept: list[list[list[object]]] = []

    def ended_while_more_is_made() -> bool:
        kept.append(make_many())
        return bool(ended_on)

    qtbot.waitUntil(ended_while_more_is_made)
    del collector


def test_a_window_in_which_nothing_happens_does_nothing(collector: WindowCollector, clock: Clock) -> None:
    before = clock.now_s
    clock.step_s = 1.0
    collector.walk()
    assert clock.now_s == before


def test_everything_is_walked_through_now_and_then(collector: WindowCollector) -> None:
    ended_on: list[QThread] = []
    old = Circle(ended_on.append)
    gc.collect()
    del old
    kept = []
    for _ in range(60):
        assert ended_on == []
        kept.append(make_many())
        collector.walk()
    assert ended_on == [QThread.currentThread()]


def test_after_a_long_walk_what_is_there_is_left_out_of_the_next(
    collector: WindowCollector, clock: Clock
) -> None:
    kept = make_many()
    clock.step_s = 0.1
    collector.walk()
    assert gc.get_freeze_count() > len(kept)


def test_after_a_short_walk_nothing_is_left_out(collector: WindowCollector, clock: Clock) -> None:
    kept = make_many()
    clock.step_s = 0.001
    collector.walk()
    assert gc.get_freeze_count() == 0
    del kept


def test_new_circles_are_freed_after_a_long_walk_all_the_same(
    collector: WindowCollector, clock: Clock
) -> None:
    clock.step_s = 0.1
    kept = make_many()
    collector.walk()
    ended_on: list[QThread] = []
    Circle(ended_on.append)
    more = make_many()
    collector.walk()
    assert len(ended_on) == 1
    del kept, more


@pytest.mark.parametrize("enabled", [True, False])
def test_all_is_as_before_when_the_window_is_gone(qapp: QCoreApplication, enabled: bool) -> None:
    assert qapp is not None
    was = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    before = sys.getswitchinterval(), gc.isenabled(), gc.get_freeze_count()
    with tuned_for_a_window():
        assert sys.getswitchinterval() < before[0]
        assert not gc.isenabled()
        gc.freeze()
    after = sys.getswitchinterval(), gc.isenabled(), gc.get_freeze_count()
    (gc.enable if was else gc.disable)()
    assert after == before


def test_no_source_of_what_is_imported_beside_qt_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = tmp_path / "imported_beside_qt.py"
    module.write_text("import math\n")
    monkeypatch.syspath_prepend(tmp_path)
    __import__(module.stem)
    assert str(module) not in linecache.cache
