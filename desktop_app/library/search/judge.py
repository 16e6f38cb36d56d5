"""Judges the photos of an answer by words: how well they show what is wanted, and whether they show what is not."""

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
from desktop_app.library.search.query_vector import combined
from desktop_app.library.search.relevance import DEFAULT_STRICTNESS, LOOSEST, Calibration, Line
from desktop_app.library.search.rows import Rows

# What is not wanted must stand as clearly in a photo as what is, for a cat looks a little like a dog. Of 180 pairs of words most
# alike, on three sets, 4 to 14 % of the rightly wanted stand below so, and 32 to 48 % did from 0.8 on.
_AS_CLEARLY = 1.0
# A thing that 5 % of the photos show is in 75 to 125 of so many in 99 of 100 samples, whatever the size of the library.
_SAMPLE = 2_000
_REMEMBERED_SAMPLES = 8
# Where one of the last quarter fits, more are looked at, up to what a window shows.
_TAIL = 4
_MOST_LOOKED_AT = 5_000

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
class Judged:
    """How one question's words are judged.

    Attributes:
        wanted: What is looked for, all of it together.
        unwanted: What is not, each for itself.
        catalog: Has the photos' vectors.
    """

    wanted: Judgement
    unwanted: tuple[Judgement, ...]
    catalog: Catalog

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
        self,
        texts: Sequence[tuple[float, Asked]],
        best: list[Placed],
        searched: Ids,
        calibration: Calibration,
        words: int,
    ) -> Judged | None:
        """Find out how the words of a question are judged; None where the photos that were found are gone.

        Args:
            texts: All that is asked, with weights; below 0 for what is not wanted. Something of it is wanted.
            best: The `judgement.BEST_ROWS` nearest contents, or all; one at least.
            searched: ``(n,)`` contents that were compared, ascending.
            calibration: One that knows words.
            words: How many are looked for in all.
        """
        _, nearest = _seen(self._catalog, [placed.compared_id for placed in best], calibration)
        sample = self._sample(searched, calibration)
        wanted = _together([part for part in texts if part[0] > 0], words)
        if wanted is None or not len(nearest.vectors):
            return None
        # What is not wanted was not searched for: how clearly photos can show it is seen from all that are at hand.
        at_hand = sample if len(sample.vectors) == len(searched) else nearest.joined(sample)
        unwanted = tuple(
            judge(text, at_hand, sample, len(searched), calibration)
            for weight, text in texts
            if weight < 0 and calibration.judges(text.words)
        )
        found = judge(wanted, nearest, sample, len(searched), calibration)
        return Judged(found, unwanted, self._catalog)

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
    asked = np.array(content_ids, dtype=np.int64)
    blocks = list(catalog.vectors.of_contents(calibration.model_id, asked))
    numbers = [np.zeros(0, dtype=np.int64), *(block[0] for block in blocks)]
    vectors = [np.zeros((0, len(calibration.text_mean)), dtype=np.float32), *(block[1] for block in blocks)]
    return np.concatenate(numbers), Compared.of(np.concatenate(vectors), calibration)


def _together(texts: Sequence[tuple[float, Asked]], words: int) -> Asked | None:
    vector = combined([(weight, text.vector) for weight, text in texts])
    plain = combined([(weight, text.plain) for weight, text in texts])
    return None if vector is None or plain is None else Asked(vector, plain, words)
