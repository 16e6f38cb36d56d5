"""How much of this machine we may use."""

import os


def cores() -> int:
    """Return the processors this process may run on, at least 1; in a container fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1
