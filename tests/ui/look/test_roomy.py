"""Rows that are easy to read, from left to right and from right to left."""

import pytest
from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem

from desktop_app.ui.look.roomy import RoomyDelegate

LEFT, RIGHT = Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft


@pytest.mark.parametrize(
    ("window", "text", "direction"),
    [
        (RIGHT, "605 MB", LEFT),
        (RIGHT, "2026-11-29 16:44", LEFT),
        (RIGHT, "צילום 1", RIGHT),
        (RIGHT, "7 صور", RIGHT),
        (LEFT, "605 MB", LEFT),
    ],
)
def test_a_text_keeps_its_own_direction(qtbot, window, text, direction):
    view = QListView()
    qtbot.addWidget(view)
    model = QStringListModel([text])
    view.setModel(model)
    option = QStyleOptionViewItem()
    option.direction = window
    RoomyDelegate(view).initStyleOption(option, model.index(0, 0))
    assert option.direction is direction
    if window is RIGHT:
        side = option.displayAlignment & Qt.AlignmentFlag.AlignHorizontal_Mask
        assert side == (Qt.AlignmentFlag.AlignRight if direction is LEFT else Qt.AlignmentFlag.AlignLeft)


def test_rows_are_higher_than_usual(qtbot):
    view = QListView()
    qtbot.addWidget(view)
    model = QStringListModel(["a"])
    option, index = QStyleOptionViewItem(), model.index(0, 0)
    usual = QStyledItemDelegate(view).sizeHint(option, index).height()
    assert RoomyDelegate(view).sizeHint(option, index).height() == usual + 8
