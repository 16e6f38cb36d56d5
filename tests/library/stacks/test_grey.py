"""What is compared of a thumbnail is what a person sees of it, without its colours."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop_app.library.errors import UnreadablePhotoError
from desktop_app.library.media.pictures.decode import decode
from desktop_app.library.stacks.grey import grey_of
from desktop_app.library.thumbnails import ThumbnailStore
from tests.library.media.pictures.samples import encoded
from tests.library.media.test_looks import scene


def furthest(content: bytes) -> float:
    """Return by how many steps the grey picture differs from the decoded one, at 99 of 100 places."""
    seen = np.asarray(decode(content, least_px=512).picture.convert("L"), dtype=float)
    return float(np.quantile(np.abs(np.asarray(grey_of(content), dtype=float) - seen), 0.99))


def test_a_thumbnail_s_brightness_is_what_is_seen(tmp_path: Path) -> None:
    store = ThumbnailStore(tmp_path)
    store.write("abc", scene(1))
    assert furthest(store.read("abc")) <= 1


def turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(scene(1), "JPEG", exif=exif.tobytes())


@pytest.mark.parametrize(
    "content",
    [turned(), encoded(scene(1).convert("CMYK"), "JPEG"), encoded(scene(1), "PNG")],
    ids=["turned", "of four inks", "no JPEG"],
)
def test_what_is_no_plain_thumbnail_is_decoded_like_a_photo(content: bytes) -> None:
    assert furthest(content) == 0


def test_half_a_thumbnail_is_mended_or_cannot_be_read() -> None:
    whole = encoded(scene(1), "JPEG")
    assert furthest(whole[: len(whole) * 9 // 10]) == 0
    with pytest.raises(UnreadablePhotoError):
        grey_of(b"\xff\xd8 no picture \xff\xd9")
