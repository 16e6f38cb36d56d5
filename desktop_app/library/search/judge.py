"""Judges the photos of an answer by words: how well they show what is wanted, and whether they show what is not.

A thumb, or a photo that is not wanted, leaves words what they are: they are judged as without it, moved towards the photos that
are liked, and the line is drawn by photos that nobody judged. Of words of one to four words that four photos or more show, F1 of
what is found among the photos not judged, before (by *z* alone, see `relevance`) and now (with `unlike`):

    set (words)            first wrong disliked   the same as -photo   first right liked    both
    361 cut-outs (58)      0.374  0.414           0.169  0.414         0.345  0.367         0.357  0.394
    282 animals (46)       0.382  0.457           0.218  0.457         0.375  0.439         0.402  0.459
    134 everyday (55)      0.371  0.426           0.257  0.426         0.272  0.358         0.301  0.377
    of these, more than 15 % of the photos show (20):
                           0.245  0.568           0.210  0.568         0.250  0.600         0.250  0.607
    and less than 5 % (100):
                           0.395  0.392           0.212  0.392         0.331  0.319         0.362  0.346

Mean average precision is at most 0.011 lower than before, and much higher for photos that are not wanted, which weigh less
too; see `query_vector`. Judged by the mean of words and disliked photos in place of the words alone, as many words gain as lose
(F1 0.427, 0.408 and 0.419 beside 0.419, 0.395 and 0.430).
Of 159 words that fit nothing, 84, 82, 90 and 100 % (26 COCO photos) find nothing once the first photo is disliked; 87, 90, 95
and 97 % did by *z*.
"""

import math
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog import Catalog
from desktop_app.library.search.answer import Band
from desktop_app.library.search.judgement import Asked, Compared, Judgement, judge
from desktop_app.library.search.moments import Placed
from desktop_app.library.search.query_vector import refined
from desktop_app.library.search.relevance import DEFAULT_STRICTNESS, LOOSEST, Calibration, Line, Vector
from desktop_app.library.search.rows import Rows
from desktop_app.library.search.unlike import Unlike, vectors_of

# What is not wanted must stand as clearly in a photo as what is, for a cat looks a little like a dog. Of 180 pairs of words most
# alike, on three sets, 4 to 14 % of the rightly wanted stand below so, and 32 to 48 % did from 0.8 on.
_AS_CLEARLY = 1.0
# A thing that 5 % of the photos show is in 75 to 125 of so many in 99 of 100 samples, whatever the size of the library.
_SAMPLE = 2_000
_REMEMBERED_SAMPLES = 8
# Where one of the last quarter fits, more are looked at, up to what a window shows.
_TAIL = 4
_MOST_LOOKED_AT = 5_000
_TINY = 1e-6

Ids = NDArray[np.int64]


class Standing(NamedTuple):
    """Where one photo stands.

    Attributes:
        value: On the scale of the line.
        unwanted: Whether something is found in it that is not wanted.
    """

    value: float
    unwanted: bool

    def fits(self, line: Line) -> bool:
        """Whether it is found."""
        return not self.unwanted and line.band(self.value) is Band.FOUND


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of photos.

    Attributes:
        texts: All of them, with weights; below 0 for what is not wanted. Something of it is wanted.
        words: How many are looked for in all.
        liked: Vectors of photos with thumbs up: what is looked for is a little like them.
        unlike: Photos whose like is not wanted.
    """

    texts: Sequence[tuple[float, Asked]]
    words: int
    liked: Sequence[Vector] = ()
    unlike: Unlike | None = None

    def wanted(self) -> Asked | None:
        """Return what is looked for, all of it together; None where it cancels out."""
        texts = [part for part in self.texts if part[0] > 0]
        vector = refined([(weight, text.vector) for weight, text in texts], self.liked, [])
        plain = refined([(weight, text.plain) for weight, text in texts], self.liked, [])
        return None if vector is None or plain is None else Asked(vector, plain, self.words)


@dataclass(frozen=True, slots=True)
class Judged:
    """How one question's words are judged.

    Attributes:
        wanted: What is looked for, all of it together.
        unwanted: What is not, each for itself.
        catalog: Has the photos' vectors.
        unlike: Photos whose like is not wanted.
    """

    wanted: Judgement
    unwanted: tuple[Judgement, ...]
    catalog: Catalog
    unlike: Unlike | None = None

    def line(self, strictness: float) -> Line:
        """Return where the photos end that show what is wanted."""
        return self.wanted.line(strictness)

    def placed(self, rows: Rows) -> Rows:
        """Say of photos where they stand to that line, and whether what is not wanted is found in them."""
        standings = self.standings([row.compared_id for row in rows])
        # A vector that went between the search and now leaves a photo that cannot be judged, and is gone.
        return [
            row._replace(standing=there.value, unwanted=there.unwanted)
            for row in rows
            if (there := standings.get(row.compared_id)) is not None
        ]

    def standings(self, content_ids: list[int]) -> dict[int, Standing]:
        """Return where those of some contents stand that have a vector."""
        ids, photos = _seen(self.catalog, content_ids, self.wanted.calibration)
        values = self.wanted.values(photos)
        spoilt = np.zeros(len(values), dtype=np.bool_)
        for unwanted in self.unwanted:
            found_from = unwanted.line(DEFAULT_STRICTNESS).found_from
            against = unwanted.values(photos)
            spoilt |= (against >= found_from) & (against >= _AS_CLEARLY * values)
        if self.unlike is not None:
            spoilt |= self.unlike.shown(photos.vectors, values / max(float(self.wanted.best[0]), _TINY))
        said = map(Standing, values.tolist(), spoilt.tolist())
        return dict(zip(ids.tolist(), said, strict=True))

    def those_that_fit_first(
        self, found: list[Placed], nearest: Callable[[int], list[Placed]], limit: int, strictness: float
    ) -> list[Placed]:
        """Return contents with what fits before the rest; their cosines alone do not say where it ends.

        Args:
            found: The nearest so far, best first.
            nearest: Finds so many of them; asked where even some of the last so far fit.
            limit: So many that fit are enough.
            strictness: Of the line; where nothing fits, the end of the loosest line is looked for.
        """
        line = self.line(strictness)
        if line.found_from == math.inf:
            line = self.line(LOOSEST)
        known: dict[int, bool] = {}
        while True:
            new = [placed.compared_id for placed in found if placed.compared_id not in known]
            known |= {number: there.fits(line) for number, there in self.standings(new).items()}
            fits = [known.get(placed.compared_id, False) for placed in found]
            ended = sum(fits) >= limit or not any(fits[-(len(fits) // _TAIL + 1) :])
            more = [] if ended or len(found) >= _MOST_LOOKED_AT else nearest(2 * len(found))
            if len(more) <= len(found):
                return [found[at] for at in sorted(range(len(found)), key=lambda at: not fits[at])][:limit]
            found = more


class Judge:
    """Judges the words of questions about one library. Belongs to the search thread."""

    def __init__(self, catalog: Catalog) -> None:
        """Make it; nothing is read yet."""
        self._catalog = catalog
        self._samples: OrderedDict[tuple[str, bytes], Compared] = OrderedDict()

    def judged(
        self, question: Question, best: list[Placed], searched: Ids, calibration: Calibration
    ) -> Judged | None:
        """Find out how the words of a question are judged; None where the photos that were found are gone.

        Args:
            question: What is asked.
            best: The `judgement.BEST_ROWS` nearest contents that nobody judged, or all; one at least.
            searched: ``(n,)`` contents that were compared, ascending.
            calibration: One that knows words.
        """
        _, nearest = _seen(self._catalog, [placed.compared_id for placed in best], calibration)
        sample = self._sample(searched, calibration)
        wanted = question.wanted()
        if wanted is None or not len(nearest.vectors):
            return None
        # What is not wanted was not searched for: how clearly photos can show it is seen from all that are at hand.
        at_hand = sample if len(sample.vectors) == len(searched) else nearest.joined(sample)
        unwanted = tuple(
            judge(text, at_hand, sample, len(searched), calibration)
            for weight, text in question.texts
            if weight < 0 and calibration.judges(text.words)
        )
        found = judge(wanted, nearest, sample, len(searched), calibration)
        return Judged(found, unwanted, self._catalog, question.unlike)

    def _sample(self, content_ids: Ids, calibration: Calibration) -> Compared:
        """Return at most 2,000 of some contents, ``(n,)`` ascending, evenly spread; all of them where they are few."""
        chosen = content_ids[:: max(1, -(-len(content_ids) // _SAMPLE))]
        words = calibration.text_covariance
        key = (calibration.model_id, chosen.tobytes() + (b"" if words is None else words[0].tobytes()))
        if key not in self._samples:
            self._samples[key] = _seen(self._catalog, chosen.tolist(), calibration)[1]
            if len(self._samples) > _REMEMBERED_SAMPLES:
                self._samples.popitem(last=False)
        self._samples.move_to_end(key)
        return self._samples[key]


def _seen(catalog: Catalog, content_ids: list[int], calibration: Calibration) -> tuple[Ids, Compared]:
    """Return those of some contents that have a vector, in no order, and how words see them."""
    ids, vectors = vectors_of(catalog, content_ids, calibration)
    return ids, Compared.of(vectors, calibration)
