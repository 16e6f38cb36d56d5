"""Chooses the moments that a video is searched by, and picks a picture for each."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_app.library.media.videos.reel import Reel

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

MOST_MOMENTS = 16
"""More pictures of one video tell little more and cost the model as much as so many photos, so that longer videos are
looked at less closely."""

# Scenes of home videos last some seconds.
_EVERY_S = 4.0
_LEAST_MOMENTS = 3
# How far before the middle of its part a picture may be, in lengths of the part. Most videos can be entered once in a
# second; so nothing before that place has to be decoded, and the first is never the very beginning, often black.
_EARLY = 0.25
# Recorders that write transport streams let them be entered twice a second, broadcasters every two or three.
_BACK_S = 3.0
# So many pictures are decoded for the first that is shown, in codecs that look ahead; counted generously.
_LEAST_FRAMES = 4


@dataclass(frozen=True, slots=True)
class Moment:
    """A part of a video that one picture stands for; all in seconds from the beginning.

    Attributes:
        start_s: Where it begins.
        wanted_s: From here on every picture will do.
        end_s: Where the next one begins.
    """

    start_s: float
    wanted_s: float
    end_s: float


def moments_of(length_s: float) -> list[Moment]:
    """Return equal parts of a video: one for every four seconds, at least three of three seconds, at most 16.

    Args:
        length_s: How long it is, in seconds.
    """
    least = max(1, min(_LEAST_MOMENTS, round(length_s)))
    count = min(max(round(length_s / _EVERY_S), least), MOST_MOMENTS)
    part_s = length_s / count
    ends = [part_s * number for number in range(1, count)]
    # What lasts longer than it says ends with its last part.
    return [
        Moment(start, start + part_s * (0.5 - _EARLY), end)
        for start, end in zip([0.0, *ends], [*ends, math.inf], strict=True)
    ]


def moment_at(at_ms: int) -> Moment:
    """Return the part of a video that begins at one of its pictures."""
    # Times were rounded to milliseconds.
    return Moment(0.0, (at_ms - 0.5) / 1000, math.inf)


def chosen_frames(reel: Reel, moments: Sequence[Moment]) -> Iterator["VideoFrame"]:
    """Yield a picture of each part that one can be had of; some perhaps twice, and those that were hard to get last."""
    missing = []
    for number, moment in enumerate(moments):
        # The first may take what they need, but leave enough for the others where these can be entered.
        kept_px = (len(moments) - number - 1) * _LEAST_FRAMES * reel.frame_px
        frame = _frame_of(reel, moment, max(reel.left_px - kept_px, reel.frame_px))
        if frame is None:
            missing.append(moment)
        else:
            yield frame
    if missing and reel.left_px:
        # Some containers go to what comes after the place that is asked for.
        reel.wind(-1.0)
        yield from _passed(reel, missing)


def _frame_of(reel: Reel, moment: Moment, allowed_px: int) -> "VideoFrame | None":
    """Wind to a part and return its picture; None where that takes more than it may, or nothing can be decoded."""
    most_px = reel.decoded_px + allowed_px
    reel.go_to(moment.wanted_s)
    frame, is_late = _found(reel, moment, most_px)
    if frame is None and is_late and reel.decoded_px < most_px:
        # Not every container knows where it can be entered.
        reel.wind(moment.start_s - _BACK_S)
        frame, _ = _found(reel, moment, most_px)
    return frame


def _found(reel: Reel, moment: Moment, most_px: int) -> "tuple[VideoFrame | None, bool]":
    """Return the picture of a part, from where the reel is, and whether it had gone too far already."""
    before = None
    for frame in reel.frames():
        at_s = reel.at_s(frame)
        if moment.wanted_s <= at_s < moment.end_s:
            return frame, False
        if at_s >= moment.end_s:
            # Of two pictures with a long time between them the first is shown all the while.
            reel.keep(frame)
            return before, True
        before = frame
        if reel.decoded_px >= most_px:
            return (before if at_s >= moment.start_s else None), False
    # The last picture of all is shown until the end.
    return before, before is None


def _passed(reel: Reel, moments: Sequence[Moment]) -> Iterator["VideoFrame"]:
    """Yield the pictures of parts while all pictures pass by, as far as may be decoded."""
    waiting = list(moments)
    last = None
    for frame in reel.frames():
        last = frame
        at_s = reel.at_s(frame)
        while waiting and at_s >= waiting[0].end_s:
            waiting.pop(0)
        if not waiting:
            return
        if at_s >= waiting[0].wanted_s:
            waiting.pop(0)
            yield frame
    if last is not None and waiting:
        yield last
