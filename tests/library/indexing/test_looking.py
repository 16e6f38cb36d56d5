"""Looking at folders: what was not listed to its end, or lies on a drive that is away, is not taken for gone."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.library.catalog import Catalog
from desktop_app.library.concurrency.control import Control
from desktop_app.library.events import Event
from desktop_app.library.folders.comparing import FoundPhoto, UnreadableFolder
from desktop_app.library.folders.listed_folder import ListedFolder
from desktop_app.library.indexing.left_out import LeftOut
from desktop_app.library.indexing.looking import Looking, Wishes
from desktop_app.library.indexing.tally import Tally
from desktop_app.library.photo import NOT_THERE
from tests.library.catalog.records import MODEL, record, unit
from tests.library.indexing.bench import Bench
from tests.pictures import save_many

PLAIN = Wishes(frozenset(), frozenset(), is_asked=True)


@pytest.mark.parametrize("questions", range(5))
def test_stopping_while_a_folder_is_listed_removes_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, questions: int
) -> None:
    for name in ("a", "b", "c"):
        save_many(bench.photos / name, 2)
    bench.refresh()
    before = bench.catalog.known.files(bench.photos)
    really, left = bench.control.wait, iter(range(questions))

    def wait(*, listing: bool = False) -> bool:
        if next(left, None) is None:
            bench.control.stop()
        return really(listing=listing)

    monkeypatch.setattr(bench.control, "wait", wait)
    report = bench.refresh()
    assert bench.control.stopped
    assert report.removed == 0
    assert bench.catalog.known.files(bench.photos) == before
    assert bench.catalog.photos.counts("color-1").indexed == 6


class Place:
    """What looks at a chosen folder with a stick inside whose drive is away."""

    def __init__(self, base: Path) -> None:
        self.photos = base / "photos"
        self.stick = self.photos / "stick"
        save_many(self.photos / "here", 2)
        # What lies there while the drive is away is not its own.
        save_many(self.stick, 3)
        self.catalog = Catalog(base / "catalog.db")
        self.catalog.folders.add(self.photos)
        self.away = [UnreadableFolder(self.stick, NOT_THERE)]
        self.events: list[Event] = []
        self.looking = Looking(
            self.catalog,
            LeftOut(self.catalog),
            Control(),
            self.events.append,
            is_there=lambda _folder: True,
            missing_inside=lambda _folder: self.away,
            excluded=(),
        )


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.catalog.close()


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Which folders were listed."""
    really, places = os.scandir, []

    def scandir(path: Path) -> "os._ScandirIterator[str]":
        places.append(Path(path))
        return really(path)

    monkeypatch.setattr(os, "scandir", scandir)
    return places


def test_the_place_of_a_drive_that_is_away_is_not_listed(
    place: Place, looked_at: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    place.catalog.photos.save([record(place.stick / "known.jpg", "known", vector=unit(1))], MODEL)
    # Nor is anybody asked for the million photos that may be known there.
    monkeypatch.setattr(place.catalog.known, "stamps", lambda asked: pytest.fail(str(asked)))
    tally = Tally()
    look = place.looking.compared(place.photos, tally, PLAIN, lambda _count: None)
    assert look is not None
    assert len(look.comparison.new) == 2
    assert list(look.comparison.gone) == []
    assert place.photos / "here" in looked_at
    assert place.stick not in looked_at
    assert tally.unreadable == place.away


def test_a_chosen_folder_that_is_away_is_not_listed_from_above(place: Place, looked_at: list[Path]) -> None:
    """Its drive may hang whoever looks at it."""
    place.away = []
    other = place.photos / "other"
    save_many(other, 1)
    place.catalog.folders.add(other)
    place.catalog.drives.set_offline(other, 1_700_000_000)
    assert place.looking.compared(place.photos, Tally(), PLAIN, lambda _count: None) is not None
    assert other not in looked_at


def test_photos_of_drives_that_are_away_are_not_tried(place: Place, tmp_path: Path) -> None:
    here, away, unchosen = (
        FoundPhoto(path, 1, 1)
        for path in (place.photos / "here" / "a.png", place.stick / "deep" / "b.png", tmp_path / "c.png")
    )
    assert place.looking.there([here, away, unchosen]) == {here.path}
    place.away = []
    assert place.looking.there([here, away, unchosen]) == {here.path, away.path}


def test_of_photos_that_are_as_they_were_none_is_made_a_value(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A million of them would take a gigabyte."""
    photos = save_many(bench.photos / "a", 3) + save_many(bench.photos / "b", 2)
    bench.refresh()
    (bench.photos / "a" / "new.png").write_bytes(photos[0].read_bytes())
    photos[1].unlink()
    shutil.rmtree(bench.photos / "b")
    really, made = ListedFolder._photo, []

    def photo(folder: ListedFolder, name: str) -> FoundPhoto:
        made.append(name)
        return really(folder, name)

    monkeypatch.setattr(ListedFolder, "_photo", photo)
    report = bench.refresh()
    assert (report.found, report.unchanged, report.moved + report.removed) == (3, 2, 3)
    assert made == ["new.png"]
