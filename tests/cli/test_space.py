"""What takes space on the command line: said to people and machines, dropped by its key, and the exit codes."""

from pathlib import Path

import pytest

from tests.cli.test_commands import Cli, tiny_model  # noqa: F401  # a fixture
from tests.pictures import save_colour


@pytest.fixture
def cli(tmp_path: Path, tiny_model: Path) -> Cli:  # noqa: F811  # asks for it
    return Cli(tmp_path, tiny_model)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for colour in ("red", "green"):
        save_colour(tmp_path / "photos" / f"{colour}.jpg", colour)
    return tmp_path / "photos"


def items(said: dict[str, list[dict[str, object]]]) -> dict[object, object]:
    return {use["key"]: use["items"] for use in said["space"]}


def test_what_takes_space_is_said_and_dropped(cli: Cli, photos: Path) -> None:
    cli.json("index", photos)
    said = cli.json("space", model=False)
    assert said["bytes"] == sum(use["bytes"] for use in said["space"])
    assert all(set(use) == {"key", "title", "items", "bytes", "droppable", "cost"} for use in said["space"])
    assert [use["cost"] for use in said["space"] if not use["droppable"]] == ["", ""]
    vectors = next(use["key"] for use in said["space"] if use["key"].startswith("vectors:"))
    assert items(said) == {"catalogue": 2, "thumbnails": 2, "gone": 0, vectors: 2, "logs": 0}
    assert items(cli.json("status", model=False)) == items(said)

    told = cli.run("space", model=False).stdout
    assert "Thumbnails (2 files)" in told
    assert "(2 vectors)" in told
    assert "What is known of photos that are gone (0 photos)" in told
    assert "--drop thumbnails: They are made again" in told
    assert "The library takes" in cli.run("status", model=False).stdout

    dropped = cli.json("space", "--drop", "thumbnails", "logs", model=False)
    assert (dropped["dropped"], dropped["freed_bytes"] > 0) == (["thumbnails", "logs"], True)
    assert items(dropped)["thumbnails"] == 0
    assert "cannot be dropped" in cli.json("space", "--drop", vectors, code=2, model=False)["error"]
    assert "nonsense" in cli.json("space", "--drop", "nonsense", code=2, model=False)["error"]
    done = cli.run("space", "--drop", "gone", model=False)
    assert (done.returncode, "given back" in done.stdout) == (0, True)


def test_a_folder_is_forgotten_in_time_or_at_once(cli: Cli, photos: Path, tmp_path: Path) -> None:
    other = save_colour(tmp_path / "other" / "blue.jpg", "blue").parent
    cli.json("index", photos, other)
    told = cli.run("forget", other, "--now", model=False).stdout
    assert "Nothing of what was known of them is kept" in told
    assert items(cli.json("space", model=False)).items() >= {"gone": 0, "catalogue": 2}.items()
    assert "within 30 days" in cli.run("forget", photos, model=False).stdout
    assert items(cli.json("space", model=False))["gone"] == 2

    assert cli.json("index", photos)["embedded"] == 0
    said = cli.json("forget", photos, "--now", model=False)
    assert said == {"folder": str(photos), "photos": 2, "kept_days": 0}
    left = items(cli.json("space", model=False))
    assert {key: count for key, count in left.items() if count} == {}
