"""Makes the hits of an answer from two rankings: by what the photos show, and by the words in their names.

The two are joined by reciprocal rank fusion (Cormack, Clarke and Büttcher 2009, "Reciprocal rank fusion outperforms
Condorcet and individual rank learning methods", SIGIR; k = 60 is theirs): a photo's value is the sum of
weight / (k + rank) over the rankings that have it. It needs no common scale, which cosines and words do not have. The
line goes before it: what is found stands above what may be, and that above the rest, whatever the values.

The ranking by names is by the share of the query that a photo's names hold: each word counts by its rarity,
ln((N + 1) / (n + ½)) with n of the N files having it (Spärck Jones 1972, "A statistical interpretation of term
specificity"). That share is also the weight, so a photo with one word of a sentence in its folder is moved a little,
and photos with the same share have the same rank. A word that more than half of all photos have says nothing and is
left out.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog import Kept, NamedWord
from desktop_app.library.photo import Photo
from desktop_app.library.query.parse import Query
from desktop_app.library.search.answer import Band, Hit, Reason
from desktop_app.library.search.examples import Content, content_of
from desktop_app.library.search.found_by import reasons_of
from desktop_app.library.search.relevance import Line
from desktop_app.library.search.resolved import Ranking
from desktop_app.library.search.rows import Row, Rows

_K = 60
MOST_SHARE = 0.5
"""A word that more of the photos have than this says nothing."""

WEIGHT = 0.5
"""Of the names, the pictures counting 1: a photo with all the words in its names comes before those without from the 62nd
place on whatever it shows, and before all of them if it is among the best 60 itself. Measured with 26 photos in folders
called after one thing that they show: mean average precision of the 26 words 0.735 without names, 0.822 with a weight of
0.25, and 0.831 from 0.5 on; in folders called after something else 0.667, 0.523 and 0.458."""

WEIGHT_OF_A_NAME = 2.0
"""The same where the text looks like a file's name: those that have it come first, whatever they show."""

# Shares nearer to each other than this are equal but for rounding.
_DIGITS = 6
# In percent: the confidence of a photo that is just found.
_ON_THE_LINE = 50.0
# So many numbers for each file, and the files are sorted; a flag for each number would take the memory of all that ever were.
_SPARSE = 8
_ORDER = {Band.FOUND: 0, Band.MAYBE: 1, Band.REST: 2}


@dataclass(frozen=True, slots=True)
class Names:
    """The photos that have words of a query in their names.

    Attributes:
        words: What of the query can be told by names at all.
        file_ids: Files with any of the words, ``(n,)`` int64, ascending.
        content_ids: The content of each; 0 for a file without a vector.
        shares: How much of the query each has, above 0 to 1 for all of it.
        has: Which of the words each has, ``(n, words)``.
    """

    words: tuple[str, ...]
    file_ids: NDArray[np.int64]
    content_ids: NDArray[np.int64]
    shares: NDArray[np.float64]
    has: NDArray[np.bool_]

    def share_of(self, file_id: int) -> float:
        """Return how much of the query a file's names hold; 0 for nothing of it."""
        return self.shares_of([file_id])[0]

    def shares_of(self, file_ids: Sequence[int]) -> list[float]:
        """Return the same for each of several files."""
        rows, is_here = self._rows(file_ids)
        shares: list[float] = np.where(is_here, self.shares[rows], 0.0).tolist()
        return shares

    def words_of(self, file_id: int) -> str:
        """Return the words that a file's names hold, with spaces between them."""
        (row,), (is_here,) = self._rows([file_id])
        return " ".join(compress(self.words, self.has[row].tolist())) if is_here else ""

    def comparable(self) -> Kept:
        """Return those with a vector as filters return photos; of equal files the one that has most of the words."""
        read = np.flatnonzero(self.content_ids)
        # Most files came with their contents, in one order: to put these in order costs nothing, and lexsort 40 ms for 200,000.
        order = read[np.argsort(self.content_ids[read], kind="stable")]
        contents, shares = self.content_ids[order], self.shares[order]
        begins = np.flatnonzero(np.diff(contents, prepend=0))
        if len(begins) < len(contents):
            most = np.repeat(np.maximum.reduceat(shares, begins), np.diff(begins, append=len(contents)))
            order = order[shares == most]
            contents = self.content_ids[order]
            begins = np.flatnonzero(np.diff(contents, prepend=0))
        return Kept(len(begins), contents[begins], self.file_ids[order[begins]])

    def incomparable(self, limit: int) -> list[int]:
        """Return at most so many files without a vector that have all the words, those added last first."""
        is_one = (self.content_ids == 0) & (self.shares == 1.0)
        found: list[int] = self.file_ids[np.flatnonzero(is_one)[::-1][:limit]].tolist()
        return found

    def _rows(self, file_ids: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return where files are, and whether they are there at all."""
        wanted = np.asarray(file_ids, dtype=np.int64)
        rows = np.minimum(np.searchsorted(self.file_ids, wanted), len(self.file_ids) - 1)
        return rows, self.file_ids[rows] == wanted


@dataclass(frozen=True, slots=True)
class Called:
    """The photos whose names hold words of a query.

    Attributes:
        names: Which of them have which words.
        rows: Those with a vector and their cosines, best first.
        without_vector: Those without a vector that have all the words.
        weight: Of their ranking, that of the pictures being 1.
    """

    names: Names
    rows: Rows
    without_vector: Sequence[Photo]
    weight: float


def names_of(words: Sequence[NamedWord]) -> Names | None:
    """Return the photos that have some of the words with the share of each; None where the words tell nothing."""
    telling = [word for word in words if word.count <= MOST_SHARE * word.of]
    if not any(len(word.file_ids) for word in telling):
        return None
    files, has = _files_and_words([word.file_ids for word in telling])
    contents = np.zeros(len(files), dtype=np.int64)
    for column, word in enumerate(telling):
        # Both ascend.
        contents[has[:, column]] = word.content_ids
    weights = np.array([math.log((word.of + 1) / (word.count + 0.5)) for word in telling])
    shares = np.round(has @ weights / weights.sum(), _DIGITS)
    return Names(tuple(word.word for word in telling), files, contents, shares, has)


def _files_and_words(listed: Sequence[NDArray[np.int64]]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return all files, ascending, and which of the lists each is in, ``(files, lists)``."""
    most = max(int(numbers[-1]) for numbers in listed if len(numbers))
    if most > _SPARSE * sum(map(len, listed)):
        # Numbers are never given again: those of a few photos may be high after years.
        files = np.unique(np.concatenate(listed))
        has = np.zeros((len(files), len(listed)), dtype=np.bool_)
        for column, numbers in enumerate(listed):
            has[np.searchsorted(files, numbers), column] = True
        return files, has
    # One flag a number: ten times as quick as to sort and to search among 300,000 of a million files.
    flags = np.zeros((len(listed), most + 1), dtype=np.bool_)
    for flag, numbers in zip(flags, listed, strict=True):
        flag[numbers] = True
    files = np.flatnonzero(flags.any(axis=0))
    return files, np.take(flags, files, axis=1).T


def fused(scores: Sequence[float | None], shares: Sequence[float], weight: float) -> list[float]:
    """Return the value of each photo from its cosine and its share of the words; more is better.

    Args:
        scores: Cosines; None for a photo that cannot be compared.
        shares: How much of the words each photo's names hold, 0 to 1.
        weight: Of the ranking by names.
    """
    ranks = _ranks([-math.inf if score is None else score for score in scores])
    tiers = _ranks(shares)
    return [
        (0.0 if score is None else 1 / (_K + rank)) + (weight * share / (_K + tier) if share else 0.0)
        for score, share, rank, tier in zip(scores, shares, ranks, tiers, strict=True)
    ]


def _ranks(values: Sequence[float]) -> list[int]:
    """Return places from 1, largest first; equal values share one, and the next value has the next."""
    place = {value: rank for rank, value in enumerate(sorted(set(values), reverse=True), 1)}
    return [place[value] for value in values]


def hits_of(query: Query, ranking: Ranking, called: Called | None, limit: int) -> tuple[Hit, ...]:
    """Return the hits of an answer, best first: what is found, then what may be, then the rest.

    Within each of the three they are in the order of the fused rankings, and those that show what is not wanted come
    last. Equal files are one hit: the file whose name
    has most of the words.
    """
    scored = _scored(ranking, called)
    hits = _on_the_line(scored, ranking, called)
    values = [0.0] * len(hits)
    if called is not None:
        shares = called.names.shares_of([hit.photo.id for hit in hits])
        values = fused([hit.score for hit in hits], shares, called.weight)
    below = [
        row is not None and row.unwanted and content not in ranking.liked
        for content, (_, row) in scored.items()
    ]
    order = sorted(range(len(hits)), key=lambda at: (_ORDER[hits[at].band], below[at], -values[at]))[:limit]
    # Only now is it known of which it will be read.
    return tuple(
        replace(hits[at], rank=rank, why=_why(query, hits[at], called)) for rank, at in enumerate(order, 1)
    )


def count_found(ranking: Ranking, called: Called | None, limit: int) -> int:
    """Return how many of the hits of an answer are found."""
    hits = _on_the_line(_scored(ranking, called), ranking, called)
    return min(limit, sum(hit.band is Band.FOUND for hit in hits))


_Scored = dict[Content, tuple[Photo, Row | None]]


def _scored(ranking: Ranking, called: Called | None) -> _Scored:
    """Return what either ranking has, equal files once."""
    scored: _Scored = {content_of(row.photo): (row.photo, row) for row in ranking.rows}
    if called is not None:
        scored |= {content_of(row.photo): (row.photo, row) for row in called.rows}
        for photo in called.without_vector:
            scored.setdefault(content_of(photo), (photo, None))
    return scored


def _on_the_line(scored: _Scored, ranking: Ranking, called: Called | None) -> list[Hit]:
    """Return hits on their side of the line, without a rank or a reason."""
    shares = [0.0] * len(scored)
    if called is not None:
        shares = called.names.shares_of([photo.id for photo, _ in scored.values()])
    return [
        placed(
            Hit(0, photo, row and row.score, share == 1.0, at_s=row and row.at_s),
            ranking.line,
            row,
            is_liked=content in ranking.liked,
        )
        for (content, (photo, row)), share in zip(scored.items(), shares, strict=True)
    ]


def _why(query: Query, hit: Hit, called: Called | None) -> tuple[Reason, ...]:
    words = called.names.words_of(hit.photo.id) if called is not None else ""
    return reasons_of(hit.photo, query, seen=hit.score is not None, words=words)


def placed(hit: Hit, line: Line | None, row: Row | None = None, *, is_liked: bool = False) -> Hit:
    """Say on which side of the line a hit is; what has the words in its name, or is liked, is found in any case.

    A photo in which something is found that is not wanted may fit at most.
    """
    if line is None or hit.score is None:
        return hit
    standing = hit.score if row is None else row.on_the_line
    band, confidence = line.band(standing), line.confidence(standing)
    if row is not None and row.unwanted and band is Band.FOUND:
        band, confidence = Band.MAYBE, None if confidence is None else min(_ON_THE_LINE, confidence)
    if is_liked:
        return replace(hit, confidence=None if confidence is None else max(_ON_THE_LINE, confidence))
    if hit.by_name:
        # What it shows says "no", which is not what it was found by.
        return replace(hit, confidence=confidence if band is Band.FOUND else None)
    return replace(hit, band=band, confidence=confidence)
