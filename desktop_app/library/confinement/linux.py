"""The walls on Linux: Landlock and seccomp, where the kernel has them, and limits everywhere.

What is open when the walls are built stays open. A decoder is given each photo as a descriptor that is open already, so
that it never needs to open anything of the person's; it opens what it is made of, and nothing else.
"""

import os
import resource
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from desktop_app.children import is_frozen
from desktop_app.library.confinement import landlock, seccomp, syscalls

assert sys.platform == "linux"

_OPEN_FILES = 256
# What the C library, Python and the openers of pictures look at.
_OF_THE_SYSTEM = (
    "/usr",
    "/lib",
    "/lib32",
    "/lib64",
    "/nix/store",
    "/gnu/store",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/timezone",
    "/dev/null",
    "/dev/zero",
    "/dev/random",
    "/dev/urandom",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/sys/vm/overcommit_memory",
    "/sys/devices/system",
    "/sys/fs/cgroup",
)


def build() -> tuple[list[str], list[str]]:
    """Build all walls that this system has around this process, for good.

    Threads that have begun before stay outside of Landlock.

    Returns:
        What holds now and what does not, in words.
    """
    _limit()
    held: list[str] = []
    missing: list[str] = []
    if _threads() > 1:
        missing.append("landlock around threads that had begun")
    # In this order: behind seccomp nothing else can be built.
    for name, build_one in _WALLS.items():
        try:
            said = build_one()
        except OSError as error:
            missing.append(f"{name} ({error.strerror})")
        else:
            held.append(f"{name} {said or ''}".strip())
    return held, missing


def known() -> tuple[list[str], list[str]]:
    """Return which walls `build` would build, and which not; nothing is built."""
    version = landlock.version()
    walls = {f"landlock {version or ''}".strip(): version > 0, "seccomp": seccomp.is_known()}
    return [name for name, there in walls.items() if there], [
        name for name, there in walls.items() if not there
    ]


def readable() -> list[Path]:
    """Return what a decoder is made of: Python, its packages, ours, and the system's libraries.

    No place is among them that holds the person's home folder, whatever the environment says.
    """
    home = Path(os.path.realpath(os.path.expanduser("~")))  # noqa: PTH111 - Path.home raises where there is none
    places = {Path(os.path.realpath(place)) for place in _of_python()}
    return [Path(place) for place in _OF_THE_SYSTEM] + sorted(
        place for place in places if not home.is_relative_to(place)
    )


def _of_python() -> Iterator[str]:
    engine = Path(__file__).resolve().parents[1]
    yield str(engine)
    yield from (sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix)
    # A frozen program has its modules in itself.
    if is_frozen():
        yield sys.executable
    # Where a Flatpak keeps all that it brings.
    if os.path.exists("/.flatpak-info"):
        yield "/app"
    yield from filter(os.path.isabs, os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep))
    # A checkout of ours is no place of packages, and may hold anything.
    root = engine.parents[1]
    left_out = {str(root)} if os.path.exists(root / "pyproject.toml") else set()
    yield from (place for place in sys.path if place and os.path.realpath(place) not in left_out)


def _limit() -> None:
    """Let nothing be written to files, whatever way it goes, and few files be open.

    There is no limit of processes here: the system counts all threads of the person together, and decoders have threads.
    seccomp lets none begin.
    """
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
    }
    for kind, limit in limits.items():
        most = resource.getrlimit(kind)[1]
        bounded = limit if most == resource.RLIM_INFINITY else min(limit, most)
        resource.setrlimit(kind, (bounded, bounded))


def _threads() -> int:
    try:
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208 - a count
    except OSError:
        return threading.active_count()


_WALLS: dict[str, Callable[[], int | None]] = {
    "no new privileges": syscalls.forbid_new_privileges,
    "none of root's rights": syscalls.drop_capabilities,
    "landlock": lambda: landlock.restrict_to_reading(readable()),
    "seccomp": seccomp.refuse_needless_calls,
}
