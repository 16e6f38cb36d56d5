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

    dropped = cli.json("space", "--drop", "thumbnails", "logs", model=False)
    assert (dropped["dropped"], dropped["freed_bytes"] > 0) == (["thumbnails", "logs"], True)
    assert items(dropped)["thumbnails"] == 0
    assert "cannot be dropped" in cli.json("space", "--drop", vectors, code=2, model=False)["error"]
    assert "nonsense" in cli.json("space", "--drop", "nonsense", code=2, model=False)["error"]


def test_people_read_what_dropping_costs(cli: Cli, photos: Path) -> None:
    cli.json("index", photos)
    done = cli.run("space", model=False)
    assert done.returncode == 0
    assert "Thumbnails (2)" in done.stdout
    assert "--drop thumbnails: They are made again" in done.stdout
    assert "The library takes" in cli.run("status", model=False).stdout
    assert "given back" in cli.run("space", "--drop", "gone", model=False).stdout


def test_a_folder_is_forgotten_at_once_with_all_that_is_known(cli: Cli, photos: Path) -> None:
    cli.json("index", photos)
    said = cli.json("forget", photos, "--now", model=False)
    assert said == {"folder": str(photos), "photos": 2, "kept_days": 0}
    assert (
        items(cli.json("space", model=False)).items() >= {"gone": 0, "thumbnails": 0, "catalogue": 0}.items()
    )
    assert cli.json("index", photos)["embedded"] == 2
    assert (
        "Nothing of what was known of them is kept" in cli.run("forget", photos, "--now", model=False).stdout
    )


def test_a_folder_that_is_forgotten_is_known_for_a_while(cli: Cli, photos: Path) -> None:
    cli.json("index", photos)
    cli.json("forget", photos, model=False)
    assert items(cli.json("space", model=False))["gone"] == 2
    assert cli.json("index", photos)["embedded"] == 0
