"""A decoder loads what few photos need only for those: a third of its start, and 12 MB in each of them."""

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from desktop_app.library.decoding.pool import DecoderPool
from tests.pictures import save_colour

# In the order in which they are read: names of files, and whether numpy is loaded afterwards.
_READ = """
import sys
from pathlib import Path
from desktop_app.library.decoding import worker
from desktop_app.library.media.pictures.decode import decode
loaded = []
for name in sys.argv[1:]:
    decode(Path(name).read_bytes(), least_px=64)
    loaded.append("numpy" in sys.modules)
print(loaded)
"""


def _adobe(picture: Image.Image) -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA001] = 2
    return _saved(picture, "JPEG", exif=exif)


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def _deep(_picture: Image.Image) -> bytes:
    return _saved(Image.new("I;16", (96, 64), 40_000), "PNG")


def test_what_most_photos_are_is_decoded_without_numpy(tmp_path: Path) -> None:
    names = [
        str(save_colour(tmp_path / f"photo.{suffix}", "red"))
        for suffix in ("jpg", "png", "webp", "avif", "tif")
    ]
    cut = tmp_path / "cut.jpg"
    whole = _saved(Image.effect_noise((640, 480), 90).convert("RGB"), "JPEG")
    cut.write_bytes(whole[: len(whole) * 3 // 4])
    deep = tmp_path / "deep.png"
    deep.write_bytes(_deep(Image.new("RGB", (1, 1))))
    files = [*names, str(cut), str(deep)]
    said = subprocess.run(
        [sys.executable, "-c", _READ, *files], capture_output=True, text=True, check=True, timeout=120
    ).stdout
    assert said.strip() == str([False] * (len(files) - 1) + [True])


@pytest.mark.parametrize("make", [_deep, _adobe])
def test_what_is_loaded_late_can_be_loaded_behind_the_walls(
    decoders: DecoderPool, tmp_path: Path, make: Callable[[Image.Image], bytes]
) -> None:
    photo = tmp_path / "photo"
    photo.write_bytes(make(Image.new("RGB", (96, 64), (40, 160, 90))))
    reading = decoders.read(photo, 64)
    assert reading.problem is None
    assert reading.picture().size == (96, 64)
