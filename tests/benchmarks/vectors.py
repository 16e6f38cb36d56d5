"""Draws vectors that lie in space as CLIP's do."""

import numpy as np
from numpy.typing import NDArray

DESCRIPTION = (
    "vectors: common mean (photos among each other 0.5, words to photos 0.2 in the mean), "
    "300 clusters, spectrum falling as 1/√rank; seeded"
)
_CLUSTERS = 300


class Drawing:
    """A seeded source of vectors of one space.

    Random directions would make search look easier or harder than it is: all would be equally far from each other.
    CLIP's photos lie in a narrow cone around their mean, words in another one (the modality gap), with most of
    their spread in few directions, and photos of one event close together.
    """

    def __init__(self, dimension: int = 512, seed: int = 0) -> None:
        """Fix the space; the same seed gives the same vectors."""
        self._rng = np.random.default_rng(seed)
        self._spread = (1 / np.sqrt(np.arange(1, dimension + 1))).astype(np.float32)
        self._turn = np.linalg.qr(self._rng.standard_normal((dimension, dimension)))[0].astype(np.float32)
        means = self._turn[:, -2:].T
        self._photo_mean = means[0]
        # 0.28 · 0.71 is a mean cosine of 0.2 between words and photos.
        self._word_mean = np.float32(0.28) * means[0] + np.float32(0.65) * means[1]
        self._centres = _unit(self._directions(_CLUSTERS))

    def photos(self, count: int) -> NDArray[np.float32]:
        """Return ``(count, dimension)`` float32 of length 1."""
        clusters = self._rng.integers(0, _CLUSTERS, count)
        own = _unit(self._directions(count))
        return _unit(self._photo_mean + _unit(self._centres[clusters] + np.float32(0.8) * own))

    def words(self, count: int) -> NDArray[np.float32]:
        """Return ``(count, dimension)`` float32 of length 1, each meaning something near a cluster."""
        clusters = self._rng.integers(0, _CLUSTERS, count)
        meant = _unit(self._centres[clusters] + np.float32(0.8) * _unit(self._directions(count)))
        return _unit(self._word_mean + np.float32(0.7) * meant)

    def _directions(self, count: int) -> NDArray[np.float32]:
        drawn = self._rng.standard_normal((count, len(self._spread)), dtype=np.float32)
        # NumPy's types say float64 of every product.
        return ((drawn * self._spread) @ self._turn.T).astype(np.float32, copy=False)


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


class Space:
    """Where the vectors of a model's photos lie: around their mean, spread as they are.

    With the mean and the covariance of the built-in model's photos, which ship beside it, drawn vectors have its spectrum
    and, for words that the model itself embeds, its modality gap.

    Attributes:
        mean: ``(dimension,)`` float32, shorter than 1.
    """

    def __init__(self, mean: NDArray[np.float32], covariance: NDArray[np.float32]) -> None:
        """Fix the space.

        Args:
            mean: ``(dimension,)``, of vectors of length 1.
            covariance: ``(dimension, dimension)`` of the same.
        """
        self.mean = mean.astype(np.float32)
        variances, directions = np.linalg.eigh(covariance.astype(np.float64))
        # What rounding made of variances of nothing is below 0.
        self._spread = (directions * np.sqrt(np.maximum(variances, 0))).T.astype(np.float32)

    @property
    def dimension(self) -> int:
        """Length of its vectors."""
        return len(self.mean)

    def photos(
        self,
        rng: np.random.Generator,
        events: NDArray[np.int64],
        leaders: NDArray[np.int64],
        burst_spread: float,
    ) -> NDArray[np.float32]:
        """Return ``(n, dimension)`` float32 of length 1: photos of an event are closer, those of a burst nearly one.

        Args:
            rng: Draws them.
            events: The event of each, ``(n,)``; half of the variance lies between events, as in albums of holidays.
            leaders: The row of the first of the burst that each was taken in, ``(n,)``; its own for most.
            burst_spread: How far the others of a burst lie from the first, as a share of how far photos lie apart.
        """
        _, event = np.unique(events, return_inverse=True)
        between = rng.standard_normal((int(event.max()) + 1, self.dimension), dtype=np.float32)[event]
        own = rng.standard_normal((len(events), self.dimension), dtype=np.float32)
        follows = leaders != np.arange(len(leaders))
        own[follows] = own[leaders[follows]] + np.float32(burst_spread) * own[follows]
        return _unit(self.mean + (np.float32(np.sqrt(0.5)) * (between + own)) @ self._spread)
