"""The rows to remove and to insert, to turn one list of ids into another."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

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


def changes(old: Sequence[int], new: Sequence[int]) -> Changes | None:
    """Return the steps from `old` to `new`, ids unique in each; None when starting afresh is the better way.

    That is when what stays changes its order, when nothing stays, or when there are too many steps.
    """
    if old == new:
        return Changes((), ())
    before, after = set(old), set(new)
    if not before & after and (old or new):
        return None
    if [photo_id for photo_id in old if photo_id in after] != [
        photo_id for photo_id in new if photo_id in before
    ]:
        return None
    removed = _runs(old, after)
    inserted = _runs(new, before)
    if len(removed) + len(inserted) > MOST_RUNS:
        return None
    return Changes(tuple(reversed(removed)), tuple(inserted))


def _runs(ids: Sequence[int], staying: Collection[int]) -> list[Run]:
    """Return the runs of rows whose ids do not stay."""
    runs: list[Run] = []
    for row, photo_id in enumerate(ids):
        if photo_id in staying:
            continue
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs
