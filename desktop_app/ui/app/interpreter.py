"""Python set up so that the window's thread is not kept waiting by the others, and no other takes its objects away."""

import gc
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from PySide6.QtCore import QObject, QTimer

# Painting gives the interpreter's lock away with every call into Qt, and gets it back only after a whole turn of another
# thread. Measured while 1,500 photos were indexed: 45 and 63 ms at the 99th percentile of the window's pauses with turns of
# 5 ms, Python's own, 36 and 37 with 1 ms; 26 and 5 pauses of over 50 ms became 3 and 3.
_TURN_S: Final = 0.001
_WALK_MS: Final = 1000
# As many new objects as make Python itself walk; with fewer, a window in which nothing happens does nothing.
_FEW: Final = 700
_YOUNG: Final = 1
# One walk of so many is through everything, about once a minute while there is work.
_EVERYTHING_EACH: Final = 60
# All threads stand still while the collector walks: 110 to 140 ms through everything there is, nearly all of it what was
# imported and is never freed.
_LONGEST_WALK_S: Final = 0.02


class WindowCollector(QObject):
    """Looks for dead circles of objects on the window's thread, once a second, while Python's own collector rests.

    Python's own runs on whichever thread happens to make the next object. Where that is a worker's and the circle has
    a window, a model or a timer in it, Qt's object ends on a thread it does not belong to, which Qt forbids: the program
    may crash or stand still.

    What survived a long walk is left out of all later ones. It is still freed when nothing refers to it any more; only
    circles are not found in it. A walk is long where some 100,000 objects are new since the last, so that happens after
    the imports and seldom again.
    """

    def __init__(self, clock: Callable[[], float] = time.thread_time) -> None:
        """Begin, on the window's thread.

        Args:
            clock: Tells the seconds that this thread has worked, for on a busy machine every walk takes long.
        """
        super().__init__()
        self._clock = clock
        self._walks = 0
        self._timer = QTimer(self, interval=_WALK_MS)
        self._timer.timeout.connect(self.walk)
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer.start()

    def walk(self) -> None:
        """Free the dead circles among what is new since the last time; now and then, among everything."""
        if gc.get_count()[0] < _FEW:
            return
        self._walks += 1
        began = self._clock()
        if self._walks % _EVERYTHING_EACH:
            gc.collect(_YOUNG)
        else:
            gc.collect()
        if self._clock() - began > _LONGEST_WALK_S:
            gc.freeze()

    def close(self) -> None:
        """End; all is as Python had it."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_enabled:
            gc.enable()


@contextmanager
def tuned_for_a_window() -> Iterator[None]:
    """Let threads take short turns, and the garbage collector short walks on this one, until the end of the block.

    On the GUI thread, with the QApplication made.
    """
    turn_s = sys.getswitchinterval()
    sys.setswitchinterval(_TURN_S)
    collector = WindowCollector()
    try:
        yield
    finally:
        collector.close()
        sys.setswitchinterval(turn_s)
