"""Wildcards within one name as git understands them: any number of globs held against a name, letter by letter.

No regular expressions: `re` holds the interpreter while it looks back, which for a hostile pattern takes minutes.
"""

import string
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

# Globs with more stars are cheaper letter by letter than each by itself.
_FEW_STARS = 3
# Each keeps an integer of as many bits as there are letters in all globs.
_MOST_LETTERS_KEPT = 512


class Wild(Enum):
    """What stands in a glob for letters that it does not name."""

    ANY = "?"
    STAR = "*"


@dataclass(frozen=True, slots=True)
class Letters:
    """What stands in a glob for one of some letters.

    Attributes:
        ranges: First and last letter of each, in order and apart from each other.
        negated: Whether the letters are those outside of the ranges.
    """

    ranges: tuple[tuple[str, str], ...]
    negated: bool

    def have(self, letter: str) -> bool:
        """Tell whether a letter is one of these."""
        place = bisect_right(self.ranges, (letter, "\U0010ffff")) - 1
        inside = place >= 0 and letter <= self.ranges[place][1]
        return inside != self.negated


Item = str | Wild | Letters
Glob = tuple[Item, ...]
"""The letters of a name and what stands for some; no two stars follow each other."""


def globs_between_slashes(pattern: str) -> list[Glob | None]:
    """Return the globs that a pattern has between its slashes; None for ``**``, which stands for any folders.

    Raises:
        ValueError: A bracket has no end or makes no sense, or a backslash stands at the end.
    """
    globs: list[list[Item]] = [[]]
    at = 0
    while at < len(pattern):
        item: Item = pattern[at]
        at += 1
        if item == "\\":
            item = _letter(pattern, at)
            at += 1
        elif item == "[":
            item, at = _letters(pattern, at)
        elif item in {"?", "*"}:
            item = Wild(item)
        if item == "/":
            globs.append([])
        else:
            globs[-1].append(item)
    return [None if len(glob) > 1 and {*glob} == {Wild.STAR} else _plain(glob) for glob in globs]


def _plain(items: Iterable[Item]) -> Glob:
    """Return a glob in which no star follows another."""
    glob: list[Item] = []
    for item in items:
        if item is not Wild.STAR or glob[-1:] != [Wild.STAR]:
            glob.append(item)
    return tuple(glob)


_HAS_MARKS: Final = {
    "blank": " \t",
    "digit": string.digits,
    "lower": string.ascii_lowercase,
    "upper": string.ascii_uppercase,
    "alpha": string.ascii_letters,
    "alnum": string.ascii_letters + string.digits,
    "punct": string.punctuation,
    "xdigit": string.hexdigits,
    "space": " \t\n\v\f\r",
    "cntrl": "".join(map(chr, (*range(32), 127))),
    "graph": string.ascii_letters + string.digits + string.punctuation,
    "print": string.ascii_letters + string.digits + string.punctuation + " ",
}


def _letter(pattern: str, at: int) -> str:
    """Return the letter at a place.

    Raises:
        ValueError: The pattern ends before.
    """
    if at >= len(pattern):
        raise ValueError("it ends too early")
    return pattern[at]


def _letters(pattern: str, at: int) -> tuple[Letters, int]:
    """Return what the brackets hold that begin before a place, and the place behind them.

    Raises:
        ValueError: They have no end, a class without meaning, or a range that runs backwards.
    """
    negated = _letter(pattern, at) in {"!", "^"}
    at += negated
    ranges: list[tuple[str, str]] = []
    # The letter that a range may begin with; empty where none may.
    before = ""
    first = True
    while (letter := _letter(pattern, at)) != "]" or first:
        first = False
        if letter == "[" and (found := _class(pattern, at)):
            ranges += ((one, one) for one in _HAS_MARKS[found])
            at += len(found) + 4
            before = ""
        elif letter == "-" and before and _letter(pattern, at + 1) != "]":
            last, at = _escaped(pattern, at + 1)
            if last < before:
                # To git it is the first letter alone, which nobody can have meant.
                raise ValueError("a range runs backwards")
            ranges.append((before, last))
            before = ""
        else:
            before, at = _escaped(pattern, at)
            ranges.append((before, before))
    return Letters(_joined(ranges), negated), at + 1


def _escaped(pattern: str, at: int) -> tuple[str, int]:
    """Return the letter at a place, or behind a backslash there, and the next place.

    Raises:
        ValueError: The pattern ends before.
    """
    at += pattern[at] == "\\"
    return _letter(pattern, at), at + 1


def _class(pattern: str, at: int) -> str:
    """Return the name of a class such as ``[:alpha:]`` that stands at a place; empty when none does.

    Raises:
        ValueError: There is no such class, or no bracket ends.
    """
    if pattern[at + 1 : at + 2] != ":":
        return ""
    end = pattern.find("]", at + 2)
    if end < 0:
        raise ValueError("a bracket has no end")
    name = pattern[at + 2 : end]
    if not name.endswith(":"):
        return ""
    if name[:-1] not in _HAS_MARKS:
        raise ValueError("there is no such class")
    return name[:-1]


def _joined(ranges: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return ranges in order, those that overlap as one."""
    joined: list[tuple[str, str]] = []
    for first, last in sorted(ranges):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return tuple(joined)


class Globs:
    """Some globs with a mark each, which is a bit or several; each name costs about the same whatever they say."""

    def __init__(self, marks: Mapping[Glob, int]) -> None:
        """Sort them by what it takes to compare them."""
        self._always = marks.get((Wild.STAR,), 0)
        self._names: dict[str, int] = {}
        self._ends: dict[int, dict[str, int]] = {}
        self._few_stars: list[tuple[str, tuple[str, ...], str, int]] = []
        others: dict[Glob, int] = {}
        for glob, mark in marks.items():
            pieces = _pieces(glob)
            if pieces is None or len(pieces) > _FEW_STARS + 1:
                others[glob] = mark
            elif len(pieces) == 1:
                self._names[pieces[0]] = mark
            elif len(pieces) == 2 and not pieces[0]:
                self._ends.setdefault(len(pieces[1]), {})[pieces[1]] = mark
            else:
                self._few_stars.append((pieces[0], tuple(pieces[1:-1]), pieces[-1], mark))
        self._ends.pop(0, None)
        self._others = _Automaton(others) if others else None

    def fitting(self, name: str) -> int:
        """Return the marks of all globs that a name fits."""
        found = self._always | self._names.get(name, 0)
        for length, ends in self._ends.items():
            found |= ends.get(name[-length:], 0)
        for begin, inner, end, mark in self._few_stars:
            if name.startswith(begin) and name.endswith(end) and _has(name, begin, inner, end):
                found |= mark
        return found if self._others is None else found | self._others.fitting(name)


def _pieces(glob: Glob) -> list[str] | None:
    """Return the texts between a glob's stars; None when it has other wildcards."""
    pieces = [""]
    for item in glob:
        if isinstance(item, str):
            pieces[-1] += item
        elif item is Wild.STAR:
            pieces.append("")
        else:
            return None
    return pieces


def _has(name: str, begin: str, inner: tuple[str, ...], end: str) -> bool:
    """Tell whether a name has some texts, one after another, between its beginning and its end."""
    at, last = len(begin), len(name) - len(end)
    for text in inner:
        # Once found, a text need never be looked for further on.
        at = name.find(text, at, last) + len(text)
        if at < len(text):
            return False
    return at <= last


class _Automaton:
    """Goes through a name once for all globs: of an integer, each bit says that a name may stand there in its glob.

    A hostile file of 64 KB makes integers of 8 KB; a name of 255 letters then takes 2 ms, whatever it is.
    """

    def __init__(self, marks: Mapping[Glob, int]) -> None:
        self._start = self._stars = self._any = 0
        self._ends: dict[int, int] = {}
        self._plain: dict[str, int] = {}
        self._sets: dict[Letters, int] = {}
        place = 0
        for glob, mark in marks.items():
            self._start |= 1 << place
            for item in glob:
                if item is Wild.STAR:
                    self._stars |= 1 << place
                else:
                    self._take(item, 1 << place)
                    place += 1
            self._ends[1 << place] = mark
            place += 1
        self._last = sum(self._ends)
        self._known: dict[str, int] = {}

    def _take(self, item: Item, bit: int) -> None:
        if isinstance(item, str):
            self._plain[item] = self._plain.get(item, 0) | bit
        elif isinstance(item, Letters):
            self._sets[item] = self._sets.get(item, 0) | bit
        else:
            self._any |= bit

    def fitting(self, name: str) -> int:
        """Return the marks of all globs that a name fits."""
        at, stars, known = self._start, self._stars, self._known
        for letter in name:
            going = known.get(letter)
            if going is None:
                going = self._going_with(letter)
            at = ((at & going) << 1) | (at & stars)
            if not at:
                return 0
        found = 0
        at &= self._last
        while at:
            end = at & -at
            found |= self._ends[end]
            at ^= end
        return found

    def _going_with(self, letter: str) -> int:
        """Return the places that a letter leads on from, and remember them."""
        going = self._any | self._plain.get(letter, 0)
        for letters, places in self._sets.items():
            if letters.have(letter):
                going |= places
        if len(self._known) >= _MOST_LETTERS_KEPT:
            self._known.clear()
        self._known[letter] = going
        return going
