"""What Windows and macOS say of a file or folder beside its name: hidden, in the cloud only, a link of another kind."""

import os
import stat
import sys

from desktop_app import own_files

# winnt.h: reading the file fetches it (OneDrive and its like), opening it does, or it lies on a tape.
_RECALLED = 0x0040_0000 | 0x0004_0000 | stat.FILE_ATTRIBUTE_OFFLINE
# sys/stat.h: SF_DATALESS, which iCloud and its like leave of a file.
_DATALESS = 0x4000_0000
# winerror.h: the drive has no card or disk in it. Python calls that a lack of rights.
_NOT_READY = 21

HAS_MARKS = sys.platform in {"win32", "darwin"}
"""Whether this system has such marks at all."""


def is_hidden(status: os.stat_result) -> bool:
    """Tell whether Windows or macOS hides something by a mark instead of by its name.

    Windows' mark "system" does not count: every folder with an icon of its own carries it.
    """
    windows, macos = _marks(status)
    return bool(windows & stat.FILE_ATTRIBUTE_HIDDEN or macos & stat.UF_HIDDEN)


def is_away(status: os.stat_result) -> bool:
    """Tell whether a file's bytes are in the cloud only, so that reading it would fetch it and take room here."""
    windows, macos = _marks(status)
    return bool(windows & _RECALLED or macos & _DATALESS)


def is_away_now(path: os.PathLike[str]) -> bool:
    """Tell the same of a file; no where nobody can tell. For drives that answer."""
    try:
        return HAS_MARKS and is_away(os.stat(path))  # noqa: PTH116 - beside its siblings
    except OSError:
        return False


def is_link(entry: "os.DirEntry[str]", platform: str = sys.platform) -> bool:
    """Tell whether an entry of a listing stands for something elsewhere; a junction of Windows calls itself a folder."""
    try:
        if entry.is_symlink():
            return True
        # On Windows the listing has it already; elsewhere it would be a question more, for nothing.
        return platform == "win32" and own_files.is_link(entry.stat(follow_symlinks=False))
    except OSError:  # Its folder may be listed but not entered, and the listing did not say what it is.
        return False


def is_forbidden(error: OSError) -> bool:
    """Tell whether the system refused for a lack of rights."""
    return isinstance(error, PermissionError) and getattr(error, "winerror", None) != _NOT_READY


def _marks(status: os.stat_result) -> tuple[int, int]:
    windows: int = getattr(status, "st_file_attributes", 0)
    macos: int = getattr(status, "st_flags", 0)
    return windows, macos
