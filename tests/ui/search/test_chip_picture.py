"""The small pictures on chips."""

from pathlib import Path
from typing import cast

import pytest
from PIL import Image
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from desktop_app.library import Browsing, LibraryError, Photo, PhotoState, Region, parse
from desktop_app.ui.search.chip_picture import HEIGHT_PX, ChipPicture, chip_picture
from desktop_app.ui.search.chips import QueryStrip
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
    return chip_picture(cast("Browsing", shelf), path, region)


def middle(image: QImage) -> tuple[int, int, int]:
    colour = image.pixelColor(image.width() // 2, image.height() // 2)
    return colour.red(), colour.green(), colour.blue()


def test_it_is_the_part_that_is_searched_with(both: Path) -> None:
    part = made(Shelf(None), both, RIGHT)
    assert middle(part) == COLOURS["blue"]
    assert part.height() > part.width()
    whole = made(Shelf(None), both)
    assert (whole.width(), whole.height()) == (156, 117)


def test_the_thumbnail_will_do_where_the_file_is_away(both: Path, tmp_path: Path) -> None:
    away, small = tmp_path / "unplugged" / "photo.jpg", tmp_path / "small.jpg"
    with Image.open(both) as picture:
        picture.save(small, quality=100, subsampling=0)
    assert middle(made(Shelf(away, small), away, RIGHT)) == COLOURS["blue"]


def test_there_is_none_of_a_file_that_is_gone(tmp_path: Path) -> None:
    assert made(Shelf(None), tmp_path / "gone.jpg").isNull()


@pytest.mark.parametrize(
    ("size", "width"), [((100, 100), 26), ((200, 100), 52), ((900, 100), 52), ((10, 100), 13)]
)
def test_its_width_follows_the_picture(qtbot: QtBot, size: tuple[int, int], width: int) -> None:
    picture = ChipPicture()
    qtbot.addWidget(picture)
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(0xFF1EB428)
    picture.show_image(image)
    assert (picture.width(), picture.height()) == (width, HEIGHT_PX)
    seen = picture.grab().toImage()
    assert seen.pixelColor(seen.width() // 2, seen.height() // 2).name() == "#1eb428"
    picture.show_image(QImage())
    assert not picture.grab().isNull()


def test_chips_ask_for_each_picture_once_and_remember_it(qtbot: QtBot) -> None:
    strip = QueryStrip()
    qtbot.addWidget(strip)
    wanted: list[object] = []
    strip.pictures_wanted.connect(wanted.extend)
    text = "photo:/a.jpg photo:/a.jpg#1,2,3,4 like:/a.jpg type:png"
    strip.show_query(parse(text))
    a = Path("/a.jpg")
    assert wanted == [(a, None), (a, Region(1, 2, 3, 4))]
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    strip.show_picture((a, None), image)
    strip.show_picture((a, Region(1, 2, 3, 4)), QImage())
    pictures = [chip.findChild(ChipPicture) for chip in strip.chips()]
    assert [one is not None and not one.isHidden() for one in pictures] == [True, False, True, False]
    wanted.clear()
    strip.show_query(parse(f"{text} dog"))
    assert wanted == []
    pictures = [chip.findChild(ChipPicture) for chip in strip.chips()]
    assert [one is not None and not one.isHidden() for one in pictures] == [True, False, True, False]
