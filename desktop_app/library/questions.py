"""What can be asked of the catalogue at any time, quickly and on any thread."""

import logging
from collections.abc import Sequence
from pathlib import Path

from desktop_app.library.catalog import Catalog
from desktop_app.library.decode import decode, read_bytes
from desktop_app.library.errors import LibraryError, UnreadablePhotoError
from desktop_app.library.index import THUMBNAIL_PX, hash_of
from desktop_app.library.photo import FailedPhoto, Folder, FolderState, LibraryStatus, Photo
from desktop_app.library.query_filters import Filter
from desktop_app.library.spaces import Spaces
from desktop_app.library.thumbnails import ThumbnailStore

logger = logging.getLogger(__name__)


class Questions:
    """Answers from the catalogue; the part of `PhotoLibrary` that waits for nothing."""

    def __init__(self, catalog: Catalog, thumbnails: ThumbnailStore, spaces: Spaces, store: str) -> None:
        """Make it.

        Args:
            catalog: What is known.
            thumbnails: Small copies.
            spaces: Which model is in use.
            store: Where vectors are searched, for a person.
        """
        self._catalog = catalog
        self._thumbnails = thumbnails
        self._spaces = spaces
        self._store = store

    def folders(self) -> list[Folder]:
        """Return the chosen folders with their counts."""
        counts = self._catalog.folder_counts(self._model_id())
        return [
            Folder(
                path,
                count.photos,
                count.indexed,
                count.failed,
                FolderState.PRESENT if path.is_dir() else FolderState.MISSING,
            )
            for path, count in counts.items()
        ]

    def status(self) -> LibraryStatus:
        """Return the library in figures."""
        facts = self._spaces.facts()
        counts = self._catalog.counts(facts.model_id if facts else None)
        return LibraryStatus(
            photos=counts.photos,
            indexed=counts.indexed,
            failed=counts.failed,
            pending=counts.pending,
            folders=tuple(self.folders()),
            model=facts.name if facts else None,
            dimension=facts.dimension if facts else None,
            store=self._store,
        )

    def check(self) -> list[str]:
        """Return what is wrong with the catalogue's file, in words; nothing when it is sound."""
        return self._catalog.check()

    def failures(self) -> list[FailedPhoto]:
        """Return the photos that could not be used, with the reason."""
        return self._catalog.failures()

    def ids_by_date(self, filters: Sequence[Filter] = ()) -> list[int]:
        """Return the numbers of all photos that pass some filters, newest first, equal ones once."""
        return self._catalog.kept_by_date(filters) if filters else self._catalog.ids_by_date()

    def photos(self, ids: Sequence[int]) -> list[Photo]:
        """Return photos by their numbers; those that are gone are left out."""
        return self._catalog.photos(ids, self._model_id())

    def photo_at(self, path: Path) -> Photo | None:
        """Return the photo at a path, or None."""
        return self._catalog.photo_at(path, self._model_id())

    def thumbnail(self, photo: Photo) -> Path | None:
        """Return a photo's small copy, making it when it is missing, or None when it cannot be shown.

        Decodes when it must: call it on a thread that may wait.
        """
        if photo.content_hash is None:
            return None
        if self._thumbnails.has(photo.content_hash):
            return self._thumbnails.path_for(photo.content_hash)
        try:
            content = read_bytes(photo.path)
            if hash_of(content) != photo.content_hash:
                return None
            return self._thumbnails.write(photo.content_hash, decode(content, least_px=THUMBNAIL_PX).picture)
        except (UnreadablePhotoError, LibraryError) as error:
            logger.info("no thumbnail of %s: %s", photo.path, error)
            return None

    def _model_id(self) -> str | None:
        facts = self._spaces.facts()
        return facts.model_id if facts else None
