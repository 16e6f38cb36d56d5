"""Forgetting a drive and saying where a folder is, in the window."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from desktop_app.library import (
    NOT_THERE,
    FailedPhoto,
    Folder,
    FolderMoved,
    FoldersChanged,
    FolderState,
    IndexReport,
    Photo,
    PhotoState,
    RefreshFinished,
)
from tests.ui.desk import Desk

GONE = Folder(Path("/media/t7/trips"), 3, 3, 0, FolderState.MISSING, "T7", datetime(2026, 11, 22, tzinfo=UTC))


@pytest.fixture
def away(desk: Desk) -> Desk:
    """A window whose only folder is on a drive that is not connected."""
    desk.library.chosen = [GONE]
    desk.library.tell(FoldersChanged())
    desk.notice(f"missing {GONE.path}")
    return desk


def test_a_missing_drive_is_told_of_by_its_name(away: Desk) -> None:
    assert "The drive T7 with /media/t7/trips is not connected" in away.notice(f"missing {GONE.path}")


def test_a_drive_is_forgotten_when_the_person_says_so(away: Desk) -> None:
    away.window.folders.forget_wanted.emit(GONE)
    box = away.window.findChild(QMessageBox)
    assert box is not None
    assert "the drive T7" in box.text()
    assert "3 photos of /media/t7/trips" in box.informativeText()
    assert box.defaultButton().text() == "Cancel"
    next(one for one in box.buttons() if one.text() == "Forget").click()
    assert "was forgotten with 3 photos" in away.notice("removed")
    assert ("forget_folder", GONE.path) in away.library.did
    assert not any(one.key.startswith("missing") for one in away.window.notices.notices())


def test_what_is_known_of_a_drive_is_forgotten_at_once_when_that_is_ticked(away: Desk) -> None:
    away.window.folders.forget_wanted.emit(GONE)
    box = away.window.findChild(QMessageBox)
    assert box is not None
    assert "kept for 30 days" in box.informativeText()
    assert not box.checkBox().isChecked()
    box.checkBox().click()
    next(one for one in box.buttons() if one.text() == "Forget").click()
    away.notice("removed")
    assert ("forget_folder_now", GONE.path) in away.library.did


def test_cancelling_forgets_nothing(away: Desk) -> None:
    away.window.folders.forget_wanted.emit(GONE)
    box = away.window.findChild(QMessageBox)
    assert box is not None
    box.defaultButton().click()
    assert not any(what == "forget_folder" for what, _ in away.library.did)


def test_a_person_can_say_where_a_folder_is(away: Desk, tmp_path: Path) -> None:
    away.window.folders.locate_wanted.emit(GONE.path)
    dialog = away.window.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path))
    dialog.close()
    assert ("locate_folder", (GONE.path, tmp_path)) in away.library.did
    away.waits(lambda: not any(one.key.startswith("missing") for one in away.window.notices.notices()))


def test_a_drive_found_elsewhere_is_told_of(away: Desk) -> None:
    away.library.tell(FolderMoved(GONE.path, Path("/mnt/t7/trips"), "T7"))
    assert "The drive T7 was found at /mnt/t7/trips" in away.notice("moved")


def test_photos_of_a_missing_folder_say_what_is_wrong_with_it(away: Desk) -> None:
    photo = Photo(1, GONE.path / "a.jpg", 1, 1, PhotoState.INDEXED, offline=True)
    model = away.window.pages.photos.model
    assert model.whereabouts.of(photo) == ("drive-off", "On the drive “T7”, which is not connected")
    away.library.chosen = [replace(GONE, forbidden=True)]
    away.library.tell(FoldersChanged())
    away.waits(lambda: model.whereabouts.of(photo) == ("lock", "In a folder that Vislumbre may not read"))
    # One photo large says the same.
    assert away.window.photo_view._whereabouts is model.whereabouts


def test_a_missing_folder_is_not_called_unreadable_too(away: Desk) -> None:
    looks = away.library.looks
    away.library.tell(RefreshFinished(IndexReport(unreadable_folders=(FailedPhoto(GONE.path, NOT_THERE),))))
    away.waits(lambda: away.library.looks > looks)
    assert not any(one.key == "unreadable" for one in away.window.notices.notices())


def test_of_a_folder_that_may_not_be_read_no_drive_is_forgotten(away: Desk) -> None:
    away.window.folders.forget_wanted.emit(replace(GONE, forbidden=True))
    box = away.window.findChild(QMessageBox)
    assert box is not None
    assert box.text() == "Forget this folder?"
