"""Lets work that nobody waits for step aside while a question is being answered, or somebody uses the window."""

import contextlib
import math
import threading
import time
from collections.abc import Callable, Iterator

# A question with an example on a slow drive takes longer; indexing goes on beside it.
_MOST_S = 0.2
# Somebody who looks through photos for an hour slows a listing down to a twentieth, and does not stop it.
_LONGEST_WAY_S = 2.0
_PIECE_S = 0.1
_MOMENT_S = 0.05


class Courtesy:
    """Tells indexing when somebody waits for an answer. Any thread.

    All threads of the application share one interpreter, so that each photo being indexed makes a question wait for
    some milliseconds, several times. Measured while 3,000 small photos were indexed on 2 cores and questions were asked
    without a pause: the 95th percentile of an answer's time was 1.15 times that at rest, without this 2.3 times.
    """

    def __init__(self, most_s: float = _MOST_S) -> None:
        """Make it; `most_s` is how long one question is waited for."""
        self._most_s = most_s
        self._changed = threading.Condition()
        self._asking = 0
        self._answered = 0
        self._answered_at = self._used_until = self._goes_on_until = -math.inf

    @contextlib.contextmanager
    def answering(self) -> Iterator[None]:
        """Let others step aside until the end of the block."""
        with self._changed:
            self._asking += 1
        try:
            yield
        finally:
            with self._changed:
                self._asking -= 1
                self._answered += 1
                self._answered_at = time.monotonic()
                self._changed.notify_all()

    def use(self, for_s: float) -> None:
        """Take down that somebody uses the window, and will do so for some seconds more."""
        self._used_until = max(self._used_until, time.monotonic() + for_s)

    @property
    def is_used(self) -> bool:
        """Whether somebody uses the window."""
        return time.monotonic() < self._used_until

    def give_way(self, stopped: Callable[[], bool] = lambda: False) -> None:
        """Wait until nobody uses the window, but for two seconds at most; then not again for a tenth of one.

        For work in Python that nobody waits for, which calls this every few milliseconds.

        What is painted gives the interpreter's lock away again and again, and has to wait for a turn of every thread that
        wants it.

        Args:
            stopped: Asked again and again; once it says yes, nothing is waited for.
        """
        began = time.monotonic()
        while self.is_used and began >= self._goes_on_until and not stopped():
            if time.monotonic() - began >= _LONGEST_WAY_S:
                self._goes_on_until = time.monotonic() + _PIECE_S
                return
            time.sleep(_MOMENT_S)

    def is_quiet(self, quiet_s: float) -> bool:
        """Tell whether nobody waits for an answer, and nobody got one for so many seconds."""
        with self._changed:
            return not self._asking and time.monotonic() - self._answered_at >= quiet_s

    def step_aside(self) -> None:
        """Wait until the question that is being answered has its answer, but not for long.

        Never for the question after it, so that indexing goes on however much is asked.
        """
        with self._changed:
            answered = self._answered
            self._changed.wait_for(lambda: not self._asking or self._answered != answered, self._most_s)
