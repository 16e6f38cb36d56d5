"""Writes the names of months and weekdays that dates are read by, from the copy of Unicode's CLDR inside Qt.

After a new version of Qt, which headings are written by: `python packaging/steps/date_names.py resources/dates/names.json`
"""

import json
import re
import sys
from collections import defaultdict
from pathlib import Path

from PySide6.QtCore import QDate, QLocale

from desktop_app.library.query.folding import folded

_LANGUAGES = (
    "af ar az be bg bn bs ca cs da de el en es et fa fi fil fr ga gl gu he hi hr hu hy id is it ja ka kk kn ko lt lv mk ml mr "
    "ms nb nl nn pa pl pt ro ru sk sl sq sr sr_Latn sv sw ta te th tr uk ur uz vi zh zh_Hant"
)
# What people write before a date, and behind the number of a day, and formats do not have: "le 14 mars", "1er mars".
_BEFORE = "am den der im el en le il nel o no em w we v ve в во у op de på i"
_BEHIND_DAY = "er o"
_LONG, _SHORT = QLocale.FormatType.LongFormat, QLocale.FormatType.ShortFormat
# The month of a format with what is joined to it, as in Hebrew, where "in" is a letter before the name.
_JOINED = r"(?:'[^']*'|[^\s',.،⹁\-/()dy])*"
_MONTH = re.compile(rf"{_JOINED}MMM+{_JOINED}")
_FIELD = re.compile(r"('[^']*')|d+|M+|y+")
_WORD = re.compile(r"[^\s\d.,،⹁/()\-]+")

Names = defaultdict[str, set[int]]


def main(target: Path) -> None:
    """Write the file."""
    languages = _LANGUAGES.split()
    months: Names = defaultdict(set)
    speakers: defaultdict[str, defaultdict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    weekdays: Names = defaultdict(set)
    year_first: set[str] = set()
    between: set[str] = set(folded(f"{_BEFORE} {_BEHIND_DAY}").split())
    at_end: set[str] = set()
    for code in languages:
        locale = QLocale(code)
        form = locale.dateFormat(_LONG)
        for month in range(1, 13):
            names = {_plain(name) for name in _month_names(locale, month)} - {""}
            for name in names:
                months[name].add(month)
                speakers[name][month] |= {code[:2], QLocale.languageToString(locale.language()).lower()}
            if 0 <= form.find("y") < form.find("M"):
                year_first |= names
        for day in range(1, 8):
            for name in (locale.dayName(day, _LONG), locale.standaloneDayName(day, _LONG)):
                weekdays[_plain(name)].add(day)
        # A "d" that stands in quotes is a word, like "de" and the "d." of Lithuanian; a weekday may be left out.
        literals = _MONTH.sub("|", form).replace("dddd", "")
        *words, last = _FIELD.sub(lambda found: found[1] or "|", literals).split("|")
        between.update(*map(_words, words))
        at_end |= _words(last)
    table = {
        "languages": languages,
        "months": {name: sorted(numbers) for name, numbers in sorted(months.items())},
        "disputed": {
            name: {month: sorted(speakers[name][month]) for month in sorted(numbers)}
            for name, numbers in sorted(months.items())
            if len(numbers) > 1
        },
        "weekdays": {name: sorted(numbers) for name, numbers in sorted(weekdays.items())},
        "year_first": sorted(year_first),
        "between": sorted(between | at_end),
        "at_end": sorted(at_end),
    }
    lines = (f'"{key}": {json.dumps(value, ensure_ascii=False)}' for key, value in table.items())
    target.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def _month_names(locale: QLocale, month: int) -> set[str]:
    """Return what a month is called, alone and in dates; short names of two letters stand for too much else."""
    whole = {locale.monthName(month, _LONG), locale.standaloneMonthName(month, _LONG)}
    if piece := _MONTH.search(locale.dateFormat(_LONG)):
        whole.add(locale.toString(QDate(2025, month, 14), piece[0]))
    short = {locale.monthName(month, _SHORT), locale.standaloneMonthName(month, _SHORT)}
    return whole | {name for name in short if not _plain(name).isascii() or len(_plain(name)) > 2}


def _words(literal: str) -> set[str]:
    return set(_WORD.findall(folded(literal.replace("'", ""))))


def _plain(name: str) -> str:
    return folded(name).strip(" .")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
