"""Nearest neighbours in a collection."""

import logging
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.vectors.connection import RefusedError
from desktop_app.library.vectors.found import Among, Found
from desktop_app.library.vectors.remote.collection import OpenCollection
from desktop_app.library.vectors.remote.ranges import Ranges
from desktop_app.library.vectors.schema import VECTOR

logger = logging.getLogger(__name__)

SERVER_LIMIT = 16_384
"""A server returns at most so many rows at once."""

# Milvus 2.3.5 refuses 100 of them as too deep, the engine of 2.5.1 64, and the parser takes half a second for 256 in
# parentheses. For 16 a search takes no longer than for one; a list of 10,000 ids takes 80 ms, one of 50,000 half a second.
_MOST_RANGES = 32
_SEARCH_S = 60.0
# On a server a search may miss what was written in the last seconds; "Strong" costs 200 ms. Lite knows only one.
_CONSISTENCY = "Bounded"


def nearest(
    collection: OpenCollection,
    query: NDArray[np.float32],
    limit: int,
    *,
    fresh: bool = False,
    condition: str = "",
    share: float = 1,
) -> Found:
    """Return the nearest rows.

    Args:
        collection: Where to look.
        query: ``(dimension,)`` float32, length 1.
        limit: At most so many, above 0; a server returns at most 16,384.
        fresh: Whether all that was written before counts, on a server too.
        condition: What the rows have to fulfil, in Milvus' words; empty for nothing.
        share: Which share of all rows do.

    Raises:
        StoreError: No answer, or the answer is no.
    """
    if not collection.is_lite:
        limit = min(limit, SERVER_LIMIT)
    answer = collection.ask(
        "search",
        timeout_s=_SEARCH_S,
        data=[query],
        anns_field=VECTOR,
        limit=limit,
        filter=condition,
        search_params=collection.profile.search_params(limit, share),
        consistency_level="Strong" if fresh else _CONSISTENCY,
    )
    found = [(int(hit["id"]), float(hit["distance"])) for hit in answer[0]]
    return sorted(found, key=lambda hit: (-hit[1], hit[0]))


def nearest_among(
    collection: OpenCollection, query: NDArray[np.float32], limit: int, among: Among, *, fresh: bool = False
) -> Found:
    """Return the nearest of some rows, or fewer where many others are nearer.

    A server is told them as a few ranges of ids, with what lies between; so a filter is of a bounded length, and the rows
    that come back are those that were wanted and few others. Lite looks at each row for each range, and is asked for more
    rows instead.

    Args:
        collection: Where to look.
        query: ``(dimension,)`` float32, length 1.
        limit: At most so many, above 0.
        among: The rows, one at least.
        fresh: Whether all that was written before counts, on a server too.

    Raises:
        StoreError: No answer, or the answer is no.
    """
    if not collection.is_lite:
        ranges = Ranges.of(among.content_ids, _MOST_RANGES)
        asked, share = among.rows_to_ask(limit, ranges.size), min(1, ranges.size / max(among.of, 1))
        try:
            found = nearest(collection, query, asked, fresh=fresh, condition=ranges.expression(), share=share)
            return among.only(found)[:limit]
        except RefusedError as error:
            logger.warning("a server that takes no filter is asked without: %s", error)
    return among.only(nearest(collection, query, among.rows_to_ask(limit), fresh=fresh))[:limit]


def rows_by_id(collection: OpenCollection, ids: Sequence[int]) -> dict[int, NDArray[np.float32]]:
    """Return the vectors of some rows, at most 10,000 and some 16 MB at once; those that are not there are left out.

    Raises:
        StoreError: No answer, or the answer is no.
    """
    rows = collection.ask("get", ids=list(ids), output_fields=["id", VECTOR], consistency_level="Strong")
    return {int(row["id"]): np.asarray(row[VECTOR], dtype=np.float32) for row in rows}
