"""What the photos of a made library are called, when and where they were taken, and what they look like to a model."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.media.metadata.metadata import Metadata
from tests.benchmarks.vectors import Space

Numbers = NDArray[np.int64]

BLOCK = 5_000
"""Photos that are drawn, written and saved together; a library that was half made goes on with the next block."""

# A camera is a filter that keeps a known share: 50 %, 1 % and 0.1 % are those that the table asks for.
CAMERAS = (
    ("Canon EOS R6", 0.5),
    ("Apple iPhone 13", 0.239),
    ("Nikon D750", 0.15),
    ("Sony ILCE-7M3", 0.1),
    ("Fujifilm X100V", 0.01),
    ("Leica M10", 0.001),
)
"""Names of cameras, and the share of photos that each took."""

COMMON_WORDS = "summer holiday"
"""Words that stand in the names of a fifth of the folders."""

_EVENTS = (
    "Summer holiday in Italy",
    "Summer holiday at the lake",
    "Birthday of Anna",
    "Christmas",
    "Hiking in the Alps",
    "Wedding of Jonas and Mia",
    "Garden",
    "City walk",
    "Zoo",
    "Concert",
)
_PLACES = (
    (43.77, 11.25),
    (47.56, 9.38),
    (52.52, 13.4),
    (48.14, 11.58),
    (46.02, 7.75),
    (40.71, -74.01),
    (35.68, 139.69),
    (-33.87, 151.21),
    (51.51, -0.13),
    (64.15, -21.94),
)
_TAGS = ("family", "friends", "nature", "city", "food", "animals", "sunset", "sport")
_PEOPLE = ("Anna", "Jonas", "Mia", "Paul", "Lena")
_IN_AN_EVENT = 250
_FIRST = datetime(2005, 1, 1, 9, 0)
_YEARS_S = 20 * 365 * 86_400
# At these places of an event a burst begins: 24 pairs of like photos among 1,000. At one in so many is a copy of the one
# before.
_BURSTS, _BURST = (0, 60), 3
_COPY_EACH = 200
_WITH_TAGS, _WITH_PEOPLE, _WITH_STARS, _WITH_FIVE = 0.1, 0.05, 0.08, 0.01
_EVENTS_WITH_PLACE = 4
# Photos of a burst, as the built-in model sees them: cosine 0.99, and looks of two bits' difference.
_BURST_SPREAD = 0.12
# One event in so many shows plain ground, pages or the sky: of 57 real photos it was seven.
_FLAT_EACH = 8


@dataclass(frozen=True, slots=True)
class DrawnPhoto:
    """One photo as it goes into the catalogue, but for the stamp of its file.

    Attributes:
        number: Of the photo in its library, from 0.
        inside: Its path below the chosen folder.
        size_bytes: Of its file.
        taken_at: When it was taken; every photo says so.
        content: The number of the photo whose bytes it has: its own, or that of the one it is a copy of.
        metadata: What it says.
        look: As `media.looks.look_of`.
        is_flat: As `media.flatness.is_flat`.
    """

    number: int
    inside: Path
    size_bytes: int
    taken_at: datetime
    content: int
    metadata: Metadata
    look: int
    is_flat: bool

    @property
    def content_hash(self) -> str:
        """What names its content, and its thumbnail."""
        return content_hash_of(self.content)


def content_hash_of(number: int) -> str:
    """Return the hash of a content of a made library, spread as real ones are."""
    return hashlib.blake2b(f"made {number}".encode(), digest_size=16).hexdigest()


def content_of(number: int) -> int:
    """Return the photo whose bytes a photo has: itself, or the one before where it is a copy."""
    return number - (number % _IN_AN_EVENT % _COPY_EACH == _COPY_EACH - 1)


def shown_as_of(content: int) -> int:
    """Return the first photo of the burst that a photo was taken in: itself for most. Photos of a burst look alike."""
    place = content % _IN_AN_EVENT
    return content - next((place - first for first in _BURSTS if first <= place < first + _BURST), 0)


def blocks_of(count: int) -> int:
    """Return how many blocks a library of so many photos is made in."""
    return -(-count // BLOCK)


class Contents:
    """Draws the photos of a library, block by block; the same size gives the same, in any order of blocks."""

    def __init__(self, count: int, space: Space) -> None:
        """Fix the library.

        Args:
            count: Photos in all.
            space: Where their vectors lie.
        """
        self._count = count
        self._space = space
        self._events = -(-count // _IN_AN_EVENT)

    def block(self, number: int) -> tuple[list[DrawnPhoto], NDArray[np.float32]]:
        """Return the photos of a block and their vectors, ``(n, dimension)`` float32 of length 1."""
        rng = np.random.default_rng((18, number))
        first = number * BLOCK
        numbers = np.arange(first, min(first + BLOCK, self._count))
        content = np.array([content_of(one) for one in numbers.tolist()])
        leaders = np.array([shown_as_of(one) for one in content.tolist()])
        photos = list(self._drawn(rng, numbers, content, leaders))
        drawn = self._space.photos(rng, numbers // _IN_AN_EVENT, leaders - first, _BURST_SPREAD)
        return photos, drawn[content - first]

    def _drawn(
        self, rng: np.random.Generator, numbers: Numbers, content: Numbers, leaders: Numbers
    ) -> Iterator[DrawnPhoto]:
        names, shares = zip(*CAMERAS, strict=True)
        first, size = int(numbers[0]), len(numbers)
        cameras = rng.choice(len(names), size, p=shares)
        chances = rng.random((size, 4))
        looks = rng.integers(-(2**63), 2**63 - 1, size, dtype=np.int64)
        sizes = rng.integers(1_500_000, 6_000_000, size)
        for number, of, leader in zip(numbers.tolist(), content.tolist(), leaders.tolist(), strict=True):
            event, before = number // _IN_AN_EVENT, of - leader
            began = _FIRST + timedelta(seconds=event * _YEARS_S // self._events)
            taken_at = began + timedelta(seconds=100 * (leader % _IN_AN_EVENT) + before)
            title = _EVENTS[event % len(_EVENTS)]
            yield DrawnPhoto(
                number=number,
                inside=Path(f"{began:%Y}", f"{began:%Y-%m-%d} {title}", _name(number, is_copy=number != of)),
                size_bytes=int(sizes[of - first]),
                taken_at=taken_at,
                content=of,
                metadata=_metadata(event, taken_at, names[cameras[leader - first]], chances[of - first]),
                look=int(looks[leader - first]) ^ ((1 << before) - 1),
                is_flat=event % _FLAT_EACH == 0,
            )


def _name(number: int, *, is_copy: bool) -> str:
    return f"IMG_{number - 1:07} (1).jpg" if is_copy else f"IMG_{number:07}.jpg"


def _metadata(event: int, taken_at: datetime, camera: str, chances: NDArray[np.float64]) -> Metadata:
    placed, tagged, named, starred = chances.tolist()
    has_place = event % 10 < _EVENTS_WITH_PLACE
    latitude, longitude = _PLACES[event % len(_PLACES)] if has_place else (None, None)
    stars = 5 if starred < _WITH_FIVE else 3 if starred < _WITH_STARS else None
    return Metadata(
        taken_at=taken_at,
        camera=camera,
        lens=f"{camera.split(maxsplit=1)[0]} 24-70mm f/2.8",
        exposure="1/250 s · f/2.8 · ISO 100 · 35 mm",
        # Nobody stands still.
        latitude=None if latitude is None else round(latitude + placed / 100, 6),
        longitude=None if longitude is None else round(longitude + tagged / 100, 6),
        rating=stars,
        tags=(_TAGS[event % len(_TAGS)],) if tagged < _WITH_TAGS else (),
        people=(_PEOPLE[event % len(_PEOPLE)],) if named < _WITH_PEOPLE else (),
    )
