"""What only the store with a child process of ours has to do: its files, its room, its restarts."""

import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop_app.library.errors import (
    DiskFullError,
    LibraryInUseError,
    StoreDamagedError,
    StoreDimensionError,
    StoreError,
    StoreFlushError,
    StoreUnavailableError,
    StoreWriteError,
)
from desktop_app.library.vectors.lite import guard, lite_files
from desktop_app.library.vectors.lite.lite_store import LiteStore
from desktop_app.library.vectors.lite.server import LiteServer
from desktop_app.library.vectors.schema import EXACT, PLAIN, index_profile
from tests.library.vectors.rows import DIMENSION, nearest_by_hand, rows_of, unit_vectors
from tests.waiting import wait_until

LEFT = set(range(1, 301)) - {10, 20, 30}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed database of 300 flushed rows without 3 deleted ones; copy it."""
    folder = tmp_path_factory.mktemp("made")
    store = LiteStore.open(folder, "m", DIMENSION)
    vectors = unit_vectors(300)
    for start in range(0, 300, 100):
        store.upsert(rows_of(vectors[start : start + 100], first_id=start + 1))
        store.flush()
    store.delete([10, 20, 30])
    store.close()
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "library")


@pytest.fixture(scope="module")
def opened(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LiteStore, Path]]:
    """An open store and its folder, shared by the module because a start takes most of a second."""
    folder = shutil.copytree(made, tmp_path_factory.mktemp("opened") / "library")
    store = LiteStore.open(folder, "m", DIMENSION)
    yield store, folder
    store.close()


@pytest.fixture
def store(opened: tuple[LiteStore, Path]) -> LiteStore:
    """An open store with the rows of `made`; `opened_folder` is where it lies."""
    store, _ = opened
    store.delete(store.ids() - LEFT)
    store.upsert([row for row in rows_of(unit_vectors(300)) if row.id in LEFT])
    return store


@pytest.fixture
def own_store(folder: Path) -> Iterator[LiteStore]:
    """A store for one test, which may kill or restart its child."""
    store = LiteStore.open(folder, "m", DIMENSION)
    yield store
    store.close()


@pytest.fixture
def opened_folder(opened: tuple[LiteStore, Path]) -> Path:
    return opened[1]


def _collection_folder(folder: Path) -> Path:
    return next((folder / "vectors.db" / "collections").iterdir())


def test_everything_is_there_after_closing_and_opening(folder: Path) -> None:
    store = LiteStore.open(folder, "m", DIMENSION)
    vectors = unit_vectors(300)
    assert store.count() == 297
    assert store.ids() == LEFT
    query = unit_vectors(1, seed=5)[0]
    assert [number for number, _ in store.search(query, 40)] == nearest_by_hand(vectors, query, 40, LEFT)
    store.close()


def test_rows_not_flushed_are_there_after_closing_and_opening(tmp_path: Path) -> None:
    store = LiteStore.open(tmp_path, "m", DIMENSION)
    store.upsert(rows_of(unit_vectors(7)))
    store.close()
    store = LiteStore.open(tmp_path, "m", DIMENSION)
    assert store.ids() == set(range(1, 8))
    store.close()


def test_models_have_their_own_vectors(folder: Path) -> None:
    other = LiteStore.open(folder, "another", 8)
    assert other.count() == 0
    other.close()
    assert len(list((folder / "vectors.db" / "collections").iterdir())) == 2
    store = LiteStore.open(folder, "m", DIMENSION)
    assert store.ids() == LEFT
    store.close()


def test_a_database_of_an_earlier_version_is_written_and_searched_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which kept folder and date beside each vector: Milvus wants them of every row that is written since."""

    def with_folder_and_date(dimension: int) -> Any:
        from pymilvus import DataType, MilvusClient

        made = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        made.add_field("id", DataType.INT64, is_primary=True)
        made.add_field("folder_id", DataType.INT64)
        made.add_field("taken_at", DataType.INT64)
        made.add_field("vec", DataType.FLOAT_VECTOR, dim=dimension)
        return made

    vectors = unit_vectors(30)
    with monkeypatch.context() as earlier:
        earlier.setattr(
            "desktop_app.library.vectors.lite.lite_collections.build_schema", with_folder_and_date
        )
        store = LiteStore.open(tmp_path, "m", DIMENSION)
        store.upsert(rows_of(vectors[:20]))
        store.close()
    store = LiteStore.open(tmp_path, "m", DIMENSION)
    try:
        store.upsert(rows_of(vectors[20:], first_id=21))
        store.delete([1])
        store.flush()
        assert store.ids() == set(range(2, 31))
        query = unit_vectors(1, seed=5)[0]
        found = [number for number, _ in store.search(query, 5)]
        assert found == nearest_by_hand(vectors, query, 5, range(2, 31))
    finally:
        store.close()


def test_a_collection_of_another_length_is_refused_in_words_and_kept(folder: Path) -> None:
    with pytest.raises(StoreDimensionError, match="vectors of 16 numbers and cannot take one of 8"):
        LiteStore.open(folder, "m", 8)
    store = LiteStore.open(folder, "m", DIMENSION)
    assert store.count() == 297
    store.close()


def test_an_acknowledged_row_is_found_while_it_is_being_flushed(store: LiteStore) -> None:
    """Milvus Lite alone shows rows to nobody while it moves them from memory to a file."""
    vectors = unit_vectors(2000, seed=9)
    done = threading.Event()
    newest = [1000]
    missing: list[int] = []
    searches = 0

    def look() -> None:
        nonlocal searches
        while not done.is_set():
            number = newest[0]
            if number > 1000 and store.search(vectors[number - 1000], 1)[0][0] != number:
                missing.append(number)
            searches += 1

    reader = threading.Thread(target=look)
    reader.start()
    for start in range(0, 2000, 400):
        store.upsert(rows_of(vectors[start : start + 400], first_id=1000 + start))
        newest[0] = 1000 + start + 399
        store.flush()
    done.set()
    reader.join()
    assert not missing
    assert searches > 5
    assert store.count() == 297 + 2000


def test_a_second_process_is_refused_in_words(store: LiteStore, opened_folder: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from desktop_app.library.vectors.lite.server import LiteServer\n"
        "from desktop_app.library.errors import LibraryInUseError\n"
        "try: LiteServer(Path(sys.argv[1]), lock_wait_s=0.1).start()\n"
        "except LibraryInUseError as error: print(error.sentence)\n"
    )
    root = Path(lite_files.__file__).parents[4]
    told = subprocess.run(
        [sys.executable, "-c", script, str(opened_folder)],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == f"The search index in {opened_folder} is open in another process."
    assert store.count() == 297


def test_a_second_store_in_the_same_process_is_refused_too(store: LiteStore, opened_folder: Path) -> None:
    with pytest.raises(LibraryInUseError):
        LiteServer(opened_folder, lock_wait_s=0).start()
    link = opened_folder.with_name("link")
    link.symlink_to(opened_folder)
    with pytest.raises(StoreDamagedError, match="is a link"):
        LiteServer(link, lock_wait_s=0).start()


def test_a_search_waits_for_a_restart(own_store: LiteStore) -> None:
    restarting = threading.Thread(target=own_store.restart)
    restarting.start()
    wait_until(lambda: not own_store._collections._is_settled.is_set())
    assert len(own_store.search(unit_vectors(1)[0], 5)) == 5
    restarting.join()


def test_a_restart_brings_a_killed_child_back(own_store: LiteStore) -> None:
    server = own_store._collections._server
    assert server is not None
    assert server.pid is not None
    first = server.pid
    own_store.upsert(rows_of(unit_vectors(5, seed=3), first_id=1000))
    os.kill(first, 9)
    with pytest.raises(StoreUnavailableError, match="does not answer"):
        own_store.count()
    with pytest.raises(StoreUnavailableError):
        own_store.upsert(rows_of(unit_vectors(1)))
    own_store.restart()
    assert server.pid != first
    assert own_store.count() == 302
    assert own_store.search(unit_vectors(5, seed=3)[2], 1)[0][0] == 1002


def test_after_close_every_call_says_that_it_is_not_open(folder: Path) -> None:
    store = LiteStore.open(folder, "m", DIMENSION)
    store.close()
    with pytest.raises(StoreUnavailableError, match="not open"):
        store.count()


@pytest.mark.parametrize("method", ["upsert", "delete"])
def test_a_failed_write_is_told_and_the_next_one_starts_a_new_log(
    store: LiteStore, opened_folder: Path, method: str
) -> None:
    store.flush()
    log = _collection_folder(opened_folder) / "wal"
    log.rename(log.with_name("wal-away"))
    log.touch()  # a file in its place: nothing can be written below it

    def write() -> None:
        store.upsert(rows_of(unit_vectors(4), first_id=500)) if method == "upsert" else store.delete([1, 2])

    with pytest.raises(StoreWriteError, match="could not be written"):
        write()
    log.unlink()
    log.mkdir()
    write()
    store.flush()
    assert store.count() == (301 if method == "upsert" else 295)


def test_after_a_failed_flush_nothing_is_accepted_until_a_restart_and_nothing_is_lost(
    tmp_path: Path,
) -> None:
    store = LiteStore.open(tmp_path, "m", DIMENSION)
    vectors = unit_vectors(60)
    store.upsert(rows_of(vectors))
    blocked = _collection_folder(tmp_path) / "partitions" / "_default" / "data"
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.touch()  # a file in the folder's place: the rows cannot be written below it
    with pytest.raises(StoreFlushError):
        store.flush()
    blocked.unlink()
    for refused in (store.flush, lambda: store.upsert(rows_of(vectors)), lambda: store.delete([1])):
        with pytest.raises(StoreFlushError, match="nothing is lost"):
            refused()
    store.restart()
    assert store.ids() == set(range(1, 61))
    store.close()


def test_closing_after_a_failed_flush_loses_nothing(tmp_path: Path) -> None:
    store = LiteStore.open(tmp_path, "m", DIMENSION)
    store.upsert(rows_of(unit_vectors(60)))
    blocked = _collection_folder(tmp_path) / "partitions" / "_default" / "data"
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.touch()
    with pytest.raises(StoreFlushError):
        store.flush()
    blocked.unlink()
    store.close()
    store = LiteStore.open(tmp_path, "m", DIMENSION)
    assert store.ids() == set(range(1, 61))
    store.close()


def test_the_child_itself_refuses_writes_after_a_failed_flush_and_ends_without_closing(
    tmp_path: Path,
) -> None:
    """The second net: a parent that does not know, or dies, cannot make the child lose rows."""
    store = LiteStore.open(tmp_path, "m", DIMENSION)
    store.upsert(rows_of(unit_vectors(60)))
    blocked = _collection_folder(tmp_path) / "partitions" / "_default" / "data"
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.touch()
    with pytest.raises(StoreFlushError):
        store.flush()
    blocked.unlink()
    store._flush_failed = False
    with pytest.raises(StoreFlushError):
        store.upsert(rows_of(unit_vectors(1)))
    server = store._collections._server
    assert server is not None
    server.close()
    store.close()
    store = LiteStore.open(tmp_path, "m", DIMENSION)
    assert store.ids() == set(range(1, 61))
    store.close()


def test_much_unflushed_is_flushed_before_lite_does_it_by_itself(
    store: LiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.library.vectors.lite.lite_store.UNFLUSHED_BYTES", 50_000)
    for start in range(1000, 4000, 256):
        store.upsert(rows_of(unit_vectors(256, seed=start), first_id=start))
        assert store._unflushed.size_bytes <= 50_000
    assert store.count() == 297 + 12 * 256


def test_a_nearly_full_disk_is_told_before_anything_is_written(folder: Path) -> None:
    store = LiteStore.open(folder, "m", DIMENSION, least_free_bytes=2**60)
    with pytest.raises(DiskFullError, match="MB are free on the disk that holds the search index"):
        store.upsert(rows_of(unit_vectors(3), first_id=900))
    assert store.count() == 297
    store.delete([1])  # what makes room is allowed
    assert store.count() == 296
    store.close()


def test_a_flush_without_room_is_not_tried(store: LiteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.upsert(rows_of(unit_vectors(3), first_id=900))
    monkeypatch.setattr(lite_files, "_FLUSH_EXTRA_BYTES", 2**60)
    with pytest.raises(DiskFullError):
        store.flush()
    monkeypatch.undo()
    store.flush()
    assert store.count() == 300


def test_a_damaged_database_is_not_opened_and_nothing_is_deleted(folder: Path) -> None:
    manifest = _collection_folder(folder) / "manifest.json"
    manifest.unlink()
    before = sorted(folder.rglob("*"))
    with pytest.raises(StoreDamagedError, match=r"manifest\.json is missing"):
        LiteStore.open(folder, "m", DIMENSION)
    assert sorted(folder.rglob("*")) == before
    aside = guard.set_aside(folder / "vectors.db")
    assert aside.is_dir()
    store = LiteStore.open(folder, "m", DIMENSION)
    assert store.count() == 0
    store.close()


def test_a_restart_does_not_open_a_damaged_database_either(folder: Path) -> None:
    store = LiteStore.open(folder, "m", DIMENSION)
    rows = next((_collection_folder(folder) / "partitions" / "_default" / "data").iterdir())
    os.truncate(rows, rows.stat().st_size // 2)
    with pytest.raises(StoreDamagedError, match="is cut short"):
        store.restart()
    with pytest.raises(StoreUnavailableError):
        store.search(unit_vectors(1)[0], 5)
    assert rows.exists()
    store.close()


def test_damaged_index_files_are_made_again(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = LiteStore.open(folder, "m", DIMENSION)
    store.search(unit_vectors(1)[0], 1)  # makes them
    store.close()
    indexes = list(_collection_folder(folder).glob("partitions/*/indexes/*.idx"))
    assert indexes
    for index in indexes:
        os.truncate(index, index.stat().st_size // 2)
    store = LiteStore.open(folder, "m", DIMENSION)
    with caplog.at_level(logging.WARNING, "desktop_app"):
        assert store.search(unit_vectors(300)[4], 1)[0][0] == 5
    assert "opened again with new index files" in caplog.text
    assert store.count() == 297
    store.close()


def test_damage_that_only_lite_sees_is_told_in_words(folder: Path) -> None:
    rows = next((_collection_folder(folder) / "partitions" / "_default" / "data").iterdir())
    content = bytearray(rows.read_bytes())
    content[len(content) // 2 : -8] = bytes(len(content) - 8 - len(content) // 2)
    rows.write_bytes(content)
    before = set(folder.rglob("*.parquet"))
    store = LiteStore.open(folder, "m", DIMENSION)
    collection = _collection_folder(folder)
    with pytest.raises(StoreDamagedError, match="cannot be read") as counting:
        store.count()
    with pytest.raises(StoreDamagedError, match="cannot be opened") as searching:
        store.search(unit_vectors(1)[0], 1)
    with pytest.raises(StoreDamagedError, match="cannot be opened") as restarting:
        store.restart()
    for raised in (counting, searching, restarting):
        assert raised.value.parts == (collection,)
    assert set(folder.rglob("*.parquet")) == before
    store.close()


def test_files_that_cannot_be_read_are_told_in_words(
    store: LiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> set[int]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(lite_files, "live_ids", fail)
    with pytest.raises(StoreError, match="cannot be read"):
        store.ids()


def test_nothing_is_printed(own_store: LiteStore, capfd: pytest.CaptureFixture[str]) -> None:
    own_store.drop()
    own_store.upsert(rows_of(unit_vectors(3)))
    own_store.flush()
    server = own_store._collections._server
    assert server is not None
    assert server.pid is not None
    os.kill(server.pid, 9)
    with pytest.raises(StoreUnavailableError):
        own_store.count()
    own_store.restart()
    assert capfd.readouterr() == ("", "")


def test_an_env_file_in_the_current_folder_is_not_read_and_proxies_do_no_harm(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "grpc_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    (tmp_path / ".env").write_text("MILVUS_LITE_WAL_SIZE_LIMIT_BYTES=nonsense\nVISLUMBRE_READ=yes\n")
    (tmp_path / "json.py").write_text("raise SystemExit('imported from the current folder')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHON_DOTENV_DISABLED", raising=False)
    store = LiteStore.open(folder, "m", DIMENSION)
    assert store.count() == 297
    store.close()
    assert "VISLUMBRE_READ" not in os.environ


@pytest.mark.parametrize(
    ("is_lite", "system", "folder", "profile"),
    [
        (True, "posix", "/home/jos\u00e9", EXACT),
        (True, "nt", "C:/Users/jose", EXACT),
        (True, "nt", "C:/Users/jos\u00e9", PLAIN),
        (False, "posix", None, PLAIN),
    ],
)
def test_the_index_suits_the_engine_and_the_folder(
    is_lite: bool, system: str, folder: str | None, profile: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(folder) if folder else None
    monkeypatch.setattr("desktop_app.library.vectors.schema.os.name", system)
    chosen = index_profile(is_lite=is_lite, folder=path)
    monkeypatch.undo()
    assert chosen == profile


def test_a_folder_with_spaces_and_letters_of_all_kinds_works(tmp_path: Path) -> None:
    folder = tmp_path / "Fotos d'été 📷 100%"
    store = LiteStore.open(folder, "m", DIMENSION)
    store.upsert(rows_of(unit_vectors(3)))
    store.flush()
    assert store.ids() == {1, 2, 3}
    store.close()
