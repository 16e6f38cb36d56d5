"""What the store does with Milvus Lite's own files: it brings them to disk, and reads them while Lite rewrites them."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.library.errors import DiskFullError, StoreFlushError
from desktop_app.library.vectors.lite import lite_files
from desktop_app.library.vectors.lite.lite_store import LiteStore
from tests.durable import Synced
from tests.library.vectors.rows import DIMENSION, rows_of, unit_vectors

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="folders are brought to disk on POSIX only")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LiteStore]:
    store = LiteStore.open(tmp_path, "m", DIMENSION, least_free_bytes=0)
    yield store
    store.close()


@posix_only
def test_every_file_and_every_folder_of_a_collection_is_brought_to_disk(
    tmp_path: Path, synced: Synced
) -> None:
    root = tmp_path / "collections" / "m"
    for name in ("manifest.json", "wal/1.arrow", "partitions/_default/data/a.parquet"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x")
    other = tmp_path / "collections" / "other"
    other.mkdir()
    lite_files.secure(tmp_path, "m")
    assert synced.has(root, *root.rglob("*"))
    assert not synced.has(other)


@posix_only
def test_a_flush_returns_when_the_rows_are_on_disk(store: LiteStore, tmp_path: Path, synced: Synced) -> None:
    store.upsert(rows_of(unit_vectors(5)))
    assert synced.count == 0
    store.flush()
    (root,) = (tmp_path / "vectors.db" / "collections").iterdir()
    (rows,) = root.rglob("*.parquet")
    assert synced.has(rows, rows.parent, root / "manifest.json", root)


def test_rows_that_cannot_be_brought_to_disk_are_not_flushed(
    store: LiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.upsert(rows_of(unit_vectors(5)))

    def refuse(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", refuse)
        with pytest.raises(StoreFlushError):
            store.flush()
    store.restart()
    assert store.ids() == {1, 2, 3, 4, 5}


@pytest.mark.parametrize(("free", "fits"), [(299, False), (300, True)])
def test_so_much_room_must_be_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, *, fits: bool
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=free))
    if fits:
        lite_files.need_room_to_write(tmp_path, 300)
    else:
        with pytest.raises(DiskFullError):
            lite_files.need_room_to_write(tmp_path, 300)


def test_files_that_a_compaction_replaced_are_looked_for_again(
    store: LiteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.upsert(rows_of(unit_vectors(5)))
    store.flush()
    really, tries = lite_files._read_live_ids, iter([1, 2])

    def replaced(root: Path) -> NDArray[np.int64]:
        if next(tries, None):
            raise FileNotFoundError
        return really(root)

    monkeypatch.setattr(lite_files, "_read_live_ids", replaced)
    assert store.ids() == {1, 2, 3, 4, 5}


@posix_only
def test_a_database_is_known_by_its_manifests_and_logs_whatever_lies_beside_them(tmp_path: Path) -> None:
    assert lite_files.state_of(tmp_path) == ""
    collection = tmp_path / "collections" / "m"
    (collection / "wal").mkdir(parents=True)
    (collection / "manifest.json").write_bytes(b"{}")
    states = [lite_files.state_of(tmp_path)]
    (collection / "wal" / "1.arrow").write_bytes(b"row")
    states.append(lite_files.state_of(tmp_path))
    (collection / "manifest.json").write_bytes(b"{ }")
    states.append(lite_files.state_of(tmp_path))
    assert "" not in states
    assert len(set(states)) == len(states)
    strange = tmp_path / "collections" / os.fsdecode(b"\xff")
    try:
        strange.mkdir()
    except OSError:
        pytest.skip("a name that is no text cannot be made here")
    assert lite_files.state_of(tmp_path) == "", "what has no manifest is not known"
    (strange / "manifest.json").write_bytes(b"{}")
    assert lite_files.state_of(tmp_path) not in {"", *states}
