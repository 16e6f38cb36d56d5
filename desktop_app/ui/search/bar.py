"""The field where a photo is described: asks while the person types, and remembers what was asked."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.library import Problem, parse
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import tool_button
from desktop_app.ui.search import query_edit
from desktop_app.ui.search.busy_line import BusyLine
from desktop_app.ui.search.chips import QueryStrip
from desktop_app.ui.search.field import QueryField

DEBOUNCE_MS: Final = 150
HISTORY_LENGTH: Final = 50


class SearchBar(QWidget):
    """One field with a clear button, a history on the up key and a sign of being busy.

    What is typed is read as soon as typing rests: filters become chips below the field, and what is not understood
    is underlined, with a sentence. Example photos are tokens in the field.

    Attributes:
        field: Where is typed; example photos are tokens in it.
        filters: The button that opens the filters.
        help: The button that explains what can be typed.
        thumbs_off: The button that takes all thumbs out; hidden while there are less than two.
        strip: Chips and sentences below the field.

    Signals:
        query_changed(str): What is asked now, without spaces around; empty for "all photos". Sent once the
            typing rests for 150 ms or at Enter, and never twice for the same query.
        accepted(str): Enter was pressed on this query; it is in the history now.
        moved_down(): The person wants to go on to the photos.
        history_changed(): The history is another one now.
    """

    query_changed = Signal(str)
    accepted = Signal(str)
    moved_down = Signal()
    history_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history: list[str] = []
        self._walked: int | None = None
        self._draft = ""
        self._sent = ""
        self._rest = QTimer(self, singleShot=True, interval=DEBOUNCE_MS)
        self._rest.timeout.connect(self._send)
        self.field = QueryField(self)
        self._busy = BusyLine(self.field)
        self._look = tool_button("search", "Search", side_px=16)
        self._clear = tool_button("close", "Clear the search", side_px=16)
        self.thumbs_off = tool_button("thumb-off", "Take all thumbs out of the search", side_px=16)
        self.filters = tool_button("filter", "Filters (Ctrl+L)")
        self.help = tool_button("help", "What can be typed here (Shift+F1)")
        self.strip = QueryStrip()
        self.strip.removed.connect(self._take_out)
        self._dress_field()
        self._lay_out()
        self.setFocusProxy(self.field)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE.tiny)
        row.addWidget(self.field, 1)
        row.addWidget(self.filters)
        row.addWidget(self.help)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.strip)

    def _dress_field(self) -> None:
        field = self.field
        field.set_hint("Describe a photo: a dog on the beach, a red bicycle …")
        field.setAccessibleName("Search photos")
        field.set_purpose("Describe what is to be seen in the photo. Down goes to the photos.")
        field.set_ends([self._look], [self._clear, self.thumbs_off])
        self._look.clicked.connect(self.accept)
        self._clear.clicked.connect(self.clear)
        self._clear.setVisible(False)
        self.thumbs_off.setVisible(False)
        field.text_changed.connect(self._wait_for_rest)
        field.text_edited.connect(self._leave_history)
        field.entered.connect(self.accept)
        field.installEventFilter(self)

    def text(self) -> str:
        """Return what is typed now, without spaces around."""
        return self.field.text().strip()

    def beside_px(self) -> int:
        """Return the room that the buttons beside the field take, with the gaps before them."""
        tools = (self.filters, self.help)
        return sum(tool.sizeHint().width() + theme.SPACE.tiny for tool in tools)

    def set_text(self, text: str) -> None:
        """Show a query that is being answered already: nothing is sent."""
        self.field.setText(text)
        self._rest.stop()
        self._sent = self.text()
        self._walked = None
        self._read()

    def ask(self, text: str) -> None:
        """Put a query in the field and ask it at once; Ctrl+Z brings the one before back."""
        self.field.replace_text(text)
        self._walked = None
        self._send()

    def show_words(self) -> None:
        """Scroll to the beginning, where the words are."""
        self.field.moveCursor(QTextCursor.MoveOperation.Start)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Underline what was not understood and say why; places count the characters of `text`."""
        problems = [*problems, *self._swallowed()]
        shift = self.field.text().find(self.text())
        moved = [
            Problem(problem.start + shift, problem.end + shift, problem.sentence) for problem in problems
        ]
        self.field.mark(moved)
        self.strip.show_problems(problems)

    def focus(self) -> None:
        """Go to the field with its text marked, so that typing replaces it."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def is_focused(self) -> bool:
        """Return whether what is typed in the window goes to the field."""
        return self.window().focusWidget() is self.field

    def set_busy(self, busy: bool) -> None:
        """Show that an answer is on its way, or that it has come."""
        self._busy.set_busy(busy)

    def set_history(self, queries: Sequence[str]) -> None:
        """Take the queries of earlier days, the newest first."""
        self._history = list(dict.fromkeys(query.strip() for query in queries if query.strip()))
        del self._history[HISTORY_LENGTH:]
        self._walked = None
        self.history_changed.emit()

    def is_walking(self) -> bool:
        """Return whether the field shows a query of the history that was reached with the arrow keys."""
        return self._walked is not None

    def history(self) -> list[str]:
        """Return what was asked, the newest first, 50 at most."""
        return list(self._history)

    def accept(self) -> None:
        """Ask at once, and remember the query."""
        self.field.gather(everything=True)
        self._send()
        query = self.text()
        if query:
            self.set_history([query, *self._history])
        self.accepted.emit(query)

    def clear(self) -> None:
        """Empty the field and ask for all photos at once."""
        self.field.replace_text("")
        self._walked = None
        self._send()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hear the field's arrow keys and Esc before the field does."""
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._take_key(event)
        return super().eventFilter(watched, event)

    def _take_key(self, event: QKeyEvent) -> bool:
        """Return whether the key was ours."""
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if event.key() == Qt.Key.Key_Escape and self.field.text():
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
        self.field.setText(self._draft if place < 0 else self._history[place])
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
        self._clear.setVisible(bool(self.field.text()))
        self.thumbs_off.setVisible(sum(token.thumb is not None for token in self.field.tokens()) > 1)
        self._rest.start()

    def _read(self) -> None:
        self.field.gather()
        query = parse(self.text())
        self.strip.show_query(query)
        self.show_problems(query.problems)

    def _swallowed(self) -> list[Problem]:
        """Return what the field says of its photos, at places of `text`; the first one is enough."""
        text = self.field.text()
        ahead = len(text) - len(text.lstrip())
        return [
            Problem(problem.start - ahead, problem.end - ahead, problem.sentence)
            for problem in self.field.swallowed()[:1]
        ]

    def _take_out(self, start: int, end: int) -> None:
        """Take the piece of a chip out of what was typed."""
        self.ask(query_edit.without(self.text(), start, end))
        self.field.setFocus()

    def _send(self) -> None:
        self._rest.stop()
        self._read()
        query = self.text()
        if query != self._sent:
            self._sent = query
            self.query_changed.emit(query)
