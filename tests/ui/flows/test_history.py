"""Which searches are remembered: those that were of use, whichever way."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_app.ui.search.question import Words
from tests.ui.desk import Desk
from tests.ui.fake_library import a_photo, an_answer


def ask(desk: Desk, query: str) -> None:
    desk.asks(query)
    desk.library.asked[-1][1].set_result(an_answer(query, 2, 1))
    library = desk.session.library
    assert library is not None
    desk.waits(lambda: library.search.answered() == Words(query))


@pytest.mark.parametrize(
    "use",
    [
        lambda desk: desk.pages.photos.view.choose(1),
        lambda desk: desk.pages.photos.view.preview_wanted.emit(a_photo(1)),
        lambda desk: QTest.keyClick(desk.field, Qt.Key.Key_Return),
        lambda desk: QTest.keyClick(desk.field, Qt.Key.Key_Down),
    ],
    ids=["chosen", "shown large", "Enter", "down to the photos"],
)
def test_a_search_that_is_of_use_is_remembered(desk: Desk, use: Callable[[Desk], None]) -> None:
    ask(desk, "a dog")
    assert desk.settings.history == []
    use(desk)
    assert desk.settings.history == desk.window.top.search.history() == ["a dog"]


def test_an_answer_that_is_looked_at_is_remembered_and_what_it_was_begun_with_is_not(desk: Desk) -> None:
    ask(desk, "a dog")
    desk.waits(lambda: desk.settings.history == ["a dog"])
    ask(desk, "a dog on the beach")
    desk.waits(lambda: desk.settings.history == ["a dog on the beach"])
    desk.pages.photos.view.choose(1)
    # This one was used, so that what begins like it does not take its place.
    ask(desk, "a dog on the beach at night")
    desk.pages.photos.view.choose(1)
    assert desk.window.top.search.history() == ["a dog on the beach at night", "a dog on the beach"]


def test_what_was_meant_is_remembered_before_it_is_answered(desk: Desk) -> None:
    desk.asks("a dog")
    QTest.keyClick(desk.field, Qt.Key.Key_Return)
    assert desk.settings.history == ["a dog"]


def test_nothing_is_remembered_where_the_person_wants_no_history(desk: Desk) -> None:
    desk.settings.change("keep_history", False)
    ask(desk, "a dog")
    QTest.keyClick(desk.field, Qt.Key.Key_Return)
    desk.pages.photos.view.choose(1)
    assert desk.settings.history == []
    assert desk.window.top.search.history() == []


def test_all_photos_and_words_that_nothing_answers_are_no_searches_to_remember(desk: Desk) -> None:
    desk.pages.photos.view.choose(1)
    desk.asks("xyz")
    QTest.keyClick(desk.field, Qt.Key.Key_Down)
    assert desk.settings.history == []
