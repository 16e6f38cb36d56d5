"""A library on a disk that is full or read-only answers questions all the same, and says that nothing can be saved."""

import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from filelock import FileLock

from desktop_app.library import DiskFullError, reading_copy
from desktop_app.library.catalog import Catalog
from desktop_app.library.vectors.compact.copies import FOLDER_NAME
from tests.cli.test_commands import Cli, tiny_model
from tests.pictures import save_colour

pytestmark = pytest.mark.xdist_group("mounts")

# Fixtures, which pytest finds by their names here.
__all__ = ["tiny_model"]

_QUESTIONS = [
    ["search", "red"],
    ["similar", "red.jpg"],
    ["show", "red.jpg"],
    ["status"],
    ["space"],
    ["failures"],
    ["model", "list"],
    ["exclude"],
    ["exclude", "--list"],
    ["connections"],
    ["store"],
]


def mounted(*words: str) -> None:
    if subprocess.run(["mount", *words], capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a disk")


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    for colour in ("red", "green", "blue"):
        save_colour(folder / f"{colour}.jpg", colour)
    return folder


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory, photos: Path, tiny_model: Path) -> Iterator[Cli]:
    """A library of three photos, on a disk of its own."""
    disk = tmp_path_factory.mktemp("disk")
    # So large that the vector database takes it.
    mounted("-t", "tmpfs", "-o", "size=1g", "tmpfs", str(disk))
    try:
        cli = Cli(disk, tiny_model)
        assert "3 indexed" in cli.run("index", photos).stdout
        yield cli
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.fixture(params=["full", "read-only"])
def why(cli: Cli, request: pytest.FixtureRequest) -> Iterator[str]:
    """The disk takes nothing more, and the reason in words."""
    used = psutil.disk_usage(str(cli.base)).used
    mounted("-o", f"remount,size={used}" if request.param == "full" else "remount,ro", str(cli.base))
    yield f"its disk is {request.param}"
    mounted("-o", "remount,rw,size=1g", str(cli.base))


def what_is_there(folder: Path) -> dict[Path, str]:
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        # What SQLite makes on a full disk before it sees that: it holds nothing.
        if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }


def test_questions_are_answered_and_nothing_is_written(cli: Cli, photos: Path, why: str) -> None:
    before = what_is_there(cli.base / "library")
    for words in _QUESTIONS:
        done = cli.run(*(photos / word if word.endswith(".jpg") else word for word in words), model=False)
        assert (done.returncode, bool(done.stdout)) == (0, True), (words, done)
        assert f"Nothing can be saved in {cli.base / 'library' / 'data'}: {why}." in done.stderr, words
    found = cli.json("search", "red", model=False)
    assert found["model"]
    assert len(found["hits"]) == 3
    assert what_is_there(cli.base / "library") == before


def test_what_only_reads_a_model_or_photos_is_done(cli: Cli, photos: Path, why: str, tmp_path: Path) -> None:
    said = f"Nothing can be saved in {cli.base / 'library' / 'data'}: {why}."
    target = tmp_path / "for others"
    exported = cli.run("model", "export", target, model=False)
    assert (exported.returncode, said in exported.stderr) == (0, True), exported
    assert (target / "image.onnx").exists()
    # A target that takes nothing is called that, and no copy of the library is asked for it.
    refused = cli.run("model", "export", cli.base / "out", model=False)
    assert refused.returncode == 3
    assert refused.stderr.count(str(cli.base / "out")) == 1
    save_colour(tmp_path / "new.jpg", "yellow")
    table = tmp_path / "texts.csv"
    table.write_text(
        f"path,caption\n{photos / 'red.jpg'},red\n{photos / 'blue.jpg'},blue\n{tmp_path / 'new.jpg'},new\n"
    )
    evaluated = cli.run("evaluate", table, model=False)
    assert (evaluated.returncode, said in evaluated.stderr) == (1, True), evaluated
    assert "2 texts, 2 photos" in evaluated.stdout
    assert "new.jpg is left out: it was not indexed." in evaluated.stderr


def test_what_has_to_be_saved_is_refused_in_words(cli: Cli, photos: Path, why: str) -> None:
    said = {"its disk is full": "is full. Make room", "its disk is read-only": "Read-only file system"}
    for words in (["index", photos], ["retry"], ["exclude", "*.gif"], ["forget", photos]):
        done = cli.run(*words, model=False)
        assert (done.returncode, done.stdout) == (3, "")
        assert said[why] in done.stderr


def test_what_was_saved_last_is_found_though_it_is_in_the_log_still(
    cli: Cli,
    photos: Path,
) -> None:
    catalogue = cli.base / "library" / "data" / "catalog.db"
    # As a process leaves it that was killed: the log beside it holds rows that the file does not.
    killed = subprocess.run(
        ["python3", "-c", _KILLED, str(catalogue)], cwd=cli.base, check=False, capture_output=True
    )
    assert killed.returncode == -9, killed.stderr
    assert catalogue.with_name("catalog.db-wal").stat().st_size
    mounted("-o", "remount,ro", str(cli.base))
    try:
        with reading_copy(catalogue) as folder, Catalog(folder / "catalog.db") as copied:
            assert copied.notes.get("written last") == "yes"
        assert not folder.exists()
        assert cli.json("status", model=False)["photos"] == 3
    finally:
        mounted("-o", "remount,rw", str(cli.base))


_KILLED = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("INSERT INTO note (key, value) VALUES ('written last', 'yes')")
connection.commit()
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_where_no_folder_has_room_for_a_copy_that_is_said(
    cli: Cli, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.library.catalog.unwritable._SPARE_BYTES", 2**60)
    with (
        pytest.raises(DiskFullError, match=r"MB are needed in .*Name a folder with room in TMPDIR"),
        reading_copy(cli.base / "library" / "data" / "catalog.db"),
    ):
        pass


def test_a_library_that_was_not_made_here_is_not_read_there_either(
    cli: Cli, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "somebody else"))
    done = cli.run("status", model=False)
    assert (done.returncode, done.stdout) == (3, "")
    assert "was not made here" in done.stderr
    assert "3 photos" in cli.run("status", "--trust-library", model=False).stdout


@pytest.fixture
def full(cli: Cli) -> Iterator[None]:
    """Nothing more has room on the disk."""
    (cli.base / "filling").write_bytes(bytes(2**20))
    mounted("-o", f"remount,size={psutil.disk_usage(str(cli.base)).used}", str(cli.base))
    yield
    mounted("-o", "remount,rw,size=1g", str(cli.base))
    (cli.base / "filling").unlink()


@pytest.mark.usefixtures("full")
def test_what_takes_space_is_dropped_on_a_full_disk(cli: Cli) -> None:
    aside = cli.base / "library" / "data" / "catalog.db.broken-20260101"
    (cli.base / "filling").rename(aside)
    asked = cli.run("space", "--drop", "vectors:of-nobody", "aside", model=False)
    assert (asked.returncode, aside.exists()) == (2, True), "all are refused, or none"
    asked = cli.run("space", "--drop", "gone", model=False)
    assert asked.returncode == 3
    assert "is full, and to drop that takes room. Drop thumbnails or logs first" in asked.stderr
    # What is in the catalogue goes behind what makes room for that.
    asked = cli.run("space", "--drop", "gone", "aside", model=False)
    assert asked.returncode == 0, asked.stderr
    assert not aside.exists()
    assert "1 MB given back." in asked.stdout
    assert "is full: what can be dropped without room goes first" in asked.stderr
    # The disk takes something again.
    assert "Nothing can be saved" not in cli.run("status", model=False).stderr
    (cli.base / "filling").touch()


@pytest.mark.usefixtures("full")
def test_nothing_is_dropped_on_a_full_disk_that_another_process_uses(cli: Cli) -> None:
    held = FileLock(cli.base / "library" / "data" / "library.lock")
    with held:
        asked = cli.run("space", "--drop", "thumbnails", model=False)
    assert asked.returncode == 3
    assert "is open in another window" in asked.stderr


@pytest.mark.usefixtures("full")
def test_thumbnails_and_copies_are_seen_and_dropped_on_a_full_disk(cli: Cli) -> None:
    cache = cli.base / "library" / "cache" / "thumbnails"
    assert any(cache.rglob("*.jpg"))
    # As of a library so large that a copy is kept on the disk.
    copies = cli.base / "library" / "data" / FOLDER_NAME / "of a model"
    copies.mkdir(parents=True)
    (cli.base / "filling").rename(copies / "codes")
    keys = {use["key"] for use in cli.json("space", model=False)["space"]}
    assert "copies" in keys
    said = cli.json("space", "--drop", "thumbnails", "copies", model=False)
    assert said["dropped"] == ["thumbnails", "copies"]
    assert said["freed_bytes"] > 2**20
    assert not copies.exists()
    (cli.base / "filling").touch()
    assert not any(cache.rglob("*.jpg"))
    assert not any(use["key"] == "copies" for use in said["space"])


def test_an_empty_folder_that_takes_nothing_is_said_to_be_one(tmp_path: Path, tiny_model: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted("-t", "tmpfs", "-o", "size=1m,ro", "tmpfs", str(disk))
    try:
        done = Cli(disk, tiny_model).run("status", model=False)
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
    assert (done.returncode, done.stdout) == (3, "")
    assert "Read-only file system" in done.stderr
    assert os.fspath(disk) in done.stderr
