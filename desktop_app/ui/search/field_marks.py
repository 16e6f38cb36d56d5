"""Wavy lines below what was not understood of a query, until its words are changed."""

from collections.abc import Sequence

from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor

from desktop_app.library import Problem
from desktop_app.ui.look import theme
from desktop_app.ui.search.field_text import FieldText
from desktop_app.ui.search.one_line import Line, OneLine


class FieldMarks:
    """Keeps which pieces of a query are underlined; places count the signs of the query."""

    def __init__(self, field: OneLine, text: FieldText) -> None:
        self._field, self._text = field, text
        self._marks: list[tuple[int, int, str]] = []

    def show(self, problems: Sequence[Problem]) -> None:
        """Underline these pieces, and no others."""
        text = self._text.raw()
        self._marks = [(one.start, one.end, text[one.start : one.end]) for one in problems]
        self.paint()

    def pieces(self) -> list[str]:
        """Return what is underlined."""
        return [piece for _start, _end, piece in self._marks]

    def drop_changed(self) -> None:
        """Keep the lines below what still stands where it stood; the rest is read again when typing rests."""
        text = self._text.raw()
        self._marks = [mark for mark in self._marks if text[mark[0] : mark[1]] == mark[2]]
        self.paint()

    def paint(self) -> None:
        """Draw the lines in the colour of now."""
        self._field.setExtraSelections([self._line(start, end) for start, end, _piece in self._marks])

    def _line(self, start: int, end: int) -> Line:
        line = Line()
        wave = QTextCharFormat()
        wave.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        wave.setUnderlineColor(QColor(theme.colours().warning))
        cursor = QTextCursor(self._field.document())
        cursor.setPosition(self._text.place_of(start))
        cursor.setPosition(self._text.place_of(end), QTextCursor.MoveMode.KeepAnchor)
        line.format, line.cursor = wave, cursor
        return line
