"""Patterns in gitignore syntax, and the files ``.vislumbreignore`` that hold them."""

import os
import re
import stat
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

IGNORE_FILE = ".vislumbreignore"
"""In any folder: patterns of what is left out there and below."""

# A file of one's own making has a few lines. Each line costs a look at every name below it.
_MOST_BYTES = 64 * 1024
_MOST_LINES = 1000
# Every further `**` multiplies the time by the depth of the folder: three take 24 ms at a depth of 200.
_MOST_DEEP = 3
_PIECES = re.compile(r"((?:\\.|\[[!^]?\]?[^]]*\]|[^*])+)", re.DOTALL)
# Lines that mean nothing to git; pathspec takes the last for every folder.
_NOTHING = {"", "/", "!/"}
# How pathspec says "every folder", whatever its name.
_ANY_FOLDER = "(?P<ps_d>/)"
# `re` warns of these inside brackets, for it may give them a meaning one day.
_ODD_BRACKETS = re.compile(r"\[[^]]*(\[|--|&&|~~|\|\|)")


@dataclass(frozen=True, slots=True)
class IgnoreProblem:
    """What could not be used of an ignore file; nothing is left out by it.

    Attributes:
        path: The file.
        line: Number of the line from 1; 0 for the file as a whole.
        reason: Why, in words that fit after its name and line.
    """

    path: Path
    line: int
    reason: str

    @property
    def sentence(self) -> str:
        """What is wrong and where, without the file's name."""
        return f"line {self.line} {self.reason}, so it is not used" if self.line else self.reason


class _Pattern(GitIgnoreSpecPattern):
    """pathspec's translation, but with stars that never look back.

    Its own ``*a*a*a*a*b`` takes minutes for one name of 255 letters. Once a piece between two stars is found it need
    never be looked for further on, as in the standard `fnmatch`.
    """

    __slots__ = ()

    def is_about(self, inside: str) -> bool:
        """Tell whether it is about just this file or folder, and not about one that this lies in.

        pathspec's own specs answer for a file with all folders above it in one go, and so differ from git where one
        line is about a folder and another about everything: after ``!*`` a line ``raw`` leaves no folder out.
        """
        regex = self.regex
        if regex is None:
            return False
        if regex.pattern == ".":
            return True
        if regex.pattern == _ANY_FOLDER:
            return inside.endswith("/")
        if regex.pattern.endswith("/"):  # All that is in a folder, but not the folder.
            found = regex.search(inside)
            return found is not None and found.end() < len(inside)
        return regex.fullmatch(inside) is not None

    @classmethod
    def _translate_segment_glob(cls, pattern: str, range_error: Literal["literal", "raise"]) -> str:
        split = _PIECES.split(pattern)
        stars, pieces = split[0::2], split[1::2]
        words = [GitIgnoreSpecPattern._translate_segment_glob(piece, range_error) for piece in pieces]  # noqa: SLF001
        said = ""
        for place, word in enumerate(words):
            is_end = place == len(words) - 1 and not stars[-1]
            if not stars[place]:
                said += word
            else:
                said += f"[^/]*{word}" if is_end else f"(?>[^/]*?{word})"
        return said + ("[^/]*" if stars[-1] else "")


class Patterns:
    """Some lines of gitignore syntax, which count from one folder down.

    Attributes:
        problems: Number, from 1, and reason of each line that cannot be used.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        """Read lines; those that cannot be used are left out and said in `problems`."""
        self.problems: list[tuple[int, str]] = []
        usable: list[_Pattern] = []
        for number, line in enumerate(lines, 1):
            if reason := pattern_problem(line):
                self.problems.append((number, reason))
            elif line.strip() not in _NOTHING and not line.startswith("#"):
                usable.append(_pattern(line))
        self._last_first = tuple(reversed(usable))

    def says(self, inside: str) -> bool | None:
        """Tell whether a file or folder is left out: None when no line is about it, False when one takes it back.

        Of the lines about it the last counts. What lies in a folder that is left out must not be asked about.

        Args:
            inside: Its path from the patterns' folder on, with slashes; that of a folder ends in one.
        """
        if self._last_first:
            plain = _plain(inside)
            for pattern in self._last_first:
                if pattern.include is not None and pattern.is_about(plain):
                    return pattern.include
        return None


def pattern_problem(line: str) -> str:
    """Return why a line in gitignore syntax cannot be used, in words that fit after it; empty when it can."""
    if "\0" in line or "\n" in line:
        return "has characters that no name has"
    if line.count("**") > _MOST_DEEP:
        return f"has “**” more than {_MOST_DEEP} times"
    if _ODD_BRACKETS.search(line):
        return "has brackets within brackets, which are not understood"
    try:
        pattern = _pattern(line)
    except (ValueError, re.error, OverflowError):
        return "is no pattern as in a .gitignore"
    is_said = line.strip() not in _NOTHING and not line.startswith("#")
    # What pathspec gives no meaning to, such as a bracket without its end.
    return "is no pattern as in a .gitignore" if is_said and pattern.include is None else ""


def _pattern(line: str) -> _Pattern:
    """Return what a line means to git.

    To git ``a/**/`` is about the folders in ``a``, to pathspec about ``a`` itself.

    Raises:
        ValueError, re.error, OverflowError: It is no pattern.
    """
    line = _plain(line)
    folder = whole = line.rstrip()
    while folder.endswith("/**/"):
        folder = folder.removesuffix("**/")
    names = folder.removeprefix("!").split("/")
    is_below_some = folder != whole and not set(names) <= {"", "**"}
    return _Pattern(f"{folder}**/*/" if is_below_some else line)


def read_ignore_file(path: Path) -> tuple[Patterns | None, list[IgnoreProblem]]:
    """Return the patterns of an ignore file, with what is wrong with it; None when it cannot be read."""
    try:
        content = _read(path)
    except OSError as error:
        return None, [IgnoreProblem(path, 0, f"cannot be read ({error.strerror or error})")]
    problems = []
    if len(content) > _MOST_BYTES:
        return None, [IgnoreProblem(path, 0, f"is larger than {_MOST_BYTES // 1024} KB, so it is not used")]
    if b"\0" in content:
        return None, [IgnoreProblem(path, 0, "is not a text in UTF-8, so it is not used")]
    # Names that are no valid text are written into it as they are.
    lines = content.decode("utf-8-sig", "surrogateescape").splitlines()
    if len(lines) > _MOST_LINES:
        problems.append(IgnoreProblem(path, 0, f"has more than {_MOST_LINES} lines; the rest is not used"))
    patterns = Patterns(lines[:_MOST_LINES])
    problems += [IgnoreProblem(path, number, reason) for number, reason in patterns.problems]
    return patterns, problems


def _read(path: Path) -> bytes:
    """Return a file's content, or the beginning of one that is too large.

    Raises:
        OSError: It cannot be read, or is no file.
    """
    # Not waiting: a named pipe would keep us for ever.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(0, "it is no file")
        return file.read(_MOST_BYTES + 1)


def _plain(text: str) -> str:
    """Return a text so that the two ways of writing accents are one, and no name has a line's end in it."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text.replace("\n", "\N{REPLACEMENT CHARACTER}")
