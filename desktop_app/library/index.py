"""Does the work of a comparison: decode ahead, embed in batches, write; every step is progress and a place to stop."""

import logging
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from desktop_app.library.catalog import Catalog, PhotoRecord
from desktop_app.library.decode import Decoded
from desktop_app.library.decode_pool import DecoderPool, DecodersClosedError
from desktop_app.library.embed import Embedder, Prepared, Vectors
from desktop_app.library.errors import DiskFullError, LibraryError
from desktop_app.library.exclusions import Exclusions
from desktop_app.library.looks import look_of
from desktop_app.library.scan import FoundPhoto
from desktop_app.library.sidecars import with_sidecars
from desktop_app.library.thumbnails import ThumbnailStore

logger = logging.getLogger(__name__)

THUMBNAIL_PX = 512
# A commit with synchronous FULL costs 3-10 ms, so records are written together; a crash costs the last ones.
_SAVE_ROWS = 32
_SAVE_S = 1.0
# Batches decoded ahead of the model: enough to hide one slow photo, little enough to stay small in memory.
_BATCHES_AHEAD = 2
# As far back as a person would send a job with `nice`.
_NICE = 10


@dataclass(frozen=True, slots=True)
class Looked:
    """One photo after reading and decoding.

    Attributes:
        record: What the catalogue will be told; its vector is still missing.
        prepared: The picture as the model wants it; None when nothing has to be embedded.
        known: Whether its content had a vector already.
    """

    record: PhotoRecord
    prepared: Prepared | None = None
    known: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A group of photos that are now on disk.

    Attributes:
        records: What was written.
        known: Hashes of those whose content had a vector before.
    """

    records: tuple[PhotoRecord, ...]
    known: frozenset[str]


class PhotoLooker:
    """Reads, decodes and prepares photos; used from many threads at once."""

    def __init__(
        self,
        catalog: Catalog,
        thumbnails: ThumbnailStore,
        embedder: Embedder | None,
        decoders: DecoderPool,
        exclusions: Exclusions | None = None,
    ) -> None:
        """Make one.

        Args:
            catalog: Asked what is known already.
            thumbnails: Where small copies are written.
            embedder: Who prepares the picture; None when there is no model.
            decoders: Who reads and decodes.
            exclusions: Say which pictures are too small.
        """
        self._exclusions = exclusions or Exclusions()
        self._decoders = decoders
        self._catalog = catalog
        self._thumbnails = thumbnails
        self._embedder = embedder
        self._least_px = max(THUMBNAIL_PX, embedder.least_px if embedder else 0)

    def look(self, found: FoundPhoto) -> Looked:
        """Return what a photo file holds; a photo that cannot be used comes back with its problem.

        Raises:
            DiskFullError: The thumbnail has no room.
            LibraryError: Photos cannot be decoded now.
        """
        told = bool(found.beside or self._catalog.beside_of(found.path))
        wanted = self._is_large_enough if told else self._is_incomplete
        reading = self._decoders.read(found.path, self._least_px, wanted=wanted)
        if reading.decoded is not None and reading.content_hash is not None:
            return self._decoded(found, reading.content_hash, reading.decoded)
        record = replace(_record(found, reading.content_hash), problem=reading.problem)
        if reading.problem is None and self._is_small(reading.content_hash):
            return Looked(replace(record, left_out=True))
        return Looked(record, known=reading.problem is None)

    def _is_large_enough(self, content_hash: str) -> bool:
        """Have a photo read again although it is known: a file beside it came, changed or went, and may say more."""
        return not self._is_small(content_hash)

    def _is_incomplete(self, content_hash: str) -> bool:
        return not (self._is_small(content_hash) or self._is_complete(content_hash))

    def _is_small(self, content_hash: str | None) -> bool:
        """Tell whether these bytes were decoded before and are a smaller picture than is wanted."""
        if content_hash is None or not self._exclusions.least_px:
            return False
        size = self._catalog.size_of(content_hash)
        return size is not None and self._exclusions.is_small(*size)

    def _is_complete(self, content_hash: str) -> bool:
        if not (self._catalog.has_content(content_hash) and self._thumbnails.has(content_hash)):
            return False
        return self._embedder is None or self._catalog.has_vector(content_hash, self._embedder.model_id)

    def _decoded(self, found: FoundPhoto, content_hash: str, decoded: Decoded) -> Looked:
        is_small = self._exclusions.is_small(decoded.width_px, decoded.height_px)
        if not is_small:
            self._keep_thumbnail(content_hash, decoded)
        record = PhotoRecord(
            found=found,
            content_hash=content_hash,
            metadata=with_sidecars(found, decoded.metadata),
            width_px=decoded.width_px,
            height_px=decoded.height_px,
            vector=None,
            problem=None,
            pixels=decoded.pixels,
            look=look_of(decoded.picture),
            left_out=is_small,
        )
        if (
            is_small
            or self._embedder is None
            or self._has_vector(content_hash, decoded.pixels, self._embedder.model_id)
        ):
            return Looked(record, known=self._embedder is not None and not is_small)
        return Looked(record, self._embedder.prepare(decoded.stored))

    def _has_vector(self, content_hash: str, pixels: str, model_id: str) -> bool:
        return self._catalog.has_vector(content_hash, model_id) or self._catalog.has_pixels(pixels, model_id)

    def _keep_thumbnail(self, content_hash: str, decoded: Decoded) -> None:
        try:
            self._thumbnails.write(content_hash, decoded.picture)
        except DiskFullError:
            raise
        except LibraryError as error:
            # A thumbnail can be made again at any time; the photo is worth more than its small copy.
            logger.warning("no thumbnail for %s: %s", content_hash, error)


class Indexer:
    """Indexes photos in batches, a few ahead of the model.

    Used on the writer thread; makes its own decode and embedding threads for the time of one `run`.
    """

    def __init__(
        self,
        catalog: Catalog,
        thumbnails: ThumbnailStore,
        embedder: Embedder | None,
        decoders: DecoderPool,
        *,
        lanes: int = 1,
        exclusions: Exclusions | None = None,
    ) -> None:
        """Make one.

        Args:
            catalog: Where results are written.
            thumbnails: Where small copies are written.
            embedder: Who makes vectors; None catalogues only.
            decoders: Who reads and decodes; each of its workers has a thread here.
            lanes: Batches embedded at the same time.
            exclusions: Say which pictures are too small.
        """
        self._catalog = catalog
        self._embedder = embedder
        self._looker = PhotoLooker(catalog, thumbnails, embedder, decoders, exclusions)
        self._workers = decoders.workers
        self._lanes = lanes

    def run(self, photos: Sequence[FoundPhoto], wait: Callable[[], bool]) -> Iterator[Step]:
        """Index photos in the order given, yielding whenever some of them are on disk.

        Args:
            photos: What to index; none of them twice.
            wait: Called between photos; may block for a pause, and answers whether to go on.

        Raises:
            DiskFullError: There is no room for catalogue or thumbnails.
            CatalogError: The catalogue cannot be written.
            ModelError: The model failed on a batch.
        """
        saver = _Saver(self._catalog, self._embedder.model_id if self._embedder else None)
        with (
            ThreadPoolExecutor(self._workers, "decode", initializer=_stand_back) as decoders,
            ThreadPoolExecutor(self._lanes, "embed", initializer=_stand_back) as lanes,
        ):
            for embedded in self._embed_ahead(self._look_ahead(photos, decoders, wait), lanes):
                saver.add(embedded)
                if saver.is_due():
                    yield saver.save()
        if saver.has_rows():
            yield saver.save()

    def _look_ahead(
        self, photos: Iterable[FoundPhoto], pool: ThreadPoolExecutor, wait: Callable[[], bool]
    ) -> Iterator[Looked]:
        """Keep a bounded number of photos being decoded; yield them in order."""
        ahead = self._batch_size() * self._lanes * _BATCHES_AHEAD + self._workers
        pending: deque[Future[Looked]] = deque()
        try:
            for found in photos:
                if not wait():
                    break
                pending.append(pool.submit(self._looker.look, found))
                if len(pending) >= ahead:
                    yield pending.popleft().result()
            while pending and wait():
                yield pending.popleft().result()
        except DecodersClosedError:
            # The library is being closed: what was not looked at is looked at next time.
            return
        finally:
            for future in pending:
                future.cancel()

    def _embed_ahead(self, looked: Iterable[Looked], pool: ThreadPoolExecutor) -> Iterator[list[Looked]]:
        """Group photos into batches and keep every lane busy; yield the groups in order."""
        running: deque[Future[list[Looked]]] = deque()
        for group in _groups(_each_content_once(looked), self._batch_size()):
            running.append(pool.submit(self._embed, group))
            if len(running) > self._lanes:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()

    def _embed(self, group: list[Looked]) -> list[Looked]:
        batch = [one.prepared for one in group if one.prepared is not None]
        if not batch or self._embedder is None:
            return group
        vectors = iter(self._embedder.embed_photos(batch))
        return [_with_vector(one, next(vectors)) if one.prepared is not None else one for one in group]

    def _batch_size(self) -> int:
        return self._embedder.batch_size if self._embedder else 8


class _Saver:
    """Collects embedded photos and writes them together."""

    def __init__(self, catalog: Catalog, model_id: str | None) -> None:
        self._catalog = catalog
        self._model_id = model_id
        self._rows: list[Looked] = []
        self._since = time.monotonic()

    def add(self, rows: list[Looked]) -> None:
        self._rows += rows

    def has_rows(self) -> bool:
        return bool(self._rows)

    def is_due(self) -> bool:
        return len(self._rows) >= _SAVE_ROWS or time.monotonic() - self._since >= _SAVE_S

    def save(self) -> Step:
        records = tuple(one.record for one in self._rows)
        known = frozenset(
            one.record.content_hash for one in self._rows if one.known and one.record.content_hash is not None
        )
        self._catalog.save(records, self._model_id)
        self._rows = []
        self._since = time.monotonic()
        return Step(records, known)


def _each_content_once(looked: Iterable[Looked]) -> Iterator[Looked]:
    """Drop the picture of a photo whose pixels came earlier in this run: one vector serves both."""
    seen: set[str] = set()
    for one in looked:
        pixels = one.record.pixels
        if one.prepared is not None and pixels is not None:
            if pixels in seen:
                yield Looked(one.record, None, one.known)
                continue
            seen.add(pixels)
        yield one


def _stand_back() -> None:
    """Let everything else on the machine go first, the window and a search among it; for the thread that calls.

    Only Linux gives single threads a priority by their number.
    """
    if sys.platform == "linux":
        try:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
        except OSError as error:
            logger.debug("this thread keeps its priority: %s", error)


def _groups(looked: Iterable[Looked], size: int) -> Iterator[list[Looked]]:
    """Cut a stream so that every group but the last holds `size` photos to embed."""
    group: list[Looked] = []
    to_embed = 0
    for one in looked:
        group.append(one)
        to_embed += one.prepared is not None
        # Photos that need no model must not wait for ever for some that do.
        if to_embed >= size or len(group) >= 4 * size:
            yield group
            group, to_embed = [], 0
    if group:
        yield group


def _with_vector(one: Looked, vector: Vectors) -> Looked:
    if not np.isfinite(vector).all():
        return Looked(replace(one.record, problem="the model could not make sense of it"), None, one.known)
    return Looked(replace(one.record, vector=vector), None, one.known)


def _record(found: FoundPhoto, content_hash: str | None) -> PhotoRecord:
    return PhotoRecord(found, content_hash, None, None, None, None, None)
