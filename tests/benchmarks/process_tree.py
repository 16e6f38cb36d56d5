"""Runs a program to its end and measures it with all the processes that it starts."""

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_SAMPLE_S = 0.1
_MOST_S = 1_800


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program took, with its children.

    Attributes:
        wall_s: From its start to its end.
        cpu_s: On processors.
        memory_mb: Most that all processes held at once, in 10⁶ bytes; a page that several share counts once.
        resident_mb: The same, where it counts once for each.
        said: What it wrote to standard output.
    """

    wall_s: float
    cpu_s: float
    memory_mb: float
    resident_mb: float
    said: str = ""


class Tree:
    """A process and those below it, looked at again and again.

    Attributes:
        memory_mb: See `Ran`; 0 until `look`.
        resident_mb: See `Ran`; 0 until `look`.
        now_mb: What `memory_mb` was at the last look.
        root_mb: What the first process alone held at the last look, in 10⁶ bytes resident.
    """

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._cpu: dict[int, float] = {}
        self.memory_mb = self.resident_mb = self.now_mb = self.root_mb = 0.0

    @property
    def cpu_s(self) -> float:
        """Processor time of all that were seen, those that have ended among them."""
        return sum(self._cpu.values())

    def look(self) -> None:
        """Take everything down as it is now."""
        held = resident = 0.0
        for process in self._all():
            one = _held_mb(process)
            if one is None:
                continue
            held, resident = held + one[0], resident + one[1]
            self._cpu[process.pid] = max(self._cpu.get(process.pid, 0.0), one[2])
            if process.pid == self._root.pid:
                self.root_mb = one[1]
        self.now_mb = held or self.now_mb
        self.memory_mb = max(self.memory_mb, held)
        self.resident_mb = max(self.resident_mb, resident)

    def end(self) -> None:
        """End all of them."""
        for process in self._all():
            try:
                process.kill()
            except psutil.Error:
                continue

    def _all(self) -> list[psutil.Process]:
        try:
            return [self._root, *self._root.children(recursive=True)]
        except psutil.Error:
            return []


def ran(
    words: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    until: Callable[[Tree], bool] | None = None,
) -> Ran:
    """Run a program and measure it.

    Args:
        words: The program and its arguments.
        cwd: Where it runs.
        environment: What is different for it in its environment.
        until: Asked after each look; the program is killed as soon as this is true. None waits for its end.

    Raises:
        RuntimeError: It failed, or took half an hour; with what it said.
    """
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as complained:
        started = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in words],
            cwd=cwd,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=complained,
        )
        watch = _Watch(Tree(process.pid), until)
        try:
            _, status, usage = os.wait4(process.pid, 0)
            wall_s = time.perf_counter() - started
        finally:
            watch.close()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode and not watch.ended_it:
            complained.seek(0)
            raise RuntimeError(f"{words[0]} failed ({process.returncode}):\n{complained.read()[-4000:]}")
        said.seek(0)
        tree = watch.tree  # the system's own peak is that of whoever started it, where that is larger
        return Ran(
            wall_s=wall_s,
            # A child that nobody waited for is not in the first, what began and ended between two looks not in the second.
            cpu_s=max(usage.ru_utime + usage.ru_stime, tree.cpu_s),
            memory_mb=tree.memory_mb,
            resident_mb=tree.resident_mb,
            said=said.read(),
        )


class _Watch:
    """Looks at a tree on a thread of its own until it is closed.

    Attributes:
        tree: What is looked at.
        ended_it: Whether this ended the program.
    """

    def __init__(self, tree: Tree, until: Callable[[Tree], bool] | None) -> None:
        self.tree = tree
        self.ended_it = False
        self._until = until
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look, name="process-tree")
        self._thread.start()

    def close(self) -> None:
        self._end.set()
        self._thread.join()

    def _look(self) -> None:
        most = time.monotonic() + _MOST_S
        while not self._end.wait(_SAMPLE_S):
            self.tree.look()
            done = self._until is not None and self._until(self.tree)
            if done or time.monotonic() > most:
                self.ended_it = done
                self.tree.end()
                return


def _held_mb(process: psutil.Process) -> tuple[float, float, float] | None:
    """Return memory with shared pages divided, resident memory, both in 10⁶ bytes, and seconds of processor time."""
    try:
        with process.oneshot():
            full = process.memory_full_info()
            times = process.cpu_times()
    except psutil.Error:
        return None
    shared_once = getattr(full, "pss", full.uss)
    return shared_once / 1e6, full.rss / 1e6, float(times.user + times.system)
