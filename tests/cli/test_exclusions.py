"""Leaving out and taking back on the command line: what it says to people, to machines, and as its exit code."""

from pathlib import Path

import pytest

from tests.cli.test_commands import Cli, tiny_model  # noqa: F401  # a fixture
from tests.pictures import save_colour


@pytest.fixture
def cli(tmp_path: Path, tiny_model: Path) -> Cli:  # noqa: F811  # asks for it
    return Cli(tmp_path, tiny_model)


NOTHING = {
    "folders": [],
    "patterns": [],
    "screenshots": False,
    "videos": False,
    "unlisted": False,
    "least_px": 0,
    "least_kb": 0,
}


def test_what_is_left_out_goes_and_comes_back(cli: Cli, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    for number, name in enumerate(("a.png", "b.gif", "private/c.png", "Screenshot_1.png")):
        save_colour(photos / name, (number * 50, 9, 9))
    assert cli.json("index", photos)["indexed"] == 4
    said = cli.json("exclude", photos / "private", "*.gif", "--screenshots")
    assert said == {
        **NOTHING,
        "folders": [str(photos / "private")],
        "patterns": ["*.gif"],
        "screenshots": True,
        "removed": 3,
        "indexed": 0,
        "left_out": 2,
        "failed": [],
    }
    assert cli.json("status")["photos"] == 1
    assert cli.json("index", photos)["left_out"] == 2
    assert cli.json("include", photos / "private", "*.gif", "--screenshots")["folders"] == []
    assert cli.json("exclude", "--list") == NOTHING
    assert cli.json("status")["indexed"] == 4


def test_videos_are_left_out_and_taken_back(cli: Cli, tmp_path: Path) -> None:
    save_colour(tmp_path / "photos" / "a.png")
    (tmp_path / "photos" / "b.mp4").write_bytes(b"no video, but named like one")
    assert cli.json("index", tmp_path / "photos", code=1)["found"] == 2
    said = cli.json("exclude", "--videos")
    assert (said["videos"], said["removed"], said["left_out"]) == (True, 1, 1)
    assert cli.json("exclude", "--list")["videos"] is True
    assert "  videos\n" in cli.run("exclude", "--list").stdout
    said = cli.json("include", "--videos", code=1)
    assert (said["videos"], [Path(one["path"]).name for one in said["failed"]]) == (False, ["b.mp4"])
    told = cli.run("exclude", "*.gif")
    assert (told.returncode, "b.mp4: " in told.stdout) == (1, True)
    cli.json("include", "*.gif", code=1)
    assert cli.json("exclude", "--list") == NOTHING


def test_photos_that_are_not_named_so_are_counted_and_taken_in(cli: Cli, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    save_colour(photos / "a.png")
    save_colour(photos / "b.jpg", "blue").rename(photos / "b.jpg_large")
    assert cli.json("index", photos)["unlisted"] == 1
    assert "1 more file looks like a photo and is not named like one" in cli.run("index", photos).stdout
    said = cli.json("include", "--unlisted")
    assert (said["unlisted"], said["indexed"]) == (True, 1)
    assert "are taken in" in cli.run("exclude", "--list").stdout
    assert cli.json("index", photos)["unlisted"] == 0
    said = cli.json("exclude", "--unlisted")
    assert (said["unlisted"], said["removed"]) == (False, 1)


def test_wrong_use_says_why(cli: Cli, tmp_path: Path) -> None:
    save_colour(tmp_path / "photos" / "a.png")
    cli.json("index", tmp_path / "photos")
    assert "is no pattern" in cli.json("exclude", "[z-a]", code=2)["error"]
    assert "not left out" in cli.json("include", "nothing", code=2)["error"]
    assert "one of the folders you chose" in cli.json("exclude", tmp_path / "photos", code=2)["error"]
    assert cli.json("exclude", "--list") == NOTHING
