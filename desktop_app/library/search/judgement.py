"""Which photos a text fits, judged from two sides: among photos, and among words.

For a text *q* and a photo *p*, both of length 1:

* *z = (q'·p − q'·μ) / √(q'ᵀΣq')* says how far the photo stands above ordinary photos for this text, with *q'* the vector
  that is searched with and μ, Σ mean and covariance of ordinary photos. What most photos show stands above none of them.
* *zw = (q·p − b·p) / √(pᵀΣₜp)* says how far the text stands above other words for this photo, with *b*, Σₜ mean and
  covariance of the neutral words. What else the library holds does not enter, so it finds what is common; but a
  word that is near the right one (fruit, where cherries were asked for) stands high as well.

Speech recognition knows the two as zero and test normalisation, and their sum as symmetric normalisation (Auckenthaler,
Carey and Lloyd-Thomas 2000, "Score normalization for text-independent speaker verification systems"; Kenny 2010,
"Bayesian speaker verification with heavy-tailed priors"). Here too **the sum *z + zw* says which photos fit**: those that
reach a share of the best photo's sum. The share falls with how common the thing seems to be, that is with the part of the
photos in which *zw* is above 2.25.

**Whether anything fits at all** is asked first. The best must stand above what so many photos reach by luck: a little in
both, or clearly in *zw*, which tells words that fit from words that do not better (area under the curve 0.83 on 26 COCO
photos and 0.84 to 0.89 on libraries of cut-out objects, where *z* has 0.76 and 0.55 to 0.71).

The constants are one of some 150 settings, scored on cut-out objects (alone, and in libraries of which a quarter or half is one
kind), on 282 photos of animals and places, and on 26 COCO and 134 other everyday photos. None of these was kept back: the
page of help relevance.md has the figures, which say how well the constants suit the sets they were chosen with.
"""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.search.relevance import (
    MARGIN_RANGE,
    MAYBE_SHARE,
    NEAREST_FEW,
    Calibration,
    Line,
    Vector,
    between,
    chance,
    stricter,
)

# Shares of the best sum by number of words, for what is rare; for what is common, less by the second.
_SHARES = ((2, 0.72), (7, 0.92))
_LESS_WHERE_COMMON = ((2, 0.38), (7, 0.0))
# A thing is in this part of the photos: up to the first it is rare, from the second on common.
_RARE, _COMMON = 0.05, 0.25
_SHOWS_IT = 2.25
# In standard deviations above luck: a little of both, or much of the second.
_MARGIN_Z, _MARGIN_ZW, _MARGIN_ZW_ALONE = 0.6, -0.4, 1.0
BEST_ROWS = 50
"""So many of the nearest photos say how good an answer can be, however many are asked for."""

_COUNTED = 3
# From so many photos on the best one alone says little, because a single hub may be it.
_MANY_PHOTOS = 1000
# The confidence's width in sums of z and zw, which spread more than z does.
_SPREAD = 1.6
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Compared:
    """Photos as words see them; depends on photo and model only.

    Attributes:
        vectors: ``(n, dimension)`` float32, every row of length 1.
        mean: ``(n,)`` mean cosine with the neutral words.
        spread: ``(n,)`` standard deviation of the same.
    """

    vectors: NDArray[np.float32]
    mean: NDArray[np.float32]
    spread: NDArray[np.float32]

    @classmethod
    def of(cls, vectors: NDArray[np.float32], calibration: Calibration) -> Self:
        """Work the two numbers out; the calibration must have a covariance of words."""
        covariance = calibration.text_covariance
        if covariance is None:
            raise ValueError("the calibration says nothing of how words differ")
        variance = np.einsum("ij,ij->i", vectors @ covariance, vectors)
        return cls(vectors, vectors @ calibration.text_mean, np.sqrt(np.maximum(variance, _TINY)))

    def some(self, rows: NDArray[np.int64]) -> Self:
        """Return those at some row numbers."""
        return type(self)(self.vectors[rows], self.mean[rows], self.spread[rows])

    def joined(self, other: Self) -> Self:
        """Return these and others."""
        return type(self)(
            np.concatenate([self.vectors, other.vectors]),
            np.concatenate([self.mean, other.mean]),
            np.concatenate([self.spread, other.spread]),
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """A text as photos are judged by it.

    Attributes:
        vector: ``(dimension,)`` the text as it is searched with: a short one without the neutral word. Of length 1.
        plain: ``(dimension,)`` the same with the neutral word, of length 1.
        words: How many words it has.
    """

    vector: Vector
    plain: Vector
    words: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is known of the photos that were searched for one text.

    Attributes:
        asked: The text.
        calibration: Of the model; it knows words.
        best: Sums of z and zw of the photos nearest to the text, descending; one at least.
        lacking: By how much the best of them miss what it takes to fit, in standard deviations; 0 or less where they do.
        common: In which part of the photos the text stands above other words, 0 to 1.
    """

    asked: Asked
    calibration: Calibration
    best: NDArray[np.float32]
    lacking: float
    common: float

    def values(self, photos: Compared) -> NDArray[np.float32]:
        """Return the sum of z and zw of photos, ``(n,)``: what the line is drawn in."""
        z, zw = _signs(self.asked, photos, self.calibration)
        return z + zw

    def line(self, strictness: float) -> Line:
        """Return where the photos that fit end: 0 lets much through, 1 little."""
        harder = 2 * min(1.0, max(0.0, strictness)) - 1
        lacking, best = self.lacking + MARGIN_RANGE * harder, float(self.best[0])
        if lacking > 0:
            nearest = float(self.best[min(NEAREST_FEW, len(self.best)) - 1])
            return Line(math.inf, nearest, best + lacking, _SPREAD)
        found_from = stricter(line_share(self.asked.words, self.common), harder) * max(best, _TINY)
        return Line(found_from, MAYBE_SHARE * found_from, found_from, _SPREAD)


def judge(asked: Asked, best: Compared, sample: Compared, photos: int, calibration: Calibration) -> Judgement:
    """Find out what the photos say of a text.

    Args:
        asked: The text.
        best: The `BEST_ROWS` photos nearest to it, or all; one at least.
        sample: Photos that stand for all that were searched; all of them where they are few.
        photos: How many were searched.
        calibration: One that knows words.
    """
    z, zw = _signs(asked, best, calibration)
    _, around = _signs(asked, sample, calibration)
    common = float((around > _SHOWS_IT).mean()) if len(around) else 0.0
    return Judgement(asked, calibration, np.sort(z + zw)[::-1], _lacking(z, zw, photos), common)


def line_share(words: int, common: float) -> float:
    """Return which share of the best photo's sum a photo needs to be found.

    Args:
        words: Of the query.
        common: In which part of the photos the text stands above other words, 0 to 1.
    """
    on_the_way = math.log(max(common, _TINY) / _RARE) / math.log(_COMMON / _RARE)
    return between(_SHARES, words) - min(1.0, max(0.0, on_the_way)) * between(_LESS_WHERE_COMMON, words)


def _lacking(z: NDArray[np.float32], zw: NDArray[np.float32], photos: int) -> float:
    """Return by how much the best photos miss what it takes to fit, in standard deviations; 0 or less where they fit."""
    several = _COUNTED if photos >= _MANY_PHOTOS else 1
    above = _top(z, several) - chance(photos, several)
    above_words = _top(zw, _COUNTED) - chance(photos, _COUNTED)
    both = max(_MARGIN_Z - above, _MARGIN_ZW - above_words)
    return float(min(both, _MARGIN_ZW_ALONE - above_words))


def _signs(
    asked: Asked, photos: Compared, calibration: Calibration
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return z and zw of photos."""
    spread = math.sqrt(max(float(asked.vector @ calibration.photo_covariance @ asked.vector), _TINY**2))
    z = (photos.vectors @ asked.vector - float(asked.vector @ calibration.photo_mean)) / spread
    zw = (photos.vectors @ asked.plain - photos.mean) / photos.spread
    return z.astype(np.float32), zw.astype(np.float32)


def _top(values: NDArray[np.float32], count: int) -> float:
    return float(np.sort(values)[::-1][:count].mean())
