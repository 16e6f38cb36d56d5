"""The copy of the catalogue: never what fills the disk, never half a copy."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.library.catalog import Catalog, safety_copy
from desktop_app.library.catalog.safety_copy import SafetyCopy
from tests.library.catalog.records import MODEL, record, unit


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.db") as made:
        made.folders.add(tmp_path)
        yield made


def has_free(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    usage = shutil.disk_usage(Path.cwd())
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=free))


def test_a_copy_is_made_only_where_room_is_left_afterwards(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = SafetyCopy(catalog)
    needed = catalog.path.stat().st_size + safety_copy._SPARE_BYTES
    has_free(monkeypatch, needed - 1)
    assert not copy.renew(lambda: False)
    assert not copy.path.exists()
    # Once there is room, nothing else has to happen.
    has_free(monkeypatch, needed)
    assert copy.renew(lambda: False)
    assert copy.path.exists()


def test_a_copy_that_cannot_be_made_leaves_the_one_before_and_nothing_beside_it(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = SafetyCopy(catalog)
    assert copy.renew(lambda: False)
    before = copy.path.read_bytes()
    old = copy.path.stat().st_mtime - 25 * 3600
    os.utime(copy.path, (old, old))
    catalog.photos.save([record(tmp_path / "a.jpg", "a", vector=unit(1))], MODEL)

    def fail(*_: object) -> bool:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(safety_copy, "_copied", fail)
        assert not copy.renew(lambda: False)
    assert copy.path.read_bytes() == before
    # Tried again when something changes, not in every idle moment.
    assert not copy.renew(lambda: False)
    catalog.photos.save([record(tmp_path / "b.jpg", "b", vector=unit(2))], MODEL)
    assert copy.renew(lambda: False)
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("catalog-copy")) == [
        "catalog-copy.db"
    ]


@pytest.mark.parametrize(
    ("age_s", "is_due"), [(24 * 3600 - 60, False), (24 * 3600 + 60, True), (-3600, True)]
)
def test_a_copy_is_due_after_a_day_and_when_the_clock_was_put_back(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, age_s: int, *, is_due: bool
) -> None:
    copy = SafetyCopy(catalog)
    assert copy.renew(lambda: False)
    catalog.notes.set("something", "changed")
    now_s = copy.path.stat().st_mtime + age_s
    monkeypatch.setattr(time, "time", lambda: now_s)
    assert copy.renew(lambda: False) is is_due


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")
def test_nobody_else_may_read_the_copy(catalog: Catalog) -> None:
    copy = SafetyCopy(catalog)
    assert copy.renew(lambda: False)
    assert copy.path.stat().st_mode & 0o777 == 0o600
