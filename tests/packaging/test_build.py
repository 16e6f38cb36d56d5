import importlib
import runpy
import subprocess
import sys
import types

import pytest

from steps import project
from steps.errors import CannotBuildError


def test_everything_built_is_named_by_one_file():
    assert importlib.import_module("desktop_app").__version__ == project.VERSION
    assert project.FROZEN.is_relative_to(project.ROOT)


@pytest.mark.parametrize("word", ["--help", "nonsense"])
def test_the_driver_says_what_it_can_build(word):
    ran = subprocess.run(
        [sys.executable, project.PACKAGING / "build.py", word], capture_output=True, text=True, check=False
    )
    assert ran.returncode == (0 if word == "--help" else 2)
    assert "appimage" in ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr


def _step(name: str, taken: list[str], refused: str) -> types.ModuleType:
    def run() -> None:
        if name == refused:
            raise CannotBuildError("a tool is missing.")
        taken.append(name)

    module = types.ModuleType(f"steps.{name}")
    module.run = run  # type: ignore[attr-defined]
    return module


@pytest.mark.parametrize(
    ("refused", "words", "code"),
    [("rpm", ["all"], 0), ("glibc", ["all"], 1), ("rpm", ["freeze", "rpm"], 1)],
)
def test_all_that_can_be_made_here_is_made(monkeypatch, capsys, refused: str, words: list[str], code: int):
    taken: list[str] = []
    build = runpy.run_path(str(project.PACKAGING / "build.py"))
    for name in build["STEPS"]:
        monkeypatch.setitem(sys.modules, f"steps.{name}", _step(name, taken, refused))
    monkeypatch.setattr(sys, "platform", "linux")
    assert build["main"](words) == code
    assert ("appimage" in taken) is (code == 0)
    said = capsys.readouterr()
    assert f"{refused}: a tool is missing." in said.out + said.err
