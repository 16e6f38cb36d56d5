"""Arranges the hits of an answer: in which order they are shown, and which of them lie below the line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from desktop_app.library import Answer, Band, Hit
from desktop_app.ui.grid.stacking import KnowsStacks
from desktop_app.ui.look import wording

_NEAREST: Final = 5
_CERTAIN: Final = 100.0
NOTHING_FITS: Final = "Nothing fits well. These come nearest:"


class Order(StrEnum):
    """What the hits are sorted by."""

    RELEVANCE = "relevance"
    TAKEN = "taken"
    OLDEST = "oldest"
    NAME = "name"
    LAST_NAME = "last name"
    SIZE = "size"
    SMALLEST = "smallest"


_FORTH_AND_BACK: Final = {
    Order.TAKEN: Order.OLDEST,
    Order.NAME: Order.LAST_NAME,
    Order.SIZE: Order.SMALLEST,
}
_BACK_AND_FORTH: Final = {back: forth for forth, back in _FORTH_AND_BACK.items()}
_SORTED_HOW: Final = {
    Order.TAKEN: "newest first",
    Order.OLDEST: "oldest first",
    Order.NAME: "by name",
    Order.LAST_NAME: "by name, Z to A",
    Order.SIZE: "largest first",
    Order.SMALLEST: "smallest first",
}


def turned(order: Order) -> Order:
    """Return an order the other way round; relevance has no other way."""
    return _FORTH_AND_BACK.get(order) or _BACK_AND_FORTH.get(order, order)


def forth(order: Order) -> Order:
    """Return an order as it is chosen first: the newest, the largest, A to Z."""
    return _BACK_AND_FORTH.get(order, order)


@dataclass(frozen=True, slots=True)
class Arranged:
    """An answer as it is shown.

    Attributes:
        above: Shown at once.
        below: Shown when the person asks for them.
        heading: What to say above the photos; empty where there is no line.
        has_line: Whether the engine said where "found" ends.
        found: How many are found; all, without a line.
    """

    above: tuple[Hit, ...]
    below: tuple[Hit, ...]
    heading: str
    has_line: bool
    found: int


def confidence_of(hit: Hit) -> float | None:
    """Return how well a hit fits, 0 to 100; None where the engine cannot say.

    A model that was never measured draws its line below everything: all hits are then found with exactly 100.
    """
    return hit.confidence if hit.confidence is not None and hit.confidence < _CERTAIN else None


def ends_above_the_line(answer: Answer, limit: int) -> bool:
    """Return whether an answer was cut at its limit before it came to the line, so that more photos fit."""
    seen = [hit for hit in answer.hits if hit.score is not None]
    if len(answer.hits) < limit or not has_line(seen):
        return False
    # Where nothing is found, it is the looser line that was not come to.
    return seen[-1].band is not Band.REST or (answer.looser or 0) >= limit


def has_line(hits: Sequence[Hit]) -> bool:
    """Return whether the engine drew a line through these hits, or could have."""
    return any(confidence_of(hit) is not None or hit.band is not Band.FOUND for hit in hits)


def arranged(hits: Sequence[Hit], order: Order = Order.RELEVANCE, *, loosely: bool = False) -> Arranged:
    """Sort an answer and fold what is below the line.

    By relevance, what is found and what may be is shown; in every other order only what is found, for a doubtful
    photo in the middle of the others would not be told from them. Where nothing is found, the nearest are shown.

    Args:
        hits: Best first.
        order: What to sort by.
        loosely: The person was promised so many looser matches: exactly these are shown, and called so.
    """
    if not has_line(hits):
        return Arranged(tuple(_sorted(hits, order)), (), "", has_line=False, found=len(hits))
    found, maybe, rest = (_sorted([hit for hit in hits if hit.band is band], order) for band in Band)
    if not found:
        nearest = maybe or rest[:_NEAREST]
        below = rest if maybe else rest[_NEAREST:]
        return Arranged(tuple(nearest), tuple(below), NOTHING_FITS, has_line=True, found=0)
    if order is Order.RELEVANCE and not loosely:
        return Arranged(
            (*found, *maybe), tuple(rest), _heading(found, maybe), has_line=True, found=len(found)
        )
    said = (
        wording.counted(len(found), "looser match", "looser matches")
        if loosely
        else f"{wording.number(len(found))} found"
    )
    heading = ", ".join(filter(None, (said, sorted_how(order))))
    return Arranged(tuple(found), (*maybe, *rest), heading, has_line=True, found=len(found))


def with_stacks(now: Arranged, stack_of: KnowsStacks) -> Arranged:
    """Bring photos that are below the line up to those like them that are above it: a stack is where its best is.

    What is said of the answer stays: each photo is found, or perhaps, or not, by itself.
    """
    above = {stack_of.get(hit.photo.id) for hit in now.above} - {None}
    joined = tuple(hit for hit in now.below if stack_of.get(hit.photo.id) in above)
    if not joined:
        return now
    below = tuple(hit for hit in now.below if stack_of.get(hit.photo.id) not in above)
    return replace(now, above=(*now.above, *joined), below=below)


def all_below(now: Arranged, answer: Answer) -> int:
    """Return how many of all compared photos are below the line: an answer brings only the nearest of them."""
    if not now.has_line or answer.compared is None:
        return len(now.below)
    compared_above = sum(hit.score is not None for hit in now.above)
    return max(len(now.below), answer.compared - compared_above)


def parts_below(now: Arranged) -> list[tuple[int, str]]:
    """Return where in an answer that is shown whole each part below the line begins, and what that is called."""
    maybe = sum(hit.band is Band.MAYBE for hit in now.below)
    above, names = len(now.above), ("maybe", "below the line")
    starts = (above, above + maybe, above + len(now.below))
    return [(start, name) for start, end, name in zip(starts, starts[1:], names, strict=False) if start < end]


def sorted_how(order: Order) -> str:
    """Return the order in words for a heading; empty for relevance."""
    return _SORTED_HOW.get(order, "")


def _heading(found: Sequence[Hit], maybe: Sequence[Hit]) -> str:
    said = f"{wording.number(len(found))} found"
    return f"{said} · {wording.number(len(maybe))} maybe" if maybe else said


def _sorted(hits: Sequence[Hit], order: Order) -> list[Hit]:
    keys: dict[Order, Callable[[Hit], tuple[object, ...]]] = {
        Order.TAKEN: lambda hit: (-seconds_of(hit),),
        Order.NAME: lambda hit: (hit.photo.name.casefold(), str(hit.photo.path)),
        Order.SIZE: lambda hit: (-hit.photo.size_bytes,),
    }
    key = keys.get(forth(order))
    if key is None:
        return list(hits)
    # Of equals, the one that fits better comes first either way: sorting backwards keeps that, too.
    return sorted(hits, key=key, reverse=order is not forth(order))


def seconds_of(hit: Hit) -> int:
    """Return when a photo was taken, or its file written, in wall-clock seconds since 1970."""
    photo = hit.photo
    try:
        taken = photo.taken_at or datetime.fromtimestamp(photo.mtime_ns / 1e9)  # noqa: DTZ006  # wall clock, as taken_at
    except (OSError, OverflowError, ValueError):
        # A file may claim to be of a year that no calendar here knows.
        return photo.mtime_ns // 10**9
    return (taken - datetime(1970, 1, 1)) // timedelta(seconds=1)  # noqa: DTZ001  # as above
