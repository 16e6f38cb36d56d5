"""A widget that is shown before it has a place becomes a window of its own: it flashes up, and takes the focus along."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.desk import Desk


class _Shown(QObject):
    """Takes down every window that is shown.

    Attributes:
        windows: Class and object name of each.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.windows: list[str] = []
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt’s name
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.windows.append(f"{type(watched).__name__} {watched.objectName()}")
        return False


def test_no_part_of_the_window_is_shown_before_it_has_its_place(
    qapp: QApplication, qtbot: QtBot, request
) -> None:
    shown = _Shown(qapp)
    try:
        desk: Desk = request.getfixturevalue("desk")
        desk.shows(3, 2, 1)
        desk.window.menus.failures.trigger()
        desk.window.menus.settings.trigger()
    finally:
        qapp.removeEventFilter(shown)
    assert [name.split()[0] for name in shown.windows] == ["MainWindow", "SettingsDialog"]
