"""Tells whether drives at and in a folder are those that were there: who listens hears nothing of one that came since.

Linux drops all watches of a file system that is unmounted, and watchdog keeps silent about it. What is mounted there next has
the same device and inode where it is the same drive, so that looking at the folder shows no difference.
"""

import contextlib
import ctypes
import errno
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from desktop_app.library.folders.comparing import is_skipped_folder

_EVENT_BYTES = 4096


class MountSign:
    """Watches of our own, on a folder and on each drive in it, and the list of these. One thread at a time."""

    def __init__(self, folder: Path) -> None:
        """Remember what is there.

        Args:
            folder: Without links.

        Raises:
            OSError: The system has no watches left, or the folder is not there.
        """
        self._folder = folder
        self._inside = mounted_inside(folder)
        self._handle = _watch(folder, [place for place, _ in self._inside])
        self._has_fallen = False

    def stands(self) -> bool:
        """Tell whether nothing was mounted or unmounted, at the folder or in it, since this was made; once no, always no."""
        if self._handle is not None:
            with contextlib.suppress(BlockingIOError):
                # Whatever it says, one of them is not what it was.
                self._has_fallen |= bool(os.read(self._handle, _EVENT_BYTES))
        self._has_fallen |= mounted_inside(self._folder) != self._inside
        return not self._has_fallen

    def close(self) -> None:
        """Give the watches back."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def mounted_inside(folder: Path) -> frozenset[tuple[Path, str]]:
    """Return places below a folder at which something is mounted, each with what; none where the system does not say.

    What lies in a hidden folder, as mounts of programs do, is nobody's photos.
    """
    found: set[tuple[Path, str]] = set()
    if sys.platform == "linux":
        from desktop_app.library.volumes.linux import mounts

        with contextlib.suppress(OSError):
            found = {(mount.point, mount.source) for mount in mounts() if _is_inside(mount.point, folder)}
    return frozenset(found)


def _is_inside(place: Path, folder: Path) -> bool:
    below = place.relative_to(folder).parts if folder in place.parents else ()
    return bool(below) and not any(map(is_skipped_folder, below))


def _watch(folder: Path, drives: Iterable[Path]) -> int | None:
    """Return a handle that has something to read once one of these places is removed or what it is on is unmounted."""
    handle = None
    if sys.platform == "linux":
        # watchdog has found them in the C library already.
        from watchdog.observers.inotify_c import InotifyConstants, inotify_add_watch, inotify_init

        handle = inotify_init()
        if handle < 0:
            raise _last_error(folder)
        os.set_inheritable(handle, False)
        os.set_blocking(handle, False)
        mask = InotifyConstants.IN_DELETE_SELF | InotifyConstants.IN_ONLYDIR
        if inotify_add_watch(handle, os.fsencode(folder), mask) < 0:
            error = _last_error(folder)
            os.close(handle)
            raise error
        for drive in drives:
            # One that may not be looked into is listened to by nobody.
            inotify_add_watch(handle, os.fsencode(drive), mask)
    return handle


def _last_error(folder: Path) -> OSError:
    number = ctypes.get_errno() or errno.EIO
    return OSError(number, os.strerror(number), str(folder))
