"""How fast a download goes, and how often that is told."""

import time
from collections import deque

_RATE_WINDOW_S = 5.0
_REPORT_EVERY_S = 0.2


class Pace:
    """How fast bytes arrive, over the last seconds, so that the time left does not jump."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()
        self._reported = 0.0

    def at(self, done_bytes: int) -> float:
        """Note how many bytes there are now; return bytes a second, 0 when not known yet."""
        now = time.monotonic()
        self._seen.append((now, done_bytes))
        while now - self._seen[0][0] > _RATE_WINDOW_S:
            self._seen.popleft()
        first, bytes_then = self._seen[0]
        return (done_bytes - bytes_then) / (now - first) if now - first >= _REPORT_EVERY_S else 0.0

    def due(self) -> bool:
        """Return whether it is time to tell again, and remember that it was told."""
        now = time.monotonic()
        if now - self._reported < _REPORT_EVERY_S:
            return False
        self._reported = now
        return True
