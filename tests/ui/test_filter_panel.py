"""The filters: they show what a query says, and write the same language."""

from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.library import parse
from desktop_app.ui.filter_panel import RATINGS, SHAPES, TYPES, FilterPanel


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


def test_it_shows_what_the_query_says(panel: FilterPanel, wanted: list[str]) -> None:
    panel.show_query(
        "dog date:2023..2024 type:jpg,heic camera:canon is:portrait rating:>=3 has:gps in:/b",
        [Path("/a"), Path("/b")],
    )
    assert (panel.first.text(), panel.last.text()) == ("2023", "2024")
    assert {name for name, box in panel.types.items() if box.isChecked()} == {"jpg", "heic"}
    assert panel.camera.text() == "canon"
    assert panel.shape.currentData() == "portrait"
    assert panel.rating.currentData() == ">=3"
    assert panel.folder.currentData() == "/b"
    assert panel.place.isChecked()
    assert wanted == []


def test_each_choice_is_written_at_once(panel: FilterPanel, wanted: list[str]) -> None:
    panel.show_query("dog", [Path("/a b")])
    panel.types["png"].setChecked(True)
    panel.types["jpg"].setChecked(True)
    panel.shape.setCurrentIndex(1)
    panel.folder.setCurrentIndex(1)
    panel.place.setChecked(True)
    assert wanted[-1] == 'dog type:jpg,png is:portrait in:"/a b" has:gps'
    panel.shape.setCurrentIndex(0)
    assert wanted[-1] == 'dog type:jpg,png in:"/a b" has:gps'


def test_days_are_written_when_typing_rests(qtbot: QtBot, panel: FilterPanel, wanted: list[str]) -> None:
    panel.show_query("dog")
    QTest.keyClicks(panel.first, "2023-06")
    qtbot.waitUntil(lambda: wanted == ["dog date:2023-06.."])
    QTest.keyClicks(panel.last, "2023-08")
    qtbot.waitUntil(lambda: wanted[-1] == "dog date:2023-06..2023-08")


def test_what_the_panel_cannot_show_stays(panel: FilterPanel, wanted: list[str]) -> None:
    panel.show_query("dog rating:<2 has:date type:jxl -in:Work")
    panel.camera.setText("nikon")
    panel.types["png"].setChecked(True)
    query = parse(wanted[-1])
    said = {(one.key, one.value, one.negated) for one in query.filters}
    assert {("rating", "<2", False), ("has", "date", False), ("in", "Work", True)} <= said
    assert ("type", "png,jxl", False) in said


def test_all_filters_can_be_cleared_and_the_words_stay(panel: FilterPanel, wanted: list[str]) -> None:
    panel.show_query("dog type:png date:2023 is:square")
    panel.clear.click()
    assert wanted == ["dog"]
    assert not panel.types["png"].isChecked()


def test_everything_it_offers_is_understood() -> None:
    texts = [f"type:{one}" for one in TYPES]
    texts += [f"is:{value}" for _name, value in SHAPES if value]
    texts += [f"rating:{value}" for _name, value in RATINGS if value]
    assert [text for text in texts if parse(text).problems] == []
