"""The one place where tests look again and again at what nothing tells them of."""

import threading
import time
from collections.abc import Callable

_LOOK_S = 0.02


def comes_true(condition: Callable[[], bool], timeout_s: float = 30) -> bool:
    """Wait for a condition, and return whether it came true in time."""
    pause = threading.Event()
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() >= deadline:
            return False
        pause.wait(_LOOK_S)
    return True


def wait_until(condition: Callable[[], bool], timeout_s: float = 30) -> None:
    """Wait for a condition and fail when it does not come true."""
    assert comes_true(condition, timeout_s), "the condition did not come true in time"
