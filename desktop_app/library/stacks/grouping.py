"""Which photos are shown as one: copies of a picture, and what was taken in one burst.

Two photos are joined when

1. their stored pixels are the same (`identity.pixels_of`): only what is said of the picture differs;
2. their looks differ in 6 bits or fewer (`looks.look_of`), the model sees much the same, and their thumbnails are the
   same in every detail (`detail.agree`): a picture that was resized, compressed again, made grey or a little brighter;
3. they were taken by one camera (or nobody knows by which) within 3 seconds of each other, or with one photo between
   them, and the model sees nearly the same: a burst. Where one of them is mostly plain ground (`detail.is_flat`), their
   thumbnails must be the same in every detail here too: somebody photographs the pages of a book, one after the other,
   and to the built-in model they are all alike (share 0.03).

An animation, or a file of several pages, is one only with what has as many pictures. Videos are one only by the first,
or by the second where all their moments are alike (`films`).

So that a chain of small steps does not end somewhere else, two groups become one only when their first photos are
alike too. What "the same" is to a model, and what was measured, is in `likeness`.

Known to be wrong: a bird before a clear sky, taken in a burst, is shown by itself in each photo. A copy that was turned
or mirrored by an editor is not found. Of many hundred pictures of one look, each is compared with a few only.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog.facts import UNKNOWN, Facts
from desktop_app.library.catalog.stacks import BURST_S
from desktop_app.library.media.looks import differing_bits
from desktop_app.library.stacks.films import are_photos, have_as_many, may_be_copies
from desktop_app.library.stacks.likeness import (
    MISSING,
    Fetch,
    Likeness,
    Numbers,
    Stopped,
    Vectors,
    likeness_of,
)
from desktop_app.library.stacks.near_looks import near_pairs

# Without vectors to compare: of the copies nine in ten differ so little; of different photos perhaps one pair in ten
# million does.
_COPY_BITS_ALONE = 2
# A single photo that failed (out of focus, a finger) does not cut a burst in two.
_BURST_REACH = 2
# So many links are looked at ahead, on all cores: some tenths of a second's work, after which somebody may want the writer.
_AHEAD = 64

Pair = tuple[int, int]


class Sight(Protocol):
    """Compares pictures themselves, by the numbers of their contents; see `thumbnail_pairs.ThumbnailPairs`."""

    def agree(self, first: int, second: int) -> bool:
        """Tell whether two contents show the same in every detail."""

    def is_flat(self, number: int) -> bool:
        """Tell whether a content is mostly plain ground."""

    def expect(self, pairs: Sequence[Pair], *, of_flat_ones: bool) -> None:
        """Hear which pairs are most likely asked for next: whether they agree, or only where one of the two is flat."""


def stacks_of(
    facts: Facts,
    fetch: Fetch,
    sight: Sight,
    usual: float | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> dict[int, int]:
    """Return the stack of each content that has its like: the number of the stack's first content.

    Vectors are held in memory for those contents alone that are in a stack.

    Args:
        facts: What is known of all contents.
        fetch: Returns vectors, each of length 1.
        sight: Compares what may be a copy or a burst.
        usual: The mean cosine of two photos, for a library of too few to measure it.
        stopped: Asked between blocks of work, and between two pictures.

    Raises:
        Stopped: It said yes.
    """
    likeness = likeness_of(facts.ids, facts.looks, fetch, usual)
    return stacks_by(likeness, facts, fetch, sight, stopped)


def stacks_by(
    likeness: Likeness | None,
    facts: Facts,
    fetch: Fetch,
    sight: Sight,
    stopped: Callable[[], bool] = lambda: False,
) -> dict[int, int]:
    """As `stacks_of`, by a measure that was taken before: for some contents that hang together; see `around`."""
    vectors = Vectors(facts.ids, fetch, stopped)
    copies = near_pairs(facts.looks, stopped)
    copies = copies[_are_copies(copies, facts.looks, vectors, likeness)]
    copies = copies[may_be_copies(copies, facts, fetch, likeness, stopped)]
    bursts = _neighbours(facts) if likeness is not None else copies[:0]
    bursts = bursts[have_as_many(bursts, facts)]
    bursts = bursts[vectors.cosines(bursts) >= (likeness.burst if likeness is not None else 1)]
    groups = _Groups()
    for place, alike in _same_pixels(facts.pixels):
        groups.join(place, alike)
    look = _Look(facts, sight, stopped)
    leads = _Leads(groups, vectors, likeness, np.concatenate([bursts, copies]))
    leads.join(bursts, look.is_burst, look.expect_bursts)
    leads.join(copies, look.is_copy, look.expect_copies)
    return {int(facts.ids[place]): int(facts.ids[first]) for place, first in groups.several()}


class _Groups:
    """Places that belong together; the first of a group is its lowest."""

    def __init__(self) -> None:
        # Of the first of a group, and of what is alone, nothing stands here: of a million places most are.
        self._above: dict[int, int] = {}

    def first(self, place: int) -> int:
        """Return the first place of the group that a place belongs to."""
        while (above := self._above.get(place)) is not None:
            self._above[place] = self._above.get(above, above)
            place = above
        return place

    def join(self, place: int, alike: int) -> None:
        """Make one group of those that two places belong to."""
        low, high = sorted((self.first(place), self.first(alike)))
        if low != high:
            self._above[high] = low

    def several(self) -> Iterator[tuple[int, int]]:
        """Yield each place that is not alone, in no order, with the first of its group."""
        firsts = set()
        for place in list(self._above):
            first = self.first(place)
            firsts.add(first)
            yield place, first
        yield from ((first, first) for first in firsts)


def _same_pixels(pixels: Numbers) -> Iterator[tuple[int, int]]:
    order = np.argsort(pixels, kind="stable")
    same = (pixels[order][1:] == pixels[order][:-1]) & (pixels[order][1:] != 0)
    for at in np.flatnonzero(same):
        yield int(order[at]), int(order[at + 1])


def _are_copies(
    pairs: Numbers, looks: Numbers, vectors: Vectors, likeness: Likeness | None
) -> NDArray[np.bool_]:
    are_alone: NDArray[np.bool_] = differing_bits(looks[pairs[:, 0]], looks[pairs[:, 1]]) <= _COPY_BITS_ALONE
    if likeness is None:
        return are_alone
    cosines = vectors.cosines(pairs)
    are_copies: NDArray[np.bool_] = (cosines >= likeness.copy) | (are_alone & (cosines == MISSING))
    return are_copies


def _neighbours(facts: Facts) -> Numbers:
    """Return pairs of places taken right after each other, ``(n, 2)``, in the order of time."""
    dated = np.flatnonzero((facts.taken_at != UNKNOWN) & are_photos(facts))
    order = dated[np.lexsort((dated, facts.taken_at[dated], facts.cameras[dated]))]
    pairs = []
    for reach in range(1, _BURST_REACH + 1):
        before, after = order[:-reach], order[reach:]
        close = facts.taken_at[after] - facts.taken_at[before] <= BURST_S
        close &= facts.cameras[after] == facts.cameras[before]
        pairs.append(np.column_stack([before, after])[close])
    return np.concatenate(pairs)


class _Look:
    """Looks at the pictures of what else is alike."""

    def __init__(self, facts: Facts, sight: Sight, stopped: Callable[[], bool]) -> None:
        self._ids = facts.ids
        self._flats = facts.flats
        self._sight = sight
        self._stopped = stopped

    def is_copy(self, place: int, other: int) -> bool:
        if self._stopped():
            raise Stopped
        return self._sight.agree(int(self._ids[place]), int(self._ids[other]))

    def is_burst(self, place: int, other: int) -> bool:
        if self._stopped():
            raise Stopped
        flat = self._is_flat(place) or self._is_flat(other)
        return not flat or self.is_copy(place, other)

    def expect_copies(self, links: Sequence[Pair]) -> None:
        self._expect(links, of_flat_ones=False)

    def expect_bursts(self, links: Sequence[Pair]) -> None:
        # Most photos are known not to be flat, and their thumbnails need not be read.
        self._expect([link for link in links if (self._flats[list(link)] != 0).any()], of_flat_ones=True)

    def _is_flat(self, place: int) -> bool:
        known = self._flats[place]
        return self._sight.is_flat(int(self._ids[place])) if known == UNKNOWN else bool(known)

    def _expect(self, links: Sequence[Pair], *, of_flat_ones: bool) -> None:
        if self._stopped():
            raise Stopped
        pairs = [(int(self._ids[place]), int(self._ids[other])) for place, other in links]
        self._sight.expect(pairs, of_flat_ones=of_flat_ones)


class _Leads:
    """Joins groups of which the first photos are alike too."""

    def __init__(self, groups: _Groups, vectors: Vectors, likeness: Likeness | None, links: Numbers) -> None:
        self._groups = groups
        self._least = likeness.lead if likeness is not None else None
        places = links.ravel().tolist()
        leads = [groups.first(place) for place in places]
        self._held = vectors.held(np.unique([*places, *leads]).astype(np.int64)) if likeness else {}

    def join(
        self,
        links: Numbers,
        is_seen: Callable[[int, int], bool],
        expect: Callable[[Sequence[Pair]], None],
    ) -> None:
        """Join what is linked and seen to be alike, unless it is one already or the first photos are too far apart."""
        for start in range(0, len(links), _AHEAD):
            block = [(place, other) for place, other in links[start : start + _AHEAD].tolist()]
            expect(list(self._likely(block)))
            for place, other in block:
                first, second = self._groups.first(place), self._groups.first(other)
                if (
                    first != second
                    and self._may_meet(first, second, {place, other})
                    and is_seen(place, other)
                ):
                    self._groups.join(place, other)

    def _likely(self, links: Sequence[Pair]) -> Iterator[Pair]:
        """Yield those links that are looked at if all of them are seen to be alike, as most are."""
        above: dict[int, int] = {}
        for place, other in links:
            first, second = (_top(above, self._groups.first(one)) for one in (place, other))
            if first != second and self._may_meet(first, second, {place, other}):
                above[max(first, second)] = min(first, second)
                yield place, other

    def _may_meet(self, first: int, second: int, linked: set[int]) -> bool:
        if self._least is None or {first, second} == linked:
            return True
        return _cosine(self._held.get(first), self._held.get(second)) >= self._least


def _top(above: Mapping[int, int], place: int) -> int:
    while place in above:
        place = above[place]
    return place


def _cosine(first: NDArray[np.float16] | None, second: NDArray[np.float16] | None) -> float:
    """Return 1 where a vector is missing: what was linked without it is joined without it."""
    if first is None or second is None:
        return 1.0
    return float(first.astype(np.float32) @ second.astype(np.float32))
