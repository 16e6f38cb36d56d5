"""Small copies of photos on disk: found by content, written whole or not at all, held below a size."""

import errno
import logging
import os
import re
import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from desktop_app import own_files
from desktop_app.library.errors import DiskFullError, LibraryError, UnreadablePhotoError

_log = logging.getLogger(__name__)

THUMBNAIL_PX = 512
"""The longer side of a thumbnail."""

_HASH = re.compile(r"[0-9A-Za-z_-]{3,128}")
_QUALITY = 82
# Ours have some 50 KB.
_LONGEST_BYTES = 64 * 2**20
_UNFINISHED = ".part"
# Files are stamped by a coarser clock than ours, on some file systems by two seconds.
_CLOCK_MARGIN_NS = 60 * 10**9
_JPEG_START, _JPEG_END = b"\xff\xd8", b"\xff\xd9"
# Listing 100,000 thumbnails takes a second: so much of the limit is made free each time, and may be written before the
# first time.
_SHARE_AT_ONCE = 0.05
# In each of 256 folders: 2,000 in all, the size of which is off by a few per cent at most.
_MEASURED_OF_SHARD = 8
_FULL = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True, slots=True, order=True)
class _Kept:
    last_used_ns: int
    size_bytes: int
    path: Path


@dataclass(frozen=True, slots=True)
class Extent:
    """How much there is of something on the disk.

    Attributes:
        items: How many.
        size_bytes: What they take.
    """

    items: int
    size_bytes: int


class ThumbnailStore:
    """Keeps one JPEG for each content hash, readable by its owner only. Safe on any thread.

    Nothing here is worth more than the time to make it again, so nothing is synced to disk; a thumbnail that a power
    cut left in pieces counts as missing.
    """

    def __init__(
        self,
        folder: Path,
        *,
        side_px: int = THUMBNAIL_PX,
        limit_bytes: int = 4 * 2**30,
        precious: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        """Make it; nothing is looked at yet.

        Args:
            folder: Where they are.
            side_px: Their longer side.
            limit_bytes: They take no more than that; a twentieth more where they did before this was made.
            precious: Says, on any thread, the hashes of contents that nobody can read now; their thumbnails go last.
        """
        self._folder = folder
        self._side_px = side_px
        self._limit_bytes = limit_bytes
        self._precious = precious
        self._at_once_bytes = int(limit_bytes * _SHARE_AT_ONCE)
        # So much may be written until the next listing; what others write into the folder is none of it.
        self._room_bytes = self._at_once_bytes
        self._counting = threading.Lock()
        self._earlier_ns = time.time_ns() - _CLOCK_MARGIN_NS
        self._trimming = threading.Lock()

    def path_for(self, content_hash: str) -> Path:
        """Return where a content's thumbnail is or would be.

        Raises:
            ValueError: The hash holds anything but letters, digits, "-" and "_", or fewer than 3 of them.
        """
        if not _HASH.fullmatch(content_hash):
            raise ValueError(f"not a content hash: {content_hash!r}")
        return self._folder / content_hash[:2] / f"{content_hash}.jpg"

    def has(self, content_hash: str) -> bool:
        """Tell whether a whole thumbnail is there; costs two short reads."""
        try:
            handle = own_files.opened(self.path_for(content_hash), below=self._folder.parent)
        except OSError:
            return False
        try:
            start = os.read(handle, 2)
            os.lseek(handle, -2, os.SEEK_END)
            return start == _JPEG_START and os.read(handle, 2) == _JPEG_END
        except OSError:
            return False
        finally:
            os.close(handle)

    def read(self, content_hash: str) -> bytes:
        """Return a thumbnail's file, half of one where a power cut left that.

        Raises:
            UnreadablePhotoError: It is not there, cannot be read, or is no JPEG: what else lies there is not for
                whoever decodes thumbnails in this process.
        """
        try:
            content = own_files.read(self.path_for(content_hash), _LONGEST_BYTES, below=self._folder.parent)
        except OSError as error:
            raise UnreadablePhotoError(f"the thumbnail: {error.strerror or error}", passing=True) from error
        if not content.startswith(_JPEG_START):
            raise UnreadablePhotoError("the thumbnail is empty, or none of ours")
        return content

    def write(self, content_hash: str, picture: Image.Image) -> Path:
        """Make a content's thumbnail, in place of one that is there.

        Args:
            content_hash: Names it.
            picture: Upright; never enlarged.

        Returns:
            The file.

        Raises:
            DiskFullError: No room is left.
            LibraryError: The folder cannot be written for another reason.
        """
        target = self.path_for(content_hash)
        content = _encoded(_fitted(picture, self._side_px))
        self._make_room(len(content))
        try:
            own_files.make_folder(target.parent, below=self._folder.parent)
            own_files.write(target, content, below=self._folder.parent, durable=False)
        except OSError as error:
            # Windows refuses to replace a file that is being shown; the one shown has the same content.
            if isinstance(error, PermissionError) and self.has(content_hash):
                return target
            raise _in_words(error, self._folder) from error
        return target

    def extent(self) -> Extent:
        """Return how many thumbnails there are, and what they take: all counted, of many only some thousands measured.

        100,000 take 0.1 s where measuring each takes 0.5.
        """
        count = size_bytes = 0
        for shard in _shards(self._folder):
            thumbnails = [entry for entry in _listed(Path(shard.path)) if entry.name.endswith(".jpg")]
            measured = [size for size in map(_size_of, thumbnails[:_MEASURED_OF_SHARD]) if size is not None]
            count += len(thumbnails)
            if measured:
                size_bytes += sum(measured) * len(thumbnails) // len(measured)
        return Extent(count, size_bytes)

    def remove(self, content_hash: str) -> None:
        """Remove a content's thumbnail; one that is not there, or lies behind a link, is no error and stays."""
        if _HASH.fullmatch(content_hash) and self._is_ours(self.path_for(content_hash).parent):
            _remove(self.path_for(content_hash))

    def clear(self, stopped: Callable[[], bool] = lambda: False, *, but: Collection[str] = ()) -> None:
        """Remove the thumbnails there are; those made meanwhile may stay.

        Args:
            stopped: Asked now and then; once it says yes, the rest stays.
            but: The hashes of those that stay.
        """
        for entry in _files_below(self._folder) if self._is_ours(self._folder) else ():
            if stopped():
                return
            if entry.name.endswith(".jpg") and Path(entry.name).stem not in but:
                _remove(Path(entry.path))

    @property
    def folder(self) -> Path:
        """Where they are."""
        return self._folder

    def trim(self) -> int:
        """Remove the thumbnails not used for longest until the rest fits the limit, and what a crash left unfinished.

        `write` does so by itself where it must.

        Returns:
            How many thumbnails were removed.

        Raises:
            LibraryError: What is precious cannot be said now.
        """
        with self._trimming:
            return self._trimmed(0)

    def _make_room(self, size_bytes: int) -> None:
        """Take so many bytes of the room there is; where there is none, make some."""
        with self._counting:
            self._room_bytes -= size_bytes
            is_full = self._room_bytes < 0
        # While another thread makes room, nobody waits for it.
        if is_full and self._trimming.acquire(blocking=False):
            try:
                removed = self._trimmed(size_bytes + self._at_once_bytes)
                _log.info("%d thumbnails made room for others", removed)
                with self._counting:
                    self._room_bytes -= size_bytes
            except LibraryError as error:
                _log.warning("the thumbnails cannot be held below their limit now: %s", error)
            finally:
                self._trimming.release()

    def _trimmed(self, spare_bytes: int) -> int:
        """Remove what does not fit the limit, where it does not fit also to leave something to spare."""
        with self._counting:
            self._room_bytes = self._at_once_bytes
        # Those of photos on a drive in a drawer cannot be made again.
        precious = self._precious()
        kept = sorted(self._kept(), key=lambda thumbnail: (thumbnail.path.stem in precious, thumbnail))
        room = self._limit_bytes - sum(thumbnail.size_bytes for thumbnail in kept)
        wanted = min(spare_bytes, self._limit_bytes)
        removed = 0
        for thumbnail in kept:
            if room >= wanted:
                break
            if _remove(thumbnail.path):
                room += thumbnail.size_bytes
                removed += 1
        if room < wanted:
            # What cannot be removed now is tried again later, not with every thumbnail.
            room = self._at_once_bytes
        with self._counting:
            # What was written meanwhile may have been counted, and may not.
            self._room_bytes += room - self._at_once_bytes
        return removed

    def _is_ours(self, folder: Path) -> bool:
        return own_files.is_folder(folder, below=self._folder.parent)

    def _kept(self) -> Iterator[_Kept]:
        """Yield the thumbnails that are there; remove unfinished files on the way."""
        # A linked folder is somebody else's: nothing in it is counted, and nothing removed.
        for entry in _files_below(self._folder) if self._is_ours(self._folder) else ():
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError as error:
                _log.debug("a thumbnail vanished while it was counted: %s", error)
                continue
            if entry.name.endswith(_UNFINISHED):
                # Only those of an earlier run: a younger one is being written by another thread.
                if status.st_mtime_ns < self._earlier_ns:
                    _remove(Path(entry.path))
            elif entry.name.endswith(".jpg"):
                # Many systems update the time of reading rarely or never; the time of writing is the floor.
                last_used_ns = max(status.st_atime_ns, status.st_mtime_ns)
                yield _Kept(last_used_ns, status.st_size, Path(entry.path))


def _fitted(picture: Image.Image, side_px: int) -> Image.Image:
    rgb = picture if picture.mode == "RGB" else picture.convert("RGB")
    scale = side_px / max(rgb.size)
    if scale >= 1:
        return rgb
    width, height = (max(1, round(length * scale)) for length in rgb.size)
    return rgb.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _encoded(picture: Image.Image) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()


def _in_words(error: OSError, folder: Path) -> LibraryError:
    if error.errno in _FULL:
        return DiskFullError(
            f"There is no room left for thumbnails in {folder}.",
            "Free some space on that disk; what is already there stays usable.",
        )
    if isinstance(error, own_files.NotOurFileError):
        return LibraryError(f"A thumbnail was not written: {error}.", "Look where this library comes from.")
    return LibraryError(
        f"A thumbnail cannot be written in {folder}: {error.strerror or error}.",
        "Check that this folder may be written.",
    )


def _shards(folder: Path) -> list[os.DirEntry[str]]:
    # A linked folder is somebody else's: nothing in it is counted, and nothing removed.
    is_ours = own_files.is_folder(folder, below=folder.parent)
    return [shard for shard in _listed(folder) if shard.is_dir(follow_symlinks=False)] if is_ours else []


def _files_below(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Yield the files in the folder's sub-folders; nothing where a folder cannot be listed."""
    for shard in _shards(folder):
        yield from _listed(Path(shard.path))


def _size_of(entry: os.DirEntry[str]) -> int | None:
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError as error:
        _log.debug("a thumbnail vanished while it was measured: %s", error)
        return None


def _listed(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        _log.debug("the thumbnails in %s cannot be listed: %s", folder, error)
        return []


def _remove(path: Path) -> bool:
    try:
        path.unlink()
    except OSError as error:
        _log.debug("%s could not be removed: %s", path, error)
        return False
    return True
