"""Photos as examples: the vector of a photo of the library, or of any picture file."""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog import Catalog
from desktop_app.library.decode import decode, read_bytes
from desktop_app.library.embed import Embedder
from desktop_app.library.errors import LibraryError, UnreadablePhotoError
from desktop_app.library.photo import Photo


def example_vector(path: Path, catalog: Catalog, embedder: Embedder) -> NDArray[np.float32]:
    """Return a photo's vector, ``(dimension,)`` float32 of length 1; the model runs only when it has none yet.

    Raises:
        LibraryError: The file cannot be read as a picture.
    """
    path = _absolute(path)
    known = catalog.photo_at(path, embedder.model_id)
    vector = catalog.vector_of(known.id, embedder.model_id) if known else None
    return _embedded_file(path, embedder) if vector is None else vector


def known_example(path: Path, catalog: Catalog, embedder: Embedder) -> str | int | None:
    """Return what tells a photo of the library and its copies from others; None for a file that is not in it."""
    known = catalog.photo_at(_absolute(path), embedder.model_id)
    return content_of(known) if known else None


def content_of(photo: Photo) -> str | int:
    """Return what equal photos have in common and others do not."""
    return photo.content_hash or photo.id


def _absolute(path: Path) -> Path:
    # Keeps links, unlike resolve; and does not fail for unknown people, unlike Path.expanduser.
    return Path(os.path.abspath(os.path.expanduser(path)))  # noqa: PTH100, PTH111


def _embedded_file(path: Path, embedder: Embedder) -> NDArray[np.float32]:
    try:
        decoded = decode(read_bytes(path), least_px=embedder.least_px)
    except UnreadablePhotoError as error:
        raise LibraryError(
            f"{path} cannot be used as an example: {error.reason}.", "Choose another photo."
        ) from error
    vector: NDArray[np.float32] = embedder.embed_photos([embedder.prepare(decoded.stored)])[0]
    return vector
