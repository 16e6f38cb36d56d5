"""How many photos are below the line, and what looking at them brings."""

from dataclasses import replace

from desktop_app.library import Answer, CalibrationReady
from desktop_app.ui.flows.search import LIMIT, MOST
from desktop_app.ui.grid.arranging import all_below, arranged
from tests.ui.desk import Desk
from tests.ui.fake_library import a_lined_answer, an_answer


def cut_answer(*, rest: int, compared: int) -> Answer:
    return replace(a_lined_answer("dog", found=[1], maybe=[2], rest=range(3, 3 + rest)), compared=compared)


def test_the_line_counts_all_that_was_compared() -> None:
    answer = cut_answer(rest=3, compared=99_000)
    assert all_below(arranged(answer.hits), answer) == 98_998


def test_photos_found_by_name_alone_were_not_compared() -> None:
    answer = cut_answer(rest=1, compared=10)
    by_name = replace(answer.hits[0], score=None, confidence=None)
    hits = (by_name, *answer.hits[1:])
    assert all_below(arranged(hits), replace(answer, hits=hits)) == 9


def test_without_a_line_nothing_is_below_it() -> None:
    answer = replace(an_answer("dog", 1, 2), compared=500)
    assert all_below(arranged(answer.hits), answer) == 0


def test_looking_below_the_line_asks_for_more_once(desk: Desk) -> None:
    desk.asks("dog")
    desk.library.asked[-1][1].set_result(cut_answer(rest=LIMIT - 2, compared=12_000))
    desk.waits(lambda: desk.pages.photos.fold.text() == "11,998 more below the line")
    assert desk.library.limit == LIMIT
    desk.pages.photos.fold.press()
    assert desk.pages.photos.fold.text() == "Hide what is below the line (the nearest 198 of 11,998)"
    desk.waits(lambda: desk.library.limit == MOST)
    asked = len(desk.library.asked)
    desk.library.asked[-1][1].set_result(cut_answer(rest=MOST - 2, compared=12_000))
    desk.waits(lambda: "4,998 of 11,998" in desk.pages.photos.fold.text())
    desk.pages.photos.fold.press()
    desk.pages.photos.fold.press()
    assert len(desk.library.asked) == asked


def test_nothing_more_is_asked_for_where_all_is_there(desk: Desk) -> None:
    desk.asks("dog")
    desk.library.asked[-1][1].set_result(cut_answer(rest=3, compared=5))
    desk.waits(lambda: desk.pages.photos.fold.text() == "3 more below the line")
    desk.pages.photos.fold.press()
    desk.shows(1, 2, 3, 4, 5)
    assert desk.pages.photos.fold.text() == "Hide the 3 below the line"
    assert len(desk.library.asked) == 1


def test_an_open_answer_gains_its_line_when_the_model_is_calibrated(desk: Desk) -> None:
    desk.asks("dog")
    desk.library.asked[-1][1].set_result(an_answer("dog", 3, 2, 1))
    desk.shows(3, 2, 1)
    desk.library.tell(CalibrationReady("Colours"))
    desk.waits(lambda: len(desk.library.asked) == 2)
    assert desk.library.asked[-1][0] == "dog"
    desk.library.asked[-1][1].set_result(a_lined_answer("dog", found=[3], rest=[2, 1]))
    desk.shows(3)
    assert desk.pages.photos.heading() == "1 found"
