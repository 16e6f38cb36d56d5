"""What every store of vectors can do; the built-in one is in `lite/`, that on a server in `remote/`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.vectors.found import Among, Found


@dataclass(frozen=True, slots=True)
class StoredVector:
    """One row of the store.

    Attributes:
        id: The catalogue's number of the content; above 0.
        vector: ``(dimension,)`` float32, length 1.
    """

    id: int
    vector: NDArray[np.float32]


class VectorStore(Protocol):
    """Finds the nearest vectors. Writes, flush and ids on one thread; search and count beside them on others."""

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        ...

    @property
    def description(self) -> str:
        """Where they are, for a person: "milvus-lite" or a server's address."""
        ...

    @property
    def is_quick(self) -> bool:
        """Whether a search is quicker than reading all vectors from the catalogue."""
        ...

    def upsert(self, rows: Sequence[StoredVector]) -> None:
        """Write rows over those of the same id; they are safe once `flush` has returned."""
        ...

    def delete(self, ids: Iterable[int]) -> None:
        """Remove rows; unknown ids do no harm."""
        ...

    def flush(self) -> None:
        """Bring every row written so far to disk."""
        ...

    @property
    def most_found(self) -> int:
        """How many rows a search finds at most."""
        ...

    def search(self, vector: NDArray[np.float32], limit: int, among: Among | None = None) -> Found:
        """Return the ids of the nearest rows and their cosines, best first.

        Among some it may find fewer than there are.
        """
        ...

    def count(self) -> int:
        """Return how many rows there are."""
        ...

    def ids(self) -> set[int]:
        """Return the ids of all rows."""
        ...

    def ids_between(self, low: int, high: int) -> NDArray[np.int64]:
        """Return the ids of rows from `low` to below `high`, ``(n,)``, ascending."""
        ...

    def misplaced(self, limit: int, /) -> NDArray[np.int64]:
        """Return some ids of rows that an earlier version put elsewhere; written again, they are where they belong."""
        ...

    def drop(self) -> None:
        """Remove every row; the store can be written to again."""
        ...

    def close(self) -> None:
        """Flush and give everything back; no call may follow."""
        ...
