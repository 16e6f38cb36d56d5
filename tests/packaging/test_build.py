import importlib
import subprocess
import sys

import pytest

from steps import project


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
