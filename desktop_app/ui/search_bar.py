"""The field where a photo is described: asks while the person types, and remembers what was asked."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from desktop_app.ui import icons, theme

DEBOUNCE_MS: Final = 150
HISTORY_LENGTH: Final = 50

# A search that takes less shows no sign of being busy: it would only flicker.
_BUSY_AFTER_MS: Final = 200


class SearchBar(QWidget):
    """One field with a clear button, a history on the up key and a sign of being busy.

    Signals:
        query_changed(str): What is asked now, without spaces around; empty for "all photos". Sent once the
            typing rests for 150 ms or at Enter, and never twice for the same query.
        accepted(str): Enter was pressed on this query; it is in the history now.
        moved_down(): The person wants to go on to the photos.
    """

    query_changed = Signal(str)
    accepted = Signal(str)
    moved_down = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history: list[str] = []
        self._walked: int | None = None
        self._draft = ""
        self._sent = ""
        self._rest = QTimer(self, singleShot=True, interval=DEBOUNCE_MS)
        self._rest.timeout.connect(self._send)
        self._field = QLineEdit(self)
        self._busy = _BusyLine(self._field)
        self._clear = QAction("Clear the search", self)
        self._dress_field()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._field)
        self.setFocusProxy(self._field)

    def _dress_field(self) -> None:
        field = self._field
        field.setPlaceholderText("Describe a photo: a dog on the beach, a red bicycle …")
        field.setAccessibleName("Search photos")
        field.setAccessibleDescription("Describe what is to be seen in the photo. Down goes to the photos.")
        field.setMinimumHeight(38)
        looks = QAction("Search", self)
        icons.set_icon(looks, "search", "subtle")
        looks.triggered.connect(self.accept)
        field.addAction(looks, QLineEdit.ActionPosition.LeadingPosition)
        icons.set_icon(self._clear, "close", "subtle")
        self._clear.triggered.connect(self.clear)
        field.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        self._clear.setVisible(False)
        field.textChanged.connect(self._wait_for_rest)
        field.textEdited.connect(self._leave_history)
        field.returnPressed.connect(self.accept)
        field.installEventFilter(self)

    def text(self) -> str:
        """Return what is typed now, without spaces around."""
        return self._field.text().strip()

    def set_text(self, text: str) -> None:
        """Show a query that is being answered already: nothing is sent."""
        self._field.setText(text)
        self._rest.stop()
        self._sent = self.text()
        self._walked = None

    def focus(self) -> None:
        """Go to the field with its text marked, so that typing replaces it."""
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()

    def set_busy(self, busy: bool) -> None:
        """Show that an answer is on its way, or that it has come."""
        self._busy.set_busy(busy)

    def set_history(self, queries: Sequence[str]) -> None:
        """Take the queries of earlier days, the newest first."""
        self._history = list(dict.fromkeys(query.strip() for query in queries if query.strip()))
        del self._history[HISTORY_LENGTH:]
        self._walked = None

    def history(self) -> list[str]:
        """Return what was asked, the newest first, 50 at most."""
        return list(self._history)

    def accept(self) -> None:
        """Ask at once, and remember the query."""
        self._send()
        query = self.text()
        if query:
            self.set_history([query, *self._history])
        self.accepted.emit(query)

    def clear(self) -> None:
        """Empty the field and ask for all photos at once."""
        self._field.clear()
        self._walked = None
        self._send()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hear the field's arrow keys and Esc before the field does."""
        if watched is self._field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._take_key(event)
        return super().eventFilter(watched, event)

    def _take_key(self, event: QKeyEvent) -> bool:
        """Return whether the key was ours."""
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if event.key() == Qt.Key.Key_Escape and self._field.text():
            self.clear()
            return True
        if event.key() == Qt.Key.Key_Down:
            if not self._walk(-1):
                self.moved_down.emit()
            return True
        return event.key() == Qt.Key.Key_Up and self._walk(1)

    def _walk(self, step: int) -> bool:
        """Show the query `step` places older; down from the newest leads back to what was typed."""
        place = self._place()
        if (
            place is None
            or not -1 <= place + step < len(self._history)
            or (step < 0 and self._walked is None)
        ):
            return False
        if self._walked is None:
            self._draft = "" if place == -1 else self._history[place]
        place += step
        self._field.setText(self._draft if place < 0 else self._history[place])
        self._walked = place if place >= 0 else None
        return True

    def _place(self) -> int | None:
        """Return where in the history the field is: -1 for before its newest, None for not at all."""
        if self._walked is not None:
            return self._walked
        text = self.text()
        if not text:
            return -1
        return self._history.index(text) if text in self._history else None

    def _leave_history(self) -> None:
        self._walked = None

    def _wait_for_rest(self) -> None:
        self._clear.setVisible(bool(self._field.text()))
        self._rest.start()

    def _send(self) -> None:
        self._rest.stop()
        query = self.text()
        if query != self._sent:
            self._sent = query
            self.query_changed.emit(query)


class _BusyLine(QWidget):
    """A short accent line that runs along the lower edge of its parent while something is under way."""

    _STEP_MS = 33
    _STEPS = 40

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._step = 0
        self._busy = False
        self._late = QTimer(self, singleShot=True, interval=_BUSY_AFTER_MS)
        self._late.timeout.connect(self._begin)
        self._beat = QTimer(self, interval=self._STEP_MS)
        self._beat.timeout.connect(self._advance)
        parent.installEventFilter(self)
        self.hide()

    def set_busy(self, busy: bool) -> None:
        """Begin after a moment, or end at once."""
        if busy and not self._busy:
            self._late.start()
        if not busy:
            self._late.stop()
            self._beat.stop()
            self.hide()
        self._busy = busy

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the lower edge."""
        if isinstance(event, QResizeEvent):
            size = event.size()
            self.setGeometry(theme.RADIUS, size.height() - 4, size.width() - 2 * theme.RADIUS, 3)
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the line where it is now."""
        length = self.width() // 4
        x = round((self.width() + length) * self._step / self._STEPS) - length
        painter = QPainter(self)
        painter.fillRect(x, 0, length, self.height(), theme.accent())
        painter.end()

    def _begin(self) -> None:
        self._step = 0
        self.show()
        self._beat.start()

    def _advance(self) -> None:
        self._step = (self._step + 1) % self._STEPS
        self.update()
