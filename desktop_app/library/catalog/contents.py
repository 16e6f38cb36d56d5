"""Questions about contents: what was read at one path or several. Every method may be called on any thread."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog.part import Part
from desktop_app.library.catalog.values import path_to_blob, vector_from_blob


class ContentPart(Part):
    """What is known of a file's bytes, wherever they lie."""

    def has_content(self, content_hash: str) -> bool:
        """Whether these bytes were decoded before."""
        statement = "SELECT 1 FROM content WHERE hash = ? AND width_px IS NOT NULL"
        with self._connections.reading() as connection:
            return connection.execute(statement, (content_hash,)).fetchone() is not None

    def has_vector(self, content_hash: str, model_id: str) -> bool:
        """Whether these bytes were embedded with this model before."""
        statement = "SELECT 1 FROM content JOIN vector ON content_id = id WHERE hash = ? AND model_id = ?"
        with self._connections.reading() as connection:
            return connection.execute(statement, (content_hash, model_id)).fetchone() is not None

    def has_pixels(self, pixels: str, model_id: str) -> bool:
        """Whether a picture with these pixels was embedded with this model before, whatever its metadata."""
        statement = "SELECT 1 FROM content JOIN vector ON content_id = id WHERE pixels = ? AND model_id = ?"
        with self._connections.reading() as connection:
            return connection.execute(statement, (pixels, model_id)).fetchone() is not None

    def hashes_of(self, paths: Iterable[Path]) -> list[str]:
        """Return the content hash of each file in the order given; files never read are left out."""
        statement = "SELECT hash FROM file JOIN content ON content.id = content_id WHERE path = ?"
        with self._connections.reading() as connection:
            rows = [connection.execute(statement, (path_to_blob(path),)).fetchone() for path in paths]
        return [row[0] for row in rows if row]

    def vector_of(self, photo_id: int, model_id: str) -> NDArray[np.float32] | None:
        """Return a photo's vector, ``(dimension,)`` float32 of length 1; None when it has none of this model."""
        statement = "SELECT vec FROM file JOIN vector USING (content_id) WHERE id = ? AND model_id = ?"
        with self._connections.reading() as connection:
            row = connection.execute(statement, (photo_id, model_id)).fetchone()
        return vector_from_blob(row[0]) if row else None
