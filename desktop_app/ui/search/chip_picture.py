"""The small picture on a chip: a photo, or the rectangle of it that is searched with."""

import logging
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QImage, QPainter, QPaintEvent, QTransform
from PySide6.QtWidgets import QWidget

from desktop_app.library import Browsing, LibraryError, Region, UnreadablePhotoError
from desktop_app.ui.background.pictures import whole_picture
from desktop_app.ui.background.thumbnail_loader import read_thumbnail

log = logging.getLogger(__name__)

HEIGHT_PX: Final = 26
_MOST_WIDTH_PX: Final = 52
_ROUND_PX: Final = 4
# Sharp on a screen of any scale.
_STORED_PX: Final = 3 * _MOST_WIDTH_PX


class ChipPicture(QWidget):
    """Shows a picture at the height of a chip; a wide one is cut at its ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self.setFixedSize(0, HEIGHT_PX)

    def show_image(self, image: QImage) -> None:
        """Show this picture; a null one takes no room."""
        self._image = image
        ratio = image.width() / image.height() if image.height() else 0
        self.setFixedSize(min(_MOST_WIDTH_PX, round(max(HEIGHT_PX / 2, HEIGHT_PX * ratio))), HEIGHT_PX)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Fill the room with the middle of the picture."""
        if self._image.isNull():
            return
        scale = max(self.width() / self._image.width(), self.height() / self._image.height())
        corner = QPointF(
            (self.width() - self._image.width() * scale) / 2,
            (self.height() - self._image.height() * scale) / 2,
        )
        brush = QBrush(self._image)
        brush.setTransform(QTransform.fromTranslate(corner.x(), corner.y()).scale(scale, scale))
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush)
        painter.drawRoundedRect(QRectF(self.rect()), _ROUND_PX, _ROUND_PX)
        painter.end()


def chip_picture(browsing: Browsing, path: Path, region: Region | None) -> QImage:
    """Return a photo, or a part of it, small; null where it cannot be shown. For a thread that may wait.

    The thumbnail will do where there is one: also for a photo whose drive is not connected.
    """
    try:
        photo = browsing.photo_at(path)
        small = browsing.thumbnail(photo) if photo is not None else None
        image = read_thumbnail(small) if small is not None else whole_picture(browsing, path)
    except (LibraryError, UnreadablePhotoError) as error:
        log.info("no picture of %s: %s", path, error)
        return QImage()
    if region is not None and not image.isNull():
        left, upper, right, lower = region.box(image.width(), image.height())
        image = image.copy(left, upper, right - left, lower - upper)
    if max(image.width(), image.height()) > _STORED_PX:
        fit = QSize(_STORED_PX, _STORED_PX)
        smooth = Qt.TransformationMode.SmoothTransformation
        image = image.scaled(fit, Qt.AspectRatioMode.KeepAspectRatio, smooth)
    return image
