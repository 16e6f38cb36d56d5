"""Draws simple scenes for the check set, each a little differently every time."""

import math
import random
from collections.abc import Callable

from PIL import ImageDraw

Scene = Callable[[ImageDraw.ImageDraw, random.Random], None]
_W, _H = 320, 256


def _sky(
    on: ImageDraw.ImageDraw, top: tuple[int, int, int], low: tuple[int, int, int], until: int = _H
) -> None:
    for y in range(until):
        share = y / until
        on.line((0, y, _W, y), fill=tuple(round(a + (b - a) * share) for a, b in zip(top, low, strict=True)))


def _disc(on: ImageDraw.ImageDraw, x: float, y: float, radius: float, fill: object, **more: object) -> None:
    on.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill, **more)  # type: ignore[arg-type]  # colours


def _house(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    _sky(on, (110, 170, 240), (200, 225, 250), 180)
    on.rectangle((0, 180, _W, _H), fill=(80, 160, 70))
    x = chance.randint(80, 130)
    on.rectangle((x, 110, x + 120, 205), fill=(235, 215, 180))
    on.polygon([(x - 15, 110), (x + 135, 110), (x + 60, 50)], fill=(170, 50, 40))
    on.rectangle((x + 48, 150, x + 74, 205), fill=(100, 60, 30))
    for window in (x + 14, x + 86):
        on.rectangle((window, 130, window + 22, 152), fill=(150, 200, 240), outline=(80, 60, 40), width=2)


def _sunset(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    _sky(on, (90, 50, 120), (255, 150, 60), 150)
    _disc(on, chance.randint(90, 230), 140, 32, (255, 220, 110))
    for y in range(150, _H):
        on.line((0, y, _W, y), fill=(max(20, 200 - y), 60, max(60, 230 - y)))
    for _ in range(40):
        x, y = chance.randint(0, _W), chance.randint(155, _H)
        on.line((x, y, x + 20, y), fill=(255, 180, 100))


def _night(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    _sky(on, (5, 5, 30), (25, 25, 70))
    for _ in range(70):
        x, y = chance.randint(0, _W), chance.randint(0, _H)
        _disc(on, x, y, chance.choice((0.6, 1, 1.5)), (255, 255, 230))
    x, y = chance.randint(90, 220), chance.randint(60, 120)
    _disc(on, x, y, 36, (250, 245, 200))
    _disc(on, x + 17, y - 8, 32, (12, 12, 44))


def _mountains(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    _sky(on, (90, 150, 230), (210, 230, 250))
    for peak in (60, 170, 265):
        x, top = peak + chance.randint(-15, 15), chance.randint(50, 95)
        on.polygon([(x - 110, _H), (x + 110, _H), (x, top)], fill=(95, 100, 115))
        on.polygon(
            [(x - 26, top + 45), (x - 8, top + 36), (x + 8, top + 48), (x + 26, top + 45), (x, top)],
            fill=(250, 250, 255),
        )


def _boat(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    _sky(on, (120, 185, 245), (215, 235, 250), 160)
    on.rectangle((0, 160, _W, _H), fill=(30, 100, 170))
    x = chance.randint(110, 200)
    on.polygon([(x - 60, 165), (x + 60, 165), (x + 40, 195), (x - 40, 195)], fill=(140, 80, 40))
    on.line((x, 165, x, 50), fill=(80, 50, 30), width=4)
    on.polygon([(x + 5, 55), (x + 5, 155), (x + 62, 155)], fill=(250, 250, 245))
    on.polygon([(x - 5, 70), (x - 5, 155), (x - 45, 155)], fill=(235, 235, 230))


def _tree(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    _sky(on, (150, 200, 245), (225, 240, 250), 200)
    on.rectangle((0, 200, _W, _H), fill=(110, 175, 80))
    x = chance.randint(120, 200)
    on.rectangle((x - 12, 120, x + 12, 215), fill=(100, 65, 35))
    for _ in range(28):
        _disc(on, x + chance.gauss(0, 32), 90 + chance.gauss(0, 25), 20, (30, chance.randint(110, 150), 40))


def _smiley(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    x, y, r = chance.randint(140, 180), chance.randint(115, 140), chance.randint(75, 95)
    _disc(on, x, y, r, (255, 215, 40), outline=(60, 50, 10), width=4)
    for side in (-1, 1):
        _disc(on, x + side * r * 0.35, y - r * 0.25, r * 0.12, (30, 25, 10))
    on.arc((x - r * 0.55, y - r * 0.45, x + r * 0.55, y + r * 0.6), 20, 160, fill=(30, 25, 10), width=8)


def _clock(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    x, y, r = chance.randint(145, 175), 128, chance.randint(85, 105)
    _disc(on, x, y, r, (252, 252, 248), outline=(30, 30, 30), width=7)
    for hour in range(12):
        turn = hour * math.pi / 6
        a, b = math.sin(turn), math.cos(turn)
        on.line(
            (x + a * r * 0.8, y - b * r * 0.8, x + a * r * 0.92, y - b * r * 0.92), fill=(20, 20, 20), width=5
        )
    for length, width in ((0.5, 8), (0.72, 5)):
        turn = chance.uniform(0, 2 * math.pi)
        on.line(
            (x, y, x + math.sin(turn) * r * length, y - math.cos(turn) * r * length),
            fill=(20, 20, 20),
            width=width,
        )


def _traffic_light(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    _sky(on, (160, 190, 220), (220, 230, 240))
    x = chance.randint(130, 190)
    on.rectangle((x - 6, 190, x + 6, _H), fill=(60, 60, 60))
    on.rounded_rectangle((x - 36, 20, x + 36, 195), 14, fill=(35, 35, 38))
    lit = chance.randrange(3)
    for number, colour in enumerate(((240, 50, 40), (250, 200, 40), (50, 210, 80))):
        _disc(on, x, 52 + 55 * number, 23, colour if number == lit else tuple(part // 2 for part in colour))


def _flower(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    on.rectangle((0, 0, _W, _H), fill=(205, 230, 200))
    x, y = chance.randint(140, 180), chance.randint(85, 105)
    on.line((x, y, x, _H), fill=(40, 130, 50), width=8)
    on.ellipse((x, 175, x + 60, 200), fill=(50, 150, 60))
    for petal in range(8):
        turn = petal * math.pi / 4 + chance.uniform(-0.1, 0.1)
        _disc(on, x + 42 * math.sin(turn), y - 42 * math.cos(turn), 23, (240, 110, 160))
    _disc(on, x, y, 25, (250, 205, 60))


def _car(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    _sky(on, (170, 205, 240), (225, 235, 245), 190)
    on.rectangle((0, 190, _W, _H), fill=(95, 95, 100))
    x = chance.randint(60, 90)
    on.polygon([(x + 40, 130), (x + 62, 90), (x + 128, 90), (x + 158, 130)], fill=(200, 35, 35))
    on.polygon([(x + 54, 128), (x + 70, 98), (x + 122, 98), (x + 142, 128)], fill=(190, 225, 245))
    on.rounded_rectangle((x, 128, x + 200, 180), 12, fill=(200, 35, 35))
    for wheel in (x + 48, x + 152):
        _disc(on, wheel, 182, 24, (25, 25, 25))
        _disc(on, wheel, 182, 10, (180, 180, 185))


def _snowman(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    _sky(on, (120, 150, 195), (200, 215, 235))
    on.rectangle((0, 205, _W, _H), fill=(245, 248, 252))
    x = chance.randint(135, 185)
    for y, r in ((185, 52), (115, 38), (62, 27)):
        _disc(on, x, y, r, (252, 252, 255), outline=(190, 200, 215), width=2)
    for side in (-9, 9):
        _disc(on, x + side, 56, 3, (20, 20, 20))
    on.polygon([(x, 62), (x + 30, 67), (x, 69)], fill=(240, 130, 30))
    on.rectangle((x - 24, 14, x + 24, 38), fill=(30, 30, 35))
    on.rectangle((x - 36, 36, x + 36, 42), fill=(30, 30, 35))
    for _ in range(50):
        _disc(on, chance.randint(0, _W), chance.randint(0, _H), 2, (255, 255, 255))


def _apple(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    on.rectangle((0, 180, _W, _H), fill=(150, 105, 65))
    x, y = chance.randint(145, 180), 130
    for side in (-24, 24):
        on.ellipse((x + side - 52, y - 58, x + side + 52, y + 68), fill=(205, 30, 35))
    on.line((x, y - 50, x + 8, y - 85), fill=(90, 60, 30), width=6)
    on.ellipse((x + 8, y - 88, x + 54, y - 66), fill=(70, 160, 60))
    on.ellipse((x - 52, y - 35, x - 36, y), fill=(245, 150, 150))


def _fish(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    _sky(on, (70, 170, 220), (20, 70, 140))
    x, y = chance.randint(130, 180), chance.randint(105, 150)
    on.polygon([(x + 60, y), (x + 115, y - 42), (x + 115, y + 42)], fill=(245, 120, 30))
    on.ellipse((x - 80, y - 45, x + 80, y + 45), fill=(250, 140, 40))
    for band in (-30, 20):
        on.rectangle((x + band, y - 40, x + band + 14, y + 40), fill=(250, 250, 250))
    _disc(on, x - 52, y - 10, 8, (20, 20, 20))
    for _ in range(6):
        _disc(on, chance.randint(10, 90), chance.randint(10, 100), 6, None, outline=(220, 240, 255), width=2)


def _bar_chart(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    on.rectangle((0, 0, _W, _H), fill=(255, 255, 255))
    for line in range(40, 220, 36):
        on.line((40, line, 300, line), fill=(215, 215, 215))
    for bar in range(6):
        x = 52 + bar * 42
        on.rectangle((x, chance.randint(50, 180), x + 28, 220), fill=(50, 110, 200))
    on.line((40, 20, 40, 220), fill=(20, 20, 20), width=3)
    on.line((40, 220, 305, 220), fill=(20, 20, 20), width=3)


def _piano(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    on.rectangle((0, 0, _W, _H), fill=(30, 25, 25))
    key, first = chance.randint(34, 42), chance.randrange(7)
    for number in range(10):
        on.rectangle((number * key, 50, number * key + key - 3, _H), fill=(250, 250, 245))
    for number in range(10):
        if (number + first) % 7 not in {2, 6}:
            on.rectangle((number * key + key * 0.68, 50, number * key + key * 1.25, 170), fill=(15, 15, 15))


def _die(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    on.rectangle((0, 0, _W, _H), fill=(35, 110, 70))
    x, y, r = chance.randint(140, 180), chance.randint(115, 140), chance.randint(70, 85)
    on.rounded_rectangle(
        (x - r, y - r, x + r, y + r), 18, fill=(250, 250, 250), outline=(150, 150, 150), width=3
    )
    for a, b in ((-1, -1), (1, 1), (0, 0), (-1, 1), (1, -1)):
        _disc(on, x + a * r * 0.52, y + b * r * 0.52, r * 0.15, (20, 20, 20))


def _rainbow(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    _sky(on, (120, 175, 235), (215, 230, 245))
    x = chance.randint(130, 190)
    bands = ((220, 40, 40), (245, 140, 30), (250, 220, 50), (60, 170, 70), (50, 90, 210), (120, 50, 160))
    for number, colour in enumerate(bands):
        r = 150 - 13 * number
        on.arc((x - r, 215 - r, x + r, 215 + r), 180, 360, fill=colour, width=14)
    on.rectangle((0, 210, _W, _H), fill=(80, 150, 70))


def _cactus(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    _sky(on, (250, 200, 130), (250, 230, 190), 195)
    on.rectangle((0, 195, _W, _H), fill=(225, 185, 115))
    x = chance.randint(130, 190)
    on.rounded_rectangle((x - 18, 45, x + 18, 220), 18, fill=(50, 130, 60))
    for side, low, top in ((-1, 140, 85), (1, 120, 65)):
        far = x + side * 52
        on.rounded_rectangle((min(x, far), low - 22, max(x, far), low), 8, fill=(50, 130, 60))
        on.rounded_rectangle((far - 11, top, far + 11, low), 11, fill=(50, 130, 60))


def _envelope(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    on.rectangle((0, 0, _W, _H), fill=(90, 130, 160))
    x, y = chance.randint(50, 75), chance.randint(55, 80)
    on.rectangle((x, y, x + 200, y + 130), fill=(250, 245, 230), outline=(120, 110, 90), width=3)
    on.line((x, y, x + 100, y + 75, x + 200, y), fill=(120, 110, 90), width=4)


def _cat(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    on.rectangle((0, 0, _W, _H), fill=(225, 205, 190))
    x, y = chance.randint(140, 180), chance.randint(130, 150)
    for side in (-1, 1):
        on.polygon(
            [(x + side * 75, y - 95), (x + side * 78, y - 10), (x + side * 20, y - 62)], fill=(110, 105, 105)
        )
    _disc(on, x, y, 80, (125, 120, 120))
    for side in (-1, 1):
        on.ellipse((x + side * 32 - 15, y - 28, x + side * 32 + 15, y + 2), fill=(190, 215, 80))
        on.ellipse((x + side * 32 - 4, y - 28, x + side * 32 + 4, y + 2), fill=(15, 15, 15))
        for whisker in (14, 24, 34):
            on.line((x + side * 18, y + 24, x + side * 105, y + whisker), fill=(245, 245, 245), width=2)
    on.polygon([(x - 9, y + 12), (x + 9, y + 12), (x, y + 23)], fill=(240, 150, 160))


def _skyline(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    _sky(on, (15, 15, 45), (70, 50, 100))
    x = -5
    while x < _W:
        wide, top = chance.randint(28, 50), chance.randint(50, 170)
        on.rectangle((x, top, x + wide, _H), fill=(25, 25, 35))
        for window_x in range(x + 5, x + wide - 6, 10):
            for window_y in range(top + 8, _H, 14):
                if chance.random() < 0.6:
                    on.rectangle((window_x, window_y, window_x + 4, window_y + 6), fill=(250, 220, 120))
        x += wide + 3


def _balloons(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    _sky(on, (130, 195, 245), (220, 240, 252))
    for colour in ((220, 40, 50), (50, 160, 70), (60, 80, 210), (250, 200, 40), (200, 70, 180)):
        x, y = chance.randint(40, 280), chance.randint(40, 130)
        on.line((x, y + 35, 160, _H), fill=(90, 90, 90), width=2)
        on.ellipse((x - 27, y - 34, x + 27, y + 34), fill=colour)


def _road(on: ImageDraw.ImageDraw, chance: random.Random) -> None:
    _sky(on, (140, 190, 240), (225, 235, 245), 120)
    on.rectangle((0, 120, _W, _H), fill=(120, 165, 75))
    x = chance.randint(140, 180)
    on.polygon([(x - 6, 120), (x + 6, 120), (x + 120, _H), (x - 120, _H)], fill=(75, 75, 80))
    for top, low, wide in ((130, 142, 1), (155, 178, 3), (200, 240, 6)):
        on.polygon(
            [(x - wide, top), (x + wide, top), (x + 2 * wide, low), (x - 2 * wide, low)], fill=(250, 250, 240)
        )


SCENES: tuple[tuple[str, Scene], ...] = (
    ("a house with a red roof on a lawn", _house),
    ("a sunset over the sea", _sunset),
    ("a crescent moon and stars at night", _night),
    ("mountains covered with snow", _mountains),
    ("a sailing boat on the water", _boat),
    ("a green tree in a field", _tree),
    ("a yellow smiley face", _smiley),
    ("a wall clock", _clock),
    ("a traffic light", _traffic_light),
    ("a pink flower with a stem", _flower),
    ("a red car on a road", _car),
    ("a snowman in winter", _snowman),
    ("a red apple on a table", _apple),
    ("a clownfish under water", _fish),
    ("a blue bar chart", _bar_chart),
    ("piano keys", _piano),
    ("a die showing five", _die),
    ("a rainbow in the sky", _rainbow),
    ("a cactus in the desert", _cactus),
    ("an envelope, a letter", _envelope),
    ("the face of a cat", _cat),
    ("a city skyline at night", _skyline),
    ("colourful balloons in the sky", _balloons),
    ("an empty country road", _road),
)
