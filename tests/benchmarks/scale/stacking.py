"""How long it takes to find which photos are shown as one, whole and after one photo."""

import time
from datetime import datetime

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

_NOTE, _PAIRS_NOTE = "stacks", "stack pairs"
_PATIENCE_S = 5.0


def measure(library: ScaleLibrary, amounts: Amounts) -> Measured:
    """Have the stacks made as if for the first time, then once more after one photo came."""
    measured = Measured()
    with measured.asking("stacks_s", "stacks_one_ms"), Catalog(library.paths.data / "catalog.db") as catalog:
        _measure(catalog, library, measured)
    measured.notes.append("stacks: on the writer's thread alone; thumbnails of like photos are compared too")
    return measured


def _measure(catalog: Catalog, library: ScaleLibrary, measured: Measured) -> None:
    mean = space_of(library.dimension).mean
    yardstick = Yardstick(library.model_id, float(mean @ mean))

    def made() -> StackKeeper:
        return StackKeeper(catalog, ThumbnailStore(library.paths.cache / "thumbnails"), lambda: yardstick)

    for note in (_NOTE, _PAIRS_NOTE):
        catalog.notes.set(note, "")
    keeper, taken = made(), Taken()
    taken.ask(lambda: _renewed(keeper, catalog))
    measured.figures |= {
        "stacks_s": taken.wall() / 1000,
        "stacks_cpu_s": taken.cpu() / 1000,
        "stacked_photos": len(catalog.stacks.of_photos()),
    }
    photo = library.photos / "one more.jpg"
    catalog.photos.save([_record(photo, mean)], library.model_id)
    try:
        taken = Taken()
        if not taken.ask(lambda: _renewed(keeper, catalog)):
            # It rests after work in proportion to it; one that was made just now does not.
            taken = Taken()
            fresh = made()
            taken.ask(lambda: _renewed(fresh, catalog))
        measured.figures |= {"stacks_one_ms": taken.wall(), "stacks_one_cpu_ms": taken.cpu()}
    finally:
        catalog.photos.remove([photo])


def _renewed(keeper: StackKeeper, catalog: Catalog) -> bool:
    """Renew until it is noted that the stacks are those of now; False where nothing was done for some seconds."""
    before, until = catalog.notes.get(_NOTE), time.monotonic() + _PATIENCE_S
    while True:
        keeper.renew(lambda _event: None, lambda: False)
        if catalog.notes.get(_NOTE) != before:
            return True
        if time.monotonic() > until:
            return False
        time.sleep(0.001)


def _record(photo, mean: np.ndarray) -> PhotoRecord:
    drawn = mean + np.random.default_rng(5).standard_normal(len(mean)).astype(np.float32) / 20
    return PhotoRecord(
        found=FoundPhoto(photo, 1, 1),
        content_hash="one-more",
        metadata=Metadata(taken_at=datetime(2024, 5, 1), camera="Canon EOS R6"),
        width_px=640,
        height_px=480,
        vector=drawn.astype(np.float32),
        problem=None,
        pixels="0",
        look=1234567890123,
    )
