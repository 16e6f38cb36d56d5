"""Cards that open above the window: all of what is on them can be read, on a screen of any size."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.library import Facets
from desktop_app.ui.look.popover import Popover
from desktop_app.ui.search.filter_panel import FilterPanel
from desktop_app.ui.search.help import QueryHelp
from desktop_app.ui.window.help_card import KeysCard


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    one = QWidget()
    qtbot.addWidget(one)
    one.resize(640, 400)
    one.show()
    return one


@pytest.fixture(params=[1.0, 3.0])
def letters(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[float]:
    """How large letters are; with the larger ones no card fits the screen."""
    usual = qapp.font()
    larger = QFont(usual)
    factor = float(request.param)
    larger.setPointSizeF(usual.pointSizeF() * factor)
    qapp.setFont(larger)
    yield factor
    qapp.setFont(usual)


def area_of(card: Popover) -> QScrollArea:
    area = card.findChild(QScrollArea)
    assert area is not None
    return area


@pytest.mark.parametrize("make", [KeysCard, QueryHelp])
def test_a_card_stays_within_the_screen_and_scrolls(
    window: QWidget, letters: float, make: Callable[[QWidget], Popover]
) -> None:
    card = make(window)
    card.show_in_middle_of(window)
    assert window.screen().availableGeometry().contains(card.geometry())
    area = area_of(card)
    content = area.widget()
    assert content is not None
    QApplication.processEvents()
    bars = area.verticalScrollBar(), area.horizontalScrollBar()
    if letters > 1:
        assert bars[0].maximum() > 0
        assert card.focusWidget() is area
        QTest.keyClick(area, Qt.Key.Key_PageDown)
        assert bars[0].value() > 0
    else:
        assert [bar.maximum() for bar in bars] == [0, 0]
    for label in card.findChildren(QLabel):
        assert label.width() >= label.minimumSizeHint().width()
    QTest.keyClick(card, Qt.Key.Key_Escape)
    assert not card.isVisible()


def test_filters_are_as_wide_as_their_words(window: QWidget, letters: float) -> None:
    panel = FilterPanel(window)
    panel.show_query("dog", Facets(oldest=datetime(2015, 3, 1, 10), newest=datetime(2023, 8, 31, 10)))
    panel.show_below(window)
    QApplication.processEvents()
    assert window.screen().availableGeometry().contains(panel.geometry())
    area = area_of(panel)
    assert (
        area.horizontalScrollBar().maximum() == 0
        or panel.width() == window.screen().availableGeometry().width()
    )
    assert panel.days.width() >= panel.days.minimumSizeHint().width()
    assert letters == 1 or panel.width() > 600
