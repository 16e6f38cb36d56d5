"""The window of help, open beside the photos: pages at the left, the one that is read at the right."""

from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop_app.help_pages import INDEX, HelpPages, Section, Topic
from desktop_app.ui.help.contents import Contents
from desktop_app.ui.help.page import HelpPage
from desktop_app.ui.look import theme, wording
from desktop_app.ui.look.enter_key import press_with_enter
from desktop_app.ui.look.labels import tool_button

_SIZE: Final = QSize(1040, 760)
_CONTENTS_LETTERS: Final = 42
# A window as large as the screen leaves no room for its frame.
_MOST_OF_SCREEN: Final = 0.92
# Headings of this level stand at the left while a page is read; all that fit, while words are looked for.
_LISTED_LEVEL: Final = 2
# Between two letters of somebody who types.
_PATIENCE_MS: Final = 150
_NOT_THERE: Final = "# Help is not there\n\nIts pages cannot be read: {}. Install Vislumbre again."


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody reads.

    Attributes:
        topic: The page.
        anchor: The heading they went to; "" for the beginning.
        scrolled: How far the page was scrolled when they left it; None before that.
    """

    topic: str
    anchor: str = ""
    scrolled: int | None = None


class HelpWindow(QWidget):
    """Shows the pages of help.

    Signals:
        outside_wanted(QUrl): The person clicked a link that leads out of help.
    """

    outside_wanted = Signal(QUrl)

    def __init__(self, pages: HelpPages, parent: QWidget | None = None) -> None:
        """Make it, with nothing on it yet; see `show_topic`.

        Args:
            pages: What is shown.
            parent: The window it belongs to.
        """
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("Help")
        self.resize(_SIZE.boundedTo(self.screen().availableSize() * _MOST_OF_SCREEN))
        press_with_enter(self)
        self._pages = pages
        self._visited: list[Place] = []
        self._at = -1
        self._back = tool_button("previous", "Back (Alt+Left)")
        self._forward = tool_button("next", "Forward (Alt+Right)")
        self._home = tool_button("grid", "All pages (Alt+Home)")
        self._field = QLineEdit()
        self._count = theme.set_subtle(QLabel())
        self.contents = Contents()
        self.page = HelpPage()
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._lay_out()
        self._connect()

    def show_topic(self, topic: str, anchor: str = "") -> None:
        """Turn to a page, or to one of its headings; the index where there is no such page."""
        self._leave()
        known = topic if topic in self._topics() else INDEX
        self._visited[self._at + 1 :] = [Place(known, anchor)]
        self._at += 1
        self._show()

    def place(self) -> Place:
        """Return where the person reads."""
        return self._visited[self._at]

    def go(self, steps: int) -> None:
        """Go back, with less than 0, or forward along what was read, as far as there is something."""
        if 0 <= self._at + steps < len(self._visited):
            self._leave()
            self._at += steps
            self._show()

    def look_for(self, words: str) -> None:
        """Look for words in all pages, as if they had been typed into the field."""
        self._field.setText(words)
        self._find()

    def _lay_out(self) -> None:
        self._field.setPlaceholderText("Search in Help")
        self._field.setAccessibleName("Search in Help")
        self._field.setClearButtonEnabled(True)
        self._field.setMaximumWidth(360)
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.SPACE.small, theme.SPACE.small, theme.SPACE.large, theme.SPACE.small)
        bar.setSpacing(theme.SPACE.tiny)
        for button in (self._back, self._forward, self._home):
            bar.addWidget(button)
        bar.addStretch(1)
        bar.addWidget(self._count)
        bar.addSpacing(theme.SPACE.small)
        bar.addWidget(self._field, 2)
        line = QFrame()
        line.setFixedHeight(1)
        line.setAutoFillBackground(True)
        line.setBackgroundRole(line.palette().ColorRole.Mid)
        parts = QSplitter()
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.contents)
        parts.addWidget(self.page)
        parts.setStretchFactor(1, 1)
        wide = min(self.fontMetrics().averageCharWidth() * _CONTENTS_LETTERS, self.width() // 3)
        parts.setSizes([wide, self.width() - wide])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(line)
        column.addWidget(parts, 1)
        self.setFocusProxy(self.page)

    def _connect(self) -> None:
        self._back.clicked.connect(lambda: self.go(-1))
        self._forward.clicked.connect(lambda: self.go(1))
        self._home.clicked.connect(lambda: self.show_topic(INDEX))
        self._field.textChanged.connect(self._patience.start)
        self._field.returnPressed.connect(self._read_first)
        self._patience.timeout.connect(self._find)
        self.contents.chosen.connect(self._choose)
        self.page.link_followed.connect(self._follow)
        for keys, run in (
            ("Ctrl+F", self._go_to_field),
            ("F3", self.page.go_to_marked),
            ("Shift+F3", lambda: self.page.go_to_marked(back=True)),
            ("Alt+Left", lambda: self.go(-1)),
            ("Alt+Right", lambda: self.go(1)),
            ("Alt+Home", lambda: self.show_topic(INDEX)),
            ("Ctrl++", lambda: self.page.zoom(1)),
            ("Ctrl+=", lambda: self.page.zoom(1)),
            ("Ctrl+-", lambda: self.page.zoom(-1)),
            ("Ctrl+0", lambda: self.page.zoom(0)),
            ("Esc", self._escape),
            ("Ctrl+W", self.close),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(run)

    def _topics(self) -> dict[str, Topic]:
        try:
            return dict(self._pages.topics)
        except OSError:
            return {}

    def _leave(self) -> None:
        if self._at >= 0:
            scrolled = self.page.verticalScrollBar().value()
            self._visited[self._at] = replace(self.place(), scrolled=scrolled)

    def _show(self) -> None:
        place = self.place()
        try:
            self.page.show_page(self._pages.text(place.topic))
            self._list()
        except OSError as error:
            self.page.show_page(_NOT_THERE.format(error.strerror or error))
        if place.scrolled is not None:
            self.page.verticalScrollBar().setValue(place.scrolled)
        else:
            self.page.go_to(place.anchor)
        self._back.setEnabled(self._at > 0)
        self._forward.setEnabled(self._at < len(self._visited) - 1)
        topic = self._topics().get(place.topic)
        named = topic is not None and place.topic != INDEX
        self.setWindowTitle(f"{topic.title} — Help" if named and topic is not None else "Help")

    def _list(self) -> None:
        """List what fits the words in the field, or all pages with the parts of this one."""
        place = self.place()
        here = (place.topic, place.anchor)
        words = self._field.text()
        if not words.strip():
            sections = self._pages.sections(place.topic) if place.topic != INDEX else ()
            parts = [section for section in sections if section.level == _LISTED_LEVEL]
            self.contents.show_topics(self._topics(), parts, here)
            self._count.clear()
            return
        found = self._pages.find(words)
        self.contents.show_topics(self._topics_of(found), found, here)
        self._count.setText(wording.counted(len(found), "place") if found else "Nothing found")

    def _topics_of(self, found: list[Section]) -> dict[str, Topic]:
        there = {section.topic for section in found}
        return {key: topic for key, topic in self._topics().items() if key in there}

    def _find(self) -> None:
        self._patience.stop()
        self.page.mark(self._field.text().split())
        if self._at >= 0 and self._topics():
            self._list()

    def _read_first(self) -> None:
        """Go to the first place where the words stand; once more to the next on the page."""
        self._find()
        found = self._pages.find(self._field.text()) if self._topics() else []
        if found and self._at >= 0 and self.place().topic not in {section.topic for section in found}:
            self._choose(found[0].topic, found[0].anchor if found[0].level > 1 else "")
        self.page.go_to_marked()

    def _choose(self, topic: str, anchor: str) -> None:
        if (topic, anchor) != (self.place().topic, self.place().anchor):
            self.show_topic(topic, anchor)
        else:
            self.page.go_to(anchor)

    def _follow(self, link: str) -> None:
        """Go to a page, or to a heading of this one; anything else is for the browser."""
        target, _, anchor = link.partition("#")
        topic = target.removesuffix(".md") if target else self.place().topic
        if topic in self._topics():
            self.show_topic(topic, anchor)
            return
        url = QUrl(link)
        if url.scheme() in {"http", "https"}:
            self.outside_wanted.emit(url)

    def _go_to_field(self) -> None:
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()

    def _escape(self) -> None:
        if self._field.text():
            self._field.clear()
            self._find()
            self.page.setFocus()
        else:
            self.close()
