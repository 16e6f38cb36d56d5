"""One half of a model, compiled: pictures or words in, vectors out."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


class Tower(Protocol):
    """Turns a batch of pictures ``(n, 3, side, side)`` float32 or of tokens ``(n, length)`` int64 into vectors.

    Any thread; as many calls at once as it was made for run beside each other, more wait for their turn.
    """

    def run(self, batch: NDArray[Any]) -> NDArray[np.float32]:
        """Return the vectors ``(n, dimension)``, not yet of length 1.

        Raises:
            ModelRunError: It cannot be computed here.
        """
        ...


class OneByOne:
    """A half that can only be run for one picture or text at a time; see `Tower`."""

    def __init__(self, tower: Tower) -> None:
        """Take one that was made of such a graph."""
        self._tower = tower

    def run(self, batch: NDArray[Any]) -> NDArray[np.float32]:
        """See `Tower.run`."""
        return np.concatenate([self._tower.run(batch[at : at + 1]) for at in range(len(batch))])
