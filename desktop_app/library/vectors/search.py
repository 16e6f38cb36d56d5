"""Nearest neighbours in a collection."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.vectors.collection import OpenCollection
from desktop_app.library.vectors.schema import VECTOR

Found = list[tuple[int, float]]
"""Ids and cosines, best first."""

_SERVER_LIMIT = 16_384
_SEARCH_S = 60.0
# On a server a search may miss what was written in the last seconds; "Strong" costs 200 ms. Lite knows only one.
_CONSISTENCY = "Bounded"


def nearest(
    collection: OpenCollection, query: NDArray[np.float32], limit: int, *, fresh: bool = False
) -> Found:
    """Return the nearest rows.

    Args:
        collection: Where to look.
        query: ``(dimension,)`` float32, length 1.
        limit: At most so many, above 0; a server returns at most 16,384.
        fresh: Whether all that was written before counts, on a server too.

    Raises:
        StoreError: No answer, or the answer is no.
    """
    if not collection.is_lite:
        limit = min(limit, _SERVER_LIMIT)
    answer = collection.ask(
        "search",
        timeout_s=_SEARCH_S,
        data=[query],
        anns_field=VECTOR,
        limit=limit,
        filter="",
        search_params=collection.profile.search_params(limit),
        consistency_level="Strong" if fresh else _CONSISTENCY,
    )
    found = [(int(hit["id"]), float(hit["distance"])) for hit in answer[0]]
    return sorted(found, key=lambda hit: (-hit[1], hit[0]))


def rows_by_id(collection: OpenCollection, ids: Sequence[int]) -> dict[int, NDArray[np.float32]]:
    """Return the vectors of some rows, at most 1,000 at once; those that are not there are left out.

    Raises:
        StoreError: No answer, or the answer is no.
    """
    rows = collection.ask("get", ids=list(ids), output_fields=["id", VECTOR], consistency_level="Strong")
    return {int(row["id"]): np.asarray(row[VECTOR], dtype=np.float32) for row in rows}
