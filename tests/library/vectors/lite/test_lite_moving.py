"""A library of an earlier version, with all vectors in one collection, becomes one of several; and damage costs one of them."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library.catalog import Catalog
from desktop_app.library.errors import DiskFullError, StoreDamagedError, StoreError
from desktop_app.library.events import Event, Trouble
from desktop_app.library.models.stores import StorePlace, Stores
from desktop_app.library.vectors.late import LateVectors
from desktop_app.library.vectors.lite.lite_store import LiteStore
from desktop_app.library.vectors.lite.server import LiteServer
from desktop_app.library.vectors.schema import collection_name
from desktop_app.library.vectors.store import StoredVector
from desktop_app.library.vectors.sync import clean_note, moving_note
from tests.library.catalog.records import MODEL, record, unit

WIDTH = 40
PHOTOS = 170
NAME = collection_name(MODEL)


class Bench:
    """A catalogue of 170 photos and its vectors in a real Milvus Lite, 40 ids to a collection."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.catalog = Catalog(base / "catalog.db")
        self.catalog.folders.add(base / "photos")
        self.told: list[Event] = []
        self.vectors = self.session(10**9)

    def session(self, width: int = WIDTH) -> LateVectors:
        """Begin anew with so many ids to a collection."""
        place = StorePlace(self.base / "vectors", least_free_bytes=0, shard_ids=width)
        vectors = Stores(self.catalog, place, self.told.append).of(MODEL, 8)
        assert isinstance(vectors, LateVectors)
        self.vectors = vectors
        return vectors

    def save(self, *numbers: int) -> None:
        self.catalog.photos.save(
            [record(self.path(number), f"c{number}", vector=unit(number)) for number in numbers], MODEL
        )

    def path(self, number: int) -> Path:
        return self.base / "photos" / f"{number}.jpg"

    @property
    def store(self) -> LiteStore:
        sync = self.vectors.open()
        assert isinstance(sync.store, LiteStore)
        return sync.store

    @property
    def collections(self) -> dict[str, Path]:
        (root,) = self.base.glob("vectors/*/vectors.db/collections")
        return {path.name.removeprefix(NAME): path for path in root.iterdir()}

    def is_equal(self) -> bool:
        wanted = {int(number) for number in self.catalog.vectors.live_ids(MODEL)}
        return self.store.ids() == wanted and self.store.count() == len(wanted)

    def is_right(self) -> bool:
        """Whether the store's own answers are those of the catalogue."""
        numbers = np.concatenate([block for block, _ in self.catalog.vectors.blocks(MODEL)])
        vectors = np.concatenate([block for _, block in self.catalog.vectors.blocks(MODEL)])
        query = unit(4242)
        order = np.argsort(-(vectors @ query), kind="stable")[:25]
        wanted: list[int] = numbers[order].tolist()
        return [number for number, _ in self.store.search(query, 25)] == wanted

    def close(self) -> None:
        self.vectors.close()
        self.catalog.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.close()


@pytest.fixture
def parted(bench: Bench) -> Bench:
    """170 photos in five collections."""
    bench.session()
    bench.save(*range(PHOTOS))
    bench.vectors.push()
    bench.vectors.flush()
    return bench


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed library of an earlier version: 170 photos in one collection. Copy it."""
    base = tmp_path_factory.mktemp("earlier")
    bench = Bench(base)
    bench.save(*range(PHOTOS))
    bench.vectors.push()
    bench.vectors.flush()
    assert set(bench.collections) == {""}
    bench.close()
    return base


@pytest.fixture
def moving(earlier: Path, tmp_path: Path) -> Iterator[Bench]:
    """That library, with a width that makes several collections of it."""
    made = Bench(shutil.copytree(earlier, tmp_path / "library"))
    made.session()
    yield made
    made.close()


def _move(bench: Bench, limit: int = 17) -> int:
    """Move on until nothing is left, and return in how many steps."""
    steps = 0
    while bench.vectors.open().move_on(limit):
        steps += 1
        assert bench.is_equal()
    return steps


def test_what_lies_in_one_collection_is_moved_in_steps_and_answers_stay_right(moving: Bench) -> None:
    assert moving.is_equal()
    assert moving.is_right()
    for _ in range(4):
        assert moving.vectors.open().move_on(17)
        assert moving.is_equal()
        assert moving.is_right()
    assert set(moving.collections) == {"", "_0", "_1"}
    assert moving.catalog.notes.get(moving_note(MODEL)) == "yes"
    assert _move(moving) == 6
    assert set(moving.collections) == {"_0", "_1", "_2", "_3", "_4"}
    assert not list(moving.base.glob("vectors/*/vectors.moved"))
    assert moving.catalog.notes.get(moving_note(MODEL)) is None
    assert moving.is_equal()
    assert moving.is_right()
    assert moving.catalog.vectors.outbox(MODEL, 1) == []


def test_idle_moments_move_on_also_in_a_later_session(moving: Bench) -> None:
    moving.save(PHOTOS)
    moving.vectors.push()
    moving.vectors.rest(may_close=True)
    moving.vectors.close()
    moving.session().settle(is_needed=False)
    assert moving.vectors.sync is not None
    moving.vectors.rest(may_close=False)
    moving.vectors.rest(may_close=False)
    assert "" not in moving.collections
    assert moving.is_equal()


def test_a_move_without_room_is_told_once_and_nothing_is_lost(
    moving: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise DiskFullError("Only 3 MB are free.")

    moving.vectors.open()
    monkeypatch.setattr("desktop_app.library.vectors.lite.lite_files.need_room_to_write", full)
    with pytest.raises(DiskFullError):
        moving.vectors.rest(may_close=False)
    moving.vectors.rest(may_close=False)
    assert moving.is_equal()
    assert moving.is_right()
    monkeypatch.undo()
    moving.vectors.close()
    moving.session().settle(is_needed=False)
    moving.vectors.rest(may_close=False)
    moving.vectors.rest(may_close=False)
    assert "" not in moving.collections
    assert moving.is_equal()


def test_changes_meanwhile_are_kept(moving: Bench) -> None:
    assert moving.vectors.open().move_on(60)
    moving.catalog.photos.remove([moving.path(number) for number in (3, 50, 100, 160)])
    moving.save(*range(PHOTOS, PHOTOS + 5))
    # A photo that has another vector now, once of a row that was moved and once of one that was not.
    for number, seed in ((10, 5001), (120, 5002)):
        moving.catalog.photos.save([record(moving.path(number), f"c{number}", vector=unit(seed))], MODEL)
    moving.vectors.push()
    assert moving.is_equal()
    assert moving.is_right()
    moving.vectors.flush()
    assert moving.is_right()
    _move(moving)
    assert moving.is_equal()
    assert moving.is_right()


def _kill_soon(bench: Bench, delay_s: float) -> threading.Timer:
    pid = bench.store._collections._server.pid
    assert pid is not None
    killer = threading.Timer(delay_s, os.kill, args=(pid, 9))
    killer.start()
    return killer


def test_killed_in_the_middle_of_the_move_nothing_is_lost(moving: Bench) -> None:
    for delay_s in (0.02, 0.05, 0.1):
        server = moving.store._collections._server
        killer = _kill_soon(moving, delay_s)
        with suppress(StoreError):
            while moving.vectors.open().move_on(5):
                continue
        killer.join()
        # Nothing of this side is closed either: the next session finds what there is.
        server.kill()
        moving.session()
        assert moving.is_equal()
    _move(moving, 60)
    assert set(moving.collections) == {"_0", "_1", "_2", "_3", "_4"}
    assert moving.is_right()


def test_killed_while_a_damaged_collection_is_filled_again_nothing_is_lost(parted: Bench) -> None:
    parted.vectors.close()
    (parted.collections["_2"] / "manifest.json").write_text("{")
    server = LiteServer(parted.collections["_2"].parents[2])
    parted.session()
    stores = Stores(parted.catalog, StorePlace(parted.base / "vectors"), parted.told.append)
    aside = StoreDamagedError("damaged", parts=[parted.collections["_2"]])
    # As far as it comes before the process ends.
    stores._begin_anew(MODEL, aside)
    server.start()
    server.kill()
    assert parted.vectors.open()
    assert parted.is_equal()
    assert parted.is_right()


def test_all_is_sent_again_where_the_files_do_not_say_what_is_lost(parted: Bench) -> None:
    parted.vectors.close()
    for name in ("_2", "_3"):
        (parted.collections[name] / "manifest.json").write_text("{")
    stores = Stores(parted.catalog, StorePlace(parted.base / "vectors"), parted.told.append)
    stores._begin_anew(MODEL, StoreDamagedError("damaged", parts=[parted.collections["_2"]]))
    waiting = {row.content_id for row in parted.catalog.vectors.outbox(MODEL, 10_000)}
    assert waiting == set(parted.catalog.vectors.live_ids(MODEL).tolist()) != set()


def test_what_was_left_of_the_one_collection_by_a_kill_is_removed(moving: Bench) -> None:
    _move(moving)
    moving.vectors.close()
    (left,) = moving.base.glob("vectors/*")
    (left / "vectors.moved" / "partitions").mkdir(parents=True)
    assert moving.session().open()
    assert not (left / "vectors.moved").exists()
    assert moving.is_equal()


def _files(bench: Bench) -> dict[str, set[tuple[str, int]]]:
    return {
        name: {(path.name, path.stat().st_ino) for path in folder.rglob("*.parquet")}
        for name, folder in bench.collections.items()
    }


@pytest.mark.parametrize("where", ["", "_2", "_4"])
def test_damage_that_the_guard_sees_costs_one_collection(parted: Bench, where: str) -> None:
    parted.vectors.close()
    before = _files(parted)
    (parted.collections[where] / "manifest.json").write_text("{")
    parted.session()
    assert parted.vectors.open()
    assert parted.is_equal()
    assert parted.is_right()
    after = _files(parted)
    assert {name for name in after if after[name] != before[name]} == {where}
    (aside,) = parted.base.glob("vectors/*/vectors.db.broken-*")
    assert aside.name.endswith(NAME + where)
    assert len(parted.told) == 1


def test_damage_that_only_the_rows_show_costs_one_collection(parted: Bench) -> None:
    parted.vectors.close()
    before = _files(parted)
    (rows,) = parted.collections["_1"].rglob("data_*.parquet")
    content = bytearray(rows.read_bytes())
    content[4:-300] = bytes(len(content) - 304)
    rows.write_bytes(content)
    parted.session()
    assert parted.vectors.open()
    assert parted.is_equal()
    assert parted.is_right()
    after = _files(parted)
    assert {name for name in after if after[name] != before[name]} == {"_1"}


def test_a_search_that_meets_damage_is_answered_by_the_catalogue_and_the_rest_is_mended(bench: Bench) -> None:
    bench.session(120)
    bench.save(*range(PHOTOS))
    bench.vectors.push()
    bench.vectors.flush()
    right = bench.vectors.search(unit(7), 20)
    bench.vectors.close()
    bench.session(120)
    bench.vectors.open()
    for rows in bench.collections["_1"].rglob("data_*.parquet"):
        os.truncate(rows, 40)
    found = bench.vectors.search(unit(7), 20)
    assert [number for number, _ in found] == [number for number, _ in right]
    bench.vectors.rest(may_close=False)
    assert [type(event) for event in bench.told] == [Trouble]
    assert bench.is_equal()
    assert [number for number, _ in bench.store.search(unit(7), 20)] == [number for number, _ in right]


def test_after_an_unclean_end_lost_and_unknown_rows_are_found_range_by_range(
    parted: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.library.vectors.sync._COMPARED_IDS", 32)
    store = parted.store
    store.delete([1, 31, 32, 33, 100, 170])
    row = StoredVector(171, unit(1))
    store.upsert([row, StoredVector(100_000, unit(2))])
    store.flush()
    assert not parted.is_equal()
    parted.catalog.notes.set(clean_note(MODEL), None)
    assert parted.vectors.open().reconcile() == 6
    assert parted.is_equal()
    assert parted.is_right()
