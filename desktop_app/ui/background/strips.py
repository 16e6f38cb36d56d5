"""Works on large pictures strip by strip, so that other threads have their turn in between.

Qt's bindings hold the interpreter's lock for the whole of a call: of a photo of 24 megapixels a copy, a conversion and a
picture of half the size held it for 25 to 110 ms each, in which the window answered nothing. A strip takes 1 to 2 ms. The
pixels are the same.
"""

import time
from collections.abc import Callable, Iterator
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter

_STRIP_BYTES: Final = 2**20
# A thread that goes on at once mostly has the lock again before whoever waits for it has woken up, seen for 80 ms on end.
_BREATH_S: Final = 0.0001
_RGB: Final = QImage.Format.Format_RGB888


def picture_of(rgb: bytes, size: QSize) -> QImage:
    """Return a picture that owns its pixels, in the form that is painted quickest. Any thread.

    Args:
        rgb: ``height × width × 3`` bytes of sRGB, row by row.
        size: Width and height.
    """
    line = 3 * size.width()
    source = memoryview(rgb)

    def strip(top: int, rows: int) -> QImage:
        return QImage(source[top * line : (top + rows) * line], size.width(), rows, line, _RGB)

    return _painted(size, QImage.Format.Format_RGB32, line, strip)


def halved(image: QImage) -> QImage:
    """Return a picture of half the width and height, rounded down, each pixel the mean of four. Any thread."""
    width, line = image.width(), image.bytesPerLine()
    half = QSize(max(1, width // 2), max(1, image.height() // 2))
    source = image.constBits()

    def strip(top: int, rows: int) -> QImage:
        # The last one takes the odd row too.
        end = image.height() if top + rows == half.height() else 2 * (top + rows)
        part = source[2 * top * line : end * line]
        whole = QImage(part, width, end - 2 * top, line, image.format())
        return whole.scaled(
            QSize(half.width(), rows),
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )

    return _painted(half, image.format(), 2 * line, strip)


def _painted(size: QSize, form: QImage.Format, line: int, strip: Callable[[int, int], QImage]) -> QImage:
    """Return a picture put together from strips, each made of so many bytes a row."""
    image = QImage(size, form)
    painter = QPainter(image)
    # Whatever is there is replaced, what lets through what lies below included.
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    for top, rows in _strips(size.height(), max(1, _STRIP_BYTES // line)):
        painter.drawImage(0, top, strip(top, rows))
        time.sleep(_BREATH_S)
    painter.end()
    return image


def _strips(height: int, rows: int) -> Iterator[tuple[int, int]]:
    for top in range(0, height, rows):
        yield top, min(rows, height - top)
