"""From what is asked to what the grid shows, on a library that answers when the test wants it to."""

import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.library import (
    Filter,
    Folder,
    FolderMissingError,
    FoldersChanged,
    FolderState,
    IndexReport,
    LibraryError,
    ModelMissingError,
    ModelUnavailable,
    Phase,
    PhotosChanged,
    Problem,
    Progress,
    RefreshFinished,
    StoreError,
)
from desktop_app.settings import Settings
from desktop_app.ui.flows import search
from desktop_app.ui.flows.search import SearchFlow
from desktop_app.ui.search.question import Like, Words
from desktop_app.ui.system.drops import Dropped
from desktop_app.ui.window.pages import Page
from tests.ui.desk import Desk, desk_on
from tests.ui.fake_library import FakeLibrary, an_answer


def test_the_search_field_has_the_focus_at_the_start(desk: Desk) -> None:
    assert desk.window.focusWidget() is desk.field


def test_photos_are_browsed_by_date_and_changes_are_followed(desk: Desk) -> None:
    assert desk.pages.photos.heading() == "3 photos, newest first"
    assert ("watch", None) in desk.library.did


def test_the_library_prepares_for_questions_before_the_first(desk: Desk) -> None:
    desk.waits(lambda: desk.library.expects_questions)


def test_changes_are_not_followed_where_the_person_does_not_want_it(qtbot: QtBot, tmp_path: Path) -> None:
    Settings.load(tmp_path).change("watch", False)
    with desk_on(qtbot, tmp_path, FakeLibrary([1])) as desk:
        assert ("watch", None) not in desk.library.did
        assert ("refresh", []) in desk.library.did
        desk.settings.change("watch", True)
        assert ("watch", None) in desk.library.did


def test_only_the_newest_question_is_answered(desk: Desk) -> None:
    desk.asks("a dog")
    desk.asks("a cat")
    (_, dog), (_, cat) = desk.library.asked
    assert dog.cancelled()
    cat.set_result(an_answer("a cat", 2, 1))
    desk.shows(2, 1)
    assert desk.pages.photos.heading() == "2 photos, most similar first"


@pytest.mark.parametrize(
    "typed",
    [
        *("date:" + "2019-0"[:count] for count in (0, 1, 2, 3, 5, 6)),
        "in:",
        "name:",
        "type:j",
        "is:",
        "date:Dec 201",
        "before:",
    ],
)
def test_a_filter_that_is_still_being_typed_changes_nothing(desk: Desk, typed: str) -> None:
    desk.types(typed)
    desk.stays(3, 2, 1)
    assert desk.library.asked == []
    desk.asks("dog")
    desk.library.asked[-1][1].set_result(an_answer("dog", 2, 1))
    desk.shows(2, 1)
    desk.types(f"dog {typed}")
    desk.stays(2, 1)
    assert [query for query, _ in desk.library.asked] == ["dog"]


def test_a_finished_filter_is_asked_for(desk: Desk) -> None:
    desk.types("dog date:")
    desk.types("dog date:Dec 2019")
    assert [query for query, _ in desk.library.asked] == ["dog", "dog date:Dec 2019"]


def test_a_note_on_the_answer_is_shown_until_the_next_question(desk: Desk) -> None:
    desk.asks("long")
    desk.library.asked[-1][1].set_result(an_answer("long", 1, note="Only the first words were used."))
    assert desk.notice("note on the answer") == "Only the first words were used."
    desk.asks("short")
    assert desk.window.notices.notices() == []


def test_a_slow_first_answer_says_that_the_model_is_being_loaded(desk: Desk) -> None:
    desk.asks("a dog")
    desk.says("The model is being loaded")
    desk.library.asked[-1][1].set_result(an_answer("a dog", 1))
    desk.shows(1)
    assert desk.pages.shown() is Page.PHOTOS


def test_a_search_that_fails_says_why_and_can_be_tried_again(desk: Desk) -> None:
    desk.asks("a dog")
    desk.library.asked[-1][1].set_exception(StoreError("The vectors do not answer.", "Wait a moment."))
    desk.says("That did not work")
    desk.presses_message()
    assert [query for query, _ in desk.library.asked] == ["a dog", "a dog"]


def test_photos_stay_where_they_cannot_be_listed_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "AGAIN_MS", 0)
    read, asked, is_broken = desk.library.browsing.dated_ids, list[object](), True

    def fail(filters: Sequence[Filter] = ()) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        asked.append(filters)
        if is_broken:
            raise LibraryError("The catalogue does not answer.")
        return read(filters)

    monkeypatch.setattr(desk.library.browsing, "dated_ids", fail)
    desk.library.ids = [3, 1]
    desk.library.tell(PhotosChanged(everything=True))
    # It is asked again only once the first error has arrived.
    desk.waits(lambda: len(asked) >= 2)
    desk.stays(3, 2, 1)
    is_broken = False
    desk.shows(3, 1)
    desk.stays(3, 1)


def test_a_list_that_was_asked_for_and_fails_says_why(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    read, is_broken = desk.library.browsing.dated_ids, True

    def fail(filters: Sequence[Filter] = ()) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        if is_broken:
            raise LibraryError("The catalogue does not answer.")
        return read(filters)

    monkeypatch.setattr(desk.library.browsing, "dated_ids", fail)
    desk.types("type:jpg")
    desk.says("That did not work")
    # Also when it is asked again by itself, and where another list was shown before.
    desk.library.tell(PhotosChanged(everything=True))
    desk.types("")
    desk.says("That did not work")
    is_broken = False
    desk.presses_message()
    desk.shows(3, 2, 1)


def test_a_bug_in_an_answer_does_not_keep_the_next_from_being_asked_for(desk: Desk) -> None:
    desk.asks("a dog")
    with desk.qtbot.captureExceptions() as caught:
        desk.library.asked[-1][1].set_exception(ZeroDivisionError())
        desk.waits(lambda: bool(caught))
    desk.library.tell(RefreshFinished(IndexReport()))
    desk.waits(lambda: len(desk.library.asked) == 2)
    desk.library.asked[-1][1].set_result(an_answer("a dog", 2))
    desk.shows(2)


def test_nothing_found_offers_all_photos(desk: Desk) -> None:
    desk.asks("xyz")
    desk.library.asked[-1][1].set_result(an_answer("xyz"))
    desk.says("Nothing found")
    desk.presses_message()
    desk.shows(3, 2, 1)
    assert desk.field.text() == ""


def test_nothing_found_while_indexing_has_just_begun_says_so(desk: Desk) -> None:
    desk.library.tell(Progress(Phase.SCANNING, 0, 0))
    desk.asks("xyz")
    desk.library.asked[-1][1].set_result(an_answer("xyz"))
    desk.says("Looking through your photos")
    desk.library.tell(RefreshFinished(IndexReport()))
    desk.waits(lambda: len(desk.library.asked) == 2)


def test_folders_without_photos_say_what_would_be_shown(qtbot: QtBot, tmp_path: Path) -> None:
    with desk_on(qtbot, tmp_path, FakeLibrary([])) as desk:
        desk.library.tell(RefreshFinished(IndexReport()))
        desk.says("There are no photos in your folders")


def test_nobody_says_that_there_are_no_photos_while_they_are_looked_for(qtbot: QtBot, tmp_path: Path) -> None:
    """After a start, too: the engine opens its model before it says that it begins."""
    with desk_on(qtbot, tmp_path, FakeLibrary([])) as desk:
        desk.says("Looking through your photos")
        desk.library.tell(RefreshFinished(IndexReport()))
        desk.says("There are no photos in your folders")
        desk.library.tell(Progress(Phase.INDEXING, 0, 1153))
        desk.says("Looking through your photos")


def test_a_folder_added_right_after_the_start_is_being_looked_through(qtbot: QtBot, tmp_path: Path) -> None:
    """The look at no folders at all ends after the first one was chosen."""
    with desk_on(qtbot, tmp_path, FakeLibrary([], folders=())) as desk:
        desk.waits(lambda: desk.pages.shown() is Page.WELCOME)
        desk.pages.welcome.folder_chosen.emit(Path("/photos"))
        desk.says("Looking through your photos")
        said: list[str] = []
        desk.window.pages.turned.connect(lambda _page: said.append(desk.pages.message.title()))
        looks = desk.library.looks
        desk.library.tell(RefreshFinished(IndexReport()))
        desk.waits(lambda: desk.library.looks > looks)
        desk.says("Looking through your photos")
        desk.library.chosen = [Folder(Path("/photos"), 0, 0, 0, FolderState.PRESENT)]
        desk.library.tell(FoldersChanged())
        desk.library.tell(RefreshFinished(IndexReport()))
        desk.says("There are no photos in your folders")


def test_a_folder_that_is_not_there_is_refused_in_words(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: Path) -> "Future[IndexReport]":
        refused: Future[IndexReport] = Future()
        refused.set_exception(FolderMissingError(folder))
        return refused

    monkeypatch.setattr(desk.library.folders, "add", refuse)
    desk.window.pages.welcome.folder_chosen.emit(Path("/gone"))
    assert "/gone is not there" in desk.notice("add")


def test_new_photos_are_taken_up_and_a_question_is_asked_again(desk: Desk) -> None:
    desk.library.ids = [4, 3, 1]
    desk.library.tell(PhotosChanged(added=frozenset({4}), removed=frozenset({2})))
    desk.shows(4, 3, 1)
    # What cannot be named is listed anew.
    desk.library.ids = [4, 3, 2, 1]
    desk.library.tell(PhotosChanged(everything=True))
    desk.shows(4, 3, 2, 1)
    desk.asks("a dog")
    desk.library.asked[-1][1].set_result(an_answer("a dog", 1))
    desk.shows(1)
    desk.library.tell(PhotosChanged(added=frozenset({5})))
    desk.waits(lambda: len(desk.library.asked) == 2)
    desk.library.asked[-1][1].set_result(an_answer("a dog", 4, 1))
    desk.shows(4, 1)


def test_the_last_photo_that_goes_leaves_the_page_that_says_why(desk: Desk) -> None:
    desk.library.ids = []
    desk.library.tell(PhotosChanged(removed=frozenset({1, 2, 3})))
    desk.waits(lambda: desk.pages.shown() is Page.MESSAGE)
    assert desk.pages.photos.model.ids() == []


def test_a_few_changes_list_only_themselves(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def all_of_them(_filters: object = ()) -> None:
        raise AssertionError("every photo was listed again")

    monkeypatch.setattr(desk.library.browsing, "dated_ids", all_of_them)
    for number in (4, 5):
        desk.library.ids.insert(0, number)
        desk.library.tell(PhotosChanged(added=frozenset({number})))
        desk.library.tell(RefreshFinished(IndexReport()))
        desk.shows(*range(number, 0, -1))
    assert desk.pages.photos.heading() == "5 photos, newest first"


def test_what_changes_while_all_photos_are_listed_is_not_lost(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list that is on its way is older than the change, which names nothing."""
    browsing = desk.library.browsing
    read, go_on, asked = browsing.dated_ids, threading.Event(), threading.Event()

    def slow(filters: Sequence[Filter] = ()) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        listed = read(filters)
        asked.set()
        assert go_on.wait(10)
        return listed

    monkeypatch.setattr(browsing, "dated_ids", slow)
    desk.library.tell(PhotosChanged(everything=True))
    desk.waits(asked.is_set)
    desk.library.ids = [5, 4, 3, 2, 1]
    looks = desk.library.looks
    desk.library.tell(PhotosChanged(everything=True))
    desk.library.tell(FoldersChanged())
    # The window has heard of it once it looks at the figures.
    desk.waits(lambda: desk.library.looks > looks)
    assert desk.session.library is not None
    with desk.qtbot.waitSignal(desk.session.library.search.shown, timeout=10_000):
        go_on.set()
    desk.library.tell(RefreshFinished(IndexReport()))
    desk.shows(5, 4, 3, 2, 1)


def test_a_question_that_waits_is_not_put_off_by_new_photos(desk: Desk) -> None:
    desk.asks("a dog")
    looks = desk.library.looks
    desk.library.tell(RefreshFinished(IndexReport()))
    desk.waits(lambda: desk.library.looks > looks)
    assert len(desk.library.asked) == 1
    assert not desk.library.asked[0][1].cancelled()


def test_an_example_has_a_chip_and_esc_leads_back(desk: Desk) -> None:
    desk.asks("a dog")
    desk.library.asked[-1][1].set_result(an_answer("a dog", 2, 1))
    desk.shows(2, 1)
    desk.session._receive(Dropped(picture=Path("/photos/IMG_9.jpg")))
    assert desk.library.asked[-1][0] == "/photos/IMG_9.jpg"
    desk.library.asked[-1][1].set_result(an_answer("like", 3))
    desk.shows(3)
    assert desk.pages.photos.example.text() == "Photos like IMG_9.jpg"
    assert desk.pages.photos.heading() == "1 photo, most alike first"
    QTest.keyClick(desk.pages.photos.view, Qt.Key.Key_Escape)
    assert desk.library.asked[-1][0] == "a dog"
    assert desk.field.text() == "a dog"
    assert desk.session.library is not None
    assert desk.session.library.search.question() == Words("a dog")


def test_esc_gives_up_the_selection_then_goes_to_the_field_and_only_then_clears_the_search(
    desk: Desk,
) -> None:
    view = desk.pages.photos.view
    desk.asks("a dog")
    desk.library.asked[-1][1].set_result(an_answer("a dog", 3, 2, 1))
    desk.shows(3, 2, 1)
    view.setFocus()
    view.selectAll()
    steps = []
    for _ in range(3):
        QTest.keyClick(desk.window.focusWidget() or desk.window, Qt.Key.Key_Escape)
        steps.append((len(view.chosen_ids()), desk.window.focusWidget() is desk.field, desk.field.text()))
    assert steps == [(0, False, "a dog"), (0, True, "a dog"), (0, True, "")]


def test_esc_in_the_field_gives_up_the_selection_first_too(desk: Desk) -> None:
    desk.asks("a dog")
    desk.library.asked[-1][1].set_result(an_answer("a dog", 3, 2, 1))
    desk.shows(3, 2, 1)
    desk.pages.photos.view.selectAll()
    desk.window.menus.search.trigger()
    QTest.keyClick(desk.field, Qt.Key.Key_Escape)
    assert (desk.pages.photos.view.chosen_ids(), desk.field.text()) == ([], "a dog")
    QTest.keyClick(desk.field, Qt.Key.Key_Escape)
    assert desk.field.text() == ""


def test_a_missing_model_is_told_and_names_are_still_searched(desk: Desk) -> None:
    desk.library.tell(ModelUnavailable(ModelMissingError("There is no model.")))
    assert desk.notice("model missing").startswith("There is no model. Until there is one")
    desk.asks("IMG")
    desk.library.asked[-1][1].set_result(an_answer("IMG", model=None))
    desk.says("Nothing found by name")


def test_failures_lie_above_the_photos_and_go_with_a_question(desk: Desk) -> None:
    desk.window.menus.failures.trigger()
    assert desk.pages.shown() is Page.FAILURES
    desk.library.tell(PhotosChanged(changed=frozenset({3})))
    desk.pages.failures().retry_wanted.emit([])
    assert desk.library.did[-1] == ("retry", [])
    desk.asks("a dog")
    assert desk.pages.shown() is Page.PHOTOS


def test_a_paste_of_text_stays_in_the_field_and_a_picture_is_searched_with(desk: Desk) -> None:
    QGuiApplication.clipboard().setText("a dog")
    QTest.keyClick(desk.field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert desk.field.text() == "a dog"
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    QGuiApplication.clipboard().setImage(image)
    QTest.keyClick(desk.field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    desk.waits(lambda: any(query.endswith("1.png") for query, _ in desk.library.asked))
    assert desk.session.library is not None
    question = desk.session.library.search.question()
    assert isinstance(question, Like)
    assert question.name == "the pasted picture"


def search_of(desk: Desk) -> SearchFlow:
    assert desk.session.library is not None
    return desk.session.library.search


def test_a_second_example_leads_back_to_the_words_too(desk: Desk) -> None:
    desk.asks("a dog")
    desk.library.asked[-1][1].set_result(an_answer("a dog", 2, 1))
    desk.shows(2, 1)
    for number in (3, 1):
        search_of(desk).ask_like(Path(f"/photos/IMG_{number}.jpg"))
        desk.library.asked[-1][1].set_result(an_answer("like", number))
        desk.shows(number)
    assert search_of(desk).go_back()
    assert search_of(desk).question() == Words("a dog")
    assert desk.field.text() == "a dog"
    assert not search_of(desk).go_back()


def test_photos_that_come_while_an_answer_is_waited_for_are_asked_for_afterwards(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.ui.flows.search.REFRESH_MS", 1)
    desk.asks("a dog")
    search_of(desk).take_changes(PhotosChanged(added=frozenset({5})))
    # As soon as it is due: the answer is still waited for.
    search_of(desk).refresh()
    assert len(desk.library.asked) == 1
    desk.library.asked[0][1].set_result(an_answer("a dog", 1))
    desk.shows(1)
    desk.waits(lambda: len(desk.library.asked) == 2)
    desk.library.asked[1][1].set_result(an_answer("a dog", 5, 1))
    desk.shows(5, 1)


def test_what_is_wrong_with_a_query_is_not_said_of_the_next_one(desk: Desk) -> None:
    bar = desk.window.top.search
    problem = Problem(0, 5, "The photo cannot be read.")
    desk.asks("a dog")
    answer = replace(an_answer("a dog", 1), problems=(problem,))
    # The person types on, and has not come to rest.
    desk.field.setText("a cat")
    bar._rest.stop()
    desk.library.asked[-1][1].set_result(answer)
    desk.shows(1)
    assert bar.strip.sentence() == ""
    desk.asks("a bird")
    desk.library.asked[-1][1].set_result(replace(an_answer("a bird", 2), problems=(problem,)))
    desk.shows(2)
    assert bar.strip.sentence() == problem.sentence
