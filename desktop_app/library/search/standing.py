"""Has ready how words see the photos of a library: those of an answer, and a sample that stands for all."""

from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog import Catalog
from desktop_app.library.search.judgement import Compared
from desktop_app.library.search.relevance import Calibration

# A thing that 5 % of the photos show is in 50 to 150 of so many in 99 of 100 samples, whatever the size of the library.
_SAMPLE = 2_000
_REMEMBERED_SAMPLES = 8
_REMEMBERED_PHOTOS = 100_000

Ids = NDArray[np.int64]


class Standing:
    """Reads vectors from the catalogue and works out how words see them, once for each photo. One thread's."""

    def __init__(self, catalog: Catalog) -> None:
        """Make it; nothing is read yet."""
        self._catalog = catalog
        self._of: tuple[str, bytes] = ("", b"")
        self._known: dict[int, tuple[NDArray[np.float32], float, float]] = {}
        self._samples: OrderedDict[bytes, Compared] = OrderedDict()

    def of(self, content_ids: Ids, calibration: Calibration) -> tuple[Ids, Compared]:
        """Return those of some contents that have a vector, and how words see them; in the order asked for.

        Args:
            content_ids: ``(n,)``, each once.
            calibration: Of the model whose vectors they are; it must know words.
        """
        self._begin(calibration)
        new = np.array(
            [number for number in content_ids.tolist() if number not in self._known], dtype=np.int64
        )
        if len(self._known) + len(new) > _REMEMBERED_PHOTOS:
            self._known.clear()
            new = content_ids
        for numbers, vectors in self._catalog.vectors.of_contents(calibration.model_id, new):
            seen = Compared.of(vectors, calibration)
            rows = zip(numbers.tolist(), vectors, seen.mean.tolist(), seen.spread.tolist(), strict=True)
            self._known.update({number: (vector, mean, spread) for number, vector, mean, spread in rows})
        there = [number for number in content_ids.tolist() if number in self._known]
        return np.array(there, dtype=np.int64), _together(
            [self._known[number] for number in there], calibration
        )

    def sample(self, content_ids: Ids, calibration: Calibration) -> Compared:
        """Return how words see at most 2,000 of some contents, evenly spread over their numbers.

        Args:
            content_ids: ``(n,)``, ascending: all that are searched.
            calibration: As for `of`.
        """
        self._begin(calibration)
        step = max(1, -(-len(content_ids) // _SAMPLE))
        chosen = content_ids[::step]
        key = chosen.tobytes()
        if key not in self._samples:
            self._samples[key] = self._read(chosen, calibration)
            if len(self._samples) > _REMEMBERED_SAMPLES:
                self._samples.popitem(last=False)
        self._samples.move_to_end(key)
        return self._samples[key]

    def _begin(self, calibration: Calibration) -> None:
        """Forget what was worked out for another model, or from other words."""
        covariance = calibration.text_covariance
        key = (calibration.model_id, b"" if covariance is None else covariance[0].tobytes())
        if key != self._of:
            self._of = key
            self._known.clear()
            self._samples.clear()

    def _read(self, content_ids: Ids, calibration: Calibration) -> Compared:
        blocks = self._catalog.vectors.of_contents(calibration.model_id, content_ids)
        vectors = [vectors for _, vectors in blocks]
        none = np.zeros((0, len(calibration.text_mean)), dtype=np.float32)
        return Compared.of(np.concatenate(vectors) if vectors else none, calibration)


def _together(rows: list[tuple[NDArray[np.float32], float, float]], calibration: Calibration) -> Compared:
    vectors = np.array([vector for vector, _, _ in rows], dtype=np.float32)
    return Compared(
        vectors.reshape(len(rows), len(calibration.text_mean)),
        np.array([mean for _, mean, _ in rows], dtype=np.float32),
        np.array([spread for _, _, spread in rows], dtype=np.float32),
    )
