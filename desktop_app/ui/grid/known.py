"""What is known of the photos of a list: those that were seen lately, and which have been asked for."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from desktop_app.library import Photo

# What needs numpy is imported where there are photos.
if TYPE_CHECKING:
    from desktop_app.ui.grid.places import Places

MOST_KNOWN: Final = 20_000
"""So many photos stay known after the person went on, some hundred screens; a million would take a gigabyte."""


class KnownPhotos:
    """Photos by id, in the order in which they became known."""

    def __init__(self) -> None:
        self._photos: dict[int, Photo] = {}
        self._asked: set[int] = set()

    def get(self, photo_id: int) -> Photo | None:
        """Return a photo; None where it is not known."""
        return self._photos.get(photo_id)

    def all(self) -> dict[int, Photo]:
        """Return all that are known, by id."""
        return dict(self._photos)

    def in_rows(self, runs: Iterable[range], row_of: Callable[[int], int | None]) -> list[Photo]:
        """Return those that are known of runs of rows, the first rows first; costs what is known, not what is chosen."""
        known = {
            row: photo for photo_id, photo in self._photos.items() if (row := row_of(photo_id)) is not None
        }
        rows = sorted(known)
        found = (
            rows[bisect_left(rows, run.start) : bisect_left(rows, run.stop)]
            for run in sorted(runs, key=lambda run: run.start)
        )
        return [known[row] for row in chain.from_iterable(found)]

    def begin(self, photos: dict[int, Photo]) -> None:
        """Know these and no others."""
        self._photos = photos
        self._asked = set()

    def take(self, photo: Photo) -> bool:
        """Know a photo from now on; return whether that is news."""
        news = self._photos.get(photo.id) != photo
        if news:
            self._photos[photo.id] = photo
        return news

    def missing(self, ids: Iterable[int]) -> list[int]:
        """Return those that were not asked for since `ask_anew`, and note that they are now."""
        missing = [photo_id for photo_id in ids if photo_id not in self._asked]
        self._asked.update(missing)
        return missing

    def ask_anew(self, photo_ids: frozenset[int] | None) -> None:
        """Have these asked for again when they are seen, for they may have changed; all when None."""
        if photo_ids is None:
            self._asked = set()
        else:
            self._asked -= photo_ids

    def keep_listed(self, places: "Places") -> None:
        """Forget what is in the list no more; one look at all, not one at each."""
        from desktop_app.ui.grid.places import as_ids

        ids = as_ids(self._photos.keys())
        self._forget(ids[places.of(ids) < 0].tolist())

    def keep_few(self) -> None:
        """Forget those that became known first, where there are too many; they are asked for again when seen."""
        if len(self._photos) > MOST_KNOWN:
            first = list(islice(self._photos, len(self._photos) - MOST_KNOWN // 2))
            self._forget(first)
            self._asked.difference_update(first)

    def _forget(self, photo_ids: Sequence[int]) -> None:
        for photo_id in photo_ids:
            del self._photos[photo_id]
