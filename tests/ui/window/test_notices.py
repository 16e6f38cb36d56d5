"""Notices: few, keyed, closable, and never colour alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton

from desktop_app.ui.look.labels import IconLabel
from desktop_app.ui.window.notices import MOST, NoticeBar


@pytest.fixture
def bar(qtbot):
    one = NoticeBar()
    qtbot.addWidget(one)
    return one


def texts(bar: NoticeBar) -> list[str]:
    return [one.text for one in bar.notices()]


def test_it_takes_no_room_while_there_is_nothing_to_say(bar):
    assert bar.isHidden()
    bar.show_notice("Something", key="a")
    assert not bar.isHidden()
    bar.dismiss("a")
    assert bar.isHidden()


def test_the_same_key_replaces_in_place(bar):
    bar.show_notice("one", key="a")
    bar.show_notice("two", key="b")
    bar.show_notice("three", key="a")
    assert texts(bar) == ["three", "two"]


def test_the_same_text_without_a_key_is_shown_once(bar):
    bar.show_notice("one")
    bar.show_notice("one")
    assert texts(bar) == ["one"]


def test_a_fourth_takes_the_place_of_the_least_important_old_one(bar):
    bar.show_notice("error", kind="error")
    bar.show_notice("info one")
    bar.show_notice("info two")
    bar.show_notice("warning", kind="warning")
    assert texts(bar) == ["error", "info two", "warning"]
    bar.show_notice("info three")
    assert texts(bar) == ["error", "warning", "info three"]
    assert len(bar.notices()) == MOST


def test_the_action_runs_after_the_notice_is_gone(qtbot, bar):
    seen: list[list[str]] = []
    bar.show_notice(
        "broken", kind="error", action="Copy details", run=lambda: seen.append(texts(bar)), key="bug"
    )
    (button,) = bar.findChildren(QPushButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert seen == [[]]


def test_an_action_may_show_a_notice_of_the_same_key(qtbot, bar):
    bar.show_notice("first", action="Go on", run=lambda: bar.show_notice("second", key="k"), key="k")
    qtbot.mouseClick(bar.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert texts(bar) == ["second"]


def test_closing_says_which(qtbot, bar):
    bar.show_notice("first", key="k")
    with qtbot.waitSignal(bar.closed) as closed:
        qtbot.mouseClick(bar.findChild(QToolButton), Qt.MouseButton.LeftButton)
    assert closed.args == ["k"]
    assert bar.notices() == []


def test_dismissing_what_is_not_there_leaves_the_others(bar):
    bar.show_notice("one", key="a")
    bar.dismiss("nothing")
    assert texts(bar) == ["one"]
    bar.dismiss("a")
    bar.dismiss("a")
    assert texts(bar) == []


def test_names_of_files_are_not_taken_for_markup(bar):
    bar.show_notice("The file <b>x</b> is gone.")
    assert bar.findChild(QLabel).textFormat() is Qt.TextFormat.PlainText


def test_importance_is_said_by_a_sign_and_a_word(bar):
    bar.show_notice("Disk full.", kind="error")
    strip = bar._strips[0]
    assert strip.accessibleName() == "Error: Disk full."
    assert strip.findChild(IconLabel) is not None
    assert strip.findChild(QToolButton).accessibleName()
