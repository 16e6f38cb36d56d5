"""Python set up so that the window's thread is not kept waiting by the others, and no other takes its objects away."""

import gc
import sys
from collections.abc import Iterator
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
# All threads stand still while the collector walks, for 0.24 µs an object: this many take 5 ms.
_MANY: Final = 20_000
# As many that were there before are walked through at once.
_MOST_OLD: Final = 2 * _MANY
# One walk of so many is through everything, about once a minute while there is work.
_EVERYTHING_EACH: Final = 60
# So often a walk is put off, a minute.
_LONGEST_PUT_OFF: Final = 60


class WindowCollector(QObject):
    """Looks for dead circles of objects on the window's thread, once a second, while Python's own collector rests.

    Python's own runs on whichever thread happens to make the next object. Where that is a worker's and the circle has
    a window, a model or a timer in it, Qt's object ends on a thread it does not belong to, which Qt forbids: the program
    may crash or stand still.

    A walk waits while very many objects are new, for a minute at most. Nearly all of them are rows and names that another
    thread goes through, a million of a large library, which end by themselves: looking at them took up to 130 ms of
    every second. What is still there at the end of the first such minute is what a start imports, and is left out of all
    walks. So is what survived a walk through much. It is still freed when nothing refers to it any more; only circles
    are not found in it.
    """

    def __init__(self) -> None:
        """Begin, on the window's thread."""
        super().__init__()
        self._walks = 0
        self._put_off = 0
        self._has_started = False
        # At most as many were looked at once, and are looked at again by a walk through everything.
        self._old = 0
        self._timer = QTimer(self, interval=_WALK_MS)
        self._timer.timeout.connect(self.walk)
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer.start()

    def walk(self) -> None:
        """Free the dead circles among what is new since the last time; now and then, among everything."""
        new = gc.get_count()[0]
        if new < _FEW:
            return
        is_much = new > _MANY
        if is_much and self._put_off < _LONGEST_PUT_OFF:
            self._put_off += 1
            return
        self._put_off = 0
        if is_much and not self._has_started:
            self._has_started = True
            self._leave_out()
            return
        self._walks += 1
        self._old += new
        if self._walks % _EVERYTHING_EACH and self._old <= _MOST_OLD:
            self._old -= gc.collect(_YOUNG)
        else:
            self._old -= gc.collect()
            if self._old > _MANY:
                self._leave_out()

    def close(self) -> None:
        """End; all is as Python had it."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_enabled:
            gc.enable()

    def _leave_out(self) -> None:
        """Leave all that is there out of every later walk."""
        gc.freeze()
        self._old = 0


@contextmanager
def tuned_for_a_window() -> Iterator[None]:
    """Let threads take short turns, and the garbage collector short walks on this one, until the end of the block.

    On the GUI thread, with the QApplication made.
    """
    with turns_of_a_window():
        collector = WindowCollector()
        try:
            yield
        finally:
            collector.close()


@contextmanager
def turns_of_a_window() -> Iterator[None]:
    """Let threads take short turns until the end of the block."""
    turn_s = sys.getswitchinterval()
    sys.setswitchinterval(_TURN_S)
    try:
        yield
    finally:
        sys.setswitchinterval(turn_s)
