"""Finds the nearest of millions of vectors by their codes, and compares the best of them exactly.

Three looks, each at fewer rows than the one before: at the signs of all, at four bits a number of those that may be near,
at the true vectors of those that are. None of them is told how many rows to pass on: each passes on what may belong to the
answer by the error of its own codes, which a crowd of equal photos makes many and a sharp question few.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.vectors.compact.codes import (
    CODES,
    LEVELS,
    REACHES,
    SIGNS,
    STEPS,
    columns,
    turned,
)

Places = NDArray[np.int64]
"""Rows of a table, ``(n,)`` int64."""

Exact = Callable[[Places], NDArray[np.float32]]
"""Returns the true vectors ``(k, dimension)`` float32 of some rows, in their order."""

# Compared by codes at once, without a look at the signs.
_FEW = 4_096
# Above this share of the table, all signs are looked at and those of the rest left out: quicker than picking rows.
_MOST_PICKED = 0.2
_SIGNS_AT_ONCE = 8_192
# Numbers; OpenBLAS shares larger products among threads, which wait for each other while other work runs.
_NUMBERS_AT_ONCE = 1 << 18
# Rows compared by codes before it is known how near a row must be.
_FIRST_FOR_EACH, _FIRST = 8, 2_048
_GROWTH = 4
# Standard deviations of the error by which a row may be nearer than its signs, and its codes, say.
_SIGNS_ERRORS = 2.5
_CODES_ERRORS = 3.0
# Compared exactly: at once for each row that is wanted, at least; at most. A crowd of photos of one moment may need that.
_FIRST_EXACT_FOR_EACH, _LEAST_EXACT = 1.125, 256
_MOST_EXACT = 8_192


@dataclass(frozen=True, slots=True)
class Table:
    """Codes of vectors in memory or in mapped files, without gaps.

    A row that goes is replaced by the last one, so that all rows below `count` are live.

    Attributes:
        arrays: By name of the column, ``(at least count, width)``, each without gaps between rows; only read.
        centre: What the codes were made relative to, ``(dimension,)`` float32.
        count: Rows that are live.
    """

    arrays: Mapping[str, NDArray[np.generic]]
    centre: NDArray[np.float32]
    count: int

    def __post_init__(self) -> None:
        """Look whether the arrays are what the scan, which reads memory by their sizes, takes them for.

        Raises:
            ValueError: They are not.
        """
        for column in columns(len(self.centre)):
            array = self.arrays[column.name]
            is_right = array.dtype == column.dtype and array.ndim == 2 and array.shape[1] == column.width
            if not is_right or len(array) < self.count or not array.flags.c_contiguous:
                raise ValueError(f"{column.name} {array.dtype} {array.shape} of {self.count} rows")


def nearest(
    table: Table, query: NDArray[np.float32], limit: int, places: NDArray[np.integer] | None, exact: Exact
) -> tuple[Places, NDArray[np.float32]]:
    """Return the rows nearest to a vector, and their cosines, best first; of equal ones the lower row first.

    More than 99 of the 100 nearest are found, see `tests/library/vectors/compact`.

    Args:
        table: Where to look.
        query: ``(dimension,)`` float32 of length 1.
        limit: At most so many.
        places: Rows to look among, each once; None for all. In rising order is quickest.
        exact: Reads true vectors, for some 262,144 numbers at once in rising order; of about half again as many rows as
            are wanted and of 8,192 at most, each once.

    Returns:
        ``(k,)`` int64 and ``(k,)`` float32. The cosines are exact, but those beyond 8,192 rows, which are as `cosines`
        says.
    """
    among = None if places is None else _rising(places)
    size = table.count if among is None else len(among)
    if limit <= 0 or not size:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
    if size <= max(_FEW, limit):
        rows = np.arange(size, dtype=np.int64) if among is None else among
        near = cosines(table, query, among)
    else:
        rows, near = _found_by_signs(table, query, limit, among)
    _, across = _along_and_across(query, table.centre)
    errors = np.asarray(table.arrays[STEPS])[rows, 1] * np.float32(_CODES_ERRORS * np.linalg.norm(across))
    return _compared(rows, near, near + errors, limit, lambda some: _products(exact, some, query))


def cosines(
    table: Table, query: NDArray[np.float32], places: NDArray[np.integer] | None
) -> NDArray[np.float32]:
    """Return the cosines of many rows with a vector, by four bits a number: off by 0.004 as a rule, hardly ever by 0.02.

    The second number of a row of `steps` is the standard deviation of its error, for a query of length 1 across the centre:
    what lies along it is exact.

    Args:
        table: Where to look.
        query: ``(dimension,)`` float32 of length 1.
        places: Rows to compare, in any order; None for all.

    Returns:
        ``(n,)`` float32, in the order of `places`.
    """
    codes, steps = np.asarray(table.arrays[CODES]), np.asarray(table.arrays[STEPS])
    count = table.count if places is None else len(places)
    along, across = _along_and_across(query, table.centre)
    half = codes.shape[1]
    asked = np.zeros(2 * half, dtype=np.float32)
    asked[: len(query)] = turned(across)
    near = np.empty(count, dtype=np.float32)
    at_once = _rows_at_once(query)
    picked = np.empty((min(at_once, count), half), dtype=np.uint8)
    half_bytes = np.empty_like(picked)
    numbers = np.empty((len(picked), 2 * half), dtype=np.float32)
    for start in range(0, count, at_once):
        end = min(start + at_once, count)
        size = end - start
        some = codes[start:end] if places is None else _taken(codes, places[start:end], picked)
        numbers[:size, :half] = np.bitwise_and(some, LEVELS - 1, out=half_bytes[:size])
        numbers[:size, half:] = np.right_shift(some, 4, out=half_bytes[:size])
        np.dot(numbers[:size], asked, out=near[start:end])
    near -= np.float32((LEVELS - 1) / 2) * asked.sum()
    some_steps = steps[: table.count] if places is None else steps[places]
    near *= some_steps[:, 0]
    near += some_steps[:, 2] * along
    return near


def _along_and_across(
    query: NDArray[np.float32], centre: NDArray[np.float32]
) -> tuple[np.float32, NDArray[np.float32]]:
    """Return how many centres are in a query, and the rest of it."""
    square = float(centre @ centre)
    along = np.float32(float(query @ centre) / square if square > 0 else 0)
    return along, query - along * centre


def _taken(
    array: NDArray[np.generic], places: NDArray[np.integer], room: NDArray[np.generic]
) -> NDArray[np.generic]:
    """Return some rows of an array, in room that is used again: fresh room costs as much as reading them."""
    taken = room[: len(places)]
    # Any other mode than "raise" writes into the room without a copy between.
    np.take(array, places, axis=0, out=taken, mode="clip")
    return taken


def _rows_at_once(query: NDArray[np.float32]) -> int:
    return max(1, _NUMBERS_AT_ONCE // len(query))


def _rising(places: NDArray[np.integer]) -> Places:
    wide = places.astype(np.int64, copy=False)
    return wide if (wide[1:] >= wide[:-1]).all() else np.sort(wide)


def _found_by_signs(
    table: Table, query: NDArray[np.float32], limit: int, among: Places | None
) -> tuple[Places, NDArray[np.float32]]:
    """Return the rows that may be among the nearest by their signs, rising, and their cosines as `cosines` says."""
    asked = turned(query)
    signs = _SignsOfQuery.of(asked)
    near = signs.products(table, among)
    # How near a row may be, without what all have in common.
    most = near + _reaches(table, among) * np.float32(_SIGNS_ERRORS * signs.error)
    common = float(table.centre @ query)
    wanted = max(limit * _FIRST_FOR_EACH, _FIRST)
    found, values = [], []
    chosen = _best(near, wanted)
    while len(chosen):
        rows = chosen if among is None else among[chosen]
        found.append(rows)
        values.append(cosines(table, query, rows))
        most[chosen] = -np.inf
        least = _worst_of_best(np.concatenate(values), limit) - np.float32(common)
        left = np.flatnonzero(most >= least)
        wanted *= _GROWTH
        chosen = left[_best(near[left], wanted)]
    rows, near = np.concatenate(found), np.concatenate(values)
    order = np.argsort(rows)
    return rows[order], near[order]


def _compared(
    rows: Places,
    near: NDArray[np.float32],
    most: NDArray[np.float32],
    limit: int,
    products: Callable[[Places], NDArray[np.float32]],
) -> tuple[Places, NDArray[np.float32]]:
    """Return the nearest of some rows in order: by their true vectors, at least those that are the best.

    Args:
        rows: In rising order.
        near: Their cosines by codes.
        most: What their cosines may be at most.
        limit: How many are wanted.
        products: Returns the true cosines of rows in rising order.
    """
    true = near.copy()
    first = _best(near, min(max(int(limit * _FIRST_EXACT_FOR_EACH), _LEAST_EXACT), _MOST_EXACT))
    true[first] = products(rows[first])
    if len(first) >= limit:
        good = most >= _worst_of_best(true[first], limit)
        good[first] = False
        left = np.flatnonzero(good)
        left = left[_best(most[left], _MOST_EXACT - len(first))]
        true[left] = products(rows[left])
        tried = np.concatenate((first, left))
        rows, true = rows[tried], true[tried]
    order = np.lexsort((rows, -true))[:limit]
    return rows[order], true[order]


def _products(exact: Exact, places: Places, query: NDArray[np.float32]) -> NDArray[np.float32]:
    at_once = _rows_at_once(query)
    # Unlike a product of matrices, this gives the same for the same row wherever it stands among others.
    products = [
        (exact(places[start : start + at_once]) * query).sum(axis=1)
        for start in range(0, len(places), at_once)
    ]
    return np.concatenate(products) if products else np.empty(0, dtype=np.float32)


def _best(values: NDArray[np.float32], count: int) -> Places:
    """Return where the greatest of some values are, in rising order; of equal ones the first."""
    if count >= len(values):
        return np.arange(len(values), dtype=np.int64)
    if count <= 0:
        return np.empty(0, dtype=np.int64)
    least = _worst_of_best(values, count)
    above, equal = np.flatnonzero(values > least), np.flatnonzero(values == least)
    return np.sort(np.concatenate((above, equal[: count - len(above)])))


def _worst_of_best(values: NDArray[np.float32], count: int) -> np.float32:
    """Return the value that so many reach; the least where there are fewer."""
    if count >= len(values):
        return np.float32(values.min())
    # Of many values a sample says which are out of the question: 0.5 ms in place of 10 for a million.
    stride = len(values) // 32_768
    if stride > 1:
        sample = values[::stride]
        spare = min(len(sample), count // stride * 2 + 32)
        some = values[values >= np.partition(sample, len(sample) - spare)[len(sample) - spare]]
        if len(some) >= count:
            values = some
    worst: np.float32 = np.partition(values, len(values) - count)[len(values) - count]
    return worst


def _reaches(table: Table, among: Places | None) -> NDArray[np.float32]:
    reaches = np.asarray(table.arrays[REACHES])[:, 0]
    picked: NDArray[np.float32] = (reaches[: table.count] if among is None else reaches[among]).astype(
        np.float32, copy=False
    )
    return picked


@dataclass(frozen=True, slots=True)
class _SignsOfQuery:
    """A query as a sum of signs, each twice as heavy as the one before: its product with signs is a count of bits.

    Attributes:
        planes: ``(4, width)`` uint8, the signs, lightest first.
        step: What the lightest weighs.
        dimension: Numbers of a vector.
        error: Standard deviation of the products' error, for a row whose reach is 1.
    """

    planes: NDArray[np.uint8]
    step: float
    dimension: int
    error: float

    _PLANES = 4
    # A row's signs and its numbers have a cosine of √(2/π), for the turn makes the numbers normal; what is left of the
    # query stands across, and is the error (RaBitQ, theorem 3.2).
    _ACROSS = 1 - 2 / np.pi

    @classmethod
    def of(cls, query: NDArray[np.float32]) -> "_SignsOfQuery":
        """Make it of a turned query."""
        most = 2**cls._PLANES - 1
        step = max(float(np.abs(query).max()), 1e-30) / most
        levels = np.clip(np.rint((query / step + most) / 2), 0, most).astype(np.uint8)
        missed = query - (levels * 2.0 - most) * step
        width = -(-len(query) // 64) * 8
        planes = np.zeros((cls._PLANES, width), dtype=np.uint8)
        for plane in range(cls._PLANES):
            packed = np.packbits((levels >> plane) & 1, bitorder="little")
            planes[plane, : len(packed)] = packed
        error = float(np.sqrt(cls._ACROSS * np.square(query).sum() + np.square(missed).sum()))
        return cls(planes, step, len(query), error)

    def products(self, table: Table, among: Places | None) -> NDArray[np.float32]:
        """Return the products of the query with rows' differences from the centre, nearly, ``(n,)`` float32."""
        if among is not None and len(among) > _MOST_PICKED * table.count:
            return self.products(table, None)[among]
        # Loads libraries of 15 MB, which only a search needs; the package's own stub leaves `hammings` out.
        from faiss.loader import hammings, swig_ptr

        signs = np.asarray(table.arrays[SIGNS])
        count = table.count if among is None else len(among)
        differing = np.empty(count, dtype=np.float32)
        at_once = min(_SIGNS_AT_ONCE, count)
        picked = np.empty((at_once, self.planes.shape[1]), dtype=np.uint8)
        counts = np.empty((at_once, self._PLANES), dtype=np.int32)
        numbers = np.empty((at_once, self._PLANES), dtype=np.float32)
        planes, counted = swig_ptr(self.planes), swig_ptr(counts)
        weights = np.float32(2) ** np.arange(self._PLANES, dtype=np.float32)
        for start in range(0, count, at_once):
            rows = slice(start, min(start + at_once, count))
            size = rows.stop - start
            some = signs[rows] if among is None else _taken(signs, among[rows], picked)
            hammings(swig_ptr(some), planes, size, self._PLANES, self.planes.shape[1], counted)
            numbers[:size] = counts[:size]
            np.dot(numbers[:size], weights, out=differing[rows])
        # Of d signs h differ: their product is d - 2 h.
        differing *= np.float32(-2 * self.step)
        differing += np.float32((2**self._PLANES - 1) * self.dimension * self.step)
        differing *= _reaches(table, among)
        return differing
