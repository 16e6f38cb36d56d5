"""Indexes photos: reads and decodes some batches ahead, embeds them, writes; may be stopped between two photos."""

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
from desktop_app.library.concurrency.courtesy import Courtesy
from desktop_app.library.decoding.pool import DecoderPool, DecodersClosedError
from desktop_app.library.drives.unreachable import Unreachable
from desktop_app.library.folders.comparing import FoundPhoto
from desktop_app.library.folders.exclusions import Exclusions
from desktop_app.library.indexing.photo_reader import PhotoReader, ReadPhoto, Why
from desktop_app.library.media.formats import is_video_name
from desktop_app.library.media.videos.moments import MOST_MOMENTS
from desktop_app.library.models.embedder import Embedder, Prepared, Vectors
from desktop_app.library.thumbnails import ThumbnailStore

logger = logging.getLogger(__name__)

# A commit with synchronous FULL costs 3-10 ms, so records are written together; a crash costs the last ones.
_SAVE_ROWS = 32
_SAVE_S = 1.0
# Batches decoded ahead of the model: enough to hide one slow photo, little enough to stay small in memory.
_BATCHES_AHEAD = 2
# As far back as a person would send a job with `nice`.
_NICE = 10


@dataclass(frozen=True, slots=True)
class Step:
    """A group of photos that are now on disk.

    Attributes:
        records: What was written.
        known: Hashes of those whose content had a vector before.
        same: Photos that were in doubt and are what they were; of some of them the files beside them were read again.
        closed: Photos that were in doubt and could not be read; they stay in doubt.
    """

    records: tuple[PhotoRecord, ...]
    known: frozenset[str]
    same: tuple[FoundPhoto, ...] = ()
    closed: tuple[FoundPhoto, ...] = ()

    @property
    def count(self) -> int:
        """How many photos were dealt with."""
        told = {record.found.path for record in self.records}
        return len(told) + len(self.closed) + sum(photo.path not in told for photo in self.same)


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
        courtesy: Courtesy | None = None,
        unreachable: Unreachable | None = None,
    ) -> None:
        """Connect what reads, embeds and stores.

        Args:
            catalog: Where results are written.
            thumbnails: Where small copies are written.
            embedder: Makes vectors; None catalogues only.
            decoders: Reads and decodes; each of its workers has a thread here.
            lanes: Batches embedded at the same time.
            exclusions: Say which pictures are too small.
            courtesy: Waits while a question is being answered; None does not.
            unreachable: Told of drives that do not answer; what lies there is left out.
        """
        self._catalog = catalog
        self._embedder = embedder
        self._courtesy = courtesy or Courtesy()
        self._reader = PhotoReader(
            catalog,
            thumbnails,
            embedder,
            decoders,
            exclusions=exclusions,
            courtesy=self._courtesy,
            unreachable=unreachable,
        )
        self._workers = decoders.workers
        self._lanes = lanes

    def run(self, photos: Iterable[tuple[FoundPhoto, Why]], wait: Callable[[], bool]) -> Iterator[Step]:
        """Index photos in the order given, yielding whenever some of them are on disk.

        Args:
            photos: What to index, and why; none of them twice. Taken one by one, a few batches ahead.
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
            read = (photo for photo in self._read_ahead(photos, decoders, wait) if not photo.is_silent)
            for embedded in self._embed_ahead(read, lanes):
                saver.add(embedded)
                if saver.is_due():
                    yield saver.save()
        if saver.has_rows():
            yield saver.save()

    def _read_ahead(
        self,
        photos: Iterable[tuple[FoundPhoto, Why]],
        pool: ThreadPoolExecutor,
        wait: Callable[[], bool],
    ) -> Iterator[ReadPhoto]:
        """Keep a bounded number of pictures decoded ahead; yield photos and videos in order."""
        pending: deque[tuple[int, Future[ReadPhoto]]] = deque()
        pictures_ahead = 0
        try:
            for found, why in photos:
                if not wait():
                    break
                pictures = MOST_MOMENTS if is_video_name(found.path.name) else 1
                pending.append((pictures, pool.submit(self._reader.read, found, why)))
                pictures_ahead += pictures
                while pictures_ahead >= self._most_ahead():
                    pictures, future = pending.popleft()
                    pictures_ahead -= pictures
                    yield future.result()
            while pending and wait():
                yield pending.popleft()[1].result()
        except DecodersClosedError:
            # The library is being closed: what was not read is read next time.
            return
        finally:
            for _, future in pending:
                future.cancel()

    def _embed_ahead(
        self, photos: Iterable[ReadPhoto], pool: ThreadPoolExecutor
    ) -> Iterator[list[ReadPhoto]]:
        """Group photos into batches and keep every lane busy; yield the groups in order."""
        running: deque[Future[list[ReadPhoto]]] = deque()
        for group in _groups(_each_content_once(photos), self._batch_size):
            running.append(pool.submit(self._embed, group))
            if len(running) > self._lanes:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()

    def _embed(self, group: list[ReadPhoto]) -> list[ReadPhoto]:
        batch = [picture for photo in group for picture in photo.prepared]
        if not batch or self._embedder is None:
            return group
        vectors = iter(self._embedded(self._embedder, batch))
        return [
            _with_vectors(photo, [next(vectors) for _ in photo.prepared]) if photo.prepared else photo
            for photo in group
        ]

    def _embedded(self, embedder: Embedder, batch: Sequence[Prepared]) -> Iterator[Vectors]:
        """Yield the vector of each picture; one video may bring more of them than the model takes at once."""
        size = max(1, embedder.batch_size)
        for start in range(0, len(batch), size):
            self._courtesy.step_aside()
            yield from embedder.embed_photos(batch[start : start + size])

    def _most_ahead(self) -> int:
        return self._batch_size() * self._lanes * _BATCHES_AHEAD + self._workers

    def _batch_size(self) -> int:
        # Asked again and again: a model that is loaded only now says what it likes then.
        return self._embedder.batch_size if self._embedder else 8


class _Saver:
    """Collects embedded photos and writes them together."""

    def __init__(self, catalog: Catalog, model_id: str | None) -> None:
        self._catalog = catalog
        self._model_id = model_id
        self._rows: list[ReadPhoto] = []
        self._since = time.monotonic()

    def add(self, rows: list[ReadPhoto]) -> None:
        self._rows += rows

    def has_rows(self) -> bool:
        return bool(self._rows)

    def is_due(self) -> bool:
        return len(self._rows) >= _SAVE_ROWS or time.monotonic() - self._since >= _SAVE_S

    def save(self) -> Step:
        records = tuple(photo.record for photo in self._rows if photo.is_told)
        same = tuple(photo.record.found for photo in self._rows if photo.is_same)
        known = frozenset(
            photo.record.content_hash
            for photo in self._rows
            if photo.known and photo.record.content_hash is not None
        )
        self._catalog.photos.save(records, self._model_id)
        self._catalog.known.learn(same)
        closed = tuple(photo.record.found for photo in self._rows if photo.is_closed)
        self._rows = []
        self._since = time.monotonic()
        return Step(records, known, same, closed)


def _each_content_once(photos: Iterable[ReadPhoto]) -> Iterator[ReadPhoto]:
    """Drop the picture of a photo whose pixels came earlier in this run: one vector serves both."""
    seen: set[str] = set()
    for photo in photos:
        pixels = photo.record.pixels
        if photo.prepared and pixels is not None:
            if pixels in seen:
                yield ReadPhoto(photo.record, (), photo.known)
                continue
            seen.add(pixels)
        yield photo


def _stand_back() -> None:
    """Let everything else on the machine go first, the window and a search among it; for the thread that calls.

    Only Linux gives single threads a priority by their number.
    """
    if sys.platform == "linux":
        try:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
        except OSError as error:
            logger.debug("this thread keeps its priority: %s", error)


def _groups(photos: Iterable[ReadPhoto], wanted: Callable[[], int]) -> Iterator[list[ReadPhoto]]:
    """Cut a stream so that every group but the last holds as many photos to embed as are wanted then."""
    group: list[ReadPhoto] = []
    to_embed = 0
    for photo in photos:
        group.append(photo)
        to_embed += len(photo.prepared)
        # Photos that need no model must not wait for ever for some that do.
        size = wanted()
        if to_embed >= size or len(group) >= 4 * size:
            yield group
            group, to_embed = [], 0
    if group:
        yield group


def _with_vectors(photo: ReadPhoto, vectors: Sequence[Vectors]) -> ReadPhoto:
    """Return a photo with the vectors of its picture and frames; with a problem where the model makes no sense of it."""
    vector, *of_frames = vectors
    if not np.isfinite(vector).all():
        return ReadPhoto(
            replace(photo.record, problem="the model could not make sense of it"), (), photo.known
        )
    frames = tuple(
        replace(frame, vector=seen)
        for frame, seen in zip(photo.record.frames, of_frames, strict=True)
        if np.isfinite(seen).all()
    )
    return ReadPhoto(replace(photo.record, vector=vector, frames=frames), (), photo.known)
