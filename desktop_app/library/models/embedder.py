"""What turns photos and words into vectors: the one seam that tests may fill with something else."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Vectors = NDArray[np.float32]
"""``(n, dimension)`` float32, every row of length 1."""

Prepared = NDArray[np.float32]
"""``(3, side, side)`` float32, one photo as the model wants it."""


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
