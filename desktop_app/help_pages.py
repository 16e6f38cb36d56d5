"""The pages of help: Markdown files that come with the program, shown by the window and by ``vislumbre help``."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

INDEX = "index"
"""The page that lists the others, in their order."""

_LISTED = re.compile(r"^\| \[(?P<title>[^]]+)\]\((?P<topic>[a-z-]+)\.md\) \| (?P<says>.+) \|$", re.MULTILINE)
_HEADING = re.compile(r"^(?P<marks>#{1,6}) (?P<title>.+)$")
_FENCE = "```"
_LINK = re.compile(r"\[([^]]*)\]\([^)]*\)")
_MARKS = re.compile(r"\*\*|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)|`")
_TABLE_RULE = re.compile(r"\|[-| ]+\|")


@dataclass(frozen=True, slots=True)
class Topic:
    """A page.

    Attributes:
        key: Its name in links and on the command line.
        title: What it is called.
        says: What can be read there, in a few words.
    """

    key: str
    title: str
    says: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page, from one heading to the next.

    Attributes:
        topic: Of the page.
        title: The heading.
        anchor: Its name in links; unique on the page.
        level: 1 for the page's own heading.
        text: What stands below, in letters alone.
    """

    topic: str
    title: str
    anchor: str
    level: int
    text: str


class HelpPages:
    """Reads the pages of one folder; each once. For one thread."""

    def __init__(self, folder: Path) -> None:
        """Make it; nothing is read yet."""
        self._folder = folder
        self._texts: dict[str, str] = {}
        self._sections: dict[str, tuple[Section, ...]] = {}

    @cached_property
    def topics(self) -> Mapping[str, Topic]:
        """The pages by their keys, the index first.

        Raises:
            OSError: The index cannot be read.
        """
        text = self._read(INDEX)
        title = next(section_title for _, section_title in _headings(text.split("\n")))
        listed = [Topic(found["topic"], found["title"], found["says"]) for found in _LISTED.finditer(text)]
        return {topic.key: topic for topic in (Topic(INDEX, title, "first steps, and all pages"), *listed)}

    def text(self, topic: str) -> str:
        """Return a page as Markdown.

        Raises:
            KeyError: There is no such page.
            OSError: It cannot be read.
        """
        return self._read(self.topics[topic].key)

    def sections(self, topic: str) -> tuple[Section, ...]:
        """Return the parts of a page in their order; raises what `text` raises."""
        if topic not in self._sections:
            self._sections[topic] = tuple(_sections(topic, self.text(topic)))
        return self._sections[topic]

    def find(self, words: str) -> list[Section]:
        """Return the parts of all pages in which each of these words stands, whole or in a longer one.

        A heading counts as part of what stands below it. Nothing is found for no words.

        Raises:
            OSError: A page cannot be read.
        """
        wanted = words.casefold().split()
        if not wanted:
            return []
        return [
            section
            for topic in self.topics
            for section in self.sections(topic)
            if all(word in f"{section.title}\n{section.text}".casefold() for word in wanted)
        ]

    def _read(self, topic: str) -> str:
        if topic not in self._texts:
            self._texts[topic] = (self._folder / f"{topic}.md").read_text(encoding="utf-8")
        return self._texts[topic]


def anchor_of(title: str) -> str:
    """Return what a heading is called in links, as the places that show Markdown call it."""
    kept = "".join(letter for letter in plain(title).lower() if letter.isalnum() or letter in " -_")
    return kept.strip().replace(" ", "-")


def plain(text: str) -> str:
    """Return a line of Markdown without its marks: words of links, code and what is stressed."""
    # Code goes first, for a star in it is a star.
    pieces = _LINK.sub(r"\1", text).split("`")
    pieces[::2] = [_MARKS.sub("", piece) for piece in pieces[::2]]
    return "".join(pieces).replace("\\|", "|")


def cells(line: str) -> list[str] | None:
    """Return the cells of a row of a table as Markdown; None for a line that is no row, [] for the rule below a head."""
    if not line.startswith("|"):
        return None
    if _TABLE_RULE.fullmatch(line):
        return []
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def _headings(lines: list[str]) -> Iterator[tuple[int, str]]:
    in_code = False
    for line in lines:
        if line.startswith(_FENCE):
            in_code = not in_code
        elif not in_code and (found := _HEADING.match(line)):
            yield len(found["marks"]), found["title"]


def _sections(topic: str, text: str) -> Iterator[Section]:
    lines = text.split("\n")
    headings = list(_headings(lines))
    places = [lines.index(f"{'#' * level} {title}") for level, title in headings]
    for (level, title), start, end in zip(headings, places, [*places[1:], len(lines)], strict=True):
        below = "\n".join(_letters(line) for line in lines[start + 1 : end])
        yield Section(topic, plain(title), anchor_of(title), level, below.strip())


def _letters(line: str) -> str:
    row = cells(line)
    if row is None:
        return "" if line.startswith(_FENCE) else plain(line)
    return "  ".join(plain(cell) for cell in row)
