"""README and the pages of help as tests read them."""

import re
from collections.abc import Iterator
from pathlib import Path

from desktop_app.help_pages import HelpPages, anchor_of, cells

ROOT = Path(__file__).resolve().parents[2]
HELP = ROOT / "resources" / "help"
PAGES = HelpPages(HELP)
README = ROOT / "README.md"
OF_HELP = sorted(HELP.glob("*.md"))
# All that people read in the repository, with links that can go wrong.
DOCUMENTS = [README, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *OF_HELP, *ROOT.glob("packaging/*.md")]

_FENCED = re.compile(r"^```(?P<kind>[^\n]*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`]+)`")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def fenced(path: Path) -> list[tuple[str, str]]:
    """Return the blocks of code with what stands behind their fence."""
    return [(found["kind"], found["code"]) for found in _FENCED.finditer(text_of(path))]


def typed_lines(path: Path) -> list[str]:
    """Return what is to be typed: the lines of blocks of code that are no data."""
    return [
        line.strip()
        for kind, code in fenced(path)
        if not kind.startswith("json")
        for line in code.splitlines()
        if line.strip()
    ]


def spans(path: Path) -> list[str]:
    """Return what stands as code among words, each on one line."""
    return [" ".join(found.split()) for found in _SPAN.findall(_FENCED.sub("", text_of(path)))]


def anchors(path: Path) -> list[str]:
    return [anchor_of(title) for title in _HEADING.findall(_FENCED.sub("", text_of(path)))]


def links(path: Path) -> list[str]:
    without_code = _SPAN.sub("", _FENCED.sub("", text_of(path)))
    return re.findall(r"\[[^]]*\]\(([^)]+)\)", without_code)


def rows(path: Path, head: str) -> Iterator[list[str]]:
    """Return the rows of every table whose first column is called so."""
    in_table = False
    for line in text_of(path).splitlines():
        row = cells(line)
        if row is None:
            in_table = False
        elif row and in_table:
            yield row
        elif row and row[0] == head:
            in_table = True
