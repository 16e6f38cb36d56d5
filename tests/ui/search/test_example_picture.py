"""The small pictures of examples."""

from pathlib import Path
from typing import cast

import pytest
from PIL import Image
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from desktop_app.library import Browsing, LibraryError, Photo, PhotoState, Region
from desktop_app.ui.search.example_picture import example_picture
from desktop_app.ui.search.token_pictures import TokenPictures
from tests.fakes import COLOURS

RIGHT = Region(50, 0, 50, 100)


@pytest.fixture
def both(tmp_path: Path) -> Path:
    """A picture whose left half is red and whose right half is blue."""
    picture = Image.new("RGB", (400, 300), COLOURS["red"])
    picture.paste(COLOURS["blue"], (200, 0, 400, 300))
    picture.save(tmp_path / "both.png")
    return tmp_path / "both.png"


class Shelf:
    """Knows one photo with a thumbnail, and can read files."""

    def __init__(self, known: Path | None, thumbnail: Path | None = None) -> None:
        self.known, self.thumb = known, thumbnail

    def photo_at(self, path: Path) -> Photo | None:
        return Photo(1, path, 1, 1, PhotoState.INDEXED) if path == self.known else None

    def thumbnail(self, _photo: Photo) -> Path | None:
        return self.thumb

    def read_photo(self, path: Path, _at_s: float | None = None) -> Image.Image:
        if not path.exists():
            raise LibraryError("The file is gone.")
        return Image.open(path).convert("RGB")


def made(shelf: Shelf, path: Path, region: Region | None = None) -> QImage:
    return example_picture(cast("Browsing", shelf), path, region)


def middle(image: QImage) -> tuple[int, int, int]:
    colour = image.pixelColor(image.width() // 2, image.height() // 2)
    return colour.red(), colour.green(), colour.blue()


def test_it_is_the_part_that_is_searched_with(both: Path) -> None:
    part = made(Shelf(None), both, RIGHT)
    assert middle(part) == COLOURS["blue"]
    assert part.height() > part.width()
    whole = made(Shelf(None), both)
    assert (whole.width(), whole.height()) == (160, 120)


def test_of_a_large_photo_a_part_is_as_sharp_and_as_exact(both: Path, tmp_path: Path) -> None:
    large = tmp_path / "large.png"
    with Image.open(both) as picture:
        picture.resize((4001, 3001), Image.Resampling.NEAREST).save(large)
    narrow = made(Shelf(None), large, Region(49, 40, 2, 10))
    assert (narrow.width(), narrow.height()) == (43, 160)
    left, right = narrow.pixelColor(8, 80), narrow.pixelColor(34, 80)
    assert (left.red(), left.blue()) == (COLOURS["red"][0], COLOURS["red"][2])
    assert (right.red(), right.blue()) == (COLOURS["blue"][0], COLOURS["blue"][2])
    whole = made(Shelf(None), large)
    assert whole.width() == 160
    assert whole.height() in {119, 120}


def test_the_thumbnail_will_do_where_the_file_is_away(both: Path, tmp_path: Path) -> None:
    away, small = tmp_path / "unplugged" / "photo.jpg", tmp_path / "small.jpg"
    with Image.open(both) as picture:
        picture.save(small, quality=100, subsampling=0)
    assert middle(made(Shelf(away, small), away, RIGHT)) == COLOURS["blue"]


def test_there_is_none_of_a_file_that_is_gone(tmp_path: Path) -> None:
    assert made(Shelf(None), tmp_path / "gone.jpg").isNull()


def test_pictures_are_asked_for_once_each_and_remembered(qtbot: QtBot) -> None:
    pictures = TokenPictures()
    wanted: list[object] = []
    pictures.wanted.connect(wanted.extend)
    whole, part = (Path("/a.jpg"), None), (Path("/a.jpg"), Region(1, 2, 3, 4))
    pictures.show_only([whole, part, whole])
    assert wanted == [whole, part]
    pictures.show_only([whole, part])
    assert wanted == [whole, part]
    with qtbot.waitSignal(pictures.came):
        pictures.take(whole, QImage(40, 30, QImage.Format.Format_RGB32))
    assert pictures.waiting() == [part]
    assert pictures.square(part, 20) is None
    pictures.take(part, QImage())
    none = pictures.square(part, 20)
    assert none is not None
    assert none.isNull()
    wanted.clear()
    pictures.show_only([whole, part])
    assert wanted == []
    # Its drive may be back.
    pictures.show_only([])
    pictures.show_only([whole, part])
    assert wanted == [part]


@pytest.mark.parametrize("size", [(400, 300), (300, 400), (300, 20), (1, 500)])
def test_a_square_is_the_middle_of_the_picture(size: tuple[int, int]) -> None:
    pictures = TokenPictures()
    picture = Image.new("RGB", size, COLOURS["red"])
    width, height = size
    picture.paste(COLOURS["blue"], (width // 3, height // 3, width - width // 3, height - height // 3))
    content = picture.tobytes()
    image = QImage(content, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
    key = (Path("/a.jpg"), None)
    pictures.take(key, image)
    square = pictures.square(key, 22)
    assert square is not None
    assert (square.width(), square.height()) == (22, 22)
    assert middle(square) == COLOURS["blue"]
    pictures.take(key, QImage())
    again = pictures.square(key, 22)
    assert again is not None
    assert again.isNull()
