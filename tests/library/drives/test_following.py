"""Drives that come and go under a whole library: real drives, a real watcher; nothing is embedded twice."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desktop_app.library import (
    FolderMoved,
    FolderState,
    FolderUnknownError,
    LibraryError,
    PhotoLibrary,
    PhotosChanged,
    RefreshFinished,
)
from desktop_app.library.drives import following
from desktop_app.library.folders import watcher
from tests.drives import Drive
from tests.fakes import ColorEmbedder
from tests.library.test_library import WAIT_S, Ears, names, opened
from tests.pictures import save_colour

pytestmark = pytest.mark.xdist_group("mounts")


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the library look for drives and folders that have come back many times a second, not every five."""
    monkeypatch.setattr(following, "_LOOK_S", 0.1)
    monkeypatch.setattr(watcher, "LOOK_S", 0.1)


COLOURS = ("red", "green", "blue")


def fill(folder: Path) -> Path:
    for colour in COLOURS:
        save_colour(folder / f"{colour}.png", colour)
    return folder


def offline(library: PhotoLibrary, text: str = "red") -> list[bool]:
    return [hit.photo.offline for hit in library.searching.search(text).result(WAIT_S).hits]


@contextmanager
def unplugged(photos: Path) -> Iterator[None]:
    """The folder is away, as if its drive were; then it is back."""
    drawer = photos.with_name("drawer")
    photos.rename(drawer)
    yield
    drawer.rename(photos)


def test_photos_of_a_missing_folder_are_found_and_marked(tmp_path: Path) -> None:
    photos, here = fill(tmp_path / "photos"), tmp_path / "here"
    save_colour(here / "yellow.png", "yellow")
    embedder = ColorEmbedder()
    with opened(tmp_path, embedder) as library:
        for folder in (photos, here):
            library.folders.add(folder).result(WAIT_S)
        assert library.browsing.status().offline == 0
        with unplugged(photos):
            # Right at once, before anybody has refreshed anything.
            status = library.browsing.status()
            assert [one.state for one in status.folders] == [FolderState.MISSING, FolderState.PRESENT]
            assert (status.offline, status.photos, status.indexed) == (3, 4, 4)
            report = library.folders.refresh().result(WAIT_S)
            assert report.removed == 0
            assert library.browsing.status().folders[0].offline_since is not None
            assert names(library, "red", 1) == ["red.png"]
            assert offline(library).count(True) == 3
            assert names(library, "is:offline red", 1) == ["red.png"]
            assert names(library, "-is:offline") == ["yellow.png"]
        assert library.folders.refresh().result(WAIT_S).unchanged == 4
        assert library.browsing.status().offline == 0
        assert not any(offline(library))
    assert embedder.embedded == 4


def test_a_library_opened_while_the_drive_is_away_knows_it(tmp_path: Path) -> None:
    photos = fill(tmp_path / "photos")
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
    with unplugged(photos), opened(tmp_path) as library:
        assert offline(library) == [True, True, True]
    with opened(tmp_path) as library:
        assert offline(library) == [False, False, False]


def test_thumbnails_show_what_is_offline(tmp_path: Path) -> None:
    photos = fill(tmp_path / "photos")
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
        with unplugged(photos):
            library.folders.refresh().result(WAIT_S)
            shown = library.browsing.photos(library.browsing.ids_by_date())
            assert all(photo.offline for photo in shown)
            assert all(library.browsing.thumbnail(photo) is not None for photo in shown)


def test_a_disk_in_memory_that_is_unmounted_is_offline_and_comes_back(tmp_path: Path) -> None:
    place = tmp_path / "mnt"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a disk in memory")
    embedder = ColorEmbedder()
    with opened(tmp_path, embedder) as library:
        try:
            library.folders.add(fill(place)).result(WAIT_S)
        finally:
            subprocess.run(["umount", "--lazy", str(place)], check=True, capture_output=True)
        report = library.folders.refresh().result(WAIT_S)
        assert (report.removed, library.browsing.status().offline) == (0, 3)
        # What is put into the empty mount point does not make it the drive.
        save_colour(place / "stranger.png", "white")
        report = library.folders.refresh().result(WAIT_S)
        assert (report.removed, report.indexed, library.browsing.status().offline) == (0, 0, 3)
        (place / "stranger.png").unlink()
        fill(place)
        assert library.folders.refresh().result(WAIT_S).removed == 0
        assert library.browsing.status().offline == 0
    assert embedder.embedded == 3


def test_a_drive_that_returns_is_live_again_without_a_restart(drive: Drive, tmp_path: Path) -> None:
    place = tmp_path / "media" / "stick"
    embedder, ears = ColorEmbedder(), Ears()
    with opened(tmp_path, embedder) as library:
        with drive.mounted_at(place):
            fill(place / "photos")
            library.folders.add(place / "photos").result(WAIT_S)
            library.subscribe(ears)
            library.folders.watch()
            ears.wait_for(lambda event: isinstance(event, RefreshFinished))
            ears.forget()
        ears.wait_for(
            lambda event: isinstance(event, RefreshFinished) and bool(event.report.unreadable_folders)
        )
        assert all(offline(library))
        ears.forget()
        with drive.mounted_at(place):
            ears.wait_for(lambda event: isinstance(event, RefreshFinished) and event.report.unchanged == 3)
            assert not any(offline(library))
            library.folders.unwatch()
    assert embedder.embedded == 3


def test_a_drive_at_another_mount_point_is_followed_and_watched(drive: Drive, tmp_path: Path) -> None:
    home, other = tmp_path / "media" / "one", tmp_path / "media" / "two"
    embedder, ears = ColorEmbedder(), Ears()
    with opened(tmp_path, embedder) as library:
        with drive.mounted_at(home):
            fill(home / "photos")
            library.folders.add(home / "photos").result(WAIT_S)
            ids = library.browsing.ids_by_date()
            library.subscribe(ears)
            library.folders.watch()
            ears.wait_for(lambda event: isinstance(event, RefreshFinished))
        with drive.mounted_at(other):
            moved = ears.wait_for(lambda event: isinstance(event, FolderMoved))
            assert moved == FolderMoved(home / "photos", other / "photos", drive.label)
            ears.wait_for(lambda event: isinstance(event, RefreshFinished) and event.report.unchanged == 3)
            assert library.browsing.ids_by_date() == ids
            hit = library.searching.search("red").result(WAIT_S).hits[0].photo
            assert (hit.path, hit.offline) == (other / "photos" / "red.png", False)
            save_colour(other / "photos" / "white.png", "white")
            ears.wait_for(lambda event: isinstance(event, RefreshFinished) and event.report.indexed == 1)
            library.folders.unwatch()
        assert embedder.embedded == 4
        # Without the watcher the next refresh, or the next start, does the same.
        with drive.mounted_at(home):
            report = library.folders.refresh().result(WAIT_S)
            # The fourth may have been listed while it was being written, and is then looked at again.
            assert report.unchanged + report.indexed == report.found == 4
            assert report.unchanged >= 3
            assert [one.path for one in library.browsing.folders()] == [home / "photos"]
    assert embedder.embedded == 4


def test_a_drive_moved_while_the_library_was_closed_is_followed_at_the_start(
    drive: Drive, tmp_path: Path
) -> None:
    home, other = tmp_path / "media" / "one", tmp_path / "media" / "two"
    with drive.mounted_at(home), opened(tmp_path) as library:
        fill(home / "photos")
        library.folders.add(home / "photos").result(WAIT_S)
    again = ColorEmbedder()
    with drive.mounted_at(other), opened(tmp_path, again) as library:
        assert [one.path for one in library.browsing.folders()] == [other / "photos"]
        assert offline(library) == [False, False, False]
        assert library.folders.refresh().result(WAIT_S).unchanged == 3
    assert again.embedded == 0


def test_photos_of_a_drive_mounted_inside_a_chosen_folder_are_kept(drive: Drive, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    save_colour(photos / "yellow.png", "yellow")
    embedder = ColorEmbedder()
    with opened(tmp_path, embedder) as library:
        with drive.mounted_at(photos / "stick"):
            fill(photos / "stick" / "trip")
            assert library.folders.add(photos).result(WAIT_S).indexed == 4
            assert library.browsing.status().offline == 0
        for folders in ((), (photos / "stick",)):
            report = library.folders.refresh(folders).result(WAIT_S)
            (missing,) = report.unreadable_folders
            assert (missing.path, missing.reason) == (
                photos / "stick",
                f"the drive “{drive.label}” is not connected",
            )
            assert report.removed == 0
        assert names(library, "red", 1) == ["red.png"]
        assert sorted(names(library, "is:offline")) == ["blue.png", "green.png", "red.png"]
        assert (library.browsing.status().offline, library.browsing.status().photos) == (3, 4)
        hit = library.searching.search("red").result(WAIT_S).hits[0].photo
        assert (hit.offline, hit.drive) == (True, drive.label)
        assert library.browsing.thumbnail(hit) is not None
        with drive.mounted_at(photos / "stick"):
            report = library.folders.refresh().result(WAIT_S)
            assert (report.unchanged, report.unreadable_folders) == (4, ())
            assert (library.browsing.status().offline, any(offline(library))) == (0, False)
        # What is put in its place is believed.
        fill(photos / "stick")
        assert library.folders.refresh().result(WAIT_S).removed == 0
        assert library.browsing.status().photos == 4
    assert embedder.embedded == 4


def test_a_drive_inside_a_folder_comes_and_goes_without_a_restart(drive: Drive, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    save_colour(photos / "yellow.png", "yellow")
    embedder, ears = ColorEmbedder(), Ears()
    with opened(tmp_path, embedder) as library:
        with drive.mounted_at(photos / "stick"):
            fill(photos / "stick")
            library.folders.add(photos).result(WAIT_S)
            library.subscribe(ears)
            library.folders.watch()
            ears.wait_for(lambda event: isinstance(event, RefreshFinished))
            ears.forget()
        ears.wait_for(
            lambda event: isinstance(event, RefreshFinished) and bool(event.report.unreadable_folders)
        )
        assert library.browsing.status().offline == 3
        ears.forget()
        with drive.mounted_at(photos / "stick"):
            ears.wait_for(lambda event: isinstance(event, RefreshFinished) and event.report.unchanged == 4)
            assert library.browsing.status().offline == 0
            library.folders.unwatch()
    assert embedder.embedded == 4


def test_a_library_opened_while_a_drive_inside_a_folder_is_away_knows_it(
    drive: Drive, tmp_path: Path
) -> None:
    photos = tmp_path / "photos"
    with drive.mounted_at(photos / "stick"), opened(tmp_path) as library:
        fill(photos / "stick")
        library.folders.add(photos).result(WAIT_S)
    with opened(tmp_path) as library:
        assert offline(library) == [True, True, True]


def test_a_forgotten_folder_can_be_added_again_without_embedding(tmp_path: Path) -> None:
    photos = fill(tmp_path / "photos")
    embedder, ears = ColorEmbedder(), Ears()
    with opened(tmp_path, embedder) as library:
        library.folders.add(photos).result(WAIT_S)
        library.subscribe(ears)
        with unplugged(photos):
            assert library.folders.forget(photos).result(WAIT_S) == 3
            ears.wait_for(lambda event: isinstance(event, PhotosChanged))
            assert library.browsing.status().photos == 0
            assert library.searching.search("red").result(WAIT_S).hits == ()
        with pytest.raises(FolderUnknownError, match="not in the library"):
            library.folders.forget(photos).result(WAIT_S)
        library.folders.add(photos).result(WAIT_S)
        assert names(library, "red", 1) == ["red.png"]
    assert embedder.embedded == 3


def test_a_folder_can_be_located_by_hand(tmp_path: Path) -> None:
    photos = fill(tmp_path / "photos")
    embedder = ColorEmbedder()
    with opened(tmp_path, embedder) as library:
        library.folders.add(photos).result(WAIT_S)
        new = photos.rename(tmp_path / "sorted")
        (tmp_path / "wrong").mkdir()
        with pytest.raises(LibraryError, match="Most photos known from"):
            library.folders.locate(photos, tmp_path / "wrong").result(WAIT_S)
        assert library.folders.locate(photos, new).result(WAIT_S).unchanged == 3
        assert [one.path for one in library.browsing.folders()] == [new]
    assert embedder.embedded == 3


def test_a_photo_that_vanishes_and_returns_is_found_again_without_embedding(tmp_path: Path) -> None:
    photos = fill(tmp_path / "photos")
    embedder = ColorEmbedder()
    with opened(tmp_path, embedder) as library:
        library.folders.add(photos).result(WAIT_S)
        aside = (photos / "red.png").rename(tmp_path / "red.png")
        assert library.folders.refresh().result(WAIT_S).removed == 1
        assert "red.png" not in names(library, "red")
        aside.rename(photos / "red.png")
        library.folders.refresh().result(WAIT_S)
        assert names(library, "red", 1) == ["red.png"]
    assert embedder.embedded == 3


def test_folders_inside_each_other_count_once(tmp_path: Path) -> None:
    photos = fill(tmp_path / "photos")
    inner = fill(photos / "inner")
    with opened(tmp_path) as library:
        for folder in (inner, photos):
            library.folders.add(folder).result(WAIT_S)
        assert library.folders.refresh().result(WAIT_S).found == 6
        assert library.browsing.status().photos == 6
        assert len(library.browsing.ids_by_date()) == 6
