"""What the system would run is told from what it shows: by name, by mark, and behind a link."""

import os
import sys
from pathlib import Path

import pytest

from desktop_app.library import PHOTO_SUFFIXES
from desktop_app.ui.system import file_actions
from desktop_app.ui.system.programs import may_run

PROGRAMS = (
    "holiday.jpg.exe", "a.EXE", "a.lnk", "a.desktop", "a.command", "a.bat", "a.scr", "a.app", "a.url", "a.webloc", "a.com",
    "a.pif", "a.msi", "a.ps1", "a.vbs", "a.hta", "a.AppImage", "a.sh", "a.svg", "a.html", "a.exe.", "a.exe . ",
)  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_name_of_a_program_is_one(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\xff\xd8")
    assert may_run(tmp_path / name)


@pytest.mark.parametrize(
    "name", [f"a{suffix}" for suffix in sorted(PHOTO_SUFFIXES)] + ["a.JPG", "photo", "a.exe.jpg"]
)
def test_a_photo_is_none_also_where_everything_may_be_run(tmp_path: Path, name: str) -> None:
    photo = tmp_path / name
    photo.write_bytes(b"\xff\xd8")
    if photo.suffix:
        photo.chmod(0o755)
    assert not may_run(photo)


@pytest.mark.skipif(os.name != "posix", reason="there is no such mark")
def test_a_mark_makes_a_program_of_what_is_not_named_like_a_photo(tmp_path: Path) -> None:
    for name in ("photo", "photo.jpg_original"):
        (tmp_path / name).touch(0o755)
        assert may_run(tmp_path / name)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right")
def test_a_link_is_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "evil.desktop").touch()
    (tmp_path / "photo.jpg").touch()
    (tmp_path / "first.jpg").symlink_to(tmp_path / "evil.desktop")
    (tmp_path / "second.jpg").symlink_to(tmp_path / "first.jpg")
    (tmp_path / "good.jpg").symlink_to(tmp_path / "photo.jpg")
    assert may_run(tmp_path / "first.jpg")
    assert may_run(tmp_path / "second.jpg")
    assert not may_run(tmp_path / "good.jpg")


def test_what_is_gone_is_none(tmp_path: Path) -> None:
    assert not may_run(tmp_path / "gone")


def test_a_folder_that_is_a_program_is_not_opened_for_a_photo_in_it(tmp_path: Path) -> None:
    (tmp_path / "Photos.app" / "Contents").mkdir(parents=True)
    nearest = file_actions.reveal(tmp_path / "Photos.app" / "gone.jpg")
    assert nearest == tmp_path
