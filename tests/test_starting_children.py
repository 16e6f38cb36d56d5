"""How child processes are started on Windows, where a virtual environment has a launcher and programs have consoles."""

import sys

import pytest

from desktop_app.children import creation_flags, interpreter, interpreter_of

LAUNCHER, REAL = r"C:\vislumbre\.venv\Scripts\python.exe", r"C:\Python311\python.exe"


def test_on_windows_the_interpreter_itself_is_started_and_not_its_launcher() -> None:
    assert interpreter_of(LAUNCHER, REAL, "win32") == REAL
    assert interpreter_of(REAL, REAL.upper(), "win32") == REAL
    assert (
        interpreter_of("/home/me/.venv/bin/python", "/usr/bin/python3", "linux")
        == "/home/me/.venv/bin/python"
    )


def test_the_frozen_program_is_started_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    program = r"C:\Programs\Vislumbre\vislumbre.exe"
    assert interpreter_of(program, REAL, "win32") == program


def test_a_child_has_no_console_window_and_hears_no_ctrl_c() -> None:
    assert creation_flags(platform="win32") == 0x0800_0000
    assert creation_flags(own_group=True, background=True, platform="win32") == 0x0800_4200


@pytest.mark.skipif(sys.platform == "win32", reason="asks for what the others have")
def test_elsewhere_nothing_of_that_is_asked_for() -> None:
    assert creation_flags(own_group=True, background=True) == 0
    assert interpreter() == sys.executable
