"""A set of ids as few ranges, which a server's filter takes where it would choke on a list of a million."""

from dataclasses import dataclass

import numpy as np

from desktop_app.library.vectors.sorted_ids import Ids


@dataclass(frozen=True, slots=True)
class Ranges:
    """Ranges that hold every id of a set, and perhaps others.

    Attributes:
        first: The first id of each, ``(k,)``, ascending.
        last: The last of each, ``(k,)``; below the next one's first.
    """

    first: Ids
    last: Ids

    @classmethod
    def of(cls, ids: Ids, most: int) -> "Ranges":
        """Cover some ids, at least one, by at most so many ranges: the smallest gaps between them are taken in.

        Photos of a folder or a day were numbered one after the other, so that a few ranges often hold nothing else.
        """
        gaps = np.diff(ids)
        breaks = np.flatnonzero(gaps > 1)
        too_many = len(breaks) - (most - 1)
        if too_many > 0:
            # The breaks last in this order are at the widest gaps; of one range there is none.
            order = np.argpartition(gaps[breaks], min(too_many, len(breaks) - 1))
            breaks = np.sort(breaks[order[too_many:]])
        return cls(ids[np.append(0, breaks + 1)], ids[np.append(breaks, len(ids) - 1)])

    @property
    def size(self) -> int:
        """How many numbers they hold."""
        return int((self.last - self.first + 1).sum())

    def expression(self) -> str:
        """Return them as a filter of Milvus, whose parser takes twenty times as long for ``low <= id <= high``."""
        pairs = zip(self.first.tolist(), self.last.tolist(), strict=True)
        return " or ".join(f"(id >= {low} and id <= {high})" for low, high in pairs)
