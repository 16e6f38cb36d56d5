"""The field of one line: what it says while it is empty stands where the words will."""

from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from desktop_app.ui.search.one_line import OneLine


def rows_with_ink(picture: QImage) -> list[int]:
    """The rows in which anything is drawn on the ground of the lowest row."""
    ground = picture.pixel(picture.width() - 1, picture.height() - 1)
    return [
        y
        for y in range(picture.height())
        if any(picture.pixel(x, y) != ground for x in range(picture.width()))
    ]


def test_the_hint_stands_as_high_as_what_is_typed(qtbot: QtBot) -> None:
    field = OneLine()
    qtbot.addWidget(field)
    field.resize(400, 60)
    field.set_hint("Describe a photo")
    field.show()
    hinted = rows_with_ink(field.viewport().grab().toImage())
    field.insertPlainText("Describe a photo")
    assert 0 < len(hinted) < field.viewport().height()
    assert rows_with_ink(field.viewport().grab().toImage()) == hinted
