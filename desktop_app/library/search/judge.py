"""Judges the photos of an answer by words: how well they show what is wanted, and whether they show what is not."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog import Catalog
from desktop_app.library.search.judgement import Asked, Compared, Judgement, judge
from desktop_app.library.search.query_vector import combined
from desktop_app.library.search.relevance import DEFAULT_STRICTNESS, Calibration, Line, Vector
from desktop_app.library.search.rows import Row, Rows
from desktop_app.library.search.standing import Standing

# What is not wanted must stand nearly as clearly in a photo as what is: a cat looks a little like a dog.
_AS_CLEARLY = 0.8


@dataclass(frozen=True, slots=True)
class AskedText:
    """Words of a query.

    Attributes:
        weight: Below 0 for what is not wanted.
        vector: ``(dimension,)`` what is searched with: of few words without the neutral word. Of length 1.
        plain: ``(dimension,)`` the same with it. Of length 1.
        words: How many they are.
    """

    weight: float
    vector: Vector
    plain: Vector
    words: int


@dataclass(frozen=True, slots=True)
class Judged:
    """How one question's words are judged.

    Attributes:
        wanted: What is looked for, all of it together.
        unwanted: What is not, each for itself.
        standing: Has the photos.
    """

    wanted: Judgement
    unwanted: tuple[Judgement, ...]
    standing: Standing

    def line(self, strictness: float) -> Line:
        """Return where the photos end that show what is wanted."""
        return self.wanted.line(strictness)

    def placed(self, rows: Rows) -> Rows:
        """Say of photos where they stand to that line, and whether what is not wanted is found in them."""
        ids = np.array([row.compared_id for row in rows], dtype=np.int64)
        there, photos = self.standing.of(ids, self.wanted.calibration)
        values = self.wanted.values(photos)
        spoilt = np.zeros(len(values), dtype=np.bool_)
        for unwanted in self.unwanted:
            found_from = unwanted.line(DEFAULT_STRICTNESS).found_from
            against = unwanted.values(photos)
            spoilt |= (against >= found_from) & (against >= _AS_CLEARLY * values)
        said = {
            number: (value, bad)
            for number, value, bad in zip(there.tolist(), values.tolist(), spoilt.tolist(), strict=True)
        }
        # A vector that went between the search and now leaves a photo that is not judged any more.
        return [_placed(row, *said[row.compared_id]) for row in rows if row.compared_id in said]


class Judge:
    """Judges the words of questions about one library. Belongs to the search thread."""

    def __init__(self, catalog: Catalog) -> None:
        """Make it; nothing is read yet."""
        self._standing = Standing(catalog)

    def judged(
        self,
        texts: Sequence[AskedText],
        rows: Rows,
        searched: NDArray[np.int64],
        calibration: Calibration,
        words: int,
    ) -> Judged | None:
        """Find out how the words of a question are judged; None where the photos that were found are gone.

        Args:
            texts: All that is asked; something of it is wanted.
            rows: The nearest photos; one at least.
            searched: ``(n,)`` contents that were compared, ascending.
            calibration: One that knows words.
            words: How many are looked for in all.
        """
        ids = np.array([row.compared_id for row in rows], dtype=np.int64)
        _, best = self._standing.of(ids, calibration)
        sample = self._standing.sample(searched, calibration)
        wanted = _together([text for text in texts if text.weight > 0], words)
        if wanted is None or not len(best.vectors):
            return None
        everywhere = sample if len(sample.vectors) == len(searched) else _both(best, sample)
        unwanted = tuple(
            judge(Asked(text.vector, text.plain, text.words), everywhere, sample, len(searched), calibration)
            for text in texts
            if text.weight < 0 and calibration.judges(text.words)
        )
        found = judge(wanted, best, sample, len(searched), calibration)
        return Judged(found, unwanted, self._standing)


def _together(texts: Sequence[AskedText], words: int) -> Asked | None:
    vector = combined([(text.weight, text.vector) for text in texts])
    plain = combined([(text.weight, text.plain) for text in texts])
    return None if vector is None or plain is None else Asked(vector, plain, words)


def _both(one: Compared, other: Compared) -> Compared:
    return Compared(
        np.concatenate([one.vectors, other.vectors]),
        np.concatenate([one.mean, other.mean]),
        np.concatenate([one.spread, other.spread]),
    )


def _placed(row: Row, standing: float, unwanted: bool) -> Row:
    return row._replace(standing=standing, unwanted=unwanted)
