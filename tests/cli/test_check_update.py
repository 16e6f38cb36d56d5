"""Whether there is a newer version, asked on the command line: once a day, and never where the network is off."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop_app import __version__
from desktop_app.cli.main import main
from desktop_app.settings import Settings
from tests.releases import Releases, releases


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[Releases]:
    with releases(monkeypatch) as made:
        yield made


def asked(base: Path, capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert main(["--base-dir", str(base), "--json", *words]) == code
    return json.loads(capsys.readouterr().out)


def test_it_is_asked_once_a_day_and_listed(
    github: Releases, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = asked(tmp_path, capsys, "check-update")
    assert set(said) == {"version", "newest", "newer", "page", "asked_at"}
    assert (said["version"], said["newest"], said["newer"]) == (__version__, "9.8.0", True)
    assert said["page"] == "https://github.com/vislumbre/vislumbre/releases/tag/v9.8.0"
    assert asked(tmp_path, capsys, "check-update") == said
    assert len(github.asked) == 1
    (one,) = asked(tmp_path, capsys, "connections")
    assert (one["why"], one["outcome"]) == ("is there a newer Vislumbre", "complete")
    assert one["bytes_in"] > 0
    assert main(["--base-dir", str(tmp_path), "check-update"]) == 0
    line = capsys.readouterr().out
    assert line == f"Vislumbre 9.8.0 is out; this is {__version__}. {said['page']}\n"


def test_where_this_is_the_newest_it_says_so(
    github: Releases, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    github.said = github.said.replace(b"v9.8.0", __version__.encode())
    assert main(["--base-dir", str(tmp_path), "check-update"]) == 0
    assert capsys.readouterr().out == f"This is Vislumbre {__version__}, and there is no newer one.\n"


def test_a_day_without_an_answer_is_asked_again(
    github: Releases, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    github.fault = "500"
    assert "answered 500" in asked(tmp_path, capsys, "check-update", code=3)["error"]
    github.fault = ""
    assert asked(tmp_path, capsys, "check-update")["newer"] is True


@pytest.mark.parametrize("switch", ["environment", "setting"])
def test_the_switch_that_forbids_the_network_is_stronger(
    github: Releases,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    switch: str,
) -> None:
    if switch == "environment":
        monkeypatch.setenv("VISLUMBRE_OFFLINE", "1")
    else:
        settings = Settings.load(tmp_path / "config")
        settings.change("new_version", True)
        settings.change("network", False)
    said = asked(tmp_path, capsys, "check-update", code=3)
    assert said["error"] == "The network is switched off, so nobody was asked for a new version."
    assert github.asked == []
    assert [one["outcome"] for one in asked(tmp_path, capsys, "connections")] == ["refused"]


def test_nothing_is_written_into_the_library_of_somebody_else(
    github: Releases, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "catalog.db").write_bytes(b"")
    before = sorted(tmp_path.rglob("*"))
    assert main(["--base-dir", str(tmp_path), "check-update"]) == 3
    assert "was not made here" in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before
    assert github.asked == []
