"""The catalogue in trouble: a full disk, a killed process, many threads, an end in the middle."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.library.catalog import Catalog
from desktop_app.library.errors import CatalogError, DiskFullError
from tests.library.catalog.records import MODEL, batch, record, unit

HOME = Path("/photos") if os.name == "posix" else Path("C:/photos")
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(HOME)
        yield catalog


def save_until_full(catalog: Catalog) -> int:
    """Save batches until there is no room, and return how many were saved."""
    for number in range(10_000):
        try:
            catalog.photos.save(batch(HOME, number), MODEL)
        except DiskFullError:
            return number
    raise AssertionError("it was never full")


def test_without_room_nothing_is_written_and_all_works_again_with_room(catalog: Catalog) -> None:
    catalog.photos.save(batch(HOME, 9_999), MODEL)
    writer = catalog._database._writer
    (pages,) = writer.execute("PRAGMA page_count").fetchone()
    writer.execute(f"PRAGMA max_page_count = {pages + 10}")
    saved = save_until_full(catalog)
    assert saved > 0
    assert catalog.photos.counts(MODEL).indexed == 16 * (saved + 1)
    assert len(catalog.vectors.outbox(MODEL, 10_000)) == 16 * (saved + 1)
    assert catalog.check() == []
    writer.execute("PRAGMA max_page_count = 1000000")
    catalog.photos.save(batch(HOME, saved), MODEL)
    assert catalog.photos.counts(MODEL).indexed == 16 * (saved + 2)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    if sys.platform != "linux" or os.geteuid() != 0 or mount is None:
        pytest.skip("only root can mount a small disk")
    mounted = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_said_in_words_and_costs_nothing_that_was_saved(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(1_500_000))
    with Catalog(small_disk / "catalog.db") as catalog:
        catalog.folders.add(HOME)
        saved = save_until_full(catalog)
        assert saved > 0
        assert catalog.photos.counts(MODEL).indexed == 16 * saved
        with pytest.raises(DiskFullError, match="is full"):
            catalog.photos.save(batch(HOME, saved), MODEL)
        ballast.unlink()
        catalog.photos.save(batch(HOME, saved), MODEL)
        assert catalog.photos.counts(MODEL).indexed == 16 * (saved + 1)
        assert catalog.check() == []
    with Catalog(small_disk / "catalog.db") as catalog:
        assert catalog.photos.counts(MODEL).indexed == 16 * (saved + 1)


def test_a_disk_without_any_room_is_said_in_words_when_opening(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    with pytest.raises(OSError, match="space"):
        ballast.write_bytes(bytes(4_000_000))
    with pytest.raises(DiskFullError):
        Catalog(small_disk / "catalog.db")
    ballast.unlink()
    with Catalog(small_disk / "catalog.db") as catalog:
        assert catalog.check() == []


CHILD = """
import sys
from pathlib import Path
from tests.library.catalog.records import save_for_ever
save_for_ever(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
"""


def test_a_killed_process_loses_nothing_that_save_returned_for(tmp_path: Path) -> None:
    database = tmp_path / "catalog.db"
    first = 0
    for _ in range(5):
        last = _killed_while_saving(database, first)
        with Catalog(database) as catalog:
            assert catalog.check() == []
            photos = catalog.photos.counts(MODEL)
            # The batch that was being saved is there as a whole or not at all.
            assert photos.indexed in {16 * (last + 1), 16 * (last + 2)}
            assert {row.content_id for row in catalog.vectors.outbox(MODEL, 10**6)} == set(
                catalog.vectors.live_ids(MODEL).tolist()
            )
            first = photos.indexed // 16


def _killed_while_saving(database: Path, first: int) -> int:
    """Let a process save, kill it in the middle of it, and return the last batch it said was saved."""
    command = [sys.executable, "-c", CHILD, str(database), str(HOME), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as child:
        assert child.stdout is not None
        said = [int(child.stdout.readline()) for _ in range(20)]
        child.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        said += [int(line) for line in child.stdout if line.endswith("\n")]
    return said[-1]


def test_many_threads_read_while_one_writes(catalog: Catalog) -> None:
    ended = threading.Event()
    questions: list[Callable[[], int]] = [
        lambda: catalog.photos.counts(MODEL).indexed,
        lambda: len(catalog.known.files(HOME)),
        lambda: len(catalog.photos.ids_by_date()),
        lambda: catalog.vectors.live_count(MODEL),
        lambda: len(catalog.words.find("jpg", 10_000, MODEL)),
        lambda: len(catalog.vectors.outbox(MODEL, 10_000)),
    ]

    def ask(question: Callable[[], int]) -> list[int]:
        answers = [question()]
        while not ended.is_set():
            answers.append(question())
        return answers

    with ThreadPoolExecutor(len(questions)) as pool:
        asking = [pool.submit(ask, question) for question in questions]
        try:
            for number in range(30):
                catalog.photos.save(batch(HOME, number), MODEL)
        finally:
            ended.set()
        for answers in (one.result(timeout=30) for one in asking):
            assert answers == sorted(answers)
            # Nobody ever sees half of a save.
            assert {count % 16 for count in answers} == {0}
    assert [question() for question in questions] == [480] * len(questions)


def test_several_threads_may_write(catalog: Catalog) -> None:
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(catalog.photos.save, batch(HOME, number), MODEL) for number in range(20)]:
            done.result(timeout=30)
        for done in [pool.submit(catalog.notes.set, "key", str(number)) for number in range(20)]:
            done.result(timeout=30)
    assert catalog.photos.counts(MODEL).indexed == 320
    assert catalog.check() == []


def test_reading_threads_that_end_leave_no_connection_behind(catalog: Catalog) -> None:
    for _ in range(20):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(catalog.photos.counts, MODEL).result(timeout=30)
    assert len(catalog._database._idle) == 1


def test_a_closed_catalogue_says_so(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog.db")
    catalog.photos.counts(MODEL)
    catalog.close()
    catalog.close()
    with pytest.raises(CatalogError, match="closed"):
        catalog.photos.counts(MODEL)
    with pytest.raises(CatalogError, match="closed"):
        catalog.folders.add(HOME)


def test_closing_while_somebody_reads_lets_the_reader_finish(catalog: Catalog) -> None:
    catalog.photos.save([record(HOME / f"{n}.jpg", str(n), vector=unit(n)) for n in range(20)], MODEL)
    blocks = catalog.vectors.blocks(MODEL)
    with catalog._database.reading() as connection:
        catalog.close()
        assert connection.execute("SELECT COUNT(*) FROM file").fetchone() == (20,)
    with pytest.raises(CatalogError, match="closed"):
        next(blocks)


def test_a_catalogue_that_another_program_holds_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.library.catalog.database._BUSY_S", 0.05)
    database = tmp_path / "catalog.db"
    with Catalog(database) as catalog, closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CatalogError, match="another program"):
            catalog.folders.add(HOME)
        other.execute("ROLLBACK")
        catalog.folders.add(HOME)


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be deleted there")
def test_a_catalogue_deleted_while_open_is_not_replaced_by_an_empty_one(catalog: Catalog) -> None:
    catalog.path.unlink()
    with pytest.raises(CatalogError, match="gone"):
        catalog.photos.counts(MODEL)
    assert not catalog.path.exists()
