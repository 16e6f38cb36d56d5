"""The page that stands in for photos."""

import pytest
from PySide6.QtCore import Qt

from desktop_app.ui.look.message_page import MessagePage


@pytest.fixture
def page(qtbot):
    one = MessagePage()
    qtbot.addWidget(one)
    one.show()
    return one


def test_it_says_what_is_the_matter_and_offers_one_thing(qtbot, page):
    done: list[str] = []
    page.show_message(
        "search", "Nothing found", "Try other words.", action="Show all", run=lambda: done.append("run")
    )
    assert page.title() == "Nothing found"
    assert page.accessibleName() == "Nothing found"
    assert page.accessibleDescription() == "Try other words."
    with qtbot.waitSignal(page.action_wanted):
        qtbot.mouseClick(page._action, Qt.MouseButton.LeftButton)
    assert done == ["run"]


def test_without_an_action_there_is_no_button(page):
    page.show_message("image", "No photos yet", "")
    assert not page._action.isVisible()
    assert not page._text.isVisible()
    assert not page._busy.isVisible()


def test_an_earlier_action_does_not_run_for_a_later_message(qtbot, page):
    done: list[str] = []
    page.show_message("image", "one", "", action="Do", run=lambda: done.append("old"))
    page.show_message("image", "two", "", action="Do")
    qtbot.mouseClick(page._action, Qt.MouseButton.LeftButton)
    assert done == []


def test_while_something_loads_a_bar_moves(page):
    page.show_busy("sparkles", "Loading the model…", "It takes a few seconds.")
    assert page._busy.isVisible()
    assert page._busy.maximum() == 0
    page.show_message("image", "Done", "")
    assert not page._busy.isVisible()
