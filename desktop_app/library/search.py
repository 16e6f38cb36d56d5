"""From a question to ranked photos: by meaning, by an example, by name."""

import re
import time
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog import Catalog
from desktop_app.library.decode import decode, read_bytes
from desktop_app.library.embed import Embedder
from desktop_app.library.errors import LibraryError, UnreadablePhotoError
from desktop_app.library.photo import Answer, Hit, Photo, PhotoState
from desktop_app.library.store import VectorStore

_REMEMBERED_TEXTS = 256
# A word with a digit, an underscore or a picture's ending is a name people copy from elsewhere, not a description.
_LOOKS_LIKE_A_NAME = re.compile(
    r"[\w-]*(\d\w*_|_\w*\d|\d{3,})[\w.-]*|.*\.(jpe?g|png|webp|gif|bmp|tiff?|hei[cf]|avif|jxl|jp2)",
    re.IGNORECASE,
)
# Photos found by name alone may take this part of an answer, so that they never push out what was described.
_NAME_SHARE = 0.25


class Searcher:
    """Answers questions about one library. All methods belong to the search thread."""

    def __init__(self, catalog: Catalog) -> None:
        """Make one that looks photos up in a catalogue."""
        self._catalog = catalog
        self._texts: OrderedDict[tuple[str, str], NDArray[np.float32]] = OrderedDict()

    def by_name(self, text: str, limit: int) -> Answer:
        """Find photos by the words in their names and folders only: all that works without a model."""
        started = time.perf_counter()
        photos = self._catalog.find_names(text, limit, None)
        hits = tuple(Hit(rank, photo, None, by_name=True) for rank, photo in enumerate(photos, 1))
        return Answer(text, None, hits, _milliseconds_since(started))

    def by_text(self, text: str, limit: int, embedder: Embedder, store: VectorStore) -> Answer:
        """Find photos that show what a text describes, best first.

        Every photo that has a vector is ranked by the cosine of its vector and the text's. Photos without one
        that have all the words in their name or folder come after them; when the text looks like a file's name
        ("IMG_2682"), photos of that name come first.

        Raises:
            StoreError: The vectors cannot be searched now.
        """
        started = time.perf_counter()
        meant = self._nearest(self._embedded(text, embedder), limit, embedder, store)
        named = self._catalog.find_names(text, limit, embedder.model_id)
        hits = _merged(meant, named, limit, names_first=bool(_LOOKS_LIKE_A_NAME.fullmatch(text.strip())))
        return Answer(
            text, embedder.name, hits, _milliseconds_since(started), _note(embedder.unread_words(text))
        )

    def by_example(self, path: Path, limit: int, embedder: Embedder, store: VectorStore) -> Answer:
        """Find photos that look like a photo, best first, without the photo itself.

        Args:
            path: A photo of the library, or any picture file.
            limit: How many.
            embedder: The model.
            store: Its vectors.

        Raises:
            LibraryError: The file cannot be read as a picture.
            StoreError: The vectors cannot be searched now.
        """
        started = time.perf_counter()
        known = self._catalog.photo_at(path, embedder.model_id)
        vector = self._catalog.vector_of(known.id, embedder.model_id) if known else None
        if vector is None:
            vector = _embedded_file(path, embedder)
        found = self._nearest(vector, limit + 1, embedder, store)
        others = [
            (photo, score)
            for photo, score in found
            if known is None or _content_of(photo) != _content_of(known)
        ]
        hits = tuple(Hit(rank, photo, score) for rank, (photo, score) in enumerate(others[:limit], 1))
        return Answer(str(path), embedder.name, hits, _milliseconds_since(started))

    def _embedded(self, text: str, embedder: Embedder) -> NDArray[np.float32]:
        key = (embedder.model_id, text)
        if key not in self._texts:
            self._texts[key] = embedder.embed_text([text])[0]
            if len(self._texts) > _REMEMBERED_TEXTS:
                self._texts.popitem(last=False)
        self._texts.move_to_end(key)
        return self._texts[key]

    def _nearest(
        self, vector: NDArray[np.float32], limit: int, embedder: Embedder, store: VectorStore
    ) -> list[tuple[Photo, float]]:
        """Return photos with their cosine; contents whose files are all gone are left out."""
        nearest = store.search(vector, limit)
        photos = self._catalog.photos_of_contents([number for number, _ in nearest], embedder.model_id)
        return [(photos[number], score) for number, score in nearest if number in photos]


def _merged(
    meant: Sequence[tuple[Photo, float]], named: Sequence[Photo], limit: int, *, names_first: bool
) -> tuple[Hit, ...]:
    """Join what was meant and what is named so; equal files, by their content, are shown once."""
    scores = {_content_of(photo): score for photo, score in meant}
    names = {_content_of(photo): photo for photo in reversed(named)}
    rows: list[tuple[Photo, float | None]]
    if names_first:
        rows = [(photo, scores.get(content)) for content, photo in reversed(names.items())]
        rows += [(photo, score) for photo, score in meant if _content_of(photo) not in names]
    else:
        only_named = [
            photo
            for content, photo in reversed(names.items())
            if content not in scores and photo.state is not PhotoState.INDEXED
        ][: max(1, int(limit * _NAME_SHARE))]
        rows = [*meant[: limit - len(only_named)], *((photo, None) for photo in only_named)]
    return tuple(
        Hit(rank, photo, score, by_name=_content_of(photo) in names)
        for rank, (photo, score) in enumerate(rows[:limit], 1)
    )


def _content_of(photo: Photo) -> str | int:
    return photo.content_hash or photo.id


def _embedded_file(path: Path, embedder: Embedder) -> NDArray[np.float32]:
    try:
        decoded = decode(read_bytes(path), least_px=embedder.least_px)
    except UnreadablePhotoError as error:
        raise LibraryError(
            f"{path} cannot be used as an example: {error.reason}.", "Choose another photo."
        ) from error
    vector: NDArray[np.float32] = embedder.embed_photos([embedder.prepare(decoded.stored)])[0]
    return vector


def _note(unread: str) -> str:
    return f"The query is longer than the model reads; it left out “{unread}”." if unread else ""


def _milliseconds_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
