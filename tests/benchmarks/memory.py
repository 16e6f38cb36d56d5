"""What memory indexing takes, and that more photos do not take more."""

from pathlib import Path

from desktop_app import paths
from desktop_app.library import PhotoLibrary
from tests.benchmarks.figures import Result
from tests.benchmarks.machine import PeakMemory
from tests.benchmarks.models import model_folder
from tests.benchmarks.samples import change_photos, make_photos
from tests.benchmarks.sizes import Sizes

_FURTHER = 3
# Allocators keep what they once had, so a little growth says nothing; a picture kept for each photo would be 700 MB.
_MOST_GROWTH = 1.10


def measure(sizes: Sizes, work: Path) -> Result:
    """Index photos once, then the same number three times more, and compare the peaks."""
    name = sizes.models[0]
    photos = make_photos(work / "memory photos", sizes.memory_photos, sizes.photo_px)
    base = work / "memory"
    library = PhotoLibrary(
        base / "data", base / "cache", resources=paths.resources(), model=str(model_folder(work, name))
    )
    try:
        library.warm_up().result()
        with PeakMemory() as first:
            library.add_folder(photos[0].parent).result()
        with PeakMemory() as later:
            for turn in range(_FURTHER):
                change_photos(photos, turn)
                library.refresh().result()
    finally:
        library.close()
    result = Result("Memory while indexing")
    count = len(photos)
    result.add("application, peak", max(first.app_mb, later.app_mb), "MB")
    result.add("vector process and decoders, peak", max(first.children_mb, later.children_mb), "MB")
    result.add(f"application, first {count} photos", first.app_mb, "MB")
    result.add(f"application, next {_FURTHER * count} photos", later.app_mb, "MB")
    result.add("growth", later.app_mb / first.app_mb, at_most=_MOST_GROWTH)
    result.notes.append(f"resident memory with {name}; the model is loaded before")
    return result
