"""Small copies of photos on disk: found by content, written whole or not at all, held below a size."""

import errno
import logging
import os
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from desktop_app import own_files
from desktop_app.library.errors import DiskFullError, LibraryError, UnreadablePhotoError
from desktop_app.library.thumbnail_room import ENDING, ThumbnailRoom, listed, remove, shards

_log = logging.getLogger(__name__)

THUMBNAIL_PX = 512
"""The longer side of a thumbnail."""

_HASH = re.compile(r"[0-9A-Za-z_-]{3,128}")
_QUALITY = 82
# Of what is more than three times as large, halves are taken first. Beside Lanczos, which takes 10.2 ms for a picture of
# 1000 × 750 pixels and 31 for one of 2000 × 1500, bicubic takes 7.2 and 10; 53 photos are alike (SSIM 0.997 and 0.995;
# coding them costs 0.033), and so are as many copies of them to `stacks.detail`. Hamming, 4.4, lost 4 of 53 cut by 2 %.
# WebP was tried (53 photos, equal SSIM): 32 KB in place of 44, for 7.8 ms in place of 0.8 to write each, and three times
# as long to show it.
_GAP = 1.5
# Ours have some 50 KB.
_LONGEST_BYTES = 64 * 2**20
_JPEG_START, _JPEG_END = b"\xff\xd8", b"\xff\xd9"
# In each of 256 folders: 2,000 in all, the size of which is off by a few per cent at most.
_MEASURED_OF_SHARD = 8
_FULL = {errno.ENOSPC, errno.EDQUOT}


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

    Attributes:
        limit_bytes: They take no more than that; None for half of what they and what is free take on their disk.
    """

    def __init__(
        self,
        folder: Path,
        *,
        side_px: int = THUMBNAIL_PX,
        limit_bytes: int | None = None,
        precious: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        """Make it; nothing is looked at yet.

        Args:
            folder: Where they are.
            side_px: Their longer side.
            limit_bytes: They take no more than that; a twentieth more where they did before this was made. None for
                half of what they and what is free take on their disk.
            precious: Says, on any thread, the hashes of contents that nobody can read now; their thumbnails go last.
        """
        self._folder = folder
        self._side_px = side_px
        self.limit_bytes = limit_bytes
        self._room = ThumbnailRoom(folder, limit_bytes, precious)

    def path_for(self, content_hash: str) -> Path:
        """Return where a content's thumbnail is or would be.

        Raises:
            ValueError: The hash holds anything but letters, digits, "-" and "_", or fewer than 3 of them.
        """
        if not _HASH.fullmatch(content_hash):
            raise ValueError(f"not a content hash: {content_hash!r}")
        return self._folder / content_hash[:2] / f"{content_hash}{ENDING}"

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
        self._room.make(len(content))
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
        for shard in shards(self._folder):
            thumbnails = [entry for entry in listed(Path(shard.path)) if entry.name.endswith(ENDING)]
            measured = [size for size in map(_size_of, thumbnails[:_MEASURED_OF_SHARD]) if size is not None]
            count += len(thumbnails)
            if measured:
                size_bytes += sum(measured) * len(thumbnails) // len(measured)
        return Extent(count, size_bytes)

    def remove(self, content_hash: str) -> None:
        """Remove a content's thumbnail; one that is not there, or lies behind a link, is no error and stays."""
        if _HASH.fullmatch(content_hash) and self._is_ours(self.path_for(content_hash).parent):
            remove(self.path_for(content_hash))

    def clear(self, stopped: Callable[[], bool] = lambda: False, *, but: Collection[str] = ()) -> None:
        """Remove the thumbnails there are; those made meanwhile may stay.

        Args:
            stopped: Asked now and then; once it says yes, the rest stays.
            but: The hashes of those that stay.
        """
        for entry in _files_below(self._folder) if self._is_ours(self._folder) else ():
            if stopped():
                return
            if entry.name.endswith(ENDING) and Path(entry.name).stem not in but:
                remove(Path(entry.path))

    @property
    def folder(self) -> Path:
        """Where they are."""
        return self._folder

    def trim(self) -> int:
        """Remove the thumbnails not used for longest until the rest fits the limit, and what a crash left unfinished.

        `write` does so by itself where it must. Of many thumbnails only some are looked at where all fit.

        Returns:
            How many thumbnails were removed.

        Raises:
            LibraryError: What is precious cannot be said now.
        """
        return self._room.trim()

    def _is_ours(self, folder: Path) -> bool:
        return own_files.is_folder(folder, below=self._folder.parent)


def _fitted(picture: Image.Image, side_px: int) -> Image.Image:
    rgb = picture if picture.mode == "RGB" else picture.convert("RGB")
    scale = side_px / max(rgb.size)
    if scale >= 1:
        return rgb
    width, height = (max(1, round(length * scale)) for length in rgb.size)
    return rgb.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=_GAP)


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


def _files_below(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Yield the files in the folder's sub-folders; nothing where a folder cannot be listed."""
    for shard in shards(folder):
        yield from listed(Path(shard.path))


def _size_of(entry: os.DirEntry[str]) -> int | None:
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError as error:
        _log.debug("a thumbnail vanished while it was measured: %s", error)
        return None
