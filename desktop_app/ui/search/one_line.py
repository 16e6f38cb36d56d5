"""A field of one line whose text may hold drawn things, dressed and behaving as other fields do."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragMoveEvent,
    QFocusEvent,
    QInputMethodEvent,
    QKeyEvent,
    QLinearGradient,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QToolButton, QWidget

from desktop_app.ui.look import theme

# Room above and below the line, for what is drawn higher than its letters.
_MARGIN_PX: Final = 5
_FADE_PX: Final = 20
_LEAST_PX: Final = 38
# With the focus its line is thicker, and the field no higher.
_FRAME_PX: Final = 2
_LEFT_TO_THE_WINDOW: Final = {
    Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Tab, Qt.Key.Key_Backtab,
}  # fmt: skip
_WITH_ALL_CHOSEN: Final = {
    Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason,
}  # fmt: skip


Line = QTextEdit.ExtraSelection
"""A stretch of the text that is drawn in another way."""


class OneLine(QTextEdit):
    """A text field of one line. Qt's own fields of one line can hold nothing but letters.

    HTML is letters for it, whichever way it comes: what Qt's class reads as such (`setText`, `setHtml`, `append`, its
    constructor) is not used, and `insertFromMimeData` is for who inherits.

    Signals:
        entered(): Enter was pressed.
    """

    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hint = ""
        self._is_composing = False
        self._ends: tuple[Sequence[QToolButton], Sequence[QToolButton]] = ((), ())
        self.setProperty("kind", "line")
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QTextEdit.LineWrapMode.NoWrap)
        self.setInputMethodHints(Qt.InputMethodHint.ImhNone)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(_MARGIN_PX)
        # The margin is no step to go back to.
        self.document().clearUndoRedoStacks()
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.verticalScrollBar().rangeChanged.connect(self._stay)
        self.verticalScrollBar().valueChanged.connect(self._stay)

    def set_hint(self, hint: str) -> None:
        """Show this while the field is empty."""
        self._hint = hint
        self.viewport().update()

    def hint(self) -> str:
        """Return what is shown while the field is empty."""
        return self._hint

    def set_ends(self, leading: Sequence[QToolButton], trailing: Sequence[QToolButton]) -> None:
        """Put buttons at either end, inside the field, the outermost first; the text keeps off those that are shown."""
        self._ends = (tuple(leading), tuple(trailing))
        for button in (*leading, *trailing):
            button.setParent(self)
            button.setCursor(Qt.CursorShape.ArrowCursor)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.installEventFilter(self)
        self._fit()

    def is_composing(self) -> bool:
        """Return whether a word is being composed, as in Japanese: until it is done the text is not to be touched."""
        return self._is_composing

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        return QSize(200, max(_LEAST_PX, self._line_px() + 2 * _FRAME_PX))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Qt leaves it at the width of before where the text begins at the left; what begins at the right needs it.
        if self.document().textWidth() != self.viewport().width():
            self.document().setTextWidth(self.viewport().width())
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {
            QEvent.Type.FontChange,
            QEvent.Type.LayoutDirectionChange,
            QEvent.Type.StyleChange,
        }:
            self.updateGeometry()
            self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give the text the room of a button that goes."""
        if isinstance(watched, QToolButton) and event.type() in {
            QEvent.Type.ShowToParent,
            QEvent.Type.HideToParent,
        }:
            self._fit()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._hint and self.document().isEmpty() and not self._is_composing:
            painter = QPainter(self.viewport())
            painter.setPen(theme.subtle_text(self.palette()))
            # As high as the line, which begins where the viewport does and ends before it.
            line = QRect(0, 0, self.viewport().width(), round(self.document().size().height()))
            room = line.adjusted(_MARGIN_PX, 0, -_MARGIN_PX, 0)
            hint = self.fontMetrics().elidedText(self._hint, Qt.TextElideMode.ElideRight, room.width())
            place = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(room, int(place), hint)
            painter.end()

    def scrolled_px(self) -> tuple[int, int]:
        """Return how much of the line is out of sight at the left, and at the right."""
        bar = self.horizontalScrollBar()
        left = bar.maximum() - bar.value() if self.isRightToLeft() else bar.value()
        return left, bar.maximum() - left

    def fade_ends(self, painter: QPainter) -> None:
        """Let the line fade where more of it is out of sight; not while the cursor may stand there."""
        if self.hasFocus():
            return
        ground, height = QColor(theme.colours().raised), self.viewport().height()
        clear = QColor(ground)
        clear.setAlpha(0)
        right = self.viewport().width()
        for hidden, edge, inward in zip(self.scrolled_px(), (0, right), (_FADE_PX, -_FADE_PX), strict=True):
            if hidden > 0:
                fade = QLinearGradient(edge, 0, edge + inward, 0)
                fade.setColorAt(0, ground)
                fade.setColorAt(1, clear)
                painter.fillRect(QRect(min(edge, edge + inward), 0, _FADE_PX, height), fade)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hear Enter, and leave the keys to the window that have no use in one line."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.entered.emit()
        elif event.key() in _LEFT_TO_THE_WINDOW:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Note whether a word is being composed."""
        self._is_composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Choose all of the text for who comes by a key, so that typing replaces it."""
        super().focusInEvent(event)
        if event.reason() in _WITH_ALL_CHOSEN:
            self.selectAll()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Move along the line only."""
        if event.angleDelta().x():
            super().wheelEvent(event)
        else:
            event.ignore()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take text; files are for the window."""
        if event.mimeData().hasUrls():
            event.ignore()
        else:
            super().dragEnterEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if event.mimeData().hasUrls():
            event.ignore()
        else:
            super().dragMoveEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText()

    def _line_px(self) -> int:
        return self.fontMetrics().height() + 2 * _MARGIN_PX

    def _fit(self) -> None:
        """Put the line in the middle of the height, between the buttons."""
        inside = self.contentsRect()
        # A line without letters has no room below the baseline.
        height = max(round(self.document().size().height()), self.fontMetrics().height() + 2 * _MARGIN_PX)
        above = max(0, (inside.height() - height) // 2)
        rooms = [self._place(buttons, at_end=bool(at_end)) for at_end, buttons in enumerate(self._ends)]
        if self.isRightToLeft():
            rooms.reverse()
        left, right = rooms
        margins = self.viewportMargins()
        if (margins.left(), margins.top(), margins.right()) != (left, above, right):
            self.setViewportMargins(left, above, right, 0)

    def _place(self, buttons: Sequence[QToolButton], *, at_end: bool) -> int:
        """Put the buttons that are shown at an end, and return the room they take."""
        taken = self.frameWidth() + 1
        for button in (one for one in buttons if not one.isHidden()):
            size = button.sizeHint()
            x = self.width() - taken - size.width() if at_end != self.isRightToLeft() else taken
            button.setGeometry(x, (self.height() - size.height()) // 2, size.width(), size.height())
            taken += size.width()
        return taken

    def _stay(self) -> None:
        # A line with letters of a higher font would be moved under the cursor.
        self.verticalScrollBar().setValue(0)
