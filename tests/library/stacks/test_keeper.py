"""Stacks in a library: made when something changed, kept over a restart, told to whoever listens and of every hit."""

import os
import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from desktop_app.library import Event, StacksChanged
from desktop_app.library.catalog import Catalog
from desktop_app.library.media.looks import PLAIN, differing_bits, look_of
from desktop_app.library.media.metadata.metadata import Metadata
from desktop_app.library.stacks import keeper, thumbnail_pairs
from desktop_app.library.stacks.detail import Seen, agree
from desktop_app.library.stacks.keeper import StackKeeper, Yardstick
from desktop_app.library.thumbnails import ThumbnailStore
from tests.library.catalog.records import MODEL, record, unit
from tests.library.media.test_looks import scene
from tests.library.stacks.drawn import LAYOUTS, number
from tests.library.stacks.test_detail import busy
from tests.library.test_library import WAIT_S, Ears, opened

NOON = datetime(2024, 5, 1, 12)


def hash_of(name: str) -> str:
    return f"hash-{Path(name).stem}"


class Library:
    """A catalogue, thumbnails and a keeper, as the engine has them."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.folder = base / "photos"
        self.catalog = Catalog(base / "catalog.db")
        self.catalog.folders.add(self.folder)
        self.thumbnails = ThumbnailStore(base / "thumbnails")
        self.yardstick = Yardstick(MODEL, 0.1)
        self.keeper = self.opened_again()
        self.told: list[Event] = []

    def opened_again(self) -> StackKeeper:
        return StackKeeper(self.catalog, self.thumbnails, lambda: self.yardstick)

    def add(self, name: str, seed: int, second: int, *, look: int | None = PLAIN, pixels: str = "") -> None:
        """A photo whose vector depends on the seed alone."""
        metadata = Metadata(taken_at=NOON + timedelta(seconds=second))
        one = record(self.folder / name, hash_of(name), vector=unit(seed), metadata=metadata)
        self.catalog.photos.save([replace(one, look=look, pixels=pixels or None)], MODEL)

    def renew(self, keeper: StackKeeper | None = None, *, stopped: bool = False) -> list[Event]:
        """Return what the keeper told in an idle moment."""
        self.told.clear()
        (keeper or self.keeper).renew(self.told.append, lambda: stopped)
        return list(self.told)

    def work(self) -> list[Event]:
        """Return what the keeper told at the end of work."""
        self.told.clear()
        self.keeper.renew_after_work(self.told.append, lambda: False)
        return list(self.told)

    def stacks(self) -> list[set[str]]:
        """Return the names of the photos in each stack."""
        found = self.catalog.stacks.of_photos()
        names = {photo.id: photo.name for photo in self.catalog.photos.of_ids(list(found), MODEL)}
        return [
            {names[number] for number in found if found[number] == stack}
            for stack in sorted(set(found.values()))
        ]


@pytest.fixture
def library(tmp_path: Path):
    made = Library(tmp_path)
    yield made
    made.catalog.close()


def test_a_burst_becomes_a_stack_at_the_end_of_work(library: Library) -> None:
    for name, second in (("a.jpg", 0), ("b.jpg", 2), ("later.jpg", 60)):
        library.add(name, 1, second)
    library.add("else.jpg", 2, 1)
    assert library.work() == [StacksChanged()]
    assert library.stacks() == [{"a.jpg", "b.jpg"}]


def test_stacks_are_made_again_only_when_something_changed(library: Library) -> None:
    library.add("a.jpg", 1, 0)
    library.add("b.jpg", 1, 1)
    assert library.work() == [StacksChanged()]
    made_from = library.catalog.notes.get("stacks")
    assert library.work() == library.renew(library.opened_again()) == []
    library.add("c.jpg", 5, 900)
    assert library.work() == []
    assert library.catalog.notes.get("stacks") != made_from
    library.add("d.jpg", 5, 901)
    assert library.work() == [StacksChanged()]
    assert library.stacks() == [{"a.jpg", "b.jpg"}, {"c.jpg", "d.jpg"}]


def test_another_model_makes_other_stacks(library: Library) -> None:
    library.add("a.jpg", 1, 0)
    library.add("b.jpg", 1, 1)
    library.work()
    library.yardstick = Yardstick("another", 0.1)
    assert library.work() == [StacksChanged()]
    assert library.stacks() == []


def test_photos_that_are_gone_are_in_no_stack_and_leave_nobody_alone_in_one(library: Library) -> None:
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        library.add(name, 1, 0)
    library.work()
    library.catalog.photos.remove([library.folder / "a.jpg"])
    assert library.stacks() == [{"b.jpg", "c.jpg"}]
    library.catalog.photos.remove([library.folder / "b.jpg"])
    assert library.stacks() == []
    library.add("a.jpg", 1, 0)
    assert library.stacks() == [{"a.jpg", "c.jpg"}]


def test_equal_files_are_in_the_stack_of_their_content(library: Library) -> None:
    library.add("a.jpg", 1, 0)
    library.add("b.jpg", 1, 1)
    copy = record(library.folder / "copy.jpg", hash_of("a.jpg"), decoded=False)
    library.catalog.photos.save([copy], MODEL)
    library.work()
    assert library.stacks() == [{"a.jpg", "b.jpg", "copy.jpg"}]
    library.catalog.photos.remove([library.folder / "b.jpg"])
    assert library.stacks() == [{"a.jpg", "copy.jpg"}]
    library.catalog.photos.remove([library.folder / "a.jpg"])
    assert library.stacks() == []


def test_work_that_is_wanted_elsewhere_is_done_later(library: Library) -> None:
    library.add("a.jpg", 1, 0)
    library.add("b.jpg", 1, 1)
    assert library.renew(stopped=True) == []
    assert library.stacks() == []
    assert library.renew() == [StacksChanged()]


def test_photos_decoded_before_looks_were_kept_get_theirs_from_thumbnails(library: Library) -> None:
    picture = scene(1)
    for name, shown in (("a.jpg", picture), ("b.jpg", picture.resize((240, 160))), ("c.jpg", scene(2))):
        library.add(name, 1, ord(name[0]) * 100, look=None)
        library.thumbnails.write(hash_of(name), shown)
    library.add("without.jpg", 1, 5000, look=None)
    library.add("broken.jpg", 1, 6000, look=None)
    library.thumbnails.path_for(hash_of("broken.jpg")).parent.mkdir(exist_ok=True)
    library.thumbnails.path_for(hash_of("broken.jpg")).write_bytes(b"\xff\xd8 no picture \xff\xd9")
    assert library.renew() == []
    # With the looks that were read, stacks are made in the next idle moment.
    assert library.renew() == [StacksChanged()]
    assert library.stacks() == [{"a.jpg", "b.jpg"}]
    looks = library.catalog.stacks.facts().looks
    assert np.count_nonzero(looks) == 3
    assert differing_bits(np.array([look_of(picture)]), looks).min() <= 2


def test_a_resized_copy_is_one_with_the_photo_in_every_answer(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(3):
        scene(seed).save(folder / f"scene_{seed}.png")
    scene(1).resize((240, 160)).save(folder / "small.jpg", quality=60)
    ears = Ears()
    with opened(tmp_path) as library:
        library.subscribe(ears)
        library.folders.add(folder).result(WAIT_S)
        assert any(isinstance(event, StacksChanged) for event in ears.heard)
        stacks = library.browsing.stacks()
        together = {photo.name for photo in library.browsing.photos(list(stacks))}
        assert together == {"scene_1.png", "small.jpg"}
        answers = [
            library.searching.search(text, 10).result(WAIT_S)
            for text in ("grey", "scene_1.png", "type:png,jpg")
        ]
        answers.append(library.searching.similar(folder / "scene_0.png", 10).result(WAIT_S))
        for answer in answers:
            found = {hit.photo.name: hit.stack for hit in answer.hits}
            assert found["scene_1.png"] == stacks[next(iter(stacks))]
            assert {name for name, stack in found.items() if stack is not None} == together & set(found)
    with opened(tmp_path) as library:
        assert library.browsing.stacks() == stacks


def test_whether_a_photo_is_flat_is_known_from_when_it_was_indexed(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    number(1).save(folder / "number.png")
    busy(1).save(folder / "photo.jpg")
    with opened(tmp_path) as library:
        library.folders.add(folder).result(WAIT_S)
    with closing(sqlite3.connect(tmp_path / "data" / "catalog.db")) as connection:
        rows = connection.execute("SELECT path, is_flat FROM file JOIN content ON content.id = content_id")
        assert {Path(os.fsdecode(path)).name: flat for path, flat in rows} == {
            "number.png": 1,
            "photo.jpg": 0,
        }


def test_stacks_are_read_for_all_photos_or_for_some(library: Library) -> None:
    for n in range(9):
        library.add(f"{n}.jpg", n // 3, n // 3 * 100)
    library.work()
    stacks = library.catalog.stacks.of_photos()
    assert len(stacks) == 9
    assert len(set(stacks.values())) == 3
    assert library.catalog.stacks.of_photos([1, 2, 999_999]) == {1: stacks[1], 2: stacks[2]}
    assert library.catalog.stacks.of_photos([]) == {}


def test_a_blank_thumbnail_is_read_once(library: Library) -> None:
    library.add("blank.jpg", 1, 0, look=None)
    library.thumbnails.write(hash_of("blank.jpg"), Image.new("RGB", (64, 48), "white"))
    library.renew()
    assert library.catalog.stacks.without_look(10) == []


def drawn(library: Library, name: str, picture: Image.Image, second: int, *, thumbnail: bool = True) -> None:
    """A photo that a model which knows no letters sees like all others of its kind."""
    library.add(name, 1, second, look=look_of(picture))
    if thumbnail:
        library.thumbnails.write(hash_of(name), picture)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("seconds", [1, 86_400])
def test_pictures_of_one_layout_are_no_stack(library: Library, layout: str, seconds: int) -> None:
    """Days apart, and one after the other as somebody photographs a book."""
    for n in range(12):
        drawn(library, f"{n:02d}.jpg", LAYOUTS[layout](n), n * seconds)
    small = LAYOUTS[layout](3).resize((300, 300 * LAYOUTS[layout](3).height // LAYOUTS[layout](3).width))
    library.work()
    assert library.stacks() == []
    drawn(library, "small.jpg", small, 10**7)
    library.work()
    if layout == "number":
        assert library.stacks() == [{"03.jpg", "small.jpg"}]
    assert all(stack <= {"03.jpg", "small.jpg"} for stack in library.stacks())


def test_the_first_stacks_are_looked_at_on_all_cores(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: set[str] = set()

    def noted(first: Seen, second: Seen) -> bool:
        threads.add(threading.current_thread().name.rpartition("_")[0])
        return agree(first, second)

    monkeypatch.setattr(thumbnail_pairs, "agree", noted)
    for n in range(6):
        drawn(library, f"{n}.jpg", scene(n // 2), 5000 * n)
    assert library.renew()
    assert library.stacks() == [{"0.jpg", "1.jpg"}, {"2.jpg", "3.jpg"}, {"4.jpg", "5.jpg"}]
    assert threads == {"stack-look"}


def test_what_has_no_thumbnail_is_no_copy_until_it_has_one(library: Library) -> None:
    drawn(library, "a.jpg", scene(1), 0)
    drawn(library, "b.jpg", scene(1), 5000, thumbnail=False)
    library.work()
    assert library.stacks() == []
    assert library.work() == []
    library.thumbnails.write(hash_of("b.jpg"), scene(1))
    assert library.work() == [StacksChanged()]
    assert library.stacks() == [{"a.jpg", "b.jpg"}]
    assert library.work() == []


def test_a_thumbnail_that_came_while_the_library_was_closed_is_seen(library: Library) -> None:
    drawn(library, "a.jpg", scene(1), 0)
    drawn(library, "b.jpg", scene(1), 5000, thumbnail=False)
    library.work()
    library.thumbnails.write(hash_of("b.jpg"), scene(1))
    assert library.renew(library.opened_again()) == [StacksChanged()]
    assert library.stacks() == [{"a.jpg", "b.jpg"}]


def test_a_thumbnail_that_cannot_be_read_is_not_waited_for(library: Library) -> None:
    for name in ("a.jpg", "b.jpg"):
        drawn(library, name, scene(1), ord(name[0]) * 1000)
    library.thumbnails.path_for(hash_of("b.jpg")).write_bytes(b"\xff\xd8 no picture \xff\xd9")
    library.work()
    assert library.stacks() == []
    made_from = library.catalog.notes.get("stacks")
    assert made_from is not None
    assert not made_from.endswith("?")


def test_what_was_compared_is_known_after_a_restart(library: Library) -> None:
    for n in range(4):
        drawn(library, f"{n}.jpg", number(n), n * 5000)
    drawn(library, "copy.jpg", number(1), 10**6)
    library.work()
    assert library.stacks() == [{"1.jpg", "copy.jpg"}]
    for n in range(4):
        library.thumbnails.path_for(hash_of(f"{n}.jpg")).unlink()
    library.add("new.jpg", 5, 10**7)
    library.renew(library.opened_again())
    assert library.stacks() == [{"1.jpg", "copy.jpg"}]


def test_a_damaged_note_of_what_was_compared_costs_nothing_but_time(library: Library) -> None:
    drawn(library, "a.jpg", scene(1), 0)
    drawn(library, "b.jpg", scene(1), 5000)
    for damaged in ("2 nonsense", "2 ", "", "2 é", "1 abc"):
        library.catalog.notes.set("stack pairs", damaged)
        library.catalog.notes.set("stacks", None)
        library.renew(library.opened_again())
        assert library.stacks() == [{"a.jpg", "b.jpg"}]


@pytest.mark.parametrize("at_once", [1, 2, 3, 4])
def test_looks_are_read_in_pieces_and_one_that_cannot_be_read_holds_nobody_up(
    library: Library, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr("desktop_app.library.stacks.keeper._LOOKS_AT_ONCE", at_once)
    library.add("without.jpg", 9, 0, look=None)
    for seed, name in enumerate("abc", 1):
        library.add(f"{name}.jpg", seed, 100 * seed, look=None)
        library.thumbnails.write(hash_of(name), scene(seed))
    for _ in range(6):
        library.renew()
    assert np.count_nonzero(library.catalog.stacks.facts().looks) == 3


class StopsAfter:
    """Says that somebody else waits once it was asked so often."""

    def __init__(self, questions: int) -> None:
        self._left = questions

    def __call__(self) -> bool:
        self._left -= 1
        return self._left < 0


def test_whenever_the_work_is_stopped_it_is_done_the_next_time(library: Library) -> None:
    library.add("a.jpg", 1, 0, look=None)
    library.add("b.jpg", 1, 1, look=None)
    for name in "ab":
        library.thumbnails.write(hash_of(name), scene(1))
    for questions in range(100):
        library.keeper.renew(library.told.append, StopsAfter(questions))
        if library.told:
            break
        assert library.stacks() == []
    assert library.told == [StacksChanged()]
    assert library.stacks() == [{"a.jpg", "b.jpg"}]
    assert np.count_nonzero(library.catalog.stacks.facts().looks) == 2


@pytest.mark.parametrize("questions", [0, 1, 2])
def test_no_look_is_read_for_work_that_is_wanted_elsewhere(library: Library, questions: int) -> None:
    for seed, name in enumerate("abc", 1):
        library.add(f"{name}.jpg", seed, 100 * seed, look=None)
        library.thumbnails.write(hash_of(name), scene(seed))
    library.keeper.renew(library.told.append, StopsAfter(questions))
    assert np.count_nonzero(library.catalog.stacks.facts().looks) == questions


def test_stacks_are_there_at_the_end_of_work_on_a_busy_computer(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command ends before it is ever idle; whoever shows its photos then expects their stacks."""
    compared: list[bool] = []

    def slowly(lower: Seen, upper: Seen) -> bool:
        compared.append(agree(lower, upper))
        return compared[-1]

    monkeypatch.setattr(thumbnail_pairs, "agree", slowly)
    # A clock on which each comparison takes 0.4 s.
    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + 0.4 * len(compared))
    monkeypatch.setattr(keeper, "time", clock)
    for n in range(6):
        drawn(library, f"{n}.jpg", scene(1).resize((240 - n, 160)), n * 5000)
    library.work()
    assert len(compared) >= 3
    assert library.stacks() == [{f"{n}.jpg" for n in range(6)}]
