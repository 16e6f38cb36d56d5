"""Copies agree in every detail; what only has the same layout does not."""

import io
import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFont

from desktop_app.library.media.flatness import is_flat
from desktop_app.library.stacks import detail
from desktop_app.library.stacks.detail import agree
from desktop_app.library.thumbnails import ThumbnailStore
from tests.library.media.pictures.samples import encoded
from tests.library.media.test_looks import scene
from tests.library.stacks.drawn import LAYOUTS, number, page


@pytest.fixture
def seen(tmp_path: Path) -> Callable[[Image.Image], detail.Seen]:
    """Return what is compared of a picture: its thumbnail, grey."""
    store = ThumbnailStore(tmp_path)

    def seen(picture: Image.Image) -> detail.Seen:
        with Image.open(store.write("abc", picture)) as thumbnail:
            return detail.seen(thumbnail.convert("L"))

    return seen


Seen = Callable[[Image.Image], detail.Seen]


def smaller(picture: Image.Image, scale: float) -> Image.Image:
    size = (round(picture.width * scale), round(picture.height * scale))
    return picture.resize(size, Image.Resampling.LANCZOS)


def poor(picture: Image.Image, quality: int) -> Image.Image:
    return Image.open(io.BytesIO(encoded(picture, "JPEG", quality=quality))).convert("RGB")


def cut(picture: Image.Image, share: float) -> Image.Image:
    across, down = round(picture.width * share / 2), round(picture.height * share / 2)
    return picture.crop((across, down, picture.width - across, picture.height - down))


COPIES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "half": lambda picture: smaller(picture, 0.5),
    "a quarter": lambda picture: smaller(picture, 0.25),
    "quality 60": lambda picture: poor(picture, 60),
    "quality 30": lambda picture: poor(picture, 30),
    "half, quality 50": lambda picture: poor(smaller(picture, 0.5), 50),
    "brighter": lambda picture: ImageEnhance.Brightness(picture).enhance(1.15),
    "grey": lambda picture: picture.convert("L").convert("RGB"),
}
CUT: dict[str, Callable[[Image.Image], Image.Image]] = {
    "cut by 2 %": lambda picture: cut(picture, 0.02),
    "cut by 5 %": lambda picture: cut(picture, 0.05),
}


def busy(seed: int) -> Image.Image:
    """Patches of light and shade with fine grain over them."""
    picture = np.asarray(scene(seed, (900, 600)), dtype=np.float64)
    grain = np.asarray(scene(seed + 50, (900, 600)).resize((90, 60)).resize((900, 600)), dtype=np.float64)
    return Image.fromarray(np.clip(picture * 0.7 + grain * 0.3, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("made", [*COPIES, *CUT])
@pytest.mark.parametrize("seed", range(3))
def test_copies_of_a_photo_agree(seen: Seen, made: str, seed: int) -> None:
    picture = busy(seed)
    assert agree(seen(picture), seen((COPIES | CUT)[made](picture)))


@pytest.mark.parametrize("made", ["half", "quality 60", "quality 30", "brighter"])
@pytest.mark.parametrize("layout", ["number", "page"])
def test_copies_of_a_page_agree(seen: Seen, made: str, layout: str) -> None:
    picture = LAYOUTS[layout](1)
    assert agree(seen(picture), seen(COPIES[made](picture)))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_pictures_of_one_layout_do_not_agree(seen: Seen, layout: str) -> None:
    greys = [seen(LAYOUTS[layout](seed)) for seed in range(8)]
    assert not any(agree(one, other) for one, other in itertools.combinations(greys, 2))


@pytest.mark.parametrize("made", COPIES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_nor_does_a_copy_of_another_one(seen: Seen, layout: str, made: str) -> None:
    assert not agree(seen(LAYOUTS[layout](1)), seen(COPIES[made](LAYOUTS[layout](2))))


@pytest.mark.parametrize("line", [0, 7, 20, 34])
@pytest.mark.parametrize("made", [None, "half", "quality 30"])
def test_one_word_tells_two_pages_apart(seen: Seen, line: int, made: str | None) -> None:
    other = page(1, changed=line)
    assert not agree(seen(page(1)), seen(COPIES[made](other) if made else other))


def test_one_digit_tells_two_photos_apart(seen: Seen) -> None:
    """A label in a photo of something else."""
    photos = []
    for digit in "38":
        photo = busy(1)
        ImageDraw.Draw(photo).text((450, 300), f"10{digit}", "black", ImageFont.load_default(60), anchor="mm")
        photos.append(seen(photo))
    assert not agree(*photos)


def test_different_photos_do_not_agree(seen: Seen) -> None:
    greys = [seen(busy(seed)) for seed in range(6)]
    assert not any(agree(one, other) for one, other in itertools.combinations(greys, 2))


def test_tiny_and_long_pictures_are_told_apart_or_not_without_an_error(seen: Seen) -> None:
    sizes = [(1, 1), (3, 400), (400, 3), (16, 16), (40, 20), (512, 17), (512, 512)]
    greys = [seen(scene(1, size)) for size in sizes]
    for one, other in itertools.product(greys, repeat=2):
        assert agree(one, other) in {True, False}
    assert agree(greys[-1], greys[-1])
    assert not agree(greys[0], greys[0])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_drawings_and_pages_are_flat(seen: Seen, layout: str) -> None:
    for picture in (LAYOUTS[layout](1), smaller(LAYOUTS[layout](1), 0.1)):
        assert seen(picture).is_flat
        assert is_flat(picture), "as the photo is before it becomes a thumbnail"


def test_a_page_in_uneven_light_is_flat(seen: Seen) -> None:
    light = Image.linear_gradient("L").resize((600, 400)).point(lambda value: 120 + value // 2)
    lit = Image.composite(number(1), Image.new("RGB", (600, 400)), light)
    assert seen(lit).is_flat
    assert is_flat(lit)


def test_photos_are_not_flat(seen: Seen) -> None:
    assert not any(seen(busy(seed)).is_flat or is_flat(busy(seed)) for seed in range(4))


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3, 3), (4, 5)])
def test_what_is_too_small_to_show_anything_is_flat(size: tuple[int, int]) -> None:
    assert is_flat(Image.new("RGB", size, "red"))
