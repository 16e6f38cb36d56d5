"""Pictures with captions that are drawn anew for every measurement, so that nothing has to be shipped or fetched.

Half of them show plain shapes in colours and numbers, a quarter scenes, the rest words and patterns; each caption has
three pictures that differ in place, size, shade and grain. Models find them far above chance.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from desktop_app.library.models.bench.orders import VARIANTS
from desktop_app.library.models.bench.scenes import SCENES

_SIZE = (320, 256)
_GRAIN = 4.0
_LIGHT = 0.6
_TEXTURE = 120.0
_TILT = 7.0
_COLOURS = {
    "red": (215, 40, 35),
    "green": (40, 150, 60),
    "blue": (35, 80, 200),
    "yellow": (245, 215, 50),
    "black": (20, 20, 22),
    "white": (250, 250, 248),
    "purple": (130, 50, 160),
    "orange": (245, 140, 30),
    "pink": (245, 150, 190),
    "brown": (120, 75, 40),
}
_GROUNDS = {
    "black": (200, 200, 195),
    "white": (60, 90, 70),
    "yellow": (70, 70, 110),
}
_GROUND = (235, 235, 230)
_SHAPES = ("circle", "square", "triangle", "star", "heart")
_WORDS = (
    "LOVE",
    "SALE",
    "STOP",
    "EXIT",
    "HELLO",
    "2024",
    "COFFEE",
    "OPEN",
    "MUSIC",
    "BIRTHDAY",
    "TAXI",
    "PIZZA",
)

Draw = Callable[[ImageDraw.ImageDraw, random.Random], None]


@dataclass(frozen=True, slots=True)
class Subject:
    """What three pictures show.

    Attributes:
        caption: In words, as a person would search for it.
        draw: Draws it on a picture of 320 × 256 pixels, a little differently each time.
    """

    caption: str
    draw: Draw


def subjects(most: int | None = None) -> Sequence[Subject]:
    """Return what is drawn, mixed, so that the first few are of every kind.

    Args:
        most: How many; None for all.
    """
    kinds = (list(_shapes()), [Subject(*scene) for scene in SCENES], list(_words()), list(_patterns()))
    mixed: list[tuple[float, Subject]] = [
        ((at + 0.5) / len(kind), subject) for kind in kinds for at, subject in enumerate(kind)
    ]
    mixed.sort(key=lambda pair: pair[0])
    return [subject for _, subject in islice(mixed, most)]


def drawn(caption: str) -> Image.Image:
    """Draw what a caption of the set says, the same every time.

    Raises:
        KeyError: No subject of the set has this caption.
    """
    return _picture({subject.caption: subject for subject in subjects()}[caption], seed=0)


def pictures(chosen: Sequence[Subject]) -> Iterator[Image.Image]:
    """Draw the pictures of some subjects: `VARIANTS` of each, one after the other, the same every time."""
    for number, subject in enumerate(chosen):
        for variant in range(VARIANTS):
            yield _picture(subject, 1000 * number + variant)


def _picture(subject: Subject, seed: int) -> Image.Image:
    chance = random.Random(seed)  # noqa: S311 — only has to be the same every time
    picture = Image.new("RGB", _SIZE, _near(_GROUND, chance, 15))
    subject.draw(ImageDraw.Draw(picture), chance)
    picture = picture.rotate(
        chance.uniform(-_TILT, _TILT), Image.Resampling.BILINEAR, fillcolor=picture.getpixel((2, 2))
    )
    noise = np.random.default_rng(seed)
    light, texture = (_moved(field, noise) for field in _fields())
    return Image.fromarray(np.clip(np.asarray(picture) * light + texture, 0, 255).astype(np.uint8))


@cache
def _fields() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return uneven light and a texture with grain, as surfaces have them in photos; drawn once, moved for each."""
    noise = np.random.default_rng(0)
    grain = noise.normal(0, _GRAIN, (*_SIZE[::-1], 1)).astype(np.float32)
    light = np.float32(1) + np.float32(_LIGHT) * _clouds(noise, coarsest=2, octaves=3)[..., :1]
    return light, np.float32(_TEXTURE) * _clouds(noise, coarsest=4, octaves=6) + grain


def _moved(field: NDArray[np.float32], noise: np.random.Generator) -> NDArray[np.float32]:
    """Return a field somewhere else, mirrored or not."""
    across, down, mirrored = noise.integers(0, (_SIZE[1], _SIZE[0], 2))
    moved = np.roll(field, (across, down), (0, 1))
    return moved[:, ::-1] if mirrored else moved


def _clouds(noise: np.random.Generator, coarsest: int, octaves: int) -> NDArray[np.float32]:
    """Return noise of which each finer part is weaker, as in photos: about -1 to 1, for the three colours."""
    total = np.zeros((*_SIZE[::-1], 3), dtype=np.float32)
    for octave in range(octaves):
        cells = coarsest << octave
        small = noise.integers(0, 256, (cells, cells, 3), dtype=np.uint8)
        large = Image.fromarray(small).resize(_SIZE, Image.Resampling.BICUBIC)
        total += (np.asarray(large, dtype=np.float32) / 127.5 - 1) * np.float32(0.6**octave)
    return total / np.float32(2)


def _near(colour: tuple[int, int, int], chance: random.Random, by: int) -> tuple[int, int, int]:
    red, green, blue = (min(255, max(0, part + chance.randint(-by, by))) for part in colour)
    return red, green, blue


def _shapes() -> Iterator[Subject]:
    for at, (name, colour) in enumerate(_COLOURS.items()):
        ground = _GROUNDS.get(name, _GROUND)
        for shape in (_SHAPES[at % 5], _SHAPES[(at + 1) % 5], _SHAPES[(at + 3) % 5]):
            yield Subject(f"a {name} {shape}".replace("a o", "an o"), _drawn_shape(shape, colour, ground, 1))
        count, word = ((2, "two"), (3, "three"), (9, "many"))[at % 3]
        shape = _SHAPES[(at + 2) % 5]
        yield Subject(f"{word} {name} {shape}s", _drawn_shape(shape, colour, ground, count))


def _drawn_shape(shape: str, colour: tuple[int, int, int], ground: tuple[int, int, int], count: int) -> Draw:
    def draw(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
        on.rectangle((0, 0, *_SIZE), fill=_near(ground, chance, 15))
        columns = 1 if count == 1 else 2 if count == 2 else 3
        rows = max(1, count // 3)
        wide, high = _SIZE[0] / columns, _SIZE[1] / rows
        for number in range(count):
            radius = min(wide, high) * chance.uniform(0.3, 0.42)
            x = (number % columns + 0.5) * wide + chance.uniform(-0.08, 0.08) * wide
            y = (number // columns + 0.5) * high + chance.uniform(-0.05, 0.05) * high
            _outline(on, shape, (x, y), radius, _near(colour, chance, 12))

    return draw


def _outline(
    on: ImageDraw.ImageDraw, shape: str, at: tuple[float, float], radius: float, colour: tuple[int, int, int]
) -> None:
    x, y = at
    if shape == "circle":
        on.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
        return
    turns = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    if shape == "heart":
        across = np.sin(turns) ** 3
        down = -(13 * np.cos(turns) - 5 * np.cos(2 * turns) - 2 * np.cos(3 * turns) - np.cos(4 * turns)) / 16
    else:
        corners = {"square": 4, "triangle": 3, "star": 10}[shape]
        turns = np.linspace(0, 2 * np.pi, corners, endpoint=False) + (np.pi / 4 if shape == "square" else 0)
        reach = np.where(np.arange(corners) % 2, 0.42, 1.0) if shape == "star" else np.ones(corners)
        across, down = reach * np.sin(turns), -reach * np.cos(turns)
    on.polygon([(x + radius * a, y + radius * d) for a, d in zip(across, down, strict=True)], fill=colour)


def _words() -> Iterator[Subject]:
    inks = list(_COLOURS.values())
    for at, word in enumerate(_WORDS):
        yield Subject(f"a sign with the word {word.lower()}", _drawn_word(word, inks[at % 5]))


def _drawn_word(word: str, ink: tuple[int, int, int]) -> Draw:
    def draw(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
        font = ImageFont.load_default(chance.randint(300, 360) // max(4, len(word)))
        dark = sum(ink) < 380
        on.rectangle((0, 0, *_SIZE), fill=_near((245, 240, 225) if dark else (30, 40, 60), chance, 10))
        at = (_SIZE[0] / 2 + chance.uniform(-10, 10), _SIZE[1] / 2 + chance.uniform(-40, 40))
        on.text(at, word, fill=_near(ink, chance, 10), font=font, anchor="mm")

    return draw


def _patterns() -> Iterator[Subject]:
    yield Subject("black and white stripes", _stripes(((15, 15, 15), (245, 245, 245)), upright=True))
    yield Subject(
        "red and white horizontal stripes", _stripes(((210, 30, 30), (245, 245, 245)), upright=False)
    )
    yield Subject("colourful rainbow stripes", _stripes(tuple(_COLOURS.values())[:4], upright=True))
    yield Subject("a black and white checkerboard", _board((20, 20, 20), (240, 240, 240)))
    yield Subject("a red and white checkered tablecloth", _board((200, 40, 40), (245, 235, 235)))
    yield Subject("white polka dots on blue", _dots((40, 80, 190), (245, 245, 245)))
    yield Subject("black polka dots on pink", _dots((245, 160, 200), (25, 25, 25)))
    yield Subject("television static noise", _static)
    yield Subject("concentric circles, a target", _target)
    yield Subject("a brick wall", _bricks)


def _stripes(colours: Sequence[tuple[int, int, int]], *, upright: bool) -> Draw:
    def draw(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
        width = chance.randint(16, 30)
        for number, edge in enumerate(range(0, max(_SIZE), width)):
            box = (edge, 0, edge + width, _SIZE[1]) if upright else (0, edge, _SIZE[0], edge + width)
            on.rectangle(box, fill=colours[number % len(colours)])

    return draw


def _board(dark: tuple[int, int, int], light: tuple[int, int, int]) -> Draw:
    def draw(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
        side = chance.randint(28, 44)
        for x in range(0, _SIZE[0], side):
            for y in range(0, _SIZE[1], side):
                on.rectangle((x, y, x + side, y + side), fill=light if (x + y) // side % 2 else dark)

    return draw


def _dots(ground: tuple[int, int, int], colour: tuple[int, int, int]) -> Draw:
    def draw(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
        on.rectangle((0, 0, *_SIZE), fill=_near(ground, chance, 10))
        step = chance.randint(38, 54)
        for x in range(step // 2, _SIZE[0], step):
            for y in range(step // 2, _SIZE[1], step):
                on.ellipse((x - step / 4, y - step / 4, x + step / 4, y + step / 4), fill=colour)

    return draw


def _static(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    for x in range(0, _SIZE[0], 4):
        for y in range(0, _SIZE[1], 4):
            grey = chance.randint(0, 255)
            on.rectangle((x, y, x + 3, y + 3), fill=(grey, grey, grey))


def _target(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    x, y = _SIZE[0] / 2 + chance.uniform(-15, 15), _SIZE[1] / 2
    for ring in range(6, 0, -1):
        on.ellipse(
            (x - 20 * ring, y - 20 * ring, x + 20 * ring, y + 20 * ring),
            fill=(210, 35, 35) if ring % 2 else (250, 250, 250),
        )


def _bricks(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    on.rectangle((0, 0, *_SIZE), fill=(200, 190, 180))
    for row in range(13):
        for column in range(-1, 7):
            x = column * 54 + (27 if row % 2 else 0)
            on.rectangle((x, row * 21, x + 50, row * 21 + 17), fill=_near((165, 70, 50), chance, 18))
