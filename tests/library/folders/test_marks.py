"""What Windows and macOS say of files beside their names, with the values that those systems give."""

import errno
import os
import stat
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from desktop_app.library.errors import FolderMissingError
from desktop_app.library.folders import marks
from desktop_app.library.folders.comparing import UnreadableFolder, changed_ns_of
from desktop_app.library.folders.listing import list_folders
from tests.pictures import save_colour

on_windows = pytest.mark.skipif(sys.platform != "win32", reason="junctions are made on Windows alone")

# As OneDrive shows a file that is in the cloud only, one that is here, and one that is always kept here.
IN_THE_CLOUD, HERE, PINNED = 0x0050_1620, 0x0000_0020, 0x0008_0020
# SF_DATALESS beside UF_COMPRESSED, as iCloud leaves a file; UF_HIDDEN.
DATALESS, UF_HIDDEN = 0x4000_0020, 0x8000
# The tag of a junction, and that of a file of OneDrive, which is no link.
JUNCTION, CLOUD_FILE = 0xA000_0003, 0x9000_701A


def status(**values: int) -> os.stat_result:
    return cast("os.stat_result", SimpleNamespace(**values))


@pytest.mark.parametrize(
    ("values", "away"),
    [
        ({"st_file_attributes": IN_THE_CLOUD}, True),
        ({"st_file_attributes": 0x0004_0000 | stat.FILE_ATTRIBUTE_DIRECTORY}, True),
        ({"st_file_attributes": stat.FILE_ATTRIBUTE_OFFLINE}, True),
        ({"st_file_attributes": HERE}, False),
        ({"st_file_attributes": PINNED}, False),
        ({"st_flags": DATALESS}, True),
        ({"st_flags": 0x20}, False),
        ({}, False),
    ],
)
def test_what_is_in_the_cloud_only_is_known_by_its_marks(values: dict[str, int], away: bool) -> None:
    assert marks.is_away(status(**values)) is away


def test_what_is_hidden_is_known_by_its_marks() -> None:
    assert marks.is_hidden(status(st_file_attributes=stat.FILE_ATTRIBUTE_HIDDEN))
    assert marks.is_hidden(status(st_flags=UF_HIDDEN))
    # Every folder of Windows with an icon of its own is "system".
    assert not marks.is_hidden(status(st_file_attributes=stat.FILE_ATTRIBUTE_SYSTEM))


class Entry:
    """An entry of a listing as Windows makes it: a junction is a folder and no link."""

    def __init__(self, tag: int) -> None:
        self._tag = tag

    def is_symlink(self) -> bool:
        return False

    def stat(self, *, follow_symlinks: bool) -> os.stat_result:
        assert not follow_symlinks
        return status(st_mode=stat.S_IFDIR | 0o777, st_reparse_tag=self._tag)


@pytest.mark.parametrize(("tag", "is_link"), [(JUNCTION, True), (CLOUD_FILE, False), (0, False)])
def test_a_junction_is_a_link_and_a_folder_of_the_cloud_is_none(tag: int, is_link: bool) -> None:
    assert marks.is_link(cast("Any", Entry(tag)), "win32") is is_link


def test_a_drive_without_a_card_is_not_forbidden() -> None:
    not_ready = PermissionError(errno.EACCES, "The device is not ready")
    not_ready.winerror = 21  # type: ignore[attr-defined,unused-ignore]  # of Windows
    assert not marks.is_forbidden(not_ready)
    # macOS says so of the folder for pictures until the person allows it.
    assert marks.is_forbidden(PermissionError(errno.EPERM, "Operation not permitted"))
    assert not marks.is_forbidden(FileNotFoundError())


def test_windows_says_when_a_file_was_made_and_not_when_its_entry_was_changed(tmp_path: Path) -> None:
    now = tmp_path.stat()
    assert changed_ns_of(now, now.st_ctime_ns, "win32") == 0
    assert changed_ns_of(now, now.st_ctime_ns, "darwin") == now.st_ctime_ns


@on_windows
def test_photos_behind_a_junction_to_a_missing_drive_are_kept(tmp_path: Path) -> None:
    import _winapi

    save_colour(tmp_path / "photos" / "a.png")
    drive = tmp_path / "drive"
    save_colour(drive / "b.png", "blue")
    try:
        _winapi.CreateJunction(str(drive), str(tmp_path / "photos" / "drive"))  # type: ignore[attr-defined,unused-ignore]  # of Windows
    except OSError as error:
        pytest.skip(f"this disk has no junctions: {error}")
    listed = [name for folder in list_folders(tmp_path / "photos", report=_fail) for name in folder.rows]
    assert listed == ["a.png", "b.png"]
    drive.rename(tmp_path / "away")
    unreadable: list[UnreadableFolder] = []
    for _ in list_folders(tmp_path / "photos", report=unreadable.append):
        continue
    assert [one.path for one in unreadable] == [tmp_path / "photos" / "drive"]


@on_windows
def test_a_folder_that_nobody_may_list_is_said_to_be_forbidden(tmp_path: Path) -> None:
    folder = Path(os.environ["SYSTEMDRIVE"] + "\\", "System Volume Information")
    if not os.path.lexists(folder):
        pytest.skip("this drive has no folder of that name")
    with pytest.raises(FolderMissingError) as caught:
        list(list_folders(folder, report=_fail))
    assert caught.value.forbidden


def _fail(folder: UnreadableFolder) -> None:
    raise AssertionError(folder)
