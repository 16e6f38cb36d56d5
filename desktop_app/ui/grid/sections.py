"""Days and months as sections of a list of photos that is sorted by date, and what they are called."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, QLocale

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


_DAY_S: Final = 86_400
_EPOCH: Final = QDate(1970, 1, 1)
_QUOTED: Final = re.compile("'[^']*'")


class Grouping(StrEnum):
    """By what photos are put into sections."""

    NONE = "none"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Sections:
    """Runs of rows, one below the other.

    Attributes:
        starts: The first row of each section, ascending; empty where there are none.
        keys: For each, days or months since January 1970, as `grouping` says.
        photos: For each, how many photos it has, those below others in a stack included.
        grouping: What the keys are.
        parts: For each, what its part of the list is called beside the date; empty for the first part.
    """

    starts: tuple[int, ...] = ()
    keys: tuple[int, ...] = ()
    photos: tuple[int, ...] = ()
    grouping: Grouping = Grouping.NONE
    parts: tuple[str, ...] = ()

    def title(self, section: int) -> str:
        """Return what a section is called in the person's language: "Saturday, 14 June 2025", "June 2025"."""
        title = _title(self.keys[section], self.grouping, QLocale())
        return ", ".join(name for name in (title, self.parts[section]) if name)


NO_SECTIONS: Final = Sections()


def month_of(seconds: int) -> str:
    """Return the month of a date, given in wall-clock seconds since 1970, in the person's language: "June 2025"."""
    date = _EPOCH.addDays(seconds // _DAY_S)
    return _title((date.year() - 1970) * 12 + date.month() - 1, Grouping.MONTH, QLocale())


def sections_of(
    seconds: "NDArray[np.int64]",
    photos: "NDArray[np.int64]",
    grouping: Grouping,
    parts: Sequence[tuple[int, str]] = (),
) -> Sections:
    """Return the sections of a list of rows.

    Args:
        seconds: ``(n,)``, the date of each row as wall-clock seconds since 1970, descending in each part.
        photos: ``(n,)``, for how many photos each row stands.
        grouping: By what to divide.
        parts: The first row of every part of the list after the first, ascending, and what that part is called.
    """
    if grouping is Grouping.NONE or not len(seconds):
        return NO_SECTIONS
    import numpy as np

    days = seconds // _DAY_S
    is_first = np.concatenate(([True], days[1:] != days[:-1]))
    is_first[[row for row, _ in parts]] = True
    starts = np.flatnonzero(is_first)
    keys = days[starts]
    if grouping is Grouping.MONTH:
        # Of each day only, for that takes longest.
        keys = keys.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        is_news = np.concatenate(([True], keys[1:] != keys[:-1])) | np.isin(starts, [row for row, _ in parts])
        starts, keys = starts[is_news], keys[is_news]
    part_of = np.searchsorted([row for row, _ in parts], starts, side="right")
    names = ("", *(name for _, name in parts))
    return Sections(
        tuple(starts.tolist()),
        tuple(keys.tolist()),
        tuple(np.add.reduceat(photos, starts).tolist()),
        grouping,
        tuple(names[part] for part in part_of.tolist()),
    )


@lru_cache(maxsize=512)
def _title(key: int, grouping: Grouping, locale: QLocale) -> str:
    if grouping is Grouping.DAY:
        return _capital(locale.toString(_EPOCH.addDays(key), QLocale.FormatType.LongFormat))
    first = QDate(1970 + key // 12, key % 12 + 1, 1)
    date = locale.dateFormat(QLocale.FormatType.LongFormat)
    before = _QUOTED.sub("", date[: date.find("M")])
    if "y" in before and "d" not in before:
        # Chinese, Japanese, Hungarian: what stands before the day is the month as it is written there.
        return locale.toString(first, date[: date.find("d", date.find("M"))].strip(" ,"))
    # By itself a month has another form in many languages than within a date.
    return _capital(f"{locale.standaloneMonthName(first.month())} {locale.toString(first, 'yyyy')}")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
