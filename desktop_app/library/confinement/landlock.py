"""Landlock: a process of Linux gives up files, ports and signals, and can never take them back.

Spoken to by its three system calls. Libraries on the package index that do so are alpha versions (landlock, py-landlock)
or a few weeks old (landlockpy), and none of them has a second maintainer: too little to hold a wall with.
See https://docs.kernel.org/userspace-api/landlock.html and linux/landlock.h.
"""

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

from desktop_app.library.confinement import syscalls

_VERSION_FLAG = 1
_RULE_PATH_BENEATH = 1

_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
# Each version of the interface knows more that can be given up; what it does not know, it refuses.
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
_PORT_RIGHTS = {4: 0b11}
_SCOPES = {6: 0b11}


class _Ruleset(ctypes.Structure):
    """What is given up: struct landlock_ruleset_attr."""

    _fields_ = (
        ("files", ctypes.c_uint64),
        ("ports", ctypes.c_uint64),
        ("scopes", ctypes.c_uint64),
    )


class _BelowPath(ctypes.Structure):
    """What stays allowed at a place and below: struct landlock_path_beneath_attr."""

    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("place", ctypes.c_int32))


def version() -> int:
    """Return which version of its interface this system has; 0 for none."""
    try:
        return syscalls.call("landlock_create_ruleset", None, 0, _VERSION_FLAG)
    except OSError:
        return 0


def restrict_to_reading(places: Iterable[Path]) -> int:
    """Let this thread, and those that it starts, open nothing but these files and folders, and those for reading.

    What is open already stays so. From version 4 on no TCP port can be connected to or offered, from 6 on no process
    outside is sent a signal and no abstract socket outside is reached. Whoever is restricted can look into no process
    that is not. It is still seen which files there are: only opening and changing them is refused.

    Args:
        places: Those that are not there are left out.

    Returns:
        The version that holds.

    Raises:
        OSError: It cannot be done, and nothing was given up.
    """
    held = version()
    given_up = _Ruleset(_until(held, _FILE_RIGHTS), _until(held, _PORT_RIGHTS), _until(held, _SCOPES))
    ruleset = syscalls.call("landlock_create_ruleset", given_up, _size_of(held), 0)
    try:
        for place in places:
            _allow_reading(ruleset, place)
        syscalls.forbid_new_privileges()
        syscalls.call("landlock_restrict_self", ruleset, 0)
    finally:
        os.close(ruleset)
    return held


def _until(held: int, rights: dict[int, int]) -> int:
    return sum(some for since, some in rights.items() if since <= held)


def _size_of(held: int) -> int:
    """Return how long the structure was in this version: longer ones are refused if they say something."""
    return 8 if held < 4 else 16 if held < 6 else 24


def _allow_reading(ruleset: int, place: Path) -> None:
    # Linux alone has O_PATH, which opens nothing and only names the place.
    try:
        handle = os.open(place, getattr(os, "O_PATH", 0) | getattr(os, "O_CLOEXEC", 0))
    except OSError:
        return
    try:
        allowed = _READ_FILE | _READ_DIR if place.is_dir() else _READ_FILE
        syscalls.call("landlock_add_rule", ruleset, _RULE_PATH_BENEATH, _BelowPath(allowed, handle), 0)
    finally:
        os.close(handle)
