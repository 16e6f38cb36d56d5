"""The library is opened beside the window, and with it what the window needs then."""

import sys
import threading
from typing import cast

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.library import PhotoLibrary
from desktop_app.ui.app.held_library import HeldLibrary
from desktop_app.ui.background.runner import Background
from tests.ui.fake_library import FakeLibrary

_SESSION = "desktop_app.ui.app.library_session"


def test_what_an_open_library_needs_is_imported_beside_the_window(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, _SESSION, raising=False)
    library, seen = FakeLibrary(), []

    def opened() -> PhotoLibrary:
        seen.append((_SESSION in sys.modules, threading.current_thread() is threading.main_thread()))
        return cast("PhotoLibrary", library)

    background = Background()
    held = HeldLibrary(opened, background)
    try:
        with qtbot.waitSignal(held.opened, timeout=10_000) as arrived:
            held.start()
        assert arrived.args == [library]
        assert seen == [(True, False)]
    finally:
        background.close()
        held.close()
    assert library.closed
