"""What is known of a photo's making as one value, and how single entries of a file become parts of it.

Every reader of metadata (EXIF, IPTC, XMP, Takeout, the tags of videos) hands its entries to the functions here: texts
and tags are cleaned, ratings and places are held within their ranges, dates are parsed. What cannot be true comes back
as None, for a photo without a date is better than one at a wrong place among the others.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_XMP_DEGREES = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?([NSEW])$")
# "2007:12:06 14:33:18", "2023-09-27T14:32:53+02:00", "2023:10:10", "2019/3/21 9:04"; fractions and zones are not read.
_DATE = re.compile(
    r"\s*(\d{4})[-:/.](\d{1,2})[-:/.](\d{1,2})(?:[ T]+(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2}))?)?(?!\d)",
    re.ASCII,
)
_FIRST_PHOTOGRAPH = 1826
# A person writes dozens of tags and a paragraph; programs that keep their notes there must not fill the catalogue.
_MOST_TAGS = 200
_LONGEST_TAG = 100
_LONGEST_CAPTION = 2_000


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a photo's file says about its making.

    Attributes:
        taken_at: Wall-clock time where it was taken, without a zone.
        camera: Maker and model without repetition.
        latitude: Degrees north, −90 to 90; None together with `longitude`.
        longitude: Degrees east, −180 to 180.
        rating: Stars, 1 to 5; 0 for a photo that says it has none; −1 for one that was rejected.
        tags: Words that people or programs gave it, in their order, none twice.
        caption: What somebody wrote about it.
    """

    taken_at: datetime | None = None
    camera: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    rating: int | None = None
    tags: tuple[str, ...] = ()
    caption: str | None = None

    def completed_by(self, other: "Metadata") -> "Metadata":
        """Return this with what it does not say taken from another; a place and the tags are taken whole."""
        placed = self if self.latitude is not None else other
        return Metadata(
            taken_at=self.taken_at or other.taken_at,
            camera=self.camera or other.camera,
            latitude=placed.latitude,
            longitude=placed.longitude,
            rating=other.rating if self.rating is None else self.rating,
            tags=self.tags or other.tags,
            caption=self.caption or other.caption,
        )


def clean(value: object) -> str:
    """Return a text without the padding, line ends and control characters that cameras leave in it."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", errors="replace")
    if not isinstance(value, str):
        return ""
    printable = "".join(sign if sign.isprintable() else " " for sign in value.split("\0", 1)[0])
    return " ".join(printable.split())


def tags_of(words: Iterable[str]) -> tuple[str, ...]:
    """Return words as tags: clean, none twice in any letter case, and not without end."""
    tags: dict[str, str] = {}
    for word in words:
        tag = clean(word)[:_LONGEST_TAG].strip()
        if tag and len(tags) < _MOST_TAGS:
            tags.setdefault(tag.casefold(), tag)
    return tuple(tags.values())


def text_of(title: str, description: str) -> str | None:
    """Return title and description as one caption; once, where one holds the other."""
    title, description = clean(title), clean(description)
    if title.casefold() in description.casefold():
        title = ""
    both = ": ".join(text for text in (title, description) if text)
    return both[:_LONGEST_CAPTION].strip() or None


def stars(value: object) -> int | None:
    """Return a rating from −1 to 5, or None for what is none; programs write `5`, `"5"` and `"5.0"`."""
    try:
        number = float(value) if isinstance(value, int | float | str | bytes) else math.nan
    except ValueError:
        return None
    return int(number) if -1 <= number <= 5 else None


def place_of(latitude: float | None, longitude: float | None) -> tuple[float | None, float | None]:
    """Return a place, or twice None where half of it is missing, it lies beyond the poles, or means "no fix" (0, 0)."""
    if latitude is None or longitude is None or latitude == longitude == 0:
        return None, None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else (None, None)


def degrees_of_xmp(said: str) -> float | None:
    """Return the degrees of "41,13.218N" or "96,4,17.85W"; None for anything else."""
    found = _XMP_DEGREES.match(said)
    if not found:
        return None
    degrees, minutes, seconds, side = found.groups()
    value = float(degrees) + float(minutes) / 60 + float(seconds or 0) / 3600
    return -value if side in "SW" else value


def parse_date(value: object) -> datetime | None:
    """Return a date as wall-clock time without a zone, or None where it is no date or cannot be true.

    Args:
        value: What the file holds: text, bytes, or anything else.
    """
    if isinstance(value, bytes):
        value = value.decode("ascii", errors="replace")
    found = _DATE.match(value) if isinstance(value, str) else None
    if not found:
        return None
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
        date = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  # cameras know no zone
    except ValueError:
        return None
    return date if _is_believable(date) else None


def on_this_clock(instant: datetime) -> datetime | None:
    """Return an instant as wall-clock time of this computer's zone; None where it cannot be true.

    For files that say when in the world, but not in which zone, something was taken.
    """
    try:
        local = instant.astimezone()
    except (OSError, OverflowError):
        # Windows knows no zones before 1970.
        local = instant
    return parse_date(local.strftime("%Y-%m-%d %H:%M:%S"))


def _is_believable(date: datetime) -> bool:
    """Tell whether a date can be true."""
    # A day ahead can: clocks on the other side of the world show up to 14 hours more than Greenwich.
    latest = datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1)
    return date.year >= _FIRST_PHOTOGRAPH and date <= latest
