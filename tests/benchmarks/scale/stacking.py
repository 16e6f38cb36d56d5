"""How long it takes to find which photos are shown as one, whole and after one photo."""

from datetime import datetime
from pathlib import Path

import numpy as np

from desktop_app.library.catalog import Catalog, PhotoRecord
from desktop_app.library.folders.comparing import FoundPhoto
from desktop_app.library.media.metadata.metadata import Metadata
from desktop_app.library.stacks.keeper import StackKeeper, Yardstick
from desktop_app.library.thumbnails import ThumbnailStore
from tests.benchmarks.scale.amounts import Amounts
from tests.benchmarks.scale.making import ScaleLibrary
from tests.benchmarks.scale.measured import Measured, Taken
from tests.benchmarks.scale.model import space_of
from tests.waiting import comes_true

_NOTE, _PAIRS_NOTE = "stacks", "stack pairs"
_PATIENCE_S = 900.0


def measure(library: ScaleLibrary, amounts: Amounts) -> Measured:
    """Have the stacks made as if for the first time, then once more after one photo came."""
    measured = Measured()
    with measured.asking("stacks_s", "stacks_one_ms"), Catalog(library.paths.data / "catalog.db") as catalog:
        _measure(catalog, library, measured)
    measured.notes.append(
        "stacks: thumbnails of bursts of plain ground, one in eight, are compared too, on all cores. They are one file of 3 KB "
        "here, and equal pixels agree at once: where none are equal that part takes several times as long"
    )
    return measured


def _measure(catalog: Catalog, library: ScaleLibrary, measured: Measured) -> None:
    mean = space_of(library.dimension).mean
    yardstick = Yardstick(library.model_id, float(mean @ mean))

    for note in (_NOTE, _PAIRS_NOTE):
        catalog.notes.set(note, "")
    thumbnails = ThumbnailStore(library.paths.cache / "thumbnails")
    keeper, taken = StackKeeper(catalog, thumbnails, lambda: yardstick), Taken()
    taken.ask(lambda: _renewed(keeper, catalog))
    measured.figures |= {
        "stacks_s": taken.wall() / 1000,
        "stacks_cpu_s": taken.cpu() / 1000,
        "stacked_photos": len(catalog.stacks.of_photos()),
    }
    photos = [library.photos / name for name in ("one more.jpg", "and another.jpg")]
    try:
        for photo in photos:
            catalog.photos.save([_record(photo, mean)], library.model_id)
            taken = Taken()
            # As the program does at the end of its work.
            taken.ask(lambda: keeper.renew_after_work(lambda _event: None, lambda: False))
            if photo == photos[0]:
                measured.notes.append(f"stacks after the first photo of a session: {taken.wall():,.0f} ms")
        measured.figures |= {"stacks_one_ms": taken.wall(), "stacks_one_cpu_ms": taken.cpu()}
    finally:
        catalog.photos.remove(photos)


def _renewed(keeper: StackKeeper, catalog: Catalog) -> None:
    """Renew, in as many moments as it takes, until it is noted what the stacks were made from."""

    def is_noted() -> bool:
        keeper.renew(lambda _event: None, lambda: False)
        return bool(catalog.notes.get(_NOTE))

    if not comes_true(is_noted, _PATIENCE_S):
        raise TimeoutError(f"the stacks were not made within {_PATIENCE_S:.0f} s")


def _record(photo: Path, mean: np.ndarray) -> PhotoRecord:
    drawn = mean + np.random.default_rng(5).standard_normal(len(mean)).astype(np.float32) / 20
    return PhotoRecord(
        found=FoundPhoto(photo, 1, 1),
        content_hash=photo.stem.replace(" ", "-"),
        metadata=Metadata(taken_at=datetime(2024, 5, 1), camera="Canon EOS R6"),
        width_px=640,
        height_px=480,
        vector=drawn.astype(np.float32),
        problem=None,
        pixels="0",
        look=1234567890123,
    )
