"""Answers about photos and folders from the catalogue, thumbnails and whole photos: at any time, without a model."""

import logging
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.library.catalog import Catalog
from desktop_app.library.decoding.pool import WHOLE_PX, Decoders
from desktop_app.library.drives.presence import Presence
from desktop_app.library.drives.sight import Seen
from desktop_app.library.errors import LibraryError, UnreadablePhotoError
from desktop_app.library.folders.beside import sidecars_of
from desktop_app.library.models.switch import ModelSwitch
from desktop_app.library.photo import (
    Facets,
    FailedPhoto,
    Folder,
    FolderState,
    LibraryStatus,
    Photo,
    PhotoContext,
    WayInUse,
)
from desktop_app.library.query.filters import Filter
from desktop_app.library.thumbnails import THUMBNAIL_PX, ThumbnailStore
from desktop_app.library.vectors.compact.copies import CopyExtent, VectorCopies

logger = logging.getLogger(__name__)


class Browsing:
    """Answers from the catalogue and the photos themselves, without a model. Any thread."""

    def __init__(
        self,
        *,
        catalog: Catalog,
        thumbnails: ThumbnailStore,
        switch: ModelSwitch,
        store: str,
        presence: Presence,
        decoders: Decoders,
        copies: VectorCopies,
    ) -> None:
        """Connect the catalogue with thumbnails and decoders.

        Args:
            catalog: What is known.
            thumbnails: Small copies.
            switch: Which model is in use.
            store: Where vectors are searched, for a person.
            presence: Tells whether folders are there.
            decoders: Read photos.
            copies: Compact copies of the vectors.
        """
        self._copies = copies
        self._decoders = decoders
        self._catalog = catalog
        self._thumbnails = thumbnails
        self._switch = switch
        self._store = store
        self._presence = presence

    def folders(self) -> list[Folder]:
        """Return the chosen folders with their counts; waits some seconds for drives that do not answer."""
        return self._folders(self._presence.seen())

    def status(self) -> LibraryStatus:
        """Return the library in figures; waits some seconds for drives that do not answer."""
        seen = self._presence.seen()
        inside = self._catalog.drives.offline_inside()
        facts = self._switch.facts()
        counts = self._catalog.photos.counts(facts.model_id if facts else None)
        way, _ = self._switch.ways_now()
        copied = self._copies.extent(facts.model_id) if facts else CopyExtent()
        return LibraryStatus(
            photos=counts.photos,
            indexed=counts.indexed,
            failed=counts.failed,
            pending=counts.pending,
            folders=tuple(self._folders(seen)),
            model=facts.name if facts else None,
            dimension=facts.dimension if facts else None,
            store=self._store,
            videos=self._catalog.videos.count(),
            way=WayInUse(way.name, way.title, way.precision) if way else None,
            copied=copied.vectors,
            copied_bytes=copied.size_bytes,
            offline=sum(
                inside.get(one.folder.path, 0) if one.is_there else one.folder.photos for one in seen
            ),
        )

    def photo_count(self) -> int:
        """Return how many photo files are known; asks no drive."""
        return self._catalog.photos.counts(None).photos

    def check(self) -> list[str]:
        """Return what is wrong with the catalogue's file, in words; nothing when it is sound."""
        return self._catalog.check()

    def failures(self) -> list[FailedPhoto]:
        """Return the photos that could not be used, with the reason."""
        return self._catalog.known.failures()

    def ids_by_date(self) -> list[int]:
        """Return the numbers of all photos, newest first; of equal files each."""
        return self._catalog.photos.ids_by_date()

    def dated_ids(self, filters: Sequence[Filter] = ()) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the numbers of photos to look at, ``(n,)``, newest first, and the date each is sorted by.

        These are those of `ids_by_date` that can be used; `failures` has the others. The date is when the photo was
        taken, else when its file was modified, in wall-clock seconds since 1970. Nobody may write to the arrays.
        """
        return self._catalog.filters.usable_dated(filters)

    def listed_again(
        self, ids: Collection[int], filters: Sequence[Filter] = ()
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return what `dated_ids` says of some photos now, as after a `PhotosChanged`; reads no others.

        A photo that is not in it is not in the list any more.

        Args:
            ids: Numbers that the event named; unknown ones are no error.
            filters: As for `dated_ids`.
        """
        return self._catalog.filters.listed_again(ids, filters)

    def facets(self) -> Facets:
        """Return what the photos can be filtered by: cameras, types, folders and dates that there are."""
        return self._catalog.filters.facets()

    def stacks(self) -> dict[int, int]:
        """Return the stack of each photo that is shown as one with another, by the photo's number.

        Photos with the same stack are shown as one: copies, and what was taken in one burst. Stacks may have other
        numbers whenever `StacksChanged` was told.
        """
        return self._catalog.stacks.of_photos()

    def photos(self, ids: Sequence[int]) -> list[Photo]:
        """Return photos by their numbers; those that are gone are left out."""
        return self._catalog.photos.of_ids(ids, self._model_id())

    def photo_at(self, path: Path) -> Photo | None:
        """Return the photo at a path, or None."""
        return self._catalog.photos.at(path, self._model_id())

    def details(self, path: Path) -> PhotoContext | None:
        """Return all that is known of the photo at a path, or None; waits some seconds for a drive that does not answer."""
        photo = self.photo_at(path)
        if photo is None:
            return None
        equal, like = self._catalog.photos.equal_to(photo.id), self._catalog.stacks.like(photo.id)
        return PhotoContext(photo, tuple(equal), tuple(like), sidecars_of(path))

    def thumbnail(self, photo: Photo, at_s: float | None = None) -> Path | None:
        """Return a photo's small copy, making it when it is missing, or None when it cannot be shown.

        Decodes when it must: call it on a thread that may wait.

        Args:
            photo: A photo or video.
            at_s: Which moment of a video, as in `Hit.at_s`; None for the one it is known by.
        """
        if photo.content_hash is None:
            return None
        at_ms = _milliseconds(at_s)
        key = (
            photo.content_hash
            if at_ms is None
            else self._catalog.videos.thumbnail_key(photo.content_hash, at_ms)
        )
        # What cannot be used cannot be shown either, and is tried again elsewhere.
        is_usable = photo.reason is None
        if not self._thumbnails.has(key) and not (is_usable and self._made_again(photo, key, at_ms)):
            # Another moment of a video on a drive that is away is better than none.
            key = photo.content_hash
        return self._thumbnails.path_for(key) if self._thumbnails.has(key) else None

    def read_photo(self, path: Path, at_s: float | None = None) -> Image.Image:
        """Return a whole photo, upright, RGB, in sRGB, of the library or not.

        Reads and decodes: call it on a thread that may wait.

        Args:
            path: A photo or video.
            at_s: Which moment of a video, as in `Hit.at_s`; None for the one it is known by.

        Raises:
            UnreadablePhotoError: It cannot be read.
            LibraryError: No photo can be decoded now.
        """
        return self._decoders.shown.read(
            path, WHOLE_PX, with_stored=False, at_ms=_milliseconds(at_s)
        ).picture()

    def stop_showing(self) -> None:
        """Give up reading photos to be shown; from now on `read_photo` and new thumbnails are refused."""
        self._decoders.shown.close()

    def _made_again(self, photo: Photo, key: str, at_ms: int | None) -> bool:
        """Make a thumbnail that is missing, and return whether it is there now."""
        try:
            reading = self._decoders.shown.read(
                photo.path,
                THUMBNAIL_PX,
                wanted=lambda found: found == photo.content_hash,
                with_stored=False,
                at_ms=None if key == photo.content_hash else at_ms,
            )
            if reading.content_hash not in {None, photo.content_hash}:
                return False
            self._thumbnails.write(key, reading.picture())
        except (UnreadablePhotoError, LibraryError) as error:
            logger.info("no thumbnail of %s: %s", photo.path, error)
            return False
        return True

    def _folders(self, seen: Sequence[Seen]) -> list[Folder]:
        counts = self._catalog.folders.counts(self._model_id())
        return [
            Folder(
                chosen.path,
                counts[chosen.path].photos,
                counts[chosen.path].indexed,
                counts[chosen.path].failed,
                FolderState.PRESENT if is_there else FolderState.MISSING,
                chosen.drive,
                None
                if is_there or chosen.offline_since is None
                else datetime.fromtimestamp(chosen.offline_since, UTC),
                forbidden=is_closed and not is_there,
            )
            for chosen, is_there, is_closed in seen
            # It may have been given up between the two looks.
            if chosen.path in counts
        ]

    def _model_id(self) -> str | None:
        facts = self._switch.facts()
        return facts.model_id if facts else None


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
