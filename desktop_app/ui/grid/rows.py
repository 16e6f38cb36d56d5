"""Which photos of a list are rows, which row is whose, and which day or month it stands under."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from desktop_app.ui.grid.sections import NO_SECTIONS, Grouping, Sections, sections_of
from desktop_app.ui.grid.stacking import Stacking

# Numpy is imported where there are photos: it takes a seventh of the time to the first paint of an empty window.
if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


Dates = dict[int, int]
"""The date of each photo of a list that is sorted by date, by id: wall-clock seconds since 1970."""


Parts = Sequence[tuple[int, str]]
"""Where parts of a list begin, and what they are called."""


def dates_of(ids: Sequence[int], seconds: "NDArray[np.int64] | None") -> Dates:
    """Return the date of each id, from two lists of the same order; nothing where there are no dates."""
    return {} if seconds is None else dict(zip(ids, seconds.tolist(), strict=True))


class ShownRows:
    """The rows of a list. Whoever changes them calls `number` when that is done.

    A long list by date is kept in one order, the newest first and of equal dates the higher number first, so that a
    photo's row is found by halving and nothing has to be numbered anew when a few photos come or go.

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
        self._row_of: dict[int, int] | None = {}
        self._is_in_order = False
        self._is_numbered = True
        # The date of each row, made when somebody asks.
        self._seconds: NDArray[np.int64] | None = None
        self._grouping = Grouping.NONE
        self._sections: Sections | None = None

    def begin(self) -> None:
        """Say that rows are about to come and go, until `number` is called."""
        self._is_numbered = False

    def take(self, listed: list[int], dates: Dates) -> list[int]:
        """Take a list, and return those of its photos that are to be shown."""
        if listed is not self.listed or dates is not self.dates:
            self._is_in_order = _are_in_order(listed, dates)
        self.listed, self.dates = listed, dates
        self._is_numbered = False
        self._seconds = None
        return self.stacking.shown(listed)

    def can_follow(self, ids: Iterable[int]) -> bool:
        """Return whether these photos can come and go by `leave` and `enter`: in order, and none of a stack."""
        return self._is_in_order and not self.stacking.has_spread() and not self.stacking.are_alike(ids)

    def with_changes(self, gone: Collection[int], came: Mapping[int, int]) -> tuple[list[int], Dates]:
        """Return the list and its dates without the photos that went and with those that came; for `take`."""
        left_out = frozenset(gone)
        dates = {photo_id: date for photo_id, date in self.dates.items() if photo_id not in left_out} | dict(
            came
        )
        return sorted(dates, key=lambda photo_id: (-dates[photo_id], -photo_id)), dates

    def count_runs(self, gone: Iterable[int], came: Mapping[int, int]) -> int:
        """Return in how many runs of rows these would go and come, or more; where `can_follow` says yes."""
        rows = sorted(self._place_in(self.ids, photo_id) for photo_id in gone)
        places = {
            bisect_left(self.ids, (-date, -photo_id), key=self._order) for photo_id, date in came.items()
        }
        return len(places) + bool(rows) + sum(after - row > 1 for row, after in pairwise(rows))

    def leave(self, ids: Iterable[int]) -> list[tuple[int, int]]:
        """Take photos of the list out, and return the runs of their rows, both ends included, the last first."""
        gone = sorted(ids, key=self._order)
        runs: list[tuple[int, int]] = []
        for photo_id in reversed(gone):
            del self.listed[self._place_in(self.listed, photo_id)]
            row = self._place_in(self.ids, photo_id)
            if runs and runs[-1][0] == row + 1:
                runs[-1] = (row, runs[-1][1])
            else:
                runs.append((row, row))
        return runs

    def forget_dates(self, ids: Iterable[int]) -> None:
        """Forget the dates of photos whose rows were taken out."""
        for photo_id in ids:
            self.dates.pop(photo_id, None)

    def enter(self, dates: Mapping[int, int]) -> list[tuple[int, list[int]]]:
        """Put photos into the list, and return the runs of rows to insert, the first ones first."""
        self.dates.update(dates)
        runs: list[tuple[int, list[int]]] = []
        for before, photo_id in enumerate(sorted(dates, key=self._order)):
            self.listed.insert(self._place_in(self.listed, photo_id), photo_id)
            row = self._place_in(self.ids, photo_id) + before
            if runs and runs[-1][0] + len(runs[-1][1]) == row:
                runs[-1][1].append(photo_id)
            else:
                runs.append((row, [photo_id]))
        return runs

    def remove(self, first: int, last: int) -> None:
        """Take rows out, both ends included."""
        del self.ids[first : last + 1]
        if self._seconds is not None:
            import numpy as np

            self._seconds = np.delete(self._seconds, slice(first, last + 1))
        self._is_numbered = False

    def insert(self, first: int, ids: Sequence[int]) -> None:
        """Put photos in before a row."""
        self.ids[first:first] = ids
        if self._seconds is not None:
            import numpy as np

            self._seconds = np.insert(self._seconds, first, [self.dates[photo_id] for photo_id in ids])
        self._is_numbered = False

    def number(self) -> None:
        """Say which row is whose, after `ids` has changed."""
        # What is in order is found by halving; the rest is numbered when somebody asks.
        self._row_of = None
        self._is_numbered = True
        self._sections = None

    def row_of(self, photo_id: int) -> int | None:
        """Return where this photo is shown; None when it is not, or lies below another."""
        if not self._is_numbered:
            # Rows come and go: neither order nor numbers can be relied upon.
            return self.ids.index(photo_id) if photo_id in self.ids else None
        if self._is_in_order and self._row_of is None and not self.stacking.has_spread():
            if photo_id not in self.dates:
                return None
            row = self._place_in(self.ids, photo_id)
            return row if row < len(self.ids) and self.ids[row] == photo_id else None
        if self._row_of is None:
            self._row_of = {photo_id: row for row, photo_id in enumerate(self.ids)}
        return self._row_of.get(photo_id)

    def front_row_of(self, photo_id: int) -> int | None:
        """Return where this photo, or the one that stands for it, is shown; None when neither is."""
        row = self.row_of(photo_id)
        return self.row_of(self.stacking.front(photo_id)) if row is None else row

    def stands_for(self) -> list[int]:
        """Return for how many photos of the list each row stands."""
        counts = [1] * len(self.ids)
        for front, stack in self.stacking.stacks().items():
            row = self.row_of(front)
            if row is not None and not self.stacking.is_spread(front):
                counts[row] = len(stack)
        return counts

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

    def _order(self, photo_id: int) -> tuple[int, int]:
        return -self.dates[photo_id], -photo_id

    def _place_in(self, ids: Sequence[int], photo_id: int) -> int:
        """Return where a photo is in a list that is in order, or would be."""
        return bisect_left(ids, self._order(photo_id), key=self._order)

    def _divided(self) -> Sections:
        if self._grouping is Grouping.NONE or not self.dates:
            return NO_SECTIONS
        import numpy as np

        if self._seconds is None:
            self._seconds = np.fromiter(map(self.dates.__getitem__, self.ids), np.int64, len(self.ids))
        seconds = self._seconds.copy()
        photos = np.ones(len(self.ids), dtype=np.int64)
        for front, stack in self.stacking.stacks().items():
            row = self.row_of(front)
            if row is None:
                continue
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
            front = next(
                (
                    photo_id
                    for photo_id in self.listed[place:end]
                    if self.stacking.front(photo_id) == photo_id
                ),
                None,
            )
            row = None if front is None else self.row_of(front)
            if row is not None:
                found.append((row, name))
        return found


def _are_in_order(listed: Sequence[int], dates: Dates) -> bool:
    """Return whether a list by date has the newest first, and of equal dates the higher number first."""
    if not dates:
        return False
    import numpy as np

    seconds = np.fromiter(map(dates.__getitem__, listed), np.int64, len(listed))
    earlier, lower = np.diff(seconds), np.diff(np.array(listed, dtype=np.int64))
    return bool(((earlier < 0) | ((earlier == 0) & (lower < 0))).all())
