"""Remembers searches as soon as they were of use: a photo was opened, chosen, copied, or the answer was looked at."""

from typing import Final

from PySide6.QtCore import QObject, QTimer

from desktop_app.ui.flows.desk import Desk
from desktop_app.ui.flows.search import SearchFlow
from desktop_app.ui.search.bar import HISTORY_LENGTH
from desktop_app.ui.search.question import Words
from desktop_app.ui.window.pages import Page

LOOKED_MS: Final = 2000
"""Somebody who stays that long with an answer reads it; who goes on typing does not."""


class HistoryFlow(QObject):
    """Writes the recent searches, at which the field's up key and the panel look."""

    def __init__(self, desk: Desk, search: SearchFlow) -> None:
        """Hear what is done with the answers of `search`."""
        window = desk.window
        super().__init__(window)
        self._settings = desk.settings
        self._search = search
        self._bar = window.top.search
        self._pages = window.pages
        # Remembered for having been looked at only: somebody who types on did not mean it yet.
        self._only_seen = ""
        self._looked = QTimer(self, singleShot=True, interval=LOOKED_MS)
        self._looked.timeout.connect(self._take_seen)
        search.asked.connect(self._looked.stop)
        search.shown.connect(self._begin_look)
        self._bar.accepted.connect(self._take_accepted)
        self._bar.moved_down.connect(self._take_used)
        grid = window.pages.photos.view
        grid.selection_described.connect(self._take_chosen)
        for source in (grid, window.photo_view):
            source.opened.connect(self._take_used)
            source.copied.connect(self._take_used)
        grid.preview_wanted.connect(self._take_used)

    def close(self) -> None:
        """Remember nothing any more."""
        self._looked.stop()

    def _begin_look(self) -> None:
        """Begin to count the time that an answer is looked at; the same one, brought up to date, goes on."""
        if not self._looked.isActive() and self._query():
            self._looked.start()

    def _take_seen(self) -> None:
        # Who walks through the history would have it changed under the fingers.
        if (query := self._query()) and not self._bar.is_walking() and query not in self._settings.history:
            self._remember(query)
            self._only_seen = query

    def _take_chosen(self, count: int) -> None:
        if count:
            self._take_used()

    def _take_accepted(self, query: str) -> None:
        """Take a query that was meant, whether it is answered yet or not."""
        self._remember(query)
        self._only_seen = ""

    def _take_used(self) -> None:
        if query := self._query():
            self._remember(query)
            self._only_seen = ""

    def _remember(self, query: str) -> None:
        begun = self._only_seen if self._only_seen != query and query.startswith(self._only_seen) else ""
        self._settings.remember_query(query, instead_of=begun)
        if self._bar.history() != self._settings.history[:HISTORY_LENGTH]:
            self._bar.set_history(self._settings.history)

    def _query(self) -> str:
        """Return what the photos answer that are shown; empty for all photos, an example, or none."""
        question = self._search.question()
        is_shown = self._search.answered() == question and self._pages.below() is Page.PHOTOS
        return self._bar.text() if is_shown and isinstance(question, Words) else ""
