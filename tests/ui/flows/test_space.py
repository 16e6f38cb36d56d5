"""What takes space, in the settings: measured when it is looked at, dropped when the person agrees."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton

from desktop_app.library import Folder, FolderState, IndexReport, LibraryError, RefreshFinished, SpaceUse
from desktop_app.ui.settings.dialog import SettingsDialog
from desktop_app.ui.settings.space_panel import SpacePanel
from tests.ui.desk import Desk, texts_of

CATALOGUE = SpaceUse("catalogue", "Catalogue", "What is known.", 3, 1_000_000)
SMALL = SpaceUse("thumbnails", "Thumbnails", "Small copies.", 3, 4_200_000_000, "Made again when shown.")
NONE = SpaceUse("gone", "What is gone", "Kept for 30 days.", 0, 0, "Embedded again.")


@pytest.fixture
def settings(desk: Desk) -> SettingsDialog:
    """The settings at the page "Space"."""
    desk.library.taken = [CATALOGUE, SMALL, NONE]
    dialog = desk.session._settings_flow.dialog()
    dialog.show_page("Space")
    dialog.show()
    desk.waits(lambda: len(buttons(dialog)) > 1)
    return dialog


def panel_of(settings: SettingsDialog) -> SpacePanel:
    panel = settings.findChild(SpacePanel)
    assert panel is not None
    return panel


def buttons(settings: SettingsDialog) -> list[QPushButton]:
    return [one for one in panel_of(settings).findChildren(QPushButton) if one.isVisible()]


def agrees(settings: SettingsDialog, answer: str = "Drop") -> QMessageBox:
    box = settings.findChild(QMessageBox)
    assert box is not None
    next(one for one in box.buttons() if one.text() == answer).click()
    return box


def test_it_says_what_takes_space_and_what_can_be_dropped(settings: SettingsDialog) -> None:
    texts = texts_of(panel_of(settings))
    assert "Vislumbre takes 4.2 GB on this computer. Your photos are not part of it." in texts
    assert {"Thumbnails", "4.2 GB"} <= set(texts)
    assert "3 files. Small copies." in texts
    assert [(one.accessibleName(), one.isEnabled()) for one in buttons(settings)] == [
        ("Drop Thumbnails, 4.2 GB", True),
        ("Drop What is gone, 0 bytes", False),
    ]


def test_something_is_dropped_when_the_person_agrees(desk: Desk, settings: SettingsDialog) -> None:
    buttons(settings)[0].click()
    box = agrees(settings)
    assert "4.2 GB" in box.text()
    assert "Made again when shown. Your photos are not touched." in box.informativeText()
    assert box.defaultButton().text() == "Cancel"
    ((keys, future),) = desk.library.drops
    assert keys == ["thumbnails"]
    # Until it is done, nothing else can be dropped, and nothing is measured.
    assert [(one.text(), one.isEnabled()) for one in buttons(settings)] == [
        ("Dropping…", False),
        ("Drop…", False),
    ]
    desk.library.taken = [
        CATALOGUE,
        SpaceUse("thumbnails", "Thumbnails", "Small copies.", 0, 0, "Made again."),
        NONE,
    ]
    future.set_result(4_200_000_000)
    desk.waits(lambda: "4.2 GB given back." in texts_of(panel_of(settings)))
    desk.waits(lambda: buttons(settings)[0].accessibleName() == "Drop Thumbnails, 0 bytes")


def test_nothing_is_dropped_when_the_person_does_not(desk: Desk, settings: SettingsDialog) -> None:
    buttons(settings)[0].click()
    agrees(settings, "Cancel")
    assert desk.library.drops == []


def test_what_cannot_be_dropped_is_said_there(desk: Desk, settings: SettingsDialog) -> None:
    buttons(settings)[0].click()
    agrees(settings)
    desk.library.drops[0][1].set_exception(LibraryError("It is a link.", "Remove it yourself."))
    desk.waits(lambda: "It is a link. Remove it yourself." in texts_of(panel_of(settings)))
    desk.waits(buttons(settings)[0].isEnabled)


def test_it_is_measured_again_after_work_and_the_focus_stays(desk: Desk, settings: SettingsDialog) -> None:
    settings.activateWindow()
    button = buttons(settings)[0]
    button.setFocus(Qt.FocusReason.TabFocusReason)
    more = SpaceUse("thumbnails", "Thumbnails", "Small copies.", 4, 5_000_000_000, "Made again when shown.")
    desk.library.taken = [CATALOGUE, more, NONE]
    desk.library.tell(RefreshFinished(IndexReport()))
    desk.waits(lambda: button.accessibleName() == "Drop Thumbnails, 5.0 GB")
    assert buttons(settings)[0] is button
    assert settings.focusWidget() is button


def test_it_can_be_dropped_with_the_keyboard_alone(desk: Desk, settings: SettingsDialog) -> None:
    buttons(settings)[0].setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(buttons(settings)[0], Qt.Key.Key_Space)
    box = settings.findChild(QMessageBox)
    assert box is not None
    yes = next(one for one in box.buttons() if one.text() == "Drop")
    QTest.keyClick(yes, Qt.Key.Key_Space)
    assert [keys for keys, _ in desk.library.drops] == [["thumbnails"]]


def test_every_row_fits_a_small_window_with_large_letters(desk: Desk, settings: SettingsDialog) -> None:
    font = settings.font()
    font.setPointSizeF(font.pointSizeF() * 1.75)
    settings.setFont(font)
    settings.resize(800, 500)
    panel = panel_of(settings)
    desk.waits(lambda: panel.width() < 800)
    for button in buttons(settings):
        right = button.mapTo(panel, button.rect().bottomRight())
        assert right.x() < panel.width()
        assert button.width() >= button.sizeHint().width()


def test_a_folder_is_removed_and_forgotten_when_the_person_agrees(desk: Desk) -> None:
    folder = Folder(Path("/photos"), 3, 3, 0, FolderState.PRESENT)
    desk.window.folders.remove_now_wanted.emit(folder)
    box = desk.window.findChild(QMessageBox)
    assert box is not None
    assert "3 photos of /photos" in box.informativeText()
    assert "keeps what is known for 30 days" in box.informativeText()
    assert box.defaultButton().text() == "Cancel"
    next(one for one in box.buttons() if one.text() == "Remove and forget").click()
    assert ("remove_folder_now", folder.path) in desk.library.did
    assert "What was known of them is forgotten." in desk.notice("removed")


def test_what_is_known_of_a_removed_folder_is_said_to_be_kept(desk: Desk) -> None:
    desk.window.folders.remove_wanted.emit(Path("/photos"))
    assert ("remove_folder", Path("/photos")) in desk.library.did
    assert "kept for 30 days" in desk.notice("removed")
