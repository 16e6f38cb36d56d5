"""Ends a child process with its parent, however that ends.

Nothing is said through the lifeline, a pipe whose other end the parent alone holds: its end is the news. Not by
PR_SET_PDEATHSIG, which speaks of the thread that started the child, and threads of the application end all the time.
"""

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable

_SYNCHRONIZE = 0x0010_0000
_FOR_EVER = 0xFFFF_FFFF


def end_with_parent(lifeline: int | None) -> None:
    """End this process when its parent is gone. For the child, at its start.

    On Linux the system ends it, also while code runs that never comes back to Python. On macOS and Windows a thread
    does, which has to wait for such code (never run there).

    Args:
        lifeline: The reading end of the pipe; None on Windows, where the parent itself is waited for.
    """
    if sys.platform == "win32":
        _watch(_parent_ended)
    elif lifeline is not None:
        _hold(lifeline)


if sys.platform == "win32":

    def _parent_ended() -> None:
        """Return when the parent has ended, whoever has its number by then; at once when it is gone already."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = ctypes.c_void_p
        parent = ctypes.c_void_p(kernel.OpenProcess(_SYNCHRONIZE, False, os.getppid()))
        kernel.WaitForSingleObject(parent, _FOR_EVER)

elif sys.platform == "linux":
    import fcntl
    import select

    def _hold(lifeline: int) -> None:
        """Have the system send a signal that nobody can leave unheard, when there is something to read or the end."""
        fcntl.fcntl(lifeline, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
        # Of an end that came before this, nothing is told.
        ended = select.poll()
        ended.register(lifeline, 0)
        if ended.poll(0):
            os._exit(1)

else:

    def _hold(lifeline: int) -> None:
        _watch(lambda: os.read(lifeline, 1))


def _watch(wait: Callable[[], object]) -> None:
    """End this process as soon as a wait is over."""

    def end() -> None:
        wait()
        os._exit(1)

    threading.Thread(target=end, name="lifeline", daemon=True).start()
