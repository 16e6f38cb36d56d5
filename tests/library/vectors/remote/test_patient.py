"""A store on a server may be away: questions are answered, changes wait, and nothing is lost or mixed with another's."""

import random
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desktop_app.library import remove_from, store_states
from desktop_app.library.catalog import Catalog
from desktop_app.library.errors import StoreError, StoreUnavailableError
from desktop_app.library.events import Event, Trouble
from desktop_app.library.models.stores import StorePlace, Stores
from desktop_app.library.vectors.connection import RefusedError
from desktop_app.library.vectors.found import Among
from desktop_app.library.vectors.of_model import ModelVectors
from desktop_app.library.vectors.remote.backoff import Backoff
from desktop_app.library.vectors.remote.milvus_store import MilvusStore
from desktop_app.library.vectors.remote.patient import PatientVectors
from desktop_app.library.vectors.remote.whose import library_key
from tests.library.catalog.records import MODEL, record, unit
from tests.milvus_server import MilvusServer, free_port
from tests.waiting import wait_until


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    with MilvusServer(tmp_path_factory.mktemp("server")) as one:
        yield one


@pytest.fixture
def server(shared: MilvusServer) -> MilvusServer:
    """A server that runs; each library has rows of its own on it."""
    shared.start()
    return shared


class Bench:
    """A library's catalogue, and sessions with its vectors on a server."""

    def __init__(self, base: Path, address: str) -> None:
        self.base = base
        base.mkdir(parents=True, exist_ok=True)
        self.catalog = Catalog(base / "catalog.db")
        self.catalog.folders.add(base / "photos")
        self.told: list[str] = []
        self.online = True
        self._address = address
        self.vectors = self.session()

    def session(self) -> PatientVectors:
        place = StorePlace(self.base / "vectors", self._address, network=lambda: self.online)
        vectors: ModelVectors = Stores(self.catalog, place, self._hear).of(MODEL, 8)
        assert isinstance(vectors, PatientVectors)
        # Without a wait, so that each call asks again.
        vectors._backoff = Backoff(0.0, 0.0)
        self.vectors = vectors
        return vectors

    def save(self, *numbers: int) -> None:
        photos = [
            record(self.base / "photos" / f"{number}.jpg", f"c{number}", vector=unit(number))
            for number in numbers
        ]
        self.catalog.photos.save(photos, MODEL)

    def write(self) -> None:
        self.vectors.push()
        self.vectors.flush()

    def is_carried(self) -> bool:
        """Ask the server once more, and return whether it was told everything; a busy machine may need several tries."""
        self.vectors.settle(is_needed=True)
        return self.vectors.error is None and not self.catalog.vectors.outbox(MODEL, 1)

    def found(self) -> list[int]:
        return sorted(number for number, _ in self.vectors.search(unit(1), 100))

    def nearest(self, limit: int, among: Among | None = None) -> list[int]:
        return [number for number, _ in self.vectors.search(unit(1), limit, among)]

    def on_server(self) -> set[int]:
        return self.vectors.open().store.ids()

    def wanted(self) -> set[int]:
        return {int(number) for number in self.catalog.vectors.live_ids(MODEL)}

    def close(self) -> None:
        self.vectors.close()
        self.catalog.close()

    def _hear(self, event: Event) -> None:
        if isinstance(event, Trouble):
            self.told.append(str(event.error))


@pytest.fixture
def bench(tmp_path: Path, server: MilvusServer) -> Iterator[Bench]:
    made = Bench(tmp_path / "library", server.address)
    yield made
    made.close()


def test_without_a_server_photos_are_written_down_and_found_with_one_sentence(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "library", f"http://127.0.0.1:{free_port()}")
    bench.save(1, 2, 3)
    for _ in range(3):
        bench.write()
    bench.vectors.settle(is_needed=True)
    assert bench.found() == [1, 2, 3]
    [told] = bench.told
    assert "does not answer. Photos are found and indexed all the same." in told
    assert "sent when it is back" in told
    with pytest.raises(StoreUnavailableError):
        bench.vectors.open()
    bench.close()


def test_what_waited_is_sent_when_the_server_is_back(bench: Bench, server: MilvusServer) -> None:
    bench.save(1, 2, 3)
    bench.write()
    server.kill()
    bench.save(4, 5)
    bench.write()
    assert bench.found() == [1, 2, 3, 4, 5]
    assert bench.catalog.vectors.outbox(MODEL, 10)
    server.start()
    wait_until(bench.is_carried)
    assert bench.on_server() == bench.wanted() == {1, 2, 3, 4, 5}
    assert len(bench.told) == 1


def test_one_new_photo_is_on_the_server_at_once(bench: Bench) -> None:
    bench.save(1)
    bench.vectors.push()
    assert not bench.catalog.vectors.outbox(MODEL, 1)
    assert bench.on_server() == {1}


def test_an_idle_moment_sends_what_waited_while_the_server_was_away(
    bench: Bench, server: MilvusServer
) -> None:
    server.kill()
    bench.save(1)
    bench.vectors.push()
    assert len(bench.told) == 1
    server.start()

    def is_sent() -> bool:
        bench.vectors.settle(is_needed=False)
        return not bench.catalog.vectors.outbox(MODEL, 1)

    wait_until(is_sent)
    assert bench.vectors.error is None
    assert bench.on_server() == {1}


def test_a_server_killed_again_and_again_while_rows_arrive_loses_none(
    bench: Bench, server: MilvusServer
) -> None:
    chance = random.Random(5)
    for number in range(1, 20):
        bench.save(number)
        bench.write()
        if chance.random() < 0.1:
            server.kill()
            bench.save(1000 + number)
            bench.write()
            server.start()
    wait_until(bench.is_carried)
    assert bench.on_server() == bench.wanted()


def test_a_question_that_meets_a_dead_server_is_answered(bench: Bench, server: MilvusServer) -> None:
    bench.save(1, 2, 3)
    bench.write()
    server.kill()
    assert bench.found() == [1, 2, 3]
    assert isinstance(bench.vectors.error, StoreUnavailableError)
    assert bench.vectors.error.hint == "Check whether it runs."


def test_a_server_that_lost_rows_is_told_them_again(bench: Bench) -> None:
    bench.save(1, 2, 3)
    bench.write()
    bench.vectors.open().store.drop()
    bench.vectors.close()
    bench.session()
    bench.save(4)
    bench.write()
    assert bench.on_server() == {1, 2, 3, 4}


def test_offline_by_wish_nothing_is_said(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "library", "http://milvus.invalid:19530")
    bench.online = False
    bench.save(1, 2)
    bench.write()
    assert bench.found() == [1, 2]
    assert bench.told == []
    bench.close()


def test_two_libraries_on_one_server_see_and_change_their_own_rows_alone(
    bench: Bench, server: MilvusServer, tmp_path: Path
) -> None:
    other = Bench(tmp_path / "other", server.address)

    def index(one: Bench, first: int) -> None:
        for number in range(first, first + 40):
            one.save(number)
            one.write()

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(index, bench, 1), threads.submit(index, other, 500)]:
            done.result()
    other.save(900)
    other.write()
    # The numbers of both catalogues begin with 1.
    assert bench.on_server() == set(range(1, 41))
    assert other.on_server() == set(range(1, 42))
    other.close()
    with ThreadPoolExecutor(1) as thread:
        indexed = thread.submit(index, bench, 100)
        there = StorePlace(other.base / "vectors", server.address)
        assert remove_from(other.base, there) == 1
        indexed.result()
    assert bench.on_server() == set(range(1, 81))
    assert [state.rows for state in store_states(other.base, there)] == [None]
    # Whoever deleted by mistake has it all again, for the catalogue has.
    other = Bench(other.base, server.address)
    other.save(901)
    other.write()
    assert other.on_server() == set(range(1, 43))
    other.close()


def test_a_copy_of_a_library_is_another_one_for_servers_and_a_moved_one_is_not(
    bench: Bench, server: MilvusServer, tmp_path: Path
) -> None:
    bench.save(1, 2, 3)
    bench.write()
    bench.close()
    shutil.copytree(bench.base, tmp_path / "copy")
    moved = tmp_path / "moved"
    bench.base.rename(moved)
    copy, again = Bench(tmp_path / "copy", server.address), Bench(moved, server.address)
    assert library_key(copy.catalog, copy.base) != library_key(again.catalog, again.base)
    copy.catalog.photos.remove([bench.base / "photos" / "1.jpg"])
    copy.save(7)
    copy.write()
    assert copy.on_server() == copy.wanted()
    assert again.on_server() == again.wanted() == {1, 2, 3}
    copy.close()
    again.close()
    bench.catalog = Catalog(moved / "catalog.db")


def test_a_library_that_another_computer_has_under_the_same_path_is_another_one(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two computers of one person mostly have the same paths, and one library is copied from one to the other."""
    key = library_key(bench.catalog, bench.base)
    away = bench.base.with_name("away")
    bench.base.rename(away)
    shutil.copytree(away, bench.base)
    # Put back from a copy on the same computer, it is the same one.
    assert library_key(bench.catalog, bench.base) == key
    # Not removed, for the next folder might get its number.
    bench.base.rename(away.with_name("further away"))
    shutil.copytree(away, bench.base)
    monkeypatch.setattr("platform.node", lambda: "laptop")
    assert library_key(bench.catalog, bench.base) != key


def test_rows_that_were_elsewhere_meanwhile_are_compared(bench: Bench, server: MilvusServer) -> None:
    bench.save(1, 2, 3)
    bench.write()
    bench.vectors.close()
    embedded = Stores(bench.catalog, StorePlace(bench.base / "vectors", least_free_bytes=0), bench._hear)
    lite = embedded.of(MODEL, 8)
    bench.save(4)
    lite.push()
    lite.flush()
    assert lite.open().store.ids() == {1, 2, 3, 4}
    lite.close()
    bench.session().settle(is_needed=False)
    assert bench.on_server() == {1, 2, 3, 4}


def test_a_refusal_is_no_reason_to_stop_either(bench: Bench) -> None:
    bench.save(1)
    bench.write()
    sync = bench.vectors.sync
    assert sync is not None
    sync.store.close()
    bench.save(2)
    bench.write()
    assert bench.found() == [1, 2]


def test_the_wait_grows_to_its_longest_and_is_over_after_success() -> None:
    now = [0.0]
    backoff = Backoff(5.0, 300.0, lambda: now[0])
    waits = [backoff.failed() for _ in range(12)]
    for number, wait in enumerate(waits):
        longest = min(5.0 * 2**number, 300.0)
        assert longest / 2 <= wait <= longest
    asked = [backoff.is_due]
    now[0] = 300.0
    asked.append(backoff.is_due)
    backoff.failed()
    backoff.worked()
    assert [*asked, backoff.is_due] == [False, True, True]
    assert backoff.failed() <= 5.0


def test_a_vector_of_another_length_is_the_callers_fault(bench: Bench) -> None:
    with pytest.raises(StoreError):
        bench.vectors.search(unit(1)[:4], 5)


def test_more_than_a_server_finds_at_once_comes_from_the_catalogue(
    tmp_path: Path, server: MilvusServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(tmp_path, server.address)
    bench.save(*range(40))
    bench.write()
    store, among = bench.vectors.open().store, Among(np.arange(5, 35, dtype=np.int64), of=40)
    assert isinstance(store, MilvusStore)
    all_of_them, some = bench.nearest(40), bench.nearest(9, among)
    monkeypatch.setattr("desktop_app.library.vectors.remote.search.SERVER_LIMIT", 10)
    monkeypatch.setattr(store._collection, "is_lite", False)
    assert bench.nearest(40) == all_of_them
    assert bench.nearest(9, among) == some == [number for number in all_of_them if 5 <= number < 35][:9]
    monkeypatch.undo()
    ask = store._collection.ask

    def refuse_filters(method: str, **options: Any) -> Any:
        if options.get("filter"):
            raise RefusedError("expression is too deep")
        return ask(method, **options)

    monkeypatch.setattr(store._collection, "is_lite", False)
    monkeypatch.setattr(store._collection, "ask", refuse_filters)
    assert [number for number, _ in store.search(unit(1), 9, among)] == some
    bench.close()
