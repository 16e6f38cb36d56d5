"""Each video has one place in an answer: that of the moment that fits best."""

import numpy as np
import pytest

from desktop_app.library.catalog import Frames
from desktop_app.library.search.moments import Moments, Placed


def moments(*rows: tuple[int, int, int]) -> Moments:
    """From content, video and milliseconds."""
    return Moments(Frames(*np.array(rows, dtype=np.int64).reshape(-1, 3).T))


# Content 10 is a video, 11 and 14 are moments of it; 12 is another with 13; the rest are photos.
FILMS = moments((10, 10, 500), (11, 10, 1500), (12, 12, 0), (13, 12, 900), (14, 10, 2500))


def test_photos_stay_as_they_are() -> None:
    assert not moments()
    assert moments().folded([(3, 0.5), (1, 0.25)]) == [Placed(3, 0.5, None, 3), Placed(1, 0.25, None, 1)]
    assert FILMS.folded([(3, 0.5), (99, 0.25)]) == [Placed(3, 0.5, None, 3), Placed(99, 0.25, None, 99)]
    assert FILMS.folded([]) == []


def test_a_video_has_the_place_of_its_best_moment() -> None:
    found = [(11, 0.9), (3, 0.8), (10, 0.7), (14, 0.6), (12, 0.5), (13, 0.4)]
    assert FILMS.folded(found) == [
        Placed(10, 0.9, 1500, 11),
        Placed(3, 0.8, None, 3),
        Placed(12, 0.5, 0, 12),
    ]


def test_filters_keep_the_moments_of_the_videos_they_keep() -> None:
    assert FILMS.with_moments(np.array([3, 10])).tolist() == [3, 10, 11, 14]
    assert FILMS.with_moments(np.array([3, 4])).tolist() == [3, 4]
    assert moments().with_moments(np.array([3, 10])).tolist() == [3, 10]


@pytest.mark.parametrize(
    ("live", "without"), [([3, 10, 11, 14], [3, 10]), ([3, 10], [3, 10]), ([11, 13], []), ([], [])]
)
def test_moments_beside_the_video_are_left_out(live: list[int], without: list[int]) -> None:
    assert FILMS.without_beside(np.array(live, dtype=np.int64)).tolist() == without
    assert moments().without_beside(np.array(live, dtype=np.int64)).tolist() == live
