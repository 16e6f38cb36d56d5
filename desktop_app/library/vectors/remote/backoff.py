"""How long to leave somebody in peace who did not answer."""

import random
import time
from collections.abc import Callable

_FIRST_S = 5.0
_LONGEST_S = 300.0


class Backoff:
    """Says when to try again: after 5 s, then twice as long each time up to 5 minutes, a random part of it.

    "Full jitter" (Brooker, Exponential Backoff And Jitter, AWS Architecture Blog, 2015), but for the first half of each
    wait: a server that comes back is not met by all at once, and is never asked at once again. For one thread.
    """

    def __init__(
        self,
        first_s: float = _FIRST_S,
        longest_s: float = _LONGEST_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin without a failure; the clock tells seconds."""
        self._first_s = first_s
        self._longest_s = longest_s
        self._clock = clock
        self._failures = 0
        self._until = 0.0

    @property
    def is_due(self) -> bool:
        """Whether to try now."""
        return not self._failures or self._clock() >= self._until

    def failed(self) -> float:
        """Note a try that failed; returns the seconds to wait."""
        whole = min(self._first_s * 2.0 ** min(self._failures, 30), self._longest_s)
        self._failures += 1
        wait = random.uniform(whole / 2, whole)  # noqa: S311 — no secret
        self._until = self._clock() + wait
        return wait

    def worked(self) -> None:
        """Note a try that did not fail."""
        self._failures = 0
