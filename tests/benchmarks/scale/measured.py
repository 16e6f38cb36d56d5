"""Figures of one step of the table, and why one of them could not be had."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import psutil

from desktop_app.library import LibraryError

T = TypeVar("T")

# What a part of the program that is being rebuilt may fail with; a row says so, and the others are measured.
FAULTS = (
    LibraryError,
    RuntimeError,
    OSError,
    AttributeError,
    TypeError,
    ValueError,
    LookupError,
    ImportError,
    TimeoutError,
    psutil.Error,
)


@dataclass(slots=True)
class Measured:
    """What one step found.

    Attributes:
        figures: Values by the keys of `wanted.WANTED`, and others that only JSON shows.
        problems: Why a key has no value, in words.
        notes: How it was measured.
        others_share: How much of the machine other programs used meanwhile, 0 to 1.
    """

    figures: dict[str, float] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    others_share: float = 0.0

    @contextmanager
    def asking(self, *keys: str) -> Iterator[None]:
        """Take down, for these keys, why what happens in this context failed."""
        try:
            yield
        except FAULTS as error:
            said = " ".join(str(error).split()) or type(error).__name__
            self.problems |= dict.fromkeys(keys, f"cannot be measured: {said[:200]}")


@dataclass(slots=True)
class Taken:
    """Milliseconds of a question asked again and again, on the wall and on this process's processors."""

    wall_ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)

    def ask(self, question: Callable[[], T]) -> T:
        """Ask once."""
        wall, cpu = time.perf_counter(), time.process_time()
        answer = question()
        self.wall_ms.append(1000 * (time.perf_counter() - wall))
        self.cpu_ms.append(1000 * (time.process_time() - cpu))
        return answer

    def wall(self, quantile: float = 0.5) -> float:
        """Return a quantile of the milliseconds on the wall."""
        return float(np.quantile(self.wall_ms, quantile))

    def cpu(self, quantile: float = 0.5) -> float:
        """Return a quantile of the milliseconds of processor time."""
        return float(np.quantile(self.cpu_ms, quantile))


def cpu_s_of_all() -> float:
    """Return the processor seconds of this process and of its children that run or have ended."""
    times = psutil.Process().cpu_times()
    total = times.user + times.system + times.children_user + times.children_system
    for child in psutil.Process().children(recursive=True):
        try:
            own = child.cpu_times()
        except psutil.Error:
            continue
        total += own.user + own.system
    return float(total)


def wait_for_rest(most_s: float, quiet_s: float = 3.0) -> float:
    """Wait until this process and its children have hardly used a processor for a while; return how long it took.

    Args:
        most_s: Give up after this.
        quiet_s: So long, at less than a tenth of a core.
    """
    started = rested = time.monotonic()
    before = cpu_s_of_all()
    while time.monotonic() - started < most_s:
        time.sleep(0.5)
        now = cpu_s_of_all()
        if now - before > 0.05:
            rested = time.monotonic()
        before = now
        if time.monotonic() - rested >= quiet_s:
            break
    return rested - started
