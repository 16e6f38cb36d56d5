"""Has Pillow read TIFFs right: the page that is the photo, and planes one after the other.

Sources: TIFF 6.0. Pillow 13 reads the planes of uncompressed pictures itself, and takes each number of 16 bits for two
pixels of 8; libtiff, which it uses for compressed ones, reads both.
"""

import contextlib
import struct
import threading
from collections.abc import Callable

from PIL import Image, ImageFile, TiffImagePlugin, UnidentifiedImageError

_BEGINNINGS = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_NEW_SUBFILE_TYPE, _SUBFILE_TYPE = 254, 255
_PLANES = 2
# Bits of the new type: a smaller copy of another page, a mask for another page. The old type's number for the first.
_SMALLER_COPY, _MASK = 1, 4
_OLD_SMALLER_COPY = 2
# Thumbnails come first in files of scanners and cameras, and there is one or a few.
_MOST_PAGES = 16
_BROKEN_PAGE = (
    AssertionError,
    EOFError,
    LookupError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)

_switching = threading.Lock()


def is_tiff(content: bytes) -> bool:
    """Tell by its first bytes whether a file is a TIFF."""
    return content.startswith(_BEGINNINGS)


def open_tiff(opened: Callable[[], ImageFile.ImageFile]) -> ImageFile.ImageFile:
    """Open a TIFF at the page that is the photo, in a way in which Pillow reads its pixels right.

    Args:
        opened: Opens it; called twice where that is needed.

    Raises:
        PICTURE_ERRORS: It cannot be opened.
    """
    with contextlib.suppress(UnidentifiedImageError):
        image = opened()
        if not isinstance(image, TiffImagePlugin.TiffImageFile):
            return image
        _turn_to_photo(image)
        planes = image.tag_v2.get(TiffImagePlugin.PLANAR_CONFIGURATION, 1) == _PLANES
        if not planes or image.use_load_libtiff:
            return image
    # Another thread that opens a TIFF meanwhile has it read by libtiff too, which is as good.
    with _switching:
        TiffImagePlugin.READ_LIBTIFF = True
        try:
            image = opened()
            if isinstance(image, TiffImagePlugin.TiffImageFile):
                _turn_to_photo(image)
            return image
        finally:
            TiffImagePlugin.READ_LIBTIFF = False


def is_turned(image: Image.Image) -> bool:
    """Tell whether a picture is a later page of a TIFF than the first."""
    return isinstance(image, TiffImagePlugin.TiffImageFile) and image.tell() > 0


def _turn_to_photo(image: TiffImagePlugin.TiffImageFile) -> None:
    """Turn from a first page that is only a thumbnail or a mask to the first that is neither, if there is one."""
    page = 0
    try:
        while page < _MOST_PAGES and not _is_photo(image):
            page += 1
            image.seek(page)
    except _BROKEN_PAGE:
        image.seek(0)
        return
    if not _is_photo(image):
        image.seek(0)


def _is_photo(image: TiffImagePlugin.TiffImageFile) -> bool:
    kind = image.tag_v2.get(_NEW_SUBFILE_TYPE, 0)
    if isinstance(kind, int) and kind & (_SMALLER_COPY | _MASK):
        return False
    return image.tag_v2.get(_SUBFILE_TYPE) != _OLD_SMALLER_COPY
