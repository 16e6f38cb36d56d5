"""Finds what can be mended in a file that a decoder refused."""

from collections.abc import Iterator

from desktop_app.library.media.pictures.mending.jpeg import mended_jpeg
from desktop_app.library.media.pictures.mending.mended import Mended
from desktop_app.library.media.pictures.mending.others import mended_heif, mended_jpeg2000, mended_webp
from desktop_app.library.media.pictures.mending.png import mended_png

__all__ = ["Mended", "mended"]


def mended(content: bytes, limit: int) -> Iterator[Mended]:
    """Yield a file that could not be decoded as it may be decoded yet; nothing for one that cannot be mended.

    Args:
        content: The whole file.
        limit: How many pixels are allowed.
    """
    yield from mended_jpeg(content)
    yield from mended_png(content, limit)
    yield from mended_webp(content)
    yield from mended_heif(content)
    yield from mended_jpeg2000(content)
