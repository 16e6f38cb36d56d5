"""Milliseconds of a search whose photos are judged by words too, as many times those of one judged by photos alone."""

import statistics
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from desktop_app.library.catalog import Catalog
from desktop_app.library.decoding.pool import DecoderPool
from desktop_app.library.search.relevance import Calibration, Judging
from desktop_app.library.search.searcher import Searcher
from desktop_app.library.vectors.lite.lite_store import LiteStore
from tests.benchmarks.figures import Result
from tests.benchmarks.made_library import DIMENSION, DrawnWords, made_library, seconds
from tests.benchmarks.sizes import Sizes
from tests.benchmarks.vectors import Drawing

_TARGET_COUNT = 100_000
_TARGET = 1.1
_HITS = 200
_NEUTRAL_WORDS = 400


def measure(sizes: Sizes, work: Path) -> Result:
    """Ask both ways in turn, first as the store and the catalogue answer, then from memory."""
    result = Result("Judging")
    for count in sizes.vectors:
        library = made_library(work, count)
        decoders = DecoderPool(1, background=False)
        store = LiteStore.open(library.store_folder, DrawnWords.model_id, DIMENSION)
        try:
            with Catalog(library.data / "catalog.db") as catalog:
                searcher, calibration = Searcher(catalog, None, decoders), _calibration(catalog)
                for place in ("from the store", "from memory"):
                    taken, first_s = _taken(searcher, store, calibration, place, sizes.queries)
                    large = count >= _TARGET_COUNT
                    _report(taken, first_s, f"{count:,}, {place}", result, is_large=large)
                    while searcher.copies.load_more(DrawnWords.model_id):
                        pass
        finally:
            store.close()
            decoders.close()
    result.notes.append(
        f"{_HITS} hits; words of no weight instead of a model, so the time to embed them is on neither side; "
        "“photos alone” is what every version before 0.5 did"
    )
    return result


def _taken(
    searcher: Searcher, store: LiteStore, calibration: Calibration, place: str, queries: int
) -> tuple[dict[str, list[float]], float]:
    """Return milliseconds of both ways, and the seconds of the first search that is judged."""
    both = Judging(calibration)
    ways = {"judged": both, "alone": Judging(replace(calibration, text_covariance=None))}
    taken: dict[str, list[float]] = {way: [] for way in ways}
    first_s = seconds(partial(searcher.by_text, f"first {place}", _HITS, DrawnWords(), store, both))
    for number in range(queries):
        for way, judging in ways.items():
            ask = partial(searcher.by_text, f"{way} {number}", _HITS, DrawnWords(), store, judging)
            taken[way].append(1000 * seconds(ask))
    return taken, first_s


def _calibration(catalog: Catalog) -> Calibration:
    _, photos = next(catalog.vectors.blocks(DrawnWords.model_id))
    words = Drawing(DIMENSION, seed=3).words(_NEUTRAL_WORDS)
    return Calibration(
        DrawnWords.model_id,
        ("{}",),
        words.mean(axis=0),
        photos.mean(axis=0),
        np.cov(photos.T, bias=True).astype(np.float32),
        text_covariance=np.cov(words.T, bias=True).astype(np.float32),
    )


def _report(
    taken: dict[str, list[float]], first_s: float, name: str, result: Result, *, is_large: bool
) -> None:
    target = _TARGET if is_large else None
    result.add(f"{name}: the first judged", 1000 * first_s, "ms")
    for label, of in (("median", statistics.median), ("95 of 100 within", _quantile)):
        judged, alone = of(taken["judged"]), of(taken["alone"])
        result.add(f"{name}: photos alone, {label}", alone, "ms")
        result.add(f"{name}: judged / photos alone, {label}", judged / alone, at_most=target)


def _quantile(milliseconds: Sequence[float]) -> float:
    return float(np.quantile(milliseconds, 0.95))
