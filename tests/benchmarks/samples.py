"""Makes photos as heavy to decode as a camera's, and changes them so that they count as new."""

import hashlib
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

# As many pictures are drawn, for drawing 12 million pixels takes most of a second. The files differ in a quantisation
# table that nothing uses: it is part of how pixels are stored, so that no two files count as the same picture.
_PICTURES = 12
_START = b"\xff\xd8"
_TABLE = b"\xff\xdb\x00\x43\x03"


def make_photos(folder: Path, count: int, size_px: tuple[int, int], pictures: int = _PICTURES) -> list[Path]:
    """Write JPEGs of smooth shapes, fine texture and sensor noise: quality 90, 4:2:0, 3 to 4 MB at 12 megapixels.

    Every file has other pixels, as far as the library can tell; so many `pictures` look different. Files that are
    there already are left.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"IMG_{number:04d}.jpg" for number in range(count)]
    missing = [number for number, path in enumerate(paths) if not path.exists()]
    base: Image.Image | None = None
    # Those of one base stand together, so that only one is held at a time.
    for seed in sorted({number % pictures for number in missing}, key=lambda seed: (seed % _PICTURES, seed)):
        if base is None or seed < _PICTURES:
            base = _drawn(seed % _PICTURES, size_px)
        content = _encoded(_varied(base, seed // _PICTURES), seed)
        for number in missing:
            if number % pictures == seed:
                paths[number].write_bytes(_with_table(content, f"photo {number}"))
    return paths


def change_photos(paths: list[Path], turn: int) -> None:
    """Make another picture of every file, so that it is read, decoded and embedded once more."""
    for path in paths:
        path.write_bytes(_with_table(path.read_bytes(), f"turn {turn}"))


def _drawn(seed: int, size_px: tuple[int, int]) -> Image.Image:
    rng = np.random.default_rng(seed)
    width, height = size_px
    shapes = rng.integers(0, 256, (6, 8, 3), dtype=np.uint8)
    texture = rng.integers(96, 160, (height // 8, width // 8, 3), dtype=np.uint8)
    picture = Image.blend(
        Image.fromarray(shapes).resize(size_px, Image.Resampling.BICUBIC),
        Image.fromarray(texture).resize(size_px, Image.Resampling.BICUBIC),
        0.35,
    )
    noise = Image.effect_noise(size_px, 12)
    return Image.blend(picture, Image.merge("RGB", (noise, noise, noise)), 0.5)


def _varied(base: Image.Image, turn: int) -> Image.Image:
    """Return a picture of the same parts in other places and colours, which takes a tenth of drawing one."""
    if turn == 0:
        return base
    rng = np.random.default_rng(turn)
    pixels = np.roll(np.asarray(base), rng.integers(0, min(base.size), 2).tolist(), (0, 1))
    return Image.fromarray(np.ascontiguousarray(pixels[..., rng.permutation(3)]))


def _encoded(picture: Image.Image, seed: int) -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Vislumbre", "Benchmark"
    exif[0x0132] = f"2024:05:{1 + seed % 28:02d} 12:00:00"
    # Every third picture was taken upright.
    exif[0x0112] = 6 if seed % 3 == 0 else 1
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=90, exif=exif)
    return buffer.getvalue()


def _with_table(content: bytes, text: str) -> bytes:
    # 64 numbers from 1 to 255.
    numbers = bytes(max(1, byte) for byte in hashlib.sha512(text.encode()).digest())
    return _START + _TABLE + numbers + content.removeprefix(_START)
