"""Makes a library of any size without reading a photo, block by block, so that what was begun is gone on with."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
from numpy.typing import NDArray

from desktop_app.library import PhotoLibrary
from desktop_app.library.catalog import Catalog, PhotoRecord
from desktop_app.library.folders.comparing import FoundPhoto, changed_ns_of
from desktop_app.library.models.reference.clip import model_id_of
from desktop_app.opening import open_library
from desktop_app.paths import APP_NAME, AppPaths
from desktop_app.settings import Values
from desktop_app.trust import OwnLibraries
from tests.benchmarks.scale.contents import BLOCK, Contents, DrawnPhoto, blocks_of
from tests.benchmarks.scale.model import (
    DIMENSION,
    STARTER_DIMENSION,
    make_wide_starter,
    space_of,
    starter_folder,
)
from tests.benchmarks.scale.small_copies import link_small_copies

# What Milvus Lite may take while it is filled: 5.6 GB were measured for a million vectors.
_STORE_BYTES_EACH = 7_000
# What says, in a file of this name beside the library, that a part of it is made.
_SAVED, _MODEL, _STORE = "blocks saved", "model brought in", "store filled"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ScaleLibrary:
    """A made library that the window and the command line open like any other, with `--base-dir`.

    Its files are sparse: they have the size and the time of photos, and take no room but their names'. Nothing reads them,
    for the catalogue knows them as they are.

    Attributes:
        base: Holds all of it.
        count: Photos.
        dimension: Numbers of a vector: `STARTER_DIMENSION` for the built-in model as it is.
    """

    base: Path
    count: int
    dimension: int = DIMENSION

    @property
    def photos(self) -> Path:
        """The chosen folder."""
        return self.base / "photos"

    @property
    def paths(self) -> AppPaths:
        """Where the program keeps what it knows of it."""
        return AppPaths.below(self.base)

    @property
    def model(self) -> Path:
        """The folder of the model that it is searched with; made when it is not there."""
        if self.dimension == STARTER_DIMENSION:
            return starter_folder()
        return make_wide_starter(self.base.parent / "models", self.dimension)

    @property
    def model_id(self) -> str:
        """Names the space of its vectors."""
        return model_id_of(self.model)

    @property
    def own(self) -> OwnLibraries:
        """Who may open it: a person whose home lies in it, so that nobody's own settings are touched."""
        return OwnLibraries(self.base / "home" / ".config" / APP_NAME / "libraries")

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs in its environment to open it without a question, and to stay off the network."""
        home = self.base / "home"
        return {
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "VISLUMBRE_OFFLINE": "1",
            "OMP_NUM_THREADS": "2",
        }

    def open(self) -> PhotoLibrary:
        """Open it as the program does, without the network."""
        values = Values(network=False)
        return open_library(self.paths, lambda: values, own=self.own, trusted=True)


def scale_library(
    work: Path, count: int, say: Say, dimension: int = DIMENSION, *, fills_store: bool = True
) -> ScaleLibrary:
    """Return a library of `count` photos below `work`; what of it is there already is not made again.

    A million take 3 GB of disk without the store, a quarter of an hour of one core of 2024 and 300 MB of memory; filling
    the store is the program's own work, and takes what that takes.

    Args:
        work: Holds libraries of all sizes, and what they share.
        count: Photos.
        say: Hears how far it is.
        dimension: Numbers of a vector; another than the built-in model's needs PyTorch, which exports the graph once.
        fills_store: Whether the program's vector store is filled now; else the program does it when it is opened.
    """
    library = ScaleLibrary(work / f"scale-{count}", count, dimension)
    library.paths.make()
    started = time.monotonic()
    _save_blocks(library, say)
    link_small_copies(library.paths.cache / "thumbnails", count, say)
    if fills_store and not (library.base / _STORE).exists():
        _fill_store(library, say)
    say(f"the library is there, after {time.monotonic() - started:.0f} s")
    return library


def _bring_in_model(library: ScaleLibrary) -> None:
    """Have the program use the model that the library is searched with, unless it does."""
    noted = library.base / _MODEL
    if noted.exists() or library.dimension == STARTER_DIMENSION:
        return
    opened = library.open()
    try:
        choice = opened.models.bring_in(library.model).result()
        opened.models.use(choice.key).result()
    finally:
        opened.close()
    noted.touch()


def _save_blocks(library: ScaleLibrary, say: Say) -> None:
    """Write the files and rows that are missing; holds one block at a time."""
    noted = library.base / _SAVED
    first = int(noted.read_text()) if noted.exists() else 0
    if first >= blocks_of(library.count):
        return
    _bring_in_model(library)
    model_id = library.model_id
    contents = Contents(library.count, space_of(library.dimension))
    library.photos.mkdir(exist_ok=True)
    with Catalog(library.paths.data / "catalog.db") as catalog:
        catalog.folders.add(library.photos)
        for number in range(first, blocks_of(library.count)):
            photos, vectors = contents.block(number)
            catalog.photos.save(_records(library.photos, photos, vectors), model_id)
            noted.write_text(str(number + 1))
            if (number + 1) % 10 == 0:
                say(f"{min(library.count, (number + 1) * BLOCK):,} of {library.count:,} photos saved")


def _records(folder: Path, photos: Sequence[DrawnPhoto], vectors: NDArray[np.float32]) -> list[PhotoRecord]:
    return [
        PhotoRecord(
            found=_written(folder / photo.inside, photo),
            content_hash=photo.content_hash,
            metadata=photo.metadata,
            width_px=4000,
            height_px=3000,
            vector=vector,
            problem=None,
            pixels=photo.content_hash,
            look=photo.look,
            is_flat=photo.is_flat,
        )
        for photo, vector in zip(photos, vectors, strict=True)
    ]


def _written(path: Path, photo: DrawnPhoto) -> FoundPhoto:
    """Write a sparse file, and return what a listing says of it."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o644)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o644)
    try:
        os.ftruncate(handle, photo.size_bytes)
        taken_s = int(photo.taken_at.timestamp())
        os.utime(handle, (taken_s, taken_s))
        status = os.fstat(handle)
    finally:
        os.close(handle)
    return FoundPhoto(
        path,
        status.st_size,
        status.st_mtime_ns,
        changed_ns=changed_ns_of(status, time.time_ns()),
        inode=status.st_ino,
    )


def _fill_store(library: ScaleLibrary, say: Say) -> None:
    """Have the program carry the vectors into its store, as far as this machine's memory lets it."""
    available = psutil.virtual_memory().available
    if available < _STORE_BYTES_EACH * library.count:
        say(
            f"the vector store is left empty: {available / 1e9:.1f} GB of memory may not be enough to fill it; "
            "the program fills it when it is opened"
        )
        return
    say("the vector store is filled")
    opened = library.open()
    try:
        opened.models.open_vectors().result()
    finally:
        opened.close()
    (library.base / _STORE).touch()
