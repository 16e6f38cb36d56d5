"""Chosen folders that somebody renames or moves: the same folder at another place, and never twice."""

import shutil
from pathlib import Path

import pytest

from desktop_app.library import FolderMissing, FolderMoved, FolderState, PhotoLibrary
from tests.drives import Drive
from tests.fakes import ColorEmbedder
from tests.library.test_library import WAIT_S, Ears, names, opened
from tests.pictures import save_colour, save_many

pytestmark = pytest.mark.xdist_group("mounts")

COLOURS = ("red", "green", "blue", "yellow")


def fill(folder: Path) -> Path:
    for n, colour in enumerate(COLOURS):
        save_colour(folder / ("" if n % 2 else "day") / f"{colour}.png", colour)
    return folder


def chosen(library: PhotoLibrary) -> list[Path]:
    assert all(one.state is FolderState.PRESENT for one in library.browsing.status().folders)
    return [one.path for one in library.browsing.folders()]


def test_a_renamed_folder_that_is_added_is_the_one_that_was_chosen(tmp_path: Path) -> None:
    photos, embedder, ears = fill(tmp_path / "photos"), ColorEmbedder(), Ears()
    with opened(tmp_path, embedder) as library:
        library.folders.add(photos).result(WAIT_S)
        ids = library.browsing.ids_by_date()
        new = photos.rename(tmp_path / "holidays")
        library.subscribe(ears)
        report = library.folders.add(new).result(WAIT_S)
        assert (report.found, report.unchanged, report.indexed, report.moved, report.removed) == (
            4,
            4,
            0,
            0,
            0,
        )
        assert report.unreadable_folders == ()
        assert chosen(library) == [new]
        assert (library.browsing.status().photos, library.browsing.status().offline) == (4, 0)
        assert library.browsing.ids_by_date() == ids
        assert FolderMoved(photos, new, "") in ears.heard
        assert names(library, "holidays red", 1) == ["red.png"]
        assert library.folders.refresh().result(WAIT_S).unchanged == 4
    assert embedder.embedded == 4


@pytest.mark.parametrize("was_open", [True, False])
def test_the_folder_around_a_renamed_one_is_added(tmp_path: Path, was_open: bool) -> None:
    around = tmp_path / "around"
    photos, embedder = fill(around / "photos"), ColorEmbedder()
    save_colour(around / "white.png", "white")
    with opened(tmp_path, embedder) as library:
        library.folders.add(photos).result(WAIT_S)
        if was_open:
            photos.rename(around / "holidays")
            library.folders.add(around).result(WAIT_S)
    if not was_open:
        photos.rename(around / "holidays")
    with opened(tmp_path, embedder) as library:
        report = library.folders.add(around).result(WAIT_S)
        assert report.found == 5
        assert set(chosen(library)) == {around, around / "holidays"}
        assert (library.browsing.status().photos, library.browsing.status().offline) == (5, 0)
        assert library.folders.refresh().result(WAIT_S).unchanged == 5
    assert embedder.embedded == 5


def test_a_folder_renamed_inside_another_chosen_one_is_followed(tmp_path: Path) -> None:
    around = tmp_path / "around"
    photos, embedder, ears = fill(around / "b"), ColorEmbedder(), Ears()
    with opened(tmp_path, embedder) as library:
        for folder in (photos, around):
            library.folders.add(folder).result(WAIT_S)
        (around / "deep").mkdir()
        photos.rename(around / "deep" / "c")
        library.subscribe(ears)
        report = library.folders.refresh().result(WAIT_S)
        assert (report.unchanged, report.unreadable_folders) == (4, ())
        assert set(chosen(library)) == {around, around / "deep" / "c"}
        assert library.browsing.status().photos == 4
    assert embedder.embedded == 4


def test_a_folder_moved_into_another_chosen_one_is_followed(tmp_path: Path) -> None:
    """The missing one is named first, and is found in the other."""
    photos, other, embedder, ears = fill(tmp_path / "a"), tmp_path / "other", ColorEmbedder(), Ears()
    save_colour(other / "white.png", "white")
    with opened(tmp_path, embedder) as library:
        for folder in (photos, other):
            library.folders.add(folder).result(WAIT_S)
        photos.rename(other / "a")
        library.subscribe(ears)
        report = library.folders.refresh().result(WAIT_S)
        assert (report.unchanged, report.unreadable_folders) == (5, ())
        assert not any(isinstance(event, FolderMissing) for event in ears.heard)
        assert set(chosen(library)) == {other, other / "a"}
    assert embedder.embedded == 5


def test_a_copy_is_another_folder(tmp_path: Path) -> None:
    photos = fill(tmp_path / "photos")
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
        shutil.copytree(photos, tmp_path / "copy")
        library.folders.add(tmp_path / "copy").result(WAIT_S)
        assert chosen(library) == [photos, tmp_path / "copy"]
        assert library.browsing.status().photos == 8


def test_a_copy_of_a_part_of_what_is_gone_is_another_folder(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    save_many(photos, 30)
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
        part = tmp_path / "part"
        part.mkdir()
        for path in sorted(photos.iterdir())[:20]:
            shutil.copy2(path, part)
        photos.rename(tmp_path / "elsewhere")
        library.folders.add(part).result(WAIT_S)
        status = library.browsing.status()
        assert [one.path for one in status.folders] == [photos, part]
        assert (status.photos, status.offline) == (50, 30)


def test_other_photos_with_the_same_names_are_another_folder(tmp_path: Path) -> None:
    photos = fill(tmp_path / "photos")
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
        photos.rename(tmp_path / "elsewhere")
        for n, colour in enumerate(COLOURS):
            save_colour(
                tmp_path / "new" / ("" if n % 2 else "day") / f"{colour}.png", "white", size=(90 + n, 70)
            )
        library.folders.add(tmp_path / "new").result(WAIT_S)
        assert library.browsing.status().photos == 8


def test_a_renamed_folder_may_have_changed_a_little(tmp_path: Path) -> None:
    photos, embedder = tmp_path / "photos", ColorEmbedder()
    save_many(photos, 30)
    with opened(tmp_path, embedder) as library:
        library.folders.add(photos).result(WAIT_S)
        new = photos.rename(tmp_path / "holidays")
        sorted(new.iterdir())[3].unlink()
        save_colour(new / "new.png", "white")
        report = library.folders.add(new).result(WAIT_S)
        assert (report.found, report.indexed, report.removed) == (30, 1, 1)
        assert chosen(library) == [new]
    assert embedder.embedded == 31


def test_what_is_on_a_drive_that_is_away_has_not_moved_to_its_copy(drive: Drive, tmp_path: Path) -> None:
    place = tmp_path / "media" / "stick"
    with opened(tmp_path) as library:
        with drive.mounted_at(place):
            library.folders.add(fill(place / "photos")).result(WAIT_S)
            shutil.copytree(place / "photos", tmp_path / "backup")
        place.rmdir()
        library.folders.add(tmp_path / "backup").result(WAIT_S)
        status = library.browsing.status()
        assert [one.path for one in status.folders] == [place / "photos", tmp_path / "backup"]
        assert (status.photos, status.offline) == (8, 4)
