"""Patterns in gitignore syntax: what each line says of a folder's files and folders, and which lines cannot be used."""

import unicodedata
from collections.abc import Sequence

from desktop_app.library.folders.globs import Glob, Globs, Letters, Wild, globs_between_slashes

# A line of one's own making is far below these; they bound what it costs to read one and to hold names against it.
_MOST_LETTERS = 1000
_MOST_NAMES = 50
_MOST_KINDS_OF_BRACKETS = 200
# Lines that mean nothing to git.
_NOTHING = {"", "/", "!/"}


class Patterns:
    """Some lines of gitignore syntax, which count from one folder down.

    Each line is a row of globs, one for each name of a path. How far a folder has come in all of them is one number
    with a bit for each glob, so a name costs the same at any depth.

    Attributes:
        problems: Number, from 1, and reason of each line that cannot be used.
        start: How far the folder has come that they count from; 0 is what no line is about, nor about anything below.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        """Read lines; those that cannot be used are left out and said in `problems`."""
        self.problems: list[tuple[int, str]] = []
        self.start = self._any_folders = self._last = self._only_folders = self._taken_back = 0
        self._next = 1
        marks: dict[Glob, int] = {}
        brackets: set[Letters] = set()
        for number, line in enumerate(lines, 1):
            reason, row = _read(line)
            kinds = brackets | {item for glob in row if glob for item in glob if isinstance(item, Letters)}
            if len(kinds) > _MOST_KINDS_OF_BRACKETS:
                reason = f"has other brackets than the {_MOST_KINDS_OF_BRACKETS} kinds before it"
            if reason:
                self.problems.append((number, reason))
            elif row:
                brackets = kinds
                self._take(line, row, marks)
        self.start |= (self.start & self._any_folders) << 1
        self._last_of_files = self._last & ~self._only_folders
        self._globs = Globs(marks)

    def below(self, so_far: int, name: str) -> int:
        """Return how far a folder has come.

        Args:
            so_far: How far the folder has come that it lies in.
            name: Its name, as `plain` returns it.
        """
        on = so_far & self._globs.fitting(name) & ~self._last
        on = (on << 1) | (so_far & self._any_folders)
        return on | ((on & self._any_folders) << 1)

    def says(self, so_far: int, name: str, *, is_folder: bool) -> bool | None:
        """Tell whether a file or folder is left out: None when no line is about it, False when one takes it back.

        Of the lines about it the last counts. What lies in a folder that is left out must not be asked about.

        Args:
            so_far: How far the folder has come that it lies in.
            name: Its name, as `plain` returns it.
            is_folder: Whether it is a folder.
        """
        about = so_far & self._globs.fitting(name) & (self._last if is_folder else self._last_of_files)
        if not about:
            return None
        return not self._taken_back >> (about.bit_length() - 1) & 1

    def _take(self, line: str, row: list[Glob | None], marks: dict[Glob, int]) -> None:
        """Append a line's globs, a bit for each."""
        self.start |= self._next
        for glob in row:
            if glob is None:
                self._any_folders |= self._next
            else:
                marks[glob] = marks.get(glob, 0) | self._next
            self._next <<= 1
        last = self._next >> 1
        self._last |= last
        if _trimmed(line).endswith("/"):
            self._only_folders |= last
        if line.startswith("!"):
            self._taken_back |= last


def pattern_problem(line: str) -> str:
    """Return why a line in gitignore syntax cannot be used, in words that fit after it; empty when it can."""
    return _read(line)[0]


def plain(text: str) -> str:
    """Return a text so that the two ways of writing accents are one."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _read(line: str) -> tuple[str, list[Glob | None]]:
    """Return why a line cannot be used, and what it says: a glob for each name, None for any folders; maybe nothing.

    A line without a slash, but for one at its end, is about names anywhere below.
    """
    if "\0" in line or "\n" in line:
        return "has characters that no name has", []
    if len(line) > _MOST_LETTERS:
        return f"is longer than {_MOST_LETTERS:,} letters", []
    wanted = _trimmed(plain(line))
    if wanted in _NOTHING or wanted.startswith("#"):
        return "", []
    wanted = wanted.removeprefix("!").removesuffix("/")
    is_anywhere = "/" not in wanted
    try:
        row = globs_between_slashes(wanted.removeprefix("/"))
    except ValueError:
        row = []
    if row in ([], [()]):
        return "is no pattern as in a .gitignore", []
    if len(row) > _MOST_NAMES:
        return f"has more than {_MOST_NAMES} names between slashes", []
    if is_anywhere:
        return "", [None, row[0] or (Wild.STAR,)]
    return "", _with_something_at_the_end(row)


def _with_something_at_the_end(row: list[Glob | None]) -> list[Glob | None]:
    """Return a row in which no two ``**`` stand together, and the last is about what is in a folder, not the folder."""
    kept = [glob for place, glob in enumerate(row) if glob is not None or row[place - 1 : place] != [None]]
    return kept if kept[-1] is not None else [*kept, (Wild.STAR,)]


def _trimmed(line: str) -> str:
    """Return a line without the spaces at its end, but for one that a backslash stands before."""
    kept = line.rstrip(" ")
    backslashes = len(kept) - len(kept.rstrip("\\"))
    return f"{kept} " if backslashes % 2 and len(kept) < len(line) else kept
