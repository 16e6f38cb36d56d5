"""Opens, reads, writes and removes files of ours, and follows no link there."""

import errno
import os
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from desktop_app.own_files.faults import NotOurFileError, check_levels, file_fault, folder_of, is_link
from desktop_app.own_files.patience import move

_CAREFULLY = (
    getattr(os, "O_NOFOLLOW", 0)
    # Opening a named pipe would last until somebody writes.
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
_PIECE_BYTES = 2**20


def status_of(path: Path, *, below: Path) -> os.stat_result | None:
    """Return the status of one of our files; None when nothing is there.

    Raises:
        NotOurFileError: There is something else.
    """
    name = os.fspath(path)
    try:
        check_levels(folder_of(name), os.fspath(below))
        status = os.lstat(name)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if fault := file_fault(status):
        raise NotOurFileError(name, fault)
    return status


def is_there(path: Path, *, below: Path) -> bool:
    """Tell whether a file of ours is there."""
    try:
        return status_of(path, below=below) is not None
    except OSError:
        return False


def opened(path: Path, flags: int = os.O_RDONLY, *, below: Path, alone: bool = False) -> int:
    """Open one of our files and return its descriptor; a new one is readable by its owner only.

    Args:
        path: The file.
        flags: As for `os.open`; what is truncated is so only once it is known to be ours.
        below: The folder the person named.
        alone: Refuse a file that has a second name somewhere, too.

    Raises:
        NotOurFileError: There is something else.
        OSError: It cannot be opened.
    """
    name = os.fspath(path)
    check_levels(folder_of(name), os.fspath(below))
    if not hasattr(os, "O_NOFOLLOW"):
        _refuse_what_is_there(name)
    try:
        handle = os.open(name, flags & ~os.O_TRUNC | _CAREFULLY, 0o600)
    except OSError:
        # The system's words for a link differ, and it has none for a socket.
        _refuse_what_is_there(name)
        raise
    try:
        _refuse_foreign(name, os.fstat(handle), alone=alone)
        if flags & os.O_TRUNC:
            os.ftruncate(handle, 0)
    except BaseException:
        os.close(handle)
        raise
    return handle


def read(path: Path, most_bytes: int, *, below: Path) -> bytes:
    """Return the beginning of one of our files, all of it where it is no longer than `most_bytes`.

    Raises:
        NotOurFileError: There is something else.
        OSError: It cannot be read.
    """
    with os.fdopen(opened(path, below=below), "rb") as file:
        return file.read(most_bytes)


def write(path: Path, content: bytes, *, below: Path, durable: bool = True) -> None:
    """Put a new file of ours in the place of what bears its name: whole or not at all, and never through a link.

    Args:
        path: The file; its folder is there.
        content: All of it.
        below: The folder the person named.
        durable: Whether it is brought to disk before it takes the place.

    Raises:
        NotOurFileError: A folder on the way is none of ours.
        OSError: It cannot be written; what was there is as it was.
    """
    name = os.fspath(path)
    folder = folder_of(name)
    check_levels(folder, os.fspath(below))
    # A name that nobody can foresee, made by this call or not at all, readable by its owner only.
    handle, unfinished = tempfile.mkstemp(prefix=f".{path.stem[:16]}-", suffix=".part", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        move(Path(unfinished), path)
    except BaseException:
        with suppress(OSError):
            os.unlink(unfinished)  # noqa: PTH108 - a name, not a path
        raise


def copy(source: Path, target: Path, *, below: Path) -> None:
    """Copy one of our files to a name of ours, brought to disk; what bears that name is removed first.

    Raises:
        NotOurFileError: The source is none of ours.
        OSError: It cannot be copied.
    """
    with os.fdopen(opened(source, below=below), "rb") as reading:
        target.unlink(missing_ok=True)
        made = opened(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, below=below)
        with os.fdopen(made, "wb") as writing:
            shutil.copyfileobj(reading, writing, _PIECE_BYTES)
            writing.flush()
            os.fsync(writing.fileno())


def remove(path: Path) -> None:
    """Remove a file, a link or a folder with all that is in it; where a link leads to stays as it is.

    Raises:
        OSError: It cannot be removed.
    """
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return
    if stat.S_ISDIR(status.st_mode) and not is_link(status):
        # By descriptors where the system has them, so that no link is followed further down either.
        remove_folder(path)
    elif os.name == "nt" and stat.S_ISDIR(status.st_mode):
        path.rmdir()  # a junction
    else:
        path.unlink(missing_ok=True)


def remove_folder(folder: Path) -> None:
    """Remove a folder, which is no link, with all that is in it.

    Raises:
        OSError: It cannot be removed, or has more folders in each other than can be gone through.
    """
    try:
        shutil.rmtree(folder)
    except RecursionError as error:
        raise OSError(errno.ELOOP, "its folders lie too deep in each other", str(folder)) from error


def _refuse_what_is_there(name: str) -> None:
    try:
        status = os.lstat(name)
    except OSError:
        return
    if fault := file_fault(status):
        raise NotOurFileError(name, fault)


def _refuse_foreign(name: str, status: os.stat_result, *, alone: bool) -> None:
    fault = file_fault(status)
    if not fault and alone and status.st_nlink > 1:
        fault = "has a second name elsewhere"
    if fault:
        raise NotOurFileError(name, fault)
