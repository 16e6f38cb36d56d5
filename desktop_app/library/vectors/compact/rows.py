"""The rows of a compact copy: contents with their codes, without gaps, each found by its content's number."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray

from desktop_app.library.vectors.compact.codes import columns
from desktop_app.library.vectors.compact.scan import Table
from desktop_app.library.vectors.compact.strips import Array, Strip, runs_of

IDS = "contents"
"""The name of the strip of the contents' numbers."""

BLOCK_ROWS = 2_048
"""So many rows have a checksum together: a megabyte, of which XXH3 takes a tenth of a millisecond."""

_NOWHERE = -1
# A catalogue gives numbers in order, and most stay in use: beyond this a number is none of ours.
_MOST_UNUSED, _LEAST_ROOM = 64, 10_000_000
_GROWTH, _LEAST_GROWTH = 8, 4_096

Make = Callable[[str, np.dtype[Any], int], Strip]
"""Makes or opens the strip of a name, with a type and a width."""


class StrangeRowsError(Exception):
    """The rows are none that were written here."""


class Rows:
    """Contents and codes of vectors. One thread at a time.

    What a strip raises when it is written leaves the rows in a state that nobody should use.

    Attributes:
        count: How many rows there are.
    """

    def __init__(self, dimension: int, make: Make, count: int = 0) -> None:
        """Make the strips, or open those that hold so many rows.

        Raises:
            OSError: One cannot be opened.
            StrangeRowsError: They do not hold that many, or have numbers that no catalogue gives.
        """
        self.count = count
        self._strips: dict[str, Strip] = {}
        try:
            self._strips[IDS] = make(IDS, np.dtype("<i8"), 1)
            for column in columns(dimension):
                self._strips[column.name] = make(column.name, column.dtype, column.width)
            self._place_of = _places_by_number(self._ids_of(count))
        except BaseException:
            self.close()
            raise
        self._changed: set[int] = set()
        self._placed: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None

    @property
    def ids(self) -> NDArray[np.int64]:
        """The contents' numbers, ``(count,)``, in the order of the rows; only read."""
        numbers: NDArray[np.int64] = self._strips[IDS].array[: self.count, 0]
        return numbers

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the strips, in the order of their sums."""
        return tuple(self._strips)

    @property
    def size_bytes(self) -> int:
        """How much memory or disk the strips take."""
        return sum(strip.array.nbytes for strip in self._strips.values())

    def table(self, centre: NDArray[np.float32]) -> Table:
        """Return the codes as what is searched; valid until the next change."""
        arrays = {name: strip.array for name, strip in self._strips.items() if name != IDS}
        return Table(arrays, centre, self.count)

    def places_of(self, content_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the rows of contents, in their order; those that have none are left out.

        Of an array that cannot be written to, and is asked for again, they are known: half a million take 8 ms.
        """
        if self._placed is not None and self._placed[0] is content_ids:
            return self._placed[1]
        places = self._places(content_ids)
        is_here: NDArray[np.bool_] = places != _NOWHERE
        found: NDArray[np.int64] = places if is_here.all() else places[is_here]
        if not content_ids.flags.writeable:
            self._placed = content_ids, found
        return found

    def put(self, content_ids: NDArray[np.int64], codes: Mapping[str, Array]) -> None:
        """Write the rows of some contents, each once: over those they have, else behind the last.

        Raises:
            OSError: Not all could be written.
        """
        if not len(content_ids):
            return
        self._placed = None
        places = self._places(content_ids)
        fresh = np.flatnonzero(places == _NOWHERE)
        end = self.count + len(fresh)
        self._make_room(end, int(content_ids.max()))
        places[fresh] = np.arange(self.count, end)
        order = np.argsort(places, kind="stable")
        self._write(
            places[order],
            {**{name: rows[order] for name, rows in codes.items()}, IDS: content_ids[order, np.newaxis]},
        )
        self._place_of[content_ids] = places
        self.count = end

    def remove(self, content_ids: NDArray[np.int64]) -> None:
        """Let rows go; the last ones take their places.

        Raises:
            OSError: Not all could be written.
        """
        gone = np.unique(self.places_of(content_ids))
        if not len(gone):
            return
        self._placed = None
        left = self.count - len(gone)
        self._place_of[self.ids[gone]] = _NOWHERE
        movers = np.setdiff1d(np.arange(left, self.count), gone, assume_unique=True)
        holes = gone[gone < left]
        if len(holes):
            moved = self.ids[movers]
            self._write(holes, {name: strip.array[movers] for name, strip in self._strips.items()})
            self._place_of[moved] = holes
        self._changed.update((gone // BLOCK_ROWS).tolist())
        self.count = left
        # The one that is partly filled now.
        self._changed.add(left // BLOCK_ROWS)

    def sums(self, before: NDArray[np.uint64] | None = None) -> NDArray[np.uint64]:
        """Return the checksum of each strip's blocks, ``(strips, blocks)``; of those before only what changed since is read."""
        blocks = -(-self.count // BLOCK_ROWS)
        made = np.zeros((len(self._strips), blocks), dtype="<u8")
        wanted: Iterable[int] = range(blocks)
        if before is not None:
            known = min(before.shape[1], blocks)
            made[:, :known] = before[:, :known]
            wanted = sorted({*(block for block in self._changed if block < blocks), *range(known, blocks)})
        for block in wanted:
            made[:, block] = [self._sum(name, block) for name in self._strips]
        self._changed.clear()
        return made

    def is_as(self, sums: NDArray[np.uint64], block: int, names: Iterable[str]) -> bool:
        """Return whether a block of some strips has the checksums that `sums` returned."""
        known = dict(zip(self._strips, sums[:, block].tolist(), strict=True))
        return all(known[name] == self._sum(name, block) for name in names)

    def _sum(self, name: str, block: int) -> int:
        rows = slice(block * BLOCK_ROWS, min((block + 1) * BLOCK_ROWS, self.count))
        return xxhash.xxh3_64_intdigest(self._strips[name].array[rows].data)

    def are_there(self) -> bool:
        """Return whether all rows can be read: reading a mapped file that somebody cut short would end the process."""
        return all(strip.is_there() for strip in self._strips.values())

    def sync(self) -> None:
        """Bring all to disk.

        Raises:
            OSError: It is not known to be there.
        """
        for strip in self._strips.values():
            strip.sync()

    def close(self) -> None:
        """Give everything up."""
        for strip in self._strips.values():
            strip.close()
        self.count = 0

    def _ids_of(self, count: int) -> NDArray[np.int64]:
        if any(len(strip.array) < count for strip in self._strips.values()):
            raise StrangeRowsError("a file is cut short")
        return self.ids

    def _places(self, content_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        places = np.full(len(content_ids), _NOWHERE, dtype=np.int64)
        inside = (content_ids >= 0) & (content_ids < len(self._place_of))
        places[inside] = self._place_of[content_ids[inside]]
        return places

    def _make_room(self, rows: int, highest: int) -> None:
        if any(len(strip.array) < rows for strip in self._strips.values()):
            roomy = rows + max(rows // _GROWTH, _LEAST_GROWTH)
            for strip in self._strips.values():
                strip.reserve(roomy)
        if highest >= len(self._place_of):
            grown = np.full(highest + 1 + highest // _GROWTH, _NOWHERE, dtype=np.int32)
            grown[: len(self._place_of)] = self._place_of
            self._place_of = grown

    def _write(self, places: NDArray[np.int64], rows: Mapping[str, Array]) -> None:
        """Write rows at ascending places."""
        for start, end in runs_of(places):
            for name, strip in self._strips.items():
                strip.write(int(places[start]), rows[name][start:end])
        self._changed.update(np.unique(places // BLOCK_ROWS).tolist())


def _places_by_number(ids: NDArray[np.int64]) -> NDArray[np.int32]:
    if not len(ids):
        return np.empty(0, dtype=np.int32)
    highest = int(ids.max())
    if int(ids.min()) < 0 or highest > _MOST_UNUSED * len(ids) + _LEAST_ROOM:
        raise StrangeRowsError("it names contents that cannot be")
    places = np.full(highest + 1, _NOWHERE, dtype=np.int32)
    places[ids] = np.arange(len(ids), dtype=np.int32)
    if np.count_nonzero(places != _NOWHERE) != len(ids):
        raise StrangeRowsError("it names a content twice")
    return places
