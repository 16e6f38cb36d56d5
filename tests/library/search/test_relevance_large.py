"""The line and the correction among 100,000 photos, on vectors drawn to behave as CLIP's (see `clip_like`)."""

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.library.search.evaluation import average_precision
from desktop_app.library.search.line_figures import f1
from desktop_app.library.search.relevance import Calibration, draw_line, without_neutral_word
from tests.library.search.clip_like import World, draw_world

COSINES = np.arange(0.0, 0.9, 0.02)


class Judged:
    """One library with the figures of every query."""

    def __init__(self, world: World) -> None:
        mean = world.photos.mean(axis=0)
        covariance = np.cov(world.photos.T).astype(np.float32)
        known = Calibration("m", (), world.neutral, mean, covariance, len(world.photos))
        self.line: list[float] = []
        self.empty: list[bool] = []
        self.precision: list[list[float]] = []
        fixed = []
        for query, right in zip(world.queries, world.right, strict=True):
            hits = np.zeros(len(world.photos), dtype=np.bool_)
            hits[right] = True
            plain = world.photos @ query
            fixed.append([_f1(hits, plain >= cosine) for cosine in COSINES])
            corrected = without_neutral_word(query, 1, known)
            cosines = world.photos @ corrected
            best = -np.sort(-cosines)[:10]
            line = draw_line(corrected, best.tolist(), len(cosines), known, words=1)
            found = cosines >= line.found_from
            self.line.append(_f1(hits, found))
            if len(right):
                self.precision.append([average_precision(hits[np.argsort(-c)]) for c in (plain, cosines)])
            else:
                self.empty.append(not found.any())
        self.fixed = np.mean(fixed, axis=0)


def _f1(hits: NDArray[np.bool_], chosen: NDArray[np.bool_]) -> float:
    return f1(int((hits & chosen).sum()), int(chosen.sum()), int(hits.sum()))


@pytest.fixture(scope="module")
def small() -> Judged:
    return Judged(draw_world(1, 2_000))


@pytest.fixture(scope="module")
def large() -> Judged:
    return Judged(draw_world(2, 100_000))


def test_the_line_beats_a_cosine_that_was_chosen_on_another_library(small: Judged, large: Judged) -> None:
    carried_over = large.fixed[int(np.argmax(small.fixed))]
    assert np.mean(large.line) >= 1.4 * carried_over
    assert np.mean(large.line) > large.fixed.max()


def test_words_that_fit_nothing_find_nothing_in_most_cases(small: Judged, large: Judged) -> None:
    assert np.mean(small.empty) > 0.5
    assert np.mean(large.empty) > 0.5


def test_the_correction_ranks_better_where_there_are_hubs(small: Judged, large: Judged) -> None:
    for library in (small, large):
        plain, corrected = np.mean(library.precision, axis=0)
        assert corrected > 1.1 * plain


def test_the_drawn_vectors_behave_as_the_built_in_models_do() -> None:
    world = draw_world(3, 3_000)
    cosines = world.photos @ world.queries.T
    fitting = np.concatenate([cosines[rows, column] for column, rows in enumerate(world.right)])
    assert np.linalg.norm(world.photos.mean(axis=0)) == pytest.approx(0.36, abs=0.1)
    assert abs(np.median(cosines)) < 0.06
    assert 0.2 < np.median(fitting) < 0.45
    # Queries differ in what they think of all photos alike.
    assert cosines.mean(axis=0).std() > 0.03
