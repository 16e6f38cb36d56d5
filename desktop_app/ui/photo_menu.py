"""The menu of a photo and the picture below the pointer while photos are dragged."""

import sys
from collections.abc import Callable

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QAction, QColor, QImage, QKeySequence, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.ui import icons, theme

_DRAGGED_PX = 112


def reveal_words() -> str:
    """Return what showing a file in its folder is called on this system."""
    if sys.platform == "darwin":
        return "Show in Finder"
    if sys.platform == "win32":
        return "Show in Explorer"
    return "Show in folder"


def photo_menu(
    parent: QWidget,
    *,
    count: int,
    open_: Callable[[], None],
    preview: Callable[[], None],
    similar: Callable[[], None],
    reveal: Callable[[], None],
    copy: Callable[[], None],
    copy_path: Callable[[], None],
) -> QMenu:
    """Return the menu of one photo; `count` is how many are selected and would be copied."""
    menu = QMenu(parent)
    many = count > 1

    def add(text: str, icon: str, run: Callable[[], None], keys: str = "") -> QAction:
        action = menu.addAction(text)
        icons.set_icon(action, icon)
        # Shown only: the view hears these keys itself.
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(run)
        return action

    add("Preview", "image", preview, "Space")
    add("Open", "external", open_, "Return")
    menu.addSeparator()
    add("Find similar photos", "sparkles", similar)
    menu.addSeparator()
    add(reveal_words(), "folder", reveal)
    add(f"Copy {count:,} photos" if many else "Copy photo", "copy", copy, "Ctrl+C")
    add(f"Copy {count:,} paths" if many else "Copy path", "text", copy_path, "Ctrl+Shift+C")
    return menu


def drag_picture(image: QImage | None, count: int, scale: float) -> QPixmap:
    """Return a small picture of what is dragged, with the number of photos where there are several."""
    side = round(_DRAGGED_PX * scale)
    if image is None or image.isNull():
        picture = QPixmap(icons.pixmap("image", _DRAGGED_PX // 2, "subtle", scale))
    else:
        smooth = Qt.TransformationMode.SmoothTransformation
        small = image.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio, smooth)
        picture = QPixmap.fromImage(small)
        picture.setDevicePixelRatio(scale)
    if count > 1:
        _paint_count(picture, count)
    return picture


def _paint_count(picture: QPixmap, count: int) -> None:
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    text = f"{count:,}"
    width = max(24, painter.fontMetrics().horizontalAdvance(text) + 14)
    bubble = QRect(round(picture.deviceIndependentSize().width()) - width - 4, 4, width, 24)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.accent())
    painter.drawRoundedRect(bubble, 12, 12)
    painter.setPen(QColor(theme.colours().on_accent))
    painter.drawText(bubble, Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
