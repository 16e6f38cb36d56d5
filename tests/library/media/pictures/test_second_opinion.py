"""Every kind of picture shows what ImageMagick sees in it, or is refused: never garbage without an error."""

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library.errors import UnreadablePhotoError
from desktop_app.library.media.formats import RAW_SUFFIXES, VIDEO_SUFFIXES
from desktop_app.library.media.pictures.decode import can_open, decode
from tests.library.media.pictures.imagemagick import Small, imagemagick, made, opinions, small
from tests.library.media.pictures.samples import detailed

# Of 255, in the middle over all pixels of small copies; decoders of HEIF differ by 0.6.
_NEAR = 1.5
_WHOLE_PX = 1_000_000

_KINDS: dict[str, tuple[str, ...]] = {
    "rgb": (),
    "grey": ("-colorspace", "Gray"),
    "cmyk": ("-colorspace", "CMYK"),
    "transparent": ("-alpha", "set", "-channel", "A", "-evaluate", "set", "70%", "+channel"),
    "tiles": ("-define", "tiff:tile-geometry=32x16"),
    "strips": ("-define", "tiff:rows-per-strip=7"),
    "white is zero": ("-colorspace", "Gray", "-define", "quantum:polarity=min-is-white"),
    "bits turned": ("-define", "tiff:fill-order=lsb"),
    "differences": ("-define", "tiff:predictor=2"),
    "turned": ("-orient", "RightTop"),
    "palette": ("-colors", "200", "-type", "Palette"),
}
# ImageMagick 6 shows negatives of these; by TIFF 6.0, page 37, the lowest number is white.
_WRONG_THERE = {("white is zero", "4")}


def _variants() -> Iterator[tuple[str, list[str]]]:
    """Yield names and options of TIFFs."""
    choices = itertools.product(
        _KINDS, ("8", "16", "32", "4"), ("none", "lzw", "zip"), ("LSB", "MSB"), ("none", "plane")
    )
    for kind, depth, packed, order, planes in choices:
        if (kind == "differences" and packed == "none") or (kind, depth) in _WRONG_THERE:
            continue
        options = ["-depth", depth, "-endian", order, "-interlace", planes, "-compress", packed]
        yield f"{kind}-{depth}-{packed}-{order}-{planes}", [*_KINDS[kind], *options]


def _opinions_of_many(command: str, paths: Sequence[Path]) -> Iterator[Small | None]:
    """Yield what ImageMagick sees, a few files at a time: one that it cannot read has all of its group asked for singly."""
    for start in range(0, len(paths), 8):
        yield from opinions(command, paths[start : start + 8])


@pytest.mark.slow
def test_tiffs_of_every_kind_show_what_imagemagick_sees(tmp_path: Path) -> None:
    command = imagemagick()
    source = tmp_path / "source.png"
    detailed((72, 48)).save(source)
    wanted = {tmp_path / f"{name}.tif": options for name, options in _variants()}
    paths = [path for path, options in wanted.items() if made(command, source, path, *options)]
    wrong, shown = [], 0
    for path, seen in zip(paths, _opinions_of_many(command, paths), strict=True):
        if seen is None:
            continue
        try:
            decoded = decode(path.read_bytes(), least_px=_WHOLE_PX)
        except UnreadablePhotoError:
            continue
        shown += 1
        if np.abs(small(decoded.picture) - seen).mean() > _NEAR:
            wrong.append(path.stem)
    assert wrong == []
    assert shown > 150


@pytest.mark.slow
def test_real_photos_of_every_format_show_what_imagemagick_sees(shared_photos: Path) -> None:
    command = imagemagick()
    wrong, compared = {}, 0
    for path in sorted(shared_photos.rglob("*.*")):
        suffix = path.suffix.lower()
        if suffix in RAW_SUFFIXES | VIDEO_SUFFIXES or not can_open(suffix):
            continue
        (seen,) = opinions(command, [path])
        if seen is None:
            # It has no decoder of JPEG XL everywhere.
            continue
        compared += 1
        # Profiles and high dynamic range are applied for people alone.
        difference = np.abs(small(decode(path.read_bytes(), least_px=_WHOLE_PX).stored) - seen).mean()
        if difference > _NEAR:
            wrong[path.name] = difference
    assert wrong == {}
    assert compared > 30
