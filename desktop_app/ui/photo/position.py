"""Where a photo stands in its list, in words: "3 of 1,153"."""

from collections.abc import Sequence
from itertools import accumulate


class Position:
    """Counts the photos of a list some of whose items stand for several."""

    def __init__(self, items: int, stands_for: Sequence[int] = ()) -> None:
        """Take how many items there are, and for how many photos each stands; for one where that is not said."""
        self._ends = list(accumulate(stands_for or [1] * items))

    def words(self, at: int) -> str:
        """Return where the item at a place stands: "3 of 1,153", and for several photos "5–8 of 1,153"."""
        first = 1 + (self._ends[at - 1] if at else 0)
        last = self._ends[at]
        number = f"{first:,}" if first == last else f"{first:,}–{last:,}"
        return f"{number} of {self._ends[-1]:,}"
