"""The keys that the window tells people about."""

import re

from PySide6.QtGui import QKeySequence

from desktop_app.ui.window.menus import KEYS

_DONE_BY_HAND = {"Type", "Ctrl and wheel"}


def test_every_key_on_the_card_is_one_that_qt_knows():
    told = {key for keys, _ in KEYS for key in re.split(r"\s+(?:or|·)\s+", keys)} - _DONE_BY_HAND
    assert [key for key in sorted(told) if not QKeySequence(key).toString()] == []
