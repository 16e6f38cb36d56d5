"""How dates are written, and which of several counts.

A date with one impossible part is not lost: what is before that part still says the year, the month or the day. All
dates are wall-clock time; zones and fractions of a second are not read, for most cameras know none.
"""

import contextlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate

from desktop_app.library.media.metadata.metadata import Meaning, Metadata
from desktop_app.library.photo import Precision

_FIRST_PHOTOGRAPH = 1826

# "12:30:05", "9:04", "12:20:56 PM"; blanks in place of figures are what cameras write whose clock was never set.
_CLOCK = r"(?:[ T]+(\d{1,2}| \d|  )[:.](\d{1,2}| \d|  )(?:[:.](\d{1,2}| \d|  ))?(?:[.,]\d*)?(?:\s*([AaPp])\.?\s?[Mm]\b)?)?(?!\d)"
# "2007:12:06 14:33:18", "2023-09-27T14:32:53+02:00", "2023:10:10", "2019/3/21 9:04".
_YEAR_FIRST = re.compile(r"(\d{4})[-:/.](\d{1,2}| \d|  )[-:/.](\d{1,2}| \d|  )" + _CLOCK, re.ASCII)
# "20190714T122056", "20190714", "20190714122056+0000".
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[ T]?(\d{2}):?(\d{2}):?(\d{2})?)?()(?!\d)", re.ASCII)
# "1965-07", "1965:07", "1965".
_NO_DAY = re.compile(r"(\d{4})(?:[-:/](\d{1,2}| \d|  ))?[-:/]?\s*$", re.ASCII)
# "14.07.2019" is written with the day first wherever points are; "7/14/2019" can only be read with the month first.
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.:])(\d{1,2})\2(\d{4})" + _CLOCK, re.ASCII)
# "Sun, 14 Jul 2019 12:20:56 +0000" and "Sun Jul 14 12:20:56 2019": RFC 5322 and C's asctime, in PNG's texts.
_NAMED_MONTH = re.compile(
    r"(?=.*\b(?:18|19|20)\d\d\b)[\w,:+ -]*\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)", re.ASCII
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"\b({'|'.join(_MONTHS)})[a-z]*\.?"
# "July 14, 2019", "14 Jul 2019 1:20 PM".
_MONTH_FIRST = re.compile(
    _MONTH + r" (\d{1,2})(?:st|nd|rd|th)?,? (\d{4}),?" + _CLOCK, re.ASCII | re.IGNORECASE
)
_DAY_FIRST = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|\.)? " + _MONTH + r",? (\d{4}),?" + _CLOCK, re.ASCII | re.IGNORECASE
)
# "2019-07-14-12-20-56", "2019:07:14_12:20:56", "2019:07:1412:20:56".
_JOINED = re.compile(
    r"(\d{4})([-:/.])(\d\d)\2(\d\d)(?:[-_, ]\s*|)(\d\d)([-:.])(\d\d)\6(\d\d)(?!\d)", re.ASCII
)
# What the halves of a day are called where clocks have twelve hours, before or behind the time.
MORNING = re.compile(
    r"a\.?\s?m\b|上午|午前|오전|凌晨|早上|π\.?\s?μ|ÖÖ|ق\.?\s?ظ|ص(?!\w)|לפנה|पूर्वाह्न", re.IGNORECASE
)
AFTERNOON = re.compile(
    r"p\.?\s?m\b|下午|午後|오후|中午|μ\.?\s?μ|ÖS|ب\.?\s?ظ|م(?!\w)|אחה|अपराह्न", re.IGNORECASE
)
_HALVED = re.compile(
    r"(\d{4}\D\d{1,2}\D\d{1,2})(\D*)(\d{1,2}[:.]\d\d(?:[:.]\d\d)?)(?:[.,]\d+)?(\D*)", re.ASCII
)
# Telephones set to Arabic or Persian write their figures, and full-width ones are written in East Asia.
_FIGURES = {first + figure: str(figure) for first in (0x0660, 0x06F0, 0xFF10) for figure in range(10)}
_NO_TEXT = dict.fromkeys((0x200E, 0x200F, 0xFEFF))
# What clocks begin with that were never set.
_NEVER_SET = {datetime(year, 1, 1) for year in (1904, 1970, 1980)}  # noqa: DTZ001  # cameras know no zone
_LONGEST = 64

Dated = tuple[datetime, Precision]
"""The first moment of what is known, and how much is known."""


def read_date(value: object) -> Dated | None:
    """Return a date as wall-clock time without a zone, as far as it can be true; None where not even the year can.

    Args:
        value: What the file holds: text, bytes, or anything else.
    """
    said = _text(value)
    if not said:
        return None
    dated = _year_first(said) or _year_last(said) or _with_named_month(said)
    is_set = dated is not None and (dated[0] not in _NEVER_SET or dated[1] is not Precision.SECOND)
    return dated if dated and is_set and _is_believable(dated[0]) else None


def best_date(said: Iterable[tuple[Meaning, object]]) -> Metadata:
    """Return the date that counts among several of one source; nothing but a date.

    Args:
        said: What each is the date of, and what the file holds; of those that mean the same the first counts.
    """
    best = Metadata()
    for meaning, value in said:
        if dated := read_date(value):
            best = best.completed_by(Metadata(taken_at=dated[0], precision=dated[1], meaning=meaning))
    return best


def on_this_clock(instant: datetime) -> datetime | None:
    """Return an instant as wall-clock time of this computer's zone; None where it cannot be true.

    For files that say when in the world, but not in which zone, something was taken.
    """
    try:
        local = instant.astimezone()
    except (OSError, OverflowError):
        # Windows knows no zones before 1970.
        local = instant
    date = local.replace(tzinfo=None, microsecond=0)
    return date if _is_believable(date) else None


def _text(value: object) -> str:
    """Return what a file holds as text in the figures and with the separators that are read here."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", errors="replace")
    if not isinstance(value, str):
        return ""
    said = value.split("\0", 1)[0].strip().strip("\"'“”„").strip()[:_LONGEST]
    if not said.isascii():
        said = _in_ascii(said)
    return _JOINED.sub(r"\1:\3:\4 \5:\7:\8", said, count=1)


def _in_ascii(said: str) -> str:
    """Return a date with figures and halves of the day as English has them."""
    # EXIF knows no encoding; what is read byte by byte may be UTF-8.
    with contextlib.suppress(UnicodeError):
        said = said.encode("latin-1").decode()
    said = said.translate(_FIGURES | _NO_TEXT)
    found = _HALVED.match(said)
    if not found:
        return said
    day, before, clock, behind = found.groups()
    for pattern, half in ((MORNING, "AM"), (AFTERNOON, "PM")):
        if pattern.match(before.strip()) or pattern.match(behind.strip()):
            return f"{day} {clock} {half}"
    return said


def _year_first(said: str) -> Dated | None:
    found = _YEAR_FIRST.match(said) or _COMPACT.match(said)
    if found:
        year, month, day, hour, minute, second, half = found.groups()
        return _dated(year, month, day, _clock(hour, minute, second, half))
    found = _NO_DAY.match(said)
    return _dated(found[1], found[2], None, None) if found else None


def _year_last(said: str) -> Dated | None:
    found = _YEAR_LAST.match(said)
    if not found:
        return None
    one, separator, other, year, hour, minute, second, half = found.groups()
    day, month = (one, other) if separator == "." or int(one) > 12 or one == other else (other, one)
    if separator != "." and one != other and int(one) <= 12 and int(other) <= 12:
        # Both can be the month: only the year is sure.
        return _dated(year, None, None, None)
    return _dated(year, month, day, _clock(hour, minute, second, half))


def _with_named_month(said: str) -> Dated | None:
    if found := _MONTH_FIRST.match(said):
        name, day, year, *clock = found.groups()
    elif found := _DAY_FIRST.match(said):
        day, name, year, *clock = found.groups()
    if found:
        return _dated(year, str(_MONTHS.index(name.lower()[:3]) + 1), day, _clock(*clock))
    parts = parsedate(said) if _NAMED_MONTH.match(said) else None
    if not parts:
        return None
    year, month, day, hour, minute, second = (str(part) for part in parts[:6])
    return _dated(year, month, day, _clock(hour, minute, second, None) if ":" in said else None)


def _clock(
    hour: str | None, minute: str | None, second: str | None, half: str | None
) -> tuple[int, int, int] | None:
    """Return a time of day; None where there is none or it is impossible. Impossible seconds are none."""
    hours, minutes, seconds = _number(hour), _number(minute), _number(second) or 0
    if hours is None or minutes is None or hours > 23 or minutes > 59:
        return None
    if half and 1 <= hours <= 12:
        hours = hours % 12 + (12 if half in "Pp" else 0)
    return hours, minutes, seconds if seconds < 60 else 0


def _number(said: str | None) -> int | None:
    return int(said) if said and said.strip() else None


def _dated(year: str, month: str | None, day: str | None, clock: tuple[int, int, int] | None) -> Dated | None:
    """Return a date down to the part before the first that is missing or impossible; the clock needs a day."""
    months, days = _number(month) or 0, _number(day) or 0
    # Cameras know no zone.
    for parts, precision in (
        ((months, days, *(clock or (24,))), Precision.SECOND),
        ((months, days), Precision.DAY),
        ((months, 1), Precision.MONTH),
        ((1, 1), Precision.YEAR),
    ):
        try:
            return datetime(int(year), *parts), precision  # noqa: DTZ001
        except ValueError:
            continue
    return None


def _is_believable(date: datetime) -> bool:
    """Tell whether a date can be true."""
    # A day ahead can: clocks on the other side of the world show up to 14 hours more than Greenwich.
    latest = datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1)
    return date.year >= _FIRST_PHOTOGRAPH and date <= latest
