"""Whole photos as Qt's pictures, decoded by the engine: every format and colour space it knows, upright."""

from pathlib import Path

from PySide6.QtGui import QImage

from desktop_app.library import read_photo


def whole_picture(path: Path) -> QImage:
    """Return the whole photo, upright, in sRGB. Any thread.

    Raises:
        UnreadablePhotoError: It cannot be read.
    """
    picture = read_photo(path)
    width, height = picture.size
    content = picture.tobytes()
    # The copy owns its bytes; the picture made first only borrows them.
    return QImage(content, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
