"""Scans the rows of a copy, and compares the best of them with the vectors in the catalogue."""

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog import Catalog
from desktop_app.library.vectors.compact.rows import Rows
from desktop_app.library.vectors.compact.scan import nearest
from desktop_app.library.vectors.found import Found, best_of


def nearest_contents(
    rows: Rows,
    centre: NDArray[np.float32],
    exact: tuple[Catalog, str],
    vector: NDArray[np.float32],
    limit: int,
    *,
    content_ids: NDArray[np.int64] | None,
) -> Found:
    """Return the contents nearest to a vector and their exact cosines, best first.

    Args:
        rows: The copy's; nobody writes to them meanwhile, or the answer is thrown away.
        centre: What their codes were made relative to.
        exact: The catalogue that has the vectors, and whose they are.
        vector: ``(dimension,)`` float32 of length 1.
        limit: At most so many.
        content_ids: Among these, each once; those without a vector are left out. None for all.

    Raises:
        CatalogError: The catalogue cannot be read.
    """
    ids = rows.ids
    places = None if content_ids is None else rows.places_of(content_ids)
    found, cosines = nearest(
        rows.table(centre),
        vector,
        limit,
        places,
        lambda some: vectors_of(*exact, len(centre), ids[some]),
    )
    return best_of(ids[found], cosines, limit)


def vectors_of(
    catalog: Catalog, model_id: str, dimension: int, content_ids: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return the vectors of contents as the catalogue has them, in order; nothing but zeros for one that has just gone.

    Reading one takes 4 µs, so that a few hundred are no reason to keep them a second time.

    Args:
        catalog: Has them.
        model_id: Whose.
        dimension: Their length.
        content_ids: ``(n,)``, each once, in any order.

    Returns:
        ``(n, dimension)`` float32, of length 1.

    Raises:
        CatalogError: The catalogue cannot be read.
    """
    vectors = np.zeros((len(content_ids), dimension), dtype=np.float32)
    order = np.argsort(content_ids)
    for numbers, some in catalog.vectors.of_contents(model_id, content_ids):
        vectors[order[np.searchsorted(content_ids, numbers, sorter=order)]] = some
    return vectors
