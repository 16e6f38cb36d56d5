"""Milliseconds to the nearest hundred vectors, in the real store and in plain FAISS."""

import statistics
from collections.abc import Callable
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog import Catalog
from desktop_app.library.vectors.lite.lite_store import LiteStore
from tests.benchmarks.figures import Result
from tests.benchmarks.made_library import DIMENSION, DrawnWords, MadeLibrary, made_library, seconds
from tests.benchmarks.sizes import Sizes
from tests.benchmarks.vectors import DESCRIPTION, Drawing

_NEAREST = 100
_TARGET_COUNT = 100_000
_TARGET = 5.0
_WARM_UP = 3
# Two vectors this alike are the same answer; sums of 512 products in another order differ by less.
_ALIKE = 1e-5


def measure(sizes: Sizes, work: Path) -> Result:
    """Ask the store and FAISS in turn, query by query, at every size."""
    result = Result("Search")
    for count in sizes.vectors:
        library = made_library(work, count)
        if library.filled_s:
            result.add(f"{count:,}: filling the store", count / library.filled_s, "vectors/s")
        _measure_library(library, sizes.queries, result)
    result.notes.append(
        f"the nearest {_NEAREST}; store and FAISS asked in turn, each as it comes; {DESCRIPTION}"
    )
    return result


def _measure_library(library: MadeLibrary, queries: int, result: Result) -> None:
    with Catalog(library.data / "catalog.db") as catalog:
        blocks = list(catalog.vectors.blocks(DrawnWords.model_id))
    ids = np.concatenate([numbers for numbers, _ in blocks])
    exact = faiss.IndexFlatIP(DIMENSION)
    for _, vectors in blocks:
        exact.add(vectors)
    store = LiteStore.open(library.store_folder, DrawnWords.model_id, DIMENSION)
    try:
        words = Drawing(DIMENSION, seed=2).words(queries)
        ours, theirs, recalls = _compare(
            words,
            lambda word: store.search(word, _NEAREST),
            lambda word: _asked(exact, ids, word),
        )
    finally:
        store.close()
    name = f"{library.count:,}"
    result.add(f"{name}: store, median", statistics.median(ours), "ms")
    result.add(f"{name}: store, 95 of 100 within", _quantile(ours), "ms")
    result.add(f"{name}: FAISS exact, median", statistics.median(theirs), "ms")
    result.add(f"{name}: FAISS exact, 95 of 100 within", _quantile(theirs), "ms")
    result.add(
        f"{name}: store / FAISS",
        statistics.median(ours) / statistics.median(theirs),
        at_most=_TARGET if library.count >= _TARGET_COUNT else None,
    )
    result.add(f"{name}: recall at {_NEAREST}", statistics.mean(recalls), at_least=1.0)


_Answers = list[tuple[int, float]]
_Ask = Callable[[NDArray[np.float32]], _Answers]


def _compare(
    words: NDArray[np.float32], ask_store: _Ask, ask_faiss: _Ask
) -> tuple[list[float], list[float], list[float]]:
    """Return milliseconds of both, and how much of the exact answer the store gave, for every query."""
    ours: list[float] = []
    theirs: list[float] = []
    recalls: list[float] = []
    answers: dict[str, _Answers] = {}

    def ask(name: str, ask_one: _Ask, word: NDArray[np.float32]) -> float:
        return 1000 * seconds(lambda: answers.__setitem__(name, ask_one(word)))

    for number, word in enumerate(np.concatenate([words[:_WARM_UP], words])):
        milliseconds = ask("store", ask_store, word), ask("exact", ask_faiss, word)
        if number < min(_WARM_UP, len(words)):
            continue
        ours.append(milliseconds[0])
        theirs.append(milliseconds[1])
        recalls.append(_recall(answers["store"], answers["exact"]))
    return ours, theirs, recalls


def _asked(index: faiss.IndexFlatIP, ids: NDArray[np.int64], word: NDArray[np.float32]) -> _Answers:
    scores, places = index.search(word[None, :], min(_NEAREST, len(ids)))
    return list(zip(ids[places[0]].tolist(), scores[0].tolist(), strict=True))


def _recall(given: _Answers, exact: _Answers) -> float:
    """Return the share of the exact answer that was given; one as near as the last of them counts for it."""
    wanted = {number for number, _ in exact}
    last = exact[-1][1]
    good = sum(number in wanted or score >= last - _ALIKE for number, score in given)
    return good / len(exact)


def _quantile(values: list[float]) -> float:
    return float(np.quantile(values, 0.95))
