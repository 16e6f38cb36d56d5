"""Draws the program's icon in the sizes and formats of each system, from resources/icons/vislumbre.svg.

``python -m steps.icons`` in the environment of the build, for it takes Qt and Pillow.
"""

import os
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from steps import project

if TYPE_CHECKING:
    from PIL import Image

SOURCE = project.ROOT / "resources" / "icons" / "vislumbre.svg"
FOLDER = project.BUILD / "icons"
_WINDOWS_PX = (16, 20, 24, 32, 40, 48, 64, 128, 256)
_MACOS_PX = 1024


def draw(folder: Path = FOLDER) -> None:
    """Write the icons of Windows (`.ico`) and macOS (`.icns`) into a folder."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    app = QGuiApplication([])
    folder.mkdir(parents=True, exist_ok=True)
    largest = drawn(_WINDOWS_PX[-1])
    sides = [drawn(side) for side in _WINDOWS_PX[:-1]]
    largest.save(
        folder / f"{project.NAME}.ico", sizes=[(side, side) for side in _WINDOWS_PX], append_images=sides
    )
    # macOS draws nothing around an icon: a tenth is left free on each side, as its own have it.
    drawn(_MACOS_PX, margin=_MACOS_PX // 10).save(folder / f"{project.NAME}.icns")
    app.quit()


def drawn(side_px: int, *, margin: int = 0) -> "Image.Image":
    """Return the icon as a square picture of Pillow; a QGuiApplication must be there."""
    from PIL import Image
    from PySide6.QtCore import QBuffer, QRectF, Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    picture = QImage(side_px, side_px, QImage.Format.Format_ARGB32)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    inner = side_px - 2 * margin
    QSvgRenderer(str(SOURCE)).render(painter, QRectF(margin, margin, inner, inner))
    painter.end()
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    image = Image.open(BytesIO(bytes(buffer.data().data())))
    image.load()
    return image


if __name__ == "__main__":
    draw()
