"""A list of photos in the order they are to be shown, with their dates; it does not change, another takes its place."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.ui.grid.places import Ids, Numbers, Places, as_ids

Parts = Sequence[tuple[int, str]]
"""Where parts of a list begin, and what they are called."""


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """The photos of a list. Any thread.

    Attributes:
        ids: ``(n,)``, each once.
        seconds: ``(n,)``, their dates as wall-clock seconds since 1970; None where the list is not sorted by date.
        places: Where each stands.
        parts: Where every part of the list after the first begins, and what it is called.
    """

    ids: Ids
    seconds: Ids | None
    places: Places
    parts: Parts = ()

    @classmethod
    def of(cls, ids: Numbers, seconds: Ids | None = None, parts: Parts = ()) -> "Listing":
        """Make a list; a photo that comes twice is where it came first."""
        numbers = as_ids(ids)
        places = Places(numbers)
        if len(numbers) and not np.array_equal(places.of(numbers), np.arange(len(numbers))):
            first = np.sort(np.unique(numbers, return_index=True)[1])
            numbers, seconds = numbers[first], None if seconds is None else seconds[first]
            places = Places(numbers)
        return cls(numbers, seconds if len(numbers) else None, places, parts)

    def date_of(self, photo_id: int) -> int | None:
        """Return the date of a photo in wall-clock seconds; None where it is not known, or the list not by date."""
        place = self.places.at(photo_id)
        return None if self.seconds is None or place < 0 else int(self.seconds[place])

    def with_changes(self, named: Numbers, ids: Numbers, seconds: Ids) -> "Listing":
        """Return a list by date without some photos and with others, the newest first; itself where that is no news.

        Args:
            named: All photos of which something is known now that was not.
            ids: Those of them, and of their equals, that are in the list now.
            seconds: The date of each.
        """
        now = as_ids(ids)
        dates = np.zeros(len(self.ids), dtype=np.int64) if self.seconds is None else self.seconds
        touched = self.places.of(np.union1d(as_ids(named), now))
        touched = touched[touched >= 0]
        before = self.places.of(now)
        if len(touched) == len(now) and (before >= 0).all() and np.array_equal(dates[before], seconds):
            return self
        order = np.lexsort((-now, -seconds))
        now, came = now[order], seconds[order]
        numbers, dates = np.delete(self.ids, touched), np.delete(dates, touched)
        if _is_in_order(numbers, dates):
            at = _places_among(numbers, dates, now, came)
            numbers, dates = np.insert(numbers, at, now), np.insert(dates, at, came)
        else:
            numbers, dates = np.concatenate((numbers, now)), np.concatenate((dates, came))
            order = np.lexsort((-numbers, -dates))
            numbers, dates = numbers[order], dates[order]
        return Listing(numbers, dates if len(numbers) else None, Places(numbers))


def _is_in_order(ids: Ids, dates: Ids) -> bool:
    """Return whether the newest comes first, and of equal dates the higher number."""
    later, earlier = dates[:-1], dates[1:]
    return bool(((later > earlier) | ((later == earlier) & (ids[:-1] > ids[1:]))).all())


def _places_among(ids: Ids, dates: Ids, now: Ids, came: Ids) -> NDArray[np.intp]:
    """Return before which of a list in order each of some photos, in the same order, would stand."""
    backwards = -dates
    at, after = (np.searchsorted(backwards, -came, side=side) for side in ("left", "right"))
    for one in np.flatnonzero(at < after).tolist():
        equals = ids[at[one] : after[one]]
        at[one] += bisect_left(range(len(equals)), -int(now[one]), key=lambda place: -int(equals[place]))
    return at
