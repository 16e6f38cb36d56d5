"""What survives a killed child and a full disk: every row that was acknowledged, or an error that says so."""

import os
import random
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.library.errors import DiskFullError, StoreFlushError, StoreUnavailableError, StoreWriteError
from desktop_app.library.vectors.lite.lite_store import LiteStore
from tests.library.vectors.rows import rows_of, unit_vectors

WIDE = 256
ROUNDS = 6


def _kill(store: LiteStore) -> None:
    server = store._collections._server
    assert server is not None
    assert server.pid is not None
    os.kill(server.pid, 9)


def _kill_soon_after(written: threading.Event, store: LiteStore, delay_s: float) -> None:
    written.wait(60)
    threading.Event().wait(delay_s)
    _kill(store)


def test_every_acknowledged_row_survives_a_child_killed_in_the_middle(tmp_path: Path) -> None:
    # Killed after a few hundred rows each time, in one of several collections or at the making of one.
    store = LiteStore.open(tmp_path, "m", WIDE, shard_ids=300)
    chance = random.Random(1)
    vectors = unit_vectors(64, dimension=WIDE)
    acknowledged: set[int] = set()
    unflushed: list[int] = []
    next_id = 1
    for _ in range(ROUNDS):
        written = threading.Event()
        delay_s = chance.uniform(0, 0.2)
        killer = threading.Thread(target=_kill_soon_after, args=(written, store, delay_s))
        killer.start()
        try:
            while True:
                unflushed.append(next_id)
                store.upsert(rows_of(vectors, first_id=next_id))
                acknowledged.update(range(next_id, next_id + 64))
                next_id += 64
                written.set()
                if chance.random() < 0.2:
                    gone = chance.sample(sorted(acknowledged), 8)
                    # Whether a deletion without an answer arrived is not known.
                    acknowledged.difference_update(gone)
                    store.delete(gone)
                if chance.random() < 0.3:
                    store.flush()
                    unflushed.clear()
        except (StoreUnavailableError, StoreFlushError, StoreWriteError):
            next_id += 64  # some rows of the last write may be there
        killer.join()
        store.restart()
        present = store.ids()
        assert acknowledged <= present
        # Killed in the middle of a flush, Lite has rows both in a file and in its log, and counts them twice. What was
        # not flushed is written again, as the outbox does; then each is there once.
        for first_id in unflushed:
            store.upsert(rows_of(vectors, first_id=first_id))
        unflushed.clear()
        present = store.ids()
        assert acknowledged <= present
        assert store.count() == len(present)
        found = [number for number, _ in store.search(vectors[0], 2 * len(present))]
        assert len(found) == len(set(found)) == len(present)
    newest = max(acknowledged)
    assert store.search(vectors[(newest - 1) % 64], 1)[0][1] == pytest.approx(1.0, abs=1e-5)
    store.close()
    assert len(list((tmp_path / "vectors.db" / "collections").iterdir())) > 2
    store = LiteStore.open(tmp_path, "m", WIDE, shard_ids=300)
    assert acknowledged <= store.ids()
    store.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MB."""
    if os.name != "posix" or os.getuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root can mount a small file system")
    target = tmp_path / "disk"
    target.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(target)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("a small file system cannot be mounted here")
    yield target
    subprocess.run(["umount", "-l", str(target)], check=True)


def _leave_free(disk: Path, free_bytes: int) -> Path:
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(shutil.disk_usage(disk).free - free_bytes))
    return ballast


def test_a_flush_on_a_full_disk_fails_and_after_a_restart_nothing_is_lost(small_disk: Path) -> None:
    store = LiteStore.open(small_disk / "library", "m", WIDE, least_free_bytes=0)
    for first in range(1, 4001, 250):
        store.upsert(rows_of(unit_vectors(250, dimension=WIDE, seed=first), first_id=first))
    ballast = _leave_free(small_disk, 1_000_000)
    with pytest.raises(StoreFlushError):
        store.flush()
    ballast.unlink()
    with pytest.raises(StoreFlushError):  # a second flush would delete the log
        store.flush()
    store.restart()
    assert store.ids() == set(range(1, 4001))
    # What the caller does after a restart: it writes again what was not flushed.
    store.upsert(rows_of(unit_vectors(250, dimension=WIDE, seed=3751), first_id=3751))
    store.flush()
    assert store.count() == 4000
    store.close()


def test_a_write_on_a_full_disk_fails_and_rows_written_after_it_survive_a_crash(small_disk: Path) -> None:
    store = LiteStore.open(small_disk / "library", "m", WIDE, least_free_bytes=0)
    store.upsert(rows_of(unit_vectors(250, dimension=WIDE)))
    ballast = _leave_free(small_disk, 50_000)
    with pytest.raises(StoreWriteError):
        store.upsert(rows_of(unit_vectors(250, dimension=WIDE), first_id=251))
    ballast.unlink()
    store.upsert(rows_of(unit_vectors(250, dimension=WIDE), first_id=251))
    store.upsert(rows_of(unit_vectors(250, dimension=WIDE), first_id=501))
    _kill(store)
    store.restart()
    assert store.ids() == set(range(1, 751))
    store.close()


def test_a_full_disk_is_noticed_before_it_does_harm(small_disk: Path) -> None:
    store = LiteStore.open(small_disk / "library", "m", WIDE, least_free_bytes=2_000_000)
    store.upsert(rows_of(unit_vectors(250, dimension=WIDE)))
    ballast = _leave_free(small_disk, 1_000_000)
    with pytest.raises(DiskFullError):
        store.upsert(rows_of(unit_vectors(1, dimension=WIDE), first_id=900))
    with pytest.raises(DiskFullError):
        store.flush()
    assert len(store.search(unit_vectors(1, dimension=WIDE)[0], 300)) == 250
    ballast.unlink()
    store.close()
