"""The rows to remove and to insert, to turn one list of ids into another."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

# Numpy is imported where there are photos: it takes a seventh of the time to the first paint of an empty window.
if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from desktop_app.ui.grid.places import Numbers

Run = tuple[int, int]
"""First and last row, both included."""

# Every run costs the view an update; beyond this a fresh start is quicker than the sum of the steps.
MOST_RUNS: Final = 64


@dataclass(frozen=True, slots=True)
class Changes:
    """Steps to be taken in this order.

    Attributes:
        removed: Runs of rows to take out, the last ones first, so that the numbers of the others hold.
        inserted: Runs of rows of the new list to put in, the first ones first.
    """

    removed: tuple[Run, ...]
    inserted: tuple[Run, ...]


def changes(old: "Numbers", new: "Numbers") -> Changes | None:
    """Return the steps from `old` to `new`, ids unique in each; None when starting afresh is the better way.

    That is when what stays changes its order, when nothing stays, or when there are too many steps. Any thread.
    """
    import numpy as np

    from desktop_app.ui.grid.places import Places, as_ids

    before, after = as_ids(old), as_ids(new)
    if np.array_equal(before, after):
        return Changes((), ())
    stays, is_old = Places(after).of(before) >= 0, Places(before).of(after) >= 0
    if not stays.any() or not np.array_equal(before[stays], after[is_old]):
        return None
    removed, inserted = _runs(~stays), _runs(~is_old)
    if len(removed) + len(inserted) > MOST_RUNS:
        return None
    return Changes(tuple(reversed(removed)), tuple(inserted))


def _runs(is_moving: "NDArray[np.bool_]") -> list[Run]:
    """Return the runs of rows that are marked."""
    import numpy as np

    edges = np.flatnonzero(np.diff(is_moving, prepend=False, append=False))
    return list(zip(edges[::2].tolist(), (edges[1::2] - 1).tolist(), strict=True))
