"""What is known of a photo's making, as one value, and how the words of several sources become one."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum

from desktop_app.library.photo import Precision

# A person writes dozens of tags and a paragraph; programs that keep their notes there must not fill the catalogue.
_MOST_TAGS = 200
_LONGEST_TAG = 100

_TOGETHER = ", "


class Meaning(IntEnum):
    """What a date is the date of, the most trusted first.

    The order of the Metadata Working Group's guidelines (2.0, section 5.4), with the dates behind it that say less.
    """

    TAKEN = 1
    CREATED = 2
    DIGITISED = 3
    CHANGED = 4
    SATELLITE = 5
    NAME = 6
    FILE = 7


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a photo, and the files beside it, say about its making.

    Attributes:
        taken_at: Wall-clock time where it was taken, without a zone.
        camera: Maker and model without repetition.
        latitude: Degrees north, −90 to 90; None together with `longitude`.
        longitude: Degrees east, −180 to 180.
        rating: Stars, 1 to 5; 0 for a photo that says it has none; −1 for one that was rejected.
        tags: Words that people or programs gave it, the names of people too; in their order, none twice.
        caption: What somebody wrote about it.
        precision: How much of `taken_at` is known.
        meaning: What `taken_at` is the date of; says nothing without one.
        lens: Its name, as the camera writes it.
        exposure: For people: "1/250 s · f/2.8 · ISO 100 · 35 mm", as far as it is known.
        people: The names of people in it, in their order, none twice.
        sources: Where each of these came from: pairs of a field's name ("taken_at", …; "place" for both degrees) and
            its source; of words that several sources gave, all of them. Two that say the same are equal, wherever
            they have it from.
    """

    taken_at: datetime | None = None
    camera: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    rating: int | None = None
    tags: tuple[str, ...] = ()
    caption: str | None = None
    precision: Precision = Precision.SECOND
    meaning: Meaning = Meaning.TAKEN
    lens: str | None = None
    exposure: str | None = None
    people: tuple[str, ...] = ()
    sources: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    def said_by(self, source: str) -> "Metadata":
        """Return this with one source for all that it says."""
        return replace(self, sources=tuple((name, source) for name in _FIELDS if self._says(name)))

    def completed_by(self, other: "Metadata") -> "Metadata":
        """Return this with what it does not say taken from another.

        A place is taken whole; tags and people are united; of two dates the one that means more counts, and of two
        that mean the same the first, or the other where it says the same more exactly.
        """
        dated = other if self._is_dated_better_by(other) else self
        placed = self if self.latitude is not None else other
        return Metadata(
            taken_at=dated.taken_at,
            precision=dated.precision,
            meaning=dated.meaning,
            camera=self.camera or other.camera,
            lens=self.lens or other.lens,
            exposure=self.exposure or other.exposure,
            latitude=placed.latitude,
            longitude=placed.longitude,
            rating=other.rating if self.rating is None else self.rating,
            tags=tags_of((*self.tags, *other.tags)),
            people=tags_of((*self.people, *other.people)),
            caption=self.caption or other.caption,
            sources=self._sources_with(other, dated),
        )

    def source_of(self, name: str) -> str:
        """Return where a field came from; empty where nobody said."""
        return dict(self.sources).get(name, "")

    def _says(self, name: str) -> bool:
        value = getattr(self, "latitude" if name == "place" else name)
        return value is not None and value != ()

    def _is_dated_better_by(self, other: "Metadata") -> bool:
        if self.taken_at is None or other.taken_at is None:
            return self.taken_at is None
        if self.meaning != other.meaning:
            return other.meaning < self.meaning
        return _EXACTNESS[other.precision] > _EXACTNESS[self.precision] and self.taken_at == began(
            other.taken_at, self.precision
        )

    def _sources_with(self, other: "Metadata", dated: "Metadata") -> tuple[tuple[str, str], ...]:
        mine, theirs = dict(self.sources), dict(other.sources)
        sources = {**theirs, **mine}
        if "taken_at" in sources:
            sources["taken_at"] = dated.source_of("taken_at")
        for name, own, others in (("tags", self.tags, other.tags), ("people", self.people, other.people)):
            known = {word.casefold() for word in own}
            if name in mine and name in theirs and any(word.casefold() not in known for word in others):
                said = dict.fromkeys([*mine[name].split(_TOGETHER), *theirs[name].split(_TOGETHER)])
                sources[name] = _TOGETHER.join(said)
        return tuple((name, source) for name, source in sources.items() if source)


_FIELDS = (
    "taken_at",
    "camera",
    "lens",
    "exposure",
    "place",
    "rating",
    "tags",
    "people",
    "caption",
)
# Zero width non-joiner and joiner.
_JOINERS = "\u200c\u200d"
_EXACTNESS = {precision: place for place, precision in enumerate(Precision)}


def began(moment: datetime, precision: Precision) -> datetime:
    """Return the first moment of the year, month or day that a moment lies in; of a second the moment itself."""
    if precision is Precision.SECOND:
        return moment
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if precision is Precision.DAY:
        return day
    return day.replace(day=1) if precision is Precision.MONTH else day.replace(day=1, month=1)


def clean(value: object) -> str:
    """Return a text without the padding, line ends and control characters that cameras leave in it.

    The signs that join and part letters stay: Persian words, Indic letters and emoji of several people are written with
    them.
    """
    if isinstance(value, bytes):
        value = value.decode("utf-8", errors="replace")
    if not isinstance(value, str):
        return ""
    text = " ".join("".join(map(_visible, value.split("\0", 1)[0])).split())
    return text if text.strip(_JOINERS) else ""


def _visible(sign: str) -> str:
    """Return a sign, a blank for one that moves the pen, or nothing for one that only tells how to set the others."""
    if sign.isprintable() or sign in _JOINERS:
        return sign
    return "" if unicodedata.category(sign) == "Cf" else " "


def tags_of(words: Iterable[str]) -> tuple[str, ...]:
    """Return words as tags: clean, none twice in any letter case, and not without end."""
    tags: dict[str, str] = {}
    for word in words:
        tag = clean(word)[:_LONGEST_TAG].strip()
        if tag and len(tags) < _MOST_TAGS:
            tags.setdefault(tag.casefold(), tag)
    return tuple(tags.values())
