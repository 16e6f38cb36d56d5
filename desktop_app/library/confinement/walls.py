"""The walls around a process that reads hostile files: those that this operating system has.

| system  | walls                                                                    | what is left                      |
|---------|--------------------------------------------------------------------------|-----------------------------------|
| Linux   | Landlock: opens what it is made of, for reading, and nothing else;        | it sees which files there are     |
|         | seccomp: no socket, no process, no signal, no writing, no shared memory   |                                   |
| macOS   | a sandbox profile: no network, no writing, no process, no reading at home | never run                         |
| Windows | a job object, no privileges, low integrity: no writing, no process        | it reads what the person may read, |
|         |                                                                          | and has the network; never run    |
"""

import sys
from dataclasses import dataclass

if sys.platform == "win32":
    from desktop_app.library.confinement import windows as _system
elif sys.platform == "linux":
    from desktop_app.library.confinement import linux as _system
else:
    from desktop_app.library.confinement import macos as _system

MOST_LETTERS = 400
"""Longer than what is said of all walls together."""


@dataclass(frozen=True, slots=True)
class Walls:
    """Which walls there are.

    Attributes:
        held: Those that hold, in words.
        missing: Those that this system does not have, with the reason.
    """

    held: tuple[str, ...]
    missing: tuple[str, ...]

    def __str__(self) -> str:
        said = ", ".join(self.held) or "no walls"
        return said + (f"; without {', '.join(self.missing)}" if self.missing else "")


def build_walls() -> Walls:
    """Build all walls around this process, for good. On Linux it must not have started a thread.

    What is open stays open. A wall that cannot be built is named, and the process goes on without it.
    """
    return _of(*_system.build())


def walls_here() -> Walls:
    """Return which walls `build_walls` would build around a process; nothing is built."""
    return _of(*_system.known())


def _of(held: list[str], missing: list[str]) -> Walls:
    return Walls(tuple(held), tuple(missing))
