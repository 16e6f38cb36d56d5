"""What is known of photos that are gone is kept for 30 days, or forgotten at once."""

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from desktop_app.library.catalog import Catalog
from desktop_app.library.catalog.orphans import OrphanTable
from desktop_app.library.catalog.safety_copy import SafetyCopy
from desktop_app.library.media.metadata.metadata import Metadata
from desktop_app.library.space.forgetter import Forgetter
from desktop_app.library.thumbnails import ThumbnailStore
from tests.library.catalog.records import MODEL, record, unit

HOME = Path("/photos") if os.name == "posix" else Path("C:/photos")
DAY_S = 24 * 3600
NAMES = ("first", "second", "third")


def never() -> bool:
    return False


class Kept:
    """A catalogue with thumbnails, and a clock to be put on."""

    def __init__(self, folder: Path) -> None:
        self.catalog = Catalog(folder / "catalog.db")
        self.thumbnails = ThumbnailStore(folder / "cache" / "thumbnails")
        self.copy = SafetyCopy(self.catalog)
        self.now = time.time()
        self.forgetter = Forgetter(self.catalog, self.thumbnails, self.copy, lambda: self.now)
        self.catalog.folders.add(HOME)
        for number, name in enumerate(NAMES):
            self.catalog.photos.save([record(HOME / f"{name}.jpg", name, vector=unit(number))], MODEL)
            self.thumbnails.write(name, Image.new("RGB", (8, 8)))

    def wait(self, days: float) -> None:
        """Let time pass, with an idle moment each day."""
        end = self.now + days * DAY_S
        while self.now < end:
            self.now = min(self.now + DAY_S, end)
            self.forgetter.renew(never)

    def known(self) -> dict[str, tuple[bool, bool]]:
        """Of each photo whether it has a vector, and a thumbnail."""
        return {name: (self.catalog.vectors.has(name, MODEL), self.thumbnails.has(name)) for name in NAMES}


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path)
    yield kept
    kept.catalog.close()


ALL = (True, True)
NONE = (False, False)


def test_photos_that_are_gone_are_known_for_30_days(kept: Kept) -> None:
    kept.catalog.photos.remove([HOME / "first.jpg"])
    kept.wait(29.9)
    assert kept.known() == dict.fromkeys(NAMES, ALL)
    kept.wait(2.5)
    assert kept.known() == {"first": NONE, "second": ALL, "third": ALL}
    assert kept.catalog.check() == []


def test_photos_on_a_drive_that_is_away_are_never_forgotten(kept: Kept) -> None:
    kept.catalog.drives.set_offline(HOME, 1)
    kept.wait(1000)
    assert kept.known() == dict.fromkeys(NAMES, ALL)


def test_somebody_who_waits_is_not_kept_waiting(kept: Kept) -> None:
    kept.catalog.folders.remove(HOME)
    kept.wait(30)
    kept.now += 2 * DAY_S
    kept.forgetter.renew(lambda: True)
    assert kept.known() == dict.fromkeys(NAMES, ALL)


def test_what_was_to_go_at_once_goes_even_after_an_end_of_the_process(kept: Kept) -> None:
    kept.catalog.folders.remove(HOME, at_once=True)
    # Whoever removed it ends here; the next one has an idle moment.
    Forgetter(kept.catalog, kept.thumbnails, kept.copy).renew(never)
    assert kept.known() == dict.fromkeys(NAMES, NONE)


@pytest.mark.parametrize("moment", ["nothing", "catalogue", "words", "compacting"])
def test_nothing_of_it_is_left_in_the_files_then(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    said = Metadata(tags=("zanzibarium",))
    kept.catalog.photos.save([record(HOME / "fourth.jpg", "fourth", vector=unit(4), metadata=said)], MODEL)
    assert kept.copy.renew(never)
    kept.catalog.folders.remove(HOME, at_once=True)
    if moment != "nothing":
        with monkeypatch.context() as dying:
            end_at(moment)(dying)
            with pytest.raises(KeyboardInterrupt):
                kept.forgetter.forget_marked(never)
    Forgetter(kept.catalog, kept.thumbnails, kept.copy).renew(lambda: True)
    Forgetter(kept.catalog, kept.thumbnails, kept.copy).renew(never)
    kept.copy.renew(never)
    kept.catalog.close()
    files = [file for file in kept.catalog.path.parent.iterdir() if file.is_file()]
    assert [file.name for file in files if b"zanzibarium" in file.read_bytes()] == []


def end_at(what: str) -> Callable[[pytest.MonkeyPatch], None]:
    def set_trap(monkeypatch: pytest.MonkeyPatch) -> None:
        def end(*_args: object) -> None:
            raise KeyboardInterrupt

        owner = {
            "thumbnail": ThumbnailStore,
            "catalogue": OrphanTable,
            "words": OrphanTable,
            "compacting": Catalog,
        }
        name = {
            "thumbnail": "remove",
            "catalogue": "forget",
            "words": "forget_words",
            "compacting": "compact",
        }
        monkeypatch.setattr(owner[what], name[what], end)

    return set_trap


@pytest.mark.parametrize("moment", ["thumbnail", "catalogue", "words", "compacting"])
def test_an_end_of_the_process_loses_nothing_else_and_leaves_no_half(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    other = HOME.parent / "other"
    kept.catalog.folders.add(other)
    kept.catalog.photos.save([record(other / "third.jpg", "third", decoded=False)], MODEL)
    kept.catalog.folders.remove(HOME, at_once=True)
    with monkeypatch.context() as dying:
        end_at(moment)(dying)
        with pytest.raises(KeyboardInterrupt):
            kept.forgetter.forget_marked(never)
    assert kept.known()["third"] == ALL
    assert kept.catalog.check() == []
    # A photo is either known, and its thumbnail is made again, or forgotten with it.
    assert all(vector or not thumbnail for vector, thumbnail in kept.known().values())
    kept.forgetter.renew(never)
    assert kept.known() == {"first": NONE, "second": NONE, "third": ALL}


def test_one_that_comes_back_in_the_middle_stays(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.catalog.photos.remove([HOME / "first.jpg"])
    kept.wait(30)
    really = OrphanTable.forget

    def come_back(table: OrphanTable, orphans: list[int]) -> None:
        kept.catalog.photos.save([record(HOME / "again.jpg", "first", decoded=False)], MODEL)
        really(table, orphans)

    monkeypatch.setattr(OrphanTable, "forget", come_back)
    kept.wait(2)
    assert kept.catalog.vectors.has("first", MODEL)


def test_a_clock_that_was_years_ahead_for_an_hour_forgets_nothing(kept: Kept) -> None:
    kept.catalog.photos.remove([HOME / "first.jpg"])
    for _ in range(2):
        kept.now += 2000 * DAY_S
        kept.forgetter.renew(never)
        kept.now += DAY_S / 24
        kept.forgetter.renew(never)
        kept.now -= 2000 * DAY_S
        kept.forgetter.renew(never)
    kept.wait(29)
    assert kept.known() == dict.fromkeys(NAMES, ALL)
    kept.wait(3)
    assert kept.known() == {"first": NONE, "second": ALL, "third": ALL}


def test_what_went_while_the_clock_stood_in_1970_has_its_30_days(kept: Kept) -> None:
    kept.catalog.photos.remove([HOME / "first.jpg"])
    with closing(sqlite3.connect(kept.catalog.path)) as connection:
        connection.execute("UPDATE orphan SET since = 600")
        connection.commit()
    kept.wait(29)
    assert kept.known() == dict.fromkeys(NAMES, ALL)
    kept.wait(4)
    assert kept.known() == {"first": NONE, "second": ALL, "third": ALL}


def test_what_went_while_the_clock_was_ahead_can_be_forgotten_by_hand(kept: Kept) -> None:
    kept.catalog.photos.remove([HOME / "first.jpg"])
    kept.now -= 400 * DAY_S
    kept.forgetter.forget_all(never)
    assert kept.known() == {"first": NONE, "second": ALL, "third": ALL}


def test_everything_that_is_gone_can_be_forgotten_with_thumbnails_of_nothing(kept: Kept) -> None:
    kept.thumbnails.write("of-nothing-known", Image.new("RGB", (8, 8)))
    kept.catalog.photos.remove([HOME / "first.jpg"])
    kept.forgetter.forget_all(never)
    assert kept.known() == {"first": NONE, "second": ALL, "third": ALL}
    assert not kept.thumbnails.has("of-nothing-known")


def test_the_safety_copy_does_not_keep_what_was_forgotten_at_once(kept: Kept) -> None:
    assert kept.copy.renew(never)
    assert b"second.jpg" in kept.copy.path.read_bytes()
    kept.catalog.folders.remove(HOME, at_once=True)
    assert not kept.copy.renew(never)
    kept.forgetter.forget_marked(never)
    assert kept.copy.renew(never)
    assert b"second.jpg" not in kept.copy.path.read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
@pytest.mark.parametrize("linked", ["folder", "shard"])
def test_no_file_behind_a_link_passes_for_a_thumbnail(kept: Kept, tmp_path: Path, linked: str) -> None:
    """A library may come from somebody else, and name a person's photos as contents that are gone."""
    theirs = tmp_path / "Pictures" / "fi" / "first.jpg"
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(b"a photo")
    place = kept.thumbnails.folder
    if linked == "folder":
        shutil.rmtree(place)
        place.symlink_to(theirs.parent.parent)
    else:
        shutil.rmtree(place / "fi")
        (place / "fi").symlink_to(theirs.parent)
    kept.catalog.folders.remove(HOME, at_once=True)
    kept.forgetter.renew(never)
    kept.forgetter.forget_all(never)
    assert theirs.read_bytes() == b"a photo"
    assert not kept.catalog.vectors.has("first", MODEL)


def test_what_the_disk_refuses_is_tried_again(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.catalog.folders.remove(HOME, at_once=True)

    def refuse(*_args: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as failing:
        failing.setattr(ThumbnailStore, "remove", refuse)
        kept.forgetter.renew(never)
    assert kept.known() == dict.fromkeys(NAMES, ALL)
    kept.forgetter.renew(never)
    assert kept.known() == dict.fromkeys(NAMES, NONE)
