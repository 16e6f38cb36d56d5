"""Reads, decodes and prepares one photo or video for the catalogue and the model."""

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import partial
from pathlib import Path

from PIL import Image

from desktop_app.library.catalog import Catalog, FrameRecord, PhotoRecord, frame_hash
from desktop_app.library.concurrency.courtesy import Courtesy
from desktop_app.library.concurrency.deadlines import Deadlines
from desktop_app.library.decoding.pool import DecoderPool
from desktop_app.library.drives.unreachable import Unreachable
from desktop_app.library.errors import DiskFullError, LibraryError
from desktop_app.library.folders import marks
from desktop_app.library.folders.comparing import FoundPhoto
from desktop_app.library.folders.exclusions import Exclusions
from desktop_app.library.folders.live_photos import LONGEST_S, is_moving_half
from desktop_app.library.indexing.sidecars import with_sidecars
from desktop_app.library.media.flatness import is_flat
from desktop_app.library.media.looks import look_of
from desktop_app.library.media.metadata.metadata import Metadata
from desktop_app.library.media.pictures import reasons
from desktop_app.library.media.pictures.decode import Decoded, Frame
from desktop_app.library.media.whole_file import GONE
from desktop_app.library.models.embedder import Embedder, Prepared
from desktop_app.library.thumbnails import THUMBNAIL_PX, ThumbnailStore

logger = logging.getLogger(__name__)

# As long as a decoder may show no sign of life.
_ANSWER_S = 60.0


class Why(Enum):
    """Why a photo is read: because it is new or another, because it may be another, or because somebody asked."""

    CHANGED = auto()
    DOUBTED = auto()
    ASKED = auto()


@dataclass(frozen=True, slots=True)
class ReadPhoto:
    """One photo or video after reading and decoding.

    Attributes:
        record: What the catalogue will be told; its vectors are still missing.
        prepared: The picture as the model wants it, and those of the record's frames in their order; empty when nothing
            has to be embedded.
        known: Whether its content had a vector already.
        is_silent: Whether its drive does not answer: nothing is known of it, and the catalogue is told nothing.
        is_same: Whether it was in doubt and its bytes are those that are known: its entry is learned. With metadata in
            its record, files beside it were read again and are learned too.
        is_closed: Whether it is known and could not be read now, in doubt or in the cloud: what is known of it stays.
    """

    record: PhotoRecord
    prepared: tuple[Prepared, ...] = ()
    known: bool = False
    is_silent: bool = False
    is_same: bool = False
    is_closed: bool = False

    @property
    def is_told(self) -> bool:
        """Whether the catalogue is told its record."""
        is_only_an_entry = self.is_same and self.record.metadata is None
        return not (self.is_silent or self.is_closed or is_only_an_entry)


class PhotoReader:
    """Reads, decodes and prepares photos. Any thread, many at once."""

    def __init__(
        self,
        catalog: Catalog,
        thumbnails: ThumbnailStore,
        embedder: Embedder | None,
        decoders: DecoderPool,
        *,
        exclusions: Exclusions | None = None,
        courtesy: Courtesy | None = None,
        unreachable: Unreachable | None = None,
    ) -> None:
        """Connect what knows, decodes and prepares.

        Args:
            catalog: What is known already.
            thumbnails: Where small copies are written.
            embedder: Prepares the picture; None when there is no model.
            decoders: Reads and decodes.
            exclusions: Say which pictures are too small.
            courtesy: Waits while a question is being answered; None does not.
            unreachable: Told of drives that do not answer.
        """
        self._unreachable = unreachable or Unreachable()
        self._beside: Deadlines[Path, Metadata] = Deadlines()
        self._films: Deadlines[Path, bool] = Deadlines()
        self._looks: Deadlines[Path, bool] = Deadlines()
        self._courtesy = courtesy or Courtesy()
        self._exclusions = exclusions or Exclusions()
        self._decoders = decoders
        self._catalog = catalog
        self._thumbnails = thumbnails
        self._embedder = embedder
        self._least_px = max(THUMBNAIL_PX, embedder.least_px if embedder else 0)

    def read(self, found: FoundPhoto, why: Why = Why.CHANGED) -> ReadPhoto:
        """Return what a photo file holds; a photo that cannot be used comes back with its problem.

        A film that is the moving half of a photo is not read but for its length.

        Args:
            found: The photo as it was listed.
            why: Why it is read.

        Raises:
            DiskFullError: The thumbnail has no room.
            LibraryError: Photos cannot be decoded now.
        """
        if self._unreachable.is_lost(found.path):
            return _silent(found)
        if why is not Why.ASKED and self._is_away(found):
            return self._away(found)
        if found.still is not None:
            half = self._films.ask({found.path: partial(is_moving_half, found.path, found.still)}, _ANSWER_S)
            if half.get(found.path, True):
                return _half(found) if found.path in half else self._lost(found)
        return self._read(found, why)

    def _read(self, found: FoundPhoto, why: Why) -> ReadPhoto:
        self._courtesy.step_aside()
        known_hash = self._catalog.known.hash_of(found.path) if why is Why.DOUBTED else None
        wanted = self._wanted(found, why)
        reading = self._decoders.read(
            found.path, self._least_px, wanted=lambda now: now != known_hash and wanted(now)
        )
        if reading.is_silent:
            return self._lost(found)
        if reading.problem == GONE and (folder := self._missing_folder(found.path)) is not None:
            self._unreachable.lose_folder(folder)
            return _silent(found)
        self._courtesy.step_aside()
        if known_hash is not None and reading.problem is None and reading.content_hash == known_hash:
            return self._same(found, known_hash)
        if reading.decoded is not None and reading.content_hash is not None:
            return self._decoded(found, reading.content_hash, reading.decoded)
        record = replace(
            _record(found, reading.content_hash), problem=reading.problem, passing=reading.passing
        )
        if known_hash is not None and reading.passing:
            return ReadPhoto(record, is_closed=True)
        if reading.problem is not None:
            return ReadPhoto(record)
        if found.still is not None and self._is_short(reading.content_hash):
            return _half(found)
        is_small = self._is_small(reading.content_hash)
        return ReadPhoto(replace(record, left_out=is_small), known=not is_small)

    def _wanted(self, found: FoundPhoto, why: Why) -> Callable[[str], bool]:
        """Return what says by the hash of a photo's bytes whether it is to be decoded."""
        if why is Why.ASKED or found.beside or self._catalog.known.beside_of(found.path):
            return self._is_large_enough
        return self._is_incomplete

    def _same(self, found: FoundPhoto, content_hash: str) -> ReadPhoto:
        """Return a photo that is in doubt no longer; what stands beside it may be other than it was."""
        record = _record(found, content_hash)
        if not found.beside:
            return ReadPhoto(record, known=True, is_same=True)
        own, remark = self._catalog.known.own_words(content_hash)
        unread: list[Path] = []
        metadata = self._together(found, own, unread.append)
        if metadata is None:
            return self._lost(found)
        record = replace(record, metadata=metadata, own=own, remark=remark, passing=bool(unread))
        return ReadPhoto(record, known=True, is_same=True)

    def _is_large_enough(self, content_hash: str) -> bool:
        """Have a photo read again although it is known: a file beside it came, changed or went, and may say more."""
        return not self._is_small(content_hash)

    def _is_incomplete(self, content_hash: str) -> bool:
        return not (self._is_small(content_hash) or self._is_complete(content_hash))

    def _is_small(self, content_hash: str | None) -> bool:
        """Return whether these bytes were decoded before and are a smaller picture than is wanted."""
        if content_hash is None or not self._exclusions.least_px:
            return False
        size = self._catalog.known.size_of(content_hash)
        return size is not None and self._exclusions.is_small(*size)

    def _is_short(self, content_hash: str | None) -> bool:
        """Return whether these bytes were decoded before and are as short a film as that of a live photo."""
        length = self._catalog.known.duration_s_of(content_hash) if content_hash else None
        return length is not None and length <= LONGEST_S

    def _is_complete(self, content_hash: str) -> bool:
        if not (self._catalog.photos.has_content(content_hash) and self._thumbnails.has(content_hash)):
            return False
        return self._embedder is None or self._catalog.vectors.has(content_hash, self._embedder.model_id)

    def _decoded(self, found: FoundPhoto, content_hash: str, decoded: Decoded) -> ReadPhoto:
        if (
            found.still is not None
            and decoded.duration_ms is not None
            and decoded.duration_ms <= LONGEST_S * 1000
        ):
            # It did not say so before it was decoded.
            return _half(found)
        # How large a video is says nothing of what it is.
        is_small = decoded.duration_ms is None and self._exclusions.is_small(
            decoded.width_px, decoded.height_px
        )
        poster, frames = _parted(decoded)
        unread: list[Path] = []
        metadata = self._together(found, decoded.metadata, unread.append)
        if metadata is None:
            return self._lost(found)
        grey = decoded.picture.convert("L")
        is_kept = is_small or self._keep_thumbnails(content_hash, decoded.picture, frames)
        record = PhotoRecord(
            found=found,
            content_hash=content_hash,
            metadata=metadata,
            width_px=decoded.width_px,
            height_px=decoded.height_px,
            vector=None,
            problem=None,
            pixels=decoded.pixels,
            look=look_of(grey),
            is_flat=is_flat(grey),
            left_out=is_small,
            duration_ms=decoded.duration_ms,
            poster_ms=poster.at_ms if poster else None,
            frames=tuple(FrameRecord(frame.at_ms) for frame in frames),
            own=decoded.metadata if found.beside else None,
            remark=decoded.remark,
            passing=bool(unread) or not is_kept,
        )
        if (
            is_small
            or self._embedder is None
            or self._has_vector(content_hash, decoded.pixels, self._embedder.model_id)
        ):
            return ReadPhoto(record, known=self._embedder is not None and not is_small)
        pictures = (decoded.stored, *(frame.picture for frame in frames))
        return ReadPhoto(record, tuple(map(self._embedder.prepare, pictures)))

    def _together(
        self, found: FoundPhoto, embedded: Metadata, unread: Callable[[Path], None]
    ) -> Metadata | None:
        """Return what a photo and the files beside it say; None when their drive does not answer.

        Args:
            found: The photo.
            embedded: What its own bytes say.
            unread: Told of what cannot be read now.
        """
        if not found.beside:
            return embedded
        read = partial(with_sidecars, found, embedded, unread)
        return self._beside.ask({found.path: read}, _ANSWER_S).get(found.path)

    def _is_away(self, found: FoundPhoto) -> bool:
        """Tell whether reading a photo would fetch it; that of which the catalogue alone speaks is looked at."""
        if found.away or not marks.HAS_MARKS:
            return found.away
        look = {found.path: partial(marks.is_away_now, found.path)}
        return self._looks.ask(look, _ANSWER_S).get(found.path, False)

    def _away(self, found: FoundPhoto) -> ReadPhoto:
        """Leave a photo in the cloud; what is known of it stays."""
        record = replace(_record(found, None), problem=reasons.IN_THE_CLOUD, passing=True)
        return ReadPhoto(record, is_closed=self._catalog.known.hash_of(found.path) is not None)

    def _lost(self, found: FoundPhoto) -> ReadPhoto:
        self._unreachable.lose(found.path)
        return _silent(found)

    def _missing_folder(self, photo: Path) -> Path | None:
        """Return the uppermost folder of a photo that is not there any more; None where all are."""
        missing = None
        for folder in photo.parents:
            if self._looks.ask({folder: partial(os.path.isdir, folder)}, _ANSWER_S).get(folder, True):
                break
            missing = folder
        return missing

    def _has_vector(self, content_hash: str, pixels: str, model_id: str) -> bool:
        return self._catalog.vectors.has(content_hash, model_id) or self._catalog.vectors.has_pixels(
            pixels, model_id
        )

    def _keep_thumbnails(self, content_hash: str, picture: Image.Image, frames: Sequence[Frame]) -> bool:
        """Write the small copies of a photo or video, and return whether all could be written."""
        pictures = {content_hash: picture}
        pictures |= {frame_hash(content_hash, frame.at_ms): frame.picture for frame in frames}
        try:
            for key, each in pictures.items():
                self._thumbnails.write(key, each)
        except DiskFullError:
            raise
        except LibraryError as error:
            # A thumbnail can be made again at any time; the photo is worth more than its small copy.
            logger.warning("no thumbnail for %s: %s", content_hash, error)
            return False
        return True


def _parted(decoded: Decoded) -> tuple[Frame | None, tuple[Frame, ...]]:
    """Return the moment that a video is known by, None for a photo, and its further moments."""
    poster = next((frame for frame in decoded.frames if frame.picture is decoded.picture), None)
    return poster, tuple(frame for frame in decoded.frames if frame is not poster)


def _silent(found: FoundPhoto) -> ReadPhoto:
    return ReadPhoto(_record(found, None), is_silent=True)


def _half(found: FoundPhoto) -> ReadPhoto:
    return ReadPhoto(replace(_record(found, None), is_half=True))


def _record(found: FoundPhoto, content_hash: str | None) -> PhotoRecord:
    return PhotoRecord(found, content_hash, None, None, None, None, None)
