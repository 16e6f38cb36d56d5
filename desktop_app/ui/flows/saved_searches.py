"""Saved and recent searches: keeps, lists and asks them, and counts what each finds now."""

import logging
from collections.abc import Sequence
from concurrent.futures import Future

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt

from desktop_app.library import Answer, Event, Filter, LibraryError, RefreshFinished
from desktop_app.ui.flows.desk import Desk
from desktop_app.ui.flows.search import LIMIT, SearchFlow
from desktop_app.ui.grid.arranging import arranged
from desktop_app.ui.look import wording
from desktop_app.ui.search.question import Words, only_filters
from desktop_app.ui.search.saved import SavedSearches

log = logging.getLogger(__name__)

_CHANNEL = "count of a saved search"


class SearchesFlow(QObject):
    """Connects saved and recent searches with the search field."""

    def __init__(self, desk: Desk, search: SearchFlow) -> None:
        """Show what was kept on earlier days."""
        window = desk.window
        super().__init__(window)
        self._library = desk.library
        self._background = desk.background
        self._settings = desk.settings
        self._search = search
        self._bar = window.top.search
        self._panel = window.searches
        self._header = window.pages.photos.header
        self._saved = SavedSearches(desk.settings)
        self._counts: dict[str, str] = {}
        self._to_count: list[str] = []
        self._counting: Future[Answer] | None = None
        self._panel.asked.connect(self._ask)
        # Later: the list may not be filled anew while it is still taking the name over.
        self._panel.renamed.connect(self._rename, Qt.ConnectionType.QueuedConnection)
        self._panel.removed.connect(self._remove)
        self._panel.forgotten.connect(self._forget)
        self._header.keep_wanted.connect(self._keep)
        self._bar.history_changed.connect(self._show_recent)
        search.asked.connect(self._show_present)
        search.shown.connect(self._take_shown)
        search.answer.strictness_changed.connect(self.count)
        self._show_saved()

    def hear(self, event: Event) -> None:
        """Count again when photos have come or gone."""
        if isinstance(event, RefreshFinished):
            self.count()

    def count(self) -> None:
        """Find out how many photos each saved search finds now, one after the other."""
        self._to_count = [search.query for search in self._saved.all()]
        if self._counting is None:
            self._count_next()

    def close(self) -> None:
        """Count no more."""
        self._to_count = []
        self._background.outdate(_CHANNEL)
        if self._counting is not None:
            self._counting.cancel()

    def _count_next(self) -> None:
        self._counting = None
        if not self._to_count:
            return
        query = self._to_count.pop(0)
        if filters := only_filters(Words(query)):
            self._count_kept(query, filters)
            return

        def take(answer: Answer) -> None:
            now = arranged(answer.hits)
            # Without a line every photo is an answer, and a number says nothing.
            self._take_count(query, _count_of(now.found) if now.has_line else "")

        self._counting = self._search.begin(query)
        self._background.await_future(
            self._counting, take, self._give_up, ended=self._end_counting, channel=_CHANNEL
        )

    def _count_kept(self, query: str, filters: Sequence[Filter]) -> None:
        def take(listed: tuple[NDArray[np.int64], NDArray[np.int64]]) -> None:
            self._take_count(query, wording.number(len(listed[0])))

        self._background.run(
            lambda: self._library.browsing.dated_ids(filters), take, self._give_up, channel=_CHANNEL
        )

    def _take_count(self, query: str, count: str) -> None:
        self._show_count(query, count)
        self._count_next()

    def _show_count(self, query: str, count: str) -> None:
        self._counts[query] = count
        self._panel.show_count(query, count)

    def _take_shown(self) -> None:
        """Take the number of the answer that is shown, where its search is a saved one."""
        query, found = self._present(), self._search.answer.found()
        if found is not None and self._search.answered() == Words(query) and self._saved.has(query):
            self._show_count(query, _count_of(found))

    def _give_up(self, error: LibraryError) -> None:
        log.info("a saved search could not be counted: %s", error)
        self._to_count = []

    def _end_counting(self) -> None:
        self._counting = None

    def _ask(self, query: str) -> None:
        if self._bar.text() == query:
            # The field sends nothing twice; the person may want to leave the failures, or try again.
            self._search.ask_words(query)
        else:
            self._bar.ask(query)

    def _keep(self, wanted: bool) -> None:
        query = self._present()
        if wanted:
            self._saved.add(query)
            self.count()
        else:
            self._saved.remove(query)
        self._show_saved()

    def _rename(self, query: str, name: str) -> None:
        self._saved.rename(query, name)
        self._show_saved()

    def _remove(self, query: str) -> None:
        self._saved.remove(query)
        self._show_saved()

    def _forget(self) -> None:
        self._settings.clear_history()
        self._bar.set_history([])

    def _present(self) -> str:
        question = self._search.question()
        return question.text if isinstance(question, Words) else ""

    def _show_present(self) -> None:
        present = self._present()
        self._header.show_kept(self._saved.has(present) if present else None)
        self._panel.mark(present)

    def _show_saved(self) -> None:
        self._panel.show_saved(self._saved.all(), self._counts)
        self._show_recent()
        self._show_present()

    def _show_recent(self) -> None:
        self._panel.show_recent([query for query in self._bar.history() if not self._saved.has(query)])
        self._panel.mark(self._present())


def _count_of(found: int) -> str:
    return f"{wording.number(found)}+" if found >= LIMIT else wording.number(found)
