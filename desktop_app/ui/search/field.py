"""The search field: words that can be edited, and each example photo as one token among them."""

from collections.abc import Sequence
from typing import Final, cast

from PySide6.QtCore import QEvent, QMimeData, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QContextMenuEvent,
    QHelpEvent,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCursor,
)
from PySide6.QtWidgets import QWidget

from desktop_app.library import Problem
from desktop_app.ui.look import theme
from desktop_app.ui.search.example_tokens import ExampleToken, examples, readable, token_of
from desktop_app.ui.search.field_marks import FieldMarks
from desktop_app.ui.search.field_text import TOKEN, FieldText, in_one_line
from desktop_app.ui.search.one_line import OneLine
from desktop_app.ui.search.token_painter import HIGHER_PX, TokenPainter
from desktop_app.ui.search.token_pictures import TokenPictures
from desktop_app.ui.search.token_pointer import TokenPointer

MOST_SIGNS: Final = 32_767
"""A query is no longer than this, as in Qt's own fields of one line."""

_NO_LETTER: Final = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier


class QueryField(OneLine):
    """Holds the text of a query, in which each example photo or thumb is one thing with a small picture.

    Whoever asks for the text gets the query as it is written, with the paths of the photos. So does whatever is
    copied, cut or dragged, and what is pasted becomes tokens again.

    Attributes:
        pictures: The pictures of the tokens.

    Signals:
        text_changed(str): The query is another one now.
        text_edited(): The person has changed it.
    """

    text_changed = Signal(str)
    text_edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pictures = TokenPictures(self)
        self._text = FieldText(self)
        self._painter = TokenPainter(self, self._text, self.pictures)
        self._pointer = TokenPointer(self, self._text, self._painter)
        self._marks = FieldMarks(self, self._text)
        self.document().documentLayout().registerHandler(TOKEN, self._painter)
        self._last = self._purpose = ""
        self._is_told = False
        self._stood = 0
        self.document().contentsChanged.connect(self._take_change)
        self.pictures.came.connect(self.viewport().update)
        # Tokens reach above and below the letters, for which alone Qt paints again.
        self.selectionChanged.connect(self.viewport().update)
        self.cursorPositionChanged.connect(self._tell_passed)
        self.horizontalScrollBar().valueChanged.connect(self._leave_token)
        theme.current().changed.connect(self._paint_anew)

    def text(self) -> str:
        """Return the query as it is written."""
        return self._text.raw()

    def setText(self, text: str) -> None:
        """Begin with another query; nothing brings the one before back."""
        self.replace_text(text)
        self.document().clearUndoRedoStacks()

    def replace_text(self, text: str) -> None:
        """Put another query in place of the present one, so that Ctrl+Z brings that back."""
        whole = QTextCursor(self.document())
        whole.select(QTextCursor.SelectionType.Document)
        self._is_told = True
        self._text.insert(whole, text[:MOST_SIGNS])
        self._is_told = False
        self.setTextCursor(whole)

    def tokens(self) -> list[ExampleToken]:
        """Return the tokens in their order."""
        return [token for _place, token in self._text.tokens()]

    def token_rect(self, which: int) -> QRectF:
        """Return where in the viewport one of `tokens` is drawn."""
        return self._painter.chip_at(self._text.tokens()[which][0])

    def remove_token(self, which: int) -> None:
        """Take one of `tokens` out of the query."""
        self._pointer.take_out(self._text.tokens()[which][0])

    def gather(self, *, everything: bool = False) -> None:
        """Make tokens of examples that were typed; of the one that is still being typed only with `everything`."""
        # Who has gone back to an example as it was typed can still go on; a change would take that away.
        if self.is_composing() or (self.document().isRedoAvailable() and not everything):
            return
        query = self.text()
        here = self._text.raw_place_of(self.textCursor().position())
        for part in reversed(examples(query)):
            start, end = self._text.place_of(part.start), self._text.place_of(part.end)
            known = self._text.token_at(start)
            if known is not None and end == start + 1 and known.raw == query[part.start : part.end]:
                continue
            # One that only got a sign before it is whole.
            is_whole = any(start <= at < end for at, _token in self._text.tokens())
            if everything or is_whole or not part.start <= here <= part.end:
                self._text.put_together(start, end, token_of(query, part))

    def swallowed(self) -> list[Problem]:
        """Return the tokens that the query does not ask for: a quote that was typed before them takes them in."""
        parts = examples(self.text())
        return [
            Problem(start, end, "This photo is not looked for: close the quote before it, or take that out.")
            for start, end in self._text.spans()
            if not any(part.start <= start and end <= part.end for part in parts)
        ]

    def set_cursor(self, at: int) -> None:
        """Put the cursor before this sign of the query; one inside a token behind that."""
        cursor = self.textCursor()
        cursor.setPosition(self._text.place_of(at))
        self.setTextCursor(cursor)

    def cursor_at(self) -> int:
        """Return before which sign of the query the cursor is."""
        return self._text.raw_place_of(self.textCursor().position())

    def set_purpose(self, purpose: str) -> None:
        """Tell a screen reader what the field is for; where there are tokens, it hears the query before that."""
        self._purpose = purpose
        self._tell_content()

    def mark(self, problems: Sequence[Problem]) -> None:
        """Underline these pieces of the query, and no others."""
        self._marks.show(problems)

    def marks(self) -> list[str]:
        """Return the pieces that are underlined."""
        return self._marks.pieces()

    def createMimeDataFromSelection(self) -> QMimeData:
        """Give what is chosen away as it is written."""
        cursor, content = self.textCursor(), QMimeData()
        content.setText(self._text.raw(cursor.selectionStart(), cursor.selectionEnd()))
        return content

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Take text, as far as there is room; what parts lines and columns elsewhere is a space here."""
        self._text.insert(self.textCursor(), in_one_line(source.text().strip("\r\n")[: self._room()]))
        self.ensureCursorVisible()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take no more letters than there is room for."""
        is_letter = bool(event.text()) and event.text().isprintable()
        if self._room() or not is_letter or event.modifiers() & _NO_LETTER:
            super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Take what was composed, in place of what is chosen, as far as there is room."""
        # Qt would begin another line, which nobody sees.
        committed = in_one_line(event.commitString())[: self._room()]
        if committed != event.commitString():
            event.setCommitString(committed, event.replacementStart(), event.replacementLength())
        super().inputMethodEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tokens over their places among the letters."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setClipRegion(event.region())
        self._painter.paint(painter)
        self.fade_ends(painter)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._choose_labels()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange} and hasattr(self, "_painter"):
            self._choose_labels(anew=True)

    def viewportEvent(self, event: QEvent) -> bool:
        """Explain the token below the pointer, and hear when the pointer leaves."""
        if event.type() == QEvent.Type.ToolTip:
            asked = cast("QHelpEvent", event)
            self._pointer.explain(QPointF(asked.pos()), asked.globalPos())
            return True
        if event.type() == QEvent.Type.Leave:
            self._pointer.hover(None)
        return super().viewportEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if not event.buttons():
            self._pointer.hover(event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._pointer.press(event):
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self._pointer.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self._pointer.choose_below(event.position()):
            super().mouseDoubleClickEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._pointer.choose_below(QPointF(event.pos()))
        super().contextMenuEvent(event)

    def _line_px(self) -> int:
        return super()._line_px() + HIGHER_PX // 2

    def _room(self) -> int:
        """Return for how many signs there is room, in place of what is chosen."""
        cursor = self.textCursor()
        chosen = (
            self._text.raw(cursor.selectionStart(), cursor.selectionEnd()) if cursor.hasSelection() else ""
        )
        return max(0, MOST_SIGNS - len(self._last) + len(chosen))

    def _take_change(self) -> None:
        text = self.text()
        # Also where the text stays: what was typed has become a token then.
        self.pictures.show_only(token.pictured for token in self.tokens())
        if text == self._last:
            return
        self._last = text
        self._painter.forget_places()
        self._pointer.hover(None)
        self._choose_labels()
        self._tell_content()
        self._marks.drop_changed()
        self.viewport().update()
        self.text_changed.emit(text)
        if not self._is_told:
            self.text_edited.emit()

    def _leave_token(self) -> None:
        self._pointer.hover(None)

    def _paint_anew(self) -> None:
        self._marks.paint()
        self.viewport().update()

    def _choose_labels(self, *, anew: bool = False) -> None:
        """Show the names of photos while all of the line fits."""
        tokens, painter = self.tokens(), self._painter
        if not tokens:
            return
        now = sum(painter.width_of(token, labelled=painter.has_labels) for token in tokens)
        labelled = sum(painter.width_of(token, labelled=True) for token in tokens)
        fits = self.document().idealWidth() - now + labelled <= self.viewport().width()
        if anew or fits != painter.has_labels:
            painter.has_labels = fits
            self.document().markContentsDirty(0, self.document().characterCount())
            self.viewport().update()

    def _tell_passed(self) -> None:
        """Have a screen reader say which photo the cursor has stepped over, of which there is no letter to read."""
        before, self._stood = self._stood, self.textCursor().position()
        passed = self._text.token_at(min(before, self._stood)) if abs(before - self._stood) == 1 else None
        if passed is not None:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, passed.says))

    def _tell_content(self) -> None:
        said = f"{readable(self._last)}. " if self.tokens() else ""
        self.setAccessibleDescription(f"{said}{self._purpose}")
