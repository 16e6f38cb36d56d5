"""Sets Pillow up once: which formats are opened, what it may warn of, what it may raise."""

import functools
import importlib
import logging
import re
import struct
import threading
import warnings
import zlib
from io import BytesIO

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageFile,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
    features,
)

from desktop_app.library.media.formats import RAW, VIDEO, missing_format, suffixes_of
from desktop_app.library.media.limits import pixel_limit
from desktop_app.library.media.pictures.extents import with_true_extents
from desktop_app.library.media.pictures.raw import can_read_raw
from desktop_app.library.media.pictures.tiff import is_tiff, open_tiff
from desktop_app.library.media.videos.extra import can_read_videos

_log = logging.getLogger(__name__)

PICTURE_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BufferError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    Warning,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    ImageCms.PyCMSError,
)
"""What Pillow and its plug-ins were seen to raise on broken files; each means "this picture", never "this program"."""

# Importing a plug-in registers it. All are named here, so that `Image.open` never searches for more while
# several threads decode, and never tries EPS, which would start Ghostscript.
_PLUGINS = (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

# AVIF before HEIF: both take the brand "mif1", and only Pillow's AVIF opener says at once that it cannot.
_ALWAYS = ("JPEG", "PNG", "GIF", "BMP", "DIB", "TIFF")
_BUILT_IN = {"WEBP": "webp", "AVIF": "avif", "JPEG2000": "jpg_2000"}

_QUIET = re.compile(r"(PIL|pi_heif)\.")
_TEXT_CHUNK_BYTES = 16 * 2**20
_registering = threading.Lock()


def open_picture(content: bytes) -> ImageFile.ImageFile:
    """Open a file's bytes, which reads the header and decodes nothing. Safe on any thread.

    Raises:
        PICTURE_ERRORS: The bytes are not a picture of a known format.
    """
    known = formats()
    _quieten()
    content = with_true_extents(content)

    def opened() -> ImageFile.ImageFile:
        return Image.open(BytesIO(content), formats=known)

    return open_tiff(opened) if is_tiff(content) else opened()


def can_open(suffix: str) -> bool:
    """Tell whether files of this suffix (with its dot, in any letter case) can be decoded on this machine."""
    return suffix.lower() in suffixes_of(_openable())


def is_opened_now(reason: str) -> bool:
    """Tell whether a photo failed only for want of something that has been installed since.

    Args:
        reason: Why it failed, as it was said then.
    """
    missing = missing_format(reason)
    return missing is not None and missing in _openable()


def _openable() -> tuple[str, ...]:
    found = [*formats()]
    found += [RAW] if can_read_raw() else []
    found += [VIDEO] if can_read_videos() else []
    return tuple(found)


def formats() -> tuple[str, ...]:
    """Return Pillow's names of the formats that can be opened, in the order they are tried."""
    with _registering:
        return _register()


@functools.cache
def _register() -> tuple[str, ...]:
    _log.debug("decoding with %d formats of Pillow", len(_PLUGINS))
    # Twice this limit is an error inside Pillow, before it allocates; the exact limit is `picture.refuse_huge`'s.
    Image.MAX_IMAGE_PIXELS = pixel_limit()
    # Image generators write workflows of several megabytes into PNG text; Pillow's 1 MB refuses the photo.
    PngImagePlugin.MAX_TEXT_CHUNK = _TEXT_CHUNK_BYTES
    PngImagePlugin.MAX_TEXT_MEMORY = 4 * _TEXT_CHUNK_BYTES
    built_in = tuple(name for name, feature in _BUILT_IN.items() if features.check(feature))
    return (*_ALWAYS, *built_in, *_extras())


def _extras() -> tuple[str, ...]:
    """Register the openers that are not part of Pillow, as far as they are installed."""
    heif: tuple[str, ...] = ()
    try:
        # Late, for most processes open no picture at all.
        import pi_heif
    except ImportError:
        # There are no wheels for every machine; the rest works without it.
        _log.info("HEIC pictures cannot be opened: pi_heif is not installed")
    else:
        # Auxiliary pictures are not shown; leaving them out spares their parsing.
        pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
        heif = ("HEIF",)
    try:
        # Its licence (GPL) forbids shipping it; whoever installs it gets JPEG XL.
        importlib.import_module("pillow_jxl")
    except ImportError as error:
        _log.debug("JPEG XL pictures cannot be opened: %s", error)
    return (*heif, "JXL") if "JXL" in Image.OPEN else heif


def _quieten() -> None:
    """Ignore Pillow's warnings about single pictures: a corrupt date is no reason to refuse the photo.

    The filter is the process's, since `warnings.catch_warnings` is not safe while several threads decode. It is
    looked for at every call because others replace the list of filters. Warnings about our own use of Pillow
    name our module and are not affected.
    """
    if not any(entry[0] == "ignore" and entry[3] == _QUIET for entry in warnings.filters):
        warnings.filterwarnings("ignore", module=_QUIET.pattern)
