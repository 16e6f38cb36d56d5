"""How paths, times, words and vectors are written into SQLite, and read back."""

import os
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LARGEST_INTEGER = 2**63 - 1
_SEPARATOR = os.fsencode(os.sep)
# Beyond any date a calendar knows, and far from where sums overflow.
_FARTHEST_S = 10**15

# While numpy reads a text or a list, no other thread runs Python: the window would stand still for 100 ms with a million
# numbers. As many take half a millisecond.
_TEXT_AT_ONCE: Final = 1 << 16
_ROWS_AT_ONCE: Final = 2_000

Row = tuple[Any, ...]
"""A row of a table, as SQLite gives it."""

Dated = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Numbers of photos, ``(n,)``, and the date of each: wall-clock seconds since 1970 as in `seconds_of`."""


def path_to_blob(path: Path) -> bytes:
    """Return a path's own bytes: names need not be valid text."""
    return os.fsencode(path)


def path_from_blob(blob: bytes) -> Path:
    """Return the path that `path_to_blob` wrote."""
    return Path(os.fsdecode(blob))


def range_below(folder: bytes) -> tuple[bytes, bytes]:
    """Return the bounds, ``low <= path < high``, between which exactly the paths below a folder lie."""
    low = folder if folder.endswith(_SEPARATOR) else folder + _SEPARATOR
    return low, low[:-1] + bytes([low[-1] + 1])


def start_of_name(folder: bytes) -> int:
    """Return where in the paths below a folder its own name begins, from 1."""
    parent = path_to_blob(path_from_blob(folder).parent)
    return len(parent) + (1 if parent.endswith(_SEPARATOR) else 2)


def is_below(path: bytes, folder: bytes) -> bool:
    """Whether a path lies below a folder, at any depth."""
    low, high = range_below(folder)
    return low <= path < high


def seconds_of(taken_at: datetime | None) -> int | None:
    """Return a naive time as wall-clock seconds since 1970, as if the wall stood in Greenwich."""
    return None if taken_at is None else (taken_at.replace(tzinfo=UTC) - _EPOCH) // timedelta(seconds=1)


def datetime_of(seconds: int | None) -> datetime | None:
    """Return the naive wall-clock time that `seconds_of` wrote; None for what it cannot have written."""
    # Not `fromtimestamp`: on Windows it refuses times before 1970.
    try:
        return None if seconds is None else (_EPOCH + timedelta(seconds=seconds)).replace(tzinfo=None)
    except OverflowError:
        return None


def numbers_of(text: str | None) -> NDArray[np.int64]:
    """Return the numbers of a `GROUP_CONCAT`, ``(n,)`` int64; a long one piece by piece, between which other threads run."""
    if not text:
        return np.empty(0, dtype=np.int64)
    parts, start = [], 0
    while start < len(text):
        comma = text.find(",", start + _TEXT_AT_ONCE)
        end = comma if comma >= 0 else len(text)
        parts.append(np.fromstring(text[start:end], dtype=np.int64, sep=","))
        start = end + 1
    return np.concatenate(parts)


def rows_of(cursor: sqlite3.Cursor, make: Callable[[Row], Row], width: int) -> NDArray[np.int64]:
    """Return all rows that a cursor still has as ``(n, width)`` int64, piece by piece, between which other threads run.

    numpy turns a list of rows into an array, and Python frees it, at one stroke: 0.8 and 0.3 s for a million of six numbers.

    Args:
        cursor: Of a statement that was executed.
        make: Returns the numbers of a row.
        width: How many there are.
    """
    parts = [np.empty((0, width), dtype=np.int64)]
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        parts.append(np.array([make(row) for row in rows], dtype=np.int64).reshape(-1, width))
    return np.concatenate(parts)


def in_order(ids: NDArray[np.int64], seconds: NDArray[np.int64]) -> Dated:
    """Return photos and their dates newest first, and of one date the largest number first."""
    later = seconds[1:] > seconds[:-1]
    # SQLite hands rows to an aggregate in the order of the query below it, and promises nothing.
    if later.any() or ((seconds[1:] == seconds[:-1]) & (ids[1:] > ids[:-1])).any():
        order = np.lexsort((ids, seconds))[::-1]
        ids, seconds = ids[order], seconds[order]
    return ids, seconds.clip(-_FARTHEST_S, _FARTHEST_S)


def clean_text(text: str | None) -> str | None:
    """Replace what SQLite cannot store as text: the lone surrogates of names that are no valid text."""
    return None if text is None else text.encode("utf-8", "replace").decode("utf-8")


def integer_or_text(number: int) -> int | str:
    """Return an integer of any size as a column without a type keeps it exactly; `int` reads it back.

    A modification time beyond the year 2262 has more nanoseconds than an SQLite integer can hold.
    """
    return number if abs(number) <= _LARGEST_INTEGER else str(number)


def vector_to_blob(vector: NDArray[np.float32]) -> bytes:
    """Return a vector's direction as little-endian float16: 2 bytes a dimension, cosine kept to 0.99999.

    Raises:
        ValueError: It is not one row of finite numbers that point somewhere.
    """
    length = float(np.linalg.norm(np.asarray(vector, dtype=np.float64)))
    if vector.ndim != 1 or not np.isfinite(length) or length == 0.0:
        raise ValueError(f"not a direction: shape {vector.shape}, length {length}")
    return (vector / length).astype("<f2").tobytes()


def vector_from_blob(blob: bytes) -> NDArray[np.float32]:
    """Return a stored vector as ``(dimension,)`` float32 of length 1."""
    row: NDArray[np.float32] = vectors_from_blobs([blob])[0]
    return row


def vectors_from_blobs(blobs: list[bytes]) -> NDArray[np.float32]:
    """Return stored vectors as ``(n, dimension)`` float32, every row of length 1; at least one, of equal lengths."""
    # One array of all, not one for each: 9 against 16 ms for 10,000 rows.
    rows: NDArray[np.float32] = (
        np.frombuffer(b"".join(blobs), dtype="<f2").reshape(len(blobs), -1).astype(np.float32)
    )
    # In place and without copies of the whole, which take longer than the sums: 10,000 rows are 20 MB.
    rows /= np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, np.newaxis]
    return rows
