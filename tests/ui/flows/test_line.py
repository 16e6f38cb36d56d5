"""The line in the window: found, maybe and the rest; order, strictness, filters, and searches that are kept."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.library import Band, Counted, Facets, Hit, IndexReport, Problem, RefreshFinished
from desktop_app.ui.flows.search import LIMIT
from desktop_app.ui.grid.arranging import NOTHING_FITS, Order
from desktop_app.ui.grid.roles import Role
from desktop_app.ui.grid.words import spoken
from desktop_app.ui.photo.details import describe
from desktop_app.ui.results.strictness import Strictness
from desktop_app.ui.system.drops import Dropped
from desktop_app.ui.window.pages import Page
from tests.ui.desk import Desk, desk_on
from tests.ui.fake_library import FakeLibrary, a_lined_answer, a_photo, an_answer


def answers(desk: Desk, text: str, *, found: list[int], maybe: list[int], rest: list[int]) -> None:
    desk.asks(text)
    desk.library.asked[-1][1].set_result(a_lined_answer(text, found=found, maybe=maybe, rest=rest))


def test_what_is_below_the_line_is_folded_until_one_click(desk: Desk) -> None:
    answers(desk, "dog", found=[2], maybe=[1], rest=[3])
    desk.shows(2, 1)
    page = desk.pages.photos
    assert page.heading() == "1 found · 1 maybe"
    assert page.fold.text() == "1 more below the line"
    page.fold.press()
    desk.shows(2, 1, 3)
    assert page.model.index(2).data(Role.BAND) == "rest"
    page.fold.press()
    desk.shows(2, 1)
    desk.window.top.search.clear()
    desk.shows(3, 2, 1)
    assert page.fold.text() == ""


def test_an_answer_cut_above_the_line_is_asked_for_whole(desk: Desk) -> None:
    everything = list(range(1, 301))
    answers(desk, "dog", found=everything[: LIMIT - 10], maybe=everything[LIMIT - 10 : LIMIT], rest=[])
    desk.waits(lambda: desk.library.limit > LIMIT)
    desk.library.asked[-1][1].set_result(
        a_lined_answer("dog", found=everything[:250], maybe=everything[250:290], rest=everything[290:])
    )
    desk.waits(lambda: desk.pages.photos.heading() == "250 found · 40 maybe")
    assert desk.pages.photos.fold.text() == "10 more below the line"
    answers(desk, "cat", found=[1], maybe=[], rest=[2])
    assert desk.library.limit == LIMIT


def test_nothing_that_fits_is_said_above_the_nearest(desk: Desk) -> None:
    answers(desk, "dog", found=[], maybe=[1], rest=[3, 2])
    desk.shows(1)
    assert desk.pages.photos.heading() == NOTHING_FITS


def test_a_sorted_answer_has_only_what_is_found(desk: Desk) -> None:
    answers(desk, "dog", found=[3, 1, 2], maybe=[4], rest=[])
    desk.shows(3, 1, 2, 4)
    desk.pages.photos.header.choose_order(Order.NAME)
    desk.shows(1, 2, 3)
    assert desk.pages.photos.fold.text() == "1 more below the line"
    desk.pages.photos.header.choose_order(Order.RELEVANCE)
    desk.shows(3, 1, 2, 4)


def test_an_order_chosen_again_is_turned_and_so_it_is_by_the_last_line_of_the_menu(desk: Desk) -> None:
    answers(desk, "dog", found=[3, 1, 2], maybe=[], rest=[])
    desk.shows(3, 1, 2)
    header = desk.pages.photos.header

    def choose(text: str) -> None:
        action = next(one for one in header.order_menu().actions() if one.text() == text)
        assert action.isVisible()
        action.trigger()

    choose("Name")
    desk.shows(1, 2, 3)
    assert header.order.text() == "Name"
    choose("Name")
    desk.shows(3, 2, 1)
    assert header.order.text() == "Name, Z to A"
    assert desk.pages.photos.heading() == "3 found, by name, Z to A"
    choose("Name, A to Z")
    desk.shows(1, 2, 3)
    choose("Date taken")
    choose("Oldest first")
    assert desk.pages.photos.model.is_by_date()
    choose("Newest first")
    assert header.order.text() == "Date taken"
    choose("Relevance")
    desk.shows(3, 1, 2)
    assert not any(one.text() == "Newest first" and one.isVisible() for one in header.order_menu().actions())


def test_another_strictness_asks_again_and_is_remembered(desk: Desk, tmp_path: Path) -> None:
    answers(desk, "dog", found=[2], maybe=[], rest=[3])
    desk.shows(2)
    card = desk.pages.photos.header.card
    card.slider.setValue(2)
    assert [query for query, _ in desk.library.asked] == ["dog", "dog"]
    assert desk.library.strictness == 1.0
    assert desk.settings.state("strictness") == Strictness.STRICT
    assert desk.pages.photos.header.strictness.text() == "Strictness: strict"


def test_a_remembered_strictness_counts_at_the_next_start(qtbot: QtBot, tmp_path: Path) -> None:
    with desk_on(qtbot, tmp_path, FakeLibrary([1])) as desk:
        desk.pages.photos.header.card.slider.setValue(0)
    with desk_on(qtbot, tmp_path, FakeLibrary([1])) as desk:
        assert desk.pages.photos.header.strictness.text() == "Strictness: loose"


def test_tools_are_there_only_where_they_make_sense(desk: Desk) -> None:
    header = desk.pages.photos.header
    assert header.strictness.isHidden()
    assert header.order.isHidden()
    assert header.keep.isHidden()
    desk.asks("dog")
    desk.library.asked[-1][1].set_result(an_answer("dog", 1))
    desk.shows(1)
    assert header.strictness.isHidden()
    assert not header.order.isHidden()
    assert not header.keep.isHidden()


def test_filters_alone_list_all_photos_that_pass_by_date(desk: Desk) -> None:
    desk.library.ids = [2]
    desk.window.top.search.ask("type:jpg")
    desk.shows(2)
    assert desk.library.asked == []
    desk.library.ids = []
    desk.window.top.search.ask("type:png")
    desk.says("No photo passes these filters")


def test_filters_that_keep_nothing_are_named_beside_words_too(desk: Desk) -> None:
    desk.asks("dog type:png")
    desk.library.asked[-1][1].set_result(replace(an_answer("dog type:png"), filtered=0))
    desk.says("No photo passes these filters")


def test_a_problem_only_the_engine_knows_is_said_too(desk: Desk) -> None:
    desk.asks("dog photo:/gone.jpg")
    answer = a_lined_answer("dog photo:/gone.jpg", found=[1])
    problem = Problem(4, 19, "This photo could not be read.")
    desk.library.asked[-1][1].set_result(
        type(answer)(answer.query, answer.model, answer.hits, 1.0, problems=(problem,))
    )
    desk.shows(1)
    assert desk.window.top.search.strip.sentence() == "This photo could not be read."


def test_an_example_can_be_joined_with_the_words_of_before(desk: Desk) -> None:
    answers(desk, "dog", found=[2], maybe=[], rest=[])
    desk.shows(2)
    desk.session._receive(Dropped(picture=Path("/photos/IMG_9.jpg")))
    desk.library.asked[-1][1].set_result(an_answer("like", 3))
    desk.shows(3)
    desk.pages.photos.example.combine()
    assert desk.library.asked[-1][0] == "dog photo:/photos/IMG_9.jpg"
    assert [token.says for token in desk.field.tokens()] == ["Like IMG_9.jpg"]


def test_filters_and_help_open_by_key_and_write_into_the_field(desk: Desk) -> None:
    assert desk.session.library is not None
    query = desk.session.library.query
    desk.library.choices = Facets(types=(Counted("jpg", 5), Counted("png", 1)))
    desk.window.menus.filters.trigger()
    desk.waits(query.panel().isVisible)
    png = query.panel().types.item_of("png")
    assert png is not None
    png.setCheckState(0, Qt.CheckState.Checked)
    assert desk.field.text() == "type:png"
    query.panel().hide()
    desk.window.menus.language.trigger()
    assert query.help().isVisible()
    query.help().hide()
    query.help().example_chosen.emit("beach -people")
    assert desk.library.asked[-1][0] == "beach -people"


def test_a_search_is_kept_counted_and_removed(desk: Desk) -> None:
    answers(desk, "dog", found=[2], maybe=[1], rest=[])
    desk.shows(2, 1)
    keep = desk.pages.photos.header.keep
    keep.click()
    assert keep.text() == "Saved"
    desk.library.asked[-1][1].set_result(a_lined_answer("dog", found=[2]))
    desk.waits(lambda: desk.window.searches.rows() == [("dog", "1")])
    desk.library.tell(RefreshFinished(IndexReport()))
    desk.waits(lambda: len(desk.library.asked) == 4)
    for _query, future in desk.library.asked[-2:]:
        future.set_result(a_lined_answer("dog", found=[2, 3]))
    desk.waits(lambda: desk.window.searches.rows() == [("dog", "2")])
    keep.click()
    assert desk.window.searches.rows() == []
    assert keep.text() == "Save"


def test_a_kept_search_leads_away_from_the_failures(desk: Desk) -> None:
    answers(desk, "dog", found=[2], maybe=[], rest=[])
    desk.shows(2)
    desk.window.menus.failures.trigger()
    desk.window.searches.asked.emit("dog")
    assert desk.pages.shown() is Page.PHOTOS
    assert [query for query, _ in desk.library.asked] == ["dog", "dog"]


def test_recent_searches_are_listed_and_can_be_forgotten(desk: Desk) -> None:
    answers(desk, "dog", found=[2], maybe=[], rest=[])
    QTest.keyClick(desk.field, Qt.Key.Key_Return)
    panel = desk.window.searches
    item = panel.recent.topLevelItem(0)
    assert item is not None
    assert item.text(0) == "dog"
    panel.forgotten.emit()
    assert panel.recent.topLevelItemCount() == 0
    assert desk.settings.history == []


def test_why_and_how_sure_is_said_in_the_details() -> None:
    hit = Hit(1, a_photo(1), 0.31, by_name=True, confidence=83.4)
    facts = {name: said for _icon, name, said in describe(a_photo(1), hit)}
    assert facts["Found because"] == "its name\n83 % sure"


def test_a_screen_reader_hears_what_is_doubtful() -> None:
    assert spoken(a_photo(1), Hit(1, a_photo(1), 0.3, band=Band.MAYBE)) == "IMG_1.jpg, perhaps"
    assert spoken(a_photo(1), Hit(1, a_photo(1), 0.3, band=Band.REST)) == "IMG_1.jpg, below the line"


def test_the_heading_of_a_sorted_answer_says_the_whole_number(desk: Desk) -> None:
    """Its thousands have a comma, too."""
    desk.asks("a dog")
    desk.library.asked[-1][1].set_result(an_answer("a dog", *range(1, 1151)))
    desk.waits(lambda: desk.pages.photos.heading() == "1,150 photos, most similar first")
    desk.pages.photos.header.choose_order(Order.SMALLEST)
    assert desk.pages.photos.heading() == "1,150 photos, smallest first"
