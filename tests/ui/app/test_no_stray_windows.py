"""A widget that is shown before it has a place becomes a window of its own: it flashes up, and takes the focus along."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListWidget, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.library import SpaceUse
from desktop_app.ui.settings.dialog import SettingsDialog
from tests.ui.desk import Desk
from tests.ui.fake_library import a_lined_answer, a_photo


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


def test_nothing_flashes_up_from_one_photo_to_the_next_and_from_page_to_page(
    qapp: QApplication, desk: Desk
) -> None:
    desk.shows(3, 2, 1)
    desk.library.taken = [
        SpaceUse("thumbnails", "Thumbnails", "Small copies.", 3, 4_200_000_000, "Made again when shown.")
    ]
    desk.window.menus.settings.trigger()
    settings = desk.window.findChild(SettingsDialog)
    assert settings is not None
    shown = _Shown(qapp)
    try:
        desk.pages.photos.view.preview_wanted.emit(a_photo(3))
        view = desk.window.photo_view
        for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_R, Qt.Key.Key_Escape):
            QTest.keyClick(view, key)
        desk.waits(lambda: bool(view.details().facts()))
        QTest.keyClick(view, Qt.Key.Key_Escape)
        pages = settings.findChild(QListWidget)
        assert pages is not None
        for row in range(pages.count()):
            pages.setCurrentRow(row)
            QApplication.processEvents()
        desk.asks("dog type:jpg")
        desk.library.asked[-1][1].set_result(a_lined_answer("dog type:jpg", found=[2], maybe=[1], rest=[3]))
        desk.shows(2, 1)
    finally:
        qapp.removeEventFilter(shown)
    assert shown.windows == []
