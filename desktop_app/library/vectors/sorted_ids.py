"""Sets of ids as sorted arrays: a million of them take 8 MB, and 0.1 s to unite; as Python's sets 60 MB and a second."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
"""``(n,)`` int64, ascending, each once."""

NO_IDS: Ids = np.empty(0, np.int64)


def united(*parts: Ids) -> Ids:
    """Return the ids of all parts. Parts that follow one another cost no more than their copy."""
    filled = [part for part in parts if len(part)]
    if len(filled) < 2:
        return filled[0] if filled else NO_IDS
    ids = np.concatenate(filled)
    if all(before[-1] < after[0] for before, after in pairwise(filled)):
        return ids
    # Not np.unique: since numpy 2.3 that makes a hash table of integers, which takes ten times as long.
    ids.sort(kind="stable")
    once: Ids = ids[np.append(True, ids[1:] != ids[:-1])]
    return once


def without(ids: Ids, gone: Ids) -> Ids:
    """Return the ids that are not among others."""
    if not len(gone) or not len(ids):
        return ids
    place = np.minimum(np.searchsorted(gone, ids), len(gone) - 1)
    left: Ids = ids[gone[place] != ids]
    return left
