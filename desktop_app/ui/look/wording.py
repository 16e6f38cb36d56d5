"""Figures, times, sizes and paths as a person reads them."""

import os
from datetime import UTC, datetime
from pathlib import Path
from unicodedata import category

from PySide6.QtCore import QDate, QLocale, QTime

MINUTE_S = 60
HOUR_S = 60 * MINUTE_S
DAY_S = 24 * HOUR_S
_WEEK_DAYS = 7


def _locale() -> QLocale:
    """Return the person's locale; the "C" one knows no thousands separators."""
    mine = QLocale()
    return mine if mine.language() is not QLocale.Language.C else QLocale(QLocale.Language.English)


def number(count: int) -> str:
    """Return a whole number with thousands separators: "12,345"."""
    return _locale().toString(count)


def decimal(figure: float, digits: int = 1) -> str:
    """Return a figure with so many digits behind the point, or behind the comma where the person writes one: "1.9"."""
    return _locale().toString(figure, "f", digits)


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: "1 photo", "12,345 photos". `plural` is `noun` with an s unless given."""
    return f"{number(count)} {noun if count == 1 else plural or noun + 's'}"


def rate(per_s: float, noun: str = "photo") -> str:
    """Return a pace: "12 photos/s", "0.8 photos/s"; empty when not known."""
    if per_s < 0.05:
        return ""
    figure = decimal(per_s) if per_s < 9.5 else number(round(per_s))
    return f"{figure} {noun}s/s"


def time_left(seconds: float | None) -> str:
    """Return an estimate no finer than anyone could know: "About 6 min left"; empty when not known."""
    if seconds is None:
        return ""
    takes = duration(seconds)
    return f"{takes[:1].upper()}{takes[1:]} left"


def duration(seconds: float) -> str:
    """Return how long something takes, no finer than anyone could know: "less than a minute", "about 6 min"."""
    if seconds < 45:
        return "less than a minute"
    if seconds < 59.5 * MINUTE_S:
        return f"about {max(1, round(seconds / MINUTE_S))} min"
    if seconds < DAY_S:
        hours, minutes = divmod(round(seconds / (5 * MINUTE_S)) * 5, 60)
        return f"about {hours} h {minutes} min" if minutes else f"about {hours} h"
    return f"about {counted(round(seconds / DAY_S), 'day')}"


def date(day: QDate) -> str:
    """Return a day in full, in the person's own way of writing."""
    return QLocale().toString(day, QLocale.FormatType.LongFormat)


def month(day: QDate) -> str:
    """Return the month of a day: "May 2021"."""
    return QLocale().toString(day, "MMMM yyyy")


def time(hour: int, minute: int) -> str:
    """Return a time of the day in the person's own way of writing: "2:20 PM", "14:20"."""
    return _locale().toString(QTime(hour, minute), QLocale.FormatType.ShortFormat)


def day(moment: datetime, now: datetime | None = None) -> str:
    """Return a moment of the past by its day: "14:05" of today, "yesterday", "Monday", "12 March", "12 March 2025".

    Args:
        moment: With a zone; said in the person's own.
        now: Where today is, with a zone; None for this moment.
    """
    here = moment.astimezone()
    today = (now or datetime.now(UTC)).astimezone().date()
    days = (today - here.date()).days
    if days <= 0:
        return time(here.hour, here.minute)
    if days == 1:
        return "yesterday"
    then = QDate(here.year, here.month, here.day)
    if days < _WEEK_DAYS:
        return _locale().toString(then, "dddd")
    return _locale().toString(then, "d MMMM" if here.year == today.year else "d MMMM yyyy")


def length(duration_s: float) -> str:
    """Return how long a video is: "0:05", "12:03", "1:02:05"; to the nearest second, at least one."""
    # Half a second counts as one; Python would round it to the even neighbour.
    return _clock(max(1, int(duration_s + 0.5)))


def moment(at_s: float) -> str:
    """Return a place in a video as players show it: "0:12", the second it falls into."""
    return _clock(max(0, int(at_s)))


def moment_in(at_s: float | None, duration_s: float, between: str = " of ") -> str:
    """Return a place in a video and how long that is: "0:12 of 0:34"; without a place the length alone."""
    whole = length(duration_s)
    return whole if at_s is None else f"{moment(at_s)}{between}{whole}"


def spoken_length(duration_s: float) -> str:
    """Return how long a video is as it is said: "34 seconds", "1 hour 2 minutes 5 seconds"."""
    minutes, seconds = divmod(max(1, int(duration_s + 0.5)), MINUTE_S)
    hours, minutes = divmod(minutes, MINUTE_S)
    parts = (hours, "hour"), (minutes, "minute"), (seconds, "second")
    return " ".join(counted(count, name) for count, name in parts if count)


def _clock(seconds: int) -> str:
    minutes, seconds = divmod(seconds, MINUTE_S)
    hours, minutes = divmod(minutes, MINUTE_S)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def size(size_bytes: int) -> str:
    """Return a size as shops and file managers give it: "605 MB", "1.5 GB"."""
    return _size(size_bytes, fine_from=10**9)


def file_size(size_bytes: int) -> str:
    """Return the size of one photo or video, finer than `size`: "740 kB", "2.5 MB"."""
    return _size(size_bytes, fine_from=10**6)


def _size(size_bytes: int, *, fine_from: int) -> str:
    digits = 1 if size_bytes >= fine_from else 0
    return _locale().formattedDataSize(size_bytes, digits, QLocale.DataSizeFormat.DataSizeSIFormat)


def shown(path: Path | str) -> str:
    """Return a name or path that any label can show: the home folder as ``~``, no line ends, valid Unicode."""
    text = str(path)
    home = str(Path.home())
    if isinstance(path, Path) and len(home) > 1 and (text == home or text.startswith(home + os.sep)):
        text = "~" + text[len(home) :]
    return "".join("\N{REPLACEMENT CHARACTER}" if _hides(character) else character for character in text)


def on_button(text: str) -> str:
    """Return a text as a button or a line of a menu shows it: by itself, the letter behind an & becomes a key."""
    return text.replace("&", "&&")


def _hides(letter: str) -> bool:
    """Say whether a character is a control: a line end, half a pair, or one that turns the text around."""
    # The joiners are part of many emoji and of Indian and Persian names.
    return category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and letter not in "\u200c\u200d"
