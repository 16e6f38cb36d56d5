"""Makes, lists and judges folders of ours, and follows no link there."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from desktop_app.own_files.faults import (
    FOREIGN,
    NotOurFileError,
    check_levels,
    file_fault,
    folder_fault,
    is_ours,
    parent_of,
    user,
)


def check_owner(folder: Path) -> None:
    """Refuse one of the folders that the person named, links followed, if it is another user's.

    Raises:
        NotOurFileError: It is.
        OSError: It is not there.
    """
    if not is_ours(os.stat(folder)):  # noqa: PTH116 - beside its siblings
        raise NotOurFileError(str(folder), FOREIGN)


def check_folder(folder: Path, *, below: Path) -> None:
    """Refuse a folder that is there and is none of ours.

    Raises:
        NotOurFileError: It, or one that leads to it, is something else.
    """
    with suppress(FileNotFoundError):
        check_levels(os.fspath(folder), os.fspath(below))


def is_folder(path: Path, *, below: Path) -> bool:
    """Tell whether a folder of ours is there."""
    try:
        check_levels(os.fspath(path), os.fspath(below))
    except OSError:
        return False
    return True


def make_folder(folder: Path, *, below: Path | None = None) -> None:
    """Make a folder and all that lead to it and are not there, for their owner only whatever the umask.

    Args:
        folder: The folder; may be there.
        below: The folder the person named, from which on no level may be a link; None where `folder` is that itself.

    Raises:
        NotOurFileError: Something else is in the way.
        OSError: It cannot be made.
    """
    level = os.path.abspath(folder)  # noqa: PTH100 - without a look at the disk
    if below is None:
        missing = _missing(level)
    else:
        if not os.path.isdir(below):
            make_folder(below)
        missing = _missing_below(level, os.path.abspath(below))  # noqa: PTH100 - the same
    for one in reversed(missing):
        _make_one(one)


def everything_in(folder: Path, *, skip: bool = False) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield what lies in a folder and in the folders there, each before what is in it, with its own status.

    Links are yielded and not followed, mounted drives neither. Nothing where the folder is a link or not there. However
    deep folders lie in each other, as many as a path can name.

    Args:
        folder: Where to begin.
        skip: Pass over what cannot be listed or looked at.

    Raises:
        OSError: A folder cannot be listed.
    """
    try:
        status = os.lstat(folder)
    except FileNotFoundError:
        return
    if not folder_fault(status):
        yield from _in(os.fspath(folder), status.st_dev, skip=skip)


def strangers_in(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield what lies in a folder and is neither a file nor a folder of this user, with what to say after its name.

    What is mounted from elsewhere is a stranger too. The folder itself comes first where it is one; nothing where it is
    not there.

    Raises:
        OSError: A folder cannot be listed.
    """
    try:
        device, own = os.lstat(folder.parent).st_dev, os.lstat(folder)
    except FileNotFoundError:
        return
    for path, status in ((folder, own), *everything_in(folder)):
        is_folder = path == folder or stat.S_ISDIR(status.st_mode)
        fault = folder_fault(status) if is_folder else file_fault(status)
        # Only folders: some file systems give a file of theirs another number.
        if not fault and is_folder and status.st_dev != device:
            fault = "is mounted from elsewhere"
        if fault:
            yield path, fault


def is_private(folder: Path) -> bool:
    """Tell whether something is a folder that only this user can enter, and no link. POSIX."""
    try:
        status = os.lstat(folder)
    except OSError:
        return False
    return not folder_fault(status) and not status.st_mode & 0o077


def is_safe_for_scratch(folder: Path) -> bool:
    """Tell whether what this user makes in a folder cannot be renamed by another: it is ours, or sticky. POSIX."""
    try:
        status = os.stat(folder)  # noqa: PTH116 - beside its siblings
    except OSError:
        return False
    others_write = bool(status.st_mode & 0o022) and not status.st_mode & stat.S_ISVTX
    return stat.S_ISDIR(status.st_mode) and status.st_uid in {user(), 0} and not others_write


def _in(folder: str, device: int, *, skip: bool) -> Iterator[tuple[Path, os.stat_result]]:
    levels = [_listed(folder, skip=skip)]
    while levels:
        for path in levels[-1]:
            try:
                status = os.lstat(path)
            except FileNotFoundError:
                continue  # replaced since it was listed
            except OSError:
                if skip:
                    continue
                raise
            yield Path(path), status
            if status.st_dev == device and not folder_fault(status):
                levels.append(_listed(path, skip=skip))
                break
        else:
            levels.pop()


def _listed(folder: str, *, skip: bool) -> Iterator[str]:
    """Return what is in a folder, by name; nothing in one that is gone since."""
    try:
        with os.scandir(folder) as found:
            return iter(sorted(entry.path for entry in found))
    except FileNotFoundError:
        return iter(())
    except OSError:
        if skip:
            return iter(())
        raise


def _missing(level: str) -> list[str]:
    """Return which of a folder and those that lead to it are not there, the innermost first; links are followed."""
    missing = []
    while not os.path.isdir(level):
        if os.path.exists(level):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), level)
        missing.append(level)
        level = parent_of(level, None)
    return missing


def _missing_below(level: str, below: str) -> list[str]:
    """Return the same, up to a folder that is there; links are refused."""
    missing = []
    while level != below:
        try:
            status = os.lstat(level)
        except FileNotFoundError:
            missing.append(level)
        else:
            if fault := folder_fault(status):
                raise NotOurFileError(level, fault)
        level = parent_of(level, below)
    return missing


def _make_one(level: str) -> None:
    try:
        os.mkdir(level, 0o700)  # noqa: PTH102 - a name, not a path
    except FileExistsError:
        if not os.path.isdir(level):
            raise
        return
    if os.name == "posix":
        # A umask may have taken something of what the owner needs.
        os.chmod(level, 0o700)  # noqa: PTH101 - a name, not a path
