"""Decodes a camera's raw file to its preview, the picture that the camera put in, as if that were the photo."""

import logging
from dataclasses import replace

from PIL import Image

from desktop_app.library.media.metadata.read import read_canon, read_exif
from desktop_app.library.media.pictures.openers import PICTURE_ERRORS, open_picture
from desktop_app.library.media.pictures.picture import LYING, Decoded, decoded_picture, refuse_huge
from desktop_app.library.media.pictures.raw import RawPhoto, develop, read_raw, tiff_part

_log = logging.getLogger(__name__)

# A preview smaller than this on its longer side is for the camera's own list of photos.
_LEAST_PREVIEW_PX = 512


def decoded_raw(content: bytes, least_px: int, limit: int) -> Decoded:
    """Return a raw photo: its preview, or, without a usable one, what the sensor saw, at half its size.

    Width and height are those of the photo. What it says of its making comes from the file first, then the preview.

    Args:
        content: The whole file.
        least_px: As for `decode.decode`.
        limit: How many pixels are allowed.

    Raises:
        UnreadablePhotoError: It is too large, LibRaw cannot read it, or rawpy is not installed.
        PICTURE_ERRORS: It is broken.
    """
    raw = read_raw(content)
    refuse_huge(raw.size, limit)
    decoded = _decoded_preview(raw, least_px, limit)
    if decoded is None:
        developed = develop(content)
        decoded = decoded_picture(b"", developed, least_px, raw.orientation)
    width, height = raw.size
    if raw.orientation in LYING:
        width, height = height, width
    own = read_exif(tiff_part(content)).completed_by(read_canon(content))
    return replace(decoded, width_px=width, height_px=height, metadata=own.completed_by(decoded.metadata))


def _decoded_preview(raw: RawPhoto, least_px: int, limit: int) -> Decoded | None:
    """Return the camera's own picture of a raw photo; None where it is missing, broken or tiny."""
    if raw.preview is None:
        return None
    content = raw.preview if isinstance(raw.preview, bytes) else b""
    try:
        with raw.preview if isinstance(raw.preview, Image.Image) else open_picture(raw.preview) as image:
            refuse_huge(image.size, limit)
            if max(image.size) < min(_LEAST_PREVIEW_PX, max(raw.size)):
                return None
            return decoded_picture(content, image, least_px, _orientation_of_preview(image, raw))
    except PICTURE_ERRORS as error:
        _log.debug("the preview of a raw photo is broken: %s", error)
        return None


def _orientation_of_preview(image: Image.Image, raw: RawPhoto) -> int:
    """Return how to turn a preview: as the photo, unless its sides say that it has been turned already."""
    lies_like_sensor = (image.width > image.height) == (raw.size[0] > raw.size[1])
    return raw.orientation if lies_like_sensor or raw.orientation not in LYING else 1
