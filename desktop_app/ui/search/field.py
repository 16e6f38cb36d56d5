"""A one-line field that underlines what was not understood."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor, QInputMethodEvent, QTextCharFormat
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop_app.library import Problem
from desktop_app.ui.look import theme


class QueryField(QLineEdit):
    """A field whose problems have a wavy line below them, until their words are changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: list[tuple[int, int, str]] = []
        self._is_marked = False
        self._composing = False
        self.textChanged.connect(self._drop_changed)
        theme.current().changed.connect(self._paint_marks)

    def mark(self, problems: Sequence[Problem]) -> None:
        """Underline these pieces of the text, and no others."""
        text = self.text()
        self._marks = [
            (problem.start, problem.end, text[problem.start : problem.end]) for problem in problems
        ]
        self._paint_marks()

    def marks(self) -> list[str]:
        """Return the pieces that are underlined."""
        return [piece for _start, _end, piece in self._marks]

    def replace_text(self, text: str) -> None:
        """Put another text in place of the present one, so that Ctrl+Z brings that back."""
        self.selectAll()
        if text:
            self.insert(text)
        else:
            self.del_()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Note whether a word is being composed, as in Japanese; the lines come back when it is done."""
        super().inputMethodEvent(event)
        was, self._composing = self._composing, bool(event.preeditString())
        if was and not self._composing:
            self._paint_marks()

    def _drop_changed(self, text: str) -> None:
        """Keep the lines below what still stands where it stood; the rest is read again when typing rests."""
        if self._marks:
            self._marks = [
                (start, end, marked) for start, end, marked in self._marks if text[start:end] == marked
            ]
            self._paint_marks()

    def _paint_marks(self) -> None:
        # An event of ours would end the composing.
        if self._composing or not (self._marks or self._is_marked):
            return
        self._is_marked = bool(self._marks)
        # A field has no formats of its own, but takes those of an input method; they count from the cursor.
        kind = QInputMethodEvent.AttributeType.TextFormat
        wave = QTextCharFormat()
        wave.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        wave.setUnderlineColor(QColor(theme.colours().warning))
        cursor = self.cursorPosition()
        lines = [
            QInputMethodEvent.Attribute(kind, start - cursor, end - start, wave)
            for start, end, _piece in self._marks
        ]
        QCoreApplication.sendEvent(self, QInputMethodEvent("", lines))
