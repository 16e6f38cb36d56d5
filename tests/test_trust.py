"""A library that somebody else made is only looked at, until the person says yes."""

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from desktop_app.cli.main import main
from desktop_app.library.catalog import Catalog
from desktop_app.paths import AppPaths
from desktop_app.trust import KEY_NAME, OwnLibraries, UnknownLibraryError
from tests import configuration
from tests.pictures import save_many


@pytest.fixture
def own(tmp_path: Path) -> OwnLibraries:
    return OwnLibraries(tmp_path / "configuration" / "libraries")


@pytest.fixture
def borrowed(tmp_path: Path) -> AppPaths:
    """A library of somebody who wants our photos of one folder to be read."""
    paths = AppPaths.below(tmp_path / "borrowed")
    paths.data.mkdir(parents=True)
    (tmp_path / "private").mkdir()
    with Catalog(paths.data / "catalog.db") as catalog:
        catalog.folders.add(tmp_path / "private")
        catalog.notes.set("model", "/somewhere/model")
    return paths


def everything_below(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file with its mode and bytes."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in folder.rglob("*")
    }


def test_one_made_here_is_known_from_then_on(own: OwnLibraries, tmp_path: Path) -> None:
    paths = AppPaths.below(tmp_path / "mine")
    own.admit(paths, "", trusted=False)
    Catalog(paths.data / "catalog.db").close()
    own.admit(paths, "", trusted=False)
    assert (paths.data / KEY_NAME).stat().st_mode & 0o777 == 0o600 or os.name != "posix"


def test_extras_that_were_added_before_the_first_library_are_none(own: OwnLibraries, tmp_path: Path) -> None:
    paths = AppPaths.below(tmp_path / "mine")
    (paths.data / "extras").mkdir(parents=True)
    own.admit(paths, "", trusted=False)
    assert (paths.data / KEY_NAME).exists()


def test_one_that_was_not_says_what_it_names_and_is_left_alone(
    own: OwnLibraries, borrowed: AppPaths, tmp_path: Path
) -> None:
    before = everything_below(tmp_path)
    with pytest.raises(UnknownLibraryError) as caught:
        own.admit(borrowed, "http://somewhere:19530", trusted=False)
    assert everything_below(tmp_path) == before
    error = caught.value
    assert error.glance.folders == (tmp_path / "private",)
    for named in (tmp_path / "private", "/somewhere/model", "http://somewhere:19530"):
        assert str(named) in error.sentence
    assert "--trust-library" in error.hint


def test_after_a_yes_it_is_ones_own(own: OwnLibraries, borrowed: AppPaths) -> None:
    own.admit(borrowed, "http://somewhere:19530", trusted=True)
    own.admit(borrowed, "http://somewhere:19530", trusted=False)


def test_what_its_last_change_left_in_the_log_is_seen(own: OwnLibraries, borrowed: AppPaths) -> None:
    """Else it could hide there what it names."""
    with closing(sqlite3.connect(borrowed.data / "catalog.db")) as connection:
        connection.execute("INSERT INTO folder (path) VALUES (x'2f686964646571')")
        connection.commit()
        for name in ("catalog.db", "catalog.db-wal"):
            shutil.copy(borrowed.data / name, borrowed.data.parent / name)
    copy = AppPaths(borrowed.config, borrowed.data.parent, borrowed.cache, borrowed.log)
    with pytest.raises(UnknownLibraryError, match=r"[/\\]hiddeq"):
        own.admit(copy, "", trusted=False)


def test_a_moved_library_is_known_and_a_copy_is_not(own: OwnLibraries, tmp_path: Path) -> None:
    """Whoever was lent one knows its key."""
    mine = AppPaths.below(tmp_path / "mine")
    own.admit(mine, "", trusted=False)
    Catalog(mine.data / "catalog.db").close()
    shutil.copytree(tmp_path / "mine", tmp_path / "copy")
    with pytest.raises(UnknownLibraryError):
        own.admit(AppPaths.below(tmp_path / "copy"), "", trusted=False)
    (tmp_path / "mine").rename(tmp_path / "moved")
    own.admit(AppPaths.below(tmp_path / "moved"), "", trusted=False)


def test_the_key_a_library_came_with_is_worth_nothing_elsewhere(
    own: OwnLibraries, borrowed: AppPaths, tmp_path: Path
) -> None:
    (borrowed.data / KEY_NAME).write_text("00" * 32)
    own.admit(borrowed, "", trusted=True)
    assert (borrowed.data / KEY_NAME).read_text() != "00" * 32
    other = tmp_path / "other"
    other.mkdir()
    (other / KEY_NAME).write_text("00" * 32)
    with pytest.raises(UnknownLibraryError):
        own.admit(AppPaths(other, other, other, other), "", trusted=False)


@pytest.mark.parametrize("name", ["catalog.db", "catalog-copy.db", "vectors", "models", "anything"])
def test_only_where_nothing_is_a_library_is_begun_without_a_word(
    own: OwnLibraries, tmp_path: Path, name: str
) -> None:
    paths = AppPaths.below(tmp_path / "mine")
    (paths.data / name).mkdir(parents=True)
    with pytest.raises(UnknownLibraryError):
        own.admit(paths, "", trusted=False)


def test_a_server_in_the_settings_of_an_empty_library_is_asked_about(
    own: OwnLibraries, tmp_path: Path
) -> None:
    with pytest.raises(UnknownLibraryError, match="http://somewhere"):
        own.admit(AppPaths.below(tmp_path / "mine"), "http://somewhere", trusted=False)


def test_the_usual_library_of_an_earlier_version_needs_no_word_once(
    own: OwnLibraries, borrowed: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AppPaths, "for_person", lambda: borrowed)
    own.admit(borrowed, "", trusted=False)
    (borrowed.data / KEY_NAME).unlink()
    with pytest.raises(UnknownLibraryError):
        own.admit(borrowed, "", trusted=False)


def test_one_that_names_something_outside_is_not_opened_by_a_yes(
    own: OwnLibraries, borrowed: AppPaths
) -> None:
    with closing(sqlite3.connect(borrowed.data / "catalog.db")) as connection:
        connection.execute("INSERT INTO content (hash) VALUES ('../../x')")
        connection.commit()
    with pytest.raises(Exception, match=r"doctor --repair --trust-library"):
        own.admit(borrowed, "", trusted=True)
    with pytest.raises(UnknownLibraryError, match="not sound"):
        own.admit(borrowed, "", trusted=False)


@pytest.mark.parametrize("what", ["link", "folder", "pipe"])
@pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX")
def test_a_key_that_is_no_file_is_none(own: OwnLibraries, tmp_path: Path, what: str) -> None:
    mine = AppPaths.below(tmp_path / "mine")
    own.admit(mine, "", trusted=False)
    key = mine.data / KEY_NAME
    key.rename(tmp_path / "key")
    match what:
        case "link":
            key.symlink_to(tmp_path / "key")
        case "folder":
            key.mkdir()
        case _:
            os.mkfifo(key)
    with pytest.raises(UnknownLibraryError):
        own.admit(mine, "", trusted=False)


@pytest.mark.parametrize("name", ["catalog.db", "catalog.db-wal"])
@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_a_glance_goes_through_no_link(
    own: OwnLibraries, borrowed: AppPaths, tmp_path: Path, name: str
) -> None:
    with Catalog(tmp_path / "private" / "catalog.db") as elsewhere:
        elsewhere.folders.add(tmp_path / "what nobody may know")
    (borrowed.data / name).unlink(missing_ok=True)
    (borrowed.data / name).symlink_to(tmp_path / "private" / "catalog.db")
    with pytest.raises(UnknownLibraryError, match=f"{name}: it is a link") as caught:
        own.admit(borrowed, "", trusted=False)
    assert caught.value.glance.folders == ()


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_what_is_noted_of_libraries_is_this_users_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        OwnLibraries(tmp_path / "configuration" / "libraries").admit(
            AppPaths.below(tmp_path / "not" / "there yet"), "", trusted=False
        )
    finally:
        os.umask(before)
    modes = {path: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert set(modes.values()) == {0o700, 0o600}
    assert {path for path, mode in modes.items() if mode == 0o700} == {
        path for path in modes if path.is_dir()
    }


def test_commands_open_it_with_the_option_and_then_without(
    borrowed: AppPaths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("RGB", (40, 30), "red").save(tmp_path / "private" / "a.png")
    base = ["--base-dir", str(tmp_path / "borrowed")]
    before = everything_below(tmp_path / "borrowed")
    for command in (
        ["status"], ["index", str(tmp_path / "private")], ["search", "red"], ["doctor", "--repair"], ["failures"],
        ["forget", str(tmp_path / "private")], ["model", "list"], ["retry"],
    ):  # fmt: skip
        assert main([*base, "--json", *command]) == 3, command
        said = json.loads(capsys.readouterr().out)
        assert said["library"]["folders"] == [str(tmp_path / "private")]
        assert said["library"]["model"] == "/somewhere/model"
    assert everything_below(tmp_path / "borrowed") == before
    assert main([*base, "--json", "status", "--trust-library"]) == 0
    assert main([*base, "--json", "failures"]) == 0


def test_a_library_that_goes_between_computers_is_known_to_each(tmp_path: Path) -> None:
    """Each has a configuration of its own, and says yes once."""
    paths = AppPaths.below(tmp_path / "stick")
    computers = [OwnLibraries(tmp_path / name) for name in ("home", "work", "friend")]
    computers[0].admit(paths, "", trusted=False)
    Catalog(paths.data / "catalog.db").close()
    for computer in computers[1:]:
        with pytest.raises(UnknownLibraryError):
            computer.admit(paths, "", trusted=False)
        computer.admit(paths, "", trusted=True)
    for computer in computers:
        computer.admit(paths, "", trusted=False)


def test_a_file_of_countless_keys_costs_no_key_of_ours(own: OwnLibraries, borrowed: AppPaths) -> None:
    (borrowed.data / KEY_NAME).write_text("\n".join(f"{number:064x}" for number in range(100)))
    own.admit(borrowed, "", trusted=True)
    own.admit(borrowed, "", trusted=False)


def test_what_it_names_is_no_longer_than_a_person_reads(own: OwnLibraries, borrowed: AppPaths) -> None:
    with Catalog(borrowed.data / "catalog.db") as catalog:
        for number in range(50):
            catalog.folders.add(Path(f"/{number}") / "long" / ("x" * 200) / ("y" * 3000))
        catalog.notes.set("model", "m" * 100_000)
    with pytest.raises(UnknownLibraryError, match="41 more") as caught:
        own.admit(borrowed, "http://" + "h" * 100_000, trusted=False)
    assert len(caught.value.sentence) < 6000


def test_where_nothing_can_be_noted_yes_is_said_each_time(borrowed: AppPaths, tmp_path: Path) -> None:
    (tmp_path / "shut").touch()
    with pytest.raises(UnknownLibraryError) as caught:
        OwnLibraries(tmp_path / "shut" / "libraries").admit(borrowed, "", trusted=False)
    assert "each time" in caught.value.hint


@pytest.mark.parametrize("command", [("status",), ("doctor",), ("doctor", "--repair")])
def test_vectors_of_others_are_made_again_and_not_read(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: tuple[str, ...],
) -> None:
    """What reads them believes what they say of places in memory, and of how many they are."""
    base = tmp_path / "library"
    save_many(tmp_path / "photos", 3)
    assert main(["--base-dir", str(base), "index", str(tmp_path / "photos")]) == 0
    # As Milvus Lite names that of each file of rows, where it made one to search.
    rows = list(base.rglob("data_*.parquet"))
    indexes = [file.parents[1] / "indexes" / f"{file.stem}.vector.ivf_flat.idx" for file in rows]
    assert indexes
    for index in (*indexes, indexes[0].parent / "other.idx"):
        index.parent.mkdir(exist_ok=True)
        index.write_bytes(b"hostile")
    assert main(["--base-dir", str(base), "status"]) == 0
    assert [index.read_bytes() for index in indexes] == [b"hostile"] * len(indexes)
    monkeypatch.setenv(configuration.VARIABLE, str(tmp_path / "another computer"))
    assert main(["--base-dir", str(base), "--trust-library", *command]) == 0
    assert not [path for path in base.rglob("*.idx") if path.read_bytes() == b"hostile"]
    capsys.readouterr()
    assert main(["--base-dir", str(base), "--json", "search", "red"]) == 0
    assert json.loads(capsys.readouterr().out)["hits"]


@pytest.mark.parametrize("linked", ["vectors", "vectors/model", "vectors/model/vectors.db"])
def test_no_vectors_behind_a_link_are_dropped(
    own: OwnLibraries, borrowed: AppPaths, tmp_path: Path, linked: str
) -> None:
    mine = tmp_path / "mine" / "model" / "vectors.db" / "collections"
    mine.mkdir(parents=True)
    link = borrowed.data / linked
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to({"vectors": mine.parents[2], "model": mine.parents[1]}.get(link.name, mine.parent))
    own.admit(borrowed, "", trusted=True)
    assert mine.is_dir()


def test_a_library_that_could_not_be_noted_as_it_was_begun_is_still_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "full").write_text("no folder can be made here")
    own, paths = OwnLibraries(tmp_path / "full" / "libraries"), AppPaths.below(tmp_path / "mine")
    for _ in range(2):
        own.admit(paths, "", trusted=False)
    assert list(paths.data.iterdir()) == []
    OwnLibraries(tmp_path / "configuration").admit(paths, "", trusted=False)
    assert (paths.data / KEY_NAME).exists()
