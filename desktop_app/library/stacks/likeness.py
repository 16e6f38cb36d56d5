"""What "the same picture" means to a model, measured on the photos at hand, and cosines of pairs of photos.

A cosine means something else for every model: two photos that have nothing to do with each other have 0.15 in the mean
with the built-in one and 0.93 with one of random weights. So a distance is measured as a share of the mean distance
between photos of this library that are surely different (their looks differ in more than 18 bits):
``share = (1 − cosine) / (1 − mean cosine)``. A burst has at most 0.20 of it, copies 0.25, the first photos of two groups
0.30. And since a model that tells photos apart badly has a few shares that small between any two, the cosine must also
be above that of 99.5 % (copies: 95 %) of these pairs. Nothing has to be known of a model before.

**How the figures were found.** Positives were made from 59 real photos and 27 desktop backgrounds, negatives are all
pairs of 590 different pictures: photos, backgrounds, single objects, scanned words, drawings. Shares with the built-in
model at the 50th, 90th and 99th percentile, and how many of 100 were found, as copies and as a burst:

============================================================== ==== ==== ==== ==== =====
made                                                            50   90   99  copy burst
============================================================== ==== ==== ==== ==== =====
resized to 75 %                                                0.00 0.01 0.03  100   100
resized to 50 %                                                0.01 0.08 0.12  100   100
resized to 25 % (often 128 pixels, fewer than the model wants) 0.05 0.37 0.58   79    71
JPEG of quality 90                                             0.00 0.00 0.01  100   100
JPEG of quality 60                                             0.02 0.07 0.14   99    99
JPEG of quality 30                                             0.07 0.16 0.26   98    96
resized to 50 % and quality 50                                 0.09 0.22 0.37   91    88
15 % brighter                                                  0.01 0.03 0.15   99   100
noise of 8 steps                                               0.03 0.15 0.35   95    93
cut by 2 %                                                     0.02 0.04 0.06   99   100
cut by 5 %                                                     0.02 0.07 0.09   75   100
cut by 8 %                                                     0.04 0.09 0.12   38   100
two of a burst: moved by up to 2 %, turned 1°, 5 % brighter    0.03 0.06 0.16   63   100
two of a wild burst: 5 %, 2°, 10 %, noise                      0.05 0.12 0.20   12    99
the left and the right 62 % of a picture                       0.17 0.51 0.65    0    57
============================================================== ==== ==== ==== ==== =====

Of 183,315 pairs of different pictures 13 were called copies, and all of these are what a person would call so, or one
scene taken twice. 8 in 10,000 would be called a burst if they had been taken together. A model of random weights, one
that counts edges and one that counts colours found copies as well (100, 100, 100 of those resized to 50 %; 13 pairs at
most called so); bursts 53, 99 and 94, with 49, 4 and 55 in 10,000 false: what tells nothing apart is not believed.

**What detail adds.** Copies must also agree in detail (`detail`). Measured on the thumbnails of 48 photos, 105
backgrounds and other pictures, and 75 drawn pages: how many of 100 made copies agree, and so are found as before.

============================================= ====== =====================
made                                          photos pages, numbers, slides
============================================= ====== =====================
resized to 75 %                                  100                    91
resized to 50 %                                  100                   100
resized to 25 %                                   99                   100
JPEG of quality 90                               100                   100
JPEG of quality 60                                99                    99
JPEG of quality 30                                99                   100
resized to 50 % and quality 50                   100                    85
15 % brighter                                    100                    93
grey, or noise of 8 steps                        100                   100
cut by 2 %                                        97                    36
cut by 5 %                                        93                    39
cut by 8 %                                        91                    31
two of a burst, where flat ones must agree        95                     -
two of a wild burst                               92                     -
============================================= ====== =====================

Pictures of one layout were drawn: pages, receipts, slides, screenshots, sheets of music, covers in one frame, tables,
forms, numbers, number plates, each ten times with other words, figures or notes. 167 of their 675 pairs have
looks so near that only the model could keep them apart; of all 675, and of 1,620 pairs with a copy of the other (25 %, quality
30, half and quality 50, cut), none agree in detail. Pages that differ in one letter or digit alone are told apart where
it is 8 pixels high in the thumbnail (0 of 240 pairs agree); where it is 6 pixels high, 3 of 80 are not. Of 1,387 pairs
of different photos and backgrounds one agreed, plain silk and a blurred picture, before pictures with nothing to read
in them were left apart.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.media.looks import PLAIN, differing_bits

Numbers = NDArray[np.int64]
Rows = NDArray[np.float32]

Fetch = Callable[[Numbers], Iterable[tuple[Numbers, Rows]]]
"""Returns the vectors of some contents, as `catalog.vectors.of_contents` does; those that have none are left out."""

MISSING = -2.0
"""In place of a cosine, where one of two vectors is missing."""

# Of copies, bursts and the first photos of groups, as in `Likeness`.
_SHARES = (0.25, 0.20, 0.30)
_ABOVE = (0.95, 0.995, 0.99)
_UNLIKE_BITS = 18
_SAMPLE = 600
_LEAST_PAIRS = 300
_PAIRS_AT_ONCE = 2**11


@dataclass(frozen=True, slots=True)
class Likeness:
    """From which cosine on a model sees the same.

    Attributes:
        copy: In two pictures of nearly the same look.
        burst: In two photos taken right after each other.
        lead: In the first photos of two groups that are joined.
    """

    copy: float
    burst: float
    lead: float


class Stopped(Exception):  # noqa: N818 - no error: somebody else is waiting
    """Raised when work was asked to stop."""


def likeness_of(ids: Numbers, looks: Numbers, fetch: Fetch, usual: float | None = None) -> Likeness | None:
    """Measure what "the same" means for a model on photos that are surely different.

    Args:
        ids: Content numbers, ascending.
        looks: Their looks.
        fetch: Returns their vectors.
        usual: The mean cosine of two photos, taken where there are too few photos (25 are enough).

    Returns:
        None when there are too few, and nothing was said either.
    """
    known = np.flatnonzero(looks != PLAIN)
    # Evenly spread and not drawn, so that an equal library has equal limits.
    chosen = known[np.linspace(0, max(0, len(known) - 1), min(len(known), _SAMPLE)).astype(np.int64)]
    has, vectors = _gathered(ids[chosen], fetch)
    bits = differing_bits(looks[chosen[has]][:, None], looks[chosen[has]][None, :])
    unlike = (vectors @ vectors.T)[np.triu(bits > _UNLIKE_BITS, 1)]
    if len(unlike) < _LEAST_PAIRS:
        return None if usual is None else _limits(usual, (-1.0, -1.0, -1.0))
    return _limits(float(unlike.mean()), np.quantile(unlike, _ABOVE).tolist())


def _limits(mean: float, least: Sequence[float]) -> Likeness:
    copy, burst, lead = (
        max(1 - share * (1 - mean), above) for share, above in zip(_SHARES, least, strict=True)
    )
    return Likeness(copy=copy, burst=burst, lead=lead)


class Vectors:
    """Cosines of pairs of contents, without ever holding all vectors."""

    def __init__(self, ids: Numbers, fetch: Fetch, stopped: Callable[[], bool]) -> None:
        self._ids = ids
        self._fetch = fetch
        self._stopped = stopped

    def cosines(self, pairs: Numbers) -> Rows:
        """Return the cosine of each pair of places, ``(n,)``; `MISSING` where one has no vector.

        Raises:
            Stopped: The caller was asked to stop.
        """
        found = np.full(len(pairs), MISSING, dtype=np.float32)
        for start in range(0, len(pairs), _PAIRS_AT_ONCE):
            if self._stopped():
                raise Stopped
            block = pairs[start : start + _PAIRS_AT_ONCE]
            places, where = np.unique(block, return_inverse=True)
            has, vectors = _gathered(self._ids[places], self._fetch)
            row_of = np.full(len(places), -1)
            row_of[has] = np.arange(len(has))
            ends = row_of[where.reshape(block.shape)]
            both = (ends >= 0).all(axis=1)
            first, second = vectors[ends[both, 0]], vectors[ends[both, 1]]
            found[start : start + len(block)][both] = np.einsum("ij,ij->i", first, second)
        return found

    def held(self, places: Numbers) -> dict[int, NDArray[np.float16]]:
        """Return the vectors at some ascending places, in half the room; that costs the fourth digit of a cosine."""
        rows: dict[int, NDArray[np.float16]] = {}
        for start in range(0, len(places), _PAIRS_AT_ONCE):
            block = places[start : start + _PAIRS_AT_ONCE]
            has, vectors = _gathered(self._ids[block], self._fetch)
            rows.update(zip(block[has].tolist(), vectors.astype(np.float16), strict=True))
        return rows


def _gathered(ids: Numbers, fetch: Fetch) -> tuple[Numbers, Rows]:
    """Return the places of those ascending ids that have a vector, ascending, and their vectors."""
    blocks = list(fetch(ids)) if len(ids) else []
    if not blocks:
        return np.empty(0, dtype=np.int64), np.empty((0, 1), dtype=np.float32)
    numbers = np.concatenate([block[0] for block in blocks])
    order = np.argsort(numbers)
    return np.searchsorted(ids, numbers[order]), np.concatenate([block[1] for block in blocks])[order]
