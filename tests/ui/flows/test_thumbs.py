"""Searches that begin with photos: several at once, a part of one, and thumbs up and down."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.library import PhotoState, Region, Thumb
from desktop_app.ui.flows.feedback import FeedbackFlow
from desktop_app.ui.grid.photo_menu import reveal_words
from desktop_app.ui.search import thumbs
from desktop_app.ui.search.question import Browse, Like, Words
from tests.ui.desk import Desk, desk_on
from tests.ui.fake_library import FakeLibrary, a_photo, an_answer

Key = Qt.Key
ONE, TWO, THREE = (a_photo(number).path for number in (1, 2, 3))


@pytest.fixture
def wide(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    """A window that shows twelve photos."""
    numbers = list(range(12, 0, -1))
    with desk_on(qtbot, tmp_path, FakeLibrary(numbers)) as made:
        made.shows(*numbers)
        yield made


def choose(desk: Desk, *numbers: int) -> None:
    """Select these photos, the first one by itself."""
    view, model = desk.pages.photos.view, desk.pages.photos.model
    for place, number in enumerate(numbers):
        row = model.row_of(number)
        assert row is not None
        how = QItemSelectionModel.SelectionFlag.Select
        if not place:
            how = QItemSelectionModel.SelectionFlag.ClearAndSelect
        view.selectionModel().setCurrentIndex(model.index(row), how)


def press(desk: Desk, key: Qt.Key) -> None:
    QTest.keyClick(desk.pages.photos.view, key)


def answers(desk: Desk, *numbers: int) -> str:
    """Answer the newest question with these photos, and return what was asked."""
    query, future = desk.library.asked[-1]
    future.set_result(an_answer(query, *numbers))
    desk.shows(*numbers)
    return query


def lines_of(desk: Desk, number: int) -> list[str]:
    """Return what the menu of a photo says, separators left out."""
    view = desk.pages.photos.view
    menu = view.menu_for(a_photo(number))
    view.menu_asked.emit(menu, a_photo(number))
    return [action.text() for action in menu.actions() if action.text()]


def trigger(desk: Desk, number: int, text: str) -> None:
    view = desk.pages.photos.view
    menu: QMenu = view.menu_for(a_photo(number))
    view.menu_asked.emit(menu, a_photo(number))
    next(action for action in menu.actions() if action.text() == text).trigger()


def feedback_of(desk: Desk) -> FeedbackFlow:
    session = desk.session.library
    assert session is not None
    return session.feedback


def test_who_goes_down_from_the_field_can_judge_the_first_photo_at_once(desk: Desk) -> None:
    desk.asks("beach")
    answers(desk, 2, 1)
    QTest.keyClick(desk.field, Key.Key_Down)
    assert desk.pages.photos.view.chosen_ids() == [2]
    press(desk, Key.Key_U)
    assert desk.field.text() == f"beach like:{TWO}"


# Several photos.


def test_photos_like_several_are_asked_for_in_the_field(desk: Desk) -> None:
    choose(desk, 3, 1)
    press(desk, Key.Key_M)
    wanted = f"photo:{THREE} photo:{ONE}"
    desk.waits(lambda: bool(desk.library.asked))
    assert desk.library.asked[-1][0] == desk.field.text() == wanted
    assert [token.says for token in desk.field.tokens()] == ["Like IMG_3.jpg", "Like IMG_1.jpg"]
    # Not said twice.
    assert desk.window.top.search.strip.chips() == []


def test_one_photo_is_an_example_as_ever(desk: Desk) -> None:
    choose(desk, 2)
    press(desk, Key.Key_M)
    desk.waits(lambda: bool(desk.library.asked))
    assert desk.library.asked[-1][0] == str(TWO)
    assert desk.pages.photos.example.text() == "Photos like IMG_2.jpg"


def test_of_many_the_mean_is_asked_for_and_named(wide: Desk) -> None:
    choose(wide, *range(12, 0, -1))
    press(wide, Key.Key_M)
    wide.waits(lambda: bool(wide.library.asked))
    assert wide.library.asked[-1][0].split() == [str(a_photo(one).path) for one in range(12, 0, -1)]
    assert wide.pages.photos.example.text() == "Photos like the mean of 12 photos"
    assert wide.field.text() == ""
    # A query has no room for so many, so it can neither be refined nor kept.
    choose(wide, 4)
    press(wide, Key.Key_U)
    assert len(wide.library.asked) == 1
    assert not wide.pages.photos.header.keep.isVisible()


def test_the_menu_offers_it_for_a_selection_only(desk: Desk) -> None:
    choose(desk, 3)
    assert "Find similar photos" in lines_of(desk, 3)
    assert not [text for text in lines_of(desk, 3) if text.startswith("Find photos like these")]
    choose(desk, 3, 2)
    assert (
        lines_of(desk, 3).index("Find photos like these 2")
        == lines_of(desk, 3).index("Find similar photos") + 1
    )
    trigger(desk, 3, "Find photos like these 2")
    desk.waits(lambda: bool(desk.library.asked))
    assert desk.field.text() == f"photo:{THREE} photo:{TWO}"


# A part of a photo.


def test_a_part_of_a_photo_is_asked_for_and_is_a_token(desk: Desk) -> None:
    desk.pages.photos.view.preview_wanted.emit(a_photo(2))
    assert desk.window.shows_photo()
    desk.window.photo_view.part_wanted.emit(a_photo(2), Region(10, 20, 40, 30))
    assert not desk.window.shows_photo()
    assert answers(desk, 1) == f"photo:{TWO}#10,20,40,30"
    (token,) = desk.field.tokens()
    assert token.says == "Like part of IMG_2.jpg"
    desk.field.setFocus()
    QTest.keyClick(desk.field, Key.Key_Backspace)
    assert desk.field.text() == ""
    desk.shows(3, 2, 1)


# Thumbs.


def test_a_thumb_refines_the_search_and_pressed_again_is_taken_back(desk: Desk) -> None:
    desk.asks("beach")
    answers(desk, 1, 2, 3)
    choose(desk, 2)
    press(desk, Key.Key_U)
    assert answers(desk, 2, 1, 3) == f"beach like:{TWO}"
    assert desk.field.text() == f"beach like:{TWO}"
    # The list goes on: the photo is still the chosen one.
    assert desk.pages.photos.view.chosen_ids() == [2]
    press(desk, Key.Key_D)
    assert answers(desk, 1, 3) == f"beach unlike:{TWO}"
    choose(desk, 1)
    press(desk, Key.Key_U)
    assert answers(desk, 1, 3) == f"beach unlike:{TWO} like:{ONE}"
    press(desk, Key.Key_U)
    assert answers(desk, 1, 3) == f"beach unlike:{TWO}"


def test_several_get_their_thumbs_at_once_and_all_go_at_once(desk: Desk) -> None:
    desk.asks("beach")
    answers(desk, 1, 2, 3)
    choose(desk, 1, 3)
    press(desk, Key.Key_D)
    assert answers(desk, 2) == f"beach unlike:{ONE} unlike:{THREE}"
    assert [token.says for token in desk.field.tokens()] == [
        "Thumbs down: IMG_1.jpg",
        "Thumbs down: IMG_3.jpg",
    ]
    all_off = desk.window.top.search.thumbs_off
    assert all_off.isVisible()
    all_off.click()
    assert answers(desk, 1, 2, 3) == "beach"
    assert not all_off.isVisible()


def test_one_thumb_is_taken_out_of_the_field(desk: Desk) -> None:
    desk.asks(f"beach like:{ONE} unlike:{TWO} date:2023")
    assert [token.says for token in desk.field.tokens()] == [
        "Thumbs up: IMG_1.jpg",
        "Thumbs down: IMG_2.jpg",
    ]
    desk.field.remove_token(0)
    desk.waits(lambda: desk.library.asked[-1][0] == f"beach unlike:{TWO} date:2023")


def test_photos_like_one_can_be_refined_too(desk: Desk) -> None:
    desk.pages.photos.view.similar_wanted.emit(a_photo(3))
    answers(desk, 1, 2)
    choose(desk, 2)
    press(desk, Key.Key_U)
    assert answers(desk, 2, 1) == f"photo:{THREE} like:{TWO}"
    assert desk.pages.photos.example.isHidden()


def test_without_a_search_there_is_nothing_to_refine(desk: Desk) -> None:
    choose(desk, 2)
    press(desk, Key.Key_U)
    assert desk.library.asked == []
    assert "describe first" in desk.window.statusBar().currentMessage()
    assert "More like this" not in lines_of(desk, 2)


def test_the_menu_gives_and_takes_back(desk: Desk) -> None:
    desk.asks("beach")
    answers(desk, 1, 2, 3)
    assert {"More like this", "Less like this"} <= set(lines_of(desk, 2))
    trigger(desk, 2, "Less like this")
    assert answers(desk, 1, 2, 3) == f"beach unlike:{TWO}"
    assert "Take back “less like this”" in lines_of(desk, 2)
    trigger(desk, 2, "Take back “less like this”")
    assert answers(desk, 1, 2, 3) == "beach"


def test_the_menu_is_of_the_photo_below_the_pointer_unless_that_is_selected(desk: Desk) -> None:
    desk.asks("beach")
    answers(desk, 1, 2, 3)
    choose(desk, 1, 2)
    trigger(desk, 3, "More like this")
    assert answers(desk, 1, 2, 3) == f"beach like:{THREE}"
    trigger(desk, 1, "More like this")
    assert answers(desk, 1, 2, 3) == f"beach like:{THREE} like:{ONE} like:{TWO}"


def test_there_are_not_more_thumbs_than_can_be_seen(desk: Desk) -> None:
    desk.asks("beach " + " ".join(f"like:/a/{number}.jpg" for number in range(20)))
    answers(desk, 1, 2, 3)
    count = len(desk.library.asked)
    feedback_of(desk).judge([a_photo(1)], Thumb.UP)
    assert len(desk.library.asked) == count
    assert "20 photos" in desk.window.statusBar().currentMessage()


def test_the_photo_view_judges_and_stays(desk: Desk) -> None:
    desk.asks("beach")
    answers(desk, 1, 2, 3)
    view = desk.window.photo_view
    desk.pages.photos.view.preview_wanted.emit(a_photo(2))
    assert (view.thumbs().lit(), view.thumbs().is_usable()) == (None, True)
    QTest.mouseClick(view.thumbs().button(Thumb.UP), Qt.MouseButton.LeftButton)
    assert answers(desk, 2, 3, 1) == f"beach like:{TWO}"
    assert desk.window.shows_photo()
    assert view.thumbs().lit() is Thumb.UP
    QTest.keyClick(view, Key.Key_Right)
    assert (view.photo(), view.thumbs().lit()) == (a_photo(3), None)
    QTest.keyClick(view, Key.Key_D)
    assert answers(desk, 2, 1) == f"beach like:{TWO} unlike:{THREE}"
    assert view.thumbs().lit() is Thumb.DOWN
    QTest.keyClick(view, Key.Key_D)
    assert answers(desk, 2, 1, 3) == f"beach like:{TWO}"
    assert view.thumbs().lit() is None
    # Another question is another list of photos.
    desk.window.top.search.ask("mountain")
    assert not desk.window.shows_photo()


def test_where_nothing_is_searched_the_photo_view_has_no_thumbs(desk: Desk) -> None:
    view = desk.window.photo_view
    desk.pages.photos.view.preview_wanted.emit(a_photo(2))
    assert not view.thumbs().is_usable()
    QTest.keyClick(view, Key.Key_U)
    assert desk.library.asked == []


# The text.


def test_thumbs_in_a_text() -> None:
    text = f'beach like:{ONE} -type:png unlike:"/a b.jpg" 2:sea'
    assert thumbs.thumbs_in(text) == {ONE: Thumb.UP, Path("/a b.jpg"): Thumb.DOWN}
    assert thumbs.without_thumbs(text) == "beach -type:png 2:sea"
    assert thumbs.with_thumbs(text, [Path("/a b.jpg")], Thumb.UP) == (
        f'beach like:{ONE} -type:png 2:sea like:"/a b.jpg"'
    )
    assert thumbs.with_thumbs("beach", [ONE, ONE], None) == "beach"
    assert thumbs.with_thumbs("", [ONE], Thumb.DOWN) == f"unlike:{ONE}"


def test_a_question_goes_on_while_only_its_thumbs_change() -> None:
    beach = Words("beach")
    assert thumbs.goes_on(beach, Words(f"beach like:{ONE}"))
    assert thumbs.goes_on(Words(f"beach like:{ONE}"), Words(f"beach unlike:{ONE}"))
    assert thumbs.goes_on(Like(ONE), Words(f"photo:{ONE} like:{TWO}"))
    assert thumbs.goes_on(Browse(), Browse())
    assert not thumbs.goes_on(None, beach)
    assert not thumbs.goes_on(beach, Words(f"beaches like:{ONE}"))
    assert not thumbs.goes_on(beach, Browse())
    assert not thumbs.goes_on(Like(ONE, "", (TWO,)), Like(ONE))


def test_nothing_is_compared_with_a_file_that_could_not_be_read(desk: Desk) -> None:
    broken = replace(a_photo(2), state=PhotoState.FAILED, reason="not a picture")
    view, large = desk.pages.photos.view, desk.window.photo_view
    assert "Find similar photos" not in [action.text() for action in view.menu_for(broken).actions()]
    large.details().show_photo(broken)
    assert [one.text() for one in large.details().findChildren(QPushButton) if not one.isHidden()] == [
        reveal_words()
    ]
    large.similar_wanted.emit(broken)
    assert "could not be read" in desk.notice("note on the answer")
    assert desk.session.library is not None
    desk.session.library.feedback.find_similar([broken])
    assert "could not be read" in desk.window.statusBar().currentMessage()
    assert desk.library.asked == []
