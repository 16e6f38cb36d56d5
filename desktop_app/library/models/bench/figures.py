"""What was measured of one way to run a model, and which way is taken for that."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from desktop_app.library.models.runtime.ways import Way, way_named

RECALL_AT = (1, 5, 10)
# Bounds of the gates. Exact ways differ by rounding alone.
_EXACT_COSINE = 0.999
_COSINE = 0.998
_NEIGHBOURS = 0.95
_RECALL_LOST = 0.002
# Ways whose speeds differ by less are equally fast; the one that changes less is taken.
_AS_FAST = 0.95
# More than is ever measured; figures may come from a library that somebody else made.
_MOST = {"batch": 64, "photos_per_s": 1e6, "text_ms": 1e6, "load_s": 1e5, "memory_bytes": 1 << 50}


@dataclass(frozen=True, slots=True)
class Fidelity:
    """How near the vectors of a way are to those of the exact one.

    Attributes:
        cosine_mean: Of the pictures' and captions' vectors, whichever is lower.
        cosine_least: Of any picture or caption.
        neighbours_kept: Of the ten pictures nearest to each picture, the share that stays, or gives way to one as near.
        recall: Shares of captions and pictures that find each other among the first 1, 5 and 10.
        recall_exact: The same with the exact way.
        pairs: How many looked for each other; one of them is a step of the recall.
    """

    cosine_mean: float
    cosine_least: float
    neighbours_kept: float
    recall: tuple[float, float, float]
    recall_exact: tuple[float, float, float]
    pairs: int


@dataclass(frozen=True, slots=True)
class WayFigures:
    """One way, as it was measured on this computer.

    Attributes:
        way: Its name.
        photos_per_s: At its best batch, with as many calls at once as indexing makes.
        batch: Photos in a call, the fewest that are as quick.
        text_ms: For one query; the median.
        load_s: Of both halves, from their files to the first vector.
        memory_bytes: Peak of the process above what it had with nothing loaded, with one half at a time.
        fidelity: How true it is; None where there was nothing to compare it with.
    """

    way: str
    photos_per_s: float
    batch: int
    text_ms: float
    load_s: float
    memory_bytes: int
    fidelity: Fidelity | None = None


@dataclass(frozen=True, slots=True)
class WayResult:
    """What is known of one way.

    Attributes:
        way: Which.
        figures: None when it was not measured, or failed.
        fault: Why it cannot be taken, in words that fit after its name; empty when it can.
        was_tried: Whether it was begun, at least.
    """

    way: Way
    figures: WayFigures | None
    fault: str = ""
    was_tried: bool = False

    @property
    def passes(self) -> bool:
        """Whether it may be taken."""
        return self.figures is not None and not self.fault


@dataclass(frozen=True, slots=True)
class BenchReport:
    """All ways of one model on this computer.

    Attributes:
        key: The model, as it is chosen.
        title: The model, for a person.
        results: Of each way, in the order of `WAYS`.
        fastest: Name of the way that is fastest and true; empty when none works.
        in_use: Name of the way that the model is used in; empty when it is not the one in use.
        why: Why that one, as a sentence.
    """

    key: str
    title: str
    results: tuple[WayResult, ...]
    fastest: str
    in_use: str
    why: str


def fault_of(way: Way, fidelity: Fidelity) -> str:
    """Return why a way is not true enough, in words that fit after its name; empty when it is."""
    least_mean = _EXACT_COSINE if way.is_exact else _COSINE
    if not fidelity.cosine_mean >= least_mean:
        return f"gives other vectors (cosine {fidelity.cosine_mean:.4f}, wanted {least_mean})"
    if way.is_exact:
        return ""
    if not fidelity.neighbours_kept >= _NEIGHBOURS:
        return f"keeps {fidelity.neighbours_kept:.1%} of the nearest ten, wanted {_NEIGHBOURS:.0%}"
    lost = fidelity.recall_exact[-1] - fidelity.recall[-1]
    # One pair is the smallest step there is.
    if not lost <= max(_RECALL_LOST, 1 / max(fidelity.pairs, 1)) + 1e-9:
        return f"finds less (recall@10 {fidelity.recall[-1]:.4f} for {fidelity.recall_exact[-1]:.4f})"
    return ""


def fastest_of(results: Sequence[WayResult]) -> WayResult | None:
    """Return the fastest way that passes; of those that are equally fast an exact one, then the first."""
    passing = [
        (result, result.figures.photos_per_s) for result in results if result.passes and result.figures
    ]
    most = max((speed for _, speed in passing), default=0.0)
    as_fast = [result for result, speed in passing if speed >= _AS_FAST * most]
    return min(as_fast, key=lambda result: not result.way.is_exact, default=None)


def reason_for(best: WayResult, results: Sequence[WayResult]) -> str:
    """Return why a way is the one to take, as a sentence."""
    assert best.figures is not None
    speed = best.figures.photos_per_s
    faster = [
        result
        for result in results
        if result.figures and result.fault and result.figures.photos_per_s > speed
    ]
    sentence = f"{best.way.title} is the fastest that is true here: {speed:,.1f} photos a second"
    exact = next((r for r in results if r.way.is_exact and r.passes and r.figures), None)
    if exact is not None and exact.figures and exact is not best:
        sentence += f", {speed / exact.figures.photos_per_s:.1f} times {exact.way.title}"
    if faster:
        sentence += f"; {faster[0].way.title} is faster, but {faster[0].fault}"
    return sentence + "."


def as_json(figures: WayFigures) -> dict[str, object]:
    """Return figures as they are noted and printed."""
    return asdict(figures)


def from_json(value: object) -> WayFigures | None:
    """Return figures that were noted; None for anything that was not measured like that."""
    if not isinstance(value, Mapping):
        return None
    way = way_named(str(value.get("way")))
    numbers = {name: _number(value.get(name), most) for name, most in _MOST.items()}
    if way is None or None in numbers.values():
        return None
    found = {name: number for name, number in numbers.items() if number is not None}
    return WayFigures(
        way.name,
        found["photos_per_s"],
        max(1, int(found["batch"])),
        found["text_ms"],
        found["load_s"],
        int(found["memory_bytes"]),
        _fidelity(value.get("fidelity")),
    )


def _fidelity(value: object) -> Fidelity | None:
    if not isinstance(value, Mapping):
        return None
    shares = [_number(value.get(name), 1) for name in ("cosine_mean", "cosine_least", "neighbours_kept")]
    recalls = [_recall(value.get(name)) for name in ("recall", "recall_exact")]
    pairs = _number(value.get("pairs"), 1e6)
    if None in (*shares, *recalls, pairs):
        return None
    mean, least, kept = (share or 0.0 for share in shares)
    recall, exact = (found or (0.0, 0.0, 0.0) for found in recalls)
    return Fidelity(mean, least, kept, recall, exact, int(pairs or 0))


def _recall(value: object) -> tuple[float, float, float] | None:
    if not isinstance(value, list | tuple) or len(value) != len(RECALL_AT):
        return None
    first, second, third = (_number(part, 1) for part in value)
    return None if first is None or second is None or third is None else (first, second, third)


def _number(value: object, most: float) -> float | None:
    """Return a number from 0 to `most`; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value) if -1 <= value <= most * (1 + 1e-6) else None
