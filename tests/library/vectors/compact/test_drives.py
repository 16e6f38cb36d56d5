"""A file of the copy that cannot be read any more ends no process: on a drive that went away, or cut short by somebody."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library.vectors.compact import copy as compact_copy
from desktop_app.library.vectors.compact import files as copy_files
from desktop_app.library.vectors.compact import room
from desktop_app.library.vectors.compact.copies import VectorCopies
from desktop_app.library.vectors.compact.room import Limits
from desktop_app.library.volumes.pulled import may_be_pulled
from tests.drives import Drive
from tests.library.catalog.records import MODEL, unit
from tests.library.vectors.compact.bench import FILED, Bench

PHOTOS = 300
ROOT = Path(__file__).parents[4]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="mounts, and signals that end a process")


def ended(act: Callable[..., None], *places: Path) -> int:
    """Call a function of this file in a process of its own; returns 0, or minus the signal that ended it."""
    code = f"import sys; from {__name__} import {act.__name__} as act; from pathlib import Path; act(*map(Path, sys.argv[1:]))"
    return subprocess.run([sys.executable, "-c", code, *places], cwd=ROOT, check=False).returncode


def see_it_cut_short(base: Path) -> None:
    # Where temporary files are in memory, they would not be mapped.
    pytest.MonkeyPatch().setattr(copy_files, "may_be_pulled", lambda _path: False)
    bench = Bench(base)
    bench.save(*range(PHOTOS))
    assert bench.copies.load(MODEL)
    for file in bench.folder.glob("*-*"):
        os.truncate(file, 0)
    assert bench.copies.nearest(MODEL, unit(5), 3) is None
    assert bench.copies.load(MODEL)
    bench.agrees()


def see_it_pulled(base: Path, place: Path, image: Path) -> None:
    room_for_all()
    bench = Bench(base)
    copies = VectorCopies(bench.catalog, place, FILED)
    copies.load_more(MODEL)
    assert copies.is_whole
    os.truncate(image, 0)
    found = copies.nearest(MODEL, unit(5), 3)
    assert found is not None
    assert found[0][0] == 6


def room_for_all(patch: pytest.MonkeyPatch | None = None) -> None:
    """Let a copy be held on any machine, and let nothing of it be checked before it is asked."""
    patch = patch or pytest.MonkeyPatch()
    patch.setattr(compact_copy, "_CHECKED_AT_ONCE_BYTES", 0)
    patch.setattr(room, "_SPARE_BYTES", 0)


def test_a_copy_that_somebody_cuts_short_while_it_is_open_is_made_again(tmp_path: Path) -> None:
    assert ended(see_it_cut_short, tmp_path) == 0


@pytest.mark.xdist_group("mounts")
def test_a_drive_that_goes_away_costs_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room_for_all(monkeypatch)
    image, place = tmp_path / "image", tmp_path / "stick"
    with Drive(image).mounted_at(place):
        assert may_be_pulled(place)
        assert not may_be_pulled(Path.home())
        bench = Bench(tmp_path)
        bench.save(*range(PHOTOS))
        copies = VectorCopies(bench.catalog, place, FILED)
        assert copies.load(MODEL)
        copies.close()
        bench.close()
        for file in place.rglob("*-*/*-*"):
            with file.open("rb") as opened:
                os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        assert ended(see_it_pulled, tmp_path, place, image) == 0


def test_on_such_a_drive_it_is_followed_in_memory_and_in_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy_files, "may_be_pulled", lambda _path: True)
    bench = Bench(tmp_path)
    bench.save(*range(60))
    assert bench.copies.load(MODEL)
    bench.save(*range(50, 90), seed=5_000)
    bench.remove(3, 4)
    bench.agrees()
    bench.again()
    bench.copies.load_more(MODEL)
    assert bench.copies.is_whole
    bench.agrees()
    bench.close()
    # There is no room for it in memory: it stays on disk, and somebody else answers.
    bench.limits = Limits(least_filed=1, most_held_bytes=100)
    bench.open()
    assert not bench.copies.load(MODEL)
    assert bench.copies.is_too_much(MODEL)
    assert bench.copies.nearest(MODEL, np.asarray(unit(1)), 5) is None
    assert bench.is_on_disk()
    bench.close()
