"""What turns photos and words into vectors: the one seam that tests may fill with something else."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.library.errors import ModelDamagedError

Vectors = NDArray[np.float32]
"""``(n, dimension)`` float32, every row of length 1."""

Prepared = NDArray[np.float32]
"""``(3, side, side)`` float32, one photo as the model wants it."""

ANYTHING = "a photo"
"""Embedded to see whether a model can."""


def unit_rows(rows: NDArray[np.float32], name: str) -> Vectors:
    """Bring what a model gave to length 1, ``(n, dimension)``.

    Args:
        rows: Of any length.
        name: The model's, for a person.

    Raises:
        ModelDamagedError: A row has no length, or is no numbers.
    """
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if not (np.isfinite(lengths).all() and lengths.all()):
        raise ModelDamagedError(
            f"The model {name} gives no usable vectors; its weights are damaged.",
            "Download or import it again, or choose another one.",
        )
    unit: Vectors = (rows / lengths).astype(np.float32, copy=False)
    return unit


class Embedder(Protocol):
    """Embeds photos and words into one space, where near means alike.

    `model_id` is equal for equal weights and preprocessing, and different otherwise.
    """

    @property
    def model_id(self) -> str:
        """Names this space."""
        ...

    @property
    def name(self) -> str:
        """For a person."""
        ...

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        ...

    @property
    def batch_size(self) -> int:
        """How many photos `embed_photos` likes at once."""
        ...

    @property
    def least_px(self) -> int:
        """Shorter side in pixels that a photo needs to lose nothing the model could see."""
        ...

    def prepare(self, picture: Image.Image) -> Prepared:
        """Resize and normalise one upright RGB picture. Safe on any thread; does not run the model."""
        ...

    def embed_photos(self, batch: Sequence[Prepared]) -> Vectors:
        """Embed prepared photos in the order given. Safe on any thread."""
        ...

    def embed_text(self, texts: Sequence[str]) -> Vectors:
        """Embed queries in the order given. Safe on any thread."""
        ...

    def unread_words(self, text: str) -> str:
        """Return the end of the text that is beyond what the model reads; empty when it reads all."""
        ...

    def close(self) -> None:
        """Give its memory back; no call may follow."""
        ...
