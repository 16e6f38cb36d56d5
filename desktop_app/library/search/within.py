"""Finds the nearest vectors among some of the photos only: exact, and as quick as among all."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog import Catalog
from desktop_app.library.vectors.compact.copies import VectorCopies
from desktop_app.library.vectors.found import Found, Neighbours, best_of
from desktop_app.library.vectors.schema import checked

# Measured with 100,000 photos and vectors of 512 numbers: reading a vector from the catalogue takes 4 µs, a row more in
# the store's answer 100 µs. (The store's own filter by ids takes 17 µs for each id.)
_VECTORS_FOR_A_ROW = 25
# A little more than the share of photos kept asks for, so that chance seldom leaves too few.
_SPARE_SHARE, _SPARE_ROWS = 1.2, 30


@dataclass(frozen=True, slots=True)
class Among:
    """Contents that are compared.

    Attributes:
        content_ids: ``(n,)`` int64, ascending, each once.
        of: How many the store has in all, compared or not; of a video each moment.
    """

    content_ids: NDArray[np.int64]
    of: int


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

    def search(self, vector: NDArray[np.float32], limit: int) -> Found:
        """Return the contents nearest to a vector; as `nearest_of_all`."""
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
    these are compared one by one; where they keep many, the store is asked for as many more as are likely to be thrown
    away, and only when that was too few, all are compared.

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
        asked = int(limit * among.of / len(among.content_ids) * _SPARE_SHARE) + _SPARE_ROWS
        found = store.search(vector, asked)
        inside = _only(found, among.content_ids)[:limit]
        if len(inside) == limit:
            return inside
    return _nearest_of(vector, limit, among.content_ids, catalog, model_id)


def _only(found: Found, content_ids: NDArray[np.int64]) -> Found:
    is_kept = np.isin([number for number, _ in found], content_ids, assume_unique=True)
    return [hit for hit, kept in zip(found, is_kept, strict=True) if kept]


def _nearest_of(
    vector: NDArray[np.float32], limit: int, content_ids: NDArray[np.int64], catalog: Catalog, model_id: str
) -> Found:
    best: Found = []
    for numbers, vectors in catalog.vectors.of_contents(model_id, content_ids):
        best += best_of(numbers, vectors @ vector, limit)
        best = sorted(best, key=lambda hit: (-hit[1], hit[0]))[:limit]
    return best
