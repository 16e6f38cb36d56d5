"""From what the person asks to what the grid shows: words, an example, or all photos by date."""

import logging
import time
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.library import (
    Answer,
    Filter,
    LibraryError,
    Photo,
    PhotosChanged,
    PhotoState,
    example_text,
)
from desktop_app.ui.flows.answer import AnswerFlow
from desktop_app.ui.flows.coming_rows import ComingRows
from desktop_app.ui.flows.desk import Desk
from desktop_app.ui.flows.listed_changes import ListedChanges
from desktop_app.ui.grid.ahead import Plan
from desktop_app.ui.grid.arranging import ends_above_the_line
from desktop_app.ui.photo.view import PhotoView
from desktop_app.ui.search import query_edit, thumbs
from desktop_app.ui.search.question import Browse, Like, Question, Words, browsing_heading, only_filters
from desktop_app.ui.window.pages import Page

log = logging.getLogger(__name__)

LIMIT: Final = 200
# Where more than that is found, so much more is asked for each time, up to what a grid of hits is good for.
_MORE: Final = 5
MOST: Final = 5 * _MORE * LIMIT
# New photos come many times a second; a grid that moves more often than this cannot be looked at.
REFRESH_MS: Final = 2000
AGAIN_MS: Final = 10_000
# An answer usually takes a tenth of a second: a page that says "please wait" would only flicker.
PATIENCE_MS: Final = 500
NOT_COMPARABLE: Final = "This file could not be read, so no photo can be compared with it."
_CHANNEL: Final = "grid"
_NOTE: Final = "note on the answer"
# What is said of an answer or of its photos goes with them.
_OF_ONE_SEARCH: Final = (_NOTE, "thumbs", "refused", "reveal", "pasted", "never deleted")
_OF_MANY: Final = (
    "Like the photos that were selected. So many cannot be saved as a search, nor found in the history."
)


class SearchFlow(QObject):
    """Asks the library and shows what it answers; only the newest question counts.

    Attributes:
        answer: How the present answer is shown.

    Signals:
        asked(Question): The person asked something new.
        shown(): The grid shows the answer, or a page says why there is none.
    """

    asked = Signal(object)
    shown = Signal()

    def __init__(self, desk: Desk) -> None:
        """Connect the search field and the grid to the library."""
        window = desk.window
        super().__init__(window)
        self._library = desk.library
        self._background = desk.background
        self._bar = window.top.search
        self._pages = window.pages
        self._photos = window.pages.photos
        self._notices = window.notices
        self._states = desk.states
        self._situation = desk.situation
        self.answer = AnswerFlow(window.pages.photos, desk.settings)
        self.answer.strictness_changed.connect(self._ask_again)
        self.answer.looser_wanted.connect(self._ask_here)
        self.answer.more_wanted.connect(self._ask_for_most)
        self._question: Question = Browse()
        self._limit = LIMIT
        self._before: Question = Browse()
        self._answered: Question | None = None
        self._running: Future[Answer] | None = None
        self._changes = ListedChanges()
        self._rows = ComingRows(window.pages.photos.model, desk.background)
        self._asked_at = 0.0
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self.refresh)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(desk.states.say_wait)
        self._connect(window.photo_view)

    def _connect(self, photo_view: PhotoView) -> None:
        self._bar.query_changed.connect(self._ask_typed)
        self._photos.example.closed.connect(self.go_back)
        self._photos.example.together_wanted.connect(self.combine)
        self._photos.model.page_wanted.connect(self._bring_photos)
        for source in (self._photos.view, photo_view):
            source.similar_wanted.connect(self._ask_like_photo)

    def question(self) -> Question:
        """Return what the grid shows or is about to show."""
        return self._question

    def answered(self) -> Question | None:
        """Return the question whose answer is shown; None before the first."""
        return self._answered

    def start(self) -> None:
        """Ask what the field holds already, or show all photos."""
        self.ask_words(self._bar.text())

    def ask_words(self, text: str) -> None:
        """Search for words; show all photos where there are none. What is left out of a query is none."""
        self._ask(_question_of(text))

    def _ask_typed(self, text: str) -> None:
        """Search for words, unless they mean what is shown: as long as the value of a filter is missing, nothing moves."""
        question = _question_of(text)
        if question == self._question and (self._running is not None or self._answered == question):
            self._pages.close_failures()
        else:
            self._ask(question)

    def ask_like(self, path: Path, name: str = "", more: Sequence[Path] = ()) -> None:
        """Search for photos that look like one, or like the mean of it and `more`.

        Args:
            path: The example.
            name: What to call examples whose file's name says nothing.
            more: Further examples.
        """
        if not isinstance(self._question, Like):
            self._before = self._question
        self._bar.set_text("")
        self._ask(Like(path, name, tuple(more)))

    def go_back(self) -> bool:
        """Leave the example for what was shown before it; False when no example is shown."""
        if not isinstance(self._question, Like):
            return False
        if isinstance(self._before, Words):
            self._bar.set_text(self._before.text)
        self._ask(self._before)
        return True

    def combine(self) -> None:
        """Search for the example together with the words of before, as one query."""
        if isinstance(self._question, Like) and isinstance(self._before, Words):
            example = example_text(self._question.path)
            self._bar.ask(query_edit.with_piece(self._before.text, example))

    def refresh(self) -> None:
        """Ask the present question again, quietly: place and selection stay."""
        self._soon.stop()
        if self._running is not None:
            # The person still waits for the first answer; it must not be put off by asking anew.
            self._soon.start(REFRESH_MS)
            return
        self._run(quiet=True)

    def take_changes(self, event: PhotosChanged) -> None:
        """Take up photos that came, went or changed before long; however many there are, at most every two seconds."""
        self._changes.hear(event)
        if not self._soon.isActive():
            waited_ms = round((time.monotonic() - self._asked_at) * 1000)
            self._soon.start(max(0, REFRESH_MS - waited_ms))

    def close(self) -> None:
        """Ask nothing any more."""
        self._soon.stop()
        self._patience.stop()
        self._background.outdate(_CHANNEL)

    def _ask(self, question: Question) -> None:
        if question != self._question:
            self.answer.begin()
        self._question = question
        self._limit = LIMIT
        for key in _OF_ONE_SEARCH:
            self._notices.dismiss(key)
        self._pages.close_failures()
        if isinstance(question, Like):
            # A query has no room for the paths of many.
            words = self._before.text if isinstance(self._before, Words) and not question.more else ""
            self._photos.example.show_example(question.path, question.name, words)
            if question.more:
                self._photos.example.setToolTip(_OF_MANY)
        else:
            self._photos.example.show_example(None)
        self.asked.emit(question)
        self._run(quiet=False)

    def _run(self, *, quiet: bool) -> None:
        self._asked_at = time.monotonic()
        if self._running is not None:
            # One that is still behind another in the queue need not be answered at all.
            self._running.cancel()
        self._end_waiting()
        question = self._question
        filters = only_filters(question)
        if filters is not None:
            self._list(filters, quiet=quiet)
            return
        self._changes.begin()
        if not quiet:
            self._bar.set_busy(True)
            self._patience.start()
        self._running = self._begin(question)
        self._background.await_future(
            self._running,
            self._show_answer,
            self._fail_quietly if quiet else self._fail,
            ended=self._end_waiting,
            channel=_CHANNEL,
        )

    def _list(self, filters: tuple[Filter, ...], *, quiet: bool) -> None:
        """Bring all photos by date, or, where they are shown already, those that are named.

        Photos that are shown stay where they cannot be brought up to date.

        All of them: an answer has a limit, a list by date has none.
        """
        browsing = self._library.browsing
        named = self._changes.to_ask(self._question) if quiet else None
        if named is None:
            self._changes.begin()
            failed = self._try_later if quiet and self._answered == self._question else self._fail
            self._rows.bring(
                lambda ahead: ahead.listed(*browsing.dated_ids(filters)),
                self._say_listed,
                failed,
                channel=_CHANNEL,
            )
        elif named:
            self._rows.bring(
                lambda ahead: ahead.changed(named, *browsing.listed_again(named, filters)),
                self._say_changed,
                self._try_later,
                channel=_CHANNEL,
            )

    def _begin(self, question: Question) -> Future[Answer]:
        if isinstance(question, Like):
            photos = [question.path, *question.more] if question.more else question.path
            return self._library.searching.similar(photos, self._limit, self.answer.strictness_here())
        # All photos are a list by date, which `_run` has asked for already.
        text = question.text if isinstance(question, Words) else ""
        return self._library.searching.search(text, self._limit, self.answer.strictness_here())

    def begin(self, text: str, limit: int = LIMIT) -> Future[Answer]:
        """Ask the library for words as strictly as the person wants; who calls this waits for the answer."""
        return self._library.searching.search(text, limit, self.answer.strictness())

    def _say_listed(self, plan: Plan) -> None:
        """Say what the grid shows now, a whole list, or why there is none."""
        count = plan.count()
        self.answer.leave()
        if count:
            # Where there is none, a page says why; it may be another by the next time.
            self._changes.show(self._question)
        self._note_place(self._question)
        if count:
            self._photos.show_heading(browsing_heading(count))
            self._pages.show_page(Page.PHOTOS)
        elif isinstance(self._question, Words):
            self._states.say_nothing_kept()
        else:
            self._states.say_no_photos()
        self.shown.emit()

    def _say_changed(self, plan: Plan) -> None:
        """Say what the list has now that photos came, went or changed."""
        self._changes.answered()
        count = plan.count()
        if count:
            self._photos.show_heading(browsing_heading(count))
            self._pages.show_page(Page.PHOTOS)
            self.shown.emit()
        else:
            self._run(quiet=False)

    def _show_answer(self, answer: Answer) -> None:
        # The line, not a number, says how many photos fit.
        is_whole = self._limit >= MOST or not ends_above_the_line(answer, self._limit)
        self._show_hits(answer, is_whole=is_whole)
        if answer.problems and isinstance(self._question, Words) and self._bar.text() == self._question.text:
            self._bar.show_problems(answer.problems)
        if answer.hits:
            self._pages.show_page(Page.PHOTOS)
        else:
            self._states.say_nothing_found(self._question, answer)
        self._show_note(answer)
        self.shown.emit()
        if not is_whole:
            self._limit *= _MORE
            self._run(quiet=True)

    def _show_note(self, answer: Answer) -> None:
        """Show what is to be read with an answer, and what helps against it."""
        remedy = self._situation.remedy_of(answer.offer) if answer.offer else None
        if not answer.note:
            self._notices.dismiss(_NOTE)
        elif remedy is None:
            self._notices.show_notice(answer.note, key=_NOTE)
        else:
            self._notices.show_notice(answer.note, action=remedy.action, run=remedy.run, key=_NOTE)

    def _show_hits(self, answer: Answer, *, is_whole: bool) -> None:
        """Show the hits; asked again, or refined by thumbs, a question leaves place and selection as they are."""
        goes_on = thumbs.goes_on(self._answered, self._question)
        self.answer.show(self._question, answer, goes_on=goes_on, is_whole=is_whole)
        self._note_place(self._question)

    def _note_place(self, question: Question) -> None:
        """Begin at the top where another question is answered."""
        if not thumbs.goes_on(self._answered, question):
            self._photos.view.scrollToTop()
        self._answered = question

    def _fail(self, error: LibraryError) -> None:
        self._answered = None
        self._states.say_failed(error, self._ask_again)
        self.shown.emit()

    def _fail_quietly(self, error: LibraryError) -> None:
        log.warning("the photos shown could not be brought up to date: %s", error)

    def _try_later(self, error: LibraryError) -> None:
        """Ask again some time after what changed could not be asked for; what is shown stays."""
        self._fail_quietly(error)
        self._soon.start(AGAIN_MS)

    def _ask_for_most(self) -> None:
        """Ask for as many photos as the grid takes, if the answer was cut before the last one."""
        if self._limit < MOST and self.answer.is_cut():
            self._limit = MOST
            self._run(quiet=True)

    def _ask_again(self) -> None:
        self._ask(self._question)

    def _ask_here(self) -> None:
        """Ask the same question for as many photos as are here, for so many were counted."""
        self._photos.view.scrollToTop()
        self._run(quiet=False)

    def _ask_like_photo(self, photo: Photo) -> None:
        if photo.state is PhotoState.FAILED:
            self._notices.show_notice(NOT_COMPARABLE, key=_NOTE)
        else:
            self.ask_like(photo.path)

    def _end_waiting(self) -> None:
        self._running = None
        self._patience.stop()
        self._bar.set_busy(False)

    def _bring_photos(self, ids: Sequence[int]) -> None:
        self._background.run(lambda: self._library.browsing.photos(ids), self._photos.model.take_photos)


def _question_of(text: str) -> Question:
    asked = query_edit.meant(text.strip())
    return Words(asked) if asked else Browse()
