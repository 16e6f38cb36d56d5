"""Reads pictures with ImageMagick, which shares no decoder of ours for TIFF: a second opinion on what a file shows."""

import io
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

_SIDE = 24
_PATIENCE_S = 120


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


def opinion(command: str, path: Path) -> NDArray[np.int64] | None:
    """Return a small copy of what ImageMagick sees, ``(24, 24, 3)``, colour profiles not applied; None for nothing."""
    first = f"{path}[0]"
    space = _run(command, first, "-format", "%[colorspace]", "info:").stdout
    # ImageMagick 6 brightens grey pictures in converting them.
    colours = ("-set", "colorspace", "sRGB") if b"Gray" in space else ("-colorspace", "sRGB")
    over_white = ("-background", "white", "-alpha", "remove", "-alpha", "off")
    told = _run(
        command, first, "-auto-orient", *colours, *over_white, "-type", "TrueColor", "-depth", "8", "ppm:-"
    )
    if told.returncode or not told.stdout.startswith(b"P6"):
        return None
    return small(Image.open(io.BytesIO(told.stdout)))


def small(picture: Image.Image) -> NDArray[np.int64]:
    """Return a small copy of an RGB picture, ``(24, 24, 3)``."""
    return np.asarray(picture.resize((_SIDE, _SIDE), Image.Resampling.BOX)).astype(np.int64)


def _run(*command: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, capture_output=True, timeout=_PATIENCE_S, check=False)
