"""Tells which files of a folder any thread of this process, or any other, opens: what the kernel says, not what we believe."""

import contextlib
import ctypes
import os
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

_IN_OPEN, _IN_NONBLOCK = 0x20, 0o4000
_EVENT = struct.Struct("iIII")


@contextlib.contextmanager
def opened_in(folder: Path) -> Iterator[list[str]]:
    """Watch a folder; at the end of the block the list has the names that were opened there, each time one.

    Skips where the kernel does not tell.
    """
    if sys.platform != "linux":
        pytest.skip("needs inotify")
    libc = ctypes.CDLL(None, use_errno=True)
    ears = libc.inotify_init1(_IN_NONBLOCK)
    assert ears >= 0, os.strerror(ctypes.get_errno())
    names: list[str] = []
    try:
        assert libc.inotify_add_watch(ears, os.fsencode(folder), _IN_OPEN) >= 0
        yield names
        names += _names(ears)
    finally:
        os.close(ears)


def _names(ears: int) -> Iterator[str]:
    with contextlib.suppress(BlockingIOError):
        while heard := os.read(ears, 65536):
            while heard:
                *_, length = _EVENT.unpack_from(heard)
                name, heard = heard[_EVENT.size : _EVENT.size + length], heard[_EVENT.size + length :]
                yield os.fsdecode(name.rstrip(b"\0"))
