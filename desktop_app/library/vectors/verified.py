"""Whether a store holds what the catalogue has: counted, looked at, and searched."""

import numpy as np

from desktop_app.library.catalog import Catalog
from desktop_app.library.vectors.found import best_of
from desktop_app.library.vectors.lite.lite_store import LiteStore
from desktop_app.library.vectors.remote.milvus_store import MilvusStore

_SAMPLE = 200
_SEARCHES = 20
_FOUND = 10
# An index that is not exact may miss some; HNSW with our parameters finds 0.99 and more of 100.
_LEAST_RECALL = 0.9
# The catalogue keeps vectors as float16, and both sides read the same ones.
_TOLERANCE = 1e-5
_SEED = 18


def difference(catalog: Catalog, store: MilvusStore | LiteStore, model_id: str) -> str:
    """Return in words how a store differs from the catalogue; empty where it does not, as far as was looked.

    All rows are counted, 200 are read and compared number by number, and 20 searches compared with exact ones; but not of a
    store that reads all its rows for each, and which nobody searches for that.

    Raises:
        StoreError: The store does not answer.
    """
    wanted = catalog.vectors.live_ids(model_id)
    if (count := store.count()) != len(wanted):
        return f"{count:,} rows in place of {len(wanted):,}"
    if not len(wanted):
        return ""
    sample = np.sort(np.random.default_rng(_SEED).choice(wanted, min(_SAMPLE, len(wanted)), replace=False))
    queries = {}
    for numbers, vectors in catalog.vectors.of_contents(model_id, sample):
        stored = store.vectors(numbers.tolist())
        for number, vector in zip(numbers.tolist(), vectors, strict=True):
            if number not in stored:
                return f"row {number} is not there"
            if np.abs(stored[number] - vector).max() > _TOLERANCE:
                return f"row {number} has another vector"
            queries[number] = vector
    if not store.is_quick:
        return ""
    recall = _recall(catalog, store, model_id, list(queries.values())[:_SEARCHES])
    return "" if recall >= _LEAST_RECALL else f"searches find {recall:.0%} of what they should"


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
