"""A library of many photos without reading any: small files, a catalogue that knows them, a store that was filled."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app import paths
from desktop_app.library import PhotoLibrary
from desktop_app.library.catalog import Catalog, PhotoRecord
from desktop_app.library.folders.comparing import FoundPhoto
from desktop_app.library.media.metadata.metadata import Metadata
from desktop_app.library.models.embedder import Prepared, Vectors
from tests.benchmarks.vectors import Drawing
from tests.library.folders.listed import scan

DIMENSION = 512
_FILES_IN_A_FOLDER = 500
_SAVED_AT_ONCE = 5_000


class DrawnWords:
    """An embedder of no weight: any words are a vector drawn near the photos'. It embeds no photos."""

    model_id = "drawn-1"
    name = "Drawn vectors"
    dimension = DIMENSION
    batch_size = 8
    least_px = 64

    def __init__(self) -> None:
        self._drawing = Drawing(DIMENSION, seed=1)

    def prepare(self, picture: Image.Image) -> Prepared:
        raise NotImplementedError(f"a made library embeds no photo: {picture.size}")

    def embed_photos(self, batch: Sequence[Prepared]) -> Vectors:
        raise NotImplementedError(f"a made library embeds no photos: {len(batch)}")

    def embed_text(self, texts: Sequence[str]) -> Vectors:
        return self._drawing.words(len(texts))

    def unread_words(self, _text: str) -> str:
        return ""

    def close(self) -> None:
        """Nothing is held."""


@dataclass(frozen=True, slots=True)
class MadeLibrary:
    """A library on disk that nobody has open.

    Attributes:
        base: Holds all of it.
        count: Photos.
        filled_s: How long the store took to be filled from the catalogue; 0 when it was made before.
    """

    base: Path
    count: int
    filled_s: float = 0.0

    @property
    def photos(self) -> Path:
        """The chosen folder; its files hold one byte, for a file that did not change is never read."""
        return self.base / "photos"

    @property
    def data(self) -> Path:
        """The library's folder."""
        return self.base / "data"

    @property
    def store_folder(self) -> Path:
        """Where its vectors lie."""
        return next((self.data / "vectors").iterdir())

    def open(self) -> PhotoLibrary:
        """Open it, with words of no weight."""
        return PhotoLibrary(
            self.data,
            self.base / "cache",
            resources=paths.resources(),
            embedder=DrawnWords(),
            network=lambda: False,
        )


def made_library(work: Path, count: int) -> MadeLibrary:
    """Return a library of `count` photos below `work`, made where it is not there yet."""
    base = work / f"library {count}"
    done = base / "complete"
    if done.exists():
        return MadeLibrary(base, count)
    library = MadeLibrary(base, count)
    _write_files(library.photos, count)
    library.data.mkdir(parents=True)
    _fill_catalogue(library)
    started = time.perf_counter()
    opened = library.open()
    try:
        opened.models.open_vectors().result()
    finally:
        opened.close()
    done.touch()
    return MadeLibrary(base, count, time.perf_counter() - started)


def _write_files(folder: Path, count: int) -> None:
    for number in range(count):
        place = folder / f"{2000 + number // _FILES_IN_A_FOLDER} event"
        if number % _FILES_IN_A_FOLDER == 0:
            place.mkdir(parents=True)
        (place / f"IMG_{number:06d}.jpg").write_bytes(b"x")


def _fill_catalogue(library: MadeLibrary) -> None:
    found = list(scan(library.photos, report=_refuse))
    vectors = Drawing(DIMENSION).photos(len(found))
    with Catalog(library.data / "catalog.db") as catalog:
        catalog.folders.add(library.photos)
        for first in range(0, len(found), _SAVED_AT_ONCE):
            last = min(first + _SAVED_AT_ONCE, len(found))
            records = [_record(found[number], number, vectors[number]) for number in range(first, last)]
            catalog.photos.save(records, DrawnWords.model_id)


def _record(found: FoundPhoto, number: int, vector: NDArray[np.float32]) -> PhotoRecord:
    return PhotoRecord(
        found=found,
        content_hash=f"{number:032x}",
        metadata=Metadata(camera="Benchmark"),
        width_px=4000,
        height_px=3000,
        vector=vector,
        problem=None,
    )


def _refuse(folder: object) -> None:
    raise RuntimeError(f"cannot be read: {folder}")


def seconds(run: Callable[[], object]) -> float:
    """Return what a call takes on the wall."""
    started = time.perf_counter()
    run()
    return time.perf_counter() - started
