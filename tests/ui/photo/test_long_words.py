"""Long words beside a photo: what is said stays within its place, whatever it is and however large the letters are."""

from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.library import Photo, PhotoState
from desktop_app.ui.photo.details import PhotoDetails
from desktop_app.ui.photo.long_words import BREAK, breakable

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


@pytest.mark.parametrize("factor", [1.0, 2.0])
def test_no_word_pushes_the_details_out_of_their_place(
    qtbot: QtBot, qapp: QApplication, factor: float
) -> None:
    usual = qapp.font()
    larger = QFont(usual)
    larger.setPointSizeF(usual.pointSizeF() * factor)
    qapp.setFont(larger)
    try:
        details = PhotoDetails()
        qtbot.addWidget(details)
        path = Path(f"/photos/{LONG}/{LONG}.jpg")
        details.show_photo(Photo(1, path, 10, 1, PhotoState.INDEXED, tags=(LONG,), caption=LONG))
        details.resize(details.width(), 300)
        details.show()
        content = details.widget()
        assert content is not None
        assert content.width() <= details.viewport().width()
        for button in details.findChildren(QPushButton):
            assert button.width() >= button.minimumSizeHint().width()
    finally:
        qapp.setFont(usual)


def test_words_that_fit_stay_whole(qapp: QApplication) -> None:
    metrics = QFontMetrics(QFont())
    assert breakable("a white cat\nasleep", metrics, 200) == "a white cat\nasleep"
    assert breakable("/tmp/a-b.jpg", metrics, 200) == BREAK.join(["/", "tmp/", "a-", "b.", "jpg"])


def test_a_letter_keeps_its_accents(qapp: QApplication) -> None:
    apart = "A\u0308\U0001f469\u200d\U0001f467z" * 20
    pieces = breakable(apart, QFontMetrics(QFont()), 50).split(BREAK)
    assert "".join(pieces) == apart
    assert set(pieces) == {"A\u0308", "\U0001f469\u200d\U0001f467", "z"}
