"""Joins the photos that show what was asked for with those that are called so, into the hits of one answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from desktop_app.library.band import Band
from desktop_app.library.examples import Content, content_of
from desktop_app.library.fusion import Names, fused
from desktop_app.library.photo import Hit, Photo
from desktop_app.library.query import Query
from desktop_app.library.ranking import Ranking, Row, Rows
from desktop_app.library.reasons import reasons_of
from desktop_app.library.relevance import Line

# In percent: the confidence of a photo that is just found.
_ON_THE_LINE = 50.0
_ORDER = {Band.FOUND: 0, Band.MAYBE: 1, Band.REST: 2}


@dataclass(frozen=True, slots=True)
class Called:
    """The photos whose names hold words of a query.

    Attributes:
        names: Which of them have which words.
        rows: Those with a vector and their cosines, best first.
        others: Those without one that have all the words.
        weight: Of their ranking, that of the pictures being 1.
    """

    names: Names
    rows: Rows
    others: Sequence[Photo]
    weight: float


def joined(query: Query, ranking: Ranking, called: Called | None, limit: int) -> tuple[Hit, ...]:
    """Return the hits of an answer, best first: what is found, then what may be, then the rest.

    Within each of the three they are in the order of the fused rankings. Equal files are one hit: the file whose name
    has most of the words.
    """
    scored: dict[Content, tuple[Photo, Row | None]] = {
        content_of(row.photo): (row.photo, row) for row in ranking.rows
    }
    if called is not None:
        scored |= {content_of(row.photo): (row.photo, row) for row in called.rows}
        for photo in called.others:
            scored.setdefault(content_of(photo), (photo, None))
    hits = [_hit(query, photo, row, called.names if called else None) for photo, row in scored.values()]
    hits = [placed(hit, ranking.line, is_liked=content_of(hit.photo) in ranking.liked) for hit in hits]
    if called is None:
        return tuple(replace(hit, rank=rank) for rank, hit in enumerate(hits[:limit], 1))
    values = fused(
        [hit.score for hit in hits], [called.names.share_of(hit.photo.id) for hit in hits], called.weight
    )
    order = sorted(range(len(hits)), key=lambda at: (_ORDER[hits[at].band], -values[at]))[:limit]
    return tuple(replace(hits[at], rank=rank) for rank, at in enumerate(order, 1))


def placed(hit: Hit, line: Line | None, *, is_liked: bool = False) -> Hit:
    """Say on which side of the line a hit is; what has the words in its name, or is liked, is found in any case."""
    if line is None or hit.score is None:
        return hit
    band, confidence = line.band(hit.score), line.confidence(hit.score)
    if is_liked:
        return replace(hit, confidence=None if confidence is None else max(_ON_THE_LINE, confidence))
    if hit.by_name:
        # What it shows says "no", which is not what it was found by.
        return replace(hit, confidence=confidence if band is Band.FOUND else None)
    return replace(hit, band=band, confidence=confidence)


def _hit(query: Query, photo: Photo, row: Row | None, names: Names | None) -> Hit:
    words = names.words_of(photo.id) if names else ""
    why = reasons_of(photo, query, seen=row is not None, words=words)
    by_name = names is not None and names.share_of(photo.id) == 1.0
    return Hit(0, photo, row and row.score, by_name, why, at_s=row and row.at_s)
