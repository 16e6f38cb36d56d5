"""A compact copy that cannot be believed is made again: after a crash, damage, a full disk, or an older catalogue."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.library.vectors.compact import copy as compact_copy
from desktop_app.library.vectors.compact.copies import FOLDER_NAME, VectorCopies, drop_copies
from desktop_app.library.vectors.compact.sessions import begin_session
from tests.durable import Synced
from tests.library.catalog.records import MODEL, unit
from tests.library.vectors.compact.bench import Bench

PHOTOS = 300


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    made.save(*range(PHOTOS))
    assert made.copies.load(MODEL)
    made.carry()
    yield made
    made.close()


def is_opened(bench: Bench) -> bool:
    """Whether what is on disk is believed: then the first step opens all of it."""
    bench.copies.load_more(MODEL)
    return bench.copies.is_whole


def compact(bench: Bench) -> compact_copy.CompactCopy:
    copy = bench.copies._of(MODEL)
    assert isinstance(copy, compact_copy.CompactCopy)
    return copy


def test_a_process_that_is_killed_at_any_moment_costs_no_photo(bench: Bench) -> None:
    bench.close()
    for wait_for in (1, 3, 6):
        with subprocess.Popen(
            [sys.executable, "-m", "tests.library.vectors.compact.bench", str(bench.base)],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[4],
            text=True,
        ) as process:
            assert process.stdout is not None
            for _ in range(wait_for):
                process.stdout.readline()
            process.send_signal(signal.SIGKILL)
        bench.open()
        assert bench.copies.load(MODEL)
        bench.agrees()
        bench.close()
    bench.open()


def test_a_crash_between_two_changes_does_not_cost_the_copy(bench: Bench) -> None:
    bench.save(1, seed=9_000)
    bench.agrees()
    bench.crashed()
    assert is_opened(bench)
    bench.agrees()


def test_a_crash_in_the_middle_of_a_change_does(bench: Bench) -> None:
    copy = compact(bench)
    assert copy._head is not None
    copy._write(replace(copy._head, is_writing=True), durable=False)
    bench.crashed()
    assert not is_opened(bench)
    assert bench.copies.load(MODEL)
    bench.agrees()


@pytest.mark.parametrize("is_clean", [True, False], ids=["closed", "crashed"])
def test_a_flipped_bit_in_any_part_is_noticed(bench: Bench, is_clean: bool) -> None:
    rows = compact(bench)._rows
    assert rows is not None
    for name in ("head", *rows.names):
        (bench.again if is_clean else bench.crashed)()
        (file,) = bench.folder.glob(f"{name}*")
        content = bytearray(file.read_bytes())
        content[50] ^= 4
        file.write_bytes(content)
        assert not is_opened(bench)
        assert bench.copies.load(MODEL)
        bench.agrees()


def test_in_a_large_copy_flipped_bits_are_noticed_behind_the_first_answer(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(compact_copy, "_CHECKED_AT_ONCE_BYTES", 0)
    bench.close()
    (file,) = bench.folder.glob("codes-*")
    content = bytearray(file.read_bytes())
    content[100] ^= 64
    file.write_bytes(content)
    bench.open()
    assert is_opened(bench)
    while bench.copies.load_more(MODEL):
        pass
    assert "its bytes are not what was written" in caplog.text
    bench.agrees()


def test_files_that_are_cut_short_or_gone_are_made_again(bench: Bench) -> None:
    for act in (lambda file: os.truncate(file, 10), Path.unlink):
        bench.close()
        (file,) = bench.folder.glob("contents-*")
        act(file)
        bench.open()
        assert not is_opened(bench)
        assert bench.copies.load(MODEL)
        bench.agrees()


def test_the_photos_are_compared_with_the_catalogues(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever the reason, a photo that is missing is noticed."""
    copy = compact(bench)
    rows, head = copy._rows, copy._head
    assert rows is not None
    assert head is not None
    rows.remove(rows.ids[:3].copy())
    copy._write(copy._now(head, rows, rows.sums()), durable=False)
    bench.crashed()
    assert is_opened(bench)
    while bench.copies.load_more(MODEL):
        pass
    assert "it has other photos than the catalogue" in caplog.text
    bench.agrees()


def test_a_catalogue_that_was_put_back_has_no_use_for_a_later_copy(bench: Bench) -> None:
    """The same numbers of changes and contents mean other photos."""
    bench.close()
    older = bench.base / "older.db"
    shutil.copy(bench.base / "catalog.db", older)
    bench.open()
    bench.save(*range(1_000, 1_020))
    assert bench.copies.load(MODEL)
    bench.close()
    shutil.copy(older, bench.base / "catalog.db")
    bench.open()
    bench.save(*range(2_000, 2_030))
    bench.carry()
    assert bench.copies.load(MODEL)
    bench.agrees()
    # The copy that was there when the older one was made would still have done.
    bench.again()
    assert is_opened(bench)


def test_a_copy_of_another_catalogue_is_not_believed(bench: Bench) -> None:
    bench.close()
    for file in bench.base.glob("catalog.db*"):
        file.unlink()
    folder = bench.folder
    bench.open()
    bench.save(*range(500, 500 + PHOTOS))
    folder.rename(folder.with_name(f"{str(bench.catalog.notes.get('catalog id'))[:8]}-{MODEL}"))
    assert bench.copies.load(MODEL)
    bench.agrees()


@pytest.mark.skipif(os.name != "posix", reason="Windows flushes no folders")
def test_a_copy_that_is_closed_is_on_the_disk_with_its_name(bench: Bench, synced: Synced) -> None:
    """A head that says that all rows are on disk is believed without a look at them."""
    bench.save(1, seed=9_000)
    bench.carry()
    bench.close()
    assert synced.has(bench.folder, *bench.folder.iterdir())
    bench.open()


def test_links_and_strangers_are_left_alone(bench: Bench, tmp_path: Path) -> None:
    bench.close()
    folder, outside = bench.folder, tmp_path / "outside"
    outside.mkdir()
    (outside / "head").write_text("mine", encoding="utf-8")
    shutil.rmtree(folder)
    folder.symlink_to(outside)
    bench.open()
    assert bench.copies.load(MODEL)
    bench.agrees()
    assert not bench.is_on_disk()
    bench.close()
    drop_copies(bench.base)
    assert [one.name for one in outside.iterdir()] == ["head"]
    assert (outside / "head").read_text(encoding="utf-8") == "mine"
    bench.open()


def test_without_a_word_of_its_session_a_catalogue_has_copies_in_memory_only(bench: Bench) -> None:
    bench.copies.close()
    bench.copies = VectorCopies(bench.catalog, None)
    bench.save(1, seed=9_000)
    bench.carry()
    assert bench.copies.load(MODEL)
    bench.agrees()
    bench.again()
    assert not is_opened(bench)


def test_two_sessions_do_not_have_one_word(bench: Bench) -> None:
    noted = bench.catalog.notes.get("sessions")
    assert begin_session(bench.catalog)
    assert bench.catalog.notes.get("sessions") != noted


def test_dropping_it_while_it_is_open_costs_nothing_but_time(bench: Bench) -> None:
    bench.copies.drop_all()
    assert not (bench.base / FOLDER_NAME).exists()
    assert bench.copies.nearest(MODEL, unit(1), 5) is None
    assert bench.copies.load(MODEL)
    bench.agrees()
    assert bench.is_on_disk()


def test_where_no_folder_can_be_made_it_is_in_memory(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.copies.drop_all()
    (bench.base / FOLDER_NAME).write_text("in the way", encoding="utf-8")
    assert bench.copies.load(MODEL)
    assert "is not kept on disk" in caplog.text
    bench.agrees()


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file system of a chosen size")
def test_a_full_disk_costs_the_copy_and_no_answer(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    small = tmp_path / FOLDER_NAME
    bench.copies.drop_all()
    small.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "tmpfs", str(small)], check=False
    ).returncode:
        pytest.skip("nothing may be mounted here")
    try:
        monkeypatch.setattr("desktop_app.library.vectors.compact.room._SPARE_BYTES", 0)
        assert bench.copies.load(MODEL)
        assert bench.is_on_disk()
        bench.save(*range(1_000, 4_000))
        assert bench.copies.load(MODEL)
        assert not bench.is_on_disk()
        assert "is not kept on disk: No space left on device" in caplog.text
        bench.agrees()
        bench.copies.close()
        monkeypatch.undo()
        bench.copies = VectorCopies(bench.catalog, bench.base, bench.limits)
        caplog.clear()
        assert bench.copies.load(MODEL)
        assert "the disk is nearly full" in caplog.text
        bench.agrees()
    finally:
        bench.copies.close()
        subprocess.run(["umount", str(small)], check=True)
