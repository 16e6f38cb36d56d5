"""Reads dates as people write them: `2023-06`, `31/12/2019`, `2023..2024`, `last summer`, `june 2021`, `März 2024`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from desktop_app.library.query.date_names import named_date
from desktop_app.library.query.tokens import NotUnderstoodError

EXAMPLES = "2023, 2023-06, 2023-06-01, 2023-06..2023-08, yesterday, “last summer” or “june 2021”"
"""Dates that are understood, for a sentence."""

_DAY = timedelta(days=1)
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
# First month and number of months; the winter of a year begins in its December. As in the north of the world.
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_FEASTS = {
    "christmas": ((12, 24), (12, 26)),
    "halloween": ((10, 31), (10, 31)),
    "new year's eve": ((12, 31), (12, 31)),
    "new year's day": ((1, 1), (1, 1)),
    "valentine's day": ((2, 14), (2, 14)),
}
_NUMBERS = dict(
    zip(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        range(1, 13),
        strict=True,
    )
) | {"a": 1, "an": 1}
_NUMBER = rf"(\d{{1,4}}|{'|'.join(_NUMBERS)})"
_UNIT = r"(day|week|month|year)s?"
_WHICH = r"(?:(last|this) )?"
_YEAR = r"(?:,? (?:of )?(\d{4}))?"

_OTHER_WORDS = (
    "today yesterday before last this past ago the of in on from between since day days week weeks weekend month months "
    "year years"
)
WORDS = frozenset(
    (*_MONTHS, *(name[:3] for name in _MONTHS), *_WEEKDAYS, *_SEASONS, *_NUMBERS, *" ".join(_FEASTS).split())
) | frozenset(_OTHER_WORDS.split())
"""What dates are made of, beside numbers."""

_WRITTEN = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})(?:\2(\d{1,2}))?)?", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_YEAR_LAST = re.compile(r"(?:(\d{1,2})([-/.]))?(\d{1,2})(?(2)\2|[-/.])(\d{4})", re.ASCII)
_SHORT_YEAR = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{2})", re.ASCII)
_MONTH = rf"({'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in _MONTHS)}|sept)\.?"
# "2019-2020", "jun-aug 2019", and any two dates with a long dash between them, but for the dash of "2019–06".
_DASHED = re.compile(
    rf"(\d{{4}})\s?[-–—]\s?(\d{{4}})|((?:\d{{4}} )?{_MONTH})\s?-\s?({_MONTH}(?:,? \d{{4}})?)|(.+?)\s?[–—]\s?(?!\d\d?$)(.+)"
)


@dataclass(frozen=True, slots=True)
class Interval:
    """A time with a beginning and an end, as the wall clock shows it, without a zone.

    Attributes:
        start: The first moment; None for ever before.
        end: The first moment after it; None for ever after.
    """

    start: datetime | None
    end: datetime | None


def interval_of(text: str, today: date) -> Interval:
    """Return the time that a text names, the last day of it included.

    Ranges are written with `..`, "to" or "until", and may be open at one side. A month or a season without a year
    is the latest that has begun, with "last" the latest that is over. Weeks begin on Monday.

    Args:
        text: The date or range.
        today: What "yesterday" and its like start from.

    Raises:
        NotUnderstoodError: It names no time.
    """
    plain = " ".join(text.lower().replace("’", "'").replace("…", "..").split())
    if not plain:
        raise NotUnderstoodError(f"A date is missing here. Write it like {EXAMPLES}.")
    try:
        return _range(plain, today) or _period(plain, today)
    except (OverflowError, ValueError) as error:
        if isinstance(error, NotUnderstoodError):
            raise error.typed_in(text) from error
        raise NotUnderstoodError(f"There is no such date as “{text}”.") from error


def _range(text: str, today: date) -> Interval | None:
    """Return a time with two ends, or None for a text that is no range."""
    if open_range := re.fullmatch(r"(since|until|till|from) (?!.* (?:to|until|till) )(.+)", text):
        word, moment = open_range.groups()
        period = _period(moment, today)
        return Interval(period.start, None) if word in {"since", "from"} else Interval(None, period.end)
    two = re.fullmatch(r"(?:from )?(.+?) (?:to|until|till) (.+)", text) or re.fullmatch(
        r"between (.+) and (.+)", text
    )
    if two is None and ".." in text:
        two = re.fullmatch(r"(.*?)\s?\.{2,}\s?(.*)", text)
    ends = two.groups() if two else _dashed(text)
    if ends is None:
        return None
    last = _period(ends[1], today) if ends[1] else Interval(None, None)
    first = _beginning(ends[0], ends[1], last, today) if ends[0] else Interval(None, None)
    if first.start is None and last.end is None:
        raise NotUnderstoodError(f"A date is missing beside the dots. Write it like {EXAMPLES}.")
    if first.start is not None and last.end is not None and last.end <= first.start:
        raise NotUnderstoodError("ends before it begins; write the earlier date first.", of=text)
    return Interval(first.start, last.end)


def _dashed(text: str) -> tuple[str, str] | None:
    """Return the ends of a range that is written with a dash, where it is plain that it is one."""
    found = _DASHED.fullmatch(text)
    if not found:
        return None
    years, months, dates = found.group(1, 2), found.group(3, 5), found.group(7, 8)
    return next((one, other) for one, other in (years, months, dates) if one and other)


def _beginning(text: str, end_text: str, end: Interval, today: date) -> Interval:
    """Return the first date of a range; the year at the end of "jun..aug 2019" is that of both."""
    year = re.search(r"(?<!\d)(\d{4})$", end_text, re.ASCII)
    if year and end.end and _has_no_year(text):
        first = _period(f"{text} {year[1]}", today)
        return (
            first if first.start and first.start < end.end else _period(f"{text} {int(year[1]) - 1}", today)
        )
    return _period(text, today)


def _has_no_year(text: str) -> bool:
    """Return whether a date is a month, a day of one or a season that may be that of any year."""
    if re.fullmatch(rf"(?:\d{{1,2}} )?{_MONTH}(?: \d{{1,2}})?|{'|'.join(_SEASONS)}", text):
        return True
    named = named_date(text)
    return named is not None and bool(named.months) and named.year is None


def _period(text: str, today: date) -> Interval:
    """Return the time that one date or phrase names."""
    plain = re.sub(r"^(?:in|on|during|of)\b ?|\bthe\b ?", "", text).replace("past ", "last ").strip()
    for read in (
        _digits,
        _year_last,
        _short_year,
        _days,
        _counted,
        _unit,
        _weekday,
        _named_month,
        _season_or_feast,
        _other_language,
    ):
        if period := read(plain, today):
            return period
    if _SHORT_YEAR.fullmatch(plain):
        raise NotUnderstoodError("can be read in two ways; write year-month-day, like 2023-06-01.", of=text)
    raise NotUnderstoodError(f"is not a date that is understood. Write it like {EXAMPLES}.", of=text)


def _digits(text: str, _today: date) -> Interval | None:
    if decade := re.fullmatch(r"(\d{3}0)s", text, re.ASCII):
        return _between(date(int(decade[1]), 1, 1), _year_start(int(decade[1]) + 10))
    if compact := _COMPACT.fullmatch(text):
        return _one_day(date(*(int(part) for part in compact.groups())))
    written = _WRITTEN.fullmatch(text)
    if not written:
        return None
    year, _, month, day = written.groups()
    if day:
        return _one_day(date(int(year), int(month), int(day)))
    return _month(int(year), int(month)) if month else _year(int(year))


def _year_last(text: str, _today: date) -> Interval | None:
    """Read "12/2019", "31/12/2019" and "12/31/2019": what can be read in one way only."""
    written = _YEAR_LAST.fullmatch(text)
    if not written:
        return None
    first, _, second, year = written.groups()
    if first is None:
        return _month(int(year), int(second))
    lower, higher = sorted((int(first), int(second)))
    if 0 < lower < higher <= 12:
        one, other = (f"{year}-{month:02}-{day:02}" for month, day in ((higher, lower), (lower, higher)))
        raise NotUnderstoodError(f"can be read in two ways; write {one} or {other}.", of=text)
    return _one_day(date(int(year), lower, higher))


def _short_year(text: str, today: date) -> Interval | None:
    """Read "31/12/19" and "12/31/19"; "14/07/19" could as well begin with its year."""
    written = _SHORT_YEAR.fullmatch(text)
    if not written:
        return None
    first, second, year = int(written[1]), int(written[3]), 2000 + int(written[4])
    day, month = (first, second) if first > second else (second, first)
    is_plain = month <= 12 < day <= 31 and (day == second or 2000 + day > today.year)
    return _one_day(date(year if year <= today.year else year - 100, month, day)) if is_plain else None


def _days(text: str, today: date) -> Interval | None:
    back = {"today": 0, "yesterday": 1, "day before yesterday": 2}.get(text)
    return None if back is None else _one_day(today - back * _DAY)


def _counted(text: str, today: date) -> Interval | None:
    """Read "3 weeks ago", which is that week, and "last 3 weeks", which end today."""
    if ago := re.fullmatch(rf"{_NUMBER} {_UNIT} ago", text):
        return _containing(_back(today, _number(ago[1]), ago[2]), ago[2])
    if last := re.fullmatch(rf"last {_NUMBER} {_UNIT}", text):
        return _between(_back(today, _number(last[1]), last[2]) + _DAY, today + _DAY)
    return None


def _unit(text: str, today: date) -> Interval | None:
    """Read "this month", "last week", "last weekend"."""
    found = re.fullmatch(r"(this|last) (week|month|year|weekend)", text)
    if not found:
        return None
    which, unit = found.groups()
    if unit == "weekend":
        monday = today - today.weekday() * _DAY
        saturday = monday + 5 * _DAY if which == "this" else monday - 2 * _DAY
        return _between(saturday, saturday + 2 * _DAY)
    return _containing(_back(today, 1, unit) if which == "last" else today, unit)


def _weekday(text: str, today: date) -> Interval | None:
    found = re.fullmatch(rf"(?:last )?({'|'.join(_WEEKDAYS)})", text)
    if not found:
        return None
    return _last_weekday(_WEEKDAYS.index(found[1]), today)


def _last_weekday(number: int, today: date) -> Interval:
    return _one_day(today - ((today.weekday() - number) % 7 or 7) * _DAY)


def _named_month(text: str, today: date) -> Interval | None:
    """Read "june 2021", "2021 june", "last june", "5 june 2021", "5-jun-2021", "june 5th"."""
    text = re.sub(r"(?<=\w)[-/.](?=\w)", " ", text)
    text = re.sub(r"(?<=[a-z]),?(?=\d{4}$)|,(?=\d)", " ", text)
    month = _MONTH
    if whole := re.fullmatch(rf"{_WHICH}{month}{_YEAR}", text):
        number = _month_number(whole[2])
        return _chosen(lambda year: _month(year, number), whole[3], whole[1], today)
    day = r"(\d{1,2})(?:st|nd|rd|th)?"
    if year_first := re.fullmatch(rf"(\d{{4}}),? {month}(?: {day})?", text, re.ASCII):
        year, name, day_number = year_first.groups()
        number = _month_number(name)
        return _one_day(date(int(year), number, int(day_number))) if day_number else _month(int(year), number)
    if found := re.fullmatch(rf"{day} (?:of )?{month}{_YEAR}", text):
        day_number, name, year = found.groups()
    elif found := re.fullmatch(rf"{month} {day}{_YEAR}", text):
        name, day_number, year = found.groups()
    else:
        return None
    number = _month_number(name)
    return _chosen(lambda in_year: _one_day(date(in_year, number, int(day_number))), year, None, today)


def _other_language(text: str, today: date) -> Interval | None:
    """Read "14. März 2024", "le 14 mars", "2024年3月", "lundi"; the table of names is read for that, and not before."""
    named = named_date(text)
    if named is None:
        return None
    if named.weekdays:
        return _last_weekday(named.weekdays[0] - 1, today)
    year, day = named.year, named.day
    if len(named.months) > 1:
        one, other = (
            f"{year or today.year}-{month:02}{f'-{day:02}' if day else ''}" for month in named.months
        )
        raise NotUnderstoodError(f"can be read in two ways; write {one} or {other}.", of=text)
    (number,) = named.months
    return _chosen(
        lambda in_year: _one_day(date(in_year, number, day)) if day else _month(in_year, number),
        str(year) if year else None,
        None,
        today,
    )


def _season_or_feast(text: str, today: date) -> Interval | None:
    if over_new_year := re.fullmatch(r"winter (?:of )?(\d{4})[-/](\d{2}|\d{4})", text, re.ASCII):
        year, next_year = over_new_year.groups()
        return _season("winter", int(year)) if str(int(year) + 1).endswith(next_year) else None
    names = "|".join((*_SEASONS, *_FEASTS))
    found = re.fullmatch(rf"{_WHICH}({names}){_YEAR}", text)
    if not found:
        return None
    which, name, year = found.groups()
    return _chosen(
        lambda in_year: _season(name, in_year) if name in _SEASONS else _feast(name, in_year),
        year,
        which,
        today,
    )


def _chosen(make: Callable[[int], Interval], year: str | None, which: str | None, today: date) -> Interval:
    """Return what a name means in the year given, or in the year that "last", "this" or nothing stands for."""
    if year:
        return make(int(year))
    if which == "this":
        return make(today.year)
    midnight = datetime.combine(today, time())
    for candidate in (today.year, today.year - 1):
        period = make(candidate)
        moment = period.end if which == "last" else period.start
        if moment is None or moment <= midnight:
            return period
    return make(today.year - 2)


def _season(name: str, year: int) -> Interval:
    first = date(year, _SEASONS[name], 1)
    return _between(first, _months_later(first, 3))


def _feast(name: str, year: int) -> Interval:
    first, last = (date(year, *day) for day in _FEASTS[name])
    return _between(first, last + _DAY)


def _containing(day: date, unit: str) -> Interval:
    if unit == "day":
        return _one_day(day)
    if unit == "week":
        monday = day - day.weekday() * _DAY
        return _between(monday, monday + 7 * _DAY)
    return _month(day.year, day.month) if unit == "month" else _year(day.year)


def _back(day: date, count: int, unit: str) -> date:
    """Return the day so many units earlier; the 31st of a month becomes its last day."""
    if unit in {"day", "week"}:
        return day - timedelta(days=count * (7 if unit == "week" else 1))
    first = _months_later(day.replace(day=1), -count * (12 if unit == "year" else 1))
    last = _months_later(first, 1) - _DAY
    return first.replace(day=min(day.day, last.day))


def _months_later(first: date, months: int) -> date:
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)


def _year(year: int) -> Interval:
    return _between(date(year, 1, 1), _year_start(year + 1))


def _year_start(year: int) -> date | None:
    """Return its first day, or None for the year after the last one that a date can have."""
    return date(year, 1, 1) if year <= date.max.year else None


def _month(year: int, month: int) -> Interval:
    first = date(year, month, 1)
    return _between(first, _year_start(year + 1) if month == 12 else first.replace(month=month + 1))


def _one_day(day: date) -> Interval:
    return _between(day, None if day == date.max else day + _DAY)


def _between(first: date, after: date | None) -> Interval:
    start = datetime.combine(first, time())
    return Interval(start, None if after is None else datetime.combine(after, time()))


def _number(text: str) -> int:
    return _NUMBERS.get(text) or int(text)


def _month_number(name: str) -> int:
    return next(number for number, month in enumerate(_MONTHS, 1) if month.startswith(name[:3]))
