"""Draws vectors that behave as CLIP's do, so that 100,000 photos can be searched without embedding any.

What is imitated, and where it was described:

* the modality gap: texts and photos lie in two narrow cones, apart from each other (Liang et al. 2022, "Mind the
  gap", arXiv 2203.02053);
* few directions hold most of the variance, as in every embedding of that kind;
* each query has an offset of its own towards all photos, so that one cosine means different things for two queries;
* hubs: some photos are near to every text (Radovanović et al. 2010, "Hubs in space", JMLR 11).

The sizes are those of the built-in model: chance pairs have cosines around 0.0 with a spread of 0.14, fitting pairs
0.1 to 0.45. These are no photos: what is shown with them is that the mechanism holds at that size, nothing more.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]
SIZE = 128
_GAP, _WORD, _HUBS = 0.36, 0.57, 0.05


@dataclass(frozen=True, slots=True)
class World:
    """A library and queries with known answers.

    Attributes:
        photos: ``(n, SIZE)`` of length 1.
        queries: ``(q, SIZE)`` of length 1, single words.
        right: For each query the rows of the photos that show it; none for the last ones.
        neutral: ``(SIZE,)`` mean of all words.
    """

    photos: Rows
    queries: Rows
    right: tuple[NDArray[np.int64], ...]
    neutral: Rows


def draw_world(seed: int, photos: int, *, shown: int = 40, absent: int = 20) -> World:
    """Draw a library; another seed is another library of the same model.

    Args:
        seed: Of the library.
        photos: How many.
        shown: Words that 0.05 % to 5 % of the photos show.
        absent: Words that none shows.
    """
    model = np.random.default_rng(99)
    gap, word = _unit(model.normal(size=SIZE)), _unit(model.normal(size=SIZE))
    spectrum = np.arange(1, SIZE + 1) ** -0.5
    turned = np.linalg.qr(model.normal(size=(SIZE, SIZE)))[0] * (spectrum / np.linalg.norm(spectrum))
    things = _unit(model.normal(size=(shown + absent, SIZE)))
    own = _unit(model.normal(size=things.shape) @ turned.T)
    offsets = 0.2 * model.normal(size=(len(things), 1)) * gap
    queries = _unit(_WORD * word + 0.55 * things + 0.45 * own + offsets)

    library = np.random.default_rng(seed)
    rows = _GAP * gap + 0.85 * library.normal(size=(photos, SIZE)) @ turned.T
    rows += (library.exponential(_HUBS, size=(photos, 1)) - _HUBS) * word
    right: list[NDArray[np.int64]] = []
    for thing in things[:shown]:
        seen = np.flatnonzero(library.random(photos) < 10 ** library.uniform(-3.3, -1.3))
        rows[seen] += library.uniform(0.35, 0.8, size=(len(seen), 1)) * thing
        right.append(seen)
    none = np.zeros(0, dtype=np.int64)
    return World(
        _unit(rows).astype(np.float32),
        queries.astype(np.float32),
        (*right, *[none] * absent),
        (_WORD * word).astype(np.float32),
    )


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    unit: NDArray[np.float64] = rows / np.linalg.norm(rows, axis=-1, keepdims=True)
    return unit
