"""Reads dates with months and weekdays in other languages than English: `März 2024`, `14 de marzo de 2024`, `2024年3月`."""

import functools
import json
import locale
import logging
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from desktop_app.library.query.folding import folded

log = logging.getLogger(__name__)

_NAMES: Final = ("dates", "names.json")
_SEPARATORS: Final = frozenset(" .,،⹁-/")
# What a date may consist of: weekday, day, month and year by their first letters. Behind a year only where the language
# writes it so: "2023 mars" may as well be a year and a word that is looked for.
_ORDERS: Final = frozenset({"W", "M", "MY", "DM", "DMY", "MD", "MDY"})
_YEAR_FIRST: Final = frozenset({"YM", "YMD", "YDM"})


@dataclass(frozen=True, slots=True)
class NamedDate:
    """What a date with a name says; a part that it does not have is empty or None.

    Attributes:
        months: The months that its name stands for, 1 to 12. A few names mean another one in another language: several
            where the system's own is none of these.
        year: Its year.
        day: Its day.
        weekdays: The days that its weekday's name stands for, 1 for Monday; empty where it has a month.
    """

    months: tuple[int, ...] = ()
    year: int | None = None
    day: int | None = None
    weekdays: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Table:
    """The names, all of them folded; see `resources/dates/README.md`."""

    months: Mapping[str, list[int]] = field(default_factory=dict)
    weekdays: Mapping[str, list[int]] = field(default_factory=dict)
    disputed: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)
    year_first: Collection[str] = ()
    between: Collection[str] = ()
    at_end: Collection[str] = ()
    longest: int = 0


def named_date(text: str) -> NamedDate | None:
    """Return what a text says with the name of a month or weekday in any language, or None where it is no date.

    The names are read from a file when this is first called.
    """
    pieces = list(_pieces(folded(text)))
    parts = {kind: piece for kind, piece in pieces if kind != "-"}
    order = "".join(kind for kind, _ in pieces if kind != "-")
    if not pieces or "?" in parts or len(parts) != len(order):
        return None
    if pieces[-1][0] == "-" and pieces[-1][1] not in _table().at_end:
        return None
    # A weekday beside a date adds nothing to it.
    bare = order.strip("W") or order
    if bare not in _ORDERS and not (bare in _YEAR_FIRST and parts["M"] in _table().year_first):
        return None
    if bare == "W":
        return NamedDate(weekdays=tuple(_table().weekdays[parts["W"]]))
    return NamedDate(
        _months(parts["M"]),
        int(parts["Y"]) if "Y" in parts else None,
        int(parts["D"]) if "D" in parts else None,
    )


def _months(name: str) -> tuple[int, ...]:
    disputed = _table().disputed.get(name)
    if disputed is not None and (language := _language()):
        for month, languages in disputed.items():
            if language in languages:
                return (int(month),)
    return tuple(_table().months[name])


def _language() -> str:
    """Return the system's language as in "pl_PL", or on Windows as in "Polish_Poland"; empty where it is not known."""
    try:
        name, _ = locale.getlocale()
    except ValueError:
        return ""
    return (name or "").partition("_")[0].lower()


def is_of_dates(word: str, *, begun: bool = False) -> bool:
    """Return whether a word stands in dates of some language, or where it is `begun` may become one that does."""
    plain = folded(word).strip(" .,")
    table = _table()
    for names in (table.months, table.weekdays, table.between):
        if plain in names or (begun and any(name.startswith(plain) for name in names)):
            return True
    return False


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield each part of a date with its kind: W, D, M, Y, `-` for a word in between, and `?` for anything else."""
    at = 0
    while at < len(text):
        if text[at] in _SEPARATORS:
            at += 1
            continue
        kind, piece = _piece(text, at)
        yield kind, piece
        if kind == "?":
            return
        at += len(piece)


def _piece(text: str, at: int) -> tuple[str, str]:
    table = _table()
    for length in range(min(table.longest, len(text) - at), 0, -1):
        name = text[at : at + length]
        for kind, names in (("M", table.months), ("W", table.weekdays), ("-", table.between)):
            if name in names and _ends(text, at + length):
                return kind, name
    digits = text[at : at + 5]
    digits = digits[: next((end for end, sign in enumerate(digits) if not "0" <= sign <= "9"), len(digits))]
    return {1: "D", 2: "D", 4: "Y"}.get(len(digits), "?"), digits


def _ends(text: str, end: int) -> bool:
    """Return whether a word may end here: before what is no letter, or in a script that has no spaces."""
    if end == len(text):
        return True
    last, after = text[end - 1], text[end]
    if last.isdigit():
        return not after.isdigit()
    return not (after.isalpha() or unicodedata.category(after).startswith("M")) or _is_without_spaces(last)


def _is_without_spaces(letter: str) -> bool:
    return "\u0e00" <= letter < "\u0e80" or letter >= "\u2e80"


@functools.cache
def _table() -> _Table:
    package = Path(__file__).resolve().parents[2]
    inside = package / "resources"
    path = (inside if inside.is_dir() else package.parent / "resources").joinpath(*_NAMES)
    try:
        said = json.loads(path.read_text("utf-8"))
        names = [*said["months"], *said["weekdays"], *said["between"]]
        return _Table(
            said["months"],
            said["weekdays"],
            said["disputed"],
            frozenset(said["year_first"]),
            frozenset(said["between"]),
            frozenset(said["at_end"]),
            max(map(len, names)),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("dates are read in English only, for %s cannot be read: %s", path, error)
        return _Table()
