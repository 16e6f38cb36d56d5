"""Milvus Lite in parts: a collection for each range of ids, of which only what is asked for is read."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.library.vectors.lite.lite_store import LiteStore
from desktop_app.library.vectors.lite.shards import Shards, width_for
from desktop_app.library.vectors.schema import collection_name
from desktop_app.library.vectors.store import StoredVector
from tests.library.vectors.rows import DIMENSION, nearest_by_hand, rows_of, unit_vectors

WIDTH = 100
NAME = collection_name("m")
VECTORS = unit_vectors(449)


def _open(folder: Path, width: int = WIDTH) -> LiteStore:
    return LiteStore.open(folder, "m", DIMENSION, least_free_bytes=0, shard_ids=width)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LiteStore]:
    """Ids 1 to 449, in five collections."""
    store = _open(tmp_path)
    store.upsert(rows_of(VECTORS))
    store.flush()
    yield store
    store.close()


def _collections(folder: Path) -> set[str]:
    return {path.name for path in (folder / "vectors.db" / "collections").iterdir()}


def _found(store: LiteStore, query: NDArray[np.float32], limit: int) -> list[int]:
    return [number for number, _ in store.search(query, limit)]


def test_ids_lie_in_collections_by_range_and_the_first_keeps_its_name(
    store: LiteStore, tmp_path: Path
) -> None:
    assert _collections(tmp_path) == {NAME, *(f"{NAME}_{number}" for number in range(1, 5))}
    shards = Shards(tmp_path / "vectors.db", NAME, WIDTH)
    assert [len(shards.ids_of(name)) for name in shards.present()] == [99, 100, 100, 100, 50]
    assert shards.former is None


def test_a_small_library_has_one_collection_as_before(tmp_path: Path) -> None:
    store = LiteStore.open(tmp_path, "m", DIMENSION)
    store.upsert(rows_of(VECTORS, first_id=width_for(DIMENSION) - len(VECTORS)))
    store.close()
    assert _collections(tmp_path) == {NAME}


def test_a_collection_whose_making_was_cut_short_is_made(tmp_path: Path) -> None:
    store = _open(tmp_path)
    left = tmp_path / "vectors.db" / "collections" / f"{NAME}_4"
    left.mkdir()
    (left / "schema.json.tmp").write_text("{")
    store.upsert(rows_of(VECTORS))
    store.close()
    store = _open(tmp_path)
    assert store.ids() == set(range(1, 450))
    store.close()


def test_answers_are_those_of_one_collection(store: LiteStore, tmp_path: Path) -> None:
    gone = {5, 99, 100, 250, 449}
    store.delete(gone)
    changed = VECTORS.copy()
    changed[[41, 341]] = unit_vectors(2, seed=7)
    store.upsert([row for row in rows_of(changed) if row.id in {42, 342}])
    left = set(range(1, 450)) - gone
    for is_flushed in (False, True):
        if is_flushed:
            store.flush()
        assert store.count() == len(left)
        assert store.ids() == left
        assert store.ids_between(98, 103).tolist() == [98, 101, 102]
        for seed in range(3):
            query = unit_vectors(1, seed=100 + seed)[0]
            assert _found(store, query, 60) == nearest_by_hand(changed, query, 60, left)


def test_single_rows_can_be_read_from_any_collection(store: LiteStore) -> None:
    store.delete([101])
    found = store.vectors([3, 99, 100, 101, 449, 9999])
    assert sorted(found) == [3, 99, 100, 449]
    for number, vector in found.items():
        np.testing.assert_allclose(vector, VECTORS[number - 1], atol=1e-6)
    assert store.vectors([]) == {}


def _loaded(store: LiteStore) -> list[str]:
    states = {name: store._collections.call("get_load_state", name) for name in store._shards.present()}
    return [name for name, state in states.items() if state["state"].name == "Loaded"]


def test_nothing_is_loaded_for_writing_and_at_most_four_collections_by_a_search(
    store: LiteStore, tmp_path: Path
) -> None:
    store.upsert(rows_of(VECTORS[:3], first_id=450))
    store.delete([7, 120])
    store.flush()
    assert _loaded(store) == []
    assert not store.is_quick
    assert not list(tmp_path.rglob("*.idx"))
    query = unit_vectors(1, seed=3)[0]
    first = _found(store, query, 30)
    assert len(_loaded(store)) == 4
    assert _found(store, query, 30) == first
    assert len(_loaded(store)) == 4


def test_rows_written_after_a_search_are_found_in_collections_that_are_loaded_or_not(
    store: LiteStore,
) -> None:
    store.search(VECTORS[0], 1)
    assert len(_loaded(store)) == 4
    fresh = unit_vectors(5, seed=9)
    for number, vector in zip((1, 101, 201, 301, 401), fresh, strict=True):
        store.upsert(rows_of(vector[None], first_id=number))
        assert _found(store, vector, 1) == [number]
        store.flush()
        assert _found(store, vector, 1) == [number]


def test_what_a_killed_child_had_taken_for_several_collections_is_there_again(store: LiteStore) -> None:
    rows = [StoredVector(number, VECTORS[0]) for number in (50, 150, 250, 350, 450, 550)]
    store.upsert(rows)
    store.delete([1, 101])
    pid = store._collections._server.pid
    assert pid is not None
    os.kill(pid, 9)
    store.restart()
    assert store.ids() == set(range(2, 451)) - {101} | {550}
    assert store.count() == 449


@pytest.mark.parametrize(("dimension", "width"), [(8, 65_536), (512, 32_768), (768, 16_384), (1152, 8_192)])
def test_a_collection_never_comes_near_what_lite_merges_at_every_flush(dimension: int, width: int) -> None:
    """It does from 33 files on, each of up to 100,000 rows that it does not merge further."""
    from milvus_lite import constants

    assert width_for(dimension) == width
    full_files = -(-width // constants.MAX_SEGMENT_ROWS)
    # In each class of sizes there are fewer than four files that are not merged.
    classes = len(constants.COMPACTION_BUCKET_BOUNDARIES) + 1
    others = classes * (constants.COMPACTION_MIN_FILES_PER_BUCKET - 1)
    assert full_files + others < constants.MAX_DATA_FILES
    # And whatever is merged at once is a part of one collection.
    assert width < 2 * constants.MAX_SEGMENT_ROWS


def test_files_are_merged_before_there_are_many(tmp_path: Path) -> None:
    store = LiteStore.open(tmp_path, "m", DIMENSION, least_free_bytes=0)
    for number in range(1, 15):
        store.upsert(rows_of(VECTORS[number : number + 1], first_id=number))
        store.flush()
    store.close()
    assert len(list(tmp_path.rglob("data_*.parquet"))) < 4
    store = LiteStore.open(tmp_path, "m", DIMENSION, least_free_bytes=0)
    assert store.count() == 14
    store.close()
