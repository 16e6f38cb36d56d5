"""Finds the frame that an animation is known by: the first that shows something."""

from PIL import Image

_ANIMATED = {"AVIF", "GIF", "PNG", "WEBP"}
# Fades begin with some empty frames; to find the first of a long film would mean to decode all of it.
_MOST_FRAMES = 24
# On a larger canvas so many frames take up to a minute; nothing that people animate is so large.
_MOST_PIXELS = 16_000_000
# How far, of 255, the pixels of an even colour lie apart after lossy compression.
_NOISE = 8


def show_first_content(image: Image.Image) -> None:
    """Turn an animated AVIF, GIF, PNG or WebP to its first frame that is not of one colour; its first if none is found.

    Args:
        image: Opened and loaded; any other kind, and one of more than 16 megapixels, is left alone.
    """
    if not _may_turn(image) or not _is_blank(image):
        return
    for frame in range(1, min(_MOST_FRAMES, getattr(image, "n_frames", 1))):
        try:
            image.seek(frame)
            image.load()
        except (EOFError, OSError, SyntaxError, ValueError):
            # The rest of the animation is missing or broken; its beginning is a picture all the same.
            break
        if not _is_blank(image):
            return
    image.seek(0)
    image.load()


def _may_turn(image: Image.Image) -> bool:
    is_animation = image.format in _ANIMATED and getattr(image, "is_animated", False)
    return is_animation and image.width * image.height <= _MOST_PIXELS


def _is_blank(image: Image.Image) -> bool:
    """Tell whether every pixel has about the same colour, or none can be seen."""
    seen = image.convert("RGBA").getextrema()
    lowest_and_highest = [pair for pair in seen if isinstance(pair, tuple)]
    return all(high - low <= _NOISE for low, high in lowest_and_highest[:3]) or lowest_and_highest[3][1] == 0
