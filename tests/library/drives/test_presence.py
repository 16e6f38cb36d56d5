"""Is a folder there, or is it the empty or borrowed place of a drive that is not?"""

import errno
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.library.catalog import Catalog
from desktop_app.library.concurrency.deadlines import Deadlines
from desktop_app.library.drives import presence
from desktop_app.library.drives.presence import Moved, Presence
from desktop_app.library.errors import LibraryError
from desktop_app.library.folders.comparing import FoundPhoto, UnreadableFolder
from desktop_app.library.photo import NOT_ALLOWED, NOT_THERE
from desktop_app.library.volumes.connected import Volumes
from desktop_app.library.volumes.volume import Volume, share_id
from tests.drives import Drive, SaidVolumes
from tests.library.catalog.records import MODEL, record, unit

NOW_S = 1_795_000_000


class Place:
    """A catalogue that knows the photos of one folder on a drive, which lies below a mount point.

    Attributes:
        point: Where the drive is mounted.
        photos: The chosen folder on it.
        volume: The drive.
        volumes: The drives there are.
    """

    def __init__(self, base: Path, *, identity: str = "uuid:t7") -> None:
        self.base = base
        self.point = base / "media" / "T7"
        self.photos = self.point / "photos"
        self.photos.mkdir(parents=True)
        self.volume = Volume(identity, "T7", self.point)
        self.volumes = SaidVolumes(self.volume)
        self.catalog = Catalog(base / "catalog.db")
        self.catalog.folders.add(self.photos)
        self.presence = Presence(self.catalog, self.volumes, clock=lambda: NOW_S)
        self.know()

    def know(self, count: int = 6) -> None:
        """Photos that the catalogue knows, as they are on the drive."""
        for n in range(count):
            path = self.photos / f"{n}.jpg"
            path.write_bytes(b"x" * (n + 1))
            self.catalog.photos.save([record(path, f"c{n}", vector=unit(n), size_bytes=n + 1)], MODEL)
        assert self.presence.look() == []

    def connect_at(self, point: Path) -> None:
        """Unplug the drive, and plug it in elsewhere."""
        point.parent.mkdir(parents=True, exist_ok=True)
        self.point.rename(point)
        self.volumes.said = [replace(self.volume, mount_point=point)]

    @property
    def offline_since(self) -> int | None:
        return self.catalog.drives.chosen()[0].offline_since


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.catalog.close()


def empty(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def test_what_is_there_is_remembered_with_its_drive(place: Place) -> None:
    (folder,) = place.catalog.drives.chosen()
    assert (folder.volume, folder.drive, folder.inside) == ("uuid:t7", "T7", Path("photos"))
    assert place.presence.is_there(place.photos)


def test_a_folder_that_is_gone_is_offline_since_it_was_first_missed(place: Place) -> None:
    place.point.rename(place.base / "drawer")
    place.volumes.said = []
    assert not place.presence.is_there(place.photos)
    assert place.offline_since == NOW_S
    later = Presence(place.catalog, place.volumes, clock=lambda: NOW_S + 99)
    later.look()
    assert place.offline_since == NOW_S
    (place.base / "drawer").rename(place.point)
    assert later.is_there(place.photos)
    assert place.offline_since is None


def test_an_empty_mount_point_on_the_systems_own_disk_is_offline(place: Place) -> None:
    empty(place.photos)
    place.volumes.said = []
    assert not place.presence.is_there(place.photos)
    assert place.offline_since == NOW_S


def test_a_folder_emptied_on_a_local_drive_is_believed(place: Place) -> None:
    empty(place.photos)
    assert place.presence.is_there(place.photos)
    assert place.offline_since is None


def test_a_share_that_lists_nothing_is_doubted(tmp_path: Path) -> None:
    place = Place(tmp_path, identity=share_id("//nas/photos"))
    empty(place.photos)
    assert not place.presence.is_there(place.photos)
    place.catalog.close()


def test_another_drive_in_its_place_is_no_deletion(place: Place) -> None:
    empty(place.photos)
    (place.photos / "stranger.jpg").write_bytes(b"other")
    place.volumes.said = [Volume("uuid:other", "STICK", place.point)]
    assert not place.presence.is_there(place.photos)
    assert place.catalog.drives.chosen()[0].drive == "T7"


def test_a_new_drive_with_the_same_photos_takes_over(place: Place) -> None:
    place.volumes.said = [Volume("uuid:larger", "T9", place.point)]
    assert place.presence.is_there(place.photos)
    assert place.catalog.drives.chosen()[0].volume == "uuid:larger"


def test_an_empty_folder_that_never_had_photos_is_there_on_any_drive(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.catalog.photos.remove(place.photos.iterdir())
    empty(place.photos)
    place.volumes.said = []
    assert place.presence.is_there(place.photos)
    place.catalog.close()


def test_a_folder_below_a_chosen_one_is_there_when_both_are(place: Place) -> None:
    (place.photos / "rome").mkdir()
    assert place.presence.is_there(place.photos / "rome")
    assert not place.presence.is_there(place.photos / "nowhere")
    assert place.offline_since is None


def test_what_earlier_versions_remembered_protects_the_first_start_after_the_upgrade(place: Place) -> None:
    place.catalog.folders.remove(place.photos)
    place.catalog.folders.add(place.photos)
    place.catalog.photos.save([record(place.photos / "0.jpg", "c0", vector=unit(0))], MODEL)
    place.catalog.notes.set(f"device of {place.photos}", str(place.photos.stat().st_dev + 1))
    empty(place.photos)
    assert not place.presence.is_there(place.photos)


def test_a_drive_connected_elsewhere_is_followed(place: Place) -> None:
    elsewhere = place.base / "mnt" / "disk"
    place.connect_at(elsewhere)
    assert place.presence.look() == [Moved(place.photos, elsewhere / "photos", "T7")]
    assert place.catalog.folders.paths() == [elsewhere / "photos"]
    assert len(place.catalog.known.files(elsewhere)) == 6
    assert place.offline_since is None
    assert place.presence.look() == []


def test_a_clone_with_other_photos_is_not_taken_for_the_drive(place: Place) -> None:
    elsewhere = place.base / "mnt"
    place.connect_at(elsewhere)
    for n in range(4):
        (elsewhere / "photos" / f"{n}.jpg").write_bytes(b"another photo of this name")
    assert place.presence.look() == []
    assert place.catalog.folders.paths() == [place.photos]
    assert place.offline_since == NOW_S


def test_a_clone_beside_the_drive_changes_nothing(place: Place) -> None:
    shutil.copytree(place.point, place.base / "clone")
    place.volumes.said.append(replace(place.volume, mount_point=place.base / "clone"))
    assert place.presence.look() == []
    assert place.catalog.folders.paths() == [place.photos]


def test_only_folders_that_are_asked_about_are_looked_at(place: Place, tmp_path: Path) -> None:
    place.point.rename(tmp_path / "drawer")
    place.presence.look(about=[tmp_path / "elsewhere"])
    assert place.offline_since is None
    place.presence.look(about=[place.photos / "rome"])
    assert place.offline_since == NOW_S


def test_a_drive_that_is_connected_is_news_once(place: Place) -> None:
    assert not place.presence.has_news()
    place.point.rename(place.base / "drawer")
    place.volumes.said = []
    place.presence.look()
    assert not place.presence.has_news()
    place.volumes.said = [replace(place.volume, mount_point=place.base / "mnt")]
    assert place.presence.has_news()
    assert not place.presence.has_news()


def test_a_drive_that_was_found_and_pulled_and_is_back_before_anybody_asks_is_news(place: Place) -> None:
    drawer = place.base / "drawer"
    for _ in range(2):
        place.point.rename(drawer)
        place.volumes.said = []
        place.presence.look()
        drawer.rename(place.point)
        place.volumes.said = [place.volume]
        assert place.presence.has_news()
        place.presence.look()


def test_a_person_may_say_where_a_folder_is(place: Place) -> None:
    new = place.base / "sorted"
    place.photos.rename(new)
    assert place.presence.locate(place.photos, new) == Moved(place.photos, new, "T7")
    assert place.catalog.folders.paths() == [new]
    (place.base / "empty").mkdir()
    with pytest.raises(LibraryError, match="Most photos known from"):
        place.presence.locate(new, place.base / "empty")
    with pytest.raises(LibraryError, match="not in the library"):
        place.presence.locate(place.photos, new)


def test_looking_writes_nothing_unless_it_is_the_writer_who_looks(place: Place) -> None:
    place.point.rename(place.base / "drawer")
    assert [one.is_there for one in place.presence.seen()] == [False]
    assert place.offline_since is None


def test_a_folder_that_may_not_be_read_any_more_is_there_and_closed(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir

    def refuse(folder: Path) -> "os._ScandirIterator[str]":
        if folder == place.photos:
            raise PermissionError(errno.EACCES, "Permission denied", str(folder))
        return scandir(folder)

    with monkeypatch.context() as closed:
        closed.setattr(os, "scandir", refuse)
        [seen] = place.presence.seen()
        assert (seen.is_there, seen.is_closed, place.offline_since) == (False, True, None)
        assert not place.presence.is_there(place.photos)
        assert place.presence.is_closed(place.photos)
        assert place.presence.missing_inside(place.point) == [UnreadableFolder(place.photos, NOT_ALLOWED)]
        assert not place.presence.is_there(place.photos / "inside")
    assert place.presence.is_there(place.photos)
    assert not place.presence.is_closed(place.photos)
    assert [(one.is_there, one.is_closed) for one in place.presence.seen()] == [(True, False)]
    place.point.rename(place.base / "drawer")
    assert place.presence.missing_inside(place.point) == [UnreadableFolder(place.photos, NOT_THERE)]


class HangingVolumes(Volumes):
    """A share whose server is gone: whoever looks at it waits until the test ends."""

    def __init__(self) -> None:
        self.is_over = threading.Event()

    def holding(self, path: Path) -> Volume | None:
        self.is_over.wait()
        return None


@pytest.mark.parametrize(("identity", "is_there"), [(share_id("//nas/photos"), False), ("uuid:t7", True)])
def test_a_drive_that_does_not_answer_holds_nobody(tmp_path: Path, identity: str, is_there: bool) -> None:
    place = Place(tmp_path, identity=identity)
    hanging = HangingVolumes()
    presence = Presence(place.catalog, hanging)
    try:
        presence.look(within_s=0.1)
        # A share is not there; a local disk sleeps and is as it was.
        assert (place.offline_since is None) == is_there
        assert [one.is_there for one in presence.seen()] == [is_there]
    finally:
        hanging.is_over.set()
        place.catalog.close()


def test_a_folder_whose_place_does_not_answer_is_not_followed_to_a_copy(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows whether it is gone, and its photos elsewhere may be another person's copy of them."""
    found = [
        FoundPhoto(place.base / "copy" / path.name, stamp.size_bytes, stamp.mtime_ns)
        for path, stamp in place.catalog.known.files(place.photos).items()
    ]
    is_over = threading.Event()
    looked: list[Path] = []

    def hang(folder: Path, *, around: bool) -> bool:
        looked.append(folder)
        return is_over.wait() and around

    monkeypatch.setattr(presence, "_is_gone", hang)
    monkeypatch.setattr(presence, "LONG_S", 0.1)
    try:
        assert place.presence.moved_among(found) == []
        assert looked == [place.photos]
    finally:
        is_over.set()
    assert [folder.path for folder in place.catalog.drives.chosen()] == [place.photos]


def test_a_question_that_is_still_open_is_not_asked_twice() -> None:
    is_over = threading.Event()
    asked: list[int] = []

    def hang() -> bool:
        asked.append(1)
        return is_over.wait()

    patience: Deadlines[str, bool] = Deadlines()
    try:
        assert patience.ask({"dead": hang, "alive": lambda: True}, 0.1) == {"alive": True}
        assert patience.ask({"dead": hang}, 0.1) == {}
        assert len(asked) == 1
    finally:
        is_over.set()
    assert patience.ask({"dead": hang}, 10) == {"dead": True}


def test_a_question_that_fails_fails_for_who_asked() -> None:
    def fail() -> bool:
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        Deadlines[str, bool]().ask({"one": fail}, 10)


@pytest.mark.xdist_group("mounts")
def test_a_real_drive_comes_goes_and_moves(drive: Drive, tmp_path: Path) -> None:
    home, other = tmp_path / "media" / "one", tmp_path / "media" / "two"
    with Catalog(tmp_path / "catalog.db") as catalog:
        presence = Presence(catalog)
        with drive.mounted_at(home):
            catalog.folders.add(home / "photos")
            (home / "photos").mkdir()
            (home / "photos" / "a.jpg").write_bytes(b"photo")
            catalog.photos.save([record(home / "photos" / "a.jpg", "a", size_bytes=5)], None)
            catalog.folders.add(home)
            assert presence.look() == []
        presence.look()
        assert [one.offline_since is None for one in catalog.drives.chosen()] == [False, True]
        with drive.mounted_at(other):
            moves = presence.look()
            assert {move.new for move in moves} >= {other / "photos"}
            assert catalog.photos.at(other / "photos" / "a.jpg", None) is not None
        assert [one.drive for one in catalog.drives.chosen() if one.path == other / "photos"] == [drive.label]
