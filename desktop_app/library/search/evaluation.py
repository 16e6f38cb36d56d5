"""How well photos are found, measured on photos whose captions or labels are known."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog import Catalog
from desktop_app.library.models.embedder import Embedder, Vectors
from desktop_app.library.search.answer import Band
from desktop_app.library.search.judgement import BEST_ROWS, Asked, Compared, judge
from desktop_app.library.search.line_figures import LineFigures, LineSums, mean_or_none
from desktop_app.library.search.relevance import (
    DEFAULT_STRICTNESS,
    Calibration,
    draw_line,
    embed_texts,
    neutral_share,
    plain_texts,
    without_neutral_word,
    words_in,
)
from desktop_app.library.vectors.found import Neighbours

# The reverse image search tutorial of Towhee and Milvus asks for ten photos and averages over the hits among them.
_TUTORIAL_DEPTH = 10
_TEXTS_AT_ONCE = 64
# Steps of 0.0005: smaller ones change the best F1 in the third digit only.
_COSINES_TRIED = 4001
_MOST_TOP_K = 100
_TIMED_TEXTS = 200


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text and the photos it is right for.

    Attributes:
        text: A caption, or a label as a query.
        photos: Absolute paths, one or more.
    """

    text: str
    photos: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ranking of the short texts with and without the neutral word's correction.

    Attributes:
        texts: How many texts are short enough to be corrected.
        with_correction: Their mean average precision as searched; None without such texts.
        without_correction: The same with the texts embedded as they are.
    """

    texts: int
    with_correction: float | None
    without_correction: float | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures of one evaluation, each from 0 to 1 but for counts and speed.

    Attributes:
        photos: How many different photos were searched.
        texts: How many different texts were searched for.
        recall_at: Share of texts with a right photo among the first 1, 5 and 10.
        mrr: Mean of one divided by the first right photo's place.
        mhr_at_10: Mean share of a text's right photos that are among the first 10.
        mean_average_precision: The standard one: precision at each right photo, over all right photos.
        map_over_found: The tutorial's: precision at each right photo among the first 10, over those found there.
        line: What the relevance line is worth.
        best_fixed_cosine_f1: Mean F1 of the one cosine that is best on these very texts.
        best_top_k_f1: The same for the one number of photos that is best on these very texts.
        queries_per_second: Texts embedded and searched one after the other.
        comparison: What the correction is worth.
    """

    photos: int
    texts: int
    recall_at: dict[int, float]
    mrr: float
    mhr_at_10: float
    mean_average_precision: float
    map_over_found: float
    line: LineFigures
    best_fixed_cosine_f1: float
    best_top_k_f1: float
    queries_per_second: float
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class _Case:
    """One text with its right photos as row numbers."""

    text: str
    right: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Ranking:
    """One text's answer over all photos.

    Attributes:
        cosines: The photos', descending.
        hits: In that order, whether the photo is right.
        query: The vector that was searched with.
        plain: The text's own, with the neutral word.
        order: The photos' row numbers.
    """

    cosines: NDArray[np.float32]
    hits: NDArray[np.bool_]
    query: NDArray[np.float32]
    plain: NDArray[np.float32]
    order: NDArray[np.int64]


def evaluate(
    texts: Sequence[LabelledText],
    catalog: Catalog,
    embedder: Embedder,
    store: Neighbours,
    calibration: Calibration | None,
    *,
    distractors: Sequence[Path] = (),
    absent: Sequence[str] = (),
    strictness: float = DEFAULT_STRICTNESS,
) -> Evaluation | None:
    """Search for every text among the photos that some text is right for, and say how well that went.

    Photos with equal bytes count as one; texts whose photos have no vector are left out. The ranking is exact.

    Args:
        texts: Different texts with their photos.
        catalog: Has the photos' vectors.
        embedder: The model.
        store: Asked for the speed.
        calibration: Of the model; None to do without correction and line.
        distractors: More photos to search among, right for no text but those that name them.
        absent: Texts that fit none of these photos; they count only in how often the line finds nothing for them.
        strictness: Of the line.

    Returns:
        The figures, or None when no text has a photo with a vector.
    """
    cases, vectors = _cases(texts, distractors, catalog, embedder.model_id)
    if not cases:
        return None

    def ranked(chosen: Sequence[_Case], corrected: Calibration | None) -> Iterator[tuple[_Case, _Ranking]]:
        for first in range(0, len(chosen), _TEXTS_AT_ONCE):
            together = chosen[first : first + _TEXTS_AT_ONCE]
            plain = plain_texts([case.text for case in together], embedder, corrected)
            yield from (
                (case, _rank(row, vectors, case, corrected))
                for case, row in zip(together, plain, strict=True)
            )

    judges = calibration is not None and calibration.knows_words
    compared = Compared.of(vectors, calibration) if judges and calibration is not None else None

    figures = _Figures(len(vectors))
    for case, ranking in ranked(cases, calibration):
        figures.add(ranking, _found(case, ranking, compared, calibration, strictness))
    for case, ranking in ranked([_Case(text, frozenset()) for text in absent], calibration):
        figures.add_absent(_found(case, ranking, compared, calibration, strictness))
    short = [case for case in cases if calibration is not None and neutral_share(words_in(case.text))]
    with_it = [average_precision(ranking.hits) for _, ranking in ranked(short, calibration)]
    without = [average_precision(ranking.hits) for _, ranking in ranked(short, None)]
    # The fixed cosine is given the plain cosines: what an application without calibration would cut.
    fixed = FixedCosine()
    for _, ranking in ranked(cases, None):
        fixed.add(ranking.cosines, ranking.hits)
    return figures.evaluation(
        fixed.best_f1,
        _queries_per_second([case.text for case in cases], embedder, store, calibration),
        Comparison(len(short), mean_or_none(with_it), mean_or_none(without)),
    )


def average_precision(hits: NDArray[np.bool_]) -> float:
    """Return the mean, over the right photos, of the precision at each one's place; 0 without a right photo.

    Args:
        hits: Whether the photo at each place is right, best first; all right photos are among them.
    """
    places = np.flatnonzero(hits) + 1
    return float((np.arange(1, len(places) + 1) / places).mean()) if len(places) else 0.0


class FixedCosine:
    """Tries one cosine after the other as the line of all texts, to know what the best of them would give."""

    def __init__(self) -> None:
        self._tried = np.linspace(-1, 1, _COSINES_TRIED)
        self._sums = np.zeros(_COSINES_TRIED)
        self._texts = 0

    def add(self, cosines: NDArray[np.float32], hits: NDArray[np.bool_]) -> None:
        """Take one text in.

        Args:
            cosines: The photos', descending.
            hits: Whether each photo is right; one is.
        """
        chosen = np.searchsorted(-cosines, -self._tried, side="right")
        right_so_far = np.concatenate([[0], np.cumsum(hits)])
        self._sums += 2 * right_so_far[chosen] / (chosen + hits.sum())
        self._texts += 1

    @property
    def best_f1(self) -> float:
        """The mean F1 of the cosine that is best for all texts together."""
        return float(self._sums.max() / max(1, self._texts))


class _Figures:
    """Sums up rankings, one after the other, so that none has to be kept."""

    def __init__(self, photos: int) -> None:
        self._photos = photos
        self._rows: list[tuple[float, ...]] = []
        self._line = LineSums(photos)
        self._top_k = np.zeros(min(_MOST_TOP_K, photos))

    def add(self, ranking: _Ranking, found: NDArray[np.bool_]) -> None:
        """Take one text's ranking in.

        Args:
            ranking: Over all photos.
            found: Whether the photo at each place is called found.
        """
        hits, right = ranking.hits, int(ranking.hits.sum())
        first = int(np.argmax(hits))
        self._rows.append(
            (
                float(first < 1),
                float(first < 5),
                float(first < 10),
                1 / (first + 1),
                float(hits[:10].sum()) / right,
                average_precision(hits),
                average_precision(hits[:_TUTORIAL_DEPTH]),
            )
        )
        depth = len(self._top_k)
        self._top_k += 2 * np.cumsum(hits[:depth]) / (np.arange(1, depth + 1) + right)
        self._line.add(hits, found)

    def add_absent(self, found: NDArray[np.bool_]) -> None:
        """Take in what is called found for a text that fits no photo."""
        self._line.add_absent(found)

    def evaluation(
        self, fixed_cosine: float, queries_per_second: float, comparison: Comparison
    ) -> Evaluation:
        """Return the means of what was taken in."""
        at_1, at_5, at_10, mrr, mhr, standard, over_found = map(float, np.mean(self._rows, axis=0))
        return Evaluation(
            photos=self._photos,
            texts=len(self._rows),
            recall_at={1: at_1, 5: at_5, 10: at_10},
            mrr=mrr,
            mhr_at_10=mhr,
            mean_average_precision=standard,
            map_over_found=over_found,
            line=self._line.figures(),
            best_fixed_cosine_f1=fixed_cosine,
            best_top_k_f1=float(self._top_k.max() / len(self._rows)),
            queries_per_second=queries_per_second,
            comparison=comparison,
        )


def _cases(
    texts: Sequence[LabelledText], distractors: Sequence[Path], catalog: Catalog, model_id: str
) -> tuple[list[_Case], NDArray[np.float32]]:
    """Number the photos that have a vector, equal bytes once, and say of each text which are right."""
    rows: dict[str | int, int] = {}
    vectors: list[NDArray[np.float32]] = []
    row_at: dict[Path, int | None] = {}
    named = [path for text in texts for path in text.photos]
    for path in dict.fromkeys([*named, *distractors]):
        photo = catalog.photos.at(path, model_id)
        vector = catalog.vectors.of_photo(photo.id, model_id) if photo is not None else None
        if photo is None or vector is None:
            continue
        row_at[path] = rows.setdefault(photo.content_hash or photo.id, len(rows))
        if len(rows) > len(vectors):
            vectors.append(vector)
    cases = []
    for text in texts:
        right = frozenset(row for path in text.photos if (row := row_at.get(path)) is not None)
        if right:
            cases.append(_Case(text.text, right))
    return cases, np.array(vectors, dtype=np.float32)


def _rank(
    plain: NDArray[np.float32], vectors: Vectors, case: _Case, calibration: Calibration | None
) -> _Ranking:
    words = words_in(case.text)
    query = plain if calibration is None else without_neutral_word(plain, words, calibration)
    cosines = vectors @ query
    order = np.argsort(-cosines, kind="stable")
    right = np.zeros(len(vectors), dtype=np.bool_)
    right[list(case.right)] = True
    return _Ranking(cosines[order], right[order], query, plain, order)


def _found(
    case: _Case,
    ranking: _Ranking,
    compared: Compared | None,
    calibration: Calibration | None,
    strictness: float,
) -> NDArray[np.bool_]:
    """Return whether each photo is called found, in the order of the ranking; they need not be its first ones."""
    words = words_in(case.text)
    if compared is not None and calibration is not None and calibration.judges(words):
        asked = Asked(ranking.query, ranking.plain, words)
        best = compared.some(ranking.order[:BEST_ROWS])
        judgement = judge(asked, best, compared, len(ranking.order), calibration)
        values = judgement.values(compared)[ranking.order]
        return np.asarray(values >= judgement.line(strictness).found_from, dtype=np.bool_)
    line = draw_line(
        ranking.query,
        ranking.cosines[:10].tolist(),
        len(ranking.cosines),
        calibration,
        words=words,
        strictness=strictness,
    )
    return np.array([line.band(cosine) is Band.FOUND for cosine in ranking.cosines.tolist()], dtype=np.bool_)


def _queries_per_second(
    texts: Sequence[str],
    embedder: Embedder,
    store: Neighbours,
    calibration: Calibration | None,
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    """Time texts as a search does them: embedded and looked up, one by one."""
    timed = texts[:_TIMED_TEXTS]
    store.search(
        embed_texts([timed[0]], embedder, calibration)[0], _TUTORIAL_DEPTH
    )  # the first call is slower
    started = clock()
    for text in timed:
        store.search(embed_texts([text], embedder, calibration)[0], _TUTORIAL_DEPTH)
    return len(timed) / max(clock() - started, 1e-9)
