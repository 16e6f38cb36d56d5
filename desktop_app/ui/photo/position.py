"""Where a photo stands in its list, in words: "3 of 1,153"."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Position:
    """Counts the photos of a list some of whose items stand for several."""

    def __init__(self, items: int, stands_for: "NDArray[np.int64] | None" = None) -> None:
        """Take how many items there are, and for how many photos each stands; for one where that is not said."""
        self._items = items
        self._ends = None if stands_for is None else stands_for.cumsum()

    def words(self, at: int) -> str:
        """Return where the item at a place stands: "3 of 1,153", and for several photos "5–8 of 1,153"."""
        if self._ends is None:
            return f"{at + 1:,} of {self._items:,}"
        first = 1 + (int(self._ends[at - 1]) if at else 0)
        last = int(self._ends[at])
        number = f"{first:,}" if first == last else f"{first:,}–{last:,}"
        return f"{number} of {int(self._ends[-1]):,}"
