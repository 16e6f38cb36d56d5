"""A portable program keeps everything beside itself, and asks nobody whether it may open that on another computer."""

import sys
from pathlib import Path

import pytest

from desktop_app.paths import AppPaths
from desktop_app.trust import OwnLibraries, UnknownLibraryError


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a frozen program, without the mark."""
    folder = tmp_path / "stick" / "Vislumbre"
    folder.mkdir(parents=True)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(folder / "vislumbre-window.exe"))
    return folder


def test_the_mark_beside_the_program_keeps_all_of_the_library_there(program: Path) -> None:
    assert not AppPaths.for_person().data.is_relative_to(program)
    (program / "portable.txt").write_text("Vislumbre, portable")
    paths = AppPaths.for_person()
    assert paths == AppPaths.below(program / "library")
    assert OwnLibraries.of_person().folder.is_relative_to(program / "library")


def test_a_checkout_is_never_portable(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (program / "portable.txt").touch()
    monkeypatch.delattr(sys, "frozen")
    assert AppPaths.for_person().base is None


def test_on_another_computer_the_library_of_the_stick_is_opened_without_a_question(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (program / "portable.txt").touch()
    paths = AppPaths.for_person()
    OwnLibraries.of_person().admit(paths, "", trusted=False)
    (paths.data / "catalog.db").write_bytes(b"")
    elsewhere = program.parents[1] / "F" / "Vislumbre"
    elsewhere.mkdir(parents=True)
    program.rename(elsewhere)
    monkeypatch.setattr(sys, "executable", str(elsewhere / "vislumbre.exe"))
    moved = AppPaths.for_person()
    assert moved.data.is_relative_to(elsewhere)
    OwnLibraries(program.parents[1] / "nothing known here").refuse_unknown(moved, "")


def test_another_library_is_asked_about_by_a_portable_program_too(program: Path, tmp_path: Path) -> None:
    (program / "portable.txt").touch()
    other = AppPaths.below(tmp_path / "borrowed")
    other.make()
    (other.data / "catalog.db").write_bytes(b"")
    with pytest.raises(UnknownLibraryError):
        OwnLibraries.of_person().refuse_unknown(other, "")
