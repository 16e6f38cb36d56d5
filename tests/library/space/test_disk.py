"""Measuring and removing the library's own files: never through a link, and no folder by halves."""

import errno
import os
from pathlib import Path

import pytest

from desktop_app.library.errors import LibraryError
from desktop_app.library.space.disk import OwnFolder, extent_of
from desktop_app.library.space.leftovers import AsideKind
from desktop_app.library.thumbnails import Extent

needs_links = pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")


def written(file: Path, size: int = 10) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"x" * size)
    return file


def test_files_and_folders_are_measured(tmp_path: Path) -> None:
    file = written(tmp_path / "a", 5)
    written(tmp_path / "folder" / "b", 7)
    written(tmp_path / "folder" / "deep" / "c", 11)
    assert extent_of([file, tmp_path / "folder", tmp_path / "not there"]) == Extent(3, 23)


@needs_links
def test_what_lies_behind_a_link_is_not_measured(tmp_path: Path) -> None:
    written(tmp_path / "elsewhere" / "a")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "link").symlink_to(tmp_path / "elsewhere")
    assert extent_of([tmp_path / "own"]).size_bytes == 0
    assert extent_of([tmp_path / "own" / "link"]).size_bytes == 0


def test_a_folder_goes_with_all_that_is_in_it(tmp_path: Path) -> None:
    written(tmp_path / "own" / "model" / "deep" / "a")
    kept = written(tmp_path / "own" / "other")
    OwnFolder(tmp_path / "own").remove(tmp_path / "own" / "model")
    assert list((tmp_path / "own").iterdir()) == [kept]


def test_what_is_not_there_is_no_error(tmp_path: Path) -> None:
    OwnFolder(tmp_path).remove(tmp_path / "nothing")
    assert list(tmp_path.iterdir()) == []


def test_nothing_outside_is_removed(tmp_path: Path) -> None:
    theirs = written(tmp_path / "photo.jpg")
    (tmp_path / "own").mkdir()
    for path in (theirs, tmp_path / "own" / "deep" / ".." / ".." / "photo.jpg"):
        with pytest.raises(LibraryError, match="not in the library"):
            OwnFolder(tmp_path / "own").remove(path)
    assert theirs.exists()


@needs_links
@pytest.mark.parametrize("place", ["itself", "above"])
def test_a_link_is_refused_and_what_it_leads_to_stays(tmp_path: Path, place: str) -> None:
    theirs = written(tmp_path / "elsewhere" / "folder" / "photo.jpg")
    own = tmp_path / "own"
    own.mkdir()
    (own / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(LibraryError, match="is a link"):
        OwnFolder(own).remove(own / "link" if place == "itself" else own / "link" / "folder")
    assert theirs.exists()
    assert (own / "link").is_symlink()


@needs_links
def test_a_link_inside_what_goes_is_not_followed(tmp_path: Path) -> None:
    theirs = written(tmp_path / "elsewhere" / "photo.jpg")
    model = tmp_path / "own" / "model"
    model.mkdir(parents=True)
    (model / "link").symlink_to(tmp_path / "elsewhere")
    OwnFolder(tmp_path / "own").remove(model)
    assert theirs.exists()
    assert not model.exists()


def test_a_folder_that_was_being_removed_is_gone_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / "model"
    for name in ("a", "b"):
        written(model / name)

    def end(*_args: object, **_options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr("shutil.rmtree", end)
        with pytest.raises(KeyboardInterrupt):
            OwnFolder(tmp_path).remove(model)
    # It is away as a whole, where nobody takes it for a model.
    assert not model.exists()
    OwnFolder(tmp_path).sweep()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may remove everything")
def test_what_may_not_be_removed_is_told_in_words(tmp_path: Path) -> None:
    written(tmp_path / "own" / "model" / "a")
    (tmp_path / "own").chmod(0o500)
    try:
        with pytest.raises(LibraryError, match="cannot be removed"):
            OwnFolder(tmp_path / "own").remove(tmp_path / "own" / "model")
    finally:
        (tmp_path / "own").chmod(0o700)
    assert (tmp_path / "own" / "model" / "a").exists()


def test_where_no_folder_can_be_made_on_a_full_disk_it_goes_file_by_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path / "model" / "a")

    def refuse(folder: Path, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(folder))

    monkeypatch.setattr(Path, "mkdir", refuse)
    OwnFolder(tmp_path).remove(tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


@needs_links
def test_nothing_is_moved_away_through_a_link(tmp_path: Path) -> None:
    own, elsewhere = tmp_path / "own", tmp_path / "elsewhere"
    kept = written(own / "model" / "a")
    elsewhere.mkdir()
    (own / ".dropped").symlink_to(elsewhere)
    with pytest.raises(LibraryError, match="is a link"):
        OwnFolder(own).remove(own / "model")
    assert kept.exists()
    assert list(elsewhere.iterdir()) == []


@needs_links
def test_what_was_set_aside_behind_a_link_is_left_alone(tmp_path: Path) -> None:
    data, theirs = tmp_path / "data", tmp_path / "theirs"
    kept = written(theirs / "letters" / "will.broken-promises")
    data.mkdir()
    (data / "vectors").symlink_to(theirs)
    kind = AsideKind(data, data / "vectors", None)
    for use in kind.uses():
        with pytest.raises(LibraryError, match="is a link"):
            kind.drop(use, lambda: False)
    assert kept.exists()
