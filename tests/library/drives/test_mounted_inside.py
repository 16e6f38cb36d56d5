"""Which drives inside chosen folders are there, as far as can be told without waking or waiting for them."""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.library.catalog import Catalog, InnerDrive
from desktop_app.library.drives import mounted_inside
from desktop_app.library.drives.mounted_inside import MountedInside
from desktop_app.library.volumes.volume import Volume, share_id
from tests.drives import SaidVolumes
from tests.library.catalog.records import MODEL, record, unit
from tests.waiting import wait_until

NOW_S = 1_795_000_000
WAIT_S = 10.0


class Place:
    """A catalogue with a chosen folder and photos of a drive mounted inside it.

    Attributes:
        photos: The chosen folder.
        stick: Where the drive is mounted.
        volume: The drive.
    """

    def __init__(self, base: Path, identity: str = "uuid:t7") -> None:
        self.photos = base / "photos"
        self.stick = self.photos / "stick"
        self.stick.mkdir(parents=True)
        self.volume = Volume(identity, "T7 Shield", self.stick)
        self.volumes = SaidVolumes(self.volume)
        self.catalog = Catalog(base / "catalog.db")
        self.catalog.folders.add(self.photos)
        self.drives = MountedInside(self.catalog, self.volumes, clock=lambda: NOW_S)
        self.connect()
        assert self.look() == [InnerDrive(self.stick, identity, "T7 Shield")]
        self.catalog.photos.save([record(self.stick / "a.jpg", "a", vector=unit(1))], MODEL)

    def look(self, within_s: float = WAIT_S) -> list[InnerDrive]:
        """Look, and see that what is returned is what is remembered."""
        seen = sorted(self.drives.look(within_s), key=lambda one: one.place)
        assert seen == self.catalog.drives.mounted_inside()
        return seen

    def connect(self) -> None:
        self.volumes.said = [self.volume]
        (self.stick / "a.jpg").write_bytes(b"x")

    def disconnect(self) -> None:
        self.volumes.said = []
        (self.stick / "a.jpg").unlink(missing_ok=True)

    @property
    def away(self) -> InnerDrive:
        return InnerDrive(self.stick, self.volume.id, "T7 Shield", NOW_S)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.catalog.close()


@pytest.fixture
def share(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path, share_id("//nas/photos"))
    yield made
    made.catalog.close()


def test_a_drive_that_goes_is_away_until_it_is_back(place: Place) -> None:
    assert place.drives.missing(place.photos, WAIT_S) == []
    place.disconnect()
    assert place.drives.missing(place.photos, WAIT_S) == [place.away]
    assert place.drives.missing(place.stick / "rome", WAIT_S) == [place.away]
    assert place.drives.missing(place.photos / "other", WAIT_S) == []
    assert place.look() == [place.away]
    # Also when the folder it was mounted on is gone.
    shutil.rmtree(place.stick)
    assert place.look() == [place.away]
    place.stick.mkdir()
    place.connect()
    assert place.drives.missing(place.photos, WAIT_S) == []
    assert [one.offline_since for one in place.look()] == [None]


def test_what_was_put_in_its_place_is_believed(place: Place) -> None:
    place.disconnect()
    place.look()
    (place.stick / "a.jpg").write_bytes(b"copied")
    assert place.look() == []


def test_another_drive_in_its_place_is_believed_only_with_something_on_it(place: Place) -> None:
    place.disconnect()
    place.volumes.said = [replace(place.volume, id="uuid:new", name="New")]
    assert place.look() == [place.away]
    (place.stick / "b.jpg").write_bytes(b"x")
    assert place.look() == [InnerDrive(place.stick, "uuid:new", "New")]


def test_what_lies_in_no_chosen_folder_is_forgotten(place: Place) -> None:
    place.catalog.folders.forget(place.photos)
    assert place.look() == []


def test_a_drive_at_a_chosen_folder_is_that_folder_s_own(place: Place) -> None:
    place.catalog.folders.add(place.stick)
    assert place.look() == []


def test_a_folder_reached_through_a_link_has_its_drives_below_the_link(tmp_path: Path) -> None:
    made = Place(tmp_path)
    link = tmp_path / "link"
    link.symlink_to(made.photos)
    made.catalog.folders.add(link)
    assert [one.place for one in made.look()] == [link / "stick", made.stick]
    made.catalog.close()


def test_news_are_told_once(place: Place) -> None:
    assert not place.drives.has_news()
    place.disconnect()
    assert place.drives.has_news()
    assert not place.drives.has_news()
    place.look()
    assert not place.drives.has_news()
    place.connect()
    assert place.drives.has_news()
    place.look()
    assert not place.drives.has_news()


def test_a_drive_that_was_pulled_and_is_back_before_anybody_asks_for_news_is_news(place: Place) -> None:
    assert not place.drives.has_news()
    place.disconnect()
    # Somebody refreshed a folder just then.
    assert place.look() == [place.away]
    place.connect()
    assert place.drives.has_news()
    assert not place.drives.has_news()
    place.look()
    assert not place.drives.has_news()


def test_a_share_that_does_not_answer_is_away_until_it_does(
    share: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    really, answers = mounted_inside._is_empty, threading.Event()

    def hanging(place: Path) -> bool:
        if place == share.stick:
            answers.wait()
        return really(place)

    monkeypatch.setattr(mounted_inside, "_is_empty", hanging)
    try:
        assert share.look(0.5) == [share.away]
        assert not share.drives.has_news()
    finally:
        answers.set()
    wait_until(share.drives.has_news)
    assert [one.offline_since for one in share.look()] == [None]


def test_a_folder_that_does_not_answer_says_nothing_of_what_is_inside(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()

    def hanging(folder: Path) -> str:
        answers.wait()
        return str(folder)

    place.disconnect()
    monkeypatch.setattr(mounted_inside, "_real", hanging)
    try:
        assert place.look(0.0) == [InnerDrive(place.stick, "uuid:t7", "T7 Shield")]
    finally:
        answers.set()


@pytest.mark.parametrize("is_lent", [False, True], ids=["empty", "to another drive"])
def test_a_drive_that_is_away_is_remembered_while_its_place_does_not_answer(
    place: Place, monkeypatch: pytest.MonkeyPatch, *, is_lent: bool
) -> None:
    really, answers = mounted_inside._is_empty, threading.Event()

    def hanging(folder: Path) -> bool:
        if folder == place.stick:
            answers.wait()
        return really(folder)

    place.disconnect()
    if is_lent:
        place.volumes.said = [replace(place.volume, id="uuid:new", name="New")]
    monkeypatch.setattr(mounted_inside, "_is_empty", hanging)
    try:
        assert place.look(0.1) == [place.away]
    finally:
        answers.set()
