"""What photos take: the catalogue with its copy, thumbnails, and what is kept of photos that are gone."""

from collections.abc import Callable, Sequence
from typing import Final

from desktop_app.library.catalog import Catalog
from desktop_app.library.catalog.kept_order import order_file
from desktop_app.library.catalog.safety_copy import copy_of
from desktop_app.library.space.disk import OwnFolder, extent_of
from desktop_app.library.space.forgetter import Forgetter
from desktop_app.library.space.uses import KEPT_DAYS, SpaceUse
from desktop_app.library.thumbnails import ThumbnailStore

_THUMBNAILS: Final = "thumbnails"
_GONE: Final = "gone"
# A content with its indexes, without vectors.
_ROW_BYTES: Final = 500


class PhotosKind:
    """The catalogue, thumbnails, and photos that are gone; what is counted with one is not counted with another."""

    def __init__(self, catalog: Catalog, thumbnails: ThumbnailStore, forgetter: Forgetter) -> None:
        """Connect what knows of them.

        Args:
            catalog: What is known.
            thumbnails: Small copies.
            forgetter: Forgets what is gone.
        """
        self._catalog = catalog
        self._thumbnails = thumbnails
        self._forgetter = forgetter

    def uses(self) -> Sequence[SpaceUse]:
        """Measure them."""
        small, gone = self._thumbnails.extent(), self._catalog.orphans.count()
        photos, vectors = self._catalog.photos.counts(None).photos, self._catalog.orphans.vectors().values()
        in_catalogue = sum((one.live + one.orphaned) * one.row_bytes for one in vectors)
        of_gone = sum(one.orphaned * one.row_bytes for one in vectors) + gone * _ROW_BYTES
        # Each has one, about; which of them are there is nobody's account.
        small_of_gone = small.size_bytes * gone // max(photos + gone, 1)
        path = self._catalog.path
        files = [path.with_name(path.name + ending) for ending in ("", "-wal", "-shm")]
        catalogue = extent_of([*files, copy_of(path), order_file(path)]).size_bytes
        return (
            SpaceUse(
                "catalogue",
                "Catalogue and its safety copy",
                "What is known of your photos: dates, tags, places, folders.",
                photos,
                max(catalogue - in_catalogue - gone * _ROW_BYTES, 0),
            ),
            SpaceUse(
                _THUMBNAILS,
                "Thumbnails",
                "Small copies of photos, so that they are shown at once.",
                small.items,
                small.size_bytes - small_of_gone,
                _COST_OF_THUMBNAILS,
            ),
            SpaceUse(
                _GONE,
                "What is known of photos that are gone",
                f"Of folders you removed, of photos deleted or left out: kept for {KEPT_DAYS} days, in case they come back.",
                gone,
                of_gone + small_of_gone,
                "Should these photos come back, they must be read and embedded again.",
            ),
        )

    def drop(self, use: SpaceUse, stopped: Callable[[], bool]) -> None:
        """Drop thumbnails, or forget what is gone."""
        # Both remove thumbnails, which may lie elsewhere.
        OwnFolder(self._thumbnails.folder.parent).refuse_links(self._thumbnails.folder)
        if use.key == _GONE:
            self._forgetter.forget_all(stopped)
        else:
            self._thumbnails.clear(stopped)


_COST_OF_THUMBNAILS: Final = "They are made again from the photos when these are shown; those on drives that are not connected have none until then."
