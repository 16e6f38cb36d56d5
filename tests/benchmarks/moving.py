"""How many embeddings are saved when a library's photos are moved: all of them, for no pixel changed."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from desktop_app import paths
from desktop_app.library import IndexReport, PhotoLibrary
from desktop_app.library.models.embedder import Prepared, Vectors
from tests.benchmarks.figures import Result
from tests.benchmarks.made_library import DIMENSION, DrawnWords, seconds
from tests.benchmarks.sizes import Sizes
from tests.benchmarks.vectors import Drawing
from tests.pictures import save_colour

_FILES_IN_A_FOLDER = 500
_SIDE_PX = 24
# Every photo has a colour of its own; 251 is a prime below 256.
_SHADES = 251


class DrawnPhotos(DrawnWords):
    """Gives photos vectors drawn as CLIP's lie, and counts them.

    Attributes:
        embedded: Photos so far.
    """

    model_id = "drawn-2"

    def __init__(self) -> None:
        super().__init__()
        self.embedded = 0
        self._photos = Drawing(DIMENSION)
        # Several batches are embedded at the same time.
        self._one = threading.Lock()

    def prepare(self, _picture: Image.Image) -> Prepared:
        return np.zeros(1, dtype=np.float32)

    def embed_photos(self, batch: Sequence[Prepared]) -> Vectors:
        with self._one:
            self.embedded += len(batch)
            return self._photos.photos(len(batch))


def measure(sizes: Sizes, work: Path) -> Result:
    """Index tiny photos, rename their folders, then move everything to another place, and count what is embedded."""
    base = work / "moving"
    photos = _photos(base / "photos", sizes.moved_photos)
    embedder = DrawnPhotos()
    result = Result(f"Moving {sizes.moved_photos:,} photos")
    library = PhotoLibrary(
        base / "data", base / "cache", resources=paths.resources(), embedder=embedder, network=lambda: False
    )
    try:
        taken = seconds(lambda: library.folders.add(photos).result())
        if embedder.embedded != sizes.moved_photos:
            raise RuntimeError(f"{embedder.embedded} of {sizes.moved_photos} photos were embedded")
        result.add("indexed at first in", taken, "s")
        for folder in list(photos.iterdir()):
            folder.rename(photos / f"renamed {folder.name}")
        _report("folders renamed", lambda: library.folders.refresh().result(), embedder, sizes, result)
        elsewhere = photos.rename(base / "elsewhere")
        _report(
            "all moved elsewhere", lambda: library.folders.add(elsewhere).result(), embedder, sizes, result
        )
    finally:
        library.close()
    result.notes.append("saved: 1 - embedded again / photos; the other place is added as a folder of its own")
    return result


def _report(
    name: str, look: Callable[[], IndexReport], embedder: DrawnPhotos, sizes: Sizes, result: Result
) -> None:
    before = embedder.embedded
    reports: list[IndexReport] = []
    taken = seconds(lambda: reports.append(look()))
    if reports[0].found != sizes.moved_photos:
        raise RuntimeError(f"not every photo was found again: {reports[0]}")
    again = embedder.embedded - before
    result.add(f"{name}: embeddings saved", 1 - again / sizes.moved_photos, at_least=1)
    result.add(f"{name}: found again in", taken, "s")


def _photos(folder: Path, count: int) -> Path:
    for number in range(count):
        colour = (number % _SHADES, number // _SHADES % _SHADES, number // _SHADES**2)
        place = folder / f"event {number // _FILES_IN_A_FOLDER}"
        save_colour(place / f"IMG_{number:06d}.png", colour, (_SIDE_PX, _SIDE_PX))
    return folder
