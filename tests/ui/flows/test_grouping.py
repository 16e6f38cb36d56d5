"""Days, months and stacks in the window: the person's choice, the engine's word, and answers sorted by date."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.library import Answer, StacksChanged
from desktop_app.ui.grid.arranging import Order, arranged, parts_below, with_stacks
from desktop_app.ui.grid.sections import Grouping
from tests.ui.desk import Desk, desk_on, texts_of
from tests.ui.fake_library import FakeLibrary, a_lined_answer, a_photo, an_answer

DAY_S = 86_400
YEAR = {1: datetime(2021, 1, 1), 2: datetime(2022, 1, 1), 3: datetime(2023, 1, 1), 4: datetime(2024, 1, 1)}


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    """A window that shows the photos 5 to 1, two of a month, of which 4 and 2 are alike."""
    library = FakeLibrary([5, 4, 3, 2, 1])
    library.dates = {5: 62 * DAY_S, 4: 61 * DAY_S, 3: 40 * DAY_S, 2: 39 * DAY_S, 1: 0}
    library.alike = {4: 1, 2: 1}
    with desk_on(qtbot, tmp_path, library) as made:
        made.shows(5, 4, 3, 1)
        yield made


def titles(desk: Desk) -> list[str]:
    sections = desk.pages.photos.model.sections()
    return [sections.title(number) for number in range(len(sections.starts))]


def dated(answer: Answer) -> Answer:
    hits = [replace(hit, photo=replace(hit.photo, taken_at=YEAR.get(hit.photo.id))) for hit in answer.hits]
    return replace(answer, hits=tuple(hits))


def test_all_photos_are_divided_by_month_at_first_and_as_chosen_then(desk: Desk) -> None:
    tool = desk.pages.photos.header.group
    assert titles(desk) == ["March 1970", "February 1970", "January 1970"]
    assert tool.text() == "Months"
    tool.choose(Grouping.DAY)
    assert titles(desk)[0] == "Wednesday, 4 March 1970"
    assert desk.settings.values.grouping == "day"
    desk.settings.change("grouping", "none")
    assert titles(desk) == []
    assert tool.text() == "No groups"


def test_what_was_chosen_counts_at_the_next_start(qtbot: QtBot, tmp_path: Path) -> None:
    library = FakeLibrary([2, 1])
    library.alike = {2: 1, 1: 1}
    with desk_on(qtbot, tmp_path, library) as desk:
        desk.shows(2)
        desk.pages.photos.header.group.choose(Grouping.DAY)
        desk.window.menus.as_one.trigger()
        desk.shows(2, 1)
    with desk_on(qtbot, tmp_path, library) as desk:
        desk.shows(2, 1)
        assert desk.pages.photos.header.group.text() == "Days"
        assert not desk.window.menus.as_one.isChecked()


def test_an_answer_is_divided_once_it_is_sorted_by_date(desk: Desk) -> None:
    desk.asks("dog")
    desk.library.asked[-1][1].set_result(dated(an_answer("dog", 1, 3)))
    desk.shows(1, 3)
    header = desk.pages.photos.header
    assert titles(desk) == []
    assert header.group.text() == "No groups"
    assert "sorts them by date" in header.group.toolTip()
    header.group.choose(Grouping.MONTH)
    desk.shows(3, 1)
    assert header.order.text() == "Date taken"
    assert titles(desk) == ["January 2023", "January 2021"]
    header.choose_order(Order.RELEVANCE)
    desk.shows(1, 3)
    assert header.group.text() == "No groups"
    desk.window.top.search.clear()
    desk.shows(5, 4, 3, 1)
    assert header.group.text() == "Months"


def test_what_is_below_the_line_has_headings_of_its_own(desk: Desk) -> None:
    desk.asks("dog")
    desk.library.asked[-1][1].set_result(
        dated(a_lined_answer("dog", found=[1, 3], maybe=[2], rest=[6, 4, 7]))
    )
    desk.pages.photos.header.choose_order(Order.TAKEN)
    desk.shows(3, 1)
    desk.pages.photos.fold.press()
    # 4 is like 2.
    desk.shows(3, 1, 2, 6, 7)
    assert titles(desk) == [
        "January 2023", "January 2021", "January 2022, maybe", "January 1970, below the line",
    ]  # fmt: skip


def test_a_stack_is_where_its_best_is(desk: Desk) -> None:
    desk.asks("dog")
    desk.library.asked[-1][1].set_result(a_lined_answer("dog", found=[2], maybe=[5], rest=[1, 4, 3]))
    desk.shows(2, 5)
    page = desk.pages.photos
    assert page.heading() == "1 found · 1 maybe"
    assert page.fold.text() == "2 more below the line"
    page.model.turn_stack(2)
    desk.shows(2, 4, 5)
    page.fold.press()
    desk.shows(2, 4, 5, 1, 3)
    desk.window.menus.as_one.trigger()
    desk.shows(2, 5, 1, 4, 3)
    assert page.fold.text() == "Hide the 3 below the line"


def test_parts_below_the_line_are_named_where_there_are_any() -> None:
    def parts(**bands: list[int]) -> list[tuple[int, str]]:
        return parts_below(arranged(a_lined_answer("dog", **bands).hits, Order.TAKEN))

    assert parts(found=[1, 2], maybe=[3], rest=[4]) == [(2, "maybe"), (3, "below the line")]
    assert parts(found=[1, 2], rest=[4]) == [(2, "below the line")]
    assert parts(found=[1, 2], maybe=[3]) == [(2, "maybe")]
    assert parts(found=[1, 2]) == []


def test_a_stack_wholly_below_the_line_stays_there() -> None:
    now = arranged(a_lined_answer("dog", found=[1], rest=[2, 3, 4]).hits)
    assert with_stacks(now, {2: 7, 4: 7}) is now
    joined = with_stacks(now, {1: 8, 3: 8, 2: 7, 4: 7})
    assert [hit.photo.id for hit in joined.above] == [1, 3]
    assert [hit.photo.id for hit in joined.below] == [2, 4]
    assert joined.found == 1


def test_the_engine_says_when_other_photos_are_alike(desk: Desk) -> None:
    assert desk.pages.photos.heading() == "5 photos, newest first"
    desk.library.alike = {5: 1, 1: 1}
    desk.library.tell(StacksChanged())
    desk.shows(5, 4, 3, 2)
    assert desk.pages.photos.heading() == "5 photos, newest first"


def test_the_photo_view_walks_through_what_the_grid_shows(desk: Desk) -> None:
    model = desk.pages.photos.model
    desk.waits(lambda: all(model.photo_at_row(row) is not None for row in range(model.rowCount())))
    desk.pages.photos.view.preview_wanted.emit(a_photo(4))
    view = desk.window.photo_view
    photo = view.photo()
    assert photo is not None
    assert photo.id == 4
    seen = []
    for _ in range(2):
        view.next()
        photo = view.photo()
        assert photo is not None
        seen.append(photo.id)
    assert seen == [3, 1]


def test_the_photo_view_counts_the_photos_that_stand_below_others(desk: Desk) -> None:
    """So that heading, status bar and photo view say one number."""
    desk.pages.photos.view.preview_wanted.emit(a_photo(4))
    view = desk.window.photo_view
    for place in ("2–3 of 5", "4 of 5", "5 of 5"):
        assert place in texts_of(view)
        view.next()
    assert desk.pages.photos.model.count() == 5


def test_the_photo_view_names_the_folders_of_equal_files(desk: Desk) -> None:
    desk.library.also_at = (Path("/photos/other.jpg"), Path("/more/IMG_4.jpg"))
    desk.pages.photos.view.preview_wanted.emit(a_photo(4))
    details = desk.window.photo_view.details()
    desk.waits(lambda: "Also in" in dict(details.facts()))
    assert dict(details.facts())["Also in"] == f"other.jpg\n{Path('/more')}"


def test_a_selection_ends_with_its_question(desk: Desk) -> None:
    said: list[int] = []
    desk.pages.photos.view.selection_described.connect(said.append)
    desk.pages.photos.view.selectAll()
    desk.asks("dog")
    desk.library.asked[-1][1].set_result(an_answer("dog", 1))
    desk.shows(1)
    assert said[-1] == 0
