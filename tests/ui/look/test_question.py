"""A question before something goes for good."""

import gc

from PySide6.QtWidgets import QCheckBox, QWidget

from desktop_app.ui.look.question import question


def test_what_can_be_ticked_stays_though_nobody_else_knows_it(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    box = question(window, "Forget?", "It costs.", "Forget", lambda: None, choice=QCheckBox("At once"))
    gc.collect()
    assert box.checkBox() is not None
    assert box.checkBox().text() == "At once"
    box.close()
