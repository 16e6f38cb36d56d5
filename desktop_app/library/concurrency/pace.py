"""How quickly work goes, and how long it will take."""

import time
from collections import deque
from collections.abc import Callable

from desktop_app.library.events import Phase, Progress

# The rate is taken over this window, so that it follows a pause or a folder of slow photos.
_RATE_WINDOW_S = 10.0


class Pace:
    """Turns what was done and when into a rate and a time left.

    Attributes:
        done: How much of it.
    """

    def __init__(self, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin.

        Args:
            total: How much there is to do.
            clock: Seconds, from whenever.
        """
        self.done = 0
        self._total = total
        self._clock = clock
        self._marks: deque[tuple[float, int]] = deque([(clock(), 0)])

    def add(self, count: int) -> None:
        """Note that so much more was done just now."""
        self.done += count
        now = self._clock()
        self._marks.append((now, self.done))
        while len(self._marks) > 2 and now - self._marks[0][0] > _RATE_WINDOW_S:
            self._marks.popleft()

    def begin_anew(self) -> None:
        """Forget the rate: time in which nothing was to be done says nothing of the time left."""
        self._marks = deque([(self._clock(), self.done)])

    def progress(self) -> Progress:
        """Return what there is to tell."""
        (start, before), (end, after) = self._marks[0], self._marks[-1]
        rate = (after - before) / (end - start) if end > start else 0.0
        left = (self._total - self.done) / rate if rate > 0 else None
        return Progress(Phase.INDEXING, self.done, self._total, rate, left)
