"""Large pictures are worked on in strips: the pixels are those of the whole worked on at once."""

import random

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from desktop_app.ui.background.strips import halved, picture_of

# One strip and a part of one, several and an odd row, one row, one column, a panorama of one row a strip.
_SIZES = [(40, 30), (1, 1), (7, 3), (1, 700_001), (700_001, 1), (1201, 907), (1200, 1000), (300_001, 5)]


def _noise(size: QSize) -> bytes:
    return random.Random(7).randbytes(3 * size.width() * size.height())


@pytest.mark.parametrize("size", _SIZES)
def test_a_picture_has_the_pixels_it_was_made_of(qapp, size):
    size = QSize(*size)
    rgb = _noise(size)
    whole = QImage(rgb, size.width(), size.height(), 3 * size.width(), QImage.Format.Format_RGB888)
    made = picture_of(rgb, size)
    del rgb
    assert made.format() == QImage.Format.Format_RGB32
    assert made == whole.convertToFormat(QImage.Format.Format_RGB32)


@pytest.mark.parametrize("size", [size for size in _SIZES if size[1] == 1 or size[1] % 2 == 0])
def test_a_picture_of_half_the_size_is_the_one_that_qt_makes_of_the_whole(qapp, size):
    image = picture_of(_noise(QSize(*size)), QSize(*size))
    half = QSize(max(1, size[0] // 2), max(1, size[1] // 2))
    expected = image.scaled(
        half, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    assert _differences(halved(image), expected) < 0.0001


@pytest.mark.parametrize("size", [(7, 3), (1201, 907), (1200, 2001)])
def test_an_odd_row_is_no_step_in_what_gets_brighter_downward(qapp, size):
    width, height = size
    rgb = b"".join(bytes([240 * row // height]) * 3 * width for row in range(height))
    half = halved(picture_of(rgb, QSize(width, height)))
    column = [half.pixelColor(0, row).red() for row in range(half.height())]
    assert column == sorted(column)
    assert all(
        abs(seen - 240 * (row + 0.5) / len(column)) < 2 + 240 / height for row, seen in enumerate(column)
    )


def test_what_lets_through_what_is_below_still_does(qapp):
    image = QImage(1200, 1000, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    image.setPixelColor(600, 500, Qt.GlobalColor.red)
    half = halved(image)
    assert half.pixelColor(10, 10).alpha() == 0
    assert half.pixelColor(300, 250).alpha() in {63, 64}


def _differences(one: QImage, other: QImage) -> float:
    """The share of bytes that differ; with hundreds of thousands of columns Qt reckons a few in another way."""
    assert one.size() == other.size()
    pairs = zip(bytes(one.constBits()), bytes(other.constBits()), strict=True)
    return sum(a != b for a, b in pairs) / one.sizeInBytes()
