"""How much of this machine we may use."""

import os


def cores() -> int:
    """Return the processors this process may run on, at least 1; in a container fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def lanes() -> int:
    """Return how many batches are embedded at once: on all cores but one, which the decoders fill.

    Of two cores on both, or half the machine would look on.
    """
    allowed = cores()
    return max(allowed - 1, min(allowed, 2))
