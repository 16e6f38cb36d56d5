"""The application's mark as the files that Windows and macOS want, drawn from the one SVG."""

from pathlib import Path

from PIL import Image
from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from steps import project

FOLDER = project.BUILD / "icons"
ICO = FOLDER / f"{project.NAME}.ico"
ICNS = FOLDER / f"{project.NAME}.icns"
MARK = project.ROOT / "resources" / "icons" / f"{project.NAME}.svg"
_ICO_PX = (16, 20, 24, 32, 40, 48, 64, 96, 128, 256)
_ICNS_PX = 1024
# What NSIS shows beside the words of the first and the last page; Windows stretches it on fine screens.
_SIDE_PX = (328, 628)
_SIDE_GROUND = (238, 241, 241)
# Apple's grid: a mark fills 824 of 1024, and has air around it; ours has a little of its own, 16 of 256.
_APPLE_SHARE = 824 / 1024 * 256 / 240


def run() -> None:
    """Draw the icons of the executables, where PyInstaller looks for them."""
    write_ico(ICO)
    write_icns(ICNS)


def drawn(side_px: int) -> Image.Image:
    """Return the mark as a square picture with alpha."""
    image = QImage(side_px, side_px, QImage.Format.Format_RGBA8888)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(MARK.read_bytes())).render(painter, QRectF(0, 0, side_px, side_px))
    painter.end()
    return Image.frombytes("RGBA", (side_px, side_px), bytes(image.constBits()))


def write_ico(path: Path) -> None:
    """Write an icon of Windows, each size drawn by itself."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pictures = [drawn(side) for side in _ICO_PX]
    pictures[-1].save(path, sizes=[picture.size for picture in pictures], append_images=pictures[:-1])


def write_icns(path: Path) -> None:
    """Write an icon of macOS, with the air around it that marks have there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    inner = round(_ICNS_PX * _APPLE_SHARE)
    picture = Image.new("RGBA", (_ICNS_PX, _ICNS_PX))
    edge = (_ICNS_PX - inner) // 2
    picture.paste(drawn(inner), (edge, edge))
    picture.save(path)


def write_side(path: Path) -> None:
    """Write the picture beside the installer's first and last page: a bitmap without alpha, as NSIS reads it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    width, height = _SIDE_PX
    picture = Image.new("RGB", _SIDE_PX, _SIDE_GROUND)
    mark = drawn(width // 2)
    picture.paste(mark, (width // 4, height // 2 - mark.height // 2), mark)
    picture.save(path)


if __name__ == "__main__":
    run()
