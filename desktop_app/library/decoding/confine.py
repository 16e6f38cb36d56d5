"""Holds a decoder's process within bounds that it cannot leave, whatever a file makes it do."""

import contextlib
import ctypes
import logging
import math
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

if sys.platform == "win32":
    from desktop_app.library.confinement import windows

_log = logging.getLogger(__name__)

# As far back as a person would send a job with `nice`.
NICE = 10
# The application kills a decoder that takes too long; this is for when the application itself is gone.
_GRACE_S = 10
# Of 1000: the system ends this process before any other of the person's when memory runs out.
_FIRST_TO_GO = "800"
# winbase.h.
_NO_CRASH_DIALOGS = 0x0001 | 0x0002 | 0x8000


def confine_this_process(memory_bytes: int, *, background: bool) -> None:
    """Limit this process's memory, let others go first, and keep its crashes quiet. For the decoder, at its start.

    Args:
        memory_bytes: More than this it does not get; macOS does not enforce it, so that the application watches too.
        background: Whether everything else on the machine goes first.
    """
    if sys.platform == "win32":
        ctypes.windll.kernel32.SetErrorMode(_NO_CRASH_DIALOGS)
        try:
            windows.limit_memory(memory_bytes)
        except OSError as error:
            _log.warning("a decoder runs without a limit: %s", error)
    else:
        # Ctrl+C in a terminal is for the application.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if background:
            with contextlib.suppress(OSError):  # a system that allows no change of priority
                os.setpriority(os.PRIO_PROCESS, 0, max(NICE, os.getpriority(os.PRIO_PROCESS, 0)))
        _limit_memory(memory_bytes)
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # a system without this file
            Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO, encoding="ascii")


@contextlib.contextmanager
def within(seconds: float) -> Iterator[Callable[[], None]]:
    """End this process when what is done inside takes much longer than it may. For the decoder.

    The application is quicker, if it is still there. The system does it, so that code which never comes back to
    Python is ended too; on Windows a thread, which has to wait for such code.

    Yields:
        What lets the time begin anew, for work that goes on.
    """
    limit_s = math.ceil(seconds) + _GRACE_S
    _set_alarm(limit_s)
    try:
        yield lambda: _set_alarm(limit_s)
    finally:
        _set_alarm(0)


if sys.platform == "win32":
    _alarms: list[threading.Timer] = []

    def _set_alarm(seconds: int) -> None:
        """End this process so many seconds from now, and not when it was to end before; 0 for not at all."""
        while _alarms:
            _alarms.pop().cancel()
        if seconds:
            timer = threading.Timer(seconds, os._exit, args=(1,))
            timer.daemon = True
            timer.start()
            _alarms.append(timer)

else:

    def _set_alarm(seconds: int) -> None:
        """End this process so many seconds from now, and not when it was to end before; 0 for not at all."""
        signal.alarm(seconds)


if sys.platform != "win32":
    import resource

    def _limit_memory(memory_bytes: int) -> None:
        limits = [(resource.RLIMIT_CORE, 0)]
        if sys.platform == "linux":
            # Not RLIMIT_AS: allocators and threads reserve gigabytes of addresses that they never fill.
            limits.append((resource.RLIMIT_DATA, memory_bytes))
        for kind, limit in limits:
            most = resource.getrlimit(kind)[1]
            bounded = limit if most == resource.RLIM_INFINITY else min(limit, most)
            resource.setrlimit(kind, (bounded, bounded))
