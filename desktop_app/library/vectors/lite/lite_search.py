"""Nearest neighbours and single rows over the collections of a Milvus Lite database."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.vectors.found import Found
from desktop_app.library.vectors.lite.lite_collections import LiteCollections
from desktop_app.library.vectors.schema import VECTOR
from desktop_app.library.vectors.sorted_ids import Ids

_SEARCH_S = 60.0


def nearest(collections: LiteCollections, query: NDArray[np.float32], limit: int) -> dict[str, Found]:
    """Return the nearest rows of each collection; exact. Any thread.

    Args:
        collections: Where to look.
        query: ``(dimension,)`` float32, length 1.
        limit: At most so many of each, above 0.

    Raises:
        StoreDamagedError: A collection cannot be read.
        StoreError: No answer, or the answer is no.
    """

    def ask(collection: str) -> Found:
        answer = collections.call(
            "search",
            collection,
            timeout_s=_SEARCH_S,
            data=[query],
            anns_field=VECTOR,
            limit=limit,
            filter="",
            search_params=collections.profile.search_params(limit),
        )
        return [(int(hit["id"]), float(hit["distance"])) for hit in answer[0]]

    return collections.asked(lambda: collections.each_loaded(collections.shards.present(), ask))


def best(answers: dict[str, Found], former: str | None, in_shards: Ids, limit: int) -> Found:
    """Return the best of what all collections found, best first.

    Args:
        answers: By collection.
        former: The collection of an earlier version, if there is one.
        in_shards: The ids of the rows that were moved out of it. Each counts where it is now.
        limit: At most so many.
    """
    found: dict[int, float] = {}
    if former and (hits := answers.get(former)):
        moved = set(np.intersect1d([number for number, _ in hits], in_shards).tolist())
        found = {number: cosine for number, cosine in hits if number not in moved}
    for name, hits in answers.items():
        if name != former:
            found.update(hits)
    return sorted(found.items(), key=lambda hit: (-hit[1], hit[0]))[:limit]


def vectors_of(collections: LiteCollections, ids: Sequence[int]) -> dict[int, NDArray[np.float32]]:
    """Return some rows; those that are not there are left out. Any thread.

    Raises:
        StoreDamagedError: A collection cannot be read.
        StoreError: No answer, or the answer is no.
    """
    numbers = np.unique(np.array(ids, dtype=np.int64))
    present = collections.shards.present()
    wanted = {name: numbers[places] for name, places in collections.shards.parted(numbers) if name in present}
    former = collections.shards.former
    if former:
        wanted[former] = numbers

    def ask(collection: str) -> dict[int, NDArray[np.float32]]:
        rows = collections.call(
            "get", collection, ids=wanted[collection].tolist(), output_fields=["id", VECTOR]
        )
        return {int(row["id"]): np.asarray(row[VECTOR], dtype=np.float32) for row in rows}

    answers = collections.asked(lambda: collections.each_loaded(list(wanted), ask))
    found = answers.pop(former, {}) if former else {}
    for rows in answers.values():
        found.update(rows)
    return found
