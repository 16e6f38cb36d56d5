"""Turns an opened picture into one that is upright, sRGB and no larger than asked, with what is known of it."""

import logging
from dataclasses import dataclass

from PIL import Image, ImageFile

from desktop_app.library.errors import UnreadablePhotoError
from desktop_app.library.media.identity import pixels_of, turned
from desktop_app.library.media.metadata.metadata import Metadata
from desktop_app.library.media.metadata.read import read_metadata
from desktop_app.library.media.pictures.animation import show_first_content
from desktop_app.library.media.pictures.blemishes import blemish_of
from desktop_app.library.media.pictures.boxes import (
    Coding,
    png_coding,
    primary_coding,
    profile_coding,
)
from desktop_app.library.media.pictures.colour import to_srgb
from desktop_app.library.media.pictures.openers import PICTURE_ERRORS
from desktop_app.library.media.pictures.several import pictures_in

_log = logging.getLogger(__name__)

_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
LYING = frozenset({5, 6, 7, 8})
"""EXIF orientations that change width and height for each other."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One moment of a video.

    Attributes:
        at_ms: When it is shown, in milliseconds from the beginning.
        picture: Upright, RGB; perhaps smaller than the video. For people and for the model.
    """

    at_ms: int
    picture: Image.Image


@dataclass(frozen=True, slots=True)
class Decoded:
    """A photo, or a video, ready for the thumbnail and the model.

    Attributes:
        picture: Upright, RGB, sRGB, without metadata; perhaps smaller than the photo. For people to look at.
        stored: The same with the RGB values as the file stores them, its colour profile not applied. For the model,
            which learned from pictures read like that; mostly the same object.
        width_px: Width of the full upright photo.
        height_px: Height of the full upright photo.
        metadata: When, where and with what it was taken.
        pixels: Identity of the pixels as they are shown, whatever else the metadata; see `identity.turned`.
        duration_ms: How long a video is; None for a photo. A video's `picture` is the one it is known by.
        frames: Moments of a video, evenly spaced, in order, each once; empty for a photo.
        remark: What is wrong with the file although its picture is shown, in words that fit after its name; None for
            nothing.
    """

    picture: Image.Image
    stored: Image.Image
    width_px: int
    height_px: int
    metadata: Metadata
    pixels: str
    duration_ms: int | None = None
    frames: tuple[Frame, ...] = ()
    remark: str | None = None


def refuse_huge(size: tuple[int, int], limit: int) -> None:
    """Refuse a picture by its size alone, before it is decoded.

    Args:
        size: Width and height in pixels.
        limit: How many pixels are allowed.

    Raises:
        UnreadablePhotoError: It has more.
    """
    pixels = size[0] * size[1]
    if pixels > limit:
        raise UnreadablePhotoError(
            f"the picture is too large: {pixels / 1e6:,.0f} megapixels, at most {limit / 1e6:,.0f} fit into memory"
        )


def decoded_picture(
    content: bytes, image: Image.Image, least_px: int, orientation: int | None = None
) -> Decoded:
    """Return what is in an opened picture.

    Args:
        content: Its file's bytes; empty for one that comes from nowhere.
        image: The picture.
        least_px: As in `decode`.
        orientation: How to turn it, where something else than the picture says so.
    """
    full = image.size
    # Before anything else that touches pixels: afterwards a JPEG is decoded in full.
    is_file = isinstance(image, ImageFile.ImageFile)
    drafted = image.draft(image.mode, (max(1, least_px), max(1, least_px))) if is_file else None
    image.load()
    show_first_content(image)
    # HEIF tells its true size only now, and TIFF has turned itself upright.
    width, height = full if drafted else image.size
    orientation = orientation or _orientation(image)
    if orientation in LYING:
        width, height = height, width
    metadata = read_metadata(image, content)
    pictures = pictures_in(content, image)
    pixels = turned(pixels_of(content, image, pictures), orientation, pictures)
    shown, stored = to_srgb(_aligned(image, drafted), least_px, _coding(content, image))
    picture = _cut_loose(_upright(shown, orientation))
    as_stored = picture if stored is shown else _cut_loose(_upright(stored, orientation))
    remark = blemish_of(content, image)
    return Decoded(picture, as_stored, width, height, metadata, pixels, remark=remark)


def _coding(content: bytes, image: Image.Image) -> Coding | None:
    """Return what the numbers of a picture mean where figures say so; they come before a profile."""
    return (
        primary_coding(content) or png_coding(content) or profile_coding(image.info.get("icc_profile") or b"")
    )


def _cut_loose(picture: Image.Image) -> Image.Image:
    """Return a picture without the file's bytes, and without what would be written into thumbnails from them."""
    loose = picture.copy() if isinstance(picture, ImageFile.ImageFile) else picture
    loose.info = {}
    return loose


def _aligned(image: Image.Image, drafted: tuple[str, tuple[int, int, float, float]] | None) -> Image.Image:
    """Return a reduced JPEG without the part of its last row and column that lies outside the photo.

    4217 pixels become 1055 of which the last shows a quarter of what the others show. Kept, it squeezes everything a
    little: measured on a photo of shop signs, the model's vector had a cosine of 0.998 to that of the full picture
    with it and 0.9997 without. Cameras mostly make sides that divide by 8, where nothing is to be done.
    """
    if drafted is None:
        return image
    width, height = drafted[1][2:]
    if width == image.width and height == image.height:
        return image
    return image.resize((round(width), round(height)), Image.Resampling.BICUBIC, box=(0, 0, width, height))


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation, 1 to 8; 1 where it is missing or nonsense.

    JPEG XL says it once more where its decoder has seen to it (ISO/IEC 18181-2), but not of a JPEG packed into it.
    """
    if image.format == "JXL" and not getattr(image, "jpeg", False):
        return 1
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except PICTURE_ERRORS as error:
        _log.debug("an orientation could not be read: %s", error)
        return 1
    return value if isinstance(value, int) and value in _TURNS else 1


def _upright(picture: Image.Image, orientation: int) -> Image.Image:
    turn = _TURNS.get(orientation)
    return picture if turn is None else picture.transpose(turn)
