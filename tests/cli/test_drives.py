"""Drives that come and go, as scripts see them: JSON, exit codes, sentences."""

import errno
import json
import os
from pathlib import Path

import pytest

from desktop_app.cli.main import main
from tests.cli.test_commands import Cli, tiny_model  # noqa: F401  # a fixture
from tests.pictures import save_colour


@pytest.fixture
def cli(tmp_path: Path, tiny_model: Path) -> Cli:  # noqa: F811  # the fixture
    return Cli(tmp_path, tiny_model)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    for colour in ("red", "green"):
        save_colour(folder / f"{colour}.jpg", colour)
    return folder


def test_a_missing_drive_is_said_in_json_and_in_words_and_can_be_forgotten(cli: Cli, photos: Path) -> None:
    cli.json("index", photos)
    (folder,) = cli.json("status", model=False)["folders"]
    assert (folder["state"], folder["offline_since"]) == ("present", None)
    assert [hit["offline"] for hit in cli.json("search", "red", model=False)["hits"]] == [False, False]

    photos.rename(photos.with_name("drawer"))
    status = cli.json("status", model=False)
    assert (status["photos"], status["offline"]) == (2, 2)
    (folder,) = status["folders"]
    assert folder["state"] == "missing"
    assert folder["offline_since"].endswith("+00:00")
    assert isinstance(folder["drive"], str)
    assert [hit["offline"] for hit in cli.json("search", "red", "is:offline", model=False)["hits"]] == [
        True,
        True,
    ]
    said = cli.run("status", model=False).stdout
    assert "2 of them are offline" in said
    assert "its photos are kept" in said

    unknown = cli.run("forget", photos.with_name("nowhere"), model=False)
    assert unknown.returncode == 2
    assert str(photos) in unknown.stderr
    assert cli.json("forget", photos, model=False) == {
        "folder": str(photos),
        "photos": 2,
        "kept_days": 30,
    }
    assert cli.json("status", model=False)["photos"] == 0
    assert cli.json("search", "red", model=False)["hits"] == []

    photos.with_name("drawer").rename(photos)
    report = cli.json("index", photos, model=False)
    assert (report["found"], report["indexed"]) == (2, 2)
    assert "The files are where they were" in cli.run("forget", photos, model=False).stdout
    assert len(list(photos.iterdir())) == 2


def test_folders_inside_each_other_are_counted_once(cli: Cli, photos: Path) -> None:
    save_colour(photos / "inner" / "blue.jpg", "blue")
    report = cli.json("index", photos / "inner", photos, photos)
    assert (report["found"], report["indexed"]) == (3, 3)


def test_a_folder_that_may_not_be_read_any_more_is_said_to_be_that(
    cli: Cli, photos: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.json("index", photos)
    listed = os.scandir

    def refuse(folder: Path) -> object:
        if folder == photos:
            raise PermissionError(errno.EACCES, "Permission denied", str(folder))
        return listed(folder)

    # In this process: whoever is root may read everything.
    monkeypatch.setattr(os, "scandir", refuse)
    base = ["--base-dir", str(cli.base / "library")]
    assert main([*base, "status"]) == 0
    said = capsys.readouterr().out
    assert "2 of them are offline: see below." in said
    assert (
        f"{photos}: 2 photos, Vislumbre has no permission to read the folder; its photos are kept. Allow"
        in said
    )
    assert main([*base, "status", "--json"]) == 0
    [folder] = json.loads(capsys.readouterr().out)["folders"]
    assert (folder["state"], folder["forbidden"]) == ("missing", True)
    assert main([*base, "index", str(photos)]) == 2
    assert "no permission to read the folder" in capsys.readouterr().err
    assert main([*base, "exclude", "*.gif"]) == 0
    assert f"no permission to read the folder {photos}; its photos are kept." in capsys.readouterr().err
    assert main([*base, "show", str(photos / "red.jpg")]) == 0
    said = capsys.readouterr().out
    assert "folder     Vislumbre has no permission to read the folder. Allow it in" in said
    assert "not connected" not in said
    assert main([*base, "show", str(photos / "red.jpg"), "--json"]) == 0
    known = json.loads(capsys.readouterr().out)
    assert (known["offline"], known["forbidden"]) == (True, True)


def test_of_a_folder_that_is_gone_no_drive_is_blamed_where_none_is_known(cli: Cli, photos: Path) -> None:
    cli.json("index", photos)
    photos.rename(photos.with_name("drawer"))
    cli.run("exclude", "*.gif", model=False)
    known = cli.json("show", photos / "red.jpg", model=False)
    assert (known["offline"], known["forbidden"]) == (True, False)
    said = cli.run("show", photos / "red.jpg", model=False).stdout
    away = (
        f"drive      {known['drive']}, not connected"
        if known["drive"]
        else "folder     the folder is not there"
    )
    assert away in said
