"""Which photos of a list are rows now, also while some of them come and go."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_app.ui.grid.sections import NO_SECTIONS, Grouping, Sections
from desktop_app.ui.grid.stacking import StackedCell

# Numpy is imported where there are photos: it takes a seventh of the time to the first paint of an empty window.
if TYPE_CHECKING:
    from desktop_app.ui.grid.alike import Alike
    from desktop_app.ui.grid.listing import Listing
    from desktop_app.ui.grid.pieces import Pieces
    from desktop_app.ui.grid.places import Ids
    from desktop_app.ui.grid.shown import Shown


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """What rows are made from, and they themselves.

    Attributes:
        listing: The list; None before there was one.
        alike: Which photos are alike; None while that is not known.
        as_one: Whether these are shown as one.
        spread: Photos whose stacks are spread.
        shown: The rows; None before there was a list.
    """

    listing: "Listing | None" = None
    alike: "Alike | None" = None
    as_one: bool = True
    spread: frozenset[int] = frozenset()
    shown: "Shown | None" = None


class ShownRows:
    """The rows as the model has told of them.

    Attributes:
        basis: What they are made from.
        grouping: By what they are divided.
    """

    def __init__(self) -> None:
        self.basis = Basis()
        self.grouping = Grouping.NONE
        # While rows come and go; else `basis.shown` has them.
        self._pieces: Pieces | None = None

    def begin(self, basis: Basis) -> None:
        """Say that rows come and go from now on, by `remove` and `insert`, until they are those of this basis."""
        from desktop_app.ui.grid.pieces import Pieces

        if self.basis.shown is not None:
            self._pieces = Pieces(self.basis.shown.ids)
        self.basis = basis

    def remove(self, first: int, last: int) -> None:
        """Take rows out, both ends included."""
        if self._pieces is not None:
            self._pieces.remove(first, last)

    def insert(self, first: int, last: int) -> None:
        """Put in the rows that will have these numbers, both ends included."""
        if self._pieces is not None and self.basis.shown is not None:
            self._pieces.insert(first, self.basis.shown.ids[first : last + 1])

    def settle(self, basis: Basis) -> None:
        """Say that the rows are those of this basis."""
        self._pieces = None
        self.basis = basis

    def count(self) -> int:
        """Return how many rows there are."""
        if self._pieces is not None:
            return len(self._pieces)
        return 0 if self.basis.shown is None else len(self.basis.shown.ids)

    def id_at(self, row: int) -> int | None:
        """Return the photo of a row; None beyond the ends."""
        if self.basis.shown is None or not 0 <= row < self.count():
            return None
        return int(self.basis.shown.ids[row]) if self._pieces is None else self._pieces[row]

    def ids_of(self, rows: range) -> "Ids":
        """Return the photos of a run of rows, as far as there are so many."""
        if self._pieces is not None:
            return self._pieces.between(rows.start, rows.stop)
        if self.basis.shown is None:
            from desktop_app.ui.grid.places import as_ids

            return as_ids(())
        return self.basis.shown.ids[max(0, rows.start) : max(0, rows.stop)]

    def row_of(self, photo_id: int) -> int | None:
        """Return where this photo is shown; None when it is not, or lies below another."""
        if self._pieces is not None:
            return self._pieces.row_of(photo_id)
        return None if self.basis.shown is None else self.basis.shown.row_of(photo_id)

    def front_row_of(self, photo_id: int) -> int | None:
        """Return where this photo, or the one that stands for it, is shown; None when neither is."""
        row = self.row_of(photo_id)
        return self.row_of(self.front(photo_id)) if row is None else row

    def front(self, photo_id: int) -> int:
        """Return the photo that stands for this one: itself, unless it lies below another."""
        return photo_id if self.basis.shown is None else self.basis.shown.front(photo_id)

    def cell(self, photo_id: int) -> StackedCell | None:
        """Return what the cell of this photo shows of its stack; None without one."""
        return None if self.basis.shown is None else self.basis.shown.cell(photo_id)

    def sections(self) -> Sections:
        """Return the days or months of the rows; none while rows come and go."""
        if self._pieces is not None or self.basis.shown is None:
            return NO_SECTIONS
        return self.basis.shown.sections(self.grouping)
