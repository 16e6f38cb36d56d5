"""Videos in a ranking: each of its moments is compared, and the video has the place of the one that fits best."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog import Frames
from desktop_app.library.vectors.found import Found


@dataclass(frozen=True, slots=True)
class Placed:
    """A content of an answer.

    Attributes:
        content_id: A photo's, or a video's own, never that of one of its moments.
        score: Cosine of the query and the content, of a video the highest of its moments'.
        at_ms: Which moment that was; None for a photo.
        compared_id: The content whose vector was compared: the photo's own, or that moment's.
    """

    content_id: int
    score: float
    at_ms: int | None
    compared_id: int


class Moments:
    """Which contents are moments of videos, as the catalogue said at one time."""

    def __init__(self, frames: Frames) -> None:
        self._frames = frames

    def __bool__(self) -> bool:
        """Whether there is any video."""
        return bool(len(self._frames.content_ids))

    def without_beside(self, content_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return contents, ``(n,)`` ascending, without the moments that are not the video itself; ascending too."""
        frames = self._frames
        beside = frames.content_ids[frames.content_ids != frames.video_ids]
        return np.setdiff1d(content_ids, beside, assume_unique=True) if len(beside) else content_ids

    def with_moments(self, content_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return contents, ``(n,)`` ascending, with the moments of the videos among them; ascending too."""
        if not self:
            return content_ids
        frames = self._frames
        inside = frames.content_ids[np.isin(frames.video_ids, content_ids)]
        return np.union1d(content_ids, inside) if len(inside) else content_ids

    def folded(self, found: Found) -> list[Placed]:
        """Return contents in the order found, each video once: where its best moment is."""
        numbers = np.array([number for number, _ in found], dtype=np.int64)
        frames = self._frames
        places = np.minimum(np.searchsorted(frames.content_ids, numbers), max(len(frames.content_ids) - 1, 0))
        is_moment = frames.content_ids[places] == numbers if self else np.zeros(len(numbers), dtype=bool)
        best: dict[int, Placed] = {}
        for (number, score), place, is_one in zip(found, places.tolist(), is_moment.tolist(), strict=True):
            if is_one:
                video = int(frames.video_ids[place])
                best.setdefault(video, Placed(video, score, int(frames.at_ms[place]), number))
            else:
                best.setdefault(number, Placed(number, score, None, number))
        return list(best.values())
