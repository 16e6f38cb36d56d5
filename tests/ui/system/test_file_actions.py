"""Copying, opening and showing files: always the right file, always a copy."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices, QGuiApplication

from desktop_app.ui.system import file_actions


@pytest.fixture
def opened(monkeypatch, qapp):
    opened = []

    def hear(url) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", hear)
    return opened


def test_files_are_copied_as_files(qapp):
    paths = [Path("/photos/a b.jpg"), Path("/photos/Grüße #1.jpg")]
    file_actions.copy_files(paths)
    content = QGuiApplication.clipboard().mimeData()
    assert [Path(url.toLocalFile()) for url in content.urls()] == paths
    assert content.hasFormat("text/uri-list")
    lines = bytes(content.data("x-special/gnome-copied-files").data()).decode().split("\n")
    assert lines == ["copy", "file:///photos/a%20b.jpg", "file:///photos/Gr%C3%BC%C3%9Fe%20%231.jpg"]


def test_paths_are_copied_as_text(qapp):
    file_actions.copy_path([Path("/photos/a b.jpg"), Path("/photos/c.jpg")])
    assert QGuiApplication.clipboard().text() == f"{Path('/photos/a b.jpg')}\n{Path('/photos/c.jpg')}"


@pytest.mark.skipif(sys.platform != "linux", reason="only here may a name be any bytes")
def test_a_name_that_is_no_text_can_be_copied_all_the_same(qapp):
    path = Path(os.fsdecode(b"/photos/caf\xe9.jpg"))
    file_actions.copy_files([path])
    content = QGuiApplication.clipboard().mimeData()
    assert b"file:///photos/caf%E9.jpg" in bytes(content.data("text/uri-list").data())
    file_actions.copy_path([path])
    assert QGuiApplication.clipboard().text().startswith("/photos/caf")


def test_a_photo_is_opened(opened, tmp_path):
    file = tmp_path / "a.jpg"
    assert file_actions.open_path(file)
    assert [Path(url.toLocalFile()) for url in opened] == [file]


def test_without_a_file_manager_that_answers_the_folder_is_to_be_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(file_actions, "_ask_file_manager", lambda _path: False)
    file = tmp_path / "a.jpg"
    file.touch()
    assert file_actions.reveal(file) == tmp_path


def test_the_nearest_folder_stands_for_a_photo_that_is_gone(tmp_path):
    assert file_actions.reveal(tmp_path / "gone" / "away" / "a.jpg") == tmp_path


@pytest.mark.parametrize(
    ("platform", "command"),
    [("win32", '"{explorer}" /select,"{file}"'), ("darwin", ["open", "-R", "{file}"])],
)
def test_each_system_marks_the_file_in_its_own_way(tmp_path, monkeypatch, platform, command):
    file = tmp_path / "a b.jpg"
    file.touch()
    started = []
    # Not any program of that name: one may lie in the folder that this was started in.
    explorer = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "explorer.exe")
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(subprocess, "Popen", lambda given, **_: started.append(given))
    assert file_actions.reveal(file) is True
    wanted = (
        command.format(file=file, explorer=explorer)
        if isinstance(command, str)
        else [one.format(file=file) for one in command]
    )
    assert started == [wanted]


def test_a_file_manager_that_does_not_start_is_not_an_error(tmp_path, monkeypatch):
    file = tmp_path / "a.jpg"
    file.touch()

    def refuse(*_args, **_more):
        raise FileNotFoundError("explorer")

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert file_actions.reveal(file) is False
