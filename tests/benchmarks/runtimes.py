"""What every way to run a model gives against torch in float32: photos a second, true vectors, time and memory."""

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.models.runtime.ways import TORCH, WAYS, cpu_has_bfloat16, way_named, why_not
from tests.benchmarks.figures import Grid, Result
from tests.benchmarks.models import graphs_of, model_folder
from tests.benchmarks.processes import answer_of
from tests.benchmarks.runtime_once import TORCH_BFLOAT16
from tests.benchmarks.sizes import Sizes

_ONCE = "from tests.benchmarks.runtime_once import main; main()"
_BATCHES = (1, 4, 16)
_EXACT_COSINE = 0.9999
_MEAN_COSINE = 0.998
# Hide the wider instructions from oneDNN, which OpenVINO and torch calculate with, and from torch itself. ONNX Runtime
# asks the processor, and cannot be told otherwise.
_NARROW = {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"}
_NARROW_WAYS = ("openvino", "torch")


def measure(sizes: Sizes, work: Path) -> Result:
    """Run every way that there is here, each in a process of its own, in turn, round by round."""
    result = Result("Ways to run a model")
    for name in sizes.models:
        stand = _Stand(name, sizes, work)
        _report(name, stand.rounds(stand.ways()), stand, result)
        if sizes.narrow:
            narrow = stand.rounds(_NARROW_WAYS, _NARROW)
            ratios = rates_against(narrow, TORCH.name)["openvino"]
            for batch, ratio in zip(_BATCHES, ratios, strict=True):
                result.add(f"{name}, AVX2 alone: OpenVINO / torch at {batch}", ratio)
    result.notes.append(
        "a batch on every core at a time; photos/s as many times those of torch in float32 in the same round"
    )
    result.notes.append(
        "memory: the process with both halves loaded; load: until the first words, the first picture"
    )
    return result


Measured = dict[str, list[list[float]]]
"""Way → for each round, what `runtime_once` says."""


class _Stand:
    """One model, its graphs, and the ways it is run."""

    def __init__(self, name: str, sizes: Sizes, work: Path) -> None:
        self._folder = model_folder(work, name)
        self._graphs = graphs_of(self._folder, work / "graphs" / name)
        self._sizes = sizes
        self._vectors = work / "runtimes" / name
        self._vectors.mkdir(parents=True, exist_ok=True)

    def ways(self) -> list[str]:
        """Return the ways that can be taken here, torch in float32 among them."""
        there = [way.name for way in WAYS if not why_not(way)]
        if cpu_has_bfloat16() and TORCH_BFLOAT16 not in there:
            there.append(TORCH_BFLOAT16)
        asked = self._sizes.runtime_ways
        return [name for name in there if not asked or name in asked or name == TORCH.name]

    def rounds(self, ways: Sequence[str], environment: Mapping[str, str] | None = None) -> Measured:
        """Measure each in turn, as often as asked for."""
        found: Measured = {}
        for turn in range(self._sizes.rounds):
            for way in (*ways[turn % len(ways) :], *ways[: turn % len(ways)]):
                found.setdefault(way, []).append(
                    answer_of(
                        _ONCE,
                        way,
                        str(self._folder),
                        str(self._graphs),
                        str(self._vectors / way),
                        str(self._sizes.runtime_s),
                        ",".join(map(str, _BATCHES)),
                        environment=environment,
                    )
                )
        return found

    def vectors(self, way: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the photos' and words' vectors of a way that was measured."""
        with np.load(self._vectors / f"{way}.npz") as saved:
            return saved["photos"], saved["words"]


def rates_against(measured: Measured, reference: str) -> dict[str, list[float]]:
    """Return photos/s as many times those of the reference: the median over rounds, for each batch."""
    rates = {way: np.array([one[-len(_BATCHES) :] for one in rounds]) for way, rounds in measured.items()}
    return {way: np.median(found / rates[reference], axis=0).tolist() for way, found in rates.items()}


def cosines(one: NDArray[np.float32], other: NDArray[np.float32]) -> tuple[float, float]:
    """Return the mean and the least cosine of rows of length 1."""
    each = (one * other).sum(axis=1, dtype=np.float64)
    return float(each.mean()), float(each.min())


def _report(name: str, measured: Measured, stand: _Stand, result: Result) -> None:
    grid = Grid(
        (
            name,
            *(f"photos/s {batch}" for batch in _BATCHES),
            *(f"/ torch {batch}" for batch in _BATCHES),
            "cosine",
            "least",
            "words",
            "query ms",
            "words s",
            "picture s",
            "MB",
        ),
        frozenset({"cosine", "least", "words"}),
    )
    against = rates_against(measured, TORCH.name)
    photos, words = stand.vectors(TORCH.name)
    for way, rounds in measured.items():
        words_s, pictures_s, query_ms, memory_mb, *rates = np.median(np.array(rounds), axis=0).tolist()
        own_photos, own_words = stand.vectors(way)
        mean, least = cosines(photos, own_photos)
        _, least_word = cosines(words, own_words)
        grid.add(
            way, *rates, *against[way], mean, least, least_word, query_ms, words_s, pictures_s, memory_mb
        )
        known = way_named(way)
        if known is not None and way != TORCH.name:
            result.add(
                f"{name}: {way}, {'least' if known.is_exact else 'mean'} cosine",
                least if known.is_exact else mean,
                at_least=_EXACT_COSINE if known.is_exact else _MEAN_COSINE,
            )
    result.grids.append(grid)
    result.add(
        f"{name}: torch's query / OpenVINO's",
        statistics.median(
            torch[2] / openvino[2]
            for torch, openvino in zip(measured[TORCH.name], measured["openvino"], strict=True)
        ),
    )
