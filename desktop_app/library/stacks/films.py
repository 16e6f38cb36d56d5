"""Which of what looks alike may be one where there are videos: those that are the same from beginning to end.

A video has the look of one moment. Talks begin with one title, and a camera on a wall always sees the wall: by that moment they
are all copies of each other. So a copy of a video is as long, and the model sees the same in each of its moments. And a photo
is no copy of a video, nor a burst with one: whoever looks for the video would not see it behind the photo.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog.facts import UNKNOWN, Facts
from desktop_app.library.stacks.likeness import Fetch, Likeness, Numbers, Vectors

# Another container or another number of pictures in a second moves the end by some of these.
_LEAST_APART_MS: Final = 500
_SHARE_APART: Final = 0.01

Mask = NDArray[np.bool_]


def are_photos(facts: Facts) -> Mask:
    """Tell of each content whether it is no video, ``(n,)``."""
    photos: Mask = facts.lengths_ms == UNKNOWN
    return photos


def have_as_many(pairs: Numbers, facts: Facts) -> Mask:
    """Tell which pairs of places show as many pictures, ``(n,)``."""
    as_many: Mask = facts.pictures[pairs[:, 0]] == facts.pictures[pairs[:, 1]]
    return as_many


def may_be_copies(
    pairs: Numbers, facts: Facts, fetch: Fetch, likeness: Likeness | None, stopped: Callable[[], bool]
) -> Mask:
    """Tell which pairs of places are two photos, or two videos that are the same in all their moments, ``(n,)``.

    Of an animation or of several pages the first picture is known; a photo is no copy of it that shows just that, nor is one
    with another number of them.

    Raises:
        Stopped: `stopped` said yes.
    """
    photos = are_photos(facts)
    one, other = photos[pairs[:, 0]], photos[pairs[:, 1]]
    may = one & other & have_as_many(pairs, facts)
    videos = np.flatnonzero(~(one | other))
    lengths = facts.lengths_ms[pairs[videos]]
    apart = np.abs(lengths[:, 0] - lengths[:, 1])
    videos = videos[apart <= np.maximum(_LEAST_APART_MS, lengths.max(axis=1, initial=0) * _SHARE_APART)]
    if likeness is None or not len(videos):
        # What a video shows later cannot be told.
        return may
    films = _Films(facts)
    moments = [films.together(place, other) for place, other in pairs[videos].tolist()]
    owners = np.repeat(videos, [len(one) for one in moments])
    cosines = Vectors(facts.frames.content_ids, fetch, stopped).cosines(np.concatenate(moments))
    may[owners] = True
    may[owners[cosines < likeness.copy]] = False
    return may


class _Films:
    """The moments of videos, in the order of time."""

    def __init__(self, facts: Facts) -> None:
        frames = facts.frames
        self._ids = facts.ids
        self._order = np.lexsort((frames.at_ms, frames.video_ids))
        self._videos = frames.video_ids[self._order]
        self._times = frames.at_ms[self._order]

    def together(self, place: int, other: int) -> Numbers:
        """Return pairs of places among all moments, ``(n, 2)``: each of the one video with the nearest of the other."""
        # A little longer, and a video may have one more.
        fewer, more = sorted((self._moments(place), self._moments(other)), key=lambda one: len(one[0]))
        if not len(fewer[0]):
            return np.empty((0, 2), dtype=np.int64)
        nearest = np.abs(fewer[1][:, None] - more[1][None, :]).argmin(axis=1)
        return np.column_stack([fewer[0], more[0][nearest]])

    def _moments(self, place: int) -> tuple[Numbers, Numbers]:
        start, end = np.searchsorted(self._videos, [self._ids[place], self._ids[place] + 1])
        return self._order[start:end], self._times[start:end]
