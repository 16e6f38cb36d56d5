"""The window on trial: closed once the answer was seen, or with a sentence that says what was there instead."""

from pytestqt.qtbot import QtBot

from desktop_app.ui.app.trial import Watcher
from tests.ui.desk import WAIT_MS, Desk


def ended(qtbot: QtBot, desk: Desk, photo: str) -> str:
    desk.field.setText("red")
    watcher = Watcher(desk.session, "red", photo, 0.3)
    with qtbot.waitSignal(desk.window.closing, timeout=WAIT_MS):
        pass
    return watcher.problem


def test_another_photo_first_is_told(qtbot: QtBot, desk: Desk) -> None:
    assert ended(qtbot, desk, "other.png").startswith(
        "The window did not show other.png first for “red”; its page was “"
    )
