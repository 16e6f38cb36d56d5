"""Nearest neighbours in a collection, also among some of its rows only."""

from collections.abc import Collection, Iterable

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.vectors.collection import OpenCollection
from desktop_app.library.vectors.schema import VECTOR

Found = list[tuple[int, float]]
"""Ids and cosines, best first."""

# Beyond this the parsing of `id in [...]` takes longer than a larger answer (44-120 ms at 5,000).
_IDS_IN_FILTER = 5_000
_SERVER_LIMIT = 16_384
_SEARCH_S = 60.0
# On a server a search may miss what was written in the last seconds; "Strong" costs 200 ms. Lite knows only one.
_CONSISTENCY = "Bounded"
_GROWTH = 4


def nearest(
    collection: OpenCollection, query: NDArray[np.float32], limit: int, within: Collection[int] | None
) -> Found:
    """Return the nearest rows.

    Args:
        collection: Where to look.
        query: ``(dimension,)`` float32, length 1.
        limit: At most so many, above 0; a server returns at most 16,384.
        within: Only these ids; None for all.

    Raises:
        StoreError: No answer, or the answer is no.
    """
    if within is None:
        return _ask(collection, query, limit)
    if len(within) <= _IDS_IN_FILTER:
        return _ask(collection, query, min(limit, len(within)), within) if within else []
    return _among_many(collection, query, limit, frozenset(within))


def _among_many(
    collection: OpenCollection, query: NDArray[np.float32], limit: int, within: frozenset[int]
) -> Found:
    """Ask for more and more rows until enough of them are inside, or there are no more."""
    asked = limit
    while True:
        asked *= _GROWTH
        if not collection.is_lite and asked > _SERVER_LIMIT:
            return _by_parts(collection, query, limit, sorted(within))
        found = _ask(collection, query, asked)
        inside = [hit for hit in found if hit[0] in within][:limit]
        if len(inside) == limit or len(found) < asked:
            return inside


def _by_parts(collection: OpenCollection, query: NDArray[np.float32], limit: int, within: list[int]) -> Found:
    """Search one part of the ids after another, where a server does not return enough rows at once."""
    found: Found = []
    for start in range(0, len(within), _IDS_IN_FILTER):
        found += _ask(collection, query, limit, within[start : start + _IDS_IN_FILTER])
    return _sorted(found)[:limit]


def _ask(
    collection: OpenCollection, query: NDArray[np.float32], limit: int, within: Iterable[int] = ()
) -> Found:
    inside = ",".join(str(int(number)) for number in within)
    if not collection.is_lite:
        limit = min(limit, _SERVER_LIMIT)
    answer = collection.ask(
        "search",
        timeout_s=_SEARCH_S,
        data=[query],
        anns_field=VECTOR,
        limit=limit,
        filter=f"id in [{inside}]" if inside else "",
        search_params=collection.profile.search_params(limit),
        consistency_level=_CONSISTENCY,
    )
    return _sorted([(int(hit["id"]), float(hit["distance"])) for hit in answer[0]])


def _sorted(found: Found) -> Found:
    return sorted(found, key=lambda hit: (-hit[1], hit[0]))
