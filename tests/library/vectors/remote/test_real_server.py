"""A real Milvus standalone: killed while photos are indexed, shared by libraries, with its own indexes. Opt-in.

It starts by itself where VISLUMBRE_MILVUS_PYTHON names a Python that has the package `milvus`; see `tests/real_milvus.py`.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library import StorePlace, move_store, store_states
from desktop_app.library.catalog import Catalog
from desktop_app.library.errors import StoreUnavailableError
from desktop_app.library.models.stores import Stores
from desktop_app.library.vectors import schema
from desktop_app.library.vectors.found import Among
from desktop_app.library.vectors.remote import search
from desktop_app.library.vectors.remote.backoff import Backoff
from desktop_app.library.vectors.remote.milvus_store import MilvusStore
from desktop_app.library.vectors.remote.patient import PatientVectors
from desktop_app.library.vectors.store import StoredVector
from tests.library.catalog.records import MODEL, record
from tests.library.vectors.rows import nearest_by_hand, rows_of, unit_vectors
from tests.pictures import save_colour
from tests.real_milvus import RealMilvus, python_with_milvus
from tests.tiny_clip import make_tiny_clip
from tests.waiting import wait_until

pytestmark = pytest.mark.server

TOKEN = "root:Milvus"
DIMENSION = 64


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealMilvus]:
    folder = tmp_path_factory.mktemp("milvus")
    with RealMilvus(python_with_milvus(), folder, authorization_enabled=True) as one:
        yield one


@pytest.fixture
def _strong(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written just now is to be found at once."""
    monkeypatch.setattr("desktop_app.library.vectors.remote.search._CONSISTENCY", "Strong")


def opened(server: RealMilvus, name: str, *, rows: int = 0, dimension: int = DIMENSION) -> MilvusStore:
    return MilvusStore.remote(server.address, TOKEN, name, dimension, rows=rows)


def catalogue(base: Path, numbers: range, dimension: int = DIMENSION) -> Catalog:
    base.mkdir(parents=True, exist_ok=True)
    catalog = Catalog(base / "catalog.db")
    catalog.folders.add(base / "photos")
    save(catalog, base, numbers, dimension)
    return catalog


def save(catalog: Catalog, base: Path, numbers: range, dimension: int = DIMENSION) -> None:
    vectors = unit_vectors(len(numbers), dimension, seed=numbers.start)
    catalog.photos.save(
        [
            record(base / "photos" / f"{number}.jpg", f"c{number}", vector=vector)
            for number, vector in zip(numbers, vectors, strict=True)
        ],
        MODEL,
    )


def test_a_server_killed_while_photos_are_indexed_loses_nothing(server: RealMilvus, tmp_path: Path) -> None:
    catalog = catalogue(tmp_path, range(0))
    place = StorePlace(tmp_path / "vectors", server.address, TOKEN)
    vectors = Stores(catalog, place, lambda _event: None).of(MODEL, DIMENSION)
    assert isinstance(vectors, PatientVectors)
    vectors._backoff = Backoff(0.1, 0.5)
    for batch in range(40):
        save(catalog, tmp_path, range(1 + 100 * batch, 101 + 100 * batch))
        if batch in {7, 22}:
            # In the middle of a write, which is under way on this thread.
            killing = threading.Timer(0.02, server.kill)
            killing.start()
            vectors.push()
            killing.join()
            save(catalog, tmp_path, range(100_000 + batch, 100_010 + batch))
            vectors.push()
            assert vectors.error is not None
            assert len(vectors.search(unit_vectors(1, DIMENSION)[0], 5)) == 5
            server.start()
        vectors.push()
    catalog.photos.remove([tmp_path / "photos" / f"{number}.jpg" for number in range(50, 60)])
    wait_until(lambda: _is_carried(vectors, catalog))
    store = vectors.open().store
    wanted = set(catalog.vectors.live_ids(MODEL).tolist())
    assert len(wanted) == 4_010
    assert store.ids() == wanted
    assert store.count() == len(wanted)
    vectors.close()
    stored = opened(server, _name_of(catalog, tmp_path))
    for numbers, kept in catalog.vectors.blocks(MODEL):
        found: dict[int, np.ndarray] = {}
        for start in range(0, len(numbers), 1_000):
            found |= stored.vectors(numbers[start : start + 1_000].tolist())
        np.testing.assert_allclose([found[int(number)] for number in numbers], kept, atol=1e-6)
    stored.close()
    catalog.close()


def _is_carried(vectors: PatientVectors, catalog: Catalog) -> bool:
    vectors.settle(is_needed=True)
    vectors.push()
    vectors.flush()
    return vectors.error is None and not catalog.vectors.outbox(MODEL, 1)


def _name_of(catalog: Catalog, data: Path) -> str:
    return Stores(catalog, StorePlace(data / "vectors", "http://any"), lambda _event: None)._server_name(
        MODEL
    )


def test_two_processes_index_two_libraries_into_one_server(server: RealMilvus, tmp_path: Path) -> None:
    model = make_tiny_clip(tmp_path / "model")
    working = []
    for name, colours in (("one", ("red", "green", "blue")), ("two", ("white", "black"))):
        for colour in colours:
            save_colour(tmp_path / name / "photos" / f"{colour}.jpg", colour)
        words = ["--base-dir", tmp_path / name / "library", "--model", model, "--store", server.address]
        command = [sys.executable, "-m", "desktop_app", *map(str, words), "index"]
        working.append(
            subprocess.Popen(
                [*command, str(tmp_path / name / "photos")],
                env=os.environ | {"VISLUMBRE_STORE_TOKEN": TOKEN},
            )
        )
    assert [one.wait(120) for one in working] == [0, 0]
    for name, count in (("one", 3), ("two", 2)):
        data = tmp_path / name / "library" / "data"
        [state] = store_states(data, StorePlace(data / "vectors", server.address, TOKEN))
        assert (state.vectors, state.rows, state.waiting, state.problem) == (count, count, 0, "")


def test_vectors_are_moved_there_and_back_and_verified(server: RealMilvus, tmp_path: Path) -> None:
    catalogue(tmp_path, range(1, 5_001)).close()
    there, here = StorePlace(tmp_path / "vectors", server.address, TOKEN), StorePlace(tmp_path / "vectors")
    [moved] = move_store(tmp_path, there)
    assert (moved.rows, moved.sent) == (5_000, 5_000)
    [back] = move_store(tmp_path, here)
    assert (back.rows, back.sent) == (5_000, 5_000)


@pytest.mark.usefixtures("_strong")
def test_a_small_collection_is_exact_and_a_large_one_gets_a_graph(
    server: RealMilvus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "MOST_PLAIN", 2_000)
    vectors = unit_vectors(6_000, DIMENSION)
    small = opened(server, "grows", rows=2_000)
    small.upsert(rows_of(vectors[:2_000]))
    query = unit_vectors(1, DIMENSION, seed=9)[0]
    assert [number for number, _ in small.search(query, 50)] == nearest_by_hand(vectors[:2_000], query, 50)
    small.upsert(rows_of(vectors[2_000:], first_id=2_001))
    small.close()
    large = opened(server, "grows", rows=6_000)
    assert large._collection.profile is schema.GRAPH
    assert large._collection.call("describe_index", index_name="vec")["index_type"] == "HNSW"
    large._collection.call("flush", timeout_s=60)
    wait_until(lambda: _is_built(large), 120)
    assert large.count() == 6_000
    every = np.arange(1, 6_001, dtype=np.int64)
    chance = np.random.default_rng(5).random(6_000) < 0.1
    for name, ids in {
        "all": every,
        "a folder": every[2_000:3_000],
        "ten days": every[every % 600 < 60],
        "every other": every[::2],
        "a tenth": every[chance],
    }.items():
        # Built, but until it is loaded the server asks an index of its own, which finds 0.95.
        wait_until(lambda ids=ids: _recall(large, vectors, ids) >= 0.99, 90)  # type: ignore[misc]
        print(f"recall@20 of HNSW among {len(ids):,} of 6,000, {name}: {_recall(large, vectors, ids):.4f}")
    large.close()


def _recall(store: MilvusStore, vectors: np.ndarray, ids: np.ndarray) -> float:
    """Return which share of the 20 nearest among some rows a store finds; asked without a filter for all."""
    among = None if len(ids) == len(vectors) else Among(ids, of=len(vectors))
    found = 0
    for query in unit_vectors(20, DIMENSION, seed=12):
        exact = nearest_by_hand(vectors, query, 20, within=ids.tolist())
        found += len(set(exact) & {number for number, _ in store.search(query, 20, among)})
    return found / 400


@pytest.mark.usefixtures("_strong")
def test_more_than_a_graph_is_for_get_an_index_on_disk(
    server: RealMilvus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is chosen and made; the wheels of Milvus 2.3.5 were built without it, so that it is never filled there."""
    monkeypatch.setattr(schema, "MOST_PLAIN", 500)
    monkeypatch.setattr(schema, "MOST_GRAPH", 1_000)
    vectors = unit_vectors(1_500, DIMENSION)
    store = opened(server, "on disk", rows=len(vectors))
    assert store._collection.profile is schema.DISK
    assert store._collection.call("describe_index", index_name="vec")["index_type"] == "DISKANN"
    store.upsert(rows_of(vectors))
    assert store.count() == len(vectors)
    assert [number for number, _ in store.search(vectors[7], 1)] == [8]
    store.close()
    # It stays, however few rows there are to be.
    again = opened(server, "on disk", rows=1_000)
    assert again._collection.profile is schema.DISK
    again.close()


def _is_built(store: MilvusStore) -> bool:
    index = store._collection.call("describe_index", index_name="vec")
    return bool(index.get("pending_index_rows") == 0 and index.get("indexed_rows"))


def test_counts_are_right_after_deletions_and_rows_that_were_written_twice(server: RealMilvus) -> None:
    store = opened(server, "counted")
    store.upsert(rows_of(unit_vectors(300, DIMENSION)))
    store.upsert(rows_of(unit_vectors(100, DIMENSION, seed=2)))
    store.delete(range(1, 51))
    assert store.count() == 250
    assert store.ids() == set(range(51, 301))
    store.upsert([StoredVector(7, unit_vectors(1, DIMENSION, seed=3)[0])])
    assert store.ids() == {7, *range(51, 301)}
    store.drop()
    assert store.count() == 0
    store.close()


@pytest.mark.usefixtures("_strong")
def test_a_filter_that_the_server_refuses_is_done_without(
    server: RealMilvus, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    vectors = unit_vectors(600, DIMENSION)
    store = opened(server, "refuses")
    store.upsert(rows_of(vectors))
    odd = Among(np.arange(1, 601, 2, dtype=np.int64), of=600)
    query = unit_vectors(1, DIMENSION, seed=9)[0]
    wanted = nearest_by_hand(vectors, query, 10, within=odd.content_ids.tolist())
    for most in (search._MOST_RANGES, 300):
        monkeypatch.setattr(search, "_MOST_RANGES", most)
        assert [number for number, _ in store.search(query, 10, odd)] == wanted
        assert ("asked without" in caplog.text) == (most == 300)
    store.drop()
    store.close()


@pytest.mark.parametrize(
    ("token", "database", "told"),
    [
        ("", "", "wants a token"),
        ("root:wrong", "", "does not take the token"),
        (TOKEN, "nowhere", "has no database named nowhere"),
    ],
)
def test_what_the_server_refuses_is_a_sentence(
    server: RealMilvus, token: str, database: str, told: str
) -> None:
    with pytest.raises(StoreUnavailableError, match=told) as caught:
        MilvusStore.remote(server.address, token, "m", DIMENSION, database=database)
    assert "wrong." not in caught.value.sentence
    assert "Milvus" not in caught.value.sentence


def test_a_database_of_its_own_is_used(server: RealMilvus) -> None:
    store = opened(server, "elsewhere")
    store.upsert(rows_of(unit_vectors(5, DIMENSION)))
    store._collection._reach()._client.create_database("own")
    other = MilvusStore.remote(server.address, TOKEN, "elsewhere", DIMENSION, database="own")
    assert (store.count(), other.count()) == (5, 0)
    other.drop()
    assert store.count() == 5
    other.close()
    store.close()
