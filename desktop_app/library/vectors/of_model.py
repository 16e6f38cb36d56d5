"""What the vectors of one model offer to indexing and search, wherever their store is."""

from collections.abc import Callable
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.vectors.found import Among, Found
from desktop_app.library.vectors.sync import VectorSync

T = TypeVar("T")


class ModelVectors(Protocol):
    """The vectors of one model; see `LateVectors` for the embedded store, `PatientVectors` for one on a server.

    `search` and `revived` may be called on any thread, all else belongs to the writer.
    """

    @property
    def sync(self) -> VectorSync | None:
        """What carries vectors into the store; None while that is closed."""
        ...

    def open(self) -> VectorSync:
        """Open the store and make it equal to the catalogue, unless that was done."""
        ...

    def push(self) -> None:
        """Send what the outbox holds; a few changes may wait there while the store is closed."""
        ...

    def flush(self) -> None:
        """Bring everything to disk, also what waited."""
        ...

    def settle(self, *, is_needed: bool) -> None:
        """Carry what an earlier session left, or what has waited for long; for idle moments."""
        ...

    def rest(self, *, may_close: bool) -> None:
        """Flush, and close the store, after a while without anything to write; for idle moments."""
        ...

    def search(self, vector: NDArray[np.float32], limit: int, among: Among | None = None) -> Found:
        """Return the contents nearest to a vector and their cosines, best first; as `Neighbours`."""
        ...

    def revived(self, ask: Callable[[], T]) -> T:
        """Ask something; when the store's process has died, start it again and ask once more."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...
