"""Decodes a photo file to an upright sRGB picture, no larger than asked; every failure in a person's words."""

import logging

from PIL import Image, UnidentifiedImageError

from desktop_app.library.errors import UnreadablePhotoError
from desktop_app.library.media.limits import pixel_limit
from desktop_app.library.media.pictures import reasons
from desktop_app.library.media.pictures.boxes import jxl_size
from desktop_app.library.media.pictures.openers import (
    PICTURE_ERRORS,
    can_open,
    formats,
    is_opened_now,
    open_picture,
)
from desktop_app.library.media.pictures.picture import Decoded, Frame, decoded_picture, refuse_huge
from desktop_app.library.media.pictures.raw import is_raw
from desktop_app.library.media.pictures.raw_photo import decoded_raw
from desktop_app.library.media.whole_file import read_bytes

__all__ = [
    "Decoded",
    "Frame",
    "can_open",
    "decode",
    "is_opened_now",
    "pixel_limit",
    "read_bytes",
]

_log = logging.getLogger(__name__)


def decode(content: bytes, *, least_px: int, max_pixels: int | None = None) -> Decoded:
    """Decode a photo once for everything that needs its pixels. Safe on any thread, on many at once.

    A larger picture is halved while both its sides keep `least_px` pixels (JPEG, while decoding, which then costs a
    quarter of the time) or twice as many (other formats, afterwards). Of an animation or a series it is the first or
    main picture.

    Args:
        content: The whole file.
        least_px: Both sides of the result have at least this many pixels, where the photo has them.
        max_pixels: Refuse pictures of more pixels before decoding; by default what memory allows.

    Raises:
        UnreadablePhotoError: Whatever is wrong with the bytes, and nothing else.
    """
    if reason := reasons.before_opening(content):
        raise UnreadablePhotoError(reason)
    try:
        return _decoded_any(content, least_px, max_pixels or pixel_limit())
    except UnidentifiedImageError as error:
        raise UnreadablePhotoError(reasons.after_opening(content, formats())) from error
    except Image.DecompressionBombError as error:
        raise UnreadablePhotoError("the picture is too large for this computer's memory") from error
    except PICTURE_ERRORS as error:
        _log.debug("a picture could not be decoded", exc_info=error)
        raise UnreadablePhotoError(reasons.of_error(error)) from error


def _decoded_any(content: bytes, least_px: int, limit: int) -> Decoded:
    if is_raw(content):
        return decoded_raw(content, least_px, limit)
    # The opener of JPEG XL decodes while it opens.
    refuse_huge(jxl_size(content) or (0, 0), limit)
    with open_picture(content) as image:
        refuse_huge(image.size, limit)
        return decoded_picture(content, image, least_px)
