"""Milliseconds of a search among the photos that pass a filter, as many times those of one among all."""

import statistics
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from desktop_app.library import PhotoLibrary
from tests.benchmarks.figures import Result
from tests.benchmarks.made_library import made_library, seconds
from tests.benchmarks.sizes import Sizes
from tests.waiting import comes_true

_TARGET_COUNT = 100_000
_TARGET = 2.0
_HITS = 200
_HELD_S = 60.0
_ROUNDS = 8
# By the last digits of IMG_012345.jpg, of which every one is as frequent as the others; another filter in each round.
_FILTERS: Mapping[str, Sequence[str]] = {
    "0.1 %": [f"name:*{digit}42.jpg" for digit in range(_ROUNDS)],
    "10 %": [f"name:*{digit}.jpg" for digit in range(_ROUNDS)],
    "30 %": [f"name:*{digit}.jpg|*{digit + 1}.jpg|*{digit + 2}.jpg" for digit in range(_ROUNDS)],
    "90 %": [f"-name:*{digit}.jpg" for digit in range(_ROUNDS)],
}


def measure(sizes: Sizes, work: Path) -> Result:
    """Ask with and without filters in turn, first as the store and the catalogue answer, then from memory."""
    result = Result("Filtered search")
    for count in sizes.vectors:
        library = made_library(work, count).open()
        try:
            library.models.warm_up().result()
            _measure_library(library, count, result)
        finally:
            library.close()
    result.notes.append(
        f"{_HITS} hits, words of no weight instead of a model; every filter is a new one, asked for the first time"
    )
    result.notes.append("“at once”: before the vectors are in memory, as in the first seconds after opening")
    return result


def _measure_library(library: PhotoLibrary, count: int, result: Result) -> None:
    rounds = min(_ROUNDS, max(1, count // 100))
    _report(_asked(library, "at once", range(1)), f"{count:,}, at once", result, target=None)
    held = seconds(lambda: comes_true(lambda: library.searching.holds_vectors, _HELD_S))
    result.add(f"{count:,}: vectors in memory after", held, "s")
    target = _TARGET if count >= _TARGET_COUNT else None
    _report(_asked(library, "held", range(1, 1 + rounds)), f"{count:,}", result, target=target)


def _asked(library: PhotoLibrary, name: str, rounds: range) -> dict[str, list[float]]:
    """Return milliseconds without a filter and with each; the words differ, so nothing is remembered."""
    taken: dict[str, list[float]] = {one: [] for one in ("all", *_FILTERS)}
    library.searching.search(name, _HITS).result()
    for number in rounds:
        for share, milliseconds in taken.items():
            filter_text = "" if share == "all" else _FILTERS[share][number % _ROUNDS]
            words = f"{name} {number} {share.split()[0]} {filter_text}"
            milliseconds.append(1000 * seconds(partial(_answered, library, words)))
    return taken


def _answered(library: PhotoLibrary, words: str) -> None:
    library.searching.search(words, _HITS).result()


def _report(taken: Mapping[str, Sequence[float]], name: str, result: Result, *, target: float | None) -> None:
    whole = statistics.median(taken["all"])
    result.add(f"{name}: unfiltered", whole, "ms")
    for share in _FILTERS:
        result.add(
            f"{name}: keeping {share} / unfiltered", statistics.median(taken[share]) / whole, at_most=target
        )
