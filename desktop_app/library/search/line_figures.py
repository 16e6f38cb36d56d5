"""How good the relevance line is: for rare and for common things, at best, and where it calls nothing found."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SHARES_BELOW = (("<1%", 1), ("1-5%", 5), ("5-15%", 15))
"""Names of the shares of photos a text can be right for, each with the percentage it stays below."""
_LARGEST_SHARE = ">15%"


@dataclass(frozen=True, slots=True)
class ShareFigures:
    """The line for the texts that are right for about the same share of the photos.

    Attributes:
        texts: How many there are.
        f1: Mean F1 of what the line calls found; None without such texts.
        ceiling: Mean F1 of each text's best cut; None without such texts.
    """

    texts: int
    f1: float | None
    ceiling: float | None


@dataclass(frozen=True, slots=True)
class LineFigures:
    """What the line is worth, each figure from 0 to 1.

    A text's best cut is known with hindsight only: the first k photos of its ranking, with the k that gives the best
    F1. What is found need not be the first photos of the ranking, and could then be better than any cut.

    Attributes:
        f1: Mean F1 of what the line calls found.
        ceiling: Mean F1 of each text's best cut.
        by_share: The same for the texts that are right for less than 1 % of the photos searched, for 1 % to less than
            5 %, for 5 % to less than 15 %, and for 15 % or more; in that order, by the names of `share_of`.
        weighted_f1: As `f1`, each text as often as it has right photos.
        weighted_ceiling: As `ceiling`, each text as often as it has right photos.
        empty_when_present: Share of the texts with right photos for which nothing is found.
        empty_when_absent: Share of the texts that fit no photo for which nothing is found; None without such texts.
    """

    f1: float
    ceiling: float
    by_share: dict[str, ShareFigures]
    weighted_f1: float
    weighted_ceiling: float
    empty_when_present: float
    empty_when_absent: float | None


@dataclass(frozen=True, slots=True)
class _Text:
    """What the line made of one text with right photos."""

    right: int
    f1: float
    ceiling: float
    is_empty: bool


class LineSums:
    """Takes in what the line calls found, one text after the other."""

    def __init__(self, photos: int) -> None:
        """Begin without texts.

        Args:
            photos: How many are searched for every text.
        """
        self._photos = photos
        self._texts: list[_Text] = []
        self._absent_are_empty: list[bool] = []

    def add(self, hits: NDArray[np.bool_], found: NDArray[np.bool_]) -> None:
        """Take in a text that is right for some photos.

        Args:
            hits: Whether the photo at each place of the ranking is right; one is.
            found: Whether it is called found.
        """
        right, chosen = int(hits.sum()), int(found.sum())
        self._texts.append(
            _Text(right, f1(int((hits & found).sum()), chosen, right), best_cut_f1(hits), not chosen)
        )

    def add_absent(self, found: NDArray[np.bool_]) -> None:
        """Take in a text that fits no photo.

        Args:
            found: Whether the photo at each place of the ranking is called found.
        """
        self._absent_are_empty.append(not found.any())

    def figures(self) -> LineFigures:
        """Return the means of what was taken in: one text with right photos or more."""
        texts = self._texts
        weights = [text.right for text in texts]
        f1s, ceilings = [text.f1 for text in texts], [text.ceiling for text in texts]
        return LineFigures(
            f1=float(np.mean(f1s)),
            ceiling=float(np.mean(ceilings)),
            by_share=self._by_share(),
            weighted_f1=float(np.average(f1s, weights=weights)),
            weighted_ceiling=float(np.average(ceilings, weights=weights)),
            empty_when_present=float(np.mean([text.is_empty for text in texts])),
            empty_when_absent=mean_or_none(self._absent_are_empty),
        )

    def _by_share(self) -> dict[str, ShareFigures]:
        texts: dict[str, list[_Text]] = {name: [] for name, _ in _SHARES_BELOW}
        texts[_LARGEST_SHARE] = []
        for text in self._texts:
            texts[share_of(text.right, self._photos)].append(text)
        return {
            name: ShareFigures(
                len(some),
                mean_or_none([text.f1 for text in some]),
                mean_or_none([text.ceiling for text in some]),
            )
            for name, some in texts.items()
        }


def share_of(right: int, photos: int) -> str:
    """Return the name of the share of the photos that a text is right for; each begins where the one before ends."""
    return next((name for name, below in _SHARES_BELOW if 100 * right < below * photos), _LARGEST_SHARE)


def f1(chosen_right: int, chosen: int, right: int) -> float:
    """Return the harmonic mean of precision and recall; 1 when nothing is right and nothing was chosen."""
    return 2 * chosen_right / (chosen + right) if chosen + right else 1.0


def best_cut_f1(hits: NDArray[np.bool_]) -> float:
    """Return the best F1 that the first k photos have, over every k.

    Args:
        hits: Whether the photo at each place is right, best first; all right photos are among them, and one is.
    """
    cuts = np.arange(1, len(hits) + 1)
    return float((2 * np.cumsum(hits) / (cuts + hits.sum())).max())


def mean_or_none(values: Sequence[float]) -> float | None:
    """Return the mean of some values; None without any."""
    return sum(values) / len(values) if values else None
