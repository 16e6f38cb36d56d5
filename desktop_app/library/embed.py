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

    Attributes:
        model_id: Names this space: equal for equal weights and preprocessing, different otherwise.
        name: For a person.
        dimension: Length of the vectors.
        batch_size: How many photos `embed_photos` likes at once.
        least_px: A photo decoded so that its shorter side has this many pixels loses nothing the model could see.
    """

    @property
    def model_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def batch_size(self) -> int: ...
    @property
    def least_px(self) -> int: ...

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
