"""A list as rows: photos that are alike are one row until their stack is spread. It does not change."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from desktop_app.ui.grid.alike import Alike
from desktop_app.ui.grid.listing import Listing
from desktop_app.ui.grid.places import Ids, Places
from desktop_app.ui.grid.row_changes import Changes
from desktop_app.ui.grid.sections import NO_SECTIONS, Grouping, Sections, sections_of
from desktop_app.ui.grid.stacking import StackedCell


@dataclass(frozen=True, slots=True, eq=False)
class _Stacks:
    """The stacks of a list, by their numbers in `Alike`. A photo without a like has the number -1: the last slot.

    Attributes:
        alike: What is alike.
        numbers: The stack of each photo of the list, in its order.
        fronts: The first photo of the list that is of it; it stands for the others.
        counts: How many photos of the list are of it; 0 in the last slot.
        spread: Which of them are spread.
    """

    alike: Alike
    numbers: NDArray[np.int64]
    fronts: Ids
    counts: NDArray[np.int64]
    spread: NDArray[np.bool_]

    def number(self, photo_id: int) -> int | None:
        """Return the stack of a photo that has its like in the list; None where it has none."""
        number = self.alike.get(photo_id)
        return None if number is None or self.counts[number] < 2 else number  # one has no like


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """The rows of a list. Any thread.

    The first photo of a stack in the list stands for the others: the best hit of an answer, the newest by date. When
    the stack is spread, the others follow it.

    Attributes:
        listing: All photos of the list.
        ids: ``(n,)``, those that are shown, one in each row.
    """

    listing: Listing
    ids: Ids
    _stacks: _Stacks | None
    _made: dict[str, Places | Sections | NDArray[np.int64]] = field(default_factory=dict)

    @classmethod
    def of(cls, listing: Listing, alike: Alike | None = None, spread: Iterable[int] = ()) -> "Shown":
        """Make the rows of a list.

        Args:
            listing: The list.
            alike: What is alike in it; None where each photo is shown by itself.
            spread: Photos whose stacks are spread; known by photo, for stacks may be numbered anew.
        """
        if alike is None or not alike.count:
            return cls(listing, listing.ids, None)
        numbers = alike.numbers_of(listing.ids)
        counts = np.append(np.bincount(numbers + 1, minlength=alike.count + 1)[1:], 0)
        # Of photos of one stack the last one written stays: from the back, that is the first of the list.
        fronts = np.full(alike.count + 1, -1, dtype=np.int64)
        fronts[numbers[::-1]] = listing.ids[::-1]
        is_spread = np.zeros(alike.count + 1, dtype=bool)
        stacks = _Stacks(alike, numbers, fronts, counts, is_spread)
        # A photo that has left the list spreads nothing.
        there = (one for one in spread if listing.places.at(one) >= 0)
        is_spread[[number for one in there if (number := stacks.number(one)) is not None]] = True
        is_shown = (counts[numbers] <= 1) | (fronts[numbers] == listing.ids)
        rows = listing.ids if is_shown.all() else listing.ids[is_shown]
        if is_spread.any():
            followers = np.flatnonzero(is_spread[numbers] & ~is_shown)
            row_of_place = np.cumsum(is_shown)
            after = row_of_place[listing.places.of(fronts[numbers[followers]])]
            rows = np.insert(rows, after, listing.ids[followers])
        return cls(listing, rows, stacks)

    def places(self) -> Places:
        """Return which row is whose."""
        if self.ids is self.listing.ids:
            return self.listing.places
        made = self._made.get("places")
        if not isinstance(made, Places):
            made = self._made["places"] = Places(self.ids)
        return made

    def row_of(self, photo_id: int) -> int | None:
        """Return where this photo is shown; None when it is not, or lies below another."""
        row = self.places().at(photo_id)
        return None if row < 0 else row

    def front_row_of(self, photo_id: int) -> int | None:
        """Return where this photo, or the one that stands for it, is shown; None when neither is."""
        row = self.row_of(photo_id)
        return self.row_of(self.front(photo_id)) if row is None else row

    def rows_of(self, ids: Ids) -> NDArray[np.int64]:
        """Return, ``(n,)``, where each of these is shown; -1 where it is not."""
        return self.places().of(ids)

    def front_rows_of(self, ids: Ids) -> NDArray[np.int64]:
        """Return, ``(n,)``, where each of these, or what stands for it, is shown; -1 where neither is."""
        rows = self.rows_of(ids)
        stacks, missing = self._stacks, np.flatnonzero(rows < 0)
        if stacks is not None and len(missing):
            below = missing[self.listing.places.of(ids[missing]) >= 0]
            numbers = stacks.alike.numbers_of(ids[below])
            rows[below] = np.where(numbers < 0, -1, self.rows_of(stacks.fronts[numbers]))
        return rows

    def front(self, photo_id: int) -> int:
        """Return the photo that stands for this one: itself, unless it lies below another."""
        number = self._number(photo_id)
        return photo_id if self._stacks is None or number is None else int(self._stacks.fronts[number])

    def stack(self, photo_id: int) -> list[int]:
        """Return the photos of the list that are alike, the one that stands for them first; none without a like."""
        number = self._number(photo_id)
        if self._stacks is None or number is None:
            return []
        found: list[int] = self.listing.ids[np.flatnonzero(self._stacks.numbers == number)].tolist()
        return found

    def cell(self, photo_id: int) -> StackedCell | None:
        """Return what the cell of this photo shows of its stack; None without one."""
        number = self._number(photo_id)
        stacks = self._stacks
        if stacks is None or number is None:
            return None
        return StackedCell(
            int(stacks.counts[number]), int(stacks.fronts[number]) == photo_id, bool(stacks.spread[number])
        )

    def turned(self, photo_id: int) -> tuple["Shown", Changes] | None:
        """Return the rows with the stack of a photo spread, or gathered again, and the step there; None without any."""
        number, stacks = self._number(photo_id), self._stacks
        stack = self.stack(photo_id)
        row = self.row_of(stack[0]) if stack else None
        if row is None or number is None or stacks is None:
            return None
        spread = stacks.spread.copy()
        spread[number] = not spread[number]
        run = (row + 1, row + len(stack) - 1)
        if spread[number]:
            ids, steps = np.insert(self.ids, row + 1, stack[1:]), Changes((), (run,))
        else:
            ids, steps = np.delete(self.ids, slice(run[0], run[1] + 1)), Changes((run,), ())
        return Shown(self.listing, ids, replace(stacks, spread=spread)), steps

    def stands_for(self) -> NDArray[np.int64] | None:
        """Return, ``(n,)``, for how many photos of the list each row stands; None where each is for one."""
        stacks = self._stacks
        if stacks is None or len(self.ids) == len(self.listing.ids):
            return None
        made = self._made.get("stands for")
        if not isinstance(made, np.ndarray):
            numbers = stacks.numbers[self.listing.places.of(self.ids)]
            made = np.where(stacks.spread[numbers], 1, np.maximum(stacks.counts[numbers], 1))
            self._made["stands for"] = made
        return made

    def sections(self, grouping: Grouping) -> Sections:
        """Return the days or months of the rows; none where the list is not by date."""
        if grouping is Grouping.NONE or self.listing.seconds is None:
            return NO_SECTIONS
        made = self._made.get(grouping)
        if not isinstance(made, Sections):
            made = self._made[grouping] = self._divided(grouping, self.listing.seconds)
        return made

    def _number(self, photo_id: int) -> int | None:
        if self._stacks is None or self.listing.places.at(photo_id) < 0:
            return None
        return self._stacks.number(photo_id)

    def _divided(self, grouping: Grouping, dates: Ids) -> Sections:
        seconds = dates if self.ids is self.listing.ids else dates[self.listing.places.of(self.ids)]
        counts = self.stands_for()
        photos = np.ones(len(self.ids), dtype=np.int64) if counts is None else counts
        if self._stacks is not None and self._stacks.spread.any():
            seconds = seconds.copy()
            # What follows a photo of its stack stays with it, whenever it was taken.
            for number in np.flatnonzero(self._stacks.spread).tolist():
                row = self.places().at(int(self._stacks.fronts[number]))
                seconds[row : row + int(self._stacks.counts[number])] = seconds[row]
        return sections_of(seconds, photos, grouping, self._part_rows())

    def _part_rows(self) -> list[tuple[int, str]]:
        """Return the first row of each part; one whose photos all stand below others has none."""
        found = []
        parts = [*self.listing.parts, (len(self.listing.ids), "")]
        for (place, name), (end, _) in pairwise(parts):
            ids = self.listing.ids[place:end].tolist()
            front = next((photo_id for photo_id in ids if self.front(photo_id) == photo_id), None)
            row = None if front is None else self.row_of(front)
            if row is not None:
                found.append((row, name))
        return found
