"""Decodes a photo file to an upright sRGB picture, no larger than asked; every failure in a person's words."""

import logging
from dataclasses import replace

from PIL import Image, UnidentifiedImageError

from desktop_app.library.errors import UnreadablePhotoError
from desktop_app.library.media.limits import pixel_limit
from desktop_app.library.media.metadata.read import read_exif
from desktop_app.library.media.pictures import reasons, remarks
from desktop_app.library.media.pictures.boxes import jxl_size
from desktop_app.library.media.pictures.mending.attempts import mended
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
from desktop_app.library.media.pictures.tiff import is_turned
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

# Why a decoder refused what may be mended: the picture may be whole, and only what is around it broken.
_MENDED = {reasons.CUT_SHORT, reasons.DAMAGED, reasons.UNKNOWN_KIND}


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
    limit = max_pixels or pixel_limit()
    try:
        return _decoded_whole(content, least_px, limit)
    except UnreadablePhotoError as error:
        mended = _decoded_mended(content, least_px, limit) if error.reason in _MENDED else None
        if mended is None:
            raise
        return mended


def _decoded_whole(content: bytes, least_px: int, limit: int) -> Decoded:
    if reason := reasons.before_opening(content):
        raise UnreadablePhotoError(reason)
    try:
        return _decoded_any(content, least_px, limit)
    except UnidentifiedImageError as error:
        raise UnreadablePhotoError(reasons.after_opening(content, formats())) from error
    except Image.DecompressionBombError as error:
        raise UnreadablePhotoError("the picture is too large for this computer's memory") from error
    except PICTURE_ERRORS as error:
        _log.debug("a picture could not be decoded", exc_info=error)
        raise UnreadablePhotoError(reasons.of_error(error), passing=isinstance(error, MemoryError)) from error


def _decoded_mended(content: bytes, least_px: int, limit: int) -> Decoded | None:
    """Return what can be seen of a file that no decoder takes as it is; None where that is too little."""
    try:
        for attempt in mended(content, limit):
            if reasons.before_opening(attempt.content):
                return None
            with open_picture(attempt.content) as image:
                refuse_huge(image.size, limit)
                decoded = decoded_picture(attempt.content, image, least_px)
                share = attempt.missing(image)
            if share > 1 - remarks.LEAST_SHARE:
                return None
            said = remarks.missing(share) if share else attempt.remark
            return replace(decoded, remark=remarks.together(said, decoded.remark))
    except (UnreadablePhotoError, *PICTURE_ERRORS) as error:
        _log.debug("a picture could not be mended: %s", error)
    return None


def _decoded_any(content: bytes, least_px: int, limit: int) -> Decoded:
    if is_raw(content):
        return decoded_raw(content, least_px, limit)
    # The opener of JPEG XL decodes while it opens.
    refuse_huge(jxl_size(content) or (0, 0), limit)
    with open_picture(content) as image:
        refuse_huge(image.size, limit)
        decoded = decoded_picture(content, image, least_px)
        if not is_turned(image):
            return decoded
    # What is said of a photo whose thumbnail comes first may be said on the thumbnail's page.
    return replace(decoded, metadata=decoded.metadata.completed_by(read_exif(content)))
