"""The filters: they show what a query says among what there is, and write the same language."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.library import Counted, Facets, FolderFacet, parse
from desktop_app.ui.search.filter_choices import Choice, ChoiceTree
from desktop_app.ui.search.filter_panel import RATINGS, SHAPES, FilterPanel
from tests.ui.desk import Desk

LISBON = FolderFacet(Path("/p/Trips/Lisbon 2019"), 5, (FolderFacet(Path("/p/Trips/Lisbon 2019/Belém"), 2),))
FACETS = Facets(
    cameras=(Counted("Canon EOS 7D", 7), Counted("NIKON Z6", 3)),
    types=(Counted("jpg", 1200), Counted("heic", 4), Counted("png", 1)),
    folders=(FolderFacet(Path("/p/Trips"), 9, (LISBON, FolderFacet(Path("/p/Trips/Porto"), 4))),),
    oldest=datetime(2015, 3, 1, 10),
    newest=datetime(2023, 8, 31, 10),
    has_places=True,
    has_ratings=True,
)


@pytest.fixture
def panel(qtbot: QtBot) -> FilterPanel:
    made = FilterPanel()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def wanted(panel: FilterPanel) -> list[str]:
    texts: list[str] = []
    panel.query_wanted.connect(texts.append)
    return texts


def tick(tree: ChoiceTree, value: str, *, on: bool = True) -> None:
    item = tree.item_of(value)
    assert item is not None
    item.setCheckState(0, Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)


def rows(tree: ChoiceTree) -> list[tuple[str, str]]:
    tops = [tree.topLevelItem(row) for row in range(tree.topLevelItemCount())]
    return [(one.text(0), one.text(1)) for one in tops if one is not None]


def test_it_shows_what_there_is_with_counts(panel: FilterPanel) -> None:
    panel.show_query("dog", FACETS)
    assert rows(panel.cameras) == [("Canon EOS 7D", "7"), ("NIKON Z6", "3")]
    assert rows(panel.types) == [("JPG", "1,200"), ("HEIC", "4"), ("PNG", "1")]
    assert rows(panel.folders) == [("/p/Trips", "9")]
    assert [one.text() for one in panel.days.years] == ["2023", "2022", "2021", "2020", "2019"]


def test_it_shows_what_the_query_says(panel: FilterPanel, wanted: list[str]) -> None:
    panel.show_query(
        'dog date:2023..2024 type:jpg,heic camera:"canon eos 7d" is:portrait rating:>=3 has:gps in:/p/Trips/Porto',
        FACETS,
    )
    assert (panel.days.first.text(), panel.days.last.text()) == ("2023", "2024")
    assert panel.types.chosen() == ["jpg", "heic"]
    assert panel.cameras.chosen() == ["Canon EOS 7D"]
    assert panel.folders.chosen() == ["/p/Trips/Porto"]
    assert panel.shape.currentData() == "portrait"
    assert panel.rating.currentData() == ">=3"
    assert panel.place.isChecked()
    assert wanted == []


def test_each_choice_is_written_at_once(panel: FilterPanel, wanted: list[str]) -> None:
    panel.show_query("dog", FACETS)
    tick(panel.types, "png")
    tick(panel.types, "jpg")
    panel.shape.setCurrentIndex(1)
    tick(panel.folders, "/p/Trips/Porto")
    tick(panel.cameras, "NIKON Z6")
    panel.place.setChecked(True)
    assert wanted[-1] == 'dog type:jpg,png is:portrait in:/p/Trips/Porto camera:"NIKON Z6" has:gps'
    panel.shape.setCurrentIndex(0)
    tick(panel.types, "png", on=False)
    assert wanted[-1] == 'dog in:/p/Trips/Porto camera:"NIKON Z6" has:gps type:jpg'


def test_several_folders_and_cameras_are_alternatives(panel: FilterPanel, wanted: list[str]) -> None:
    panel.show_query("", FACETS)
    tick(panel.folders, "/p/Trips/Porto")
    tick(panel.folders, "/p/Trips/Lisbon 2019")
    tick(panel.cameras, "NIKON Z6")
    tick(panel.cameras, "Canon EOS 7D")
    said = {one.key: one for one in parse(wanted[-1]).filters}
    assert said["in"].value == "/p/Trips/Lisbon 2019|/p/Trips/Porto"
    assert len(said["in"].any_of) == len(said["camera"].any_of) == 2


def test_a_folder_takes_what_lies_inside_with_it(panel: FilterPanel, wanted: list[str]) -> None:
    panel.show_query('in:"/p/Trips/Lisbon 2019/Belém"', FACETS)
    assert panel.folders.chosen() == ["/p/Trips/Lisbon 2019/Belém"]
    tick(panel.folders, "/p/Trips/Lisbon 2019")
    assert wanted == ['in:"/p/Trips/Lisbon 2019"']


def test_what_was_typed_and_is_not_among_them_is_kept(panel: FilterPanel, wanted: list[str]) -> None:
    panel.show_query("dog in:Lisbon camera:canon type:jxl", FACETS)
    assert panel.folders.chosen() == ["Lisbon"]
    assert panel.cameras.chosen() == ["canon"]
    tick(panel.types, "png")
    assert wanted == ["dog in:Lisbon camera:canon type:jxl,png"]
    tick(panel.cameras, "canon", on=False)
    assert wanted[-1] == "dog in:Lisbon type:jxl,png"


def test_days_are_written_when_typing_rests(qtbot: QtBot, panel: FilterPanel, wanted: list[str]) -> None:
    panel.show_query("dog", FACETS)
    QTest.keyClicks(panel.days.first, "2023-06")
    qtbot.waitUntil(lambda: wanted == ["dog date:2023-06.."])
    QTest.keyClicks(panel.days.last, "2023-08")
    qtbot.waitUntil(lambda: wanted[-1] == "dog date:2023-06..2023-08")


def test_what_was_typed_last_is_written_when_the_panel_closes(
    qtbot: QtBot, panel: FilterPanel, wanted: list[str]
) -> None:
    panel.show_query("dog", FACETS)
    panel.show()
    qtbot.waitExposed(panel)
    QTest.keyClicks(panel.days.first, "2023")
    panel.hide()
    assert wanted == ["dog date:2023.."]


def test_a_year_is_chosen_and_taken_back_with_one_click(panel: FilterPanel, wanted: list[str]) -> None:
    panel.show_query("dog", FACETS)
    panel.days.years[1].click()
    assert wanted == ["dog date:2022"]
    panel.days.years[1].click()
    assert wanted[-1] == "dog"


def test_a_day_is_chosen_from_the_calendar(qtbot: QtBot, panel: FilterPanel, wanted: list[str]) -> None:
    panel.show_query("dog date:2023-06-01", FACETS)
    panel.show()
    panel.days.open_calendar(panel.days.last)
    month = panel.days.calendar.month
    assert month.selectedDate() == QDate(2023, 6, 1)
    assert (month.minimumDate(), month.maximumDate()) == (QDate(2015, 3, 1), QDate(2023, 8, 31))
    month.clicked.emit(QDate(2023, 6, 15))
    assert wanted == ["dog date:2023-06-01..2023-06-15"]
    assert not panel.days.calendar.isVisible()


def test_boxes_are_ticked_with_the_keyboard(qtbot: QtBot, panel: FilterPanel, wanted: list[str]) -> None:
    panel.show_query("dog", FACETS)
    panel.show()
    qtbot.waitExposed(panel)
    panel.cameras.setFocus()
    first = panel.cameras.topLevelItem(0)
    assert first is not None
    panel.cameras.setCurrentItem(first)
    QTest.keyClick(panel.cameras, Qt.Key.Key_Down)
    QTest.keyClick(panel.cameras, Qt.Key.Key_Space)
    assert wanted == ['dog camera:"NIKON Z6"']


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("dog", (False, False, False, False)),
        ("dog camera:x rating:5 has:gps type:jpg", (True, True, True, True)),
    ],
)
def test_what_no_photo_has_is_not_offered_unless_asked_for(
    panel: FilterPanel, text: str, shown: Sequence[bool]
) -> None:
    panel.show_query(text, Facets(types=(Counted("jpg", 3),)))
    fields = (panel.cameras, panel.rating, panel.place, panel.types)
    assert tuple(not one.isHidden() for one in fields) == tuple(shown)


def test_what_the_panel_cannot_show_stays(panel: FilterPanel, wanted: list[str]) -> None:
    panel.show_query("dog rating:<2 has:date -in:Work", FACETS)
    tick(panel.types, "png")
    query = parse(wanted[-1])
    said = {(one.key, one.value, one.negated) for one in query.filters}
    assert said == {
        ("rating", "<2", False),
        ("has", "date", False),
        ("in", "Work", True),
        ("type", "png", False),
    }


def test_all_filters_can_be_cleared_and_the_words_stay(panel: FilterPanel, wanted: list[str]) -> None:
    panel.show_query("dog type:png date:2023 is:square in:/p/Trips/Porto", FACETS)
    panel.clear.click()
    assert wanted == ["dog"]
    assert panel.types.chosen() == panel.folders.chosen() == []
    assert not panel.clear.isEnabled()


def test_everything_it_offers_is_understood() -> None:
    texts = [f"is:{value}" for _name, value in SHAPES if value]
    texts += [f"rating:{value}" for _name, value in RATINGS if value]
    assert [text for text in texts if parse(text).problems] == []


def test_folders_are_made_rows_only_when_they_are_opened(qtbot: QtBot) -> None:
    tree = ChoiceTree("Folders", 5)
    qtbot.addWidget(tree)
    many = tuple(Choice(f"{one}", f"/a/{one}") for one in range(2_000))
    tree.show_choices([Choice("a", "/a", 1, (Choice("b", "/a/b", 1, many),)), Choice("c", "/c")], [])
    assert tree.item_of("/a/7") is None
    outer = tree.item_of("/a")
    assert outer is not None
    outer.setExpanded(True)
    inner = tree.item_of("/a/b")
    assert inner is not None
    assert inner.childCount() == 0
    inner.setExpanded(True)
    assert inner.childCount() == 2_000


def test_the_button_opens_it_with_what_the_library_has(desk: Desk) -> None:
    desk.library.choices = FACETS
    desk.window.top.search.filters.click()
    assert desk.session.library is not None
    panel = desk.session.library.query.panel()
    desk.waits(panel.isVisible)
    assert rows(panel.cameras)[0] == ("Canon EOS 7D", "7")
    tick(panel.cameras, "Canon EOS 7D")
    desk.waits(lambda: desk.field.text() == 'camera:"Canon EOS 7D"')
    panel.hide()
