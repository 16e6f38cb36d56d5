"""The files ``.vislumbreignore``, which hold patterns of what is left out."""

from dataclasses import dataclass
from pathlib import Path

from desktop_app.library.folders.patterns import Patterns
from desktop_app.library.outside.files import open_file

IGNORE_FILE = ".vislumbreignore"
"""In any folder: patterns of what is left out there and below."""

# A file of one's own making has a few lines. Each line costs a look at every name below it.
_MOST_BYTES = 64 * 1024
_MOST_LINES = 1000
MOST_NAMED = 20
"""Of lines that cannot be used, so many are named."""


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


def read_ignore_file(path: Path) -> tuple[Patterns | None, list[IgnoreProblem]]:
    """Return the patterns of an ignore file, with what is wrong with it; None when it cannot be read."""
    try:
        with open_file(path) as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        return None, [IgnoreProblem(path, 0, f"cannot be read ({error.strerror or error})")]
    problems = []
    if len(content) > _MOST_BYTES:
        return None, [IgnoreProblem(path, 0, f"is larger than {_MOST_BYTES // 1024} KB, so it is not used")]
    if b"\0" in content:
        return None, [IgnoreProblem(path, 0, "is not a text in UTF-8, so it is not used")]
    # Names that are no valid text are written into it as they are.
    text = content.decode("utf-8-sig", "surrogateescape")
    lines = [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]
    if len(lines) > _MOST_LINES:
        problems.append(IgnoreProblem(path, 0, f"has more than {_MOST_LINES:,} lines; the rest is not used"))
    patterns = Patterns(lines[:_MOST_LINES])
    named = patterns.problems[:MOST_NAMED]
    problems += [IgnoreProblem(path, number, reason) for number, reason in named]
    if more := len(patterns.problems) - len(named):
        problems.append(IgnoreProblem(path, 0, f"has {more:,} more lines that are not used"))
    return patterns, problems
