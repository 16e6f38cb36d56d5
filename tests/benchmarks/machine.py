"""The machine that is measured on: what it is, how busy others keep it, and what a process takes."""

import os
import platform
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

_SAMPLE_S = 0.05


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def describe() -> dict[str, object]:
    """Return what a reader needs to compare figures with those of another machine."""
    return {
        "processor": _processor(),
        "cores": cores(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


@dataclass(frozen=True, slots=True)
class Spent:
    """What some work took.

    Attributes:
        wall_s: Time on the wall.
        cpu_s: Time on processors, of this process and its children.
        others_share: How much of the machine other programs used meanwhile, 0 to 1.
    """

    wall_s: float
    cpu_s: float
    others_share: float

    def each(self, count: int) -> "Spent":
        """Return what one of `count` pieces took."""
        return Spent(self.wall_s / count, self.cpu_s / count, self.others_share)


class Clock:
    """A context that measures what happens in it.

    Attributes:
        spent: What it took; known when the context has ended.
    """

    spent: Spent

    def __enter__(self) -> Self:
        self._others = Others()
        self._cpu = _all_cpu_s()
        self._wall = time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        wall_s, cpu_s = time.perf_counter() - self._wall, _all_cpu_s() - self._cpu
        self.spent = Spent(wall_s, cpu_s, self._others.share())


def _cpu_s_of(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)


BUSY_SHARE = 0.1
"""With more than this of the machine taken by other programs, times say as much about them as about us."""


class Others:
    """Measures how much of the machine other programs used meanwhile: the first thing to ask of odd figures."""

    def __init__(self) -> None:
        self._wall = time.monotonic()
        self._busy = _busy_s()
        self._ours = _all_cpu_s()

    def share(self) -> float:
        """Return their share of all cores since this was made, 0 to 1."""
        wall = time.monotonic() - self._wall
        theirs = (_busy_s() - self._busy) - (_all_cpu_s() - self._ours)
        return max(0.0, min(1.0, theirs / (wall * (psutil.cpu_count() or 1)))) if wall > 0 else 0.0


def _busy_s() -> float:
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0))


def _all_cpu_s() -> float:
    """Return the processor time of this process, and of its children that have ended or still run."""
    running = sum(_cpu_s_of(child) for child in psutil.Process().children(recursive=True))
    ended = os.times()
    return time.process_time() + ended.children_user + ended.children_system + running


class PeakMemory:
    """A context that samples the memory of this process and of its children while it runs.

    Attributes:
        app_mb: Most that this process held at once, in 10⁶ bytes.
        children_mb: Most that its children held together.
    """

    def __enter__(self) -> Self:
        self.app_mb = self.children_mb = 0.0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._sample, name="peak-memory")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join()

    def _sample(self) -> None:
        process = psutil.Process()
        while True:
            self.app_mb = max(self.app_mb, _resident_mb(process))
            children = sum(_resident_mb(child) for child in process.children(recursive=True))
            self.children_mb = max(self.children_mb, children)
            if self._end.wait(_SAMPLE_S):
                return


def _resident_mb(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / 1e6
    except psutil.Error:
        return 0.0
