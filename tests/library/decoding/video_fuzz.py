"""Feeds decoders with mutated videos: ``python -m tests.library.decoding.video_fuzz --cases 5000``; see `decode_fuzz`."""

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path

from desktop_app.library.concurrency.cores import cores
from tests.clips import save_clip, save_patterned_clip, save_sound, save_uneven_clip
from tests.library.decoding.picture_fuzz import Mutator, Outcome, run

SUFFIX = ".mp4"
_PARTS = (("red", 1.0), ("blue", 1.0))
_CODECS = {
    ".mp4": ("libx264", "libx265", "libsvtav1", "mpeg4"),
    ".mov": ("mjpeg", "prores_ks"),
    ".mkv": ("libvpx-vp9", "ffv1", "h264"),
    ".webm": ("libvpx",),
    ".avi": ("mpeg4", "rawvideo"),
    ".mts": ("libx264", "mpeg2video"),
    ".mpg": ("mpeg2video",),
    ".wmv": ("wmv2",),
    ".flv": ("flv",),
    ".3gp": ("h263",),
}
_PIXELS = {"prores_ks": "yuv422p10le", "mjpeg": "yuvj420p", "rawvideo": "yuyv422"}
_TAGS = {
    "com.apple.quicktime.creationdate": "2024-05-06T07:08:09+0200",
    "com.apple.quicktime.location.ISO6709": "+48.8584+002.2945+035/",
    "com.apple.quicktime.make": "Apple",
    "title": "A title",
}


def video_seeds(folder: Path) -> list[bytes]:
    """Return small sound videos of every container and of many codecs."""
    paths = [
        save_clip(
            folder / f"{codec}{suffix}",
            _PARTS,
            size=(176, 144) if codec == "h263" else (64, 64),
            codec="libx264" if codec == "h264" else codec,
            pixels=_PIXELS.get(codec, "yuv420p"),
            fps=5,
            tags=_TAGS,
        )
        for suffix, codecs in _CODECS.items()
        for codec in codecs
    ]
    paths.append(save_patterned_clip(folder / "turned.mov", rotation=90))
    paths.append(save_clip(folder / "wide.mp4", _PARTS, aspect=Fraction(4, 3)))
    paths.append(save_clip(folder / "live.webm", _PARTS, live=True))
    paths.append(save_uneven_clip(folder / "uneven.mp4", [("red", 0.0), ("blue", 0.1), ("green", 5.0)]))
    paths.append(save_sound(folder / "sound.mp4"))
    return [path.read_bytes() for path in paths]


def run_on_videos(numbers: range, *, workers: int, keep: Path | None = None, tell: bool = False) -> Outcome:
    """Decode mutated videos of these numbers."""
    with tempfile.TemporaryDirectory(prefix="clips-") as folder:
        mutator = Mutator(video_seeds(Path(folder)))
    return run(mutator, numbers, workers=workers, keep=keep, tell=tell, suffix=SUFFIX)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--workers", type=int, default=cores())
    parser.add_argument("--keep", type=Path, help="folder for files that ended a decoder")
    parsed = parser.parse_args()
    numbers = range(parsed.first, parsed.first + parsed.cases)
    outcome = run_on_videos(numbers, workers=parsed.workers, keep=parsed.keep, tell=True)
    print(json.dumps({**asdict(outcome), "reasons": dict(outcome.reasons.most_common())}, indent=1))
    return 1 if outcome.ended else 0


if __name__ == "__main__":
    sys.exit(main())
