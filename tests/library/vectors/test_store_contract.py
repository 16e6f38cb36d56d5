"""One contract on every kind of Milvus: our child process, Lite's own server, and a real server on request."""

import os
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library.errors import StoreDimensionError, StoreError, StoreUnavailableError
from desktop_app.library.vectors.found import Among
from desktop_app.library.vectors.lite.lite_store import LiteStore
from desktop_app.library.vectors.remote.milvus_store import MilvusStore
from desktop_app.library.vectors.schema import collection_name
from desktop_app.library.vectors.store import StoredVector, VectorStore
from tests.library.vectors.rows import DIMENSION, nearest_by_hand, rows_of, unit_vectors
from tests.waiting import wait_until


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


Store = MilvusStore | LiteStore


@pytest.fixture(scope="module")
def lite_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of Milvus Lite's own server."""
    port = _free_port()
    folder = tmp_path_factory.mktemp("server")
    command = [sys.executable, "-m", "milvus_lite", "server", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--data-dir", str(folder / "data")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: _answers(port))
        yield f"127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@pytest.fixture(
    scope="module",
    params=["lite", "lite in parts", "lite server", pytest.param("server", marks=pytest.mark.server)],
)
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store of each kind, shared by the module; use `store`, which is empty."""
    strong = pytest.MonkeyPatch()
    if request.param == "lite":
        store: Store = LiteStore.open(tmp_path_factory.mktemp("lite"), "contract", DIMENSION)
    elif request.param == "lite in parts":
        store = LiteStore.open(tmp_path_factory.mktemp("parts"), "contract", DIMENSION, shard_ids=100)
    elif request.param == "lite server":
        store = MilvusStore.remote(request.getfixturevalue("lite_server"), "", "contract", DIMENSION)
    else:
        address = os.environ.get("VISLUMBRE_MILVUS")
        if not address:
            pytest.skip("VISLUMBRE_MILVUS names no Milvus server")
        strong.setattr("desktop_app.library.vectors.remote.search._CONSISTENCY", "Strong")
        store = MilvusStore.remote(address, "", f"contract {uuid.uuid4()}", DIMENSION)
    yield store
    if request.param == "server":
        assert isinstance(store, MilvusStore)
        store._collection.call("drop_collection")
    store.close()
    strong.undo()


@pytest.fixture
def store(opened: Store) -> Store:
    opened.delete(opened.ids())
    wait_until(lambda: opened.count() == 0)
    return opened


def test_the_store_fulfils_its_protocol(store: Store) -> None:
    contract: VectorStore = store
    assert contract.dimension == DIMENSION
    assert contract.description in {"milvus-lite"} or contract.description.startswith("http://")


def test_search_is_exact(store: Store) -> None:
    vectors = unit_vectors(700)
    store.upsert(rows_of(vectors))
    store.flush()
    store.upsert(rows_of(unit_vectors(700)[:10]))  # part of the rows flushed, part not
    for query in unit_vectors(10, seed=1):
        hits = store.search(query, 50)
        assert [number for number, _ in hits] == nearest_by_hand(vectors, query, 50)
        np.testing.assert_allclose(
            [score for _, score in hits], [vectors[number - 1] @ query for number, _ in hits], atol=1e-5
        )


def test_the_score_is_the_cosine_and_the_best_comes_first(store: Store) -> None:
    vectors = unit_vectors(30)
    store.upsert(rows_of(vectors))
    hits = store.search(vectors[6], 30)
    assert hits[0][0] == 7
    assert hits[0][1] == pytest.approx(1.0, abs=1e-5)
    assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)


def test_rows_are_found_before_they_are_flushed(store: Store) -> None:
    store.upsert(rows_of(unit_vectors(5)))
    assert store.count() == 5
    assert len(store.search(unit_vectors(1)[0], 10)) == 5


def test_an_upsert_replaces_the_row(store: Store) -> None:
    old, new = unit_vectors(2)
    store.upsert([StoredVector(9, old)])
    store.flush()
    store.upsert([StoredVector(9, new)])
    assert store.count() == 1
    [(number, score)] = store.search(new, 5)
    assert number == 9
    assert score == pytest.approx(1.0, abs=1e-5)
    store.flush()
    [(number, score)] = store.search(new, 5)
    assert number == 9
    assert score == pytest.approx(1.0, abs=1e-5)
    assert store.ids() == {9}


def test_deleted_rows_are_gone_and_unknown_ids_do_no_harm(store: Store) -> None:
    store.upsert(rows_of(unit_vectors(20)))
    store.flush()
    store.delete([1, 2, 3, 999])
    assert store.count() == 17
    assert {number for number, _ in store.search(unit_vectors(1)[0], 50)} == set(range(4, 21))
    store.flush()
    assert store.ids() == set(range(4, 21))


def test_a_row_deleted_and_written_again_is_there(store: Store) -> None:
    vectors = unit_vectors(3)
    store.upsert(rows_of(vectors))
    store.delete([2])
    store.upsert(rows_of(vectors)[1:2])
    store.flush()
    assert store.ids() == {1, 2, 3}
    assert store.count() == 3


def test_a_server_is_not_asked_for_more_rows_than_it_returns(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    if isinstance(store, LiteStore):
        pytest.skip("no server")
    monkeypatch.setattr("desktop_app.library.vectors.remote.search.SERVER_LIMIT", 64)
    monkeypatch.setattr(store._collection, "is_lite", False)
    store.upsert(rows_of(unit_vectors(400)))
    assert len(store.search(unit_vectors(1, seed=3)[0], 1_000)) == store.most_found == 64


@pytest.mark.parametrize("kept", ["a folder", "every third", "few", "all", "none"])
def test_the_nearest_among_some_are_found(store: Store, monkeypatch: pytest.MonkeyPatch, kept: str) -> None:
    """By ranges of a server, which Lite behind a port takes as well, and by asking for more rows."""
    vectors, every = unit_vectors(400), np.arange(1, 401, dtype=np.int64)
    ids = {"a folder": every[70:260], "every third": every[::3], "few": every[[5, 9, 300]]}.get(
        kept, every[:0] if kept == "none" else every
    )
    among, query = Among(ids, of=400), unit_vectors(1, seed=4)[0]
    store.upsert(rows_of(vectors))
    right = nearest_by_hand(vectors, query, 20, within=ids.tolist())
    if kept != "few":
        assert [number for number, _ in store.search(query, 20, among)] == right
    if isinstance(store, MilvusStore):
        monkeypatch.setattr(store._collection, "is_lite", False)
        assert [number for number, _ in store.search(query, 20, among)] == right
        if kept == "every third":
            # Where a server refuses a filter, it is asked for more rows.
            monkeypatch.setattr(
                "desktop_app.library.vectors.remote.ranges.Ranges.expression", lambda _ranges: "id <"
            )
            assert [number for number, _ in store.search(query, 20, among)] == right


def test_search_for_nothing_finds_nothing(store: Store) -> None:
    store.upsert(rows_of(unit_vectors(5)))
    assert store.search(unit_vectors(1)[0], 0) == []


def test_an_empty_store_answers(store: Store) -> None:
    assert store.search(unit_vectors(1)[0], 5) == []
    assert store.ids() == set()
    store.flush()
    store.upsert([])
    store.delete([])


def test_a_vector_of_another_length_is_refused_in_words(store: Store) -> None:
    long = unit_vectors(1, dimension=24)
    with pytest.raises(StoreDimensionError, match="vectors of 16 numbers and cannot take one of 24"):
        store.upsert(rows_of(long))
    with pytest.raises(StoreDimensionError):
        store.search(long[0], 5)
    assert store.count() == 0


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_vector_that_holds_no_number_is_refused(store: Store, wrong: float) -> None:
    vectors = unit_vectors(3)
    vectors[1, 4] = wrong
    with pytest.raises(StoreError, match="not a number"):
        store.upsert(rows_of(vectors))
    assert store.count() == 0


def test_a_vector_that_is_not_of_length_1_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match=r"length 1\.1 instead of 1"):
        store.upsert(rows_of(unit_vectors(3) * np.float32(1.1)))
    with pytest.raises(StoreError, match="length 0 instead of 1"):
        store.search(np.zeros(DIMENSION, np.float32), 5)


def test_drop_removes_every_row_and_the_store_works_on(store: Store) -> None:
    store.upsert(rows_of(unit_vectors(50)))
    store.flush()
    store.drop()
    assert store.count() == 0
    assert store.ids() == set()
    store.upsert(rows_of(unit_vectors(2)))
    assert store.count() == 2


def test_all_ids_are_listed_also_over_many_pages_and_gaps(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.library.vectors.remote.collection._PAGE_IDS", 7)
    store.upsert(rows_of(unit_vectors(30)) + rows_of(unit_vectors(5), first_id=100))
    store.delete([7, 8])
    assert store.ids() == {*range(1, 31), *range(100, 105)} - {7, 8}
    assert store.ids_between(5, 12).tolist() == [5, 6, 9, 10, 11]
    assert store.ids_between(29, 102).tolist() == [29, 30, 100, 101]
    assert store.ids_between(31, 100).tolist() == []


def test_collections_are_named_by_their_model() -> None:
    assert collection_name("clip-1") != collection_name("clip-2")
    assert collection_name("clip-1").isidentifier()
    assert len(collection_name("clip-1")) == len("photos_") + 16


def test_a_collection_with_vectors_of_another_length_is_refused_in_words(lite_server: str) -> None:
    MilvusStore.remote(lite_server, "", "short", 8).close()
    with pytest.raises(StoreDimensionError, match="vectors of 8 numbers and cannot take one of 16"):
        MilvusStore.remote(lite_server, "", "short", 16)


@pytest.mark.parametrize("address", ["./photos.db", "", "http://", "http://host:port", "unix"])
def test_an_address_that_is_none_is_refused_in_words(address: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreUnavailableError):
        MilvusStore.remote(address, "", "m", 8)
    assert not list(tmp_path.iterdir())


def test_a_server_that_is_not_there_is_said_in_words_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("desktop_app.library.vectors.connection._CONNECT_S", 1.0)
    port = _free_port()
    with pytest.raises(StoreUnavailableError) as caught:
        MilvusStore.remote(f"http://person:secret@127.0.0.1:{port}", "", "m", 8)
    assert f"http://127.0.0.1:{port} does not answer" in caught.value.sentence
    assert "secret" not in str(caught.value)


def test_a_server_on_this_machine_is_asked_also_offline(lite_server: str) -> None:
    MilvusStore.remote(lite_server, "person:word", "here", 8, network=lambda: False).close()


def test_a_proxy_in_the_environment_is_not_used_for_this_machine(
    lite_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "grpc_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    MilvusStore.remote(lite_server, "", "proxy", 8).close()
