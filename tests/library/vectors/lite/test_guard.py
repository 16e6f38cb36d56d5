"""The guard that looks at a database before Milvus Lite does."""

import json
import os
import shutil
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from desktop_app.library.errors import StoreDamagedError
from desktop_app.library.vectors.lite import guard
from desktop_app.library.vectors.lite.lite_store import LiteStore
from desktop_app.library.vectors.lite.names_inside import log_leads_out
from tests.library.vectors.rows import DIMENSION, rows_of, unit_vectors


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed database with rows, a deletion and a collection without rows."""
    folder = tmp_path_factory.mktemp("made")
    store = LiteStore.open(folder, "empty", DIMENSION)
    store.close()
    store = LiteStore.open(folder, "m", DIMENSION)
    store.upsert(rows_of(unit_vectors(50)))
    store.flush()
    store.upsert(rows_of(unit_vectors(50), first_id=51))
    store.delete([1])
    store.flush()
    store.search(unit_vectors(1)[0], 1)  # makes the index files
    store.close()
    return folder / "vectors.db"


@pytest.fixture
def database(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "vectors.db")


@pytest.fixture
def collection(database: Path) -> Path:
    [found] = [path.parents[3] for path in database.rglob("delta_*.parquet")]
    return found


def _rows(collection: Path) -> list[Path]:
    return sorted((collection / "partitions" / "_default" / "data").iterdir())


def test_a_sound_database_has_no_problem(database: Path) -> None:
    assert guard.check(database) == []


def test_a_database_that_is_not_there_has_no_problem(tmp_path: Path) -> None:
    assert guard.check(tmp_path / "vectors.db") == []


def test_a_file_of_the_old_kind_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "vectors.db").write_bytes(b"SQLite format 3\0")
    assert guard.check(tmp_path / "vectors.db") == ["vectors.db is not a folder"]


@pytest.mark.parametrize("previous", [True, False])
def test_a_missing_manifest_is_a_problem(collection: Path, database: Path, previous: bool) -> None:
    (collection / "manifest.json").unlink()
    if not previous:
        (collection / "manifest.json.prev").unlink()
    assert guard.check(database) == [f"{collection.name}: manifest.json is missing"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        '{"partitions": {"_default"',
        "[]",
        "{}",
        '{"partitions": 3}',
        "[" * 200_000,
        '{"partitions": {}, "current_seq": 1e999}',
    ],
)
def test_an_unreadable_manifest_is_a_problem(collection: Path, database: Path, content: str) -> None:
    (collection / "manifest.json").write_text(content)
    assert guard.check(database) == [f"{collection.name}: manifest.json is unreadable"]


@pytest.mark.parametrize("content", [None, "", '{"fields": [', '{"a":' * 200_000])
def test_an_unreadable_schema_is_a_problem(collection: Path, database: Path, content: str | None) -> None:
    schema = collection / "schema.json"
    schema.unlink() if content is None else schema.write_text(content)
    assert guard.check(database) == [f"{collection.name}: schema.json is missing or unreadable"]


@pytest.mark.parametrize("kept", [0, 3, 11, 200, -1, -9])
def test_a_row_file_that_is_cut_short_is_a_problem(collection: Path, database: Path, kept: int) -> None:
    file = _rows(collection)[0]
    os.truncate(file, kept if kept >= 0 else file.stat().st_size + kept)
    [problem] = guard.check(database)
    assert f"data/{file.name} is cut short" in problem


def test_a_deletion_file_that_is_cut_short_is_a_problem(collection: Path, database: Path) -> None:
    [file] = collection.rglob("delta_*.parquet")
    os.truncate(file, 20)
    assert len(guard.check(database)) == 1


def test_a_missing_row_file_is_a_problem(collection: Path, database: Path) -> None:
    _rows(collection)[0].unlink()
    [problem] = guard.check(database)
    assert problem.endswith("is missing")


def test_a_manifest_from_before_the_last_flush_is_a_problem(collection: Path, database: Path) -> None:
    shutil.copy(collection / "manifest.json.prev", collection / "manifest.json")
    assert guard.check(database) == [f"{collection.name}: manifest.json is older than the rows"]


def test_files_left_over_from_a_flush_that_was_cut_short_are_no_problem(
    collection: Path, database: Path
) -> None:
    left_over = _rows(collection)[0].with_name("data_000900_000999.parquet")
    left_over.write_bytes(b"PAR1 half a file")
    (collection / "wal").mkdir(exist_ok=True)
    (collection / "wal" / "wal_data_000009.arrow").write_bytes(b"rows")
    assert guard.check(database) == []


def test_a_collection_whose_making_was_cut_short_is_no_problem(database: Path) -> None:
    (database / "collections" / "photos_half").mkdir()
    assert guard.check(database) == []


def test_a_database_set_aside_keeps_every_file_and_never_replaces_another(database: Path) -> None:
    files = sorted(path.relative_to(database) for path in database.rglob("*"))
    first = guard.set_aside(database)
    database.mkdir()
    second = guard.set_aside(database)
    assert first != second
    assert first.name.startswith("vectors.db.broken-20")
    assert sorted(path.relative_to(first) for path in first.rglob("*")) == files


def test_only_index_files_are_dropped(database: Path) -> None:
    rows = sorted(database.rglob("*.parquet"))
    assert sum(guard.drop_indexes(one) for one in (database / "collections").iterdir()) > 0
    assert not list(database.rglob("*.idx"))
    assert sorted(database.rglob("*.parquet")) == rows
    assert guard.check(database) == []


def test_a_held_lock_is_seen_and_waited_for_but_never_removed(database: Path) -> None:
    assert not guard.is_locked(database)
    holder = os.open(database / "LOCK", os.O_RDWR)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(holder, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(holder, fcntl.LOCK_EX)
    assert guard.is_locked(database)
    assert not guard.wait_until_unlocked(database, 0.1)
    os.close(holder)
    assert guard.wait_until_unlocked(database, 0)
    assert (database / "LOCK").exists()


@pytest.mark.parametrize("file", ["../../../../private/x.parquet", "/etc/x.parquet", "data/../../x", "C:x"])
def test_a_manifest_names_nothing_outside_its_database(collection: Path, database: Path, file: str) -> None:
    manifest = json.loads((collection / "manifest.json").read_bytes())
    manifest["partitions"]["_default"]["delta_files"] = [file]
    (collection / "manifest.json").write_text(json.dumps(manifest))
    assert guard.check(database) == [f"{collection.name}: manifest.json names a file outside the database"]


def test_a_manifest_has_no_partition_outside_its_database(collection: Path, database: Path) -> None:
    manifest = json.loads((collection / "manifest.json").read_bytes())
    manifest["partitions"]["../../../outside"] = {"data_files": [], "delta_files": []}
    (collection / "manifest.json").write_text(json.dumps(manifest))
    assert guard.check(database) == [f"{collection.name}: manifest.json names a file outside the database"]


@pytest.mark.parametrize("content", ['{"photos": "../../outside"}', '{"photos": 5}', "[[", "[" * 100_000])
def test_no_other_name_leads_to_a_collection_outside(database: Path, content: str) -> None:
    (database / "aliases.json").write_text(content)
    [problem] = guard.check(database)
    assert problem.startswith("aliases.json")


def test_rows_in_a_log_are_written_nowhere_but_into_the_database(tmp_path: Path) -> None:
    """Milvus Lite makes whatever folder a row's partition names, and writes the row there when it is opened."""
    folder, outside = tmp_path / "vectors", tmp_path / "outside"
    store = LiteStore.open(folder, "m", DIMENSION)
    store.upsert(rows_of(unit_vectors(5)))
    store._collections.close(kill=True)
    [log] = [path for path in folder.rglob("wal_data_*.arrow") if path.stat().st_size]
    assert guard.check(folder / "vectors.db") == []
    move_rows(log, os.path.relpath(outside, log.parents[1] / "partitions"))
    with pytest.raises(StoreDamagedError, match="a log names a partition outside"):
        LiteStore.open(folder, "m", DIMENSION).close()
    assert not outside.exists()


def test_a_log_is_sound_wherever_a_crash_cut_it(tmp_path: Path) -> None:
    """Arrow has two kinds of errors for it: one in the middle of what describes rows, another in the middle of the rows."""
    folder = tmp_path / "vectors"
    store = LiteStore.open(folder, "m", DIMENSION)
    for first in (1, 6):
        store.upsert(rows_of(unit_vectors(5), first_id=first))
    store._collections.close(kill=True)
    [log] = [path for path in folder.rglob("wal_data_*.arrow") if path.stat().st_size]
    whole = log.read_bytes()
    for kept in range(0, len(whole), 7):
        log.write_bytes(whole[:kept])
        assert guard.check(folder / "vectors.db") == [], f"cut at {kept}"
    log.write_bytes(whole[:-9])
    store = LiteStore.open(folder, "m", DIMENSION)
    assert store.ids() >= {1, 2, 3, 4, 5}
    store.close()


def test_a_log_that_the_system_does_not_give_is_not_taken_for_one_cut_short(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        log_leads_out(tmp_path / "gone.arrow")


def move_rows(log: Path, partition: str) -> None:
    """Write a log again with all of its rows in another partition."""
    with pa.OSFile(str(log), "rb") as source:
        batches = list(pa.ipc.open_stream(source))
    place = batches[0].schema.get_field_index("_partition")
    moved = [
        batch.set_column(place, batch.schema.field(place), pa.array([partition] * len(batch), pa.string()))
        for batch in batches
    ]
    with pa.OSFile(str(log), "wb") as target, pa.ipc.new_stream(target, moved[0].schema) as stream:
        for batch in moved:
            stream.write_batch(batch)
