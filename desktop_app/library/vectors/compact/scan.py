"""Finds the nearest of millions of vectors by their codes, and compares the best of them exactly."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
"""Rows of a table, ``(n,)`` int64."""

Exact = Callable[[Places], NDArray[np.float32]]
"""Returns the true vectors ``(k, dimension)`` float32 of some rows, in their order."""

_ROWS_AT_ONCE = 4_096
# Rows compared exactly for each that is wanted, and at least.
_SPARE = 2
_LEAST_EXACT = 200


@dataclass(frozen=True, slots=True)
class Table:
    """Codes of vectors in memory or in mapped files, without gaps.

    A row that goes is replaced by the last one, so that all rows below `count` are live.

    Attributes:
        arrays: By name of the column, ``(at least count, width)``; only read.
        centre: What the codes were made relative to, ``(dimension,)`` float32.
        count: Rows that are live.
    """

    arrays: Mapping[str, NDArray[np.generic]]
    centre: NDArray[np.float32]
    count: int


def nearest(
    table: Table, query: NDArray[np.float32], limit: int, places: Places | None, exact: Exact
) -> tuple[Places, NDArray[np.float32]]:
    """Return the rows nearest to a vector, and their cosines, best first; of equal ones the lower row first.

    Args:
        table: Where to look.
        query: ``(dimension,)`` float32 of length 1.
        limit: At most so many.
        places: Rows to look among, each once; None for all.
        exact: Reads true vectors; asked for about twice as many rows as are wanted, in rising order.

    Returns:
        ``(k,)`` int64 and ``(k,)`` float32; the cosines are exact.
    """
    among = np.arange(table.count, dtype=np.int64) if places is None else places.astype(np.int64)
    if limit <= 0 or not len(among):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
    kept = max(limit * _SPARE, _LEAST_EXACT)
    if kept < len(among):
        near = cosines(table, query, places)
        among = among[np.argpartition(-near, kept)[:kept]]
    among = np.sort(among)
    true = exact(among) @ query
    order = np.lexsort((among, -true))[:limit]
    return among[order], true[order]


def cosines(table: Table, query: NDArray[np.float32], places: Places | None) -> NDArray[np.float32]:
    """Return the cosines of many rows with a vector, nearly: off by 0.001 at most in all but rare rows.

    Args:
        table: Where to look.
        query: ``(dimension,)`` float32 of length 1.
        places: Rows to compare, in any order; None for all.

    Returns:
        ``(n,)`` float32, in the order of `places`.
    """
    codes, factors = table.arrays["codes"], table.arrays["factors"]
    count = table.count if places is None else len(places)
    near = np.empty(count, dtype=np.float32)
    for start in range(0, count, _ROWS_AT_ONCE):
        end = min(start + _ROWS_AT_ONCE, count)
        rows = slice(start, end) if places is None else places[start:end]
        near[start:end] = (codes[rows].astype(np.float32) @ query) * factors[rows, 0].astype(np.float32)
    near += table.centre @ query
    return near
