"""How single entries of a file become parts of what is known of a photo's making.

Every reader of metadata (EXIF, IPTC, XMP, Takeout, the tags of videos) hands its entries to the functions here: texts
and tags are cleaned, ratings and places are held within their ranges, dates are parsed. What cannot be true comes back
as None, for a photo without a date is better than one at a wrong place among the others.
"""

import math
import re
from datetime import UTC, datetime, timedelta

from desktop_app.library.media.metadata.metadata import clean

_XMP_DEGREES = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?([NSEW])$")
# "2007:12:06 14:33:18", "2023-09-27T14:32:53+02:00", "2023:10:10", "2019/3/21 9:04"; fractions and zones are not read.
_DATE = re.compile(
    r"\s*(\d{4})[-:/.](\d{1,2})[-:/.](\d{1,2})(?:[ T]+(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2}))?)?(?!\d)",
    re.ASCII,
)
_FIRST_PHOTOGRAPH = 1826
# A person writes a paragraph; programs that keep their notes there must not fill the catalogue.
_LONGEST_CAPTION = 2_000


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
