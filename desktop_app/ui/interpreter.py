"""Python set up so that the window's thread is not kept waiting by the others."""

import gc
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

# Painting gives the interpreter's lock away with every call into Qt, and gets it back only after a whole turn of another
# thread. Measured while 1,500 photos were indexed: 45 and 63 ms at the 99th percentile of the window's pauses with turns of
# 5 ms, Python's own, 36 and 37 with 1 ms; 26 and 5 pauses of over 50 ms became 3 and 3.
_TURN_S = 0.001
# The collector stops all threads while it walks through everything there is: 110 to 140 ms each time, once a second while
# photos are indexed, nearly all of it in what was imported and is never freed.
_LONGEST_WALK_S = 0.02
_EVERYTHING = 2


class ShortWalks:
    """Takes what survived a long walk of the garbage collector out of all later ones.

    What was taken out is still freed when nothing refers to it any more; only circles are not found in it. A walk is
    long where some 100,000 objects are new since, so that happens after the imports and seldom again.
    """

    def __init__(self, clock: Callable[[], float] = time.thread_time) -> None:
        """Make it; `clock` tells the seconds that this thread has worked, for on a busy machine every walk takes long."""
        self._clock = clock
        self._began = 0.0

    def __call__(self, phase: str, info: Mapping[str, int]) -> None:
        """Hear of the beginning and the end of a walk, as one of `gc.callbacks`; on the thread that walks."""
        if info["generation"] != _EVERYTHING:
            return
        if phase == "start":
            self._began = self._clock()
        elif self._clock() - self._began > _LONGEST_WALK_S:
            gc.freeze()


@contextmanager
def tuned_for_a_window() -> Iterator[None]:
    """Let threads take short turns and the garbage collector short walks, until the end of the block."""
    turn_s = sys.getswitchinterval()
    walks = ShortWalks()
    sys.setswitchinterval(_TURN_S)
    gc.callbacks.append(walks)
    try:
        yield
    finally:
        gc.callbacks.remove(walks)
        gc.unfreeze()
        sys.setswitchinterval(turn_s)
