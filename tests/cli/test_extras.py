"""Extras are added to an installed program by its own command, whatever library is open."""

import json
from pathlib import Path

import pytest

from tests import commands
from tests.library.media.wheels import make_wheel

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _data_of_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))


def test_extras_are_listed_added_and_removed(tmp_path: Path) -> None:
    added = commands.run("extras", "add", make_wheel(tmp_path), "--json", "--base-dir", tmp_path / "library")
    assert added.returncode == 0, added.stderr
    (one,) = json.loads(added.stdout)
    assert set(one) == {"name", "opens", "version", "folder", "stale"}
    assert (one["name"], one["opens"], one["stale"]) == ("av", "videos", False)
    place = next((tmp_path / "share" / "Vislumbre" / "extras").iterdir()) / "av"
    assert (place / "av" / "__init__.py").is_file()
    assert not (tmp_path / "library").exists()

    listed = commands.run("extras", "list")
    assert listed.stdout.startswith("av (opens videos): ")
    assert "pillow-jxl-plugin (opens JPEG XL photos): " in listed.stdout

    assert commands.run("extras", "remove", "av").stdout == "av was removed.\n"
    assert json.loads(commands.run("extras", "remove", "av", "--json").stdout) == {
        "name": "av",
        "removed": False,
    }
    assert not place.exists()


def test_what_is_no_extra_is_wrong_use_and_gets_a_sentence(tmp_path: Path) -> None:
    for words, said in (
        (
            ["add", make_wheel(tmp_path, "numpy", "2.0")],
            "numpy-2.0-py3-none-any.whl is no extra of Vislumbre.",
        ),
        (["add", tmp_path / "av-18.0.0-py3-none-any.whl"], "av-18.0.0-py3-none-any.whl is not there"),
        (["add", _empty(tmp_path / "anything.txt")], "anything.txt is not named like a package for Python."),
        (["remove", "numpy"], "“numpy” is no extra of Vislumbre."),
    ):
        done = commands.run("extras", *words, "--json")
        assert (done.returncode, "Traceback" in done.stderr) == (2, False)
        assert said in json.loads(done.stdout)["error"]


def test_the_extra_that_was_meant_is_named() -> None:
    done = commands.run("extras", "remove", "pillow-jxl")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Did you mean “pillow-jxl-plugin”? There are" in done.stderr


def _empty(file: Path) -> Path:
    file.touch()
    return file


def test_the_doctor_speaks_of_extras(tmp_path: Path) -> None:
    findings = json.loads(commands.run("doctor", "--json", "--base-dir", tmp_path / "library").stdout)
    verdicts = {one["name"]: one["verdict"] for one in findings}
    assert verdicts["extra for videos"] == verdicts["extra for JPEG XL photos"] == "good"
    # What only some need is no fault where it is missing.
    assert verdicts["torch"] == "good"
