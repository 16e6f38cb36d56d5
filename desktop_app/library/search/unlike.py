"""Tells which photos show what an unwanted photo shows: its copies, others of its burst, and what is more like it than wanted.

How like an unwanted photo *d* another photo *p* is, is said on a scale that is the same for every model:

    likeness(p) = (d·p − d·μ) / (1 − d·μ)

with μ the mean of ordinary photos: 0 for an ordinary photo, 1 for *d* itself. A photo shows what is not wanted

* from 0.85 on: it is a copy, or as good as one; or
* from 0.5 on, where its likeness is at least its share of the best photo's standing for what is wanted: what a wrong photo
  shows is mostly not what is wrong with it, so a photo that fits better than it is like the wrong one stays.

Measured with the built-in model on 211 words of one to four words that three photos or more show, the first wrong photo
disliked. Mean average precision and F1 of what is found among all other photos, by *z* alone as before, by the words alone
(see `judge`), and by the words and this; the last two columns with three tiny variations of the disliked photo in the
library (cropped, turned, made lighter), of which so many were found:

    set (words)            z alone       words         words, this   copies found by z, words, this
    361 cut-outs (74)      0.649 0.401   0.646 0.419   0.641 0.432   32 %  61 %  2 %
    282 animals (57)       0.616 0.349   0.614 0.395   0.611 0.404   22 %  68 %  2 %
    134 everyday (73)      0.684 0.401   0.683 0.430   0.683 0.433   19 %  42 %  2 %
    26 COCO (7)            0.739 0.429   0.745 0.479   0.745 0.479

With those copies, mean average precision is 0.610, 0.578 and 0.642 by *z*, and 0.627, 0.604 and 0.653 by this. From 0.8 on a
set of cut-outs, which are alike, loses 1.7 points of it in place of 0.5; with 0.9, 4 to 6 % of the copies are found. The first
rule without the second finds 5 to 6 % of them and gains less F1 (0.418, 0.395, 0.432). What a photo "finds" as an example
(`relevance.draw_line`) is far too much: mean average precision fell to 0.538, 0.586 and 0.683, and F1 to 0.241, 0.313 and 0.362.

With constants chosen on two of the sets (0.85 or 0.9, and 0.4 or 0.6), the third has 0.641 0.432, 0.611 0.398 and 0.683 0.433.
Where the disliked photo is a right one, which is a matter of taste, 0.505 0.345, 0.534 0.406 and 0.555 0.308 by the words
become 0.491 0.324, 0.516 0.392 and 0.554 0.301.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog import Catalog
from desktop_app.library.search.relevance import Calibration, Vector
from desktop_app.library.search.rows import Rows

_COPY = 0.85
_LIKE = 0.5
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Unlike:
    """Photos whose like is not wanted.

    Attributes:
        photos: ``(n, dimension)`` their vectors, every row of length 1; one at least.
        calibration: Of the model.
        catalog: Has the vectors of the photos that are looked at.
    """

    photos: NDArray[np.float32]
    calibration: Calibration
    catalog: Catalog

    @classmethod
    def of(
        cls, photos: Sequence[Vector], calibration: Calibration | None, catalog: Catalog
    ) -> "Unlike | None":
        """Make it; None where nothing can be told: without a photo, or with a calibration that knows no words."""
        if not photos or calibration is None or not calibration.knows_words:
            return None
        return cls(np.stack(photos), calibration, catalog)

    def placed(self, rows: Rows) -> Rows:
        """Say of photos whether they are copies of these; how well they fit is not asked."""
        ids, vectors = vectors_of(self.catalog, [row.compared_id for row in rows], self.calibration)
        copies = set(ids[self.likeness(vectors) >= _COPY].tolist())
        return [row._replace(unwanted=True) if row.compared_id in copies else row for row in rows]

    def shown(self, vectors: NDArray[np.float32], fitting: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Tell which photos show what these show, ``(n,)``.

        Args:
            vectors: ``(n, dimension)`` of the photos, every row of length 1.
            fitting: ``(n,)`` how well each fits what is wanted: 1 for the best of the answer, 0 for an ordinary photo.
        """
        likeness = self.likeness(vectors)
        return (likeness >= _COPY) | ((likeness >= _LIKE) & (likeness >= fitting))

    def likeness(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return how like the most alike of these some photos are, ``(n,)``: 0 as an ordinary photo is, 1 as a copy."""
        ordinary = self.photos @ self.calibration.photo_mean
        apart = np.maximum(1 - ordinary, _TINY)
        alike: NDArray[np.float32] = ((vectors @ self.photos.T - ordinary) / apart).max(axis=1)
        return alike


def vectors_of(
    catalog: Catalog, content_ids: list[int], calibration: Calibration
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return those of some contents that have a vector, ``(n,)`` in no order, and the vectors, ``(n, dimension)``."""
    asked = np.array(content_ids, dtype=np.int64)
    blocks = list(catalog.vectors.of_contents(calibration.model_id, asked))
    numbers = [np.zeros(0, dtype=np.int64), *(block[0] for block in blocks)]
    vectors = [np.zeros((0, len(calibration.text_mean)), dtype=np.float32), *(block[1] for block in blocks)]
    return np.concatenate(numbers), np.concatenate(vectors)
