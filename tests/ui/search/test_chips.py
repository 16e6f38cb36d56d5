"""Below the search field: chips, and what was not understood."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.library import parse
from desktop_app.ui.search.bar import SearchBar
from desktop_app.ui.search.chips import QueryStrip
from desktop_app.ui.search.field import QueryField
from desktop_app.ui.search.help import LANGUAGE, QueryHelp


@pytest.fixture
def bar(qtbot: QtBot) -> Iterator[SearchBar]:
    window = QWidget()
    qtbot.addWidget(window)
    made = SearchBar(window)
    window.resize(600, 120)
    made.resize(600, 120)
    window.show()
    yield made
    window.close()


def field_of(bar: SearchBar) -> QueryField:
    return bar.field


def test_filters_are_chips_in_the_order_typed(qtbot: QtBot) -> None:
    strip = QueryStrip()
    qtbot.addWidget(strip)
    strip.show_query(parse("photo:/a/me.jpg dog date:2023-06..2023-08 -in:Work is:portrait date:2020.."))
    assert [chip.text for chip in strip.chips()] == [
        "Taken 2023-06 to 2023-08",
        "Not in Work",
        "Portrait",
        "Taken from 2020",
    ]
    assert not strip.isHidden()
    strip.show_query(parse("dog"))
    assert strip.isHidden()


def test_what_is_not_understood_is_underlined_and_said(bar: SearchBar) -> None:
    bar.ask("dog type:jgp")
    assert field_of(bar).marks() == ["type:jgp"]
    assert "jgp" in bar.strip.sentence()
    bar.ask("dog type:jpg")
    assert field_of(bar).marks() == []
    assert bar.strip.sentence() == ""


def test_the_line_below_goes_as_soon_as_its_words_change(bar: SearchBar) -> None:
    bar.ask("dog type:jgp")
    field = field_of(bar)
    field.setText("dog type:jg")
    assert field.marks() == []


def test_marking_changes_neither_text_nor_cursor(bar: SearchBar) -> None:
    field = field_of(bar)
    field.setText("type:jgp and more")
    field.set_cursor(4)
    field.mark(parse(field.text()).problems)
    assert (field.text(), field.cursor_at()) == ("type:jgp and more", 4)


def test_a_word_that_is_being_composed_is_left_alone(bar: SearchBar) -> None:
    field = field_of(bar)
    field.setText("type:jgp")
    QCoreApplication.sendEvent(field, QInputMethodEvent("にほ", []))
    field.mark(parse("type:jgp").problems)
    assert field.is_composing()
    assert field.text() == "type:jgp"
    done = QInputMethodEvent()
    done.setCommitString(" 日本")
    QCoreApplication.sendEvent(field, done)
    assert not field.is_composing()
    assert field.text() == "type:jgp 日本"
    assert field.marks() == ["type:jgp"]


def test_many_problems_are_two_sentences_and_a_number(qtbot: QtBot) -> None:
    strip = QueryStrip()
    qtbot.addWidget(strip)
    strip.show_query(parse("type:a is:b rating:c near:d"))
    assert strip.sentence().count("\n") == 1
    assert strip.sentence().endswith("And 2 more things.")


def test_a_chip_takes_its_words_out_and_asks_and_can_be_undone(qtbot: QtBot, bar: SearchBar) -> None:
    bar.ask("dog date:2023 on the beach")
    button = bar.strip.chips()[0].findChild(QToolButton)
    assert button is not None
    with qtbot.waitSignal(bar.query_changed) as asked:
        button.click()
    assert asked.args == ["dog on the beach"]
    assert bar.strip.chips() == []
    field_of(bar).undo()
    assert bar.text() == "dog date:2023 on the beach"


def test_every_example_of_the_help_is_understood() -> None:
    examples = [text for _title, rows in LANGUAGE for text, _means in rows]
    assert [text for text in examples if parse(text).problems] == []


def test_an_example_of_the_help_is_chosen_by_a_click(qtbot: QtBot) -> None:
    card = QueryHelp()
    qtbot.addWidget(card)
    button = next(one for one in card.findChildren(QPushButton) if one.text() == "beach -people")
    with qtbot.waitSignal(card.example_chosen) as chosen:
        button.click()
    assert chosen.args == ["beach -people"]
