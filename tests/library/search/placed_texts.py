"""An embedder whose texts lie where a test puts them."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.library.models.embedder import Prepared, Vectors


class PlacedTexts:
    """Embeds every text that holds a word of the map at that word's vector, all others at `elsewhere`.

    Attributes:
        asked: Every text it was given.
    """

    def __init__(
        self,
        places: Mapping[str, NDArray[np.float32]],
        elsewhere: NDArray[np.float32],
        model_id: str = "model-a",
    ) -> None:
        self.model_id = model_id
        self.name = "Placed"
        self.dimension = len(elsewhere)
        self.batch_size = 4
        self.least_px = 32
        self.asked: list[str] = []
        self._places = places
        self._elsewhere = elsewhere

    def prepare(self, picture: Image.Image) -> Prepared:
        raise NotImplementedError

    def embed_photos(self, batch: Sequence[Prepared]) -> Vectors:
        raise NotImplementedError

    def embed_text(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        rows = np.array([self._place(text) for text in texts], dtype=np.float32)
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    def unread_words(self, text: str) -> str:
        return ""

    def close(self) -> None:
        return

    def _place(self, text: str) -> NDArray[np.float32]:
        return next((self._places[word] for word in text.split() if word in self._places), self._elsewhere)
