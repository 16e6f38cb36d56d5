"""Returns whole photos as Qt pictures, decoded by the engine: every format and colour space it knows, upright."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from desktop_app.ui.background.strips import picture_of

if TYPE_CHECKING:
    from desktop_app.library import Browsing


def whole_picture(browsing: "Browsing", path: Path, at_s: float | None = None) -> QImage:
    """Return the whole photo, or a moment of a video, upright, in sRGB. Any thread that may wait.

    Raises:
        UnreadablePhotoError: It cannot be read.
        LibraryError: No photo can be decoded now.
    """
    picture = browsing.read_photo(path, at_s)
    return picture_of(picture.tobytes(), QSize(*picture.size))
