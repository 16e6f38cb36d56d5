"""Has models measured on this computer when the person wants it, and reads what is known of their speed."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop_app.library import BenchReport, LibraryError, ModelChoice, way_here
from desktop_app.ui.flows.desk import Desk
from desktop_app.ui.models.values import FasterWay, Speed

if TYPE_CHECKING:
    from desktop_app.library import PhotoLibrary


class MeasuringFlow(QObject):
    """Measures one model at a time.

    Attributes:
        key: Of the model that is being measured; empty for none.
    """

    def __init__(self, desk: Desk, look: Callable[[], None], refuse: Callable[[LibraryError], None]) -> None:
        """Make it; nothing is measured yet.

        Args:
            desk: Library and window.
            look: Brings the list of models up to date.
            refuse: Tells why something could not be measured.
        """
        super().__init__(desk.window)
        self._library = desk.library
        self._background = desk.background
        self._look = look
        self._refuse = refuse
        self._stopped = False
        self.key = ""

    def toggle(self, key: str) -> None:
        """Begin to measure a model, or stop measuring it."""
        if self.key:
            self._stopped = True
            self._library.models.cancel_measuring()
            return
        self.key, self._stopped = key, False
        self._look()
        self._background.await_future(
            self._library.models.measure(key), self._take, self._fail, ended=self._end
        )

    def _take(self, _report: BenchReport) -> None:
        """Leave it to the list of models to show what was measured."""

    def _fail(self, error: LibraryError) -> None:
        if not self._stopped:
            self._refuse(error)

    def _end(self) -> None:
        self.key = ""
        self._look()


def speeds_of(library: "PhotoLibrary", choices: Sequence[ModelChoice]) -> dict[str, Speed]:
    """Return how fast the models are that were measured here. For a pool thread."""
    found = {}
    for choice in choices:
        # Also of one that was here before: its time is said before it comes again.
        figures = library.models.speed_of(choice.key)
        if figures is not None:
            memory_mb = max(0, figures.memory_bytes) // 10**6
            found[choice.key] = Speed(figures.photos_per_s, _title_of(figures.way), memory_mb)
    return found


def faster_than(library: "PhotoLibrary", in_use: ModelChoice | None) -> dict[str, FasterWay]:
    """Return the way in which the model in use would be faster here, as far as that was measured. For a pool thread."""
    if in_use is None:
        return {}
    try:
        report = library.models.measured(in_use.key)
    except LibraryError:
        return {}
    if report is None or not report.in_use or report.fastest in {"", report.in_use}:
        return {}
    per_s = {result.way.name: result.figures.photos_per_s for result in report.results if result.figures}
    now, best = per_s.get(report.in_use, 0.0), per_s[report.fastest]
    way = next(result.way for result in report.results if result.way.name == report.fastest)
    return {in_use.key: FasterWay(way.name, way.title, best / now, exact=way.is_exact)} if now > 0 else {}


def _title_of(way: str) -> str:
    """Return what a way is called in the middle of a sentence; its name where it is no longer there."""
    try:
        return way_here(way).title.replace(", ", " ")
    except LibraryError:
        return way
