"""Gives a video's pictures from any place on, with as little decoding as the file allows. Needs PyAV."""

import logging
import time
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_log = logging.getLogger(__name__)

# 1,450 pictures of Full HD, 360 of 4K: 5 to 20 seconds of one processor. Videos of cameras and telephones need a
# hundredth of it, for they can be entered at every second.
_MOST_DECODED_PX = 3_000_000_000
# For codecs that are slower still: then the video ends with what there is, well before the decoder is ended.
_LONGEST_S = 30.0
_MOST_ERRORS = 200
_MICROSECONDS = 1_000_000
# Asking how long a video is by reading it: hours of film, in less than two seconds.
_MOST_PACKETS = 500_000
# These do not say how long they are; FFmpeg looks at their end, and where that is near the beginning it is mistaken.
_TELL_NOTHING = {"mpeg", "mpegvideo"}
_SOON_MEASURED_BYTES = 2**24
# Ten days; what says that it is longer does not know.
_LONGEST_VIDEO_S = 864_000.0


class Reel:
    """The pictures of a video, in the order they are shown. One thread.

    Attributes:
        decoded_px: How many pixels were decoded so far. Work is counted in these and not in seconds, so that a video
            has the same moments on every computer.
        errors: How many pieces could not be decoded.
        frame_px: How many pixels one of its pictures has.
    """

    def __init__(self, container: "InputContainer", stream: "VideoStream") -> None:
        """Make one of an opened video; nothing is decoded yet."""
        self.decoded_px = 0
        self.errors = 0
        self.frame_px = max(1, stream.width * stream.height)
        self._container = container
        self._stream = stream
        self._base = stream.time_base or Fraction(1, _MICROSECONDS)
        self._start_s = _start_s(container, stream)
        self._begun_s = time.process_time()
        self._reached_s: float | None = None
        self._kept: VideoFrame | None = None
        self._frames = self._decode()

    @property
    def left_px(self) -> int:
        """How many pixels may still be decoded; 0 when enough was done."""
        slow = time.process_time() - self._begun_s > _LONGEST_S
        return 0 if slow or self.errors >= _MOST_ERRORS else max(0, _MOST_DECODED_PX - self.decoded_px)

    def at_s(self, frame: "VideoFrame") -> float:
        """Return when a picture is shown, in seconds from the beginning."""
        return max(0.0, float((frame.pts or 0) * (frame.time_base or self._base)) - self._start_s)

    def frames(self) -> Iterator["VideoFrame"]:
        """Yield the pictures from here on; broken ones are passed over."""
        while self._kept is not None:
            frame, self._kept = self._kept, None
            yield frame
        yield from self._frames

    def keep(self, frame: "VideoFrame") -> None:
        """Let a picture be the next once more."""
        self._kept = frame

    def go_to(self, at_s: float) -> None:
        """Wind so that the next pictures are those around this time, some of them perhaps before it."""
        if self._reached_s is None or at_s < self._reached_s or self._can_be_entered_before(at_s):
            self.wind(at_s)

    def _can_be_entered_before(self, at_s: float) -> bool:
        """Tell whether winding spares anything; not if nothing from here to there can be decoded on its own."""
        entries = self._stream.index_entries
        at = self._ticks(at_s)
        if not len(entries) or entries[len(entries) - 1].timestamp < at:
            # Of some containers only what was read is in the index.
            return True
        key = entries.search_timestamp(at)
        return key < 0 or entries[key].timestamp > self._ticks(self._reached_s or 0.0)

    def _ticks(self, at_s: float) -> int:
        return max(0, int((at_s + self._start_s) / self._base))

    def wind(self, at_s: float) -> None:
        """Wind to a time whatever is there, or as near as can be; where the container cannot be wound, go on."""
        import av

        try:
            self._container.seek(self._ticks(at_s), stream=self._stream)
        except (av.FFmpegError, OverflowError) as error:
            _log.debug("a video cannot be wound: %s", error)
            return
        self._kept = None
        self._reached_s = None
        self._frames = self._decode()

    def _decode(self) -> Iterator["VideoFrame"]:
        for packet in self._packets():
            for frame in self._decoded(packet):
                self.decoded_px += frame.width * frame.height
                if frame.pts is not None and not frame.is_corrupt:
                    self._reached_s = self.at_s(frame)
                    yield frame
            if not self.left_px:
                return

    def _packets(self) -> Iterator["Packet[VideoStream]"]:
        """Yield what is in the file from here on; where that is damaged, it ends."""
        import av

        try:
            yield from self._container.demux(self._stream)
        except av.error.InvalidDataError as error:
            self.errors += 1
            _log.debug("a video ends before its end: %s", error)

    def _decoded(self, packet: "Packet[VideoStream]") -> list["VideoFrame"]:
        import av

        try:
            return packet.decode()
        except (av.error.InvalidDataError, av.error.EOFError) as error:
            self.errors += 1
            _log.debug("a piece of a video is damaged: %s", error)
        return []


def told_length_s(container: "InputContainer", stream: "VideoStream") -> float | None:
    """Return how long a video says it is, in seconds; None where it says nothing that can be true."""
    if container.format.name in _TELL_NOTHING and container.size < _SOON_MEASURED_BYTES:
        return None
    told = [
        container.duration / _MICROSECONDS if container.duration else 0.0,
        float(stream.duration * (stream.time_base or 0)) if stream.duration else 0.0,
    ]
    return next((seconds for seconds in told if 0 < seconds < _LONGEST_VIDEO_S), None)


def measured_length_s(container: "InputContainer", stream: "VideoStream") -> float:
    """Return how long a video is that does not say so, in seconds, by reading it; afterwards it must be opened anew."""
    import av

    start_s, end_s = _start_s(container, stream), 0.0
    try:
        for number, packet in enumerate(container.demux(stream)):
            if packet.pts is not None and packet.time_base is not None:
                end_s = max(end_s, float((packet.pts + (packet.duration or 0)) * packet.time_base) - start_s)
            if number >= _MOST_PACKETS:
                break
    except av.error.InvalidDataError as error:
        _log.debug("a video was measured only to where it is damaged: %s", error)
    return min(end_s, _LONGEST_VIDEO_S)


def _start_s(container: "InputContainer", stream: "VideoStream") -> float:
    """Return the time that a video gives to its beginning, where sound or picture begin."""
    # Its stub says that there is always one.
    told = cast("int | None", container.start_time)
    if told is not None:
        return told / _MICROSECONDS
    return float((stream.start_time or 0) * (stream.time_base or 0))
