"""Measures and removes what is the library's own on the disk: never through a link, and a folder never by halves."""

import errno
import itertools
import logging
import os
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path

from desktop_app import own_files
from desktop_app.library.errors import LibraryError
from desktop_app.library.thumbnails import Extent

logger = logging.getLogger(__name__)

_DROPPED = ".dropped"
_NO_PLACE = frozenset({errno.EXDEV, errno.ENOSPC, errno.EDQUOT})


def extent_of(paths: Iterable[Path]) -> Extent:
    """Return how many files there are below some folders, the files among the paths included, and what they take.

    Links count as nothing, and what lies behind them is not looked at.
    """
    items = size_bytes = 0
    for path in paths:
        found = (one for one, _ in own_files.everything_in(path, skip=True)) if _is_folder(path) else (path,)
        for one in found:
            size = _size(one)
            items += size is not None
            size_bytes += size or 0
    return Extent(items, size_bytes)


class OwnFolder:
    """One of the library's folders, from which something can be removed. Belongs to the writer's thread.

    Attributes:
        path: Where it is.
    """

    def __init__(self, path: Path) -> None:
        """Name it; nothing is looked at yet."""
        self.path = path

    def remove(self, path: Path) -> None:
        """Remove a file or a folder in it; one that is not there is no error.

        A folder is moved away whole before anything in it goes, so that nobody ever meets half of it. What an end of
        the process leaves of that is removed by `sweep`.

        Raises:
            LibraryError: It is a link or lies behind one, or the disk refuses; then it is there as before.
        """
        self.refuse_links(path)
        try:
            if not _is_folder(path):
                path.unlink(missing_ok=True)
                return
            self.refuse_links(self.path / _DROPPED)
            away = self._free_place(path.name)
            _move(path, away)
        except FileNotFoundError:
            return
        except OSError as error:
            raise _in_words(path, error) from error
        self.sweep()

    def refuse_links(self, path: Path) -> None:
        """Raise where a path, or anything between it and this folder, is a link: what is there may be another's.

        Raises:
            LibraryError: It is, or it does not lie in this folder.
        """
        if os.pardir in path.parts or not path.is_relative_to(self.path):
            raise LibraryError(f"{path} is not in the library, and is not removed.")
        depth = len(path.relative_to(self.path).parts)
        for part in (path, *list(path.parents)[: depth - 1]):
            if _is_link(part):
                raise LibraryError(
                    f"{part} is a link, and what it leads to is not removed.",
                    "Remove it yourself if you want.",
                )

    def sweep(self) -> None:
        """Remove what was moved away to be removed; what cannot be removed now is tried again at the next start."""
        away = self.path / _DROPPED
        if not _is_link(away):
            try:
                shutil.rmtree(away, onerror=_note)
            except RecursionError:
                logger.info("%s was not removed: its folders lie too deep in each other", away)

    def _free_place(self, name: str) -> Path:
        places = (self.path / _DROPPED / f"{number}-{name}" for number in itertools.count(1))
        return next(place for place in places if not place.exists())


def own_folder_of(folder: Path, data: Path) -> OwnFolder:
    """Return what removes things in a folder: in the library's folder nothing on the way may be a link, the folder itself neither."""
    return OwnFolder(data if folder.is_relative_to(data) else folder)


def _move(path: Path, away: Path) -> None:
    try:
        away.parent.mkdir(mode=0o700, exist_ok=True)
        own_files.move(path, away)
    except OSError as error:
        if error.errno not in _NO_PLACE:
            raise
        # On a disk of its own it cannot be moved, nor on one that is full, and goes file by file.
        own_files.remove_folder(path)


def _is_link(path: Path) -> bool:
    try:
        return own_files.is_link(path.lstat())
    except OSError:
        return False


def _is_folder(path: Path) -> bool:
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and not own_files.is_link(status)


def _size(path: Path) -> int | None:
    try:
        status = path.lstat()
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _in_words(path: Path, error: OSError) -> LibraryError:
    return LibraryError(
        f"{path} cannot be removed: {error.strerror or error}.", "Check that its disk may be written."
    )


def _note(_function: object, path: str, error: object) -> None:
    if not isinstance(error, tuple) or not isinstance(error[1], FileNotFoundError):
        logger.info("%s was not removed: %s", path, error)
