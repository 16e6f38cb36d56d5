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


@pytest.fixture(autouse=True)
def _nothing_is_left_out() -> None:
    """Begin as a program does: the tests before left out what was there (`tests/conftest.py`)."""
    gc.unfreeze()


@pytest.fixture
def collector(qapp: QCoreApplication) -> Iterator[WindowCollector]:
    assert qapp is not None
    # As in a program; tests keep it off.
    gc.enable()
    made = WindowCollector()
    gc.collect()
    yield made
    made.close()
    gc.disable()


@pytest.fixture
def after_the_start(collector: WindowCollector) -> WindowCollector:
    """A collector that has left out what the start of a program imports."""
    collector._has_started = True
    return collector


def make_many() -> list[list[object]]:
    """Make more new objects than Python lets be before it looks for dead ones."""
    return [[] for _ in range(2000)]


def make_very_many() -> list[list[object]]:
    """Make as many as are not looked at at once."""
    return [[] for _ in range(21_000)]


def wait_a_minute(collector: WindowCollector) -> None:
    """Let it look as often as it does in a minute, and once more."""
    for _ in range(61):
        collector.walk()


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
    kept: list[list[object]] = []

    def ended_while_more_is_made() -> bool:
        kept[:] = make_many()
        return bool(ended_on)

    qtbot.waitUntil(ended_while_more_is_made)
    del collector


def test_a_window_in_which_nothing_happens_does_nothing(
    collector: WindowCollector, monkeypatch: pytest.MonkeyPatch
) -> None:
    walks: list[int] = []
    monkeypatch.setattr(gc, "collect", walks.append)
    collector.walk()
    assert walks == []


def test_everything_is_walked_through_now_and_then(collector: WindowCollector) -> None:
    ended_on: list[QThread] = []
    old = Circle(ended_on.append)
    gc.collect()
    del old
    kept = make_many()
    collector.walk()
    assert ended_on == []
    for _ in range(59):
        del kept
        kept = make_many()
        collector.walk()
    del kept
    assert ended_on == [QThread.currentThread()]


def test_while_very_much_is_new_a_walk_waits_for_a_minute(after_the_start: WindowCollector) -> None:
    ended_on: list[QThread] = []
    kept = make_very_many()
    Circle(ended_on.append)
    after_the_start.walk()
    assert ended_on == []
    wait_a_minute(after_the_start)
    assert ended_on == [QThread.currentThread()]
    del kept


def test_a_walk_waits_no_longer_once_what_was_new_has_ended(collector: WindowCollector) -> None:
    ended_on: list[QThread] = []
    kept = make_very_many()
    Circle(ended_on.append)
    collector.walk()
    del kept
    kept = make_many()
    collector.walk()
    assert ended_on == [QThread.currentThread()]
    del kept


def test_what_a_start_imports_is_left_out_without_a_look(collector: WindowCollector) -> None:
    kept = make_very_many()
    wait_a_minute(collector)
    assert gc.get_freeze_count() > len(kept)


def test_what_survived_a_walk_through_much_is_left_out_of_the_next(after_the_start: WindowCollector) -> None:
    kept = []
    for _ in range(20):
        assert gc.get_freeze_count() == 0
        kept.append(make_many())
        after_the_start.walk()
    assert gc.get_freeze_count() > 20 * len(kept[0])


def test_after_walks_through_little_nothing_is_left_out(after_the_start: WindowCollector) -> None:
    kept = [make_many(), make_many()]
    wait_a_minute(after_the_start)
    assert gc.get_freeze_count() == 0
    del kept


def test_new_circles_are_freed_where_much_was_left_out(collector: WindowCollector) -> None:
    kept = make_very_many()
    wait_a_minute(collector)
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
