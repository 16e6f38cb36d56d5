"""Measures models in the background, remembers what came of it, and says which way is the fastest here."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from desktop_app.library.catalog import Catalog
from desktop_app.library.concurrency.freed_memory import give_back
from desktop_app.library.errors import LibraryError, ModelError, ModelMissingError
from desktop_app.library.events import FasterWayFound, Listener
from desktop_app.library.models.bench.bench import (
    QUICK,
    THOROUGH,
    Effort,
    measure_ways,
    of_figures,
    ways_here,
)
from desktop_app.library.models.bench.figures import (
    BenchReport,
    WayFigures,
    WayResult,
    fastest_of,
    reason_for,
)
from desktop_app.library.models.bench.here import FiguresHere
from desktop_app.library.models.bench.likely import likely_way, look
from desktop_app.library.models.bench.noted import NotedFigures, figures_of
from desktop_app.library.models.bench.process import BenchStoppedError
from desktop_app.library.models.files import check_model
from desktop_app.library.models.runtime.ways import WAYS, Way, default_way, way_named
from desktop_app.library.models.shelf import ModelChoice, ModelShelf
from desktop_app.library.models.switch import ModelSwitch

_log = logging.getLogger(__name__)

Say = Callable[[str, int, int], None]
# Measuring takes 10 to 20 s. ViT-B-32-256 gains 35 ms for a photo here, so 600 win that back; a library grows. What was
# measured once on a computer is used for fewer photos too. Where the processor's instructions say which way is likely the
# fastest, a look at that alone takes a third of it, and more photos are needed before the difference is won back.
_WORTH_MEASURING = 500
_WORTH_MORE_THAN_A_LOOK = 2_000
_WORTH_A_LOOK = 250
# For fewer photos it is done when nobody has wanted anything for so long, and so often at most, until it succeeds.
_QUIET_S = 120.0
_WORTH_KNOWING = 50
_ATTEMPTS = 3


class AnotherWayError(Exception):
    """Photos are to be embedded in another way than it seemed; nothing was embedded yet."""


class ModelBencher:
    """Runs measurements on a thread ``model-bench``, one at a time. Any thread, but for `before_indexing`."""

    def __init__(
        self,
        shelf: ModelShelf,
        switch: ModelSwitch,
        catalog: Catalog,
        tell: Listener,
        *,
        on_writer: Callable[[Callable[[], None]], "Future[None]"],
        is_indexing: Callable[[], bool],
        is_stopped: Callable[[], bool],
        here: FiguresHere | None = None,
    ) -> None:
        """Make it; no thread runs yet.

        Args:
            shelf: Which models there are.
            switch: Which is in use, and in which way.
            catalog: Remembers what was measured.
            tell: Hears of a way that is faster than the one in use.
            on_writer: Does something on the writer's thread.
            is_indexing: Whether photos are being embedded, beside which nothing can be measured.
            is_stopped: Whether indexing was told to stop, and with it what is measured before it.
            here: Remembers what was measured beyond this library; None where nothing does.
        """
        self._shelf = shelf
        self._switch = switch
        self._catalog = catalog
        self._noted = NotedFigures(catalog.notes.get, catalog.notes.set)
        self._here = here or FiguresHere()
        self._attempts = _ATTEMPTS if self._here.remembers else 0
        self._quiet_since_s = time.monotonic()
        self._tell = tell
        self._on_writer = on_writer
        self._is_indexing = is_indexing
        self._is_stopped = is_stopped
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def measure(self, key: str | None = None, say: Say = lambda *_: None) -> "Future[BenchReport]":
        """Measure every way of a model, a minute or two; comes back at once.

        The future raises ModelError when the model is not there, photos are being indexed, another measurement runs, or
        the usual way does not work; it is cancelled by `cancel` and `close`.

        Args:
            key: Which; None for the one in use.
            say: Told before each way, on the measuring thread: its title, how many are done, how many there are.
        """
        future: Future[BenchReport] = Future()
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                future.set_exception(
                    ModelError("A model is being measured already.", "Wait until that is done.")
                )
                return future
            if self._is_indexing():
                future.set_exception(ModelError("Photos are being indexed.", "Measure when that is done."))
                return future
            self._stopped.clear()
            self._thread = threading.Thread(
                target=self._run, args=(key, say, future), name="model-bench", daemon=True
            )
            self._thread.start()
        return future

    def report(self, key: str | None = None) -> BenchReport | None:
        """Return what is known of a model from measurements before; None when it was never measured here.

        Raises:
            ModelError: The model is not there.
        """
        choice = self._choice(key)
        known = self._noted.of(choice.key, self._switch.exact_id_of(choice))
        if not known:
            return None
        return self._made_report(choice, of_figures(known, self._graphs_of(choice)))

    def speed_of(self, key: str) -> WayFigures | None:
        """Return the figures of the way in which a model is, or would be, run here; None when it was never measured."""
        return self._noted.of(key).get(self._switch.way_of(key).name)

    def cancel(self) -> None:
        """Stop the measurement; nothing of it is kept."""
        self._stopped.set()

    def close(self) -> None:
        """Stop the measurement and wait for its thread."""
        self._stopped.set()
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join()

    def before_indexing(self, photos: int) -> None:
        """Make room for photos, and take the fastest way for a model that has no vector yet. On the writer's thread.

        Takes about 15 s, once for a model and a machine; for some hundred photos less. A way that was chosen, by a
        person or for this run, stays.

        Args:
            photos: How many are to be embedded; for a few nothing is measured, and what is known of this machine is
                used.

        Raises:
            AnotherWayError: It is another one than before.
        """
        self._quiet_since_s = time.monotonic()
        self._switch.expect_photos(photos)
        self._switch.tune(photos)
        if self._takes_fastest(photos):
            self._switch.tune(photos)
            raise AnotherWayError

    def after_indexing(self) -> None:
        """Put the half of the model for photos away, for no more come now and their vectors are to be stored. Any thread."""
        self._quiet_since_s = time.monotonic()
        self._make_room()

    def use_idle_moment(self, is_wanted: Callable[[], bool]) -> None:
        """Measure the model in use if that was never done on this computer and nobody has wanted anything for a while.

        Halves of the model that nobody needs are put away before. For libraries of few photos, which do not wait for it: the next one, or this one made anew, is quicker. On the
        writer's thread, again and again.

        Args:
            is_wanted: Whether the moment goes on; asked ten times a second.
        """
        model = self._switch.indexing
        choice = model.choice if model else None
        is_due = self._attempts > 0 and time.monotonic() - self._quiet_since_s >= _QUIET_S
        if not is_due or model is None or choice is None or not model.is_loaded or not is_wanted():
            return
        if self._catalog.photos.counts(model.embedder.model_id).indexed < _WORTH_KNOWING:
            self._quiet_since_s = time.monotonic()
            return
        self._attempts -= 1
        # The measuring process loads halves of its own, each as large.
        self._make_room()
        try:
            self._quickly_measured(choice, is_wanted)
            self._attempts = 0
        except BenchStoppedError:
            self._quiet_since_s = time.monotonic()
        except LibraryError as error:
            _log.warning("%s could not be measured: %s", choice.key, error)

    def _make_room(self) -> None:
        if self._switch.rest(0):
            give_back()

    def _takes_fastest(self, photos: int) -> bool:
        model = self._switch.indexing
        choice = model.choice if model else None
        if model is None or choice is None or photos < 1 or self._switch.is_way_chosen(choice.key):
            return False
        if self._catalog.photos.counts(model.embedder.model_id).indexed:
            return False
        try:
            best = self._fastest_for(choice, photos)
        except BenchStoppedError:
            return False
        except LibraryError as error:
            _log.warning("%s could not be measured: %s", choice.key, error)
            return False
        if best is None or best.way == self._switch.way_of(choice.key):
            return False
        _log.info("%s is run by %s, the fastest way that is true here", choice.key, best.way.name)
        # Its half for words, which was seen to work, need not be loaded for photos.
        self._switch.open(way=best.way, is_tried=True)
        return True

    def _fastest_for(self, choice: ModelChoice, photos: int) -> WayResult | None:
        """Return the fastest way of a model, found with as much effort as so many photos are worth.

        Raises:
            BenchStoppedError: They are worth none, or it is not wanted any more.
        """
        graphs = self._graphs_of(choice)
        likely = likely_way(ways_here(graphs))
        worth = _WORTH_MEASURING if likely is None else _WORTH_MORE_THAN_A_LOOK
        try:
            return self._quickly_measured(choice, lambda: photos >= worth and not self._is_stopped())
        except BenchStoppedError:
            if likely is None or not _WORTH_A_LOOK <= photos < worth:
                raise
        assert choice.folder is not None
        assert graphs is not None
        # Not noted: the speed of a few pictures is none to show or to compare with.
        return fastest_of(look(choice.folder, graphs, likely, is_wanted=lambda: not self._is_stopped()))

    def _quickly_measured(self, choice: ModelChoice, is_wanted: Callable[[], bool]) -> WayResult | None:
        """Return the fastest way of a model, measured now where that was not done before.

        Raises:
            BenchStoppedError: It would have to be measured, and is not wanted.
        """
        model_id = self._switch.exact_id_of(choice)
        usual = default_way()
        graphs = self._graphs_of(choice)
        likely = [way for way in WAYS if way.engine == usual.engine]
        noted, here = self._noted.of(choice.key, model_id), self._here.of(model_id)
        known = {**here, **noted}
        if not known and not is_wanted():
            raise BenchStoppedError
        possible = [way for way, fault in ways_here(graphs).items() if way in likely and not fault]
        if not all(way.name in known for way in possible):
            if not is_wanted():
                raise BenchStoppedError
            known |= figures_of(self._measured(choice, QUICK, likely, lambda *_: None, is_wanted))
        if known != noted:
            self._noted.keep_figures(choice.key, model_id, known)
        if known != here:
            self._here.keep(model_id, known)
        return fastest_of(of_figures(known, graphs))

    def _run(self, key: str | None, say: Say, future: "Future[BenchReport]") -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            choice = self._choice(key)
            model_id = self._switch.exact_id_of(choice)
            results = self._measured(choice, THOROUGH, None, say, lambda: not self._stopped.is_set())
            self._on_writer(lambda: self._keep(choice.key, model_id, results)).result()
            report = self._made_report(choice, results)
            future.set_result(report)
            self._offer(report)
        except BenchStoppedError:
            future.set_exception(ModelError("The measurement was stopped.", ""))
        except BaseException as error:  # noqa: BLE001 — whoever waits is told, of a bug too
            future.set_exception(error)

    def _keep(self, key: str, model_id: str, results: list[WayResult]) -> None:
        self._noted.keep(key, model_id, results)
        self._here.keep(model_id, self._noted.of(key, model_id))

    def _measured(
        self,
        choice: ModelChoice,
        effort: Effort,
        only: list[Way] | None,
        say: Say,
        is_wanted: Callable[[], bool],
    ) -> list[WayResult]:
        assert choice.folder is not None
        graphs = self._graphs_of(choice)
        return measure_ways(choice.folder, graphs, effort=effort, only=only, say=say, is_wanted=is_wanted)

    def _graphs_of(self, choice: ModelChoice) -> Path | None:
        assert choice.folder is not None
        return self._shelf.graphs.of_model(choice.folder, check_model(choice.folder))

    def _choice(self, key: str | None) -> ModelChoice:
        choice = self._switch.chosen_choice() if key is None else self._shelf.find(key)
        if choice.folder is None or not choice.ready:
            raise ModelMissingError(
                f"The model {choice.title} is not on this computer yet.",
                f"Fetch it with “vislumbre model fetch {choice.key}”, or import its file.",
            )
        return choice

    def _made_report(self, choice: ModelChoice, results: list[WayResult]) -> BenchReport:
        best = fastest_of(results)
        is_used = choice.key == self._switch.chosen_choice().key
        return BenchReport(
            choice.key,
            choice.title,
            tuple(results),
            fastest=best.way.name if best else "",
            in_use=self._switch.way_of(choice.key).name if is_used else "",
            why=reason_for(best, results) if best else "No way works here.",
        )

    def _offer(self, report: BenchReport) -> None:
        """Tell of a faster way than the one in use; a library that has vectors is only offered it."""
        speeds = {result.way.name: result.figures.photos_per_s for result in report.results if result.figures}
        fastest = way_named(report.fastest)
        if report.in_use in speeds and fastest is not None and report.fastest != report.in_use:
            times = speeds[report.fastest] / max(speeds[report.in_use], 1e-9)
            self._tell(
                FasterWayFound(
                    report.key,
                    report.title,
                    fastest.name,
                    fastest.title,
                    speeds[fastest.name],
                    times,
                    exact=fastest.is_exact,
                )
            )
