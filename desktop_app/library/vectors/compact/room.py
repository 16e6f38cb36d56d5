"""Where there is room for a compact copy: on disk, or for few vectors in memory."""

import logging
import shutil
from dataclasses import dataclass
from pathlib import Path

import psutil

from desktop_app.library.vectors.compact.codes import columns
from desktop_app.library.vectors.compact.files import CopyFiles
from desktop_app.library.vectors.compact.rows import Rows
from desktop_app.library.vectors.compact.strips import HeldStrip

logger = logging.getLogger(__name__)

# Reading so many from the catalogue takes 20 ms, and a fresh process has them no sooner from files.
_LEAST_FILED = 4_096
# Where no file can be written: 500 MB on a machine of 8 GB, enough for 900,000 photos of the larger models.
_SHARE_OF_MEMORY = 1 / 16
# Never the last of what is free now: the thumbnails and the model are used more often.
_SHARE_OF_FREE = 1 / 3
# Less is not left free on the disk.
_SPARE_BYTES = 2**28
_ID_BYTES = 8
_MEGABYTE = 1_000_000


def _held_limit() -> int:
    memory = psutil.virtual_memory()
    return int(min(memory.total * _SHARE_OF_MEMORY, memory.available * _SHARE_OF_FREE))


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be kept where.

    Attributes:
        least_filed: Fewer vectors are kept in memory.
        most_held_bytes: More is never; None for a limit by the machine's memory.
    """

    least_filed: int = _LEAST_FILED
    most_held_bytes: int | None = None

    def may_hold(self, size_bytes: int) -> bool:
        """Return whether so much may be kept in memory now."""
        most = _held_limit() if self.most_held_bytes is None else self.most_held_bytes
        return size_bytes <= most

    def may_open(self, files: CopyFiles, photos: int, dimension: int) -> bool:
        """Return whether files for so many vectors may be opened: on a drive that may go away they are in memory, too."""
        return files.may_be_mapped() or self.may_hold(bytes_of(photos, dimension))

    def may_file(self, files: CopyFiles, photos: int, dimension: int) -> bool:
        """Return whether so many vectors belong in files."""
        return photos >= self.least_filed and self.may_open(files, photos, dimension)

    def is_outgrown(self, rows: Rows, *, may_be_filed: bool) -> bool:
        """Return whether what is kept in memory should not be any more."""
        if may_be_filed and rows.count >= 2 * self.least_filed:
            return True
        return self.most_held_bytes is not None and rows.size_bytes > self.most_held_bytes


def bytes_of(photos: int, dimension: int) -> int:
    """Return what the copy of so many vectors takes."""
    row_bytes = sum(column.dtype.itemsize * column.width for column in columns(dimension))
    return photos * (row_bytes + _ID_BYTES)


def filed(files: CopyFiles, photos: int, dimension: int) -> tuple[str, Rows]:
    """Begin files for so many vectors, if the disk has room for all of them.

    Returns:
        The word in their names, and the rows.

    Raises:
        OSError: It has not, or they cannot be made.
    """
    needed = bytes_of(photos, dimension)
    if shutil.disk_usage(_there(files.folder)).free < needed + _SPARE_BYTES:
        raise OSError(f"it takes {needed // _MEGABYTE + 1:,} MB, and the disk is nearly full")
    return files.begin(dimension)


def held(photos: int, dimension: int, limits: Limits) -> Rows | None:
    """Return rows in memory for so many vectors; None where that is too much."""
    if not limits.may_hold(bytes_of(photos, dimension)):
        return None
    return Rows(dimension, lambda _name, dtype, width: HeldStrip(dtype, width))


def _there(folder: Path) -> Path:
    """Return a folder, or the nearest above it that is there."""
    return next(place for place in (folder, *folder.parents) if place.exists())
