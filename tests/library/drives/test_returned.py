"""What is back is listed, whoever sees first that it is: by what was done, never by how long anything took."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.library.catalog import Catalog
from desktop_app.library.concurrency.control import Control
from desktop_app.library.drives.following import DriveFollower
from desktop_app.library.drives.presence import Presence
from desktop_app.library.drives.returned import Returned
from desktop_app.library.indexing.left_out import LeftOut
from desktop_app.library.indexing.looking import Looking, Wishes
from desktop_app.library.indexing.tally import Tally
from desktop_app.library.volumes.volume import Volume, share_id
from tests.drives import SaidVolumes
from tests.library.catalog.records import MODEL, record, unit

PLAIN = Wishes(frozenset(), frozenset(), is_asked=False)


class Place:
    """Two chosen folders with a photo each; in the first, a folder with one, and a share with one mounted.

    Attributes:
        photos: The first chosen folder.
        beside: The folder in it.
        share: Where the share is mounted.
        other: The second chosen folder.
        control: Stops listings.
        drives: What is asked in idle moments.
    """

    def __init__(self, base: Path) -> None:
        self.photos, self.other = base / "photos", base / "other"
        self.beside, self.share = self.photos / "beside", self.photos / "nas"
        self._volume = Volume(share_id("//nas/photos"), "nas", self.share)
        self._volumes = SaidVolumes(self._volume)
        self.catalog = Catalog(base / "catalog.db")
        for folder in (self.photos, self.other):
            self.catalog.folders.add(folder)
        for folder in (self.photos, self.other, self.beside, self.share):
            folder.mkdir()
            (folder / "a.jpg").write_bytes(b"x")
            self.catalog.photos.save([record(folder / "a.jpg", str(folder), vector=unit(1))], MODEL)
        presence = Presence(self.catalog, self._volumes)
        self.drives = DriveFollower(self.catalog, presence, lambda _event: None, lambda: None, lambda: None)
        self.control = Control()
        self.looking = Looking(
            self.catalog,
            LeftOut(self.catalog),
            self.control,
            lambda _event: None,
            is_there=presence.is_there,
            missing_inside=presence.missing_inside,
            excluded=(),
        )
        self.looking.was_listed = presence.returned.listed
        presence.look()

    def list(self, folder: Path) -> None:
        self.looking.compared(folder, Tally(), PLAIN, lambda _count: None)

    def pull_share(self) -> None:
        self._volumes.said = []
        (self.share / "a.jpg").unlink()

    def put_share_in(self) -> None:
        self._volumes.said = [self._volume]
        (self.share / "a.jpg").write_bytes(b"x")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.catalog.close()


@pytest.fixture
def returned_share(place: Place) -> Place:
    """The share was away for a listing, and is back; nobody has asked about drives meanwhile."""
    place.pull_share()
    place.list(place.photos)
    place.put_share_in()
    return place


@pytest.mark.parametrize("listed", ["beside", "other"])
def test_a_share_that_is_found_back_before_something_else_is_listed_is_listed_still(
    returned_share: Place, listed: str
) -> None:
    returned_share.list(getattr(returned_share, listed))
    assert returned_share.drives.came_back()
    assert not returned_share.drives.came_back()


@pytest.mark.parametrize("listed", ["photos", "share"])
def test_a_share_that_was_listed_when_it_was_found_back_is_not_listed_twice(
    returned_share: Place, listed: str
) -> None:
    returned_share.list(getattr(returned_share, listed))
    assert not returned_share.drives.came_back()


def test_a_listing_that_a_person_ended_is_not_begun_anew(returned_share: Place) -> None:
    returned_share.list(returned_share.beside)
    returned_share.control.stop()
    returned_share.list(returned_share.photos)
    assert not returned_share.drives.came_back()


def test_a_chosen_folder_that_an_idle_look_finds_back_is_listed_still(place: Place) -> None:
    """Photos that could not be read are tried in idle moments, which asks whether their folders are there."""
    drawer = place.other.with_name("drawer")
    place.other.rename(drawer)
    place.list(place.other)
    assert not place.drives.came_back()
    drawer.rename(place.other)
    place.looking.there(())
    assert place.drives.came_back()


def test_a_listing_takes_away_what_it_went_through_and_nothing_else() -> None:
    returned = Returned()
    top, hung = Path("/photos"), Path("/photos/nas/deep")
    for folder in (top / "stick", hung, hung / "more", Path("/other")):
        returned.note(folder, is_there=True)
    returned.note(Path("/other"), is_there=False)
    returned.listed(top / "stick" / "rome", ())
    returned.listed(top, [hung])
    assert returned.take() == {hung, hung / "more"}
    assert returned.take() == set()
