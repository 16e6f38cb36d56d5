"""The menu of a photo and the picture below the pointer while photos are dragged."""

import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QAction, QColor, QImage, QKeySequence, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.ui.look import icons, theme

_DRAGGED_PX = 112
_SIMILAR = "similar"
# As help calls it. Qt writes "Return" for that key, but on a Mac, where both have signs of their own.
_ENTER = "Return" if sys.platform == "darwin" else "Enter"


def reveal_words() -> str:
    """Return what showing a file in its folder is called on this system."""
    return {"darwin": "Show in Finder", "win32": "Show in Explorer"}.get(sys.platform, "Show in folder")


class MenuLine(NamedTuple):
    """One more line of the menu.

    Attributes:
        text: What it says.
        icon: The drawing before that.
        run: What it does.
        keys: Keys that do the same, to be shown.
    """

    text: str
    icon: str
    run: Callable[[], None]
    keys: str = ""


def photo_menu(
    parent: QWidget,
    *,
    count: int,
    open_: Callable[[], None],
    preview: Callable[[], None] | None,
    similar: Callable[[], None] | None,
    reveal: Callable[[], None],
    copy: Callable[[], None],
    copy_path: Callable[[], None],
    more: Sequence[MenuLine] = (),
    noun: str = "photo",
    plays: bool = False,
) -> QMenu:
    """Return the menu of one photo or video.

    Args:
        parent: Owner.
        count: How many are selected and would be copied.
        open_: Opens it in the system's application for it.
        preview: Shows it large; None where it is large already.
        similar: Looks for photos like it; None where nothing can be compared with it.
        reveal: Shows it in its folder.
        copy: Copies the files.
        copy_path: Copies their paths.
        more: What comes last.
        noun: What is selected: "photo", "video", or "file" where there are both.
        plays: Whether it is a video.
    """
    menu = QMenu(parent)
    many = count > 1

    def add(text: str, icon: str, run: Callable[[], None], keys: str = "") -> QAction:
        action = menu.addAction(text)
        icons.set_icon(action, icon)
        # Shown only: the view hears these keys itself.
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(run)
        return action

    if preview is not None:
        add("Preview", "image", preview, "Space")
    add("Play" if plays else "Open", "play" if plays else "external", open_, _ENTER)
    menu.addSeparator()
    if similar is not None:
        # Of several the key looks for those like all of them, which is a line of its own.
        add("Find similar photos", "sparkles", similar, "" if many else "M").setObjectName(_SIMILAR)
        menu.addSeparator()
    add(reveal_words(), "folder", reveal)
    add(f"Copy {count:,} {noun}s" if many else f"Copy {noun}", "copy", copy, "Ctrl+C")
    add(f"Copy {count:,} paths" if many else "Copy path", "text", copy_path, "Ctrl+Shift+C")
    if more:
        menu.addSeparator()
    for line in more:
        add(line.text, line.icon, line.run, line.keys)
    return menu


def add_below_similar(menu: QMenu, lines: Sequence[MenuLine]) -> None:
    """Put lines below the one that looks for similar photos; at the end of a menu that has none."""
    actions = menu.actions()
    place = next((at for at, action in enumerate(actions) if action.objectName() == _SIMILAR), len(actions))
    after = actions[place + 1 :]
    for line in lines:
        action = QAction(line.text, menu)
        icons.set_icon(action, line.icon)
        action.setShortcut(QKeySequence(line.keys))
        action.triggered.connect(line.run)
        if after:
            menu.insertAction(after[0], action)
        else:
            menu.addAction(action)


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
