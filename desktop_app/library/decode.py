"""Photo file → upright sRGB picture, no larger than asked; every failure in a person's words."""

import errno
import logging
import stat
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageFile, UnidentifiedImageError

from desktop_app.library import decode_reasons
from desktop_app.library.decode_colour import to_srgb
from desktop_app.library.decode_limits import file_limit, pixel_limit
from desktop_app.library.decode_openers import PICTURE_ERRORS, can_open, formats, open_picture
from desktop_app.library.errors import UnreadablePhotoError
from desktop_app.library.metadata import Metadata, read_metadata
from desktop_app.library.pixels import pixels_of

__all__ = ["Decoded", "can_open", "decode", "pixel_limit", "read_bytes", "read_photo"]

_log = logging.getLogger(__name__)

# Larger than any side of a photo: nothing is left out in decoding.
_WHOLE_PX = 1_000_000
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
_LYING = {5, 6, 7, 8}

_SYSTEM_WORDS = {
    errno.ENOENT: "the file is gone",
    errno.ENOTDIR: "the file is gone",
    errno.EACCES: "there is no permission to read the file",
    errno.EPERM: "there is no permission to read the file",
    errno.EISDIR: "not a file",
    errno.EIO: "the disk could not read the file",
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A photo ready for the thumbnail and the model.

    Attributes:
        picture: Upright, RGB, sRGB, without metadata; perhaps smaller than the photo. For people to look at.
        stored: The same with the RGB values as the file stores them, its colour profile not applied. For the model,
            which learned from pictures read like that; mostly the same object.
        width_px: Width of the full upright photo.
        height_px: Height of the full upright photo.
        metadata: When, where and with what it was taken.
        pixels: Identity of the stored pixels, whatever the metadata; see `pixels.pixels_of`.
    """

    picture: Image.Image
    stored: Image.Image
    width_px: int
    height_px: int
    metadata: Metadata
    pixels: str


def read_bytes(path: Path) -> bytes:
    """Return a photo file's content.

    Raises:
        UnreadablePhotoError: The file is empty, gone, forbidden, no file, or larger than memory allows.
    """
    try:
        status = path.stat()
        # Opening a named pipe would wait for ever.
        if not stat.S_ISREG(status.st_mode):
            raise UnreadablePhotoError("not a file")
        if status.st_size > file_limit():
            raise UnreadablePhotoError("the file is too large for this computer's memory")
        content = path.read_bytes()
    except OSError as error:
        words = _SYSTEM_WORDS.get(error.errno or 0, f"the system says: {error.strerror or error}")
        raise UnreadablePhotoError(words) from error
    except MemoryError as error:
        raise UnreadablePhotoError(decode_reasons.NO_MEMORY) from error
    if not content:
        raise UnreadablePhotoError(decode_reasons.EMPTY)
    return content


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
    if reason := decode_reasons.before_opening(content):
        raise UnreadablePhotoError(reason)
    try:
        with open_picture(content) as image:
            _refuse_huge(image.size, max_pixels or pixel_limit())
            return _decoded(content, image, least_px)
    except UnidentifiedImageError as error:
        raise UnreadablePhotoError(decode_reasons.after_opening(content, formats())) from error
    except Image.DecompressionBombError as error:
        raise UnreadablePhotoError("the picture is too large for this computer's memory") from error
    except PICTURE_ERRORS as error:
        _log.debug("a picture could not be decoded", exc_info=error)
        raise UnreadablePhotoError(decode_reasons.of_error(error)) from error


def read_photo(path: Path) -> Image.Image:
    """Return a whole photo, upright, RGB, in sRGB. Any thread.

    Raises:
        UnreadablePhotoError: It cannot be read.
    """
    return decode(read_bytes(path), least_px=_WHOLE_PX).picture


def _refuse_huge(size: tuple[int, int], limit: int) -> None:
    pixels = size[0] * size[1]
    if pixels > limit:
        raise UnreadablePhotoError(
            f"the picture is too large: {pixels / 1e6:,.0f} megapixels, at most {limit / 1e6:,.0f} fit into memory"
        )


def _decoded(content: bytes, image: ImageFile.ImageFile, least_px: int) -> Decoded:
    full = image.size
    # Before anything else that touches pixels: afterwards a JPEG is decoded in full.
    drafted = image.draft(image.mode, (max(1, least_px), max(1, least_px)))
    image.load()
    # HEIF tells its true size only now, and TIFF has turned itself upright.
    width, height = full if drafted else image.size
    orientation = _orientation(image)
    if orientation in _LYING:
        width, height = height, width
    metadata = read_metadata(image)
    pixels = pixels_of(content, image)
    shown, stored = to_srgb(_aligned(image, drafted), least_px)
    picture = _cut_loose(_upright(shown, orientation))
    as_stored = picture if stored is shown else _cut_loose(_upright(stored, orientation))
    return Decoded(picture, as_stored, width, height, metadata, pixels)


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
    """Return the EXIF orientation, 1 to 8; 1 where it is missing or nonsense."""
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except PICTURE_ERRORS as error:
        _log.debug("an orientation could not be read: %s", error)
        return 1
    return value if isinstance(value, int) and value in _TURNS else 1


def _upright(picture: Image.Image, orientation: int) -> Image.Image:
    turn = _TURNS.get(orientation)
    return picture if turn is None else picture.transpose(turn)
