"""What is no file or folder of ours, and how that is said."""

import errno
import os
import stat

_LINK = (
    "is a link, and Vislumbre follows none inside its own folders; remove it, or let the whole folder be one"
)
FOREIGN = "belongs to another user"
# Windows' mark of everything that stands for something elsewhere (IsReparseTagNameSurrogate in winnt.h).
_STANDS_FOR_ANOTHER = 0x20000000


class NotOurFileError(OSError):
    """Something lies where a file or folder of ours should, and is none: a link, a pipe, another user's."""

    def __init__(self, path: str, fault: str) -> None:
        super().__init__(errno.EPERM, f"it {fault}", path)

    def __str__(self) -> str:
        return f"{self.filename}: {self.strerror}"


def file_fault(status: os.stat_result) -> str:
    """Say after a name why it is no file of this user, for what `os.lstat` or `os.fstat` returned; empty when it is."""
    if is_link(status):
        return _LINK
    if not stat.S_ISREG(status.st_mode):
        return "is not a file"
    return "" if is_ours(status) else FOREIGN


def folder_fault(status: os.stat_result) -> str:
    """Say after a name why it is no folder of this user; empty when it is."""
    if is_link(status):
        return _LINK
    if not stat.S_ISDIR(status.st_mode):
        return "is not a folder"
    return "" if is_ours(status) else FOREIGN


def is_link(status: os.stat_result) -> bool:
    """Tell whether `os.lstat` saw a link, or on Windows a junction or a mounted folder."""
    mark = getattr(status, "st_reparse_tag", 0)
    return stat.S_ISLNK(status.st_mode) or bool(mark & _STANDS_FOR_ANOTHER)


def is_ours(status: os.stat_result) -> bool:
    """Tell whether something belongs to this user; Windows says nothing of that here."""
    return status.st_uid == user()


def user() -> int:
    """Return the number of the user whose rights this process has; on Windows all users and owners have the number 0."""
    return int(getattr(os, "geteuid", int)())


def check_levels(folder: str, below: str) -> None:
    """Refuse a folder if it or one above it, up to the one the person named, is none of ours."""
    while folder != below:
        if fault := folder_fault(os.lstat(folder)):
            raise NotOurFileError(folder, fault)
        folder = parent_of(folder, below)


def folder_of(name: str) -> str:
    """Return the name of the folder that a name is in."""
    return os.path.dirname(name) or os.curdir  # noqa: PTH120 - a name, not a path


def parent_of(folder: str, below: str | None) -> str:
    """Return the folder above, on the way up to another.

    Raises:
        ValueError: The way does not lead there.
    """
    parent = folder_of(folder)
    if parent == folder or (below is not None and len(parent) < len(below)):
        raise ValueError(f"{folder} is not below {below}")
    return parent
