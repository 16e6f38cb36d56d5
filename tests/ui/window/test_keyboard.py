"""The window without a mouse: where Tab leads, and what Enter does there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFrame, QPushButton, QSlider, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.look.enter_key import press_with_enter
from desktop_app.ui.look.popover import Popover
from desktop_app.ui.results.strictness import Strictness
from desktop_app.ui.search.question import Words
from tests.ui.desk import Desk, desk_on
from tests.ui.fake_library import FakeLibrary, a_lined_answer, a_photo

Key = Qt.Key


@pytest.fixture
def lined(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    """A window with an answer that has a line, so that every tool is there."""
    with desk_on(qtbot, tmp_path, FakeLibrary([3, 2, 1])) as desk:
        desk.window.resize(1280, 820)
        desk.asks("a dog")
        desk.library.asked[-1][1].set_result(a_lined_answer("a dog", found=[3, 2], maybe=[1], rest=[4]))
        library = desk.session.library
        assert library is not None
        desk.waits(lambda: library.search.answered() == Words("a dog"))
        yield desk


def stations(desk: Desk, key: Key, count: int) -> list[str]:
    """Where this key leads to, one after the other."""
    names = []
    for _ in range(count):
        here = desk.window.focusWidget()
        assert here is not None
        names.append(here.accessibleName() or getattr(here, "text", str)())
        QTest.keyClick(here, key)
    return names


def test_tab_leads_along_everything_in_the_order_it_is_seen(lined: Desk) -> None:
    lined.window.top.panel.setFocus()
    there = stations(lined, Key.Key_Tab, 16)
    assert there[:7] == [
        "Show or hide the folders", "Search photos", "Filters", "What can be typed here", "Smaller photos",
        "Size of the photos", "Larger photos",
    ]  # fmt: skip
    tools = [
        "Strictness: normal",
        "Sorted by relevance",
        "No groups",
        "Save",
        "Photos",
        "1 more below the line",
    ]
    start = there.index(tools[0])
    assert there[start : start + len(tools)] == tools
    back = stations(lined, Key.Key_Backtab, 16)
    assert [name for name in back if name in tools] == tools[::-1]


def test_the_arrows_and_home_move_the_strictness(lined: Desk) -> None:
    header = lined.pages.photos.header
    header.strictness.setFocus()
    QTest.keyClick(header.strictness, Key.Key_Return)
    card = header.card
    assert card.isVisible()
    assert card.focusWidget() is card.slider
    steps: list[Strictness] = []
    card.chosen.connect(steps.append)
    for key in (Key.Key_Home, Key.Key_Right, Key.Key_End, Key.Key_Left):
        QTest.keyClick(card.slider, key)
    assert steps == [Strictness.LOOSE, Strictness.NORMAL, Strictness.STRICT, Strictness.NORMAL]


def test_enter_presses_the_button_that_has_the_focus(lined: Desk) -> None:
    lined.window.notices.show_notice("Something.", action="Do it", run=lambda: done.append("notice"))
    done: list[str] = []
    button = next(one for one in lined.window.notices.findChildren(QPushButton) if one.text() == "Do it")
    header = lined.pages.photos.header
    header.keep.clicked.connect(lambda: done.append("save"))
    for one in (button, header.keep):
        one.setFocus()
        QTest.keyClick(one, Key.Key_Return)
    assert done == ["notice", "save"]


def test_enter_on_a_button_beside_one_photo_opens_no_other_application(lined: Desk) -> None:
    opened: list[object] = []
    view = lined.window.photo_view
    view.opened.connect(opened.append)
    lined.pages.photos.view.preview_wanted.emit(a_photo(3))
    panel = next(one for one in view.findChildren(QToolButton) if one.accessibleName() == "Details")
    panel.setFocus()
    was = view.details().isHidden()
    QTest.keyClick(panel, Key.Key_Enter)
    assert view.details().isHidden() is not was
    assert opened == []


def test_enter_in_a_card_presses_its_buttons_and_leaves_everything_else_alone(qtbot: QtBot) -> None:
    card = Popover("Card")
    qtbot.addWidget(card)
    button, slider, inside = QToolButton(), QSlider(), QFrame()
    column = QVBoxLayout(card)
    for one in (button, slider, inside):
        column.addWidget(one)
    pressed: list[str] = []
    button.clicked.connect(lambda: pressed.append("button"))
    with qtbot.waitExposed(card):
        card.show_below(card)
    for one, modifier in ((button, Key.Key_Return), (slider, Key.Key_Return), (button, Key.Key_Enter)):
        one.setFocus()
        QTest.keyClick(one, modifier)
    button.setEnabled(False)
    QTest.keyClick(button, Key.Key_Return)
    assert len(pressed) == 2


def test_enter_is_left_to_what_lies_elsewhere(qtbot: QtBot) -> None:
    window, part, button = QWidget(), QWidget(), QPushButton()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.addWidget(part)
    column.addWidget(button)
    press_with_enter(part)
    pressed: list[str] = []
    button.clicked.connect(lambda: pressed.append("button"))
    window.show()
    button.setFocus()
    QTest.keyClick(part, Key.Key_Return)
    assert pressed == []
