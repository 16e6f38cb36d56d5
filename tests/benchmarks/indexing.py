"""Photos a second from folder to searchable, against what decoding and model alone would allow."""

import shutil
import statistics
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

from desktop_app import paths
from desktop_app.library import PhotoLibrary
from desktop_app.library.catalog import Catalog
from desktop_app.library.decoding.pool import DecoderPool
from desktop_app.library.folders.comparing import FoundPhoto
from desktop_app.library.indexing.photo_reader import PhotoReader
from desktop_app.library.models.bench.bench import QUICK, measure_ways
from desktop_app.library.models.bench.figures import fastest_of
from desktop_app.library.models.embedder import Prepared
from desktop_app.library.models.runtime.compiled import CompiledEmbedder, ModelFiles
from desktop_app.library.models.runtime.ways import WAYS, Way, default_way, way_here
from desktop_app.library.thumbnails import ThumbnailStore
from tests.benchmarks.figures import Result
from tests.benchmarks.machine import BUSY_SHARE, Clock, Spent, cores
from tests.benchmarks.models import graphs_of, model_folder
from tests.benchmarks.samples import make_photos
from tests.benchmarks.sizes import Sizes

_TARGET = 0.92
_SMALL_PX = (640, 480)
_BATCHES = (1, 2, 4, 8)
_TRIED_PHOTOS = 32
_PARTS = ("decode", "model", "whole")


def measure(sizes: Sizes, work: Path) -> Result:
    """Measure decoding alone, the model alone and the whole in turn, round by round, for every model and size."""
    result = Result("Indexing")
    kinds = {"large": (sizes.photos, sizes.photo_px), "small": (sizes.small_photos, _SMALL_PX)}
    models = [_Model(name, sizes.indexed_way, work) for name in sizes.models]
    for kind, (count, size_px) in kinds.items():
        if not count:
            continue
        photos = make_photos(work / f"{kind} photos", count, size_px)
        weight = statistics.mean(path.stat().st_size for path in photos) / 1e6
        megapixels = size_px[0] * size_px[1] / 1e6
        result.notes.append(
            f"{kind}: {len(photos)} JPEGs of {megapixels:.1f} megapixels, {weight:.1f} MB each"
        )
        for model in models:
            with closing(_Stand(model, photos, work)) as stand:
                _measure(f"{model.name}, {kind}", stand, sizes.rounds, result)
    result.notes += [f"{model.name} is run by {model.way.name}" for model in models]
    result.notes.append(
        "decode: all that is done before the model: reading, decoding, thumbnail, look, the model's pixels"
    )
    result.notes.append("limit: 1 / (1/model + 1/decode), each alone on all cores; medians of rounds in turn")
    result.notes.append(
        "the application indexes at low priority: beside other programs it falls behind the limit"
    )
    result.notes.append(
        "work ratio: processor time of decoding and model alone by that of the whole; other programs hardly change it"
    )
    return result


class _Model:
    """One model and the way that it is run in.

    Attributes:
        name: For the table.
        folder: Its files.
        way: The one asked for; of those of the usual engine the fastest that is true here, if none was.
    """

    def __init__(self, name: str, way: str, work: Path) -> None:
        self.name = name
        self.folder = model_folder(work, name)
        self._graphs = graphs_of(self.folder, work / "graphs" / name)
        self.way = way_here(way) if way else self._fastest()

    def loaded(self) -> CompiledEmbedder:
        """Return it, run on all cores."""
        return CompiledEmbedder(
            ModelFiles(self.folder, self._graphs), name=self.name, model_id="measured", way=self.way
        )

    def _fastest(self) -> Way:
        likely = [way for way in WAYS if way.engine == default_way().engine]
        best = fastest_of(measure_ways(self.folder, self._graphs, effort=QUICK, only=likely))
        if best is None:
            raise RuntimeError(f"no way runs {self.name} here")
        return best.way


class _Stand:
    """One model and the photos it is measured with."""

    def __init__(self, model: _Model, photos: list[Path], work: Path) -> None:
        self._model = model
        self._photos = photos
        self._work = work / "indexing"
        self._embedder = model.loaded()
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

    def best_batch(self) -> int:
        """Try every size twice, briefly, and return the quickest."""
        count = min(_TRIED_PHOTOS, len(self._photos))
        return min(_BATCHES * 2, key=lambda batch: self._embedded(batch, count).wall_s)

    def round(self, batch: int) -> dict[str, Spent]:
        """Measure each of the three once; what a photo took."""
        with Clock() as decode:
            self.decoded()
        return {
            "decode": decode.spent.each(len(self._photos)),
            "model": self._embedded(batch, len(self._photos)),
            "whole": self._whole().each(len(self._photos)),
        }

    def close(self) -> None:
        self._embedder.close()

    def _embedded(self, size: int, photos: int) -> Spent:
        """Embed at least so many ready pictures, a batch on each core at a time; what one of them took."""
        batch = (self._ready * (1 + size // len(self._ready)))[:size]
        times = -(-photos // size)
        with ThreadPoolExecutor(cores()) as pool, Clock() as clock:
            list(pool.map(lambda _: self._embedder.embed_photos(batch), range(times)))
        return clock.spent.each(times * size)

    def _whole(self) -> Spent:
        """Index the photos into a fresh library whose model and store are open."""
        with self._opened() as library:
            with Clock() as clock:
                report = library.folders.add(self._photos[0].parent).result()
            if report.indexed != len(self._photos):
                raise RuntimeError(f"only {report.indexed} of {len(self._photos)} photos were indexed")
        return clock.spent

    @contextmanager
    def _opened(self) -> Iterator[PhotoLibrary]:
        place = self._work / "library"
        library = PhotoLibrary(
            place / "data",
            place / "cache",
            resources=paths.resources(),
            model=str(self._model.folder),
            runtime=self._model.way,
        )
        # What it does once in idle moments, like learning how words lie in the model's space, is no part of indexing.
        library._writer.idle = lambda: None
        try:
            library.models.warm_up().result()
            library._work.open_vectors().result()
            model = library._switch.indexing
            if model is None:
                raise RuntimeError(f"{self._model.name} cannot be used")
            # The half for pictures is loaded at the first of them.
            model.embedder.embed_photos(self._ready[:1])
            yield library
        finally:
            library.close()
        shutil.rmtree(place)


def _measure(name: str, stand: _Stand, count: int, result: Result) -> None:
    batch = stand.best_batch()
    all_rounds = [stand.round(batch) for _ in range(count)]
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
        f"{name}: the model alone is quickest with batches of {batch}; processor time for a photo, ms: "
        + ", ".join(f"{part} {1000 * cpu[part]:.1f}" for part in _PARTS)
        + f"; {len(quiet)} of {count} rounds were undisturbed"
        + ("" if len(quiet) in {0, count} else " and count")
    )


def _found(path: Path) -> FoundPhoto:
    status = path.stat()
    return FoundPhoto(path, status.st_size, status.st_mtime_ns)
