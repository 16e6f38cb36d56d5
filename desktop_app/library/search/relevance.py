"""Where "found" ends: which photos of an answer fit, which perhaps do, and how a short query is made to fit better.

Two things were measured and carry over from one library to another, where a fixed cosine does not:

* A query of a few words loses the neutral word: its vector *q* becomes *q − a·b*, with *b* the mean of 400 everyday
  words. Photos that resemble every word a little ("hubs") then stop crowding the top. Kin of CSLS (Conneau et al.
  2018, "Word translation without parallel data") and of QB-Norm (Bogolin et al. 2022, "Cross modal retrieval with
  querybank normalisation"). The share *a* falls with the number of words, for sentences lose by it.
* The line is relative twice. With μ and Σ the mean and covariance of ordinary photos, a photo's cosine becomes
  *z = (q·photo − q·μ) / √(qᵀΣq)*: how far it stands above ordinary photos for this query. With *top* the z of the
  best photo (for a few words among 1,000 photos or more, the mean of the best three), the query fits if
  *top > chance + margin*, and then a photo is found if *z ≥ share · top*. *chance* is what the best of so many ordinary
  photos reaches by luck.

The constants come from word labels of three sets that nothing was trained on (26 COCO photos with 217 words, 23 other
photos with 54, 412 cut-out objects with 108; in each, words that fit nothing), chosen on two and tested on the third:
F1 0.572 on the mean, against 0.389 for one fixed cosine chosen in the same way. A threshold that does not grow with
the library reaches 0.53; logistic models on (z, z/top, top, size, rank, gap, agreement of templates) reached 0.53 at
most, for they learn the set they are shown.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.models.embedder import Embedder, Vectors
from desktop_app.library.search.answer import Band

Vector = NDArray[np.float32]

# Shares of the neutral word by number of words; none from five on (mean average precision fell there).
_NEUTRAL_SHARES = {1: 0.8, 2: 0.8, 3: 0.5, 4: 0.25}
# Shares of the best by number of words: measured for words and for whole captions, straight lines between.
_LINE_SHARES = ((2, 0.70), (7, 0.92))
# Of photos as examples, and with photos: 0.65 in place of 0.75 raised F1 from 0.36 to 0.38, 0.37 to 0.41 and 0.20 to 0.25 on
# three sets (174, 135 and 168 photos, right being those with the same label).
_EXAMPLE_SHARE = 0.65
# How far the best photo must stand above what luck reaches, in standard deviations, by number of words. Chosen for
# words; for sentences lower, because a person who writes one mostly knows the photo. Of 64 sentences that fit nothing
# (a volcano, the tax office), 61 % find nothing among 26 photos and 56 % among 469; with 0.3 it was 55 and 47 %, at the
# same F1 of 130 captions. 0.6 says so of 67 and 64 %, but also of captions that fit: F1 falls by 1 and 2 points. No other
# sign told the two apart better than z itself (AUC 0.93): cosine, gap to the second, likeness to neutral words, whitening.
_MARGINS = ((2, 0.6), (7, 0.4))
# Photos resemble photos more than texts do: the median photo's nearest neighbour stands at z = 6. Of photos that are alone with
# what they show, 55 to 80 % find nothing so, as they should; without this margin 6 to 40 %.
_EXAMPLE_MARGIN = 1.0
# Several were chosen because they have something in common, and their mean is less like any one photo: 10, 22 and 26 % of three
# photos of one thing found nothing of it with the margin of one, 0 to 8 % with this.
_EXAMPLES_MARGIN = 0.0
MARGIN_RANGE = 1.0
# From so many photos on the best one alone says little, because a single hub may be it.
_MANY_PHOTOS = 1000
MAYBE_SHARE = 0.75
NEAREST_FEW = 5
# Confidence rises from a quarter to three quarters within this many standard deviations around the line.
_CONFIDENCE_WIDTH = 1.3
_ARTICLE = re.compile(r"(?:an?|the)\s+(?=\S)", re.IGNORECASE)
_WORD = re.compile(r"\w")
_TINY = 1e-6
DEFAULT_STRICTNESS = 0.5
LOOSEST = 0.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a model makes of neutral words and of ordinary photos.

    Attributes:
        model_id: Whose vectors these are.
        templates: Sentences with "{}" for a short query; empty when the model was calibrated without words.
        text_mean: ``(dimension,)`` mean of neutral words' unit vectors, not brought to length 1.
        photo_mean: ``(dimension,)`` mean of ordinary photos' unit vectors.
        photo_covariance: ``(dimension, dimension)`` their covariance.
        photos: How many photos of the library went into it; 0 for a shipped one.
        text_covariance: ``(dimension, dimension)`` covariance of the neutral words' unit vectors; None in calibrations
            of Vislumbre 0.4 and earlier.
    """

    model_id: str
    templates: tuple[str, ...]
    text_mean: Vector
    photo_mean: Vector
    photo_covariance: NDArray[np.float32]
    photos: int = 0
    text_covariance: NDArray[np.float32] | None = None

    @property
    def knows_words(self) -> bool:
        """Whether it says how words differ, so that a text can be judged against other words."""
        return self.text_covariance is not None and bool(self.text_covariance.any())

    def judges(self, words: int) -> bool:
        """Whether a text of so many words is judged against other words too; a sentence is mostly about one photo."""
        return self.knows_words and neutral_share(words) > 0


@dataclass(frozen=True, slots=True)
class Line:
    """The line of one answer, as cosines of its query vector.

    Attributes:
        found_from: Photos from this cosine on are found; infinite when nothing fits.
        maybe_from: Photos from this cosine on, and below `found_from`, perhaps fit.
        middle: Cosine at which the confidence is a half: the line, or what it would take to be found at all.
        spread: Standard deviation of ordinary photos' cosines with this query.
    """

    found_from: float
    maybe_from: float
    middle: float
    spread: float

    def band(self, cosine: float) -> Band:
        """Return on which side of the line a photo is."""
        if cosine >= self.found_from:
            return Band.FOUND
        return Band.MAYBE if cosine >= self.maybe_from else Band.REST

    def confidence(self, cosine: float) -> float | None:
        """Return 0 to 100: a logistic curve of the cosine, 50 on the line and above it for what is found.

        It is no probability: on the measured sets, of words' photos at 50 about one in five was labelled so, at
        85 six in ten, and at 95 nine in ten. None where no line was drawn, for want of a calibration.
        """
        if self.middle == -math.inf:
            return None
        steepness = 2 * math.log(3) / (_CONFIDENCE_WIDTH * self.spread)
        return 100 / (1 + math.exp(max(-60.0, min(60.0, steepness * (self.middle - cosine)))))


@dataclass(frozen=True, slots=True)
class Judging:
    """How an answer's photos are judged.

    Attributes:
        calibration: Of the model; without one short texts are not corrected and every photo is found.
        strictness: Of the line, 0 to 1.
    """

    calibration: Calibration | None = None
    strictness: float = DEFAULT_STRICTNESS

    def loosest(self) -> "Judging":
        """Return the same with a line as loose as can be."""
        return replace(self, strictness=LOOSEST)


def words_in(text: str) -> int:
    """Count the words of a text."""
    return len([word for word in text.split() if _WORD.search(word)])


def neutral_share(words: int) -> float:
    """Return how much of the neutral word a query of so many words loses, 0 to 1."""
    return _NEUTRAL_SHARES.get(words, 0.0)


def embed_texts(texts: Sequence[str], embedder: Embedder, calibration: Calibration | None) -> Vectors:
    """Embed texts to search with: `plain_texts`, short ones without the neutral word.

    What it returns depends only on text and calibration, so it may be remembered for both.

    Args:
        texts: As typed, each one part of a query.
        embedder: The model.
        calibration: What is known of this model; None to embed every text as it is.

    Returns:
        ``(n, dimension)``, every row of length 1.
    """
    rows = plain_texts(texts, embedder, calibration)
    if calibration is not None:
        for row, text in enumerate(texts):
            if neutral_share(words_in(text)):
                rows[row] = without_neutral_word(rows[row], words_in(text), calibration)
    return rows


def plain_texts(texts: Sequence[str], embedder: Embedder, calibration: Calibration | None) -> Vectors:
    """Embed texts with the neutral word in them: short ones as the mean of the templates; see `embed_texts`."""
    sentences = [
        _in_templates(text, calibration)
        if calibration is not None and neutral_share(words_in(text))
        else [text]
        for text in texts
    ]
    vectors = iter(embedder.embed_text([sentence for group in sentences for sentence in group]))
    rows = np.zeros((len(texts), embedder.dimension), dtype=np.float32)
    for row, group in enumerate(sentences):
        rows[row] = unit(np.sum([next(vectors) for _ in group], axis=0))
    return rows


def without_neutral_word(vector: Vector, words: int, calibration: Calibration) -> Vector:
    """Take the neutral word away from a text's vector, as much of it as its number of words asks for.

    Args:
        vector: Of length 1.
        words: As `words_in` counts them.
        calibration: Of the same model.

    Returns:
        A vector of length 1.
    """
    return unit(vector - neutral_share(words) * calibration.text_mean)


def draw_line(
    query: Vector,
    best: Sequence[float],
    photos: int,
    calibration: Calibration | None,
    *,
    words: int | None,
    several: bool = False,
    strictness: float = DEFAULT_STRICTNESS,
) -> Line:
    """Find out where the fitting photos of one answer end.

    Args:
        query: The vector that was searched with, of length 1.
        best: Cosines of the best photos, descending: five or more where there are so many.
        photos: How many photos were searched: those the filters keep.
        calibration: Of the model; without one every photo is found.
        words: Number of words of the query; None when it holds example photos alone.
        several: Of more than one example.
        strictness: 0 lets much through, 1 little; 0.5 is what was measured to be best.
    """
    if calibration is None:
        return Line(-math.inf, -math.inf, -math.inf, 1.0)
    if not best:
        return Line(math.inf, math.inf, math.inf, 1.0)
    offset = float(query @ calibration.photo_mean)
    spread = max(float(query @ calibration.photo_covariance @ query), _TINY**2) ** 0.5
    counted = _counted(photos, words, len(best))
    top = (sum(best[:counted]) / counted - offset) / spread
    harder = 2 * min(1.0, max(0.0, strictness)) - 1
    needed = chance(photos, counted) + _margin(words, several=several) + MARGIN_RANGE * harder
    if top <= max(needed, _TINY):
        nearest = best[min(NEAREST_FEW, len(best)) - 1]
        return Line(math.inf, nearest, max(offset + needed * spread, _above(best[0])), spread)
    share = stricter(_EXAMPLE_SHARE if words is None else line_share(words), harder)
    found_from = offset + share * top * spread
    return Line(found_from, offset + MAYBE_SHARE * share * top * spread, found_from, spread)


def _margin(words: int | None, *, several: bool) -> float:
    if words is not None:
        return between(_MARGINS, words)
    return _EXAMPLES_MARGIN if several else _EXAMPLE_MARGIN


def line_share(words: int) -> float:
    """Return which share of the best photo's z a photo needs to be found, by the query's number of words."""
    return between(_LINE_SHARES, words)


def chance(photos: int, counted: int = 1) -> float:
    """Return the z that the best of so many ordinary photos reach by luck (median; mean of the best `counted`).

    The median of the k-th largest of n normal values is near the quantile (k − 0.3) / (n + 0.4) from above
    (Benard and Bos-Levenbach 1953, median ranks).
    """
    counted = max(1, min(counted, photos))
    ranks = [(place - 0.3) / (max(photos, 1) + 0.4) for place in range(1, counted + 1)]
    return -sum(NormalDist().inv_cdf(rank) for rank in ranks) / counted


def unit(vector: Vector) -> Vector:
    """Bring a vector to length 1; one without length stays as it is."""
    length = float(np.linalg.norm(vector))
    return (vector / length if length > _TINY else vector).astype(np.float32)


def _counted(photos: int, words: int | None, known: int) -> int:
    """Return how many of the best photos say how good an answer can be: a sentence is mostly about one."""
    several = photos >= _MANY_PHOTOS and words is not None and neutral_share(words) > 0
    return min(3, known) if several else 1


def between(ends: tuple[tuple[int, float], tuple[int, float]], words: int) -> float:
    """Return what lies on the straight line between two ends, and beyond them the nearer end."""
    (few, at_few), (many, at_many) = ends
    return at_few + (at_many - at_few) * (min(many, max(few, words)) - few) / (many - few)


def _bare(text: str) -> str:
    return _ARTICLE.sub("", text.strip(), count=1) if _ARTICLE.match(text.strip()) else text.strip()


def _in_templates(text: str, calibration: Calibration) -> list[str]:
    return [template.replace("{}", _bare(text)) for template in calibration.templates] or [text]


def stricter(share: float, harder: float) -> float:
    """Move a share: down to 0.7 of itself, or two thirds of the way up to 1."""
    return share * (1 + 0.3 * harder) if harder < 0 else share + (1 - share) * 0.67 * harder


def _above(cosine: float) -> float:
    return math.nextafter(cosine, math.inf)
