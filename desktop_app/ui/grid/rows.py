"""Which photos of a list are rows, which row is whose, and which day or month it stands under."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from desktop_app.ui.grid.sections import NO_SECTIONS, Grouping, Sections, sections_of
from desktop_app.ui.grid.stacking import Stacking

Dates = dict[int, int]
"""The date of each photo of a list that is sorted by date, by id: wall-clock seconds since 1970."""


Parts = Sequence[tuple[int, str]]
"""Where parts of a list begin, and what they are called."""


def dates_of(ids: Sequence[int], seconds: NDArray[np.int64] | None) -> Dates:
    """Return what two lists of the same order say; nothing where there are no dates."""
    return {} if seconds is None else dict(zip(ids, seconds.tolist(), strict=True))


class ShownRows:
    """The rows of a list. Whoever changes them calls `number` when that is done.

    Attributes:
        listed: All photos of the list.
        dates: Their dates; empty where the list is not sorted by date.
        ids: Those that are shown, one in each row.
        stacking: Which photos are one row.
        parts: Where in `listed` every part after the first begins, and what it is called.
    """

    def __init__(self) -> None:
        self.listed: list[int] = []
        self.dates: Dates = {}
        self.ids: list[int] = []
        self.stacking = Stacking()
        self.parts: Parts = ()
        self._row_of: dict[int, int] = {}
        self._is_numbered = True
        self._grouping = Grouping.NONE
        self._sections: Sections | None = None

    def take(self, listed: list[int], dates: Dates) -> list[int]:
        """Take a list, and return those of its photos that are to be shown."""
        self.listed, self.dates = listed, dates
        self._is_numbered = False
        return self.stacking.shown(listed)

    def remove(self, first: int, last: int) -> None:
        """Take rows out, both ends included."""
        del self.ids[first : last + 1]
        self._is_numbered = False

    def insert(self, first: int, ids: Sequence[int]) -> None:
        """Put photos in before a row."""
        self.ids[first:first] = ids
        self._is_numbered = False

    def number(self) -> None:
        """Say which row is whose, after `ids` has changed."""
        self._row_of = {photo_id: row for row, photo_id in enumerate(self.ids)}
        self._is_numbered = True
        self._sections = None

    def row_of(self, photo_id: int) -> int | None:
        """Return where this photo is shown; None when it is not, or lies below another."""
        return self._row_of.get(photo_id)

    def front_row_of(self, photo_id: int) -> int | None:
        """Return where this photo, or the one that stands for it, is shown; None when neither is."""
        return self._row_of.get(photo_id, self._row_of.get(self.stacking.front(photo_id)))

    def group_by(self, grouping: Grouping) -> bool:
        """Divide by days or months, where there are dates; return whether that is news."""
        news = grouping is not self._grouping
        self._grouping = grouping
        if news:
            self._sections = None
        return news

    def sections(self) -> Sections:
        """Return the days or months of the rows; none while rows come and go."""
        if not self._is_numbered:
            return NO_SECTIONS
        if self._sections is None:
            self._sections = self._divided()
        return self._sections

    def _divided(self) -> Sections:
        if self._grouping is Grouping.NONE or not self.dates:
            return NO_SECTIONS
        seconds = np.fromiter(map(self.dates.__getitem__, self.ids), np.int64, len(self.ids))
        photos = np.ones(len(self.ids), dtype=np.int64)
        for front, stack in self.stacking.stacks().items():
            row = self._row_of[front]
            if self.stacking.is_spread(front):
                # What follows a photo of its stack stays with it, whenever it was taken.
                seconds[row : row + len(stack)] = seconds[row]
            else:
                photos[row] = len(stack)
        return sections_of(seconds, photos, self._grouping, self._part_rows())

    def _part_rows(self) -> list[tuple[int, str]]:
        """Return the first row of each part; one whose photos all stand below others has none."""
        found = []
        for (place, name), (end, _) in pairwise([*self.parts, (len(self.listed), "")]):
            front = next((one for one in self.listed[place:end] if self.stacking.front(one) == one), None)
            if front is not None:
                found.append((self._row_of[front], name))
        return found
