"""Names that would act in a terminal, and names that are no text: printed safely, given back, found."""

import os
import re
import sys
from pathlib import Path

import pytest

from tests.cli.test_commands import Cli, tiny_model  # noqa: F401  # a fixture
from tests.pictures import save_colour

pytestmark = pytest.mark.skipif(
    os.name != "posix" or sys.platform == "darwin", reason="names of any bytes are those of Linux"
)
NAMES = (b"new\nline.png", b"\x1b[2J.png", b"\xff\\.png", b"red.png")
_ACTS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def cli(tmp_path: Path, tiny_model: Path) -> Cli:  # noqa: F811  # asks for it
    return Cli(tmp_path, tiny_model)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / os.fsdecode(b"\xfe\x1b]0;\nphotos")
    for number, name in enumerate(NAMES):
        save_colour(folder / os.fsdecode(name), (number * 60, 9, 9))
    (folder / "broken\n\x1b[31m\u202e\u2069\u2028\x9b.png").write_bytes(b"broken")
    return folder


def test_no_name_acts_in_the_terminal(cli: Cli, photos: Path) -> None:
    done = [cli.run("--verbose", "index", photos)]
    done += [cli.run("search", word) for word in ("red", "type:png", "photo:/\x1b[2J", "date:\x1b[2J")]
    done += [cli.run(*words) for words in (("status",), ("failures",), ("similar", photos / "red.png"))]
    done += [cli.run("show", photos / "new\nline.png", "/gone\x1b[2J", photos / "red.png")]
    done += [cli.run("exclude", photos / "\x1b[2J.png"), cli.run("exclude", photos), cli.run("doctor")]
    done += [cli.run("forget", "/gone\x1b[2J"), cli.run("index", "/gone\x1b[2J"), cli.run("model", "list")]
    done += [cli.run("status", "--\x1b[2J"), cli.run("include", "\x1b[2J"), cli.run("forget", photos)]
    for one in done:
        assert not _ACTS.search(one.stdout + one.stderr)
        assert "Traceback" not in one.stderr
    failures = done[6].stdout.splitlines()
    assert len(failures) == 1
    assert "broken\\x0a\\x1b[31m\\xe2\\x80\\xae\\xe2\\x81\\xa9\\xe2\\x80\\xa8\\xc2\\x9b.png" in failures[0]


def test_paths_that_were_printed_can_be_given_back(cli: Cli, photos: Path) -> None:
    report = cli.json("index", photos, code=1)
    assert report["indexed"] == 4
    hits = [hit["path"] for hit in cli.json("search", "type:png", "-name:broken")["hits"]]
    folder = cli.json("status")["folders"][0]["path"]
    assert folder.endswith("\\xfe\x1b]0;\nphotos")
    assert sorted(hits)[-1] == f"{folder}/red.png"
    assert any(hit.endswith("\\xff\\\\.png") for hit in hits)
    lines = cli.run("search", "type:png", "-name:broken").stdout.splitlines()
    shown = [line[line.index("/") :] for line in lines]
    assert len(shown) == len(hits) == 4
    for path in (*hits, *shown):
        alike = cli.json("similar", path)["hits"]
        assert len(alike) == 3
        assert path not in [hit["path"] for hit in alike]
    for path in shown:
        assert cli.json("show", path)["path"] in hits
    assert cli.json("index", folder, code=1)["unchanged"] == 4
    save_colour(photos / "sub" / "one.png")
    assert cli.json("exclude", f"{folder}/sub", code=1)["folders"] == [f"{folder}/sub"]
    assert cli.json("index", folder, code=1)["found"] == 5
    assert cli.json("include", f"{folder}/sub", code=1)["indexed"] == 1
    assert [one for one in cli.json("doctor") if one["name"].endswith("\nphotos")]
    photos.rename(photos.with_name("away"))
    assert cli.json("forget", folder) == {"folder": folder, "photos": 6, "kept_days": 30}
