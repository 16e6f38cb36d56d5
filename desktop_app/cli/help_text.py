"""A page of help for a terminal: lines that fit, tables as lists, no marks."""

import re
import textwrap
from collections.abc import Iterator

from desktop_app.help_pages import cells, plain

_ITEM = re.compile(r"(?P<mark>(?:[-*]|\d+\.) )(?P<text>.*)")
_FENCE = "```"
_INDENT = "    "


def terminal_text(markdown: str, width: int) -> str:
    """Return a page as plain text.

    Args:
        markdown: The page, of the kinds of lines that our pages have.
        width: No line is longer, but for code and single words.
    """
    return "\n".join(_Page(width).lines(markdown)).strip("\n") + "\n"


class _Page:
    """Goes through the lines of a page once."""

    def __init__(self, width: int) -> None:
        self._width = width

    def lines(self, markdown: str) -> Iterator[str]:
        for block in _blocks(markdown):
            first = block[0]
            if first.startswith(_FENCE):
                yield from (_INDENT + line for line in block[1:-1])
            elif first.startswith("#"):
                yield from self._heading(first)
            elif cells(first) is not None:
                yield from self._table(block)
            else:
                yield from self._paragraphs(block)
            yield ""

    def _heading(self, line: str) -> Iterator[str]:
        marks, _, title = line.partition(" ")
        lines = self._wrapped(plain(title), "")
        yield from lines
        if rule := {1: "=", 2: "-"}.get(len(marks)):
            yield rule * len(lines[-1])

    def _table(self, block: list[str]) -> Iterator[str]:
        """Two columns are a list of words and what they mean; of more, each cell is named by its column."""
        rows = [[plain(cell) for cell in cells(line) or []] for line in block]
        head, body = rows[0], rows[2:]
        for row in body:
            yield from self._wrapped(row[0], "  ")
            for name, cell in zip(head[1:], row[1:], strict=True):
                if cell:
                    yield from self._wrapped(cell if len(head) == 2 else f"{name}: {cell}", _INDENT + "  ")

    def _paragraphs(self, block: list[str]) -> Iterator[str]:
        """Lines that belong together, each item of a list from its mark on."""
        pieces: list[list[str]] = []
        for line in block:
            if _ITEM.match(line) or not pieces:
                pieces.append([line])
            else:
                pieces[-1].append(line.strip())
        for piece in pieces:
            item = _ITEM.match(piece[0])
            mark = item["mark"] if item else ""
            text = " ".join([item["text"] if item else piece[0], *piece[1:]])
            yield from self._wrapped(plain(text), "", mark)

    def _wrapped(self, text: str, indent: str, mark: str = "") -> list[str]:
        return textwrap.wrap(
            text,
            self._width,
            initial_indent=indent + mark,
            subsequent_indent=indent + " " * len(mark),
            break_long_words=False,
            break_on_hyphens=False,
        )


def _blocks(markdown: str) -> Iterator[list[str]]:
    """Return what stands between empty lines; code and headings are blocks of their own."""
    block: list[str] = []
    in_code = False
    for line in markdown.split("\n"):
        if line.startswith(_FENCE):
            if not in_code and block:
                yield block
                block = []
            in_code = not in_code
            block.append(line)
            if not in_code:
                yield block
                block = []
        elif in_code or line:
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block
