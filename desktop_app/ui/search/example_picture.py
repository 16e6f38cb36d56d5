"""The small picture of an example: a photo, or the rectangle of it that is searched with."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage

from desktop_app.library import LibraryError, Region, UnreadablePhotoError
from desktop_app.ui.background.pictures import whole_picture
from desktop_app.ui.background.strips import halved
from desktop_app.ui.background.thumbnail_loader import read_thumbnail

if TYPE_CHECKING:
    from desktop_app.library import Browsing

log = logging.getLogger(__name__)

# A square of 64 pixels, from a picture up to two and a half times as long as high, is sharp on a screen of any scale.
_STORED_PX: Final = 160


def example_picture(browsing: "Browsing", path: Path, region: Region | None) -> QImage:
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
    if image.isNull():
        return image
    # A whole photo is made smaller in strips first, as far as its part stays sharp.
    while min(image.width(), image.height()) > 1 and _longest(_part(image, region)) > 2 * _STORED_PX:
        image = halved(image)
    if region is not None:
        image = image.copy(_part(image, region))
    if max(image.width(), image.height()) > _STORED_PX:
        fit = QSize(_STORED_PX, _STORED_PX)
        smooth = Qt.TransformationMode.SmoothTransformation
        image = image.scaled(fit, Qt.AspectRatioMode.KeepAspectRatio, smooth)
    return image


def _part(image: QImage, region: Region | None) -> QRect:
    if region is None:
        return image.rect()
    left, upper, right, lower = region.box(image.width(), image.height())
    return QRect(left, upper, right - left, lower - upper)


def _longest(part: QRect) -> int:
    return max(part.width(), part.height())
