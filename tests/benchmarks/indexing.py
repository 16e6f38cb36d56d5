"""Photos a second from folder to searchable, against what decoding and model alone would allow."""

import shutil
import statistics
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from desktop_app import paths
from desktop_app.library import PhotoLibrary
from desktop_app.library.catalog import Catalog
from desktop_app.library.decoding.pool import DecoderPool
from desktop_app.library.folders.comparing import FoundPhoto
from desktop_app.library.indexing.photo_reader import PhotoReader
from desktop_app.library.models.clip import ClipEmbedder, model_id_of
from desktop_app.library.models.embedder import Prepared
from desktop_app.library.thumbnails import ThumbnailStore
from tests.benchmarks.figures import Result
from tests.benchmarks.machine import BUSY_SHARE, Clock, Spent, cores
from tests.benchmarks.models import model_folder
from tests.benchmarks.samples import make_photos
from tests.benchmarks.sizes import Sizes

_TARGET = 0.85
_BATCHES = (2, 4, 8)
_TRIED_PHOTOS = 32
_PARTS = ("decode", "model", "whole")


def measure(sizes: Sizes, work: Path) -> Result:
    """Measure decoding alone, the model alone and the whole in turn, round by round, for every model."""
    result = Result("Indexing")
    photos = make_photos(work / "photos", sizes.photos, sizes.photo_px)
    weight = statistics.mean(path.stat().st_size for path in photos) / 1e6
    megapixels = sizes.photo_px[0] * sizes.photo_px[1] / 1e6
    result.notes.append(f"{len(photos)} JPEGs of {megapixels:.1f} megapixels, {weight:.1f} MB each")
    for name in sizes.models:
        _measure_model(name, photos, sizes.rounds, work, result)
    result.notes.append("limit: 1 / (1/model + 1/decode), each alone on all cores; medians of rounds in turn")
    result.notes.append(
        "the application indexes at low priority: beside other programs it falls behind the limit"
    )
    result.notes.append(
        "work ratio: processor time of decoding and model alone by that of the whole; other programs hardly change it"
    )
    return result


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to run the model on all cores.

    Attributes:
        batch: Photos in a call.
        calls: Calls at the same time.
        threads: Threads of each call.
    """

    batch: int
    calls: int
    threads: int

    def __str__(self) -> str:
        return f"batches of {self.batch}, {self.calls} at a time with {self.threads} threads each"


class _Stand:
    """One model and the photos it is measured with."""

    def __init__(self, name: str, photos: list[Path], work: Path) -> None:
        self._photos = photos
        self._work = work / "indexing"
        self._folder = model_folder(work, name)
        self._embedder = ClipEmbedder.load(
            self._folder, name=name, model_id=model_id_of(self._folder), threads=1
        )
        # Ready batches are of real photos, for zeros would be quicker to multiply on some machines.
        self._ready = self.decoded()[: max(_BATCHES)]

    def decoded(self) -> list[Prepared]:
        """Do all that indexing does before the model, on all cores."""
        place = self._work / "decode"
        place.mkdir(parents=True)
        with (
            Catalog(place / "catalog.db") as catalog,
            ThreadPoolExecutor(cores()) as pool,
            closing(DecoderPool(cores(), background=False)) as decoders,
        ):
            reader = PhotoReader(catalog, ThumbnailStore(place / "thumbnails"), self._embedder, decoders)
            read = list(pool.map(lambda path: reader.read(_found(path)).prepared, self._photos))
        shutil.rmtree(place)
        return [picture for pictures in read for picture in pictures]

    def best_way(self) -> _Way:
        """Try every way twice, briefly, and return the quickest."""
        shapes = sorted({(1, cores()), (cores(), 1)})
        ways = [_Way(batch, *shape) for batch in _BATCHES for shape in shapes] * 2
        return min(ways, key=lambda way: self._model(way, min(_TRIED_PHOTOS, len(self._photos))).wall_s)

    def round(self, way: _Way) -> dict[str, Spent]:
        """Measure each of the three once; what a photo took."""
        with Clock() as decode:
            self.decoded()
        return {
            "decode": decode.spent.each(len(self._photos)),
            "model": self._model(way, len(self._photos)),
            "whole": self._whole().each(len(self._photos)),
        }

    def close(self) -> None:
        self._embedder.close()

    def _model(self, way: _Way, photos: int) -> Spent:
        """Embed at least so many ready pictures; what one of them took."""
        import torch

        torch.set_num_threads(way.threads)
        batch = (self._ready * (1 + way.batch // len(self._ready)))[: way.batch]
        times = -(-photos // way.batch)
        with ThreadPoolExecutor(way.calls) as pool, Clock() as clock:
            list(pool.map(lambda _: self._embedder.embed_photos(batch), range(times)))
        return clock.spent.each(times * way.batch)

    def _whole(self) -> Spent:
        """Index the photos into a fresh library whose model and store are open, and whose batch size is known."""
        place = self._work / "library"
        library = PhotoLibrary(
            place / "data", place / "cache", resources=paths.resources(), model=str(self._folder)
        )
        try:
            library.models.warm_up().result()
            # Otherwise the library measures it now, which takes seconds and is done once for a model and a machine.
            library._writer.submit(library._switch.tune).result()
            with Clock() as clock:
                report = library.folders.add(self._photos[0].parent).result()
            if report.indexed != len(self._photos):
                raise RuntimeError(f"only {report.indexed} of {len(self._photos)} photos were indexed")
        finally:
            library.close()
        shutil.rmtree(place)
        return clock.spent


def _measure_model(name: str, photos: list[Path], count: int, work: Path, result: Result) -> None:
    stand = _Stand(name, photos, work)
    way = stand.best_way()
    all_rounds = [stand.round(way) for _ in range(count)]
    stand.close()
    quiet = [one for one in all_rounds if max(part.others_share for part in one.values()) <= BUSY_SHARE]
    rounds = quiet or all_rounds
    wall = {part: [one[part].wall_s for one in rounds] for part in _PARTS}
    cpu = {part: statistics.median(one[part].cpu_s for one in rounds) for part in _PARTS}
    limits = [1 / (decode + model) for decode, model in zip(wall["decode"], wall["model"], strict=True)]
    # Each round is compared with its own limit, so that what disturbs a whole round disturbs no ratio.
    ratios = [1 / (whole * limit) for whole, limit in zip(wall["whole"], limits, strict=True)]
    for part in ("decode", "model"):
        result.add(f"{name}: {part} alone", 1 / statistics.median(wall[part]), "photos/s")
    result.add(f"{name}: limit", statistics.median(limits), "photos/s")
    result.add(f"{name}: reached", 1 / statistics.median(wall["whole"]), "photos/s")
    result.add(f"{name}: ratio", statistics.median(ratios), at_least=_TARGET)
    result.add(f"{name}: work ratio", (cpu["decode"] + cpu["model"]) / cpu["whole"])
    result.notes.append(
        f"{name}: the model alone is quickest with {way}; {len(quiet)} of {count} rounds were undisturbed"
        + ("" if len(quiet) in {0, count} else " and count")
    )


def _found(path: Path) -> FoundPhoto:
    status = path.stat()
    return FoundPhoto(path, status.st_size, status.st_mtime_ns)
