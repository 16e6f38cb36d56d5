"""The search field: asks when typing rests, remembers, leads on to the photos."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.search.bar import HISTORY_LENGTH, SearchBar

Key = Qt.Key


@pytest.fixture
def bar(qtbot):
    # In a plain window: the offscreen platform complains of one that has size hints.
    window = QWidget()
    qtbot.addWidget(window)
    bar = SearchBar(window)
    bar.resize(600, 50)
    window.resize(600, 50)
    window.show()
    yield bar
    window.close()


@pytest.fixture
def field(bar):
    return bar.field


@pytest.fixture
def asked(bar):
    asked: list[str] = []
    bar.query_changed.connect(asked.append)
    return asked


def rest(qtbot: QtBot, bar: SearchBar) -> None:
    """Let it seem that nothing was typed for long enough."""
    with qtbot.waitSignal(bar._rest.timeout):
        bar._rest.start(0)


def test_typing_asks_once_when_it_rests(qtbot, bar, field, asked):
    qtbot.keyClicks(field, "red bicycle")
    assert asked == []
    qtbot.waitUntil(lambda: asked == ["red bicycle"])


def test_enter_asks_at_once_and_never_twice(qtbot, bar, field, asked):
    qtbot.keyClicks(field, " dog ")
    with qtbot.waitSignal(bar.accepted) as accepted:
        qtbot.keyClick(field, Key.Key_Return)
    assert accepted.args == ["dog"]
    rest(qtbot, bar)
    assert asked == ["dog"]
    assert bar.history() == ["dog"]


def test_escape_empties_the_field_and_shows_all_photos_at_once(qtbot, bar, field, asked):
    qtbot.keyClicks(field, "dog")
    qtbot.keyClick(field, Key.Key_Return)
    qtbot.keyClick(field, Key.Key_Escape)
    assert asked == ["dog", ""]
    assert bar.text() == ""


def test_down_leads_to_the_photos(qtbot, bar, field):
    qtbot.keyClicks(field, "dog")
    with qtbot.waitSignal(bar.moved_down):
        qtbot.keyClick(field, Key.Key_Down)


def test_up_and_down_walk_the_history_from_an_empty_field(qtbot, bar, field):
    bar.set_history(["beach", "snow", "dog"])
    for key, shown in [
        (Key.Key_Up, "beach"), (Key.Key_Up, "snow"), (Key.Key_Up, "dog"), (Key.Key_Up, "dog"),
        (Key.Key_Down, "snow"), (Key.Key_Down, "beach"), (Key.Key_Down, ""),
    ]:  # fmt: skip
        qtbot.keyClick(field, key)
        assert bar.text() == shown
    with qtbot.waitSignal(bar.moved_down):
        qtbot.keyClick(field, Key.Key_Down)


def test_up_from_the_query_just_asked_leads_to_the_one_before(qtbot, bar, field):
    bar.set_history(["beach", "snow"])
    qtbot.keyClicks(field, "dog")
    qtbot.keyClick(field, Key.Key_Return)
    qtbot.keyClick(field, Key.Key_Up)
    assert bar.text() == "beach"


def test_up_leaves_half_typed_words_alone(qtbot, bar, field):
    bar.set_history(["beach"])
    qtbot.keyClicks(field, "sno")
    qtbot.keyClick(field, Key.Key_Up)
    assert bar.text() == "sno"


def test_the_history_keeps_the_newest_once_each(bar):
    bar.set_history([f"query {number}" for number in range(80)] + ["query 1", " "])
    assert len(bar.history()) == HISTORY_LENGTH
    assert bar.history()[0] == "query 0"


def test_a_query_shown_from_outside_is_not_asked_again(qtbot, bar, asked):
    bar.set_text("sunset")
    rest(qtbot, bar)
    assert asked == []


def test_being_busy_shows_only_when_it_lasts(qtbot, bar, field):
    line = next(child for child in field.children() if type(child).__name__ == "BusyLine")
    bar.set_busy(True)
    bar.set_busy(False)
    assert not line.isVisible()
    bar.set_busy(True)
    qtbot.waitUntil(line.isVisible)
    bar.set_busy(False)
    assert not line.isVisible()


def test_a_screen_reader_knows_the_field(field):
    assert field.accessibleName() == "Search photos"
