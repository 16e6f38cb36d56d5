"""Draws what has one layout and says something else: numbers, pages, receipts, slides."""

import random
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFont

_WORDS = [
    "the",
    "of",
    "a word",
    "invoice",
    "in",
    "is",
    "number",
    "total",
    "he",
    "was",
    "for",
    "on",
    "amount",
    "with",
    "his",
    "report",
]


def _font(size_px: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size_px)


def number(seed: int) -> Image.Image:
    """One large number on white."""
    picture = Image.new("RGB", (600, 400), "white")
    ImageDraw.Draw(picture).text((300, 200), str(100 + seed), "black", _font(240), anchor="mm")
    return picture


def page(seed: int, *, changed: int | None = None, size_px: int = 28) -> Image.Image:
    """A page of text.

    Args:
        seed: Which text.
        changed: In which line one word is another one.
        size_px: Of the letters, on a page that is 1754 pixels high.
    """
    drawn = random.Random(seed)
    picture = Image.new("RGB", (1240, 1754), "white")
    draw = ImageDraw.Draw(picture)
    for line in range(1500 // (size_px * 3 // 2)):
        words = drawn.choices(_WORDS, k=9)
        if line == changed:
            words[4] = "OTHER"
        draw.text((110, 110 + line * size_px * 3 // 2), " ".join(words), "black", _font(size_px))
    return picture


def receipt(seed: int) -> Image.Image:
    """The same things bought at other prices."""
    drawn = random.Random(seed)
    picture = Image.new("RGB", (600, 1200), (250, 248, 244))
    draw = ImageDraw.Draw(picture)
    draw.text((300, 60), "CORNER SHOP", (30, 30, 30), _font(44), anchor="mm")
    for line in range(22):
        price = drawn.randrange(50, 2000) / 100
        draw.text((40, 160 + 42 * line), f"item {line}", (30, 30, 30), _font(28))
        draw.text((560, 160 + 42 * line), f"{price:.2f}", (30, 30, 30), _font(28), anchor="ra")
    return picture


def slide(seed: int) -> Image.Image:
    """Slides of one template."""
    drawn = random.Random(seed)
    picture = Image.new("RGB", (1280, 720), (20, 40, 90))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 1280, 110), (240, 180, 40))
    draw.text((40, 30), "Quarterly results", "black", _font(48))
    for line in range(5):
        draw.text((80, 180 + line * 90), " ".join(drawn.choices(_WORDS, k=5)), "white", _font(36))
    return picture


LAYOUTS: dict[str, Callable[[int], Image.Image]] = {
    "number": number,
    "page": page,
    "receipt": receipt,
    "slide": slide,
}
