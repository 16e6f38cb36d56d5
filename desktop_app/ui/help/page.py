"""One page of help, as a person reads it."""

from typing import Final

from PySide6.QtCore import QEvent, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCursor,
    QTextDocument,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QTextEdit, QWidget

from desktop_app.ui.help.dressing import code_places, dress, place_of
from desktop_app.ui.look import theme

# Longer lines are hard to follow; in widths of the letter x.
_MOST_LETTERS: Final = 104
_MOST_MARKED: Final = 400
# Of the accent; letters stay readable on it, in light and dark.
_MARK: Final = 0.3
_ZOOM: Final = (0.7, 3.0)
_ZOOM_STEP: Final = 1.1


class HelpPage(QTextBrowser):
    """Shows Markdown of ours; opens nothing by itself, neither files nor addresses.

    Signals:
        link_followed(str): The person wants to go where this leads, as it is written in the page.
    """

    link_followed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Page of help")
        self.setOpenLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUndoRedoEnabled(False)
        self._markdown = ""
        self._words: list[str] = []
        self._marks: list[QTextCursor] = []
        self._zoom = 1.0
        self.anchorClicked.connect(self._follow)
        theme.current().changed.connect(self._show_again)

    def show_page(self, markdown: str) -> None:
        """Show a page from its beginning."""
        self._markdown = markdown
        self._render()
        self.verticalScrollBar().setValue(0)

    def go_to(self, anchor: str) -> None:
        """Go to a heading, or with "" to the beginning."""
        heading = place_of(self.document(), anchor) if anchor else None
        # What is looked for next, and the next Tab, go on from there.
        self.setTextCursor(heading or QTextCursor(self.document()))
        if heading is None:
            self.verticalScrollBar().setValue(0)
        else:
            self.scrollToAnchor(anchor)
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() - theme.SPACE.medium)

    def mark(self, words: list[str]) -> None:
        """Mark every place where one of these words stands; none marks nothing."""
        self._words = words
        self._mark()

    def marked(self) -> int:
        """Return how many places are marked."""
        return len(self._marks)

    def go_to_marked(self, *, back: bool = False) -> None:
        """Go on to the next marked place below what is selected, or the one before; around at the end."""
        places = sorted(self._marks, key=QTextCursor.selectionStart)
        if not places:
            return
        here = self.textCursor()
        if back:
            before = [one for one in places if one.selectionEnd() <= here.selectionStart()]
            found = before[-1] if before else places[-1]
        else:
            after = [one for one in places if one.selectionStart() >= here.selectionEnd()]
            found = after[0] if after else places[0]
        self.setTextCursor(found)
        self.ensureCursorVisible()

    def zoom(self, steps: int) -> None:
        """Make the text larger, with less than 0 smaller, with 0 as it is usually."""
        wanted = self._zoom * _ZOOM_STEP**steps if steps else 1.0
        self._zoom = min(max(wanted, _ZOOM[0]), _ZOOM[1])
        self._show_again()

    def loadResource(self, _kind: int, _name: QUrl | str) -> object:
        """Load nothing: pages are letters, and what they link to is not for this widget."""
        # For nothing at all, Qt would look for a file itself.
        nothing = QImage(1, 1, QImage.Format.Format_ARGB32)
        nothing.fill(Qt.GlobalColor.transparent)
        return nothing

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground of code, then the page."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-self.horizontalScrollBar().value(), -self.verticalScrollBar().value())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.colours().hover))
        for place in code_places(self.document(), self._unit_px()):
            painter.drawRoundedRect(place, theme.RADIUS, theme.RADIUS)
        painter.end()
        super().paintEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep lines at a length that can be read."""
        # First, for it changes the room that the page is laid out in.
        self._place()
        super().resizeEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll, or with Ctrl change the size of the text."""
        if event.modifiers() & event.modifiers().ControlModifier:
            if event.angleDelta().y():
                self.zoom(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
            return
        super().wheelEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Lay out anew for another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationFontChange:
            self._show_again()

    def _follow(self, url: QUrl) -> None:
        self.link_followed.emit(url.toString())

    def _show_again(self) -> None:
        bar = self.verticalScrollBar()
        share = bar.value() / bar.maximum() if bar.maximum() else 0.0
        self._render()
        bar.setValue(round(share * bar.maximum()))

    def _render(self) -> None:
        font = QGuiApplication.font()
        font.setPointSizeF(font.pointSizeF() * self._zoom)
        document = self.document()
        document.setDefaultFont(font)
        features = QTextDocument.MarkdownFeature
        document.setMarkdown(self._markdown, features.MarkdownDialectGitHub | features.MarkdownNoHTML)
        document.setDocumentMargin(theme.SPACE.huge)
        # The room beside the page has its ground too.
        self.setStyleSheet(f"QTextBrowser {{ background: {theme.colours().base}; border: none; }}")
        dress(document, self._unit_px())
        self._place()
        self._mark()

    def _unit_px(self) -> float:
        return QFontMetricsF(self.document().defaultFont()).xHeight()

    def _place(self) -> None:
        most = QFontMetricsF(self.document().defaultFont()).horizontalAdvance("x") * _MOST_LETTERS
        room = self.width() - self.verticalScrollBar().sizeHint().width()
        beside = max(0, round((room - most) / 2))
        self.setViewportMargins(beside, 0, beside, 0)

    def _mark(self) -> None:
        # Kept apart: the cursors of extraSelections() end with its list.
        self._marks = []
        for word in self._words:
            cursor = self.document().find(word)
            while not cursor.isNull() and len(self._marks) < _MOST_MARKED:
                self._marks.append(cursor)
                cursor = self.document().find(word, cursor)
        self.setExtraSelections([_marked(cursor) for cursor in self._marks])


def _marked(cursor: QTextCursor) -> QTextEdit.ExtraSelection:
    mark = QTextEdit.ExtraSelection()
    mark.cursor = cursor
    ground = theme.accent()
    ground.setAlphaF(_MARK)
    mark.format.setBackground(ground)
    return mark
