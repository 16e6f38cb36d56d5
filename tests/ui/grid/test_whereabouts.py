"""Why a photo is out of reach, as its chosen folder says it."""

from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.library import Folder, FolderState, Photo, PhotoState
from desktop_app.ui.folders.words import sign_of_missing
from desktop_app.ui.grid.cell import cell_of
from desktop_app.ui.grid.whereabouts import Whereabouts
from desktop_app.ui.grid.words import pointed_at, said_of_copy, spoken

PHOTO = Photo(1, Path("/photos/trips/a.jpg"), 1, 1, PhotoState.INDEXED, offline=True)
THERE = Folder(Path("/photos"), 3, 3, 0, FolderState.PRESENT)
GONE = replace(THERE, state=FolderState.MISSING)
UNPLUGGED = replace(GONE, drive="T7")
CLOSED = replace(UNPLUGGED, forbidden=True)


@pytest.mark.parametrize(
    ("folders", "drive", "sign", "why"),
    [
        ([UNPLUGGED], "T7", "drive-off", "On the drive “T7”, which is not connected"),
        ([CLOSED], "T7", "lock", "In a folder that Vislumbre may not read"),
        ([GONE], "", "folder-off", "Its folder is not there"),
        # A drive that was mounted inside a folder that is there.
        ([THERE], "Card", "drive-off", "On the drive “Card”, which is not connected"),
        # The folder that it lies in, not one around it, nor one beside it.
        (
            [UNPLUGGED, replace(CLOSED, path=Path("/photos/trips"))],
            "",
            "lock",
            "In a folder that Vislumbre may not read",
        ),
        ([replace(CLOSED, path=Path("/photos/trip"))], "", "folder-off", "Its folder cannot be read now"),
        # Before the folders were looked at.
        ([], "T7", "folder-off", "Its folder on the drive “T7” cannot be read now"),
    ],
)
def test_a_photo_out_of_reach_says_why(folders: list[Folder], drive: str, sign: str, why: str) -> None:
    known, photo = Whereabouts(), replace(PHOTO, drive=drive)
    known.take_folders(folders)
    assert known.of(photo) == (sign, why)
    assert cell_of(photo, None, None, None, known).away == sign
    assert pointed_at(photo, None, known) == f"{photo.path}\n{why}"
    assert spoken(photo, None, None, known) == f"a.jpg, {why[0].lower()}{why[1:]}"
    assert said_of_copy(photo, None, known) == f"{why}."
    reachable = replace(photo, offline=False)
    assert known.of(reachable) is None
    assert not cell_of(reachable, None, None, None, known).is_offline


@pytest.mark.parametrize("folder", [UNPLUGGED, CLOSED, GONE])
def test_a_photo_has_the_sign_of_its_folder(folder: Folder) -> None:
    known = Whereabouts()
    known.take_folders([folder])
    away = known.of(PHOTO)
    assert away is not None
    assert away.sign == sign_of_missing(folder)


def test_it_says_whether_anything_is_new() -> None:
    known = Whereabouts()
    assert known.take_folders([UNPLUGGED])
    assert not known.take_folders([replace(UNPLUGGED, indexed=2)])
    assert known.take_folders([CLOSED])
    assert known.take_folders([])
