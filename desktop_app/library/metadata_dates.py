"""Reads the dates that cameras and programs write, and refuses those that cannot be true."""

import re
from datetime import UTC, datetime, timedelta

# "2007:12:06 14:33:18", "2023-09-27T14:32:53+02:00", "2023:10:10", "2019/3/21 9:04"; fractions and zones are not read.
_DATE = re.compile(
    r"\s*(\d{4})[-:/.](\d{1,2})[-:/.](\d{1,2})(?:[ T]+(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2}))?)?(?!\d)",
    re.ASCII,
)
_FIRST_PHOTOGRAPH = 1826


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
    """A day ahead is believed: clocks on the other side of the world show up to 14 hours more than Greenwich."""
    latest = datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1)
    return date.year >= _FIRST_PHOTOGRAPH and date <= latest
