"""Finds what is wrong with a file of which no decoder complained."""

from io import BytesIO

from PIL import Image, ImageCms

from desktop_app.library.media.pictures import remarks
from desktop_app.library.media.pictures.openers import PICTURE_ERRORS

_PNG, _PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"


def blemish_of(content: bytes, image: Image.Image) -> str | None:
    """Return what is wrong with a picture that was opened and loaded without a complaint; None for nothing.

    Args:
        content: Its file's bytes.
        image: The picture.
    """
    end = remarks.END_MISSING if content.startswith(_PNG) and content.rfind(_PNG_END) < 0 else None
    return remarks.together(end, _of_profile(image), _of_exif(image))


def _of_profile(image: Image.Image) -> str | None:
    profile = image.info.get("icc_profile")
    try:
        if profile:
            ImageCms.ImageCmsProfile(BytesIO(profile))
    except PICTURE_ERRORS:
        return remarks.BROKEN_PROFILE
    return None


def _of_exif(image: Image.Image) -> str | None:
    try:
        image.getexif()
    except PICTURE_ERRORS:
        return remarks.BROKEN_METADATA
    return None
