"""Photos as examples: the vector of a photo of the library, of any picture file, or of a rectangle of one."""

import math
import os
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.library.catalog import Catalog
from desktop_app.library.decoding.pool import DecoderPool, Reading
from desktop_app.library.errors import LibraryError
from desktop_app.library.models.embedder import Embedder
from desktop_app.library.photo import Photo
from desktop_app.library.query.regions import WHOLE, Region
from desktop_app.library.search.query_vector import combined
from desktop_app.library.thumbnails import ThumbnailStore

# Somebody who types words beside an example asks again at every pause; decoding and embedding take 100 ms.
_REMEMBERED = 64
Content = str | int
"""What equal photos have in common and others do not."""


@dataclass(frozen=True, slots=True)
class Example:
    """A photo that is searched with.

    Attributes:
        vector: ``(dimension,)`` float32 of length 1.
        content: What tells a photo of the library and its copies from others; None for a file that is not in it.
        note: A sentence for the person, where something else than the photo itself had to be used; or empty.
        picture: What is equal for the same picture, or the same part of it, by whatever path it was given.
    """

    vector: NDArray[np.float32]
    content: Content | None = None
    note: str = ""
    picture: tuple[Content, Region | None] | None = None


class Examples:
    """Finds the vectors of examples. All methods belong to the search thread."""

    def __init__(self, catalog: Catalog, thumbnails: ThumbnailStore | None, decoders: DecoderPool) -> None:
        """Make it.

        Args:
            catalog: Knows the vectors of whole photos.
            thumbnails: Used for photos whose file cannot be read now; None to do without.
            decoders: Read what has no vector yet.
        """
        self._decoders = decoders
        self._catalog = catalog
        self._thumbnails = thumbnails
        self._embedded: OrderedDict[tuple[str, str, Region | None], NDArray[np.float32]] = OrderedDict()

    def example(self, path: Path, embedder: Embedder, region: Region | None = None) -> Example:
        """Return a photo as an example; the model runs for what it has not seen yet.

        A rectangle is cut out of the upright photo and embedded as a photo of its own. Where the file cannot be read
        (its drive is not connected), its thumbnail is used, and the example says so.

        Raises:
            LibraryError: There is no picture to use.
        """
        path = _absolute(path)
        known = self._catalog.photos.at(path, embedder.model_id)
        content = content_of(known) if known is not None else None
        if known is not None and region is None:
            vector = self._catalog.vectors.of_photo(known.id, embedder.model_id)
            if vector is not None:
                return Example(vector, content, picture=(content_of(known), None))
        reading, note = self._reading(path, known, embedder, region)
        vector = self._vector(reading, embedder, region)
        if not np.isfinite(vector).all():
            raise _unusable(path, "the model could not make sense of it")
        # What was read for a photo of the library may be its small copy.
        picture = content or reading.content_hash or str(path)
        return Example(vector, content, note, (picture, region))

    def mean(
        self, paths: Iterable[Path], embedder: Embedder
    ) -> tuple[NDArray[np.float32], Sequence[Example]]:
        """Return the mean of several photos' unit vectors, brought to length 1, and the examples, equal ones once.

        With unit vectors, a photo's cosine with that mean is, but for one factor, the mean of its cosines with each.

        Raises:
            LibraryError: One of them cannot be used, or they cancel each other out.
        """
        given = (self.example(path, embedder) for path in paths)
        examples = list({example.picture: example for example in given}.values())
        vector = combined([(1.0, example.vector) for example in examples])
        if vector is None:
            raise LibraryError("These photos have nothing in common.", "Choose other photos.")
        return vector, examples

    def _reading(
        self, path: Path, known: Photo | None, embedder: Embedder, region: Region | None
    ) -> tuple[Reading, str]:
        """Return what a photo holds, or its thumbnail with a sentence that says so."""
        reason = _where(known) if known is not None and known.offline else ""
        if not reason:
            reading = self._read(path, embedder, region)
            reason = reading.problem or ""
            # Bytes that were read and make no picture make none another time.
            if not reason or reading.content_hash is not None:
                return _usable(reading, path), ""
        small = self._thumbnail(known)
        if small is None:
            raise _unusable(path, reason)
        note = f"{path.name}: {reason}. Its small copy was searched with."
        return _usable(self._read(small, embedder, region), path), note

    def _read(self, path: Path, embedder: Embedder, region: Region | None) -> Reading:
        """Read a picture, and decode it unless its vector is remembered."""
        return self._decoders.read(
            path,
            _least_px(embedder, region),
            wanted=lambda content_hash: (embedder.model_id, content_hash, region) not in self._embedded,
        )

    def _thumbnail(self, known: Photo | None) -> Path | None:
        if known is None or known.content_hash is None or self._thumbnails is None:
            return None
        has = self._thumbnails.has(known.content_hash)
        return self._thumbnails.path_for(known.content_hash) if has else None

    def _vector(self, reading: Reading, embedder: Embedder, region: Region | None) -> NDArray[np.float32]:
        key = (embedder.model_id, reading.content_hash or "", region)
        if reading.decoded is not None:
            self._embedded[key] = _embedded(reading.decoded.stored, embedder, region)
            if len(self._embedded) > _REMEMBERED:
                self._embedded.popitem(last=False)
        self._embedded.move_to_end(key)
        return self._embedded[key]


def content_of(photo: Photo) -> Content:
    """Return what equal photos have in common and others do not."""
    return photo.content_hash or photo.id


def _absolute(path: Path) -> Path:
    # Keeps links, unlike resolve; and does not fail for unknown people, unlike Path.expanduser.
    return Path(os.path.abspath(os.path.expanduser(path)))  # noqa: PTH100, PTH111


def _where(photo: Photo) -> str:
    # Its drive may be away, or its folder gone or closed.
    drive = f" on the drive “{photo.drive}”" if photo.drive else ""
    return f"its folder{drive} cannot be read now"


def _usable(reading: Reading, path: Path) -> Reading:
    if reading.problem is not None:
        raise _unusable(path, reading.problem)
    return reading


def _unusable(path: Path, reason: str) -> LibraryError:
    return LibraryError(f"{path} cannot be used as an example: {reason}.", "Choose another photo.")


def _embedded(picture: Image.Image, embedder: Embedder, region: Region | None) -> NDArray[np.float32]:
    if region is not None:
        picture = picture.crop(region.box(*picture.size))
    vector: NDArray[np.float32] = embedder.embed_photos([embedder.prepare(picture)])[0]
    return vector


def _least_px(embedder: Embedder, region: Region | None) -> int:
    """Return how many pixels both sides need so that the rectangle has enough for the model."""
    share = WHOLE if region is None else min(region.width, region.height)
    return math.ceil(embedder.least_px * WHOLE / share)
