"""Which collection of a Milvus Lite database holds which ids: one for each range of them.

Ids are given in ascending order and never again, so the newest collection takes the new photos, and the others change only
when photos go. Milvus Lite merges the files of a collection when there are more than 32 of up to 100,000 rows, at every
flush then; no collection of ours comes near that. It also reads up to 200,000 rows at once to merge them, here at most one
collection's.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.vectors.lite import lite_files
from desktop_app.library.vectors.sorted_ids import Ids, united

# 64 MB of vectors. To merge so many, Lite's process takes 0.5 GB; to search them, 200 MB.
_NUMBERS = 1 << 24
_MOST_IDS = 65_536


def width_for(dimension: int) -> int:
    """Return how many ids a collection of such vectors is for: 32,768 of 512 numbers, 8,192 of 1152."""
    return min(_MOST_IDS, 1 << ((_NUMBERS // dimension).bit_length() - 1))


def flushed_ids(database: Path, name: str) -> Ids:
    """Return the ids of the flushed rows of all collections of a model, whatever range they are for.

    Args:
        database: The database's folder.
        name: The name of the first collection.

    Raises:
        OSError: Their files cannot be read.
        ValueError: They are damaged.
    """
    found = sorted(path.name for path in (database / "collections").iterdir())
    mine = [each for each in found if each == name or each.startswith(f"{name}_")]
    return united(*(lite_files.live_ids(database, each) for each in mine))


class Shards:
    """The collections of one model in a database that is closed or open.

    The first one has the name that the only one had in earlier versions. Where that one holds ids beyond the first range
    it is the *former* collection: its rows are moved, and new rows of the first range go to one of their own.

    Attributes:
        database: The database's folder.
        width: How many ids a collection is for.
    """

    def __init__(self, database: Path, name: str, width: int) -> None:
        """Make it; nothing is read yet.

        Args:
            database: The database's folder; may be missing.
            name: The name of the first collection.
            width: How many ids a collection is for.
        """
        self.database = database
        self.width = width
        self._name = name
        self._own_first = f"{name}_0"
        self._former: bool | None = None

    @property
    def former(self) -> str | None:
        """The collection of an earlier version that holds ids of several ranges; None without one."""
        if self._former is None:
            self._former = self._is_there(self._name) and (
                self._is_there(self._own_first) or self._has_more_than_the_first()
            )
        return self._name if self._former else None

    def look_again(self) -> None:
        """Forget what was found on disk."""
        self._former = None

    def name_of(self, number: int) -> str:
        """Return the collection for a range, counted from 0."""
        if number:
            return f"{self._name}_{number}"
        return self._own_first if self.former or self._is_there(self._own_first) else self._name

    def first(self) -> str:
        """Return the collection that is there in any case, so that the length of its vectors is known."""
        return self.former or self.name_of(0)

    def present(self) -> list[str]:
        """Return the collections on disk, by range, the former one last."""
        numbers = sorted(self._numbers())
        return [*map(self.name_of, numbers), *([self.former] if self.former else [])]

    def parted(self, ids: Ids) -> Iterator[tuple[str, NDArray[np.intp]]]:
        """Yield collections and the places of those ids that belong to each."""
        numbers = ids // self.width
        for number in np.unique(numbers):
            yield self.name_of(int(number)), np.flatnonzero(numbers == number)

    def range_of(self, collection: str) -> tuple[int, int]:
        """Return the first id of a collection and the one after its last; of the former one, all."""
        tail = collection.removeprefix(self._name).removeprefix("_")
        if collection == self.former:
            return 0, np.iinfo(np.int64).max
        number = int(tail or 0)
        return number * self.width, (number + 1) * self.width

    def ids_of(self, collection: str) -> Ids:
        """Return the ids of the flushed rows of a collection.

        Raises:
            OSError: Its files cannot be read.
            ValueError: They are damaged.
        """
        return lite_files.live_ids(self.database, collection)

    def between(self, low: int, high: int) -> Iterator[str]:
        """Yield the collections on disk that may hold ids from `low` to below `high`."""
        for collection in self.present():
            first, beyond = self.range_of(collection)
            if first < high and low < beyond:
                yield collection

    def _has_more_than_the_first(self) -> bool:
        try:
            ids = self.ids_of(self._name)
        except (OSError, ValueError):
            # Whoever needs the rows says what is wrong with them.
            return False
        return bool(len(ids) and ids[-1] >= self.width)

    def _is_there(self, collection: str) -> bool:
        return (self.database / "collections" / collection / "schema.json").exists()

    def _numbers(self) -> Iterator[int]:
        try:
            names = [path.name for path in (self.database / "collections").iterdir()]
        except FileNotFoundError:
            return
        for name in names:
            tail = name.removeprefix(f"{self._name}_")
            is_ours = tail != name and tail.isascii() and tail.isdecimal()
            if is_ours and self._is_there(name):
                yield int(tail)
            elif name == self._name and not self.former and self._is_there(name):
                yield 0
