"""How child processes are started: in a checkout by a file, in the frozen program by itself."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app import children
from desktop_app.children import CHILDREN, DECODE_WORKER, Child, command_of, named_child


@pytest.mark.parametrize("child", CHILDREN, ids=lambda child: child.switch)
def test_a_child_is_started_by_a_file_in_a_checkout_and_by_the_program_where_that_is_frozen(
    child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = str(Path(children.__file__).resolve())
    assert command_of(child) == [sys.executable, "-P", file, child.switch]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert command_of(child) == [sys.executable, child.switch]


@pytest.mark.parametrize("child", CHILDREN, ids=lambda child: child.switch)
def test_a_child_has_something_to_run_and_is_known_by_its_first_word(child: Child) -> None:
    assert importlib.util.find_spec(child.module) is not None
    assert named_child([child.switch, "1"]) == child
    assert named_child(["index", child.switch]) is None


def test_on_windows_the_program_with_a_console_is_the_child_of_the_one_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = tmp_path / "vislumbre-window.exe"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(window))
    monkeypatch.setattr(sys, "platform", "win32")
    assert command_of(DECODE_WORKER) == [str(window), "--decode-worker"]
    (tmp_path / "vislumbre.exe").touch()
    assert command_of(DECODE_WORKER) == [str(tmp_path / "vislumbre.exe"), "--decode-worker"]


def test_a_word_that_names_no_child_starts_none() -> None:
    asked = [*command_of(DECODE_WORKER)[:-1], "--nothing"]
    done = subprocess.run(asked, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (2, b"", b"")


@pytest.mark.parametrize(("before", "left"), [("", None), ("/opt/lib", "/opt/lib")])
def test_the_frozen_program_hands_the_place_of_its_libraries_to_no_other_program(
    before: str, left: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", f"/usr/lib/vislumbre/_internal:{before}".rstrip(":"))
    monkeypatch.setenv("_PYI_ARCHIVE_FILE", "/usr/lib/vislumbre/vislumbre")
    if before:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", before)
    children.forget_own_libraries()
    assert os.environ["LD_LIBRARY_PATH"].startswith("/usr/lib/vislumbre/_internal")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    children.forget_own_libraries()
    assert os.environ.get("LD_LIBRARY_PATH") == left
    assert not {"LD_LIBRARY_PATH_ORIG", "_PYI_ARCHIVE_FILE"} & set(os.environ)
