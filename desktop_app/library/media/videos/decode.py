"""Decodes a video file to the moments it is searched by and its poster. Needs PyAV, which brings FFmpeg."""

import contextlib
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import xxhash
from PIL import Image

from desktop_app.library.errors import UnreadablePhotoError
from desktop_app.library.media.pictures import reasons
from desktop_app.library.media.pictures.openers import PICTURE_ERRORS
from desktop_app.library.media.pictures.picture import Decoded, Frame, refuse_huge
from desktop_app.library.media.steady_file import SteadyFile
from desktop_app.library.media.videos.extra import need_videos
from desktop_app.library.media.videos.metadata import read_tags
from desktop_app.library.media.videos.moments import chosen_frames, moment_at, moments_of
from desktop_app.library.media.videos.picture import stored_bytes, upright_picture, upright_size
from desktop_app.library.media.videos.reasons import NothingThereError, why_not
from desktop_app.library.media.videos.reel import Reel, measured_length_s, told_length_s

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_log = logging.getLogger(__name__)

# FFmpeg's names of the containers that cameras, telephones, recorders and people make. Not its playlists and sequences,
# which make it open other files and addresses.
_CONTAINERS = "mov,mp4,matroska,webm,avi,mpegts,mpeg,mpegvideo,asf,flv,ogg,dv"
# 8K, the largest that is filmed, has 33 million; FFmpeg keeps up to 17 decoded pictures beside each other.
_MOST_PIXELS = 2**26
# Asked for in larger pieces than FFmpeg's own 32 KB, for each is a call of ours.
_BUFFER_BYTES = 2**18
# Pictures and series that have the container of videos.
_STILL_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif"}
# In a picture of one colour (black, or a lens cap) no channel varies more; of 255.
_PLAIN_DEVIATION = 5.0
_PLAIN_PX = 32


def decode_video(
    file: SteadyFile, *, least_px: int, alone: bool = False, at_ms: int | None = None
) -> Decoded:
    """Return moments of a video, as `moments_of` chooses them, with the identity of just these. One thread at a time.

    The poster, the moment it is known by, is the first that shows more than one colour, else the first of all.

    Args:
        file: The video.
        least_px: The shorter sides of the pictures have so many pixels, where the video has them.
        alone: Whether only the moment it is known by is wanted.
        at_ms: Which moment is wanted instead of that, in milliseconds from the beginning; the nearest that can be had.

    Raises:
        UnreadablePhotoError: Whatever is wrong with the file, and nothing else.
    """
    need_videos()
    import av

    try:
        decoded = _decoded(file, _Taken(least_px, alone=alone), at_ms)
    except (av.FFmpegError, *PICTURE_ERRORS) as error:
        # That it changed meanwhile, or cannot be read, comes before what FFmpeg makes of it.
        file.check()
        _log.debug("a video could not be decoded", exc_info=error)
        raise UnreadablePhotoError(why_not(file, error), passing=isinstance(error, MemoryError)) from error
    file.check()
    return decoded


class _Taken:
    """The moments taken of a video so far.

    Attributes:
        is_enough: Whether no more are needed.
    """

    def __init__(self, least_px: int, *, alone: bool) -> None:
        self.is_enough = False
        self._least_px = least_px
        self._alone = alone
        self._poster: Frame | None = None
        self._frames: dict[int, Frame] = {}
        self._pixels: dict[int, bytes] = {}
        self._size = (0, 0)

    @property
    def is_any(self) -> bool:
        """Whether there is one."""
        return bool(self._frames)

    def take(self, frame: "VideoFrame", at_ms: int, stream: "VideoStream") -> None:
        """Take a moment, unless it was taken before."""
        if at_ms in self._frames:
            return
        aspect = stream.sample_aspect_ratio
        picture = upright_picture(frame, aspect, self._least_px)
        taken = Frame(at_ms, picture)
        if not self._frames:
            self._size = upright_size(frame, aspect)
        if self._poster is None and not _is_plain(picture):
            self._poster = taken
            self.is_enough = self._alone
        if self._alone and self._frames and self._poster is not taken:
            return
        self._frames[at_ms] = taken
        digest = xxhash.xxh3_128()
        for piece in stored_bytes(frame):
            digest.update(piece)
        self._pixels[at_ms] = digest.digest()

    def decoded(self, length_s: float, *tags: dict[str, str]) -> Decoded:
        """Return what was taken, which is not nothing."""
        poster = self._poster or next(iter(self._frames.values()))
        times = sorted(self._frames)
        digest = xxhash.xxh3_128()
        for at_ms in times:
            digest.update(f"{at_ms} ".encode() + self._pixels[at_ms])
        width, height = self._size
        return Decoded(
            poster.picture,
            poster.picture,
            width,
            height,
            read_tags(*tags),
            digest.hexdigest(),
            max(round(length_s * 1000), times[-1]),
            (poster,) if self._alone else tuple(self._frames[at_ms] for at_ms in times),
        )


def _decoded(file: SteadyFile, taken: _Taken, at_ms: int | None) -> Decoded:
    with _opened(file) as (container, stream):
        length_s = told_length_s(container, stream)
        if length_s is not None:
            return _wound(container, stream, length_s, taken, at_ms)
        length_s = measured_length_s(container, stream)
    # What was read to its end is not wound back everywhere.
    with _opened(file) as (container, stream):
        return _wound(container, stream, length_s, taken, at_ms)


def _wound(
    container: "InputContainer", stream: "VideoStream", length_s: float, taken: _Taken, at_ms: int | None
) -> Decoded:
    reel = Reel(container, stream)
    moments = moments_of(length_s) if at_ms is None else [moment_at(at_ms)]
    for frame in chosen_frames(reel, moments):
        taken.take(frame, round(reel.at_s(frame) * 1000), stream)
        if taken.is_enough:
            break
    if not taken.is_any:
        raise NothingThereError(reasons.DAMAGED_VIDEO if reel.errors else reasons.NO_FRAMES)
    return taken.decoded(length_s, container.metadata, stream.metadata)


@contextlib.contextmanager
def _opened(file: SteadyFile) -> Iterator[tuple["InputContainer", "VideoStream"]]:
    import av

    file.seek(0)
    head = file.read(12)
    file.seek(0)
    if head[4:8] == b"ftyp" and head[8:12] in _STILL_BRANDS:
        raise UnreadablePhotoError(reasons.NOT_A_VIDEO)
    options = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "file", "export_xmp": "1"}
    try:
        opened = av.open(file, "r", options=options, metadata_errors="replace", buffer_size=_BUFFER_BYTES)
    except MemoryError as error:
        # Nothing is decoded yet: its tables would be larger than all memory, and it is not.
        raise ValueError("nonsense in its tables") from error
    with opened as container:
        stream = _stream_of(container)
        if stream.codec_context is None:
            raise ValueError("no decoder knows it")
        refuse_huge((stream.width, stream.height), _MOST_PIXELS)
        context = stream.codec_context
        # More threads would decode pictures ahead that nobody asked for, and videos are decoded side by side.
        context.thread_count = 1
        # Pictures that no other one needs are never needed on the way to a moment.
        context.skip_frame = "NONREF"
        context.options = {"max_pixels": str(_MOST_PIXELS)}
        yield container, stream


def _stream_of(container: "InputContainer") -> "VideoStream":
    """Return the pictures that move: not the cover of an album.

    Raises:
        UnreadablePhotoError: There are none.
    """
    from av.stream import Disposition

    moving = [
        stream
        for stream in container.streams.video
        if not stream.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails)
    ]
    if not moving:
        sound = bool(container.streams.audio)
        raise UnreadablePhotoError(reasons.SOUND_ONLY if sound else reasons.NO_FRAMES)
    best = container.streams.best("video")
    return next((stream for stream in moving if stream is best), moving[0])


def _is_plain(picture: Image.Image) -> bool:
    """Tell whether a picture shows nearly one colour."""
    small = picture.resize((_PLAIN_PX, _PLAIN_PX), Image.Resampling.BOX)
    return bool(np.asarray(small).std(axis=(0, 1)).max() < _PLAIN_DEVIATION)
