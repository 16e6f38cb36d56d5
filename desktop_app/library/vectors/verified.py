"""Whether a store holds what the catalogue has: counted, read, and searched."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog import Catalog
from desktop_app.library.vectors.found import best_of
from desktop_app.library.vectors.lite.lite_store import LiteStore
from desktop_app.library.vectors.remote.milvus_store import MilvusStore
from desktop_app.library.vectors.sorted_ids import Ids

_SAMPLE = 200
_SEARCHES = 20
_FOUND = 10
# An index that is not exact may miss some; HNSW with our parameters finds 0.99 and more of 100.
_LEAST_RECALL = 0.9
# The catalogue keeps vectors as float16, and both sides read the same ones.
_TOLERANCE = 1e-5
_SEED = 18
# What is read at once. To know all that was written takes Milvus 2.3.5 0.2 s, however much is asked for: by 1,000 rows of
# 512 numbers it told 3,000 a second, by 8,192 some 14,000.
_PAGE_BYTES = 1 << 24


def differing(
    catalog: Catalog,
    store: MilvusStore | LiteStore,
    model_id: str,
    told: Callable[[int], None] = lambda _done: None,
) -> Ids:
    """Return the ids of rows that a store does not have, or with another vector than the catalogue; every row is read.

    Args:
        catalog: Has the right ones.
        store: What is read.
        model_id: Whose vectors.
        told: Told now and then how many rows were compared.

    Raises:
        StoreError: The store does not answer.
    """
    found: list[int] = []
    done = 0
    for numbers, vectors in catalog.vectors.blocks(model_id):
        found += (number for number, _ in _others(store, numbers, vectors))
        done += len(numbers)
        told(done)
    return np.array(found, dtype=np.int64)


def difference(catalog: Catalog, store: MilvusStore | LiteStore, model_id: str, suspects: Ids) -> str:
    """Return in words how a store differs from the catalogue; empty where it does not, as far as was looked.

    All rows are counted, 200 and the suspects are read and compared number by number, and 20 searches compared with exact
    ones; but not of a store that reads all its rows for each, and which nobody searches for that.

    Args:
        catalog: Has the right ones.
        store: What is looked at.
        model_id: Whose vectors.
        suspects: Rows that are compared in any case.

    Raises:
        StoreError: The store does not answer.
    """
    wanted = catalog.vectors.live_ids(model_id)
    if (count := store.count()) != len(wanted):
        return f"{count:,} rows in place of {len(wanted):,}"
    if not len(wanted):
        return ""
    sample = np.random.default_rng(_SEED).choice(wanted, min(_SAMPLE, len(wanted)), replace=False)
    queries: list[NDArray[np.float32]] = []
    for part in (np.sort(sample), suspects):
        for numbers, vectors in catalog.vectors.of_contents(model_id, part):
            for number, is_there in _others(store, numbers, vectors):
                return f"row {number} {'has another vector' if is_there else 'is not there'}"
            queries.extend(vectors[: _SEARCHES - len(queries)])
    if not store.is_quick:
        return ""
    recall = _recall(catalog, store, model_id, queries)
    return "" if recall >= _LEAST_RECALL else f"searches find {recall:.0%} of what they should"


def _others(
    store: MilvusStore | LiteStore, numbers: Ids, vectors: NDArray[np.float32]
) -> Iterator[tuple[int, bool]]:
    """Yield the rows of which a store does not have these vectors, and whether it has another one."""
    page = max(1, _PAGE_BYTES // (4 * vectors.shape[1]))
    for start in range(0, len(numbers), page):
        piece = numbers[start : start + page].tolist()
        stored = store.vectors(piece)
        for number, vector in zip(piece, vectors[start:], strict=False):
            present = stored.get(number)
            if present is None or np.abs(present - vector).max() > _TOLERANCE:
                yield number, present is not None


def _recall(
    catalog: Catalog, store: MilvusStore | LiteStore, model_id: str, queries: list[np.ndarray]
) -> float:
    """Return which share of the ten nearest the store finds; one that is as near as the tenth counts as found."""
    asked = np.array(queries)
    best: list[list[tuple[int, float]]] = [[] for _ in queries]
    for numbers, vectors in catalog.vectors.blocks(model_id):
        for place, scores in enumerate(asked @ vectors.T):
            merged = best[place] + best_of(numbers, scores, _FOUND)
            best[place] = sorted(merged, key=lambda hit: (-hit[1], hit[0]))[:_FOUND]
    found = wanted = 0
    for query, exact in zip(queries, best, strict=True):
        least = exact[-1][1] - _TOLERANCE
        hits = (
            store.search(query, _FOUND, fresh=True)
            if isinstance(store, MilvusStore)
            else store.search(query, _FOUND)
        )
        found += min(sum(score >= least for _, score in hits), len(exact))
        wanted += len(exact)
    return found / wanted
