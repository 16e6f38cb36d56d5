"""What is mistyped, forgotten or not to be had, and what a person is told of it."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.cli.main import main
from desktop_app.paths import AppPaths
from tests.cli.test_commands import ROOT, TIMEOUT_S, Cli, tiny_model  # noqa: F401  # a fixture
from tests.pictures import save_colour


@pytest.fixture
def cli(tmp_path: Path, tiny_model: Path) -> Cli:  # noqa: F811  # asks for it
    return Cli(tmp_path, tiny_model)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for colour in ("red", "green", "blue"):
        save_colour(tmp_path / "photos" / f"{colour}.jpg", colour)
    return tmp_path / "photos"


def test_a_photo_that_is_not_there_is_wrong_use(cli: Cli, photos: Path) -> None:
    cli.run("index", photos)
    assert f"{photos / 'none.jpg'} is not there" in cli.json("similar", photos / "none.jpg", code=2)["error"]
    # One that is known is searched with by its small copy.
    (photos / "red.jpg").rename(photos / "moved.jpg")
    assert cli.json("similar", photos / "red.jpg")["hits"]


@pytest.mark.parametrize(
    "words", [["index", ""], ["watch", ""], ["forget", ""], ["--base-dir", "", "status"], ["similar", ""]]
)
def test_an_empty_path_is_not_the_folder_one_is_in(cli: Cli, words: list[str]) -> None:
    done = cli.run(*words, model=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "must not be empty" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["search", "dog", "--limit", "x"],
        ["search", " "],
        ["nonsense"],
        ["index"],
        ["store", "move"],
        ["store", "move", "--to", "nonsense"],
    ],
)
def test_wrong_use_is_said_to_programs_too(cli: Cli, words: list[str]) -> None:
    said = cli.json(*words, code=2, model=False)
    assert said["error"]
    assert set(said) == {"error", "hint"}


def test_one_of_a_thing_is_no_plural(cli: Cli, tmp_path: Path) -> None:
    folder = save_colour(tmp_path / "one" / "red.jpg", "red").parent
    assert cli.run("index", folder).stdout.startswith("1 photo found: 1 indexed")
    said = cli.run("status", model=False).stdout
    assert said.startswith("1 photo: 1 indexed")
    assert f"{folder}: 1 photo, present" in said
    assert "with 1 photo. The files" in cli.run("forget", folder, model=False).stdout


def test_without_a_model_nothing_found_is_said_to_be_of_names_only(
    cli: Cli, photos: Path, tmp_path: Path
) -> None:
    cli.run("index", photos)
    done = cli.start("--base-dir", cli.base / "library", "--model", tmp_path / "none", "search", "zebra")
    assert done.returncode == 0
    assert "There is no model at" in done.stderr
    assert "Without a model, only names" in done.stdout
    assert "Index a folder first" not in done.stdout


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device that takes nothing")
@pytest.mark.parametrize("words", [["status"], ["status", "--json"], ["help", "command-line"]])
def test_a_full_disk_for_the_output_is_called_that(cli: Cli, words: list[str]) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "desktop_app", "--base-dir", str(cli.base / "library"), *words],
            stdout=full, stderr=subprocess.PIPE, text=True, timeout=TIMEOUT_S, cwd=ROOT, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (
        3,
        "The output cannot be written: No space left on device.\n",
    )


def test_a_folder_that_may_not_be_written_is_called_that(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_paths: AppPaths) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(cli.base))

    monkeypatch.setattr(AppPaths, "check", refuse)
    assert main(["--base-dir", str(cli.base), "status"]) == 3
    assert f"{cli.base} may not be used (Read-only file system). Check its" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["model", "use", "vit-b-32-256"], "Did you mean “ViT-B-32-256/datacomp_s34b_b86k”?"),
        (["model", "use", "built-in", "--way", "openvno"], "Did you mean “openvino”"),
        (["model", "bench", "built-n"], "Did you mean “built-in”?"),
        (["model", "fetch", "nonsense"], "There is no model called nonsense to download."),
        (["model", "fetch", "hf:nonsense"], "“hf:nonsense” names no model that could be fetched."),
        (["model", "import", "nothere"], "nothere is not there."),
        (
            ["model", "import", "--checkpoint", "nothere.pt", "--architecture", "ViT-B32"],
            "Did you mean “ViT-B-32”",
        ),
        (["model", "export", "built-n", "there"], "Did you mean “built-in”?"),
        (["--runtime", "openvno", "status"], "There is no way “openvno” to run a model."),
    ],
)
def test_a_name_that_nothing_has_is_wrong_use(cli: Cli, words: list[str], said: str) -> None:
    done = cli.run(*words, model=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_model_that_is_known_and_not_here_or_was_chosen_once_is_no_wrong_use(
    cli: Cli,
    tmp_path: Path,
    tiny_model: Path,  # noqa: F811  # asks for it
) -> None:
    told = cli.run("model", "use", "ViT-B-32/datacomp_xl_s13b_b90k", model=False)
    assert (told.returncode, "is not on this computer" in told.stderr) == (3, True)
    own = tmp_path / "own"
    shutil.copytree(tiny_model, own)
    assert cli.run("model", "use", own, model=False).returncode == 0
    shutil.rmtree(own)
    told = cli.run("model", "bench", model=False)
    assert (told.returncode, "There is no model at" in told.stderr) == (3, True)
