"""Listings that hang are left behind; here the hanging is made with events, so that it can be looked at closely."""

import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop_app.library.concurrency.courtesy import Courtesy
from desktop_app.library.concurrency.deadlines import NO_ANSWER
from desktop_app.library.errors import FolderMissingError
from desktop_app.library.folders import patient_listing
from desktop_app.library.folders.comparing import FoundPhoto, UnreadableFolder
from desktop_app.library.folders.listing import Beat, list_folders
from desktop_app.library.folders.patient_listing import Listed, Listing, PatientListing, SilentDriveError
from tests.pictures import save_colour
from tests.waiting import wait_until

ROOT = Path("/photos")
WAIT_S = 30.0

AllListed = Listed[FoundPhoto]
Patient = PatientListing[FoundPhoto]


def always(_count: int) -> bool:
    return True


def photo(name: str) -> FoundPhoto:
    return FoundPhoto(ROOT / name, 1, 1)


def begin(listing: Callable[[frozenset[Path], Beat], Iterator[str]]) -> Listing[FoundPhoto]:
    """Make a listing of one that yields the names of photos."""

    def listed(
        _into: AllListed, absent: frozenset[Path], beat: Beat
    ) -> Iterator[tuple[int, list[FoundPhoto]]]:
        for name in listing(absent, beat):
            yield 1, [photo(name)]

    return listed


class Drive:
    """Hangs at some places until it is told to answer."""

    def __init__(self, *silent: Path) -> None:
        self._silent = silent
        self.answers = threading.Event()

    def listing(self, absent: frozenset[Path], beat: Beat) -> Iterator[str]:
        for name in ("a", "b", "c"):
            place = ROOT / name
            beat(place)
            if place in absent:
                continue
            if place in self._silent:
                self.answers.wait(WAIT_S)
            beat(place)
            yield f"{name}/photo.jpg"


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_listing, "SILENT_S", 0.3)
    monkeypatch.setattr(patient_listing, "_LOOK_S", 0.05)


def names(listed: AllListed) -> list[str]:
    return [one.path.relative_to(ROOT).as_posix() for one in listed.found]


def test_a_place_that_hangs_is_gone_round_until_it_answers() -> None:
    drive, patient = Drive(ROOT / "b"), Patient()
    try:
        for _ in range(2):
            listed = patient.list(ROOT, begin(drive.listing), (), always)
            assert names(listed) == ["a/photo.jpg", "c/photo.jpg"]
            assert listed.unreadable == [UnreadableFolder(ROOT / "b", NO_ANSWER)]
        assert not patient.answers_again()
        # Only one thread hangs, however often it is listed; other folders know nothing of it.
        assert [thread.name for thread in threading.enumerate()].count("listing") == 1
        other = patient.list(Path("/other"), begin(lambda _absent, _beat: iter(["x"])), (), always)
        assert other.unreadable == []
        with pytest.raises(SilentDriveError):
            patient.list(ROOT / "b" / "deep", begin(drive.listing), (), always)
    finally:
        drive.answers.set()
    wait_until(patient.answers_again)
    listed = patient.list(ROOT, begin(drive.listing), (), always)
    assert (len(listed.found), listed.unreadable) == (3, [])
    assert not patient.answers_again()


def test_a_drive_that_hangs_everywhere_does_not_answer_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_listing, "_MOST_SILENT", 2)
    drive = Drive(ROOT / "a", ROOT / "b", ROOT / "c")
    try:
        with pytest.raises(SilentDriveError) as error:
            Patient().list(ROOT, begin(drive.listing), (), always)
        assert error.value.place == ROOT
    finally:
        drive.answers.set()


def test_one_that_is_slow_but_gets_on_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_listing, "SILENT_S", 0.6)

    def slow(_absent: frozenset[Path], beat: Beat) -> Iterator[str]:
        pause = threading.Event()
        for n in range(40):
            beat(ROOT / str(n))
            pause.wait(0.03)
        yield "a.jpg"

    assert names(Patient().list(ROOT, begin(slow), (), always)) == ["a.jpg"]


def test_it_stops_when_it_is_told_to_also_while_it_hangs() -> None:
    drive = Drive(ROOT / "b")
    try:
        listed = Patient().list(ROOT, begin(drive.listing), (), lambda count: count < 1)
        assert names(listed) == ["a/photo.jpg"]
    finally:
        drive.answers.set()


def test_a_pause_stops_the_listing_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_listing, "_MOST_WAITING", 2)
    yielded: list[int] = []

    def endless(_absent: frozenset[Path], _beat: Beat) -> Iterator[str]:
        for n in range(1000):
            yielded.append(n)
            yield f"{n}.jpg"

    ahead: list[int] = []

    def paused_once(count: int) -> bool:
        if count == 5:
            # Long enough for a thousand photos, and for the drive to count as silent.
            threading.Event().wait(0.5)
            ahead.append(len(yielded) - count)
        return count < 6

    assert len(Patient().list(ROOT, begin(endless), (), paused_once).found) == 6
    assert ahead[0] <= 2 + 2


def test_errors_come_to_who_waits() -> None:
    def gone(_absent: frozenset[Path], _beat: Beat) -> Iterator[str]:
        yield from ()
        raise FolderMissingError(ROOT)

    def broken(_absent: frozenset[Path], _beat: Beat) -> Iterator[str]:
        yield "a.jpg"
        raise ZeroDivisionError

    for listing, error in ((gone, FolderMissingError), (broken, ZeroDivisionError)):
        with pytest.raises(error):
            Patient().list(ROOT, begin(listing), (), always)


def test_a_real_folder_is_listed_whole(tmp_path: Path) -> None:
    photos = [save_colour(tmp_path / f"{n}" / "a.png") for n in range(100)]
    seen: list[str | Path] = []

    def listing(
        into: AllListed, absent: frozenset[Path], beat: Beat
    ) -> Iterator[tuple[int, list[FoundPhoto]]]:
        def noted(place: str | Path) -> None:
            seen.append(Path(place))
            beat(place)

        for folder in list_folders(tmp_path, report=into.unreadable.append, absent=absent, beat=noted):
            yield len(folder.rows), folder.photos()

    listed = Patient().list(tmp_path, listing, [tmp_path / "7"], always)
    assert {one.path for one in listed.found} == set(photos) - {tmp_path / "7" / "a.png"}
    # Not even looked at.
    assert {tmp_path / "8", tmp_path / "8" / "a.png"} <= set(seen)
    assert not {tmp_path / "7", tmp_path / "7" / "a.png"} & set(seen)


def test_a_drive_is_not_silent_because_the_machine_was_asleep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_listing, "SILENT_S", 30.0)
    hours = count(0.0, 3600.0)
    monkeypatch.setattr(patient_listing, "time", SimpleNamespace(monotonic=lambda: next(hours)))
    drive, looks = Drive(ROOT / "b"), count(1)

    def goes_on(_count: int) -> bool:
        if next(looks) > 5:
            drive.answers.set()
        return True

    listed = Patient().list(ROOT, begin(drive.listing), (), goes_on)
    assert (len(listed.found), listed.unreadable) == (3, [])


@pytest.mark.parametrize("waiting", [1, 2])
def test_more_than_may_wait_is_handed_over_all_the_same(
    monkeypatch: pytest.MonkeyPatch, waiting: int
) -> None:
    monkeypatch.setattr(patient_listing, "_MOST_WAITING", waiting)
    monkeypatch.setattr(patient_listing, "_LOOK_S", 0.005)
    found = [f"{n}.jpg" for n in range(50)]
    listed = Patient().list(ROOT, begin(lambda _absent, _beat: iter(found)), (), always)
    assert names(listed) == found


@pytest.mark.parametrize("waiting", [1, 64])
def test_a_listing_that_is_stopped_ends_its_thread(monkeypatch: pytest.MonkeyPatch, waiting: int) -> None:
    monkeypatch.setattr(patient_listing, "_MOST_WAITING", waiting)
    endless = (f"{n}.jpg" for n in count())
    asked = count(1)
    listed = Patient().list(ROOT, begin(lambda _a, _b: endless), (), lambda _count: next(asked) < 5)
    assert len(listed.found) < 5
    wait_until(lambda: not any(thread.name == "listing" for thread in threading.enumerate()))


def test_a_listing_gives_way_while_the_window_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_listing, "_BEATS_AT_ONCE", 2)
    courtesy, looked = Courtesy(), []
    courtesy.use(3600)
    ways: list[Callable[[], bool]] = []
    monkeypatch.setattr(courtesy, "give_way", ways.append)

    def listing(_absent: frozenset[Path], beat: Beat) -> Iterator[str]:
        for name in "abcde":
            beat(ROOT / name)
            looked.append((name, len(ways)))
            yield name

    found = PatientListing[FoundPhoto](courtesy).list(ROOT, begin(listing), (), always).found
    assert [one.path.name for one in found] == list("abcde")
    assert looked == [("a", 0), ("b", 1), ("c", 1), ("d", 2), ("e", 2)]
    # Whoever is left behind waits for nobody.
    assert ways[0]()
