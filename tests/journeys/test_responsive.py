"""The window goes on while photos are indexed: searches are answered, and the engine is never waited for.

How quick that is, is printed and recorded, and no reason to fail: it says as much about the machine as about the
window. VISLUMBRE_PHOTOS=10000 indexes as many photos.
"""

import itertools
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import wraps
from pathlib import Path
from typing import Any, ClassVar, cast

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, QTimer
from pytestqt.qtbot import QtBot

from desktop_app.library import Listener, PhotoLibrary
from desktop_app.library.models.embedder import Prepared, Vectors
from desktop_app.ui.app.interpreter import tuned_for_a_window
from desktop_app.ui.search.question import Words
from desktop_app.ui.system.drops import Offered
from desktop_app.ui.window.pages import Page
from tests.fakes import COLOURS, ColorEmbedder
from tests.journeys.window import WAIT_MS, Person, window_on
from tests.pictures import save_colour, save_many

_PHOTOS = int(os.environ.get("VISLUMBRE_PHOTOS", "200"))
# Photos of 10,000 are indexed for a minute or more.
_TIMEOUT_S = 180 + _PHOTOS // 10
_LEAST_SEARCHES = 25
_HELD = 10
_BEAT_MS = 5
# None waits for anything: a listener is put on a list, exclusions and which models are open are held in memory.
_AT_ONCE = {"subscribe", "exclusions", "in_use", "answering", "is_switching"}

Call = tuple[str, bool, bool]
"""A method of the engine, whether the window's thread called it, and whether it gave nothing but a promise."""


class Heard:
    """A service, or a part of one, that notes who calls it from where."""

    def __init__(self, service: object) -> None:
        self._service = service

    def __getattr__(self, name: str) -> object:
        value = getattr(self._service, name)
        if name.startswith("_"):
            return value
        if callable(value):
            return _noting(name, value)
        return Heard(value) if name == "left_out" else value


class HeardLibrary(PhotoLibrary):
    """Notes who calls it, and the services it offers, from where."""

    calls: ClassVar[set[Call]] = set()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.folders = cast("Any", Heard(self.folders))
        self.models = cast("Any", Heard(self.models))
        self.browsing = cast("Any", Heard(self.browsing))
        self.searching = cast("Any", Heard(self.searching))

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        hear: Callable[[Listener], Callable[[], None]] = _noting("subscribe", super().subscribe)
        return hear(listener)


def _noting(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def noting(*args: object, **options: object) -> Any:
        answer = method(*args, **options)
        is_gui = threading.current_thread() is threading.main_thread()
        HeardLibrary.calls.add((name, is_gui, answer is None or isinstance(answer, Future)))
        return answer

    return noting


class HeldEmbedder(ColorEmbedder):
    """Holds the last photos back until it is told to go on: so long is indexing under way.

    Attributes:
        is_held: Set when it waits.
    """

    def __init__(self) -> None:
        super().__init__()
        self.is_held = threading.Event()
        # Several batches are embedded at the same time.
        self._counting = threading.Lock()
        self._left: int | None = None
        self._go_on = threading.Event()

    def hold_after(self, photos: int) -> None:
        """Hold back what comes after so many more photos."""
        self._left = photos

    def go_on(self) -> None:
        """Hold back no longer."""
        self._go_on.set()

    def embed_photos(self, batch: Sequence[Prepared]) -> Vectors:
        with self._counting:
            if self._left is not None:
                self._left -= len(batch)
            holds = self._left is not None and self._left < 0
        if holds:
            self.is_held.set()
            self._go_on.wait(_TIMEOUT_S)
        return super().embed_photos(batch)


class Probe(QObject):
    """Beats on the window's thread; the gaps between beats say how long that was busy."""

    def __init__(self) -> None:
        super().__init__()
        self._gaps_ms: list[float] = []
        self._last = time.perf_counter()
        timer = QTimer(self, interval=_BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        timer.timeout.connect(self._beat)
        timer.start()

    def taken(self) -> list[float]:
        """Return the gaps since the last call, in milliseconds."""
        gaps, self._gaps_ms = self._gaps_ms, []
        return gaps

    def _beat(self) -> None:
        now = time.perf_counter()
        self._gaps_ms.append(1000 * (now - self._last))
        self._last = now


class Asking:
    """Asks the window one question after the other, none twice in a row."""

    def __init__(self, person: Person) -> None:
        session = person.session.library
        assert session is not None
        self._person = person
        self._search = session.search
        self._questions = itertools.cycle(" ".join(pair) for pair in itertools.permutations(COLOURS, 2))

    def once(self) -> float:
        """Ask, wait for the answer to be shown, and return the milliseconds until then."""
        text = next(self._questions)
        started = time.perf_counter()
        with self._person.qtbot.waitSignal(
            self._search.shown,
            timeout=WAIT_MS,
            check_params_cb=lambda: self._search.answered() == Words(text),
        ):
            self._search.ask_words(text)
        taken = 1000 * (time.perf_counter() - started)
        assert self._person.pages.photos.model.rowCount() > 0
        return taken


def described(what: str, searches_ms: Sequence[float], gaps_ms: Sequence[float]) -> dict[str, float]:
    """Return the figures of a stretch of time by name."""
    return {
        f"searches {what}": len(searches_ms),
        f"search {what}, median ms": round(float(np.median(searches_ms)), 1),
        f"search {what}, 95th percentile ms": round(float(np.percentile(searches_ms, 95)), 1),
        f"gap {what}, longest ms": round(max(gaps_ms), 1),
        f"gap {what}, 99th percentile ms": round(float(np.percentile(gaps_ms, 99)), 1),
        f"gaps {what} over 50 ms": sum(gap > 50 for gap in gaps_ms),
    }


@pytest.mark.timeout(_TIMEOUT_S)
def test_searches_are_answered_and_nothing_is_waited_for_while_photos_are_indexed(
    qtbot: QtBot, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    known, many = tmp_path / "known", tmp_path / "many"
    for colour in COLOURS:
        save_colour(known / f"{colour}.png", colour)
    save_many(many, _PHOTOS, (24, 24))
    embedder = HeldEmbedder()
    HeardLibrary.calls.clear()
    with (
        tuned_for_a_window(),
        window_on(qtbot, tmp_path / "base", embedder, kind=HeardLibrary) as person,
    ):
        try:
            person.sees_page(Page.WELCOME)
            person.window.offered.emit(Offered((known,)))
            qtbot.waitUntil(lambda: len(person.names()) == len(COLOURS), timeout=WAIT_MS)
            person.waits_for_rest()
            asking, probe = Asking(person), Probe()
            session = person.session.library
            assert session is not None

            embedder.hold_after(_PHOTOS - _HELD)
            probe.taken()
            person.window.offered.emit(Offered((many,)))
            qtbot.waitUntil(lambda: session.situation.working, timeout=WAIT_MS)
            busy = [
                asking.once()
                for _ in itertools.takewhile(lambda _: not embedder.is_held.is_set(), range(10**6))
            ]
            busy += [asking.once() for _ in range(_LEAST_SEARCHES - len(busy))]
            busy_gaps = probe.taken()
            # All of them were answered before indexing ended: it cannot, while photos are held back.
            assert session.situation.working
        finally:
            embedder.go_on()
        qtbot.waitUntil(lambda: not session.situation.working, timeout=_TIMEOUT_S * 1000)
        probe.taken()
        idle = [asking.once() for _ in range(_LEAST_SEARCHES)]
        idle_gaps = probe.taken()
        calls = set(HeardLibrary.calls)

    # The window's thread asks for nothing that has to be read: it gets promises, or asks from another thread.
    on_gui = {name for name, is_gui, promised in calls if is_gui and not promised}
    elsewhere = {name for name, is_gui, _ in calls if not is_gui}
    assert on_gui <= _AT_ONCE
    assert {"photos", "thumbnail", "status", "dated_ids"} <= elsewhere
    assert busy_gaps
    assert idle_gaps
    figures = described("while indexing", busy, busy_gaps) | described("at rest", idle, idle_gaps)
    figures["p95 while indexing / at rest"] = round(
        float(np.percentile(busy, 95) / np.percentile(idle, 95)), 2
    )
    for name, value in figures.items():
        record_property(name, value)
        print(f"{name}: {value}")
