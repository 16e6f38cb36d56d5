"""What was written to a vector store since its last flush."""

import threading
from collections.abc import Iterable

import numpy as np

from desktop_app.library.vectors.sorted_ids import Ids, united, without


class Unflushed:
    """Rows that a database has taken and not yet brought to disk. `applied` may be called on any thread.

    Attributes:
        bytes_of: How much each collection that was written to holds of them.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.bytes_of: dict[str, int] = {}
        self._is_there: dict[int, bool] = {}
        self._noting = threading.Lock()

    @property
    def size_bytes(self) -> int:
        """How much all collections hold of them."""
        return sum(self.bytes_of.values())

    def add(self, collection: str, size_bytes: int) -> None:
        """Note that a collection is written to."""
        self.bytes_of[collection] = self.bytes_of.get(collection, 0) + size_bytes

    def note(self, ids: Iterable[int], *, are_there: bool) -> None:
        """Note that rows were written, or removed."""
        with self._noting:
            self._is_there.update(dict.fromkeys(map(int, ids), are_there))

    def applied(self, flushed: Ids, low: int, high: int) -> Ids:
        """Return which ids from `low` to below `high` there are, from those of the flushed rows."""
        with self._noting:
            mine = {number: there for number, there in self._is_there.items() if low <= number < high}
        if not mine:
            return flushed
        gone = np.sort(np.array([number for number, there in mine.items() if not there], dtype=np.int64))
        come = np.sort(np.array([number for number, there in mine.items() if there], dtype=np.int64))
        return united(without(flushed, gone), come)

    def clear(self) -> None:
        """Note that everything is on disk, or that nobody knows what is."""
        self.bytes_of.clear()
        with self._noting:
            self._is_there.clear()
