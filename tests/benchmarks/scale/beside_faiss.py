"""The vector part of a text query beside FAISS, query by query in one process, and how exact both are."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from desktop_app.library import PhotoLibrary
from desktop_app.library.catalog import Catalog
from desktop_app.library.search.within import Everywhere
from tests.benchmarks.scale.amounts import Amounts
from tests.benchmarks.scale.making import ScaleLibrary
from tests.benchmarks.scale.measured import Measured, Taken
from tests.benchmarks.scale.words import questions
from tests.waiting import comes_true

NEAREST = 100
RERANKED = 4
THREADS = 2
_TRAINED_ON, _ADDED_AT_ONCE = 20_000, 10_000
# Two vectors this alike are the same answer: copies, and sums in another order.
_ALIKE = 1e-4

Vectors = NDArray[np.float32]
_Nearest = Callable[[Vectors], list[tuple[int, float]]]
Ids = NDArray[np.int64]


def measure(library: ScaleLibrary, amounts: Amounts) -> Measured:
    """Ask the program's copy of the vectors and FAISS in turn, each with two threads."""
    measured = Measured()
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(THREADS)
    opened = library.open()
    try:
        opened.models.warm_up().result()
        model = opened.searching._model()
        if model is None:
            raise RuntimeError("no model answers")
        embedder = model.embedder
        asked = np.concatenate([embedder.embed_text([text]) for text in questions(amounts.vectors)])
        theirs = _Theirs(library, embedder.model_id, embedder.dimension)
        exact = _exact(library, embedder.model_id, asked)
        _ask(theirs.nearest, asked, exact, "faiss", measured)
        with measured.asking("vector_ratio", "vector_ms", "vector_cpu_ms", "vector_recall"):
            ours = _ours(opened, amounts.settle_s)
            _ask_in_turn(ours, theirs.nearest, asked, exact, measured)
    finally:
        opened.close()
        faiss.omp_set_num_threads(before)
    measured.notes.append(
        f"vectors of {embedder.dimension} numbers, the nearest {NEAREST}, asked in turn with {THREADS} threads each; FAISS "
        f"{faiss.__version__}: {THREADS} shards of IndexScalarQuantizer QT_8bit, {RERANKED} times as many re-ranked from float16"
    )
    return measured


def _ask_in_turn(
    ours: _Nearest,
    theirs: _Nearest,
    asked: Vectors,
    exact: list[tuple[set[int], float]],
    measured: Measured,
) -> None:
    for word in asked[:3]:
        ours(word), theirs(word)
    one, other = Taken(), Taken()
    recalls = []
    for word, truth in zip(asked, exact, strict=True):
        recalls.append(_recall(one.ask(partial(ours, word)), truth))
        other.ask(partial(theirs, word))
    measured.figures |= {
        "vector_ms": one.wall(),
        "vector_cpu_ms": one.cpu(),
        "vector_p95_ms": one.wall(0.95),
        "vector_recall": float(np.mean(recalls)),
        "vector_least_recall": float(np.min(recalls)),
        "faiss_ms": other.wall(),
        "faiss_cpu_ms": other.cpu(),
        "vector_ratio": one.wall() / other.wall(),
        "vector_cpu_ratio": one.cpu() / max(other.cpu(), 1e-6),
    }


def _ask(
    nearest: _Nearest,
    asked: Vectors,
    exact: list[tuple[set[int], float]],
    name: str,
    measured: Measured,
) -> None:
    taken = Taken()
    recalls = [
        _recall(taken.ask(partial(nearest, word)), truth) for word, truth in zip(asked, exact, strict=True)
    ]
    measured.figures |= {
        f"{name}_ms": taken.wall(),
        f"{name}_cpu_ms": taken.cpu(),
        f"{name}_recall": float(np.mean(recalls)),
    }


def _ours(opened: PhotoLibrary, most_s: float) -> _Nearest:
    """Return what finds the nearest as a text query does, on the thread that it belongs to.

    The one place that reaches inside the program, for no service offers the vectors alone.
    """
    searching: Any = opened.searching
    searching.expect_questions()
    searching.search("a photo").result()
    comes_true(lambda: searching.holds_vectors or searching.needs_stores, min(60, most_s))
    if searching.needs_stores:
        # As the window does for vectors that there is no room for.
        opened.models.open_vectors().result()
    model, searcher = searching._model(), searching._searcher
    vectors = Everywhere(model.vectors, searcher.copies, model.embedder.model_id)

    def nearest(word: Vectors) -> list[tuple[int, float]]:
        answer: list[tuple[int, float]] = searching._thread.submit(
            partial(vectors.search, word, NEAREST)
        ).result()
        return answer

    return nearest


class _Theirs:
    """FAISS: eight bits a number to find four times as many, and float16 to put these in order.

    Of one question an index uses one thread, so there is a shard for each thread, which FAISS searches at the same time.
    """

    def __init__(self, library: ScaleLibrary, model_id: str, dimension: int) -> None:
        halves, ids = [], []
        for numbers, vectors in _blocks(library, model_id):
            halves.append(vectors.astype(np.float16))
            ids.append(numbers)
        self._halves, self._ids = np.concatenate(halves), np.concatenate(ids)
        del halves, ids
        # Threaded, and with numbers that go on from shard to shard; its types do not know these arguments.
        shards: Any = faiss.IndexShards
        self._codes = shards(dimension, True, True)
        # The shards belong to Python: FAISS keeps pointers.
        self._shards = [self._shard(dimension, part) for part in np.array_split(self._halves, THREADS)]
        for shard in self._shards:
            self._codes.add_shard(shard)

    def _shard(self, dimension: int, rows: NDArray[np.float16]) -> Any:
        shard = faiss.IndexScalarQuantizer(
            dimension, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        )
        # All learn the same range of numbers.
        shard.train(self._halves[:: max(1, len(self._halves) // _TRAINED_ON)].astype(np.float32))
        for first in range(0, len(rows), _ADDED_AT_ONCE):
            shard.add(rows[first : first + _ADDED_AT_ONCE].astype(np.float32))
        return shard

    def nearest(self, word: Vectors) -> list[tuple[int, float]]:
        _, places = self._codes.search(word[None], min(RERANKED * NEAREST, len(self._ids)))
        found = places[0]
        scores = self._halves[found].astype(np.float32) @ word
        order = np.argsort(-scores)[:NEAREST]
        return list(zip(self._ids[found[order]].tolist(), scores[order].tolist(), strict=True))


def _exact(library: ScaleLibrary, model_id: str, asked: Vectors) -> list[tuple[set[int], float]]:
    """Return for each question the nearest in float32, and the last one's cosine; holds one block at a time."""
    scores = np.full((len(asked), NEAREST), -2, dtype=np.float32)
    ids = np.full((len(asked), NEAREST), -1, dtype=np.int64)
    for numbers, vectors in _blocks(library, model_id):
        all_scores = np.concatenate([scores, asked @ vectors.T], axis=1)
        all_ids = np.concatenate([ids, np.broadcast_to(numbers, (len(asked), len(numbers)))], axis=1)
        best = np.argpartition(-all_scores, NEAREST - 1, axis=1)[:, :NEAREST]
        scores = np.take_along_axis(all_scores, best, axis=1)
        ids = np.take_along_axis(all_ids, best, axis=1)
    return [
        ({number for number in some.tolist() if number >= 0}, float(row[some >= 0].min()))
        for some, row in zip(ids, scores, strict=True)
    ]


def _blocks(library: ScaleLibrary, model_id: str) -> Iterator[tuple[Ids, Vectors]]:
    with Catalog(library.paths.data / "catalog.db") as catalog:
        yield from catalog.vectors.blocks(model_id)


def _recall(given: list[tuple[int, float]], truth: tuple[set[int], float]) -> float:
    """Return the share of the exact answer that was given; one as near as the last of them counts for it."""
    wanted, last = truth
    good = sum(number in wanted or score >= last - _ALIKE for number, score in given[: len(wanted)])
    return good / len(wanted)
