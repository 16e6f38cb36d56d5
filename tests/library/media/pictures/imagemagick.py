"""Reads pictures with ImageMagick, which shares no decoder of ours for TIFF: a second opinion on what a file shows."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

_SIDE = 24
_PATIENCE_S = 120
_PPM = re.compile(rb"P6\n#([^\n]*)\n([0-9]+) ([0-9]+)\n255\n")

Small = NDArray[np.int64]


def imagemagick() -> str:
    """Return ImageMagick's command; skips the test where it is not installed."""
    for name in ("magick", "convert"):
        command = shutil.which(name)
        # Windows has another `convert`.
        if command and b"ImageMagick" in _run(command, "-version").stdout:
            return command
    pytest.skip("ImageMagick is not installed")


def made(command: str, source: Path, target: Path, *options: str) -> bool:
    """Write a picture in another way, and return whether ImageMagick could."""
    return _run(command, str(source), *options, str(target)).returncode == 0 and target.exists()


def opinions(command: str, paths: Sequence[Path]) -> list[Small | None]:
    """Return small copies of what ImageMagick sees, ``(24, 24, 3)``, colour profiles not applied; None for nothing.

    One process reads all of them, for it takes longer to start than to read a small file.
    """
    seen = _seen(command, paths, "-colorspace", "sRGB")
    if len(seen) != len(paths):
        return [one for path in paths for one in opinions(command, [path])] if len(paths) > 1 else [None]
    grey = [number for number, one in enumerate(seen) if b"Gray" in one.space]
    # ImageMagick 6 brightens grey pictures in converting them.
    for number, one in zip(
        grey, _seen(command, [paths[number] for number in grey], "-set", "colorspace", "sRGB"), strict=True
    ):
        seen[number] = one
    return [small(one.picture) for one in seen]


def small(picture: Image.Image) -> Small:
    """Return a small copy of an RGB picture, ``(24, 24, 3)``."""
    return np.asarray(picture.resize((_SIDE, _SIDE), Image.Resampling.BOX)).astype(np.int64)


class _Seen(NamedTuple):
    space: bytes
    picture: Image.Image


def _seen(command: str, paths: Sequence[Path], *colours: str) -> list[_Seen]:
    """Return the pictures with the space that their colours have in the file; none where one of them cannot be read."""
    if not paths:
        return []
    over_white = ("-background", "white", "-alpha", "remove", "-alpha", "off")
    written = ("-type", "TrueColor", "-depth", "8", "ppm:-")
    named = ("-set", "comment", "%[colorspace]")
    first = [f"{path}[0]" for path in paths]
    told = _run(command, *first, *named, "-auto-orient", *colours, *over_white, *written)
    return [] if told.returncode else list(_ppms(told.stdout))


def _ppms(told: bytes) -> Iterator[_Seen]:
    """Yield the pictures of a file of several, with what their comments say."""
    end = 0
    while head := _PPM.match(told, end):
        size = int(head[2]), int(head[3])
        end = head.end() + size[0] * size[1] * 3
        yield _Seen(head[1], Image.frombytes("RGB", size, told[head.end() : end]))


def _run(*command: str) -> subprocess.CompletedProcess[bytes]:
    # Its threads wait for each other at full speed: that took as much of the processor again as a small picture does.
    environment = {**os.environ, "MAGICK_THREAD_LIMIT": "1"}
    return subprocess.run(command, capture_output=True, timeout=_PATIENCE_S, check=False, env=environment)
