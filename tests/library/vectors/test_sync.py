"""The vector store is made equal to the catalogue, whatever happened to it."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library.catalog import Catalog, PhotoRecord
from desktop_app.library.errors import StoreFlushError
from desktop_app.library.folders.comparing import FoundPhoto
from desktop_app.library.media.metadata.metadata import Metadata
from desktop_app.library.vectors.lite.lite_store import LiteStore
from desktop_app.library.vectors.store import StoredVector
from desktop_app.library.vectors.sync import VectorSync
from tests.processes import kill_vector_processes

MODEL = "color-1"
DIMENSION = 8


class Bench:
    """A catalogue and a real Milvus Lite beside it."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.photos = base / "photos"
        self.catalog = Catalog(base / "catalog.db")
        self.catalog.folders.add(self.photos)
        self.open_store()

    def open_store(self, flush_rows: int = 50) -> None:
        self.store = LiteStore.open(self.base / "vectors", MODEL, DIMENSION, least_free_bytes=0)
        self.sync = VectorSync(
            self.catalog, self.store, MODEL, self.store.restart, flush_rows=flush_rows, quiet_s=0
        )

    def save(self, first: int, count: int) -> None:
        self.catalog.photos.save([self._record(number) for number in range(first, first + count)], MODEL)

    def _record(self, number: int) -> PhotoRecord:
        path = self.photos / f"{number}.jpg"
        vector = np.random.default_rng(number).standard_normal(DIMENSION).astype(np.float32)
        vector /= np.linalg.norm(vector)
        return PhotoRecord(FoundPhoto(path, 1, 1), f"hash{number}", Metadata(), 1, 1, vector, None)

    def is_equal(self) -> bool:
        wanted = {int(number) for number in self.catalog.vectors.live_ids(MODEL)}
        return self.store.ids() == wanted and self.store.count() == len(wanted)

    def kill_store(self) -> None:
        kill_vector_processes()

    def close(self) -> None:
        self.sync.close()
        self.catalog.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.close()


def test_what_the_catalogue_has_arrives_and_what_it_lost_goes(bench: Bench) -> None:
    bench.save(0, 120)
    assert bench.sync.push() == 120
    bench.sync.flush()
    assert bench.is_equal()
    bench.catalog.photos.remove([bench.photos / f"{number}.jpg" for number in range(30)])
    bench.sync.push()
    bench.sync.flush()
    assert bench.store.count() == 90
    assert bench.is_equal()
    assert bench.catalog.vectors.outbox(MODEL, 10) == []


def test_rows_leave_the_outbox_only_after_a_flush(bench: Bench) -> None:
    bench.save(0, 10)
    bench.sync.push()
    assert len(bench.catalog.vectors.outbox(MODEL, 100)) == 10
    assert bench.sync.push() == 0
    bench.sync.flush_when_quiet()
    assert bench.catalog.vectors.outbox(MODEL, 100) == []


def test_a_killed_store_is_started_again_and_loses_nothing(bench: Bench) -> None:
    bench.save(0, 70)
    bench.sync.push()
    bench.kill_store()
    bench.save(70, 30)
    bench.sync.push()
    bench.sync.flush()
    assert bench.store.count() == 100
    assert bench.is_equal()


def test_a_search_can_revive_a_dead_store(bench: Bench) -> None:
    bench.save(0, 20)
    bench.sync.push()
    bench.kill_store()
    bench.sync.revive()
    vector = bench.catalog.vectors.outbox(MODEL, 1)[0].vector
    assert vector is not None
    assert len(bench.store.search(vector, 30)) == 20


def test_a_failed_flush_is_followed_by_a_replay(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.save(0, 20)
    real, failures = bench.store.flush, iter([True])

    def flush() -> None:
        if next(failures, False):
            raise StoreFlushError("The flush failed.")
        real()

    monkeypatch.setattr(bench.store, "flush", flush)
    bench.sync.push()
    bench.sync.flush()
    assert bench.is_equal()
    assert bench.catalog.vectors.outbox(MODEL, 10) == []


def test_reconciling_sends_lost_rows_and_removes_unknown_ones(bench: Bench) -> None:
    bench.save(0, 40)
    bench.sync.push()
    bench.sync.flush()
    bench.store.delete([1, 2, 3])
    lost = bench.catalog.vectors.live_ids(MODEL)[:1]
    row = bench.catalog.vectors.outbox_all(MODEL) and bench.catalog.vectors.outbox(MODEL, 1)[0]
    assert row
    assert row.vector is not None
    bench.store.upsert([StoredVector(999_999, row.vector)])
    bench.store.delete([int(lost[0])])
    bench.catalog.vectors.outbox_done(MODEL, up_to=10**9)
    assert not bench.is_equal()
    bench.sync.reconcile()
    assert bench.is_equal()


def test_a_store_that_was_thrown_away_is_filled_again(bench: Bench) -> None:
    bench.save(0, 60)
    bench.sync.push()
    bench.sync.close()
    (bench.base / "vectors" / "vectors.db").rename(bench.base / "thrown away")
    bench.open_store()
    bench.sync.reconcile()
    assert bench.store.count() == 60
    assert bench.is_equal()


def test_a_clean_end_is_believed_only_when_the_counts_agree(bench: Bench) -> None:
    bench.save(0, 30)
    bench.sync.close()
    assert bench.catalog.notes.get(f"store clean {MODEL}") == "yes"
    bench.open_store()
    assert bench.sync.reconcile() == 0
    bench.save(30, 5)
    bench.sync.push()
    assert bench.catalog.notes.get(f"store clean {MODEL}") is None


def test_after_an_unclean_end_the_ids_are_compared_though_the_counts_agree(bench: Bench) -> None:
    bench.save(0, 40)
    bench.sync.push()
    bench.sync.flush()
    vector = bench.catalog.vectors.outbox_all(MODEL) and bench.catalog.vectors.outbox(MODEL, 1)[0].vector
    assert isinstance(vector, np.ndarray)
    bench.catalog.vectors.outbox_done(MODEL, up_to=10**9)
    bench.store.delete([1])
    bench.store.upsert([StoredVector(999_999, vector)])
    assert bench.store.count() == bench.catalog.vectors.live_count(MODEL)
    assert bench.catalog.notes.get(f"store clean {MODEL}") is None
    bench.sync.reconcile()
    assert bench.is_equal()


def test_two_searches_that_find_the_store_dead_start_it_once(bench: Bench) -> None:
    bench.save(0, 3)
    bench.sync.push()
    bench.kill_store()
    began, second = threading.Event(), threading.Event()
    restarts: list[str] = []

    def restart() -> None:
        restarts.append(threading.current_thread().name)
        (second if began.is_set() else began).set()
        # Long enough for the other to come here too, if nothing holds it.
        second.wait(0.2)
        bench.store.restart()

    bench.sync._restart = restart
    with ThreadPoolExecutor(2, "search") as searches:
        first = searches.submit(bench.sync.revived, bench.store.count)
        assert began.wait(10)
        other = searches.submit(bench.sync.revive)
        assert first.result(20) == 3
        other.result(20)
    assert len(restarts) == 1


@pytest.mark.parametrize("rows", [1, 3, 4, 7, 8])
def test_changes_are_sent_in_pieces_of_any_size(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr("desktop_app.library.vectors.sync._PUSH_ROWS", rows)
    sent: list[int] = []

    def upsert(piece: Sequence[StoredVector]) -> None:
        sent.extend(row.id for row in piece)

    monkeypatch.setattr(bench.store, "upsert", upsert)
    bench.save(0, 7)
    assert bench.sync.push() == 7
    assert sent == list(range(1, 8))
    assert bench.sync.push() == 0


def test_an_end_without_a_flush_is_not_noted_as_clean(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.save(0, 5)
    bench.sync.push()

    def fail() -> None:
        raise StoreFlushError("The flush failed.")

    with monkeypatch.context() as broken:
        broken.setattr(bench.store, "flush", fail)
        broken.setattr(bench.sync, "_restart", lambda: None)
        with pytest.raises(StoreFlushError):
            bench.sync.close()
    assert bench.catalog.notes.get(f"store clean {MODEL}") is None
    assert len(bench.catalog.vectors.outbox(MODEL, 9)) == 5
    bench.open_store()
    bench.sync.reconcile()
    assert bench.is_equal()
