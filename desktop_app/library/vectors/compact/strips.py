"""Arrays that grow, in memory or in a file of their own, for the columns of a compact copy."""

import errno
import mmap
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from desktop_app import own_files

Array = NDArray[Any]


class Strip(Protocol):
    """An array with a row for each vector. Whoever writes sees to it that nobody reads those rows meanwhile.

    Attributes:
        array: ``(rows there is room for, width)``; only read. Another one after `reserve`.
    """

    array: Array

    def reserve(self, rows: int) -> None:
        """Make room for at least so many rows.

        Raises:
            OSError: There is none.
        """
        ...

    def write(self, first: int, rows: Array) -> None:
        """Put rows, ``(n, width)``, from a place on; there is room for them.

        Raises:
            OSError: They cannot be written, or not all of them.
        """
        ...

    def sync(self) -> None:
        """Bring what was written to disk.

        Raises:
            OSError: It is not known to be there.
        """
        ...

    def is_there(self) -> bool:
        """Return whether all of the array can be read; somebody else may have cut its file short."""
        ...

    def close(self) -> None:
        """Give up file and array; nothing is brought to disk."""
        ...


class HeldStrip:
    """A strip in memory."""

    def __init__(self, dtype: np.dtype[Any], width: int) -> None:
        """Make an empty one."""
        self.array: Array = np.empty((0, width), dtype=dtype)

    def reserve(self, rows: int) -> None:
        """Make room for at least so many rows."""
        if rows > len(self.array):
            roomy = np.empty((rows, self.array.shape[1]), dtype=self.array.dtype)
            roomy[: len(self.array)] = self.array
            self.array = roomy

    def write(self, first: int, rows: Array) -> None:
        """Put rows from a place on."""
        self.array[first : first + len(rows)] = rows

    def sync(self) -> None:
        """Nothing is to be brought anywhere."""

    def is_there(self) -> bool:
        """It always is."""
        return True

    def close(self) -> None:
        """Give the memory back."""
        self.array = self.array[:0]


class FileStrip:
    """A strip in a file, which is mapped to be read and written through its descriptor.

    Never through the map: what a full disk refuses there ends the process (SIGBUS) and is no error. So does a page of a drive
    that went away; a file on such a drive is read into memory instead, once.
    """

    def __init__(
        self,
        path: Path,
        dtype: np.dtype[Any],
        width: int,
        *,
        below: Path,
        is_new: bool,
        is_mapped: bool = True,
    ) -> None:
        """Open one.

        Args:
            path: Its file.
            dtype: Of its numbers.
            width: How many a row has.
            below: The folder the person named.
            is_new: Whether the file is made; else it is there.
            is_mapped: Whether it is; else it is read.

        Raises:
            OSError: It cannot be opened, or is none of ours.
        """
        flags = os.O_RDWR | (os.O_CREAT | os.O_EXCL if is_new else 0)
        self._dtype, self._width = np.dtype(dtype), width
        self._row_bytes = self._dtype.itemsize * width
        self._is_mapped = is_mapped
        self.array: Array = np.empty((0, width), dtype=self._dtype)
        self._handle = own_files.opened(path, flags, below=below, alone=True)
        try:
            self._show()
        except BaseException:
            os.close(self._handle)
            raise

    def reserve(self, rows: int) -> None:
        """Make room for at least so many rows; the disk gives it when they are written."""
        if rows > len(self.array):
            os.ftruncate(self._handle, rows * self._row_bytes)
            self._show()

    def write(self, first: int, rows: Array) -> None:
        """Put rows from a place on."""
        content = np.ascontiguousarray(rows, dtype=self._dtype).data.cast("B")
        _write_at(self._handle, content, first * self._row_bytes)
        if not self._is_mapped:
            self.array[first : first + len(rows)] = rows

    def sync(self) -> None:
        """Bring what was written to disk."""
        os.fsync(self._handle)

    def is_there(self) -> bool:
        """Return whether the file is as long as what is shown of it."""
        if not self._is_mapped:
            return True
        return os.fstat(self._handle).st_size >= len(self.array) * self._row_bytes

    def close(self) -> None:
        """Give up the file; the map goes with the last array that shows it."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
        self.array = np.empty((0, self._width), dtype=self._dtype)

    def _show(self) -> None:
        """Let the array show the whole file."""
        rows = os.fstat(self._handle).st_size // self._row_bytes
        if not rows:
            self.array = np.empty((0, self._width), dtype=self._dtype)
        elif self._is_mapped:
            shown = mmap.mmap(self._handle, rows * self._row_bytes, access=mmap.ACCESS_READ)
            self.array = np.frombuffer(shown, dtype=self._dtype).reshape(rows, self._width)
        else:
            known = len(self.array)
            held = np.empty((rows, self._width), dtype=self._dtype)
            held[:known] = self.array
            _read_at(self._handle, held[known:].data.cast("B"), known * self._row_bytes)
            self.array = held


def runs_of(places: Array) -> Sequence[tuple[int, int]]:
    """Return where in ascending places each run of successive ones begins and ends."""
    breaks = np.flatnonzero(np.diff(places) != 1) + 1
    return list(zip([0, *breaks.tolist()], [*breaks.tolist(), len(places)], strict=True))


def _read_at(handle: int, room: memoryview, place: int) -> None:
    with open(handle, "rb", buffering=0, closefd=False) as file:
        file.seek(place)
        done = 0
        while done < len(room):
            some = file.readinto(room[done:])
            if not some:
                raise OSError(errno.EIO, "it ends before its end")
            done += some


def _write_at(handle: int, content: memoryview, place: int) -> None:
    done = 0
    while done < len(content):
        if hasattr(os, "pwrite"):
            written = os.pwrite(handle, content[done:], place + done)
        else:  # Windows; one thread at a time writes
            os.lseek(handle, place + done, os.SEEK_SET)
            written = os.write(handle, content[done:])
        done += written
