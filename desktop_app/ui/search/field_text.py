"""A query as a document of one line: words are letters, and each example photo is one drawn thing among them."""

import re
from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QTextCharFormat, QTextCursor, QTextFormat

from desktop_app.ui.search.example_tokens import ExampleToken, pieces
from desktop_app.ui.search.one_line import OneLine

TOKEN: Final = QTextFormat.ObjectTypes.UserObject.value + 1
"""The type of the drawn things."""

_WHICH: Final = QTextFormat.Property.UserProperty.value + 1
_THING: Final = "\N{OBJECT REPLACEMENT CHARACTER}"
# What a document takes for the end of a line, or for its own.
_STRANGE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufdd0\ufdd1\ufffc\ud800-\udfff]")
# A sign or a number may stand right before an example: `-photo:a.jpg`, `2:photo:a.jpg`.
_MAY_STAND_BEFORE: Final = re.compile(r"(?:^|\s)[-−+]?(?:\d{1,6}(?:[.,]\d{1,6})?:|[.,]\d{1,6}:)?$")
# What parts words without a letter of its own; in the name of a photo or a folder it belongs to that.
_PARTS: Final = re.compile(r'("[^"]*")|\s*[\t-\r\x1c-\x1e\x85\u2028\u2029]\s*')


@dataclass(frozen=True, slots=True)
class _Run:
    """A stretch of the document and what it stands for.

    Attributes:
        start: Its place in the document.
        end: The place behind it; places count UTF-16 units, as Qt does.
        raw: Its piece of the query.
        token: The example photo; None for letters.
    """

    start: int
    end: int
    raw: str
    token: ExampleToken | None = None


class FieldText:
    """Reads a document as the query it shows, and writes queries into it.

    What a document cannot hold as a letter, like the line end in a file's name, is a thing that is not drawn: so the
    query is read back as it was written, sign by sign. Only where a word would touch an example is there a space
    between them: together they would be another path.
    """

    def __init__(self, field: OneLine) -> None:
        self._document = document = field.document()
        self._things: list[ExampleToken | str] = []
        self._runs: list[_Run] | None = None
        document.contentsChange.connect(self._forget)

    def raw(self, start: int = 0, end: int | None = None) -> str:
        """Return the query, or what of it stands between two places of the document."""
        found = []
        for run in self._read():
            first, last = max(run.start, start), run.end if end is None else min(run.end, end)
            if first < last:
                whole = first == run.start and last == run.end
                found.append(run.raw if whole else _cut(run.raw, first - run.start, last - run.start))
            elif run.start == run.end and start < run.start and (end is None or run.start < end):
                found.append(run.raw)
        return "".join(found)

    def tokens(self) -> list[tuple[int, ExampleToken]]:
        """Return the place of each token, and the token, in the order of the query."""
        return [(run.start, run.token) for run in self._read() if run.token is not None]

    def spans(self) -> list[tuple[int, int]]:
        """Return where in the query each token is, in its order: its first sign, and the one behind it."""
        found, at = [], 0
        for run in self._read():
            if run.token is not None:
                found.append((at, at + len(run.raw)))
            at += len(run.raw)
        return found

    def token_at(self, place: int) -> ExampleToken | None:
        """Return the token that begins at a place of the document."""
        return next((token for at, token in self.tokens() if at == place), None)

    def token_of(self, look: QTextFormat) -> ExampleToken | None:
        """Return the token that is drawn for a thing of this format; None for what is not drawn."""
        thing = self._things[look.intProperty(_WHICH)]
        return thing if isinstance(thing, ExampleToken) else None

    def place_of(self, raw_place: int) -> int:
        """Return where in the document a place of the query is; behind a token for one inside it."""
        left, place = raw_place, 0
        for run in self._read():
            if left == 0:
                return run.start
            if left < len(run.raw):
                return run.end if run.token is not None else run.start + _units(run.raw[:left])
            left, place = left - len(run.raw), run.end
        return place

    def raw_place_of(self, place: int) -> int:
        """Return where in the query a place of the document is."""
        return len(self.raw(0, place))

    def insert(self, cursor: QTextCursor, text: str) -> None:
        """Write a query in place of what the cursor has selected, with its examples as tokens."""
        cursor.beginEditBlock()
        cursor.removeSelectedText()
        for piece in pieces(text):
            if isinstance(piece, ExampleToken):
                self._insert_thing(cursor, piece)
            else:
                self._insert_letters(cursor, piece)
        cursor.endEditBlock()

    def put_together(self, start: int, end: int, token: ExampleToken) -> None:
        """Make a token of what stands between two places of the document; one step back undoes it."""
        cursor = QTextCursor(self._document)
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.beginEditBlock()
        self._insert_thing(cursor, token)
        cursor.endEditBlock()

    def _insert_letters(self, cursor: QTextCursor, text: str) -> None:
        plain, at = QTextCharFormat(), 0
        for strange in _STRANGE.finditer(text):
            cursor.insertText(text[at : strange.start()], plain)
            self._insert_thing(cursor, strange[0])
            at = strange.end()
        cursor.insertText(text[at:], plain)

    def _insert_thing(self, cursor: QTextCursor, thing: ExampleToken | str) -> None:
        if thing not in self._things:
            self._things.append(thing)
        drawn = QTextCharFormat()
        drawn.setObjectType(TOKEN)
        # By number: Qt's own strings do not keep every path as it is.
        drawn.setProperty(_WHICH, self._things.index(thing))
        cursor.insertText(_THING, drawn)

    def _forget(self) -> None:
        self._runs = None

    def _read(self) -> list[_Run]:
        if self._runs is None:
            self._runs = []
            fragments = self._document.firstBlock().begin()
            while not fragments.atEnd():
                fragment = fragments.fragment()
                self._take(fragment.position(), fragment.text(), fragment.charFormat())
                fragments += 1
        return self._runs

    def _take(self, place: int, text: str, look: QTextCharFormat) -> None:
        if look.objectType() != TOKEN:
            self._add(_Run(place, place + _units(text), text))
            return
        for offset in range(len(text)):
            thing = self._things[look.intProperty(_WHICH)]
            raw, token = (thing, None) if isinstance(thing, str) else (thing.raw, thing)
            self._add(_Run(place + offset, place + offset + 1, raw, token))

    def _add(self, run: _Run) -> None:
        runs = self._runs if self._runs is not None else []
        last = runs[-1] if runs else None
        if last is not None and last.token is None and run.token is None and last.start < last.end:
            runs[-1] = _Run(last.start, run.end, last.raw + run.raw)
            return
        if last is not None and _would_merge(last, run):
            runs.append(_Run(run.start, run.start, " "))
        runs.append(run)


def in_one_line(text: str) -> str:
    """Return a query with a space for each end of a line, and each tab, outside of quotes and the paths of photos."""
    return "".join(
        piece.raw if isinstance(piece, ExampleToken) else _PARTS.sub(lambda found: found[1] or " ", piece)
        for piece in pieces(text)
    )


def _would_merge(last: _Run, run: _Run) -> bool:
    """Whether two neighbours, of which one is a token, would be read as one without a space between them."""
    if last.token is None and run.token is None:
        return False
    if last.raw[-1:].isspace() or run.raw[:1].isspace():
        return False
    return last.token is not None or _MAY_STAND_BEFORE.search(last.raw) is None


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _cut(text: str, start: int, end: int) -> str:
    """Return the part of a text between two places that count UTF-16 units."""
    return text.encode("utf-16-le", "surrogatepass")[2 * start : 2 * end].decode("utf-16-le", "surrogatepass")
