"""Says when photos are tried again that could not be read for a reason that may have passed."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

FIRST_S = 60.0
"""So long after the first try comes the second, unless somebody asks; then twice as long, and again."""

LONGEST_S = 3600.0
"""The longest time between two tries."""


@dataclass(slots=True)
class _Tried:
    pause_s: float
    next_s: float


class Retries:
    """When each of some photos was tried, so that thousands that nobody may read are not opened all the time.

    Kept in memory: whoever starts the application wants to know how it is now. Belongs to the writer thread.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with none.

        Args:
            clock: Tells the time in seconds.
        """
        self._clock = clock
        self._tried: dict[Path, _Tried] = {}
        self._next_s = float("inf")

    def failed(self, photo: Path) -> None:
        """Note that a photo could not be read now."""
        known = self._tried.get(photo)
        pause_s = min(2 * known.pause_s, LONGEST_S) if known else FIRST_S
        self._tried[photo] = _Tried(pause_s, self._clock() + pause_s)
        self._next_s = min(self._next_s, self._clock() + pause_s)

    def forget(self, photos: Collection[Path]) -> None:
        """Forget photos: they could be read, or are gone."""
        for photo in photos:
            self._tried.pop(photo, None)

    def is_due(self, photo: Path) -> bool:
        """Tell whether a photo is to be tried now; one that was never tried is."""
        known = self._tried.get(photo)
        return known is None or known.next_s <= self._clock()

    def due(self, most: int) -> list[Path]:
        """Return some photos that are to be tried now, again until they were; costs nothing while there are none."""
        now = self._clock()
        if now < self._next_s:
            return []
        due = [photo for photo, tried in self._tried.items() if tried.next_s <= now]
        if not due:
            self._next_s = min((tried.next_s for tried in self._tried.values()), default=float("inf"))
        return due[:most]
