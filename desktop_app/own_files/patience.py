"""Gives a file another name where Windows lets nobody do that while somebody has it open."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

_TRIES = 20
_PAUSE_S = 0.05


def move(source: Path, target: Path) -> None:
    """Give a file or folder another name; a file that bears it already is replaced.

    A virus scanner or the search of Windows opens what was just written, for some milliseconds; that is waited for.

    Raises:
        OSError: It cannot be, after a second.
    """
    patiently(lambda: source.replace(target))


def patiently(act: Callable[[], object], platform: str = sys.platform, pause_s: float = _PAUSE_S) -> None:
    """Do something with a file of ours, on Windows again and again while another program has it open.

    Args:
        act: What to do.
        platform: As in `sys.platform`.
        pause_s: How long to wait between two tries.

    Raises:
        OSError: It cannot be done.
    """
    for left in range(_TRIES if platform == "win32" else 1, 0, -1):
        try:
            act()
        except PermissionError:
            if left == 1:
                raise
            time.sleep(pause_s)
        else:
            return
