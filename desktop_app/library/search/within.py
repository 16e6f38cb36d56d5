"""Finds the nearest vectors among some of the photos only: exact, and as quick as among all."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog import Catalog, Kept
from desktop_app.library.search.moments import Moments
from desktop_app.library.vectors.compact.copies import VectorCopies
from desktop_app.library.vectors.found import Among, Found, Neighbours, best_in
from desktop_app.library.vectors.schema import checked

# Measured with 100,000 photos and vectors of 512 numbers: reading a vector from the catalogue takes 4 µs, a row more in
# the store's answer 100 µs. (The store's own filter by ids takes 17 µs for each id.)
_VECTORS_FOR_A_ROW = 25


@dataclass(frozen=True, slots=True)
class Compared:
    """What is compared of the photos that filters keep.

    Attributes:
        kept: These photos.
        live: All contents that can be found by meaning, ``(n,)`` ascending.
        moments: Of all videos.
        searched: What is both kept and live, ``(n,)`` ascending; of a video the content it is known by.
        among: What is kept, with the moments of videos.
    """

    kept: Kept
    live: NDArray[np.int64]
    moments: Moments
    searched: NDArray[np.int64]
    among: Among

    @classmethod
    def of(cls, kept: Kept, live: NDArray[np.int64], moments: Moments) -> Self:
        """Work it out."""
        # Not np.intersect1d, which sorts both.
        searched = kept.content_ids[np.isin(kept.content_ids, live)]
        compared = moments.with_moments(kept.content_ids)
        # So that their places in the compact copy are looked up once; see `Rows.places_of`.
        compared.setflags(write=False)
        return cls(kept, live, moments, searched, Among(compared, len(live)))

    def is_of(self, kept: Kept, live: NDArray[np.int64], moments: Moments) -> bool:
        """Whether it was worked out of these very values."""
        return self.kept is kept and self.live is live and self.moments is moments


@dataclass(frozen=True, slots=True)
class Everywhere:
    """Finds the nearest vectors as a search does.

    Attributes:
        store: Has all vectors.
        copies: May have them.
        model_id: Whose vectors.
    """

    store: Neighbours
    copies: VectorCopies
    model_id: str

    def search(self, vector: NDArray[np.float32], limit: int, among: Among | None = None) -> Found:
        """Return the contents nearest to a vector; as `nearest_of_all`."""
        if among is not None:
            found = self.copies.nearest(self.model_id, vector, limit, among.content_ids)
            return self.store.search(vector, limit, among) if found is None else found
        return nearest_of_all(vector, limit, self.store, model_id=self.model_id, copies=self.copies)


def nearest_of_all(
    vector: NDArray[np.float32], limit: int, store: Neighbours, *, model_id: str, copies: VectorCopies
) -> Found:
    """Return the contents that are nearest among all, with their cosines, best first.

    From the compact copy where there is one: it takes a few milliseconds for any number of rows, Milvus Lite 53 for 200 of
    100,000 and 530 for 5,000.

    Args:
        vector: ``(dimension,)`` float32 of length 1.
        limit: At most so many.
        store: Has all vectors.
        model_id: Whose vectors.
        copies: May have them.

    Raises:
        StoreError: The vectors cannot be searched now, or the vector is none that a model makes.
    """
    checked([vector], len(vector))
    found = copies.nearest(model_id, vector, limit)
    return store.search(vector, limit) if found is None else found


def nearest_within(
    vector: NDArray[np.float32],
    limit: int,
    among: Among,
    store: Neighbours,
    catalog: Catalog,
    *,
    model_id: str,
    copies: VectorCopies | None = None,
) -> Found:
    """Return the contents among some that are nearest, with their cosines, best first.

    Where there is a compact copy, all that are kept are compared there. Until then: where the filters keep few photos,
    these are compared one by one; where they keep many, the store is asked for them, and only when it found too few, all
    are compared.

    Args:
        vector: ``(dimension,)`` float32 of length 1.
        limit: At most so many.
        among: What is compared.
        store: Has all vectors.
        catalog: Has them too.
        model_id: Whose vectors.
        copies: May have them, where they are quicker to compare.

    Raises:
        StoreError: The vectors cannot be searched now, or the vector is none that a model makes.
    """
    checked([vector], len(vector))
    copied = copies.nearest(model_id, vector, limit, among.content_ids) if copies is not None else None
    if copied is not None:
        return copied
    if len(among.content_ids) ** 2 > _VECTORS_FOR_A_ROW * limit * among.of:
        found = store.search(vector, limit, among)
        if len(found) == limit:
            return found
    return best_in(catalog.vectors.of_contents(model_id, among.content_ids), vector, limit)
