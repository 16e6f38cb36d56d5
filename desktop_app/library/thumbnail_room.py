"""Holds thumbnails below a limit, at a cost in proportion to what is written: a few of their folders are looked at each time."""

import logging
import os
import random
import shutil
import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from desktop_app import own_files
from desktop_app.library.errors import LibraryError

_log = logging.getLogger(__name__)

ENDING: Final = ".jpg"
"""Of a thumbnail's name."""

_UNFINISHED = ".part"
# Files are stamped by a coarser clock than ours, on some file systems by two seconds.
_CLOCK_MARGIN_NS = 60 * 10**9
# So much of the limit is made free each time, and may be written before the first time.
_SHARE_AT_ONCE = 0.05
# Looked at each time, if there are so many: 0.1 s. Hashes spread evenly over the folders, so what lies in a few of them
# tells how much there is in all, and what was not used for longest: with so many it is off by a hundredth.
_LOOKED_AT = 8192
# Thumbnails may take half of what they have and what is free on their disk.
_SHARE_OF_DISK = 0.5
# Asking for what is on drives that are away goes through all photos: two seconds for a million.
_PRECIOUS_S = 60.0


@dataclass(frozen=True, slots=True, order=True)
class _Kept:
    last_used_ns: int
    size_bytes: int
    path: Path


class ThumbnailRoom:
    """Says when thumbnails have to go for others, and which. Any thread."""

    def __init__(
        self, folder: Path, limit_bytes: int | None, precious: Callable[[], Collection[str]] = frozenset
    ) -> None:
        """Make it; nothing is looked at yet.

        Args:
            folder: Where they are, in folders named by the first letters of their hashes.
            limit_bytes: They take no more than that; a twentieth more where they did before this was made. None for
                half of what they and what is free take on their disk.
            precious: Says, on any thread, the hashes of contents that nobody can read now; their thumbnails go last.
        """
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._precious = _Remembered(precious)
        # So much may be written until the next look; what others write into the folder is none of it.
        self._room_bytes: float | None = None
        self._counting = threading.Lock()
        self._earlier_ns = time.time_ns() - _CLOCK_MARGIN_NS
        self._trimming = threading.Lock()
        self._next = random.random()  # noqa: S311 - that another process looks elsewhere

    def make(self, size_bytes: int) -> None:
        """Take so many bytes of the room there is; where there is none, make some."""
        with self._counting:
            if self._room_bytes is None:
                self._room_bytes = self._at_once(0)
            self._room_bytes -= size_bytes
            is_full = self._room_bytes < 0
        # While another thread makes room, nobody waits for it.
        if is_full and self._trimming.acquire(blocking=False):
            try:
                removed, _ = self._look(size_bytes)
                _log.debug("%d thumbnails made room for others", removed)
                with self._counting:
                    self._room_bytes -= size_bytes
            except LibraryError as error:
                _log.warning("the thumbnails cannot be held below their limit now: %s", error)
            finally:
                self._trimming.release()

    def trim(self) -> int:
        """Remove the thumbnails not used for longest until the rest fits the limit, and what a crash left unfinished.

        Of many, only some are looked at where all fit; what is unfinished elsewhere goes another time.

        Returns:
            How many thumbnails were removed.

        Raises:
            LibraryError: What is precious cannot be said now.
        """
        removed, looked_at = 0, 0.0
        with self._trimming:
            while looked_at < 1:
                more, share = self._look(None)
                removed, looked_at = removed + more, looked_at + share
                if self._room_bytes is None or self._room_bytes >= 0:
                    break
        return removed

    def _look(self, coming_bytes: int | None) -> tuple[int, float]:
        """Look at some folders, and remove what does not fit there; return how many thumbnails, and the share of folders.

        Args:
            coming_bytes: Of what is being written, for which there is to be room, and for more; None for no room at all.
        """
        kept, share = self._some()
        taken = sum(thumbnail.size_bytes for thumbnail in kept)
        limit = self._limit(taken / share)
        at_once = limit * _SHARE_AT_ONCE
        with self._counting:
            self._room_bytes = room_before = at_once
        wanted = 0.0 if coming_bytes is None else min(coming_bytes + at_once, limit)
        room = limit - taken / share
        freed, removed = self._removed(kept, (limit - wanted) * share - taken) if room < wanted else (0, 0)
        room += freed
        if share == 1 and room < wanted:
            # What cannot be removed now is tried again later, not with every thumbnail.
            room = at_once
        if self._limit_bytes is None:
            # Others write to the disk as well.
            room = min(room, at_once)
        with self._counting:
            # What was written meanwhile may have been counted, and may not.
            self._room_bytes += room - room_before
        return removed, share

    def _removed(self, kept: list[_Kept], room: float) -> tuple[int, int]:
        """Remove thumbnails until there is no less than no room; return how many bytes and how many thumbnails went."""
        # Those of photos on a drive in a drawer cannot be made again.
        precious = self._precious()
        freed = removed = 0
        for thumbnail in sorted(kept, key=lambda one: (one.path.stem in precious, one)):
            if room + freed >= 0:
                break
            if remove(thumbnail.path):
                freed += thumbnail.size_bytes
                removed += 1
        return freed, removed

    def _limit(self, taken_bytes: float) -> float:
        if self._limit_bytes is not None:
            return self._limit_bytes
        return (taken_bytes + self._free_bytes()) * _SHARE_OF_DISK

    def _at_once(self, taken_bytes: float) -> float:
        return self._limit(taken_bytes) * _SHARE_AT_ONCE

    def _free_bytes(self) -> int:
        for place in (self._folder, *self._folder.parents):
            try:
                return shutil.disk_usage(place).free
            except FileNotFoundError:
                continue
            except OSError as error:
                _log.info("how much is free for thumbnails cannot be told: %s", error)
                break
        return 0

    def _some(self) -> tuple[list[_Kept], float]:
        """Return the thumbnails in the next few folders, all of them where there are few, and the folders' share of all."""
        folders = sorted(shards(self._folder), key=lambda shard: shard.name)
        kept: list[_Kept] = []
        first, count = int(self._next * len(folders)), 0
        for count in range(1, len(folders) + 1):
            kept += self._kept(folders[(first + count - 1) % len(folders)])
            if len(kept) >= _LOOKED_AT:
                break
        self._next = (first + count) % max(len(folders), 1) / max(len(folders), 1)
        return kept, count / len(folders) if folders else 1.0

    def _kept(self, shard: "os.DirEntry[str]") -> Iterator[_Kept]:
        """Yield the thumbnails that are in a folder; remove unfinished files on the way."""
        for entry in listed(Path(shard.path)):
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError as error:
                _log.debug("a thumbnail vanished while it was counted: %s", error)
                continue
            if entry.name.endswith(_UNFINISHED):
                # Only those of an earlier run: a younger one is being written by another thread.
                if status.st_mtime_ns < self._earlier_ns:
                    remove(Path(entry.path))
            elif entry.name.endswith(ENDING):
                # Many systems update the time of reading rarely or never; the time of writing is the floor.
                last_used_ns = max(status.st_atime_ns, status.st_mtime_ns)
                yield _Kept(last_used_ns, status.st_size, Path(entry.path))


class _Remembered:
    """An answer that is asked for again only after a while."""

    def __init__(self, ask: Callable[[], Collection[str]]) -> None:
        self._ask = ask
        self._answer: Collection[str] = frozenset()
        self._asked_s: float | None = None

    def __call__(self) -> Collection[str]:
        now_s = time.monotonic()
        if self._asked_s is None or now_s - self._asked_s > _PRECIOUS_S:
            self._answer, self._asked_s = self._ask(), now_s
        return self._answer


def shards(folder: Path) -> "list[os.DirEntry[str]]":
    """Return the folders in the folder of thumbnails; none where it is not ours or cannot be listed."""
    # A linked folder is somebody else's: nothing in it is counted, and nothing removed.
    is_ours = own_files.is_folder(folder, below=folder.parent)
    return [shard for shard in listed(folder) if shard.is_dir(follow_symlinks=False)] if is_ours else []


def listed(folder: Path) -> "list[os.DirEntry[str]]":
    """Return what lies in a folder; nothing where it cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        _log.debug("the thumbnails in %s cannot be listed: %s", folder, error)
        return []


def remove(path: Path) -> bool:
    """Remove a file, and return whether it was."""
    try:
        path.unlink()
    except OSError as error:
        _log.debug("%s could not be removed: %s", path, error)
        return False
    return True
