"""The files of one compact copy: a folder with its head, and a file for each strip."""

import logging
import secrets
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app import own_files
from desktop_app.library.vectors.compact.head import HEAD_NAME, Head, StrangeHeadError, read_head, write_head
from desktop_app.library.vectors.compact.rows import Rows
from desktop_app.library.vectors.compact.strips import FileStrip
from desktop_app.library.volumes.pulled import may_be_pulled

logger = logging.getLogger(__name__)


class CopyFiles:
    """Where one copy lies. Belongs to the copy.

    Attributes:
        folder: Of these files alone.
    """

    def __init__(self, folder: Path, below: Path) -> None:
        """Name the folder; nothing is looked at yet.

        Args:
            folder: Of these files alone; need not be there.
            below: The library's folder.
        """
        self.folder = folder
        self._below = below

    def head(self) -> Head | None:
        """Return what the copy says of itself; None where there is none.

        Raises:
            StrangeHeadError: It is damaged.
            OSError: It cannot be read, or is no file of ours.
        """
        return read_head(self.folder, below=self._below)

    def write(self, head: Head, *, durable: bool) -> None:
        """Put a head in the place of the one before; see `write_head`.

        Raises:
            OSError: It cannot be written.
        """
        write_head(self.folder, head, below=self._below, durable=durable)

    def rows(self, head: Head) -> Rows:
        """Open the rows of a head.

        Raises:
            OSError: They cannot be opened.
            StrangeRowsError: They are none of this head.
        """
        make = partial(self._strip, files=head.files, is_new=False, is_mapped=self.may_be_mapped())
        return Rows(head.dimension, make, head.count)

    def begin(self, dimension: int) -> tuple[str, Rows]:
        """Remove what is there and make files without a row; a head makes them a copy.

        Returns:
            The word in their names, and the rows.

        Raises:
            OSError: They cannot be made.
        """
        self.remove()
        own_files.make_folder(self.folder, below=self._below)
        # Another name each time: on Windows what somebody still reads cannot be removed.
        files = secrets.token_hex(4)
        make = partial(self._strip, files=files, is_new=True, is_mapped=self.may_be_mapped())
        return files, Rows(dimension, make)

    def may_be_mapped(self) -> bool:
        """Return whether the drive stays as long as the process does; else what is opened is held in memory, too."""
        return not may_be_pulled(self._below)

    def remove(self) -> None:
        """Remove the copy, its head first.

        Raises:
            OSError: Not all of it can be removed.
        """
        if own_files.is_folder(self.folder, below=self._below):
            (self.folder / HEAD_NAME).unlink(missing_ok=True)
            own_files.remove(self.folder)

    def size_bytes(self) -> int:
        """Return what the files take; nothing where they cannot be seen."""
        found = own_files.everything_in(self.folder, skip=True)
        return sum(status.st_size for _, status in found if not own_files.file_fault(status))

    def _strip(
        self, name: str, dtype: np.dtype[Any], width: int, *, files: str, is_new: bool, is_mapped: bool
    ) -> FileStrip:
        path = self.folder / f"{name}-{files}"
        return FileStrip(path, dtype, width, below=self._below, is_new=is_new, is_mapped=is_mapped)


def head_if_sound(files: CopyFiles) -> Head | None:
    """Return what a copy says of itself; None where there is none, or none that can be used."""
    try:
        return files.head()
    except (StrangeHeadError, OSError) as error:
        logger.info("the compact copy in %s cannot be used: %s", files.folder, error)
        return None
