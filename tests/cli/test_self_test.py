"""The self-test tries all of it for real, says what fails, and leaves nothing behind."""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from safetensors.numpy import load_file, save_file

from desktop_app.cli.session import Session
from desktop_app.cli.trial import Trial
from desktop_app.library import LibraryError
from desktop_app.paths import AppPaths, resources
from tests import commands
from tests.journeys.test_privacy import NOTING
from tests.processes import vector_processes

ROOT = Path(__file__).resolve().parents[2]
STEPS = ["pictures", "open", "index", "vectors", "search", "watch", "close", "window", "connections", "log"]


@pytest.fixture
def base() -> Iterator[Path]:
    """A folder with a short name, for sockets in it."""
    with tempfile.TemporaryDirectory(prefix="vislumbre-") as folder:
        yield Path(folder)


def tried(base: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run it as somebody whose home is empty, on a machine without a network where one can be made."""
    home, temporary = base / "home", base / "tmp"
    home.mkdir()
    temporary.mkdir()
    alone = ["unshare", "-n"]
    if (
        not shutil.which("unshare")
        or subprocess.run([*alone, "true"], capture_output=True, check=False).returncode
    ):
        alone = []
    (base / "hook").mkdir()
    (base / "hook" / "sitecustomize.py").write_text(f"NOTED = {str(base / 'noted')!r}\n{NOTING}")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    return subprocess.run(
        [*alone, sys.executable, "-m", "desktop_app", "self-test", *words],
        capture_output=True,
        text=True,
        env=kept
        | {
            "HOME": str(home),
            "TMPDIR": str(temporary),
            "PYTHONPATH": os.pathsep.join([str(base / "hook"), str(ROOT)]),
        },
        cwd=base,
        timeout=150,
        check=False,
    )


@pytest.mark.model
def test_all_of_it_works_here_and_nothing_is_left(base: Path) -> None:
    done = tried(base)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    *lines, last = done.stdout.splitlines()
    said = [re.fullmatch(r"ok {6}(\S+) +[\d.]+ s  \S.*", line) for line in lines]
    assert [one[1] if one else None for one in said] == STEPS
    assert re.fullmatch(r"Vislumbre \S+ works here: 10 steps in [\d.]+ s\.", last)
    # Neither the engine nor the window, with the settings of whoever has chosen nothing.
    assert not (base / "noted").exists()
    assert left(base) == []
    assert [path for path in (base / "home").rglob("*") if "islumbre" in path.name] == []
    assert not vector_processes()


@pytest.mark.model
def test_a_picture_that_is_not_found_fails_it_in_a_sentence(base: Path) -> None:
    # A model that understands the opposite of every text.
    model, built_in = base / "model", resources() / "models" / "starter"
    model.mkdir()
    shutil.copy(built_in / "open_clip_config.json", model)
    weights = load_file(built_in / "open_clip_model.safetensors")
    save_file(
        weights | {"text_projection": -weights["text_projection"]}, model / "open_clip_model.safetensors"
    )
    done = tried(base, "--json", "--model", str(model))
    said = json.loads(done.stdout)
    assert (done.returncode, said["ok"], said["folder"]) == (3, False, None)
    assert [(step["name"], step["ok"]) for step in said["steps"]] == [
        *((name, True) for name in STEPS[:4]),
        ("search", False),
    ]
    assert re.fullmatch(r"“.+” found \d\.\w+ first, and it is in \d\.\w+\.", said["error"])
    assert done.stderr.strip() == said["error"] == said["steps"][-1]["detail"]
    assert left(base) == []


def test_a_window_that_qt_cannot_open_fails_it_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "unheard-of")
    session = Session(argparse.Namespace(json=False), AppPaths.below(tmp_path / "library"))
    with pytest.raises(LibraryError, match="unheard-of") as caught:
        Trial(session, tmp_path).show()
    assert caught.value.hint == "“vislumbre self-test --no-window” tries all the rest."


@pytest.mark.parametrize("option", ["--base-dir", "--store"])
def test_a_library_of_somebody_is_never_taken(tmp_path: Path, option: str) -> None:
    mine = tmp_path / "mine"
    done = commands.run("self-test", option, mine if option == "--base-dir" else "http://localhost:1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("A self-test makes a library of its own.")
    assert not mine.exists()


def left(base: Path) -> list[Path]:
    """What there is still of the folders that were made for it."""
    return list((base / "tmp").glob("*self-test*"))
