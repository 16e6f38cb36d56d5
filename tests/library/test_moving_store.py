"""Vectors are moved to a server and back: resumable, verified, and the store of before stays as it is."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library import MoveStep, StorePlace, is_kept_in, move_store, remove_from, store_states
from desktop_app.library.catalog import Catalog
from desktop_app.library.errors import LibraryInUseError, StoreError, StoreUnavailableError
from desktop_app.library.models.stores import Stores
from desktop_app.library.vectors.remote.milvus_store import MilvusStore
from desktop_app.library.vectors.store import StoredVector
from tests.library.catalog.records import MODEL, record, unit
from tests.milvus_server import MilvusServer, free_port

PHOTOS = 95


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    with MilvusServer(tmp_path_factory.mktemp("server")) as one:
        yield one


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of 95 photos, whose vectors are moved ten at once."""
    monkeypatch.setattr("desktop_app.library.moving_store._PIECE_ROWS", 10)
    catalog = Catalog(tmp_path / "catalog.db")
    catalog.folders.add(tmp_path / "photos")
    numbers = range(1, PHOTOS + 1)
    catalog.photos.save(
        [record(tmp_path / "photos" / f"{one}.jpg", f"c{one}", vector=unit(one)) for one in numbers], MODEL
    )
    catalog.close()
    return tmp_path


@pytest.fixture
def at_server(data: Path, server: MilvusServer) -> StorePlace:
    return StorePlace(data / "vectors", server.address)


@pytest.fixture
def embedded(data: Path) -> StorePlace:
    return StorePlace(data / "vectors", least_free_bytes=0)


def edit(data: Path, place: StorePlace, *wrong: StoredVector) -> None:
    catalog = Catalog(data / "catalog.db")
    store = Stores(catalog, place, lambda _event: None).opened(MODEL, 8)
    store.upsert(wrong)
    store.close()
    catalog.close()


def opened(data: Path, place: StorePlace) -> None:
    """A session with a store that the settings name, which is told what it has missed."""
    with Catalog(data / "catalog.db") as catalog:
        vectors = Stores(catalog, place, lambda _event: None).of(MODEL, 8)
        vectors.settle(is_needed=True)
        vectors.close()


def assert_row(data: Path, place: StorePlace, number: int, vector: np.ndarray) -> None:
    """The store has every photo of the catalogue, and this vector of one."""
    catalog = Catalog(data / "catalog.db")
    store = Stores(catalog, place, lambda _event: None).opened(MODEL, 8)
    assert store.ids() == set(catalog.vectors.live_ids(MODEL).tolist())
    np.testing.assert_allclose(store.vectors([number])[number], vector, atol=1e-3)
    store.close()
    catalog.close()


def test_vectors_are_moved_to_a_server_and_back(
    data: Path, at_server: StorePlace, embedded: StorePlace
) -> None:
    [before] = store_states(data, at_server)
    assert (before.vectors, before.waiting, before.rows, before.problem) == (PHOTOS, PHOTOS, None, "")
    told: list[tuple[MoveStep, int, int]] = []
    [there] = move_store(data, at_server, lambda *step: told.append(step))
    assert (there.model_id, there.rows, there.sent) == (MODEL, PHOTOS, PHOTOS)
    sent = [(MoveStep.SENDING, min(done, PHOTOS), PHOTOS) for done in range(10, 101, 10)]
    assert told == [*sent, (MoveStep.COMPARING, PHOTOS, PHOTOS)]
    [after] = store_states(data, at_server)
    assert (after.vectors, after.waiting, after.rows) == (PHOTOS, 0, PHOTOS)

    assert (is_kept_in(data, at_server), is_kept_in(data, embedded)) == (True, False)
    [back] = move_store(data, embedded)
    assert is_kept_in(data, embedded)
    assert (back.rows, back.sent) == (PHOTOS, PHOTOS)
    assert store_states(data, at_server)[0].rows == PHOTOS
    assert remove_from(data, at_server) == 1
    assert store_states(data, at_server)[0].rows is None
    assert remove_from(data, embedded) == 1
    assert not list((data / "vectors").glob("*/vectors.db"))


def test_a_store_that_nobody_searches_is_not_searched_to_verify_it(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def search(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("desktop_app.library.vectors.lite.lite_store.LiteStore.search", search)
    # Five collections, of which each search would read all.
    place = StorePlace(data / "vectors", least_free_bytes=0, shard_ids=20)
    [moved] = move_store(data, place)
    assert (moved.rows, moved.sent) == (PHOTOS, PHOTOS)


@pytest.mark.parametrize("is_there", [True, False])
def test_a_move_that_was_ended_goes_on_where_it_was(
    data: Path, server: MilvusServer, *, is_there: bool
) -> None:
    """Photos that went, came, or got another vector under their number meanwhile are there as they are now."""
    place = StorePlace(data / "vectors", server.address if is_there else "", least_free_bytes=0)

    def end(_step: MoveStep, done: int, _rows: int) -> None:
        if done == 40:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move_store(data, place, end)
    catalog = Catalog(data / "catalog.db")
    catalog.photos.remove([data / "photos" / "3.jpg"])
    catalog.photos.save([record(data / "photos" / "new.jpg", "new", vector=unit(500))], MODEL)
    catalog.photos.save([record(data / "photos" / "7.jpg", "c7", vector=unit(700))], MODEL)
    # The store that is used until then was told, so no outbox knows of it any more.
    catalog.vectors.outbox_done(MODEL, up_to=catalog.vectors.outbox_last())
    catalog.close()
    [moved] = move_store(data, place)
    assert (moved.rows, moved.sent) == (PHOTOS, PHOTOS - 40 + 1 + 1)
    assert_row(data, place, 7, unit(700))


def test_a_row_that_is_not_as_it_was_sent_is_sent_again(
    data: Path, at_server: StorePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(data, at_server, StoredVector(7, unit(1234)))
    monkeypatch.setattr("desktop_app.library.moving_store._send_all", lambda *_: 0)
    assert move_store(data, at_server)[0].sent == PHOTOS
    assert_row(data, at_server, 7, unit(7))


def test_a_store_that_gives_back_another_vector_is_not_used(
    data: Path, at_server: StorePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = MilvusStore.vectors

    def spoilt(store: MilvusStore, ids: list[int]) -> dict[int, np.ndarray]:
        return {number: unit(1) if number == 7 else row for number, row in read(store, ids).items()}

    # Too few are looked at by chance to find it.
    monkeypatch.setattr("desktop_app.library.vectors.verified._SAMPLE", 1)
    monkeypatch.setattr(MilvusStore, "vectors", spoilt)
    with pytest.raises(
        StoreError, match=r"is not what was sent: row 7 has another vector\. Nothing was changed"
    ):
        move_store(data, at_server)
    monkeypatch.undo()
    assert move_store(data, at_server)[0].sent == PHOTOS


def test_rows_of_before_are_gone_after_a_move(data: Path, at_server: StorePlace) -> None:
    edit(data, at_server, StoredVector(4_000, unit(1)))
    assert move_store(data, at_server)[0].rows == PHOTOS
    assert_row(data, at_server, 5, unit(5))


def test_a_server_that_is_not_there_changes_nothing(data: Path) -> None:
    nowhere = StorePlace(data / "vectors", f"http://127.0.0.1:{free_port()}")
    with pytest.raises(StoreUnavailableError, match="does not answer"):
        move_store(data, nowhere)
    [state] = store_states(data, nowhere)
    assert (state.waiting, state.rows) == (PHOTOS, None)
    assert "does not answer" in state.problem


def test_a_server_that_goes_away_in_the_middle_is_said_with_what_to_do(
    data: Path, at_server: StorePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise StoreUnavailableError("It does not answer.", "Check whether it runs.")

    monkeypatch.setattr(MilvusStore, "upsert", gone)
    with pytest.raises(StoreUnavailableError, match=r"runs\. Nothing was changed; the same command goes on"):
        move_store(data, at_server)


def test_an_open_library_is_not_moved(data: Path, at_server: StorePlace) -> None:
    from desktop_app.library.concurrency.library_lock import lock

    held = lock(data)
    try:
        with pytest.raises(LibraryInUseError):
            move_store(data, at_server)
    finally:
        held.release()


def test_a_store_that_is_gone_back_to_by_the_settings_alone_is_told_what_changed_meanwhile(
    data: Path, at_server: StorePlace, embedded: StorePlace
) -> None:
    opened(data, at_server)
    opened(data, embedded)
    with Catalog(data / "catalog.db") as catalog:
        catalog.photos.save([record(data / "photos" / "7.jpg", "c7", vector=unit(700))], MODEL)
    opened(data, embedded)
    opened(data, at_server)
    assert_row(data, at_server, 7, unit(700))
