"""One run of the window on a made library: opened, searched, a photo looked at, scrolled through, and left alone.

Started as a process of its own by `steps`; writes what it found beside the library.
"""

import gc
import json
import shutil
import sys
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QModelIndex, QObject, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_app.ui.app.application import run
from desktop_app.ui.app.session import Session
from desktop_app.ui.grid.roles import Role
from desktop_app.ui.search.question import Words
from tests.benchmarks.process_tree import Tree
from tests.benchmarks.samples import make_photos
from tests.benchmarks.scale.making import ScaleLibrary
from tests.benchmarks.scale.measured import FAULTS, Measured, cpu_s_of_all
from tests.benchmarks.scale.steps import JOURNEY_NAME, SCREENSHOT_NAME

_BEAT_MS = 5
# While it is measured what the window itself does in peace.
_SLOW_BEAT_MS = 500
_LONGEST_STEP_S = 120.0
_QUERIES = ("a dog on the beach", "two children in the snow", "an old car at night")
_NEW_PHOTO = "new photo of a benchmark.jpg"
# What one new photo causes is watched for so long at most.
_CAUSED_S = 65.0

Wait = tuple[Callable[[], bool], float]
"""What is waited for, and for how many seconds at most."""


@dataclass(slots=True)
class Stalls:
    """Pauses of the window's thread: how long it answered nothing, and how much of that it computed."""

    wall_ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    when: list[str] = field(default_factory=list)

    def add(self, wall_ms: float, cpu_ms: float, when: str) -> None:
        """Take one down."""
        self.wall_ms.append(wall_ms)
        self.cpu_ms.append(cpu_ms)
        self.when.append(when)


class Journey(QObject):
    """Uses the window step by step, while a timer in its thread notes how long that answers nothing.

    Attributes:
        measured: What was found.
    """

    def __init__(self, session: Session, library: ScaleLibrary, plan: "Plan") -> None:
        super().__init__(session)
        self.measured = Measured()
        self._session = session
        self._window = session.window
        self._library = library
        self._plan = plan
        self._phase = "start"
        self._stalls = Stalls()
        self._wait: Wait = (lambda: True, 0.0)
        self._until = 0.0
        # Of a core, by the beat alone.
        self._beat_share = 0.0
        self._steps = self._walk()
        self._wall, self._cpu = time.perf_counter(), time.thread_time()
        self._beat = QTimer(self, interval=_BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._beat.timeout.connect(self._tick)
        self._beat.start()

    def _tick(self) -> None:
        wall, cpu = time.perf_counter(), time.thread_time()
        paused_ms = 1000 * (wall - self._wall) - self._beat.interval()
        if paused_ms > _BEAT_MS and self._beat.interval() == _BEAT_MS:
            self._stalls.add(paused_ms, 1000 * (cpu - self._cpu), self._phase)
        self._look()
        self._wall, self._cpu = time.perf_counter(), time.thread_time()

    def _look(self) -> None:
        condition, _ = self._wait
        try:
            if condition() or time.monotonic() > self._until:
                self._wait = next(self._steps)
                self._until = time.monotonic() + self._wait[1]
        except StopIteration:
            self._end()
        except FAULTS as error:
            self.measured.notes.append(f"the journey ended at “{self._phase}”: {error}")
            self._end()

    def _end(self) -> None:
        self._beat.stop()
        stalls = self._stalls
        worst = sorted(zip(stalls.wall_ms, stalls.cpu_ms, stalls.when, strict=True), reverse=True)
        if worst:
            self.measured.figures |= {"stall_ms": worst[0][0], "stall_cpu_ms": worst[0][1]}
            most = max(stalls.cpu_ms)
            self.measured.figures["stall_most_cpu_ms"] = most
            said = "; ".join(
                f"{wall:.0f} ms ({cpu:.0f} on the processor) at “{when}”" for wall, cpu, when in worst[:5]
            )
            self.measured.notes.append(f"the window's longest stalls: {said}")
        self._window.close()

    def _walk(self) -> Generator[Wait, None, None]:
        yield from self._opened()
        yield from self._searched()
        yield from self._looked_at()
        yield from self._scrolled()
        yield from self._dragged()
        yield from self._rested()
        yield from self._new_photo()

    def _opened(self) -> Generator[Wait, None, None]:
        self._phase = "opening"
        yield self._in_sight, _LONGEST_STEP_S * 2
        self.measured.figures["thumbnails_cpu_s"] = cpu_s_of_all()
        self._note("thumbnails_s", time.time() - self._plan.started, self._in_sight())
        self._grab("window-start.png")

    def _searched(self) -> Generator[Wait, None, None]:
        for number, text in enumerate(_QUERIES):
            self._phase = "searching"
            began = time.perf_counter()
            self._do(partial(self._session.take, text, []))
            yield partial(self._answers, text), _LONGEST_STEP_S
            key = "window_query_s" if number == 0 else f"window_query_{number + 1}_s"
            self._note(key, time.perf_counter() - began, self._answers(text))
        self._grab(SCREENSHOT_NAME)
        yield (lambda: False), 2.0
        tree = Tree(_own_pid())
        tree.look()
        self.measured.figures |= {"memory_mb": tree.now_mb, "window_process_mb": tree.root_mb}

    def _looked_at(self) -> Generator[Wait, None, None]:
        self._phase = "one photo large"
        photos = self._window.pages.photos
        photo = photos.model.photo_at_row(0)
        if photo is None:
            return
        began = time.perf_counter()
        self._do(partial(photos.view.preview_wanted.emit, photo))
        yield self._window.shows_photo, 20.0
        self._note("photo_open_s", time.perf_counter() - began, self._window.shows_photo())
        yield (lambda: False), 1.0
        for _ in range(5):
            self._phase = "the next photo"
            self._do(partial(QTest.keyClick, self._window.photo_view, Qt.Key.Key_Right))
            yield (lambda: False), 0.2
        self._phase = "back to the grid"
        self._do(self._window.photo_view.leave)
        yield (lambda: not self._window.shows_photo()), 20.0
        self._phase = "all photos again"
        self._do(self._window.top.search.field.clear)
        yield (lambda: self._shown() >= self._library.count * 0.8 and self._in_sight()), _LONGEST_STEP_S
        self.measured.figures["all_again_photos"] = self._shown()

    def _scrolled(self) -> Generator[Wait, None, None]:
        self._phase = "scrolling"
        view = self._window.pages.photos.view
        bar = view.verticalScrollBar()
        bar.setValue(0)
        step = max(1, view.viewport().height() // 5)
        frames: list[float] = []
        computed: list[float] = []

        def scroll() -> None:
            bar.setValue(bar.value() + step)
            # What came into sight is painted at once, and nothing else happens between.
            QCoreApplication.sendPostedEvents(None, QEvent.Type.UpdateRequest.value)

        for _ in range(self._plan.frames):
            frames.append(self._do(scroll))
            computed.append(self._stalls.cpu_ms[-1])
            yield (lambda: True), 0.0
        self.measured.figures |= {
            "scroll_p50_ms": float(np.quantile(frames, 0.5)),
            "scroll_p99_ms": float(np.quantile(frames, 0.99)),
            "scroll_p99_cpu_ms": float(np.quantile(computed, 0.99)),
        }
        self._phase = "painting all anew"
        whole = []
        for _ in range(max(1, self._plan.frames // 5)):
            whole.append(self._do(view.viewport().repaint))
            yield (lambda: True), 0.0
        self.measured.figures["paint_p99_ms"] = float(np.quantile(whole, 0.99))

    def _dragged(self) -> Generator[Wait, None, None]:
        self._phase = "dragging the scroll bar"
        bar = self._window.pages.photos.view.verticalScrollBar()
        bar.setSliderDown(True)
        for place in range(1, 41):
            there = place if place % 2 else 40 - place
            self._do(partial(bar.setSliderPosition, bar.maximum() * there // 40))
            yield (lambda: False), 0.05
        self._do(partial(bar.setSliderPosition, bar.maximum() // 2))
        bar.setSliderDown(False)
        began = time.perf_counter()
        yield self._in_sight, 60.0
        self._note("drag_s", time.perf_counter() - began, self._in_sight())
        self._grab("window-middle.png")
        bar.setValue(0)

    def _rested(self) -> Generator[Wait, None, None]:
        self._phase = "coming to rest"
        self._beat.setInterval(_SLOW_BEAT_MS)
        rest = _Rest(self._plan.quiet_s)
        yield rest.reached, self._plan.settle_s
        self.measured.figures |= {"rest_s": rest.waited_s, "memory_rested_mb": _memory_mb()}
        self._phase = "nothing happens"
        before, began = cpu_s_of_all(), time.perf_counter()
        yield (lambda: False), self._plan.idle_s
        used, elapsed = cpu_s_of_all() - before, time.perf_counter() - began
        self.measured.figures["idle_percent"] = 100 * used / elapsed
        self._beat.setInterval(_BEAT_MS)
        before, began = cpu_s_of_all(), time.perf_counter()
        yield (lambda: False), min(3.0, self._plan.idle_s)
        self._beat_share = (cpu_s_of_all() - before) / (time.perf_counter() - began)

    def _new_photo(self) -> Generator[Wait, None, None]:
        self._phase = "one new photo"
        folder = self._library.photos / "new photos of a journey"
        drawn = make_photos(self._library.base.parent / "new photos", 1, (640, 480))[0]
        folder.mkdir(exist_ok=True)
        shown, before, began = self._shown(), cpu_s_of_all(), time.perf_counter()
        shutil.copy(drawn, folder / _NEW_PHOTO)
        try:
            yield (lambda: self._shown() > shown), _CAUSED_S
            took = time.perf_counter() - began
            self._note("new_photo_s", took, self._shown() > shown)
            self._phase = "after one new photo"
            self._beat.setInterval(_SLOW_BEAT_MS)
            rest = _Rest(self._plan.quiet_s)
            yield rest.reached, max(1.0, _CAUSED_S - took)
            self.measured.figures["new_photo_cpu_s"] = max(
                0.0, cpu_s_of_all() - before - took * self._beat_share
            )
        finally:
            (folder / _NEW_PHOTO).unlink()
        yield (lambda: self._shown() <= shown), 20.0
        folder.rmdir()

    def _do(self, act: Callable[[], object]) -> float:
        """Do what a person does; the window's thread answers nothing until that returns. Returns its milliseconds."""
        wall, cpu = time.perf_counter(), time.thread_time()
        act()
        wall_ms = 1000 * (time.perf_counter() - wall)
        self._stalls.add(wall_ms, 1000 * (time.thread_time() - cpu), self._phase)
        return wall_ms

    def _note(self, key: str, value: float, came: bool) -> None:
        if came:
            self.measured.figures[key] = value
        else:
            self.measured.problems[key] = f"did not happen within {value:.0f} s"

    def _answers(self, text: str) -> bool:
        library = self._session.library
        return library is not None and library.search.answered() == Words(text) and self._in_sight()

    def _shown(self) -> int:
        return self._window.pages.photos.model.count()

    def _in_sight(self) -> bool:
        """Whether every cell in sight has its picture."""
        view = self._window.pages.photos.view
        if not view.isVisible() or not view.model().rowCount(QModelIndex()):
            return False
        size = view.viewport().size()
        places = [
            QPoint(size.width() * across // 8, size.height() * down // 8)
            for across in range(1, 8)
            for down in range(1, 8)
        ]
        cells = [cell for place in places if (cell := view.indexAt(place)).isValid()]
        return bool(cells) and all(cell.data(Role.THUMBNAIL) is not None for cell in cells)

    def _grab(self, name: str) -> None:
        self._window.grab().save(str(self._library.base / name))


class _Rest:
    """Tells when the process and its children have hardly used a processor for a while."""

    def __init__(self, quiet_s: float) -> None:
        self._quiet_s = quiet_s
        self._began = self._looked = self._rested = time.monotonic()
        self._before = cpu_s_of_all()

    @property
    def waited_s(self) -> float:
        """Seconds until it rested."""
        return self._rested - self._began

    def reached(self) -> bool:
        """Look once a second; true when it has been quiet for long enough."""
        now = time.monotonic()
        if now - self._looked >= 1.0:
            used = cpu_s_of_all()
            if used - self._before > 0.1 * (now - self._looked):
                self._rested = now
            self._before, self._looked = used, now
        return now - self._rested >= self._quiet_s


def _memory_mb() -> float:
    tree = Tree(_own_pid())
    tree.look()
    return tree.now_mb


def _own_pid() -> int:
    import os

    return os.getpid()


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of it is done.

    Attributes:
        frames: Frames of scrolling.
        settle_s: Longest that it may take to come to rest.
        idle_s: How long it is watched while nothing happens.
        quiet_s: How long it must have been quiet to be at rest.
        started: When the process was started, as `time.time`.
    """

    frames: int
    settle_s: float
    idle_s: float
    quiet_s: float
    started: float


def main(arguments: list[str]) -> int:
    """Run the window on a library, and write what was found beside it."""
    base, count, frames, settle_s, idle_s, quiet_s, started = arguments
    library = ScaleLibrary(Path(base), int(count))
    plan = Plan(int(frames), float(settle_s), float(idle_s), float(quiet_s), float(started))
    journeys: list[Journey] = []
    # As the program does: what was imported is left out of the walks of the garbage collector, which stop the window.
    gc.freeze()
    run(
        library.paths,
        own=library.own,
        begun=lambda session: journeys.append(Journey(session, library, plan)),
    )
    measured = journeys[0].measured
    platform = QApplication.platformName()
    measured.notes.append(f"window: {platform}, thumbnails of 3 KB in place of 40, so cheaper to decode")
    answer = {"figures": measured.figures, "problems": measured.problems, "notes": measured.notes}
    (library.base / JOURNEY_NAME).write_text(json.dumps(answer), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
