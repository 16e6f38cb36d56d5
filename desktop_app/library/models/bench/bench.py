"""Measures the ways of one model, one after the other, and says which is the fastest that is true."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from desktop_app.library.concurrency.cores import lanes
from desktop_app.library.errors import ModelError, ModelRunError
from desktop_app.library.models.bench.fidelity import fidelity_of
from desktop_app.library.models.bench.figures import WayFigures, WayResult, fault_of
from desktop_app.library.models.bench.orders import Measured, Orders
from desktop_app.library.models.bench.process import measure_in_child
from desktop_app.library.models.files import WEIGHTS_NAME
from desktop_app.library.models.runtime.graph import IMAGE_NAME, Graph
from desktop_app.library.models.runtime.quantised import gains
from desktop_app.library.models.runtime.ways import WAYS, Way, default_way, why_not

_log = logging.getLogger(__name__)

NOT_HERE = "did not work here when it was measured"


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is done for a measurement.

    Attributes:
        subjects: How many of the check set's; 0 for all.
        speed_s: So long the batches are tried.
        limit_s: A way that takes longer fails.
    """

    subjects: int
    speed_s: float
    limit_s: float


THOROUGH = Effort(0, 8.0, 240.0)
QUICK = Effort(12, 1.5, 30.0)

Child = Callable[[Orders, float, Callable[[], bool]], Measured]


def ways_here(graphs: Path | None) -> dict[Way, str]:
    """Return every way, and why it is none for a model here, in words that fit after its name.

    Args:
        graphs: Where the model's graphs are; None when it has none, and only torch can run it.

    Raises:
        ModelDamagedError: A graph cannot be read.
    """
    is_faster = graphs is not None and gains(Graph.read(graphs / IMAGE_NAME))
    return {way: why_not(way) or _unfit(way, graphs, is_faster=is_faster) for way in WAYS}


def _unfit(way: Way, graphs: Path | None, *, is_faster: bool) -> str:
    if graphs is None and way.engine != "torch":
        return "needs a graph, and this model has none"
    if graphs is not None and way.engine == "torch" and (graphs / WEIGHTS_NAME).exists():
        return "cannot run a model that came as ONNX"
    if way.precision == "int8" and not is_faster:
        return "gains nothing for a model of convolutions"
    return ""


def measure_ways(
    folder: Path,
    graphs: Path | None,
    *,
    effort: Effort = THOROUGH,
    only: Sequence[Way] | None = None,
    say: Callable[[str, int, int], None] = lambda _title, _done, _all: None,
    is_wanted: Callable[[], bool] = lambda: True,
    child: Child = measure_in_child,
) -> list[WayResult]:
    """Measure the ways of a model, each in a process of its own; a minute or two in all.

    The exact way that is the usual one here is measured first: the others are compared with it.

    Args:
        folder: Of the model's weights and configuration.
        graphs: Of its graphs, if it has any.
        effort: How much is done.
        only: Measure these alone, and the usual one; None for all.
        say: Told before each way: its title, how many are done, how many there are.
        is_wanted: Asked ten times a second.
        child: Measures one way.

    Raises:
        BenchStoppedError: It is not wanted any more.
        ModelError: The usual way fails, so that there is nothing to compare with.
    """
    faults = ways_here(graphs)
    usual = _usual(faults)
    wanted = [way for way in WAYS if not faults[way] and (only is None or way in only)]
    order = [usual, *(way for way in wanted if way != usual)]
    exact: Measured | None = None
    results: dict[Way, WayResult] = {
        way: WayResult(way, None, fault) for way, fault in faults.items() if fault
    }
    for done, way in enumerate(order):
        say(way.title, done, len(order))
        orders = Orders(folder, graphs or folder, way, lanes(), effort.subjects, effort.speed_s)
        try:
            measured = child(orders, effort.limit_s, is_wanted)
        except ModelRunError as error:
            if exact is None:
                raise ModelRunError(f"{way.title} {error.args[0]}.", "Install Vislumbre again.") from error
            _log.info("%s %s", way.name, error)
            results[way] = WayResult(way, None, str(error), was_tried=True)
            continue
        exact = exact or measured
        results[way] = judged(way, measured, exact)
    say("", len(order), len(order))
    return [results[way] for way in WAYS if way in results]


def of_figures(known: Mapping[str, WayFigures | None], graphs: Path | None) -> list[WayResult]:
    """Return what was measured before, judged again by what is possible now."""
    results = []
    for way, fault in ways_here(graphs).items():
        figures = known.get(way.name)
        if fault:
            results.append(WayResult(way, None, fault))
        elif figures is not None and figures.fidelity is not None:
            results.append(WayResult(way, figures, fault_of(way, figures.fidelity), was_tried=True))
        elif way.name in known:
            results.append(WayResult(way, None, NOT_HERE, was_tried=True))
    return results


def _usual(faults: Mapping[Way, str]) -> Way:
    usual = default_way()
    if not faults[usual]:
        return usual
    exact = next((way for way, fault in faults.items() if way.is_exact and not fault), None)
    if exact is None:
        raise ModelError(
            "This model cannot be run here in any exact way.", "“vislumbre doctor” says what is missing."
        )
    return exact


def judged(way: Way, measured: Measured, exact: Measured) -> WayResult:
    """Return what a way's measurement says of it beside that of the exact one."""
    if measured.photos.shape != exact.photos.shape or measured.words.shape != exact.words.shape:
        return WayResult(way, None, "gives vectors of another length", was_tried=True)
    fidelity = fidelity_of(measured.photos, measured.words, exact.photos, exact.words)
    return WayResult(
        way, replace(measured.figures, fidelity=fidelity), fault_of(way, fidelity), was_tried=True
    )
