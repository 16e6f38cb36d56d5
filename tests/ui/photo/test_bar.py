"""The line above one photo, in windows of any width and letters of any size."""

import pytest
from PySide6.QtGui import QFont, QImage
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import ElidingLabel
from desktop_app.ui.photo.bar import Bar
from desktop_app.ui.photo.view import PhotoView
from tests.ui.fake_library import a_photo


@pytest.fixture
def bar(qtbot: QtBot) -> Bar:
    one = Bar()
    qtbot.addWidget(one)
    return one


def test_figures_give_way_to_the_name_one_after_the_other_and_come_back(bar: Bar) -> None:
    name, place, percent = ElidingLabel("IMG_00027.jpg"), QLabel("1 of 120"), QLabel("100 %")
    for part in (name, place, percent):
        bar.line.addWidget(part)
    bar.give_way(name, (percent, place))
    bar.resize(600, 40)
    bar.show()
    parts = (name, place, percent)
    assert [part.isVisible() for part in parts] == [True, True, True]
    full = bar.minimumSizeHint().width() + name.sizeHint().width()
    bar.resize(full - percent.sizeHint().width(), 40)
    assert [part.isVisible() for part in parts] == [True, True, False]
    bar.resize(name.sizeHint().width(), 40)
    assert [part.isVisible() for part in parts] == [True, False, False]
    bar.resize(600, 40)
    assert [part.isVisible() for part in parts] == [True, True, True]
    place.setText("1 of 120 " * 20)
    QApplication.processEvents()
    assert [part.isVisible() for part in parts] == [True, False, False]


@pytest.mark.parametrize("factor", [1.0, 2.0])
def test_nothing_above_a_photo_is_cut_in_a_narrow_window(
    qtbot: QtBot, qapp: QApplication, factor: float
) -> None:
    theme.apply(qapp, "light")
    usual = qapp.font()
    larger = QFont(usual)
    larger.setPointSizeF(usual.pointSizeF() * factor)
    qapp.setFont(larger)
    view = PhotoView(lambda path, _at_s: QImage(str(path)), lambda *_of: None)
    qtbot.addWidget(view)
    try:
        view.resize(640, 400)
        view.show_photo([a_photo(2)], 0)
        view.show()
        line = view.findChild(Bar)
        assert line is not None
        name = line.findChild(ElidingLabel)
        assert name is not None
        qtbot.waitUntil(lambda: name.width() >= name.fontMetrics().horizontalAdvance("2.jpg"))
        parts: list[QWidget] = [*line.findChildren(QLabel), *line.findChildren(QToolButton)]
        for part in parts:
            if part.isVisible():
                assert part.mapTo(line, part.rect().bottomRight()).x() < line.width()
                assert part.width() >= part.minimumSizeHint().width()
    finally:
        view.close_threads()
        qapp.setFont(usual)
