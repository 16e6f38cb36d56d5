"""The walls on Linux: Landlock and seccomp, where the kernel has them, and limits everywhere.

What is open when the walls are built stays open. A decoder is given each photo as a descriptor that is open already, so
that it never needs to open anything of the person's; it opens what it is made of, and nothing else.
"""

import os
import resource
import site
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from desktop_app.library.confinement import landlock, seccomp, syscalls

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
    held, missing = ["no new privileges"], []
    if len(os.listdir("/proc/self/task")) > 1:  # noqa: PTH208 - a count
        missing.append("landlock around threads that had begun")
    syscalls.forbid_new_privileges()
    try:
        syscalls.drop_capabilities()
    except OSError as error:
        missing.append(f"giving up root's rights ({error.strerror})")
    try:
        held.append(f"landlock {landlock.restrict_to_reading(readable())}")
    except OSError as error:
        missing.append(f"landlock ({error.strerror})")
    try:
        seccomp.refuse_needless_calls()
        held.append("seccomp")
    except OSError as error:
        missing.append(f"seccomp ({error.strerror})")
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
    yield from sysconfig.get_paths().values()
    if site.ENABLE_USER_SITE:
        yield site.getusersitepackages()
    # Where a Flatpak keeps all that it brings.
    if os.path.exists("/.flatpak-info"):
        yield "/app"
    yield from filter(os.path.isabs, os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep))
    # Where our package lies is no place of packages in a checkout, and may hold anything.
    checkout = os.path.realpath(engine.parents[1])
    yield from (place for place in sys.path if place and os.path.realpath(place) != checkout)


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
