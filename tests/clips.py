"""Makes small videos for tests, with PyAV; a test that asks for one is skipped where PyAV is not installed."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.fakes import COLOURS

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import OutputContainer
    from av.video.stream import VideoStream

Colour = str | tuple[int, int, int]

# What is written where nothing else is asked for, by the end of the name.
_CODECS = {
    ".webm": "libvpx-vp9",
    ".avi": "mpeg4",
    ".mpg": "mpeg2video",
    ".mpeg": "mpeg2video",
    ".wmv": "wmv2",
    ".3gp": "mpeg4",
}
_TIME_BASE = Fraction(1, 90_000)


def save_clip(
    path: Path,
    parts: Sequence[tuple[Colour, float]] = (("red", 2.0),),
    *,
    size: tuple[int, int] = (64, 48),
    fps: int = 10,
    codec: str = "",
    rotation: int = 0,
    aspect: Fraction | None = None,
    tags: Mapping[str, str] | None = None,
    options: Mapping[str, str] | None = None,
    pixels: str = "yuv420p",
    matrix: str = "",
    live: bool = False,
    quick: bool = False,
) -> Path:
    """Write a video that shows one colour after another; container and codec follow the file's suffix.

    Args:
        path: The file; its folder is made.
        parts: Colours, and for how many seconds each is shown.
        size: Width and height in pixels, as stored.
        fps: Frames in a second.
        codec: An encoder of FFmpeg in place of the suffix's own.
        rotation: By how many degrees players are told to turn it, clockwise.
        aspect: Width of a pixel, in heights.
        tags: Metadata of the container.
        options: Of the encoder, such as ``{"g": "250"}``.
        pixels: FFmpeg's name of the pixel format.
        matrix: FFmpeg's name of how colours are stored, for formats that are not RGB; nothing is said of it in the file.
        live: Whether nothing is said that is known only at the end, such as how long it is; for WebM.
        quick: Whether the description comes before the pictures, as in what is made for the network; for MP4.
    """
    shown = [colour for colour, seconds in parts for _ in range(round(seconds * fps))]
    path.parent.mkdir(parents=True, exist_ok=True)
    with _opened(path, tags or {}, live=live, quick=quick) as container:
        name = codec or _CODECS.get(path.suffix.lower(), "libx264")
        stream = cast("VideoStream", container.add_stream(name, rate=fps, options=dict(options or {})))
        _describe(stream, size, pixels, aspect)
        if rotation:
            # FFmpeg counts anticlockwise, people and files clockwise.
            stream.set_display_rotation(-rotation)
        # A file without a picture has its beginning all the same.
        container.start_encoding()
        _write(container, stream, (_plain(colour, size) for colour in shown), fps, matrix)
    return path


def save_patterned_clip(
    path: Path,
    *,
    seconds: float = 2.0,
    black_s: float = 0.0,
    rotation: int = 0,
    size: tuple[int, int] = (64, 48),
) -> Path:
    """Write a video that shows a red surface with a white corner, as stored at the top left; perhaps black before."""
    picture = _plain("red", size)
    picture[: size[1] // 3, : size[0] // 3] = 255
    black = _plain("black", size)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _opened(path, {}) as container:
        name = _CODECS.get(path.suffix.lower(), "libx264")
        stream = cast("VideoStream", container.add_stream(name, rate=10))
        _describe(stream, size, "yuv420p", None)
        if rotation:
            stream.set_display_rotation(-rotation)
        pictures = (black if number < black_s * 10 else picture for number in range(round(seconds * 10)))
        _write(container, stream, pictures, 10)
    return path


def save_covered_clip(path: Path, cover: Colour, parts: Sequence[tuple[Colour, float]]) -> Path:
    """Write a video with the picture of an album's cover before it, which is a video stream too."""
    av = pytest.importorskip("av")
    jpeg = BytesIO()
    Image.fromarray(_plain(cover, (200, 200))).save(jpeg, "JPEG")
    shown = [colour for colour, seconds in parts for _ in range(round(seconds * 10))]
    with _opened(path, {}) as container:
        covering = container.add_stream("mjpeg")
        _describe(covering, (200, 200), "yuvj420p", None)
        covering.disposition = av.stream.Disposition.attached_pic
        stream = container.add_stream("libx264", rate=10)
        _describe(stream, (64, 48), "yuv420p", None)
        packet = av.Packet(jpeg.getvalue())
        packet.stream, packet.pts, packet.dts = covering, 0, 0
        packet.is_keyframe = True
        container.mux(packet)
        _write(container, stream, (_plain(colour, (64, 48)) for colour in shown), 10)
    return path


def save_uneven_clip(path: Path, moments: Sequence[tuple[Colour, float]], *, gop: int = 12) -> Path:
    """Write a video whose frames come at these times, in seconds, each as long as until the next."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _opened(path, {}) as container:
        stream = container.add_stream("libx264", rate=30, options={"g": str(gop)})
        _describe(stream, (64, 48), "yuv420p", None)
        stream.codec_context.time_base = _TIME_BASE
        for colour, at_s in moments:
            frame = _frame(_plain(colour, (64, 48)))
            frame.pts, frame.time_base = round(at_s * _TIME_BASE.denominator), _TIME_BASE
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def save_sound(path: Path, seconds: float = 1.0) -> Path:
    """Write a file in a video's container that holds nothing but sound."""
    av = pytest.importorskip("av")
    with av.open(path, "w") as container:
        stream = container.add_stream("aac", rate=44_100)
        stream.layout = "mono"
        for start in range(0, round(44_100 * seconds), 1024):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
            frame.sample_rate, frame.pts = 44_100, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _opened(
    path: Path, tags: Mapping[str, str], *, live: bool = False, quick: bool = False
) -> "OutputContainer":
    av = pytest.importorskip("av")
    options = {"live": "1"} if live else {}
    if path.suffix.lower() in {".mp4", ".mov", ".m4v"}:
        # QuickTime's own names are kept only where the muxer is told to.
        options["movflags"] = "use_metadata_tags+faststart" if quick else "use_metadata_tags"
    container: OutputContainer = av.open(path, "w", options=options)
    container.metadata.update(tags)
    return container


def _describe(stream: "VideoStream", size: tuple[int, int], pixels: str, aspect: Fraction | None) -> None:
    stream.width, stream.height = size
    stream.pix_fmt = pixels
    if aspect is not None:
        stream.codec_context.sample_aspect_ratio = aspect


def _write(
    container: "OutputContainer",
    stream: "VideoStream",
    pictures: Iterable[NDArray[np.uint8]],
    fps: int,
    matrix: str = "",
) -> None:
    for number, picture in enumerate(pictures):
        frame = _frame(picture)
        if matrix:
            frame = frame.reformat(format=stream.pix_fmt, dst_colorspace=matrix)
            # As of a camera that does not say it.
            frame.colorspace = 2
        frame.pts, frame.time_base = number, Fraction(1, fps)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _plain(colour: Colour, size: tuple[int, int]) -> NDArray[np.uint8]:
    picture = np.empty((size[1], size[0], 3), np.uint8)
    picture[:] = COLOURS[colour] if isinstance(colour, str) else colour
    return picture


def _frame(picture: NDArray[np.uint8]) -> "VideoFrame":
    av = pytest.importorskip("av")
    frame: VideoFrame = av.VideoFrame.from_ndarray(picture, format="rgb24")
    return frame
