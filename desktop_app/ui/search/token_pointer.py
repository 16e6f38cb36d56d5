"""What the pointer does over a token of the search field: it chooses, takes out and explains it whole."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QClipboard, QGuiApplication, QMouseEvent, QTextCursor
from PySide6.QtWidgets import QToolTip

from desktop_app.ui.search.field_text import FieldText
from desktop_app.ui.search.one_line import OneLine
from desktop_app.ui.search.token_painter import TokenPainter


class TokenPointer:
    """Follows the pointer over one field. Points are those of the field's viewport."""

    def __init__(self, field: OneLine, text: FieldText, painter: TokenPainter) -> None:
        self._field, self._text, self._painter = field, text, painter
        self._pressed: int | None = None
        field.viewport().setMouseTracking(True)

    def hover(self, point: QPointF | None) -> None:
        """Show that the token below the pointer can be chosen or taken out; None where the pointer is gone."""
        place = self.place_below(point) if point is not None else None
        if place != self._painter.hovered:
            self._painter.hovered = place
            shape = Qt.CursorShape.IBeamCursor if place is None else Qt.CursorShape.ArrowCursor
            self._field.viewport().setCursor(shape)
            self._field.viewport().update()

    def press(self, event: QMouseEvent) -> bool:
        """Choose the token below, or take it out by its cross; return whether the press is used up."""
        self._pressed = None
        place = self.place_below(event.position())
        if place is None or event.button() != Qt.MouseButton.LeftButton or event.modifiers():
            return False
        is_lit = place == self._painter.hovered
        if is_lit and self._painter.cross(self._painter.chip_at(place)).contains(event.position()):
            self.take_out(place)
            return True
        # Chosen at once: only what is chosen can be dragged.
        self.choose(place)
        self._pressed = place
        return False

    def release(self, event: QMouseEvent) -> None:
        """Keep the token chosen that was clicked on; of letters the choice would be given up."""
        if self._pressed is not None and self.place_below(event.position()) == self._pressed:
            self.choose(self._pressed)
            clipboard = QGuiApplication.clipboard()
            if clipboard.supportsSelection():
                # For the middle button, as with letters that are chosen by the pointer.
                chosen = self._field.createMimeDataFromSelection()
                clipboard.setMimeData(chosen, QClipboard.Mode.Selection)
        self._pressed = None

    def choose_below(self, point: QPointF) -> bool:
        """Choose the token below the pointer, whole; return whether there is one."""
        place = self.place_below(point)
        cursor = self._field.textCursor()
        if place is not None and not cursor.selectionStart() <= place < cursor.selectionEnd():
            self.choose(place)
        return place is not None

    def explain(self, point: QPointF, on_screen: QPoint) -> None:
        """Say what the token below the pointer means, and of which file it is."""
        place = self.place_below(point)
        token = self._text.token_at(place) if place is not None else None
        if place is None or token is None:
            QToolTip.hideText()
            return
        QToolTip.showText(on_screen, token.tip, self._field.viewport(), self._painter.chip_at(place).toRect())

    def place_below(self, point: QPointF) -> int | None:
        """Return the place of the token at a point."""
        places = [place for place, _token in self._text.tokens()]
        return next((place for place in places if self._painter.chip_at(place).contains(point)), None)

    def choose(self, place: int) -> None:
        """Choose the token at a place, whole."""
        cursor = self._field.textCursor()
        cursor.setPosition(place)
        cursor.setPosition(place + 1, QTextCursor.MoveMode.KeepAnchor)
        self._field.setTextCursor(cursor)

    def take_out(self, place: int) -> None:
        """Take the token at a place out; of the spaces around it one is left."""
        text = self._field.document().firstBlock().text()
        end = place + 1
        if text[end : end + 1].isspace() and (place == 0 or text[place - 1].isspace()):
            end += 1
        cursor = self._field.textCursor()
        cursor.setPosition(place)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        self._field.setTextCursor(cursor)
