"""Shows one answer on the page: its order, its line, and what is folded below that."""

from PySide6.QtCore import QObject, Signal

from desktop_app.library import Answer
from desktop_app.settings import Settings
from desktop_app.ui.grid.arranging import (
    Arranged,
    Order,
    all_below,
    arranged,
    forth,
    parts_below,
    sorted_how,
    with_stacks,
)
from desktop_app.ui.results.page import ResultsPage
from desktop_app.ui.results.strictness import SHARES, Strictness, strictness_of
from desktop_app.ui.search.question import Question, answer_heading

_STRICTNESS = "strictness"


class AnswerFlow(QObject):
    """Shows an answer as the person wants it sorted, and does so again when that changes.

    Signals:
        strictness_changed(): The question is to be asked again, for the line lies elsewhere now.
        looser_wanted(): So is it, for the line lies elsewhere for this one question, or no longer does.
        more_wanted(): The person looks below the line, where an answer may have been cut short.
    """

    strictness_changed = Signal()
    looser_wanted = Signal()
    more_wanted = Signal()

    def __init__(self, page: ResultsPage, settings: Settings) -> None:
        """Connect the page's tools; the strictness is the one of the last time."""
        super().__init__(page)
        self._page = page
        self._settings = settings
        self._order = Order.RELEVANCE
        self._unfolded = False
        self._loosely = False
        self._is_whole = True
        self._shown: tuple[Question, Answer] | None = None
        self._step = strictness_of(settings.state(_STRICTNESS))
        page.header.show_strictness(self._step)
        page.header.show_order(self._order)
        page.header.order_chosen.connect(self._sort)
        page.header.card.chosen.connect(self._draw_line)
        page.fold.toggled.connect(self._fold)
        page.looser.toggled.connect(self._loosen)

    def strictness(self) -> float:
        """Return how strict the person wants every question to be, 0 to 1."""
        return SHARES[self._step]

    def strictness_here(self) -> float:
        """Return how strict the question of the page is to be: as loose as can be where that was wanted for it."""
        return SHARES[Strictness.LOOSE if self._loosely else self._step]

    def begin(self) -> None:
        """Make ready for another question, which is asked as strictly as the person wants every one."""
        self._loosely = False
        self._page.header.show_strictness(self._step)

    def show(self, question: Question, answer: Answer, *, goes_on: bool, is_whole: bool = True) -> None:
        """Show an answer.

        Args:
            question: What was asked.
            answer: With hits.
            goes_on: It is that of the question shown already: place, selection and fold stay.
            is_whole: More is not asked for at once; until then there is no saying how many are looser.
        """
        self._is_whole = is_whole
        if not goes_on:
            self._unfolded = False
        self._shown = question, answer
        self._arrange(goes_on=goes_on)

    def arrange_anew(self) -> None:
        """Show the answer again, for the stacks are others now; place and selection stay."""
        self._arrange(goes_on=True)

    def leave(self) -> None:
        """Show no answer any more: all photos take its place, or a page that says why there are none."""
        self._shown = None
        self._page.fold.show_count(0, shown=False)
        self._page.looser.show_count(0, shown=False)
        self._page.header.show_tools(line=False, order=False)

    def found(self) -> int | None:
        """Return how many photos the answer shown says are found; None without an answer or a line of the usual kind."""
        now = None if self._shown is None or self._loosely else arranged(self._shown[1].hits)
        return now.found if now is not None and now.has_line else None

    def is_cut(self) -> bool:
        """Return whether more photos were compared than the answer shown brings."""
        if self._shown is None or self._shown[1].compared is None:
            return False
        return self._shown[1].compared > sum(hit.score is not None for hit in self._shown[1].hits)

    def _arrange(self, *, goes_on: bool) -> None:
        if self._shown is None:
            return
        question, answer = self._shown
        now = arranged(answer.hits, self._order, loosely=self._loosely)
        if self._unfolded or not self._loosely:
            # Those of a stack that lie below the line would make more of the looser matches than were promised.
            now = with_stacks(now, self._page.model.stack_of())
        hits = (*now.above, *now.below) if self._unfolded else now.above
        parts = parts_below(now) if self._unfolded else ()
        self._page.model.show_hits(
            hits, goes_on=goes_on, by_date=forth(self._order) is Order.TAKEN, parts=parts
        )
        self._page.fold.show_count(
            all_below(now, answer), shown=self._unfolded, here=len(now.below) if self._unfolded else None
        )
        self._page.looser.show_count(self._looser(answer), shown=self._loosely)
        header = self._page.header
        header.show_heading(self._heading(question, answer, now))
        header.show_tools(line=now.has_line, order=bool(answer.hits))

    def _looser(self, answer: Answer) -> int:
        """Return how many looser matches to offer: none where they are among the nearest that are shown anyway."""
        looser = (answer.looser or 0) if self._is_whole else 0
        return looser if looser > len(arranged(answer.hits, self._order).above) else 0

    def _heading(self, question: Question, answer: Answer, now: Arranged) -> str:
        plain = answer_heading(question, answer)
        how = sorted_how(self._order)
        if now.has_line:
            return now.heading
        return f"{plain.split(', ', maxsplit=1)[0]}, {how}" if how else plain

    def _sort(self, order: Order) -> None:
        self._order = order
        self._arrange(goes_on=True)
        self._page.view.scrollToTop()

    def _fold(self, unfolded: bool) -> None:
        self._unfolded = unfolded
        self._arrange(goes_on=True)
        if unfolded:
            self.more_wanted.emit()

    def _loosen(self, loosely: bool) -> None:
        self._loosely, self._unfolded = loosely, False
        self._page.header.show_strictness(Strictness.LOOSE if loosely else self._step)
        self.looser_wanted.emit()

    def _draw_line(self, step: Strictness) -> None:
        self._step, self._loosely = step, False
        self._settings.remember_state(_STRICTNESS, step)
        self._page.header.show_strictness(step)
        self.strictness_changed.emit()
