"""Where nothing fits well: looser matches, offered by their number, for this one question."""

from dataclasses import replace

from desktop_app.ui.flows.search import LIMIT, MOST
from desktop_app.ui.grid.arranging import NOTHING_FITS, Order
from desktop_app.ui.results.strictness import Strictness
from tests.ui.desk import Desk
from tests.ui.fake_library import a_lined_answer, an_answer

NEAREST, REST = [8, 7], [6, 5, 4, 3]


def finds_nothing(desk: Desk, text: str = "dog", looser: int | None = 3) -> None:
    desk.asks(text)
    answers_nothing(desk, text, looser)


def answers_nothing(desk: Desk, text: str = "dog", looser: int | None = 3) -> None:
    desk.library.asked[-1][1].set_result(
        replace(a_lined_answer(text, maybe=NEAREST, rest=REST), looser=looser)
    )
    desk.shows(*NEAREST)


def loosens(desk: Desk) -> None:
    desk.pages.photos.looser.press()
    desk.waits(lambda: desk.library.strictness == 0.0)
    desk.library.asked[-1][1].set_result(a_lined_answer("dog", found=[8, 7, 6], maybe=[5], rest=[4, 3]))


def test_one_click_shows_exactly_as_many_as_it_says(desk: Desk) -> None:
    finds_nothing(desk)
    page = desk.pages.photos
    assert (page.heading(), page.looser.text()) == (NOTHING_FITS, "Show 3 looser matches")
    loosens(desk)
    desk.shows(8, 7, 6)
    assert page.heading() == "3 looser matches"
    assert page.fold.text() == "3 more below the line"
    assert page.header.strictness.text() == "Strictness: loose"
    page.header.choose_order(Order.NAME)
    assert page.heading() == "3 looser matches, by name"


def test_a_stack_makes_no_more_of_them(desk: Desk) -> None:
    desk.library.alike = {6: 1, 4: 1}
    finds_nothing(desk)
    loosens(desk)
    desk.shows(8, 7, 6)


def test_a_second_click_leads_back_to_the_nearest(desk: Desk) -> None:
    finds_nothing(desk)
    loosens(desk)
    desk.shows(8, 7, 6)
    page = desk.pages.photos
    assert page.looser.text() == "Only the nearest few again"
    page.looser.press()
    assert desk.library.strictness == 0.5
    answers_nothing(desk)
    assert (page.heading(), page.looser.text()) == (NOTHING_FITS, "Show 3 looser matches")
    assert page.header.strictness.text() == "Strictness: normal"


def test_another_question_is_asked_as_strictly_as_ever(desk: Desk) -> None:
    finds_nothing(desk)
    loosens(desk)
    desk.shows(8, 7, 6)
    desk.asks("cat")
    assert desk.library.strictness == 0.5
    assert desk.settings.state("strictness") != Strictness.LOOSE
    desk.library.asked[-1][1].set_result(a_lined_answer("cat", found=[1], maybe=[2]))
    desk.shows(1, 2)
    page = desk.pages.photos
    assert (page.heading(), page.looser.text()) == ("1 found · 1 maybe", "")
    assert page.header.strictness.text() == "Strictness: normal"


def test_a_step_that_is_chosen_counts_from_then_on(desk: Desk) -> None:
    finds_nothing(desk)
    loosens(desk)
    desk.shows(8, 7, 6)
    desk.pages.photos.header.card.slider.setValue(2)
    assert desk.library.strictness == 1.0
    answers_nothing(desk)
    assert desk.pages.photos.looser.text() == "Show 3 looser matches"


def test_a_kept_search_is_counted_as_strictly_as_ever(desk: Desk) -> None:
    finds_nothing(desk)
    loosens(desk)
    desk.shows(8, 7, 6)
    desk.pages.photos.header.keep.click()
    desk.waits(lambda: len(desk.library.asked) == 3)
    assert desk.library.strictness == 0.5


def test_nothing_is_offered_where_nothing_looser_is_found(desk: Desk) -> None:
    finds_nothing(desk, "dog", looser=0)
    assert desk.pages.photos.looser.text() == ""
    # Both would be among the two that come nearest.
    finds_nothing(desk, "cat", looser=2)
    assert desk.pages.photos.looser.text() == ""
    finds_nothing(desk, "bird")
    desk.waits(lambda: bool(desk.pages.photos.looser.text()))
    desk.window.top.search.clear()
    desk.waits(lambda: desk.pages.photos.looser.text() == "")


def test_a_number_that_the_limit_cut_is_not_said_until_it_is_known(desk: Desk) -> None:
    everything = list(range(1, 1001))
    cut = replace(a_lined_answer("dog", maybe=everything[:5], rest=everything[5:LIMIT]), looser=LIMIT)
    desk.asks("dog")
    desk.library.asked[-1][1].set_result(cut)
    desk.waits(lambda: desk.library.limit > LIMIT)
    assert desk.pages.photos.looser.text() == ""
    more = replace(a_lined_answer("dog", maybe=everything[:5], rest=everything[5:]), looser=300)
    desk.library.asked[-1][1].set_result(more)
    desk.waits(lambda: desk.pages.photos.looser.text() == "Show 300 looser matches")
    desk.pages.photos.looser.press()
    assert LIMIT < desk.library.limit <= MOST
    desk.library.asked[-1][1].set_result(a_lined_answer("dog", found=everything[:300], rest=everything[300:]))
    desk.shows(*everything[:300])


def test_what_was_said_of_an_answer_goes_with_it(desk: Desk) -> None:
    desk.asks("Hund")
    said = "This looks like German; the model in use reads English only."
    answer = replace(a_lined_answer("Hund", maybe=NEAREST, rest=REST), looser=3)
    desk.library.asked[-1][1].set_result(replace(answer, note=said))
    assert desk.notice("note on the answer") == said
    loosens(desk)
    desk.waits(lambda: not desk.window.notices.notices())


def test_an_answer_without_a_line_offers_nothing(desk: Desk) -> None:
    desk.asks("dog")
    desk.library.asked[-1][1].set_result(an_answer("dog", 1))
    desk.shows(1)
    assert desk.pages.photos.looser.text() == ""
