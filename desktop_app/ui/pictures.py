"""Whole photos as Qt's pictures, decoded by the engine: every format and colour space it knows, upright."""

from pathlib import Path

from PySide6.QtGui import QImage

from desktop_app.library import decode, read_bytes

# Larger than any side of a photo: nothing is left out in decoding.
_WHOLE_PX = 1_000_000


def whole_picture(path: Path) -> QImage:
    """Return the whole photo, upright, in sRGB. Any thread.

    Raises:
        UnreadablePhotoError: It cannot be read.
    """
    picture = decode(read_bytes(path), least_px=_WHOLE_PX).picture
    width, height = picture.size
    content = picture.tobytes()
    # The copy owns its bytes; the picture made first only borrows them.
    return QImage(content, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
