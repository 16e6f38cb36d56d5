"""How tests are shared out among several processes: `make test` asks for as many as fit; pytest alone starts none."""

import os
from collections.abc import Sequence

from xdist.scheduler.loadgroup import LoadGroupScheduling
from xdist.workermanage import WorkerController

# Long files in which every test makes all it needs: their tests go to whoever is free, one by one.
_SPREAD = ("tests/cli/test_commands.py", "tests/journeys/test_faults.py")


class ByFile(LoadGroupScheduling):  # type: ignore[misc]  # xdist brings no types
    """Keeps the tests of a file on one worker, so that what is made once for a file is made once.

    A mark `xdist_group` goes before: tests of one group stay together whatever their files, because they share
    something of the machine.
    """

    def _split_scope(self, nodeid: str) -> str:
        group: str = super()._split_scope(nodeid)
        file = nodeid.partition("::")[0]
        return file if group == nodeid and file not in _SPREAD else group

    def remove_node(self, node: WorkerController) -> str | None:
        """Give what a worker leaves behind to the others, but for the test it ended in, which would end them too."""
        open_tests = (
            (unit, test)
            for unit in self.assigned_work[node].values()
            for test, done in unit.items()
            if not done
        )
        unit, ended_in = next(open_tests, (None, None))
        if unit is not None and ended_in is not None:
            unit[ended_in] = True
        super().remove_node(node)
        return ended_in


def fitting(named: Sequence[str]) -> int:
    """Return how many workers fit this machine and what was named to run; 0 runs the tests in pytest itself.

    A single file is run sooner than workers are started.
    """
    if len(named) == 1 and ".py" in named[0]:
        return 0
    return _cores()


def sendable(value: object) -> object:
    """Return a piece of a report with the bytes escaped that are no UTF-8, as in names of files: these are not sent."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {sendable(name): sendable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(sendable, value))
    return value


def _cores() -> int:
    """The cores that this process may use, which in a container are fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
