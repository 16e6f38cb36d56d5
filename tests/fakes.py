"""Stand-ins that mean something: an embedder that knows colours, so that "red" finds red photos."""

import threading
from collections.abc import Sequence

import numpy as np
from PIL import Image

from desktop_app.library.models.embedder import Prepared, Vectors

COLOURS: dict[str, tuple[int, int, int]] = {
    "red": (220, 30, 30),
    "green": (30, 180, 40),
    "blue": (30, 60, 220),
    "yellow": (240, 220, 40),
    "white": (250, 250, 250),
    "black": (10, 10, 10),
    "orange": (250, 140, 20),
    "purple": (130, 30, 160),
}


def _unit(rows: Vectors) -> Vectors:
    unit: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


class ColorEmbedder:
    """Places a photo at its mean colour and a text at the mean of the colours it names.

    Attributes:
        embedded: How many photos were embedded so far, to prove that work is not repeated.
    """

    def __init__(self, dimension: int = 8, model_id: str = "color-1", batch_size: int = 4) -> None:
        self.model_id = model_id
        self.name = "Colours"
        self.dimension = dimension
        self.batch_size = batch_size
        self.least_px = 32
        self.embedded = 0
        self._counting = threading.Lock()
        self.closed = False

    def prepare(self, picture: Image.Image) -> Prepared:
        small = picture.convert("RGB").resize((8, 8), Image.Resampling.BOX)
        return (np.asarray(small, dtype=np.float32) / 255.0).transpose(2, 0, 1)

    def embed_photos(self, batch: Sequence[Prepared]) -> Vectors:
        # Several lanes may embed at the same time.
        with self._counting:
            self.embedded += len(batch)
        return self._place(np.stack([one.reshape(3, -1).mean(axis=1) for one in batch]))

    def embed_text(self, texts: Sequence[str]) -> Vectors:
        return self._place(np.stack([self._colour_of(text) for text in texts]))

    def unread_words(self, text: str) -> str:
        return " ".join(text.split()[30:])

    def close(self) -> None:
        self.closed = True

    def _colour_of(self, text: str) -> Vectors:
        named = [COLOURS[word] for word in text.lower().split() if word in COLOURS]
        if not named:
            return np.full(3, 0.5, dtype=np.float32)
        mean: Vectors = np.asarray(named, dtype=np.float32).mean(axis=0) / 255.0
        return mean

    def _place(self, colours: Vectors) -> Vectors:
        """Centre the colours, so that unlike ones point apart, and fill up with a small constant."""
        rows = np.full((len(colours), self.dimension), 0.02, dtype=np.float32)
        rows[:, :3] = colours - 0.5
        return _unit(rows)
