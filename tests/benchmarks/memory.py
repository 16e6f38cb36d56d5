"""What memory indexing takes, and that more photos do not take more."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

from desktop_app import paths
from desktop_app.library import IndexReport, PhotoLibrary
from tests.benchmarks.figures import Result
from tests.benchmarks.machine import PeakMemory
from tests.benchmarks.models import model_folder
from tests.benchmarks.samples import change_photos, make_photos
from tests.benchmarks.sizes import Sizes

_FURTHER = 3
# Allocators keep what they once had, so a little growth says nothing; a picture kept for each photo would be 700 MB.
_MOST_GROWTH = 1.10


def measure(sizes: Sizes, work: Path) -> Result:
    """Index photos once, then the same number three times more, and compare the peaks of first and last part."""
    name = sizes.models[0]
    photos = make_photos(work / "memory photos", sizes.memory_photos, sizes.photo_px)
    base = work / "memory"
    library = PhotoLibrary(
        base / "data", base / "cache", resources=paths.resources(), model=str(model_folder(work, name))
    )
    try:
        library.models.warm_up().result()
        peaks = [_peak(lambda: library.folders.add(photos[0].parent))]
        for turn in range(_FURTHER):
            change_photos(photos, turn)
            peaks.append(_peak(library.folders.refresh))
    finally:
        library.close()
    return _reported(peaks, len(photos), name)


def _peak(begin: Callable[[], Future[IndexReport]]) -> PeakMemory:
    with PeakMemory() as peak:
        begin().result()
    return peak


def _reported(peaks: Sequence[PeakMemory], count: int, model: str) -> Result:
    result = Result("Memory while indexing")
    first, last = peaks[0], peaks[-1]
    result.add("application, peak", max(peak.app_mb for peak in peaks), "MB")
    result.add("vector process and decoders, peak", max(peak.children_mb for peak in peaks), "MB")
    for part, peak in enumerate(peaks):
        result.add(f"application, photos {part * count + 1} to {(part + 1) * count}", peak.app_mb, "MB")
    result.add("application, last part / first", last.app_mb / first.app_mb, at_most=_MOST_GROWTH)
    result.add("vectors and decoders, last part / first", last.children_mb / first.children_mb)
    result.notes.append(f"resident memory with {model}; the model is loaded before")
    return result
