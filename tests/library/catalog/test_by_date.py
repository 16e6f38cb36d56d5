"""All photos by date: held, and the same as read anew whatever happens."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library.catalog import Catalog
from desktop_app.library.catalog.by_date import _ALL, ByDate, merged
from desktop_app.library.catalog.columns import in_order
from desktop_app.library.catalog.kept_order import order_file
from tests.library.catalog.random_folder import HOME, ROME, Folder
from tests.library.catalog.records import record


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(HOME)
        yield catalog


def from_rows(catalog: Catalog) -> list[tuple[int, int]]:
    with catalog._database.reading() as connection:
        rows = connection.execute("SELECT id, dated_at FROM file WHERE problem IS NULL").fetchall()
    return sorted(rows, key=lambda row: (row[1], row[0]), reverse=True)


def held(by_date: ByDate) -> list[tuple[int, int]]:
    ids, seconds = by_date.now()
    return list(zip(ids.tolist(), seconds.tolist(), strict=True))


def never(_self: object) -> None:
    raise AssertionError("every photo was read again")


@pytest.mark.parametrize("seed", range(6))
def test_what_is_held_is_what_is_there_whatever_happens(catalog: Catalog, seed: int) -> None:
    folder = Folder(catalog, seed)
    by_date = ByDate(catalog._database)
    for _ in range(60):
        for _ in range(folder.dice.randrange(3)):
            folder.step()
        if folder.dice.random() < 0.1:
            catalog.folders.add(ROME) if folder.dice.random() < 0.5 else catalog.folders.remove(ROME)
        assert held(by_date) == from_rows(catalog)


def test_one_photo_that_changed_is_read_and_no_other(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog.photos.save([record(HOME / f"{n}.jpg", f"c{n}") for n in range(50)], None)
    by_date = ByDate(catalog._database)
    by_date.now()

    monkeypatch.setattr(ByDate, "_read", never)
    catalog.photos.save([record(HOME / "new.jpg", "new", taken_at=datetime(2001, 1, 1))], None)
    catalog.photos.remove([HOME / "7.jpg"])
    assert held(by_date) == from_rows(catalog)


@pytest.mark.parametrize("seed", range(2))
def test_the_next_start_reads_what_was_kept_whatever_happened_before(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "catalog.db"
    with Catalog(path) as catalog:
        catalog.folders.add(HOME)
        catalog.folders.add(ROME)
        folder = Folder(catalog, seed)
        for _ in range(20):
            folder.step()
        catalog.filters.usable_dated()
    monkeypatch.setattr(ByDate, "_read", never)
    for _ in range(6):
        with Catalog(path) as folder.catalog:
            for _ in range(folder.dice.randrange(3)):
                folder.catalog.photos.save([folder.record()], None)
                folder.catalog.photos.remove([folder.path()])
            if folder.dice.random() < 0.7:
                ids, seconds = folder.catalog.filters.usable_dated()
                assert list(zip(ids.tolist(), seconds.tolist(), strict=True)) == from_rows(folder.catalog)


def test_what_was_kept_is_not_written_again_while_it_is_true(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    kept = set[bytes]()
    for number in range(2):
        with Catalog(path) as catalog:
            if number == 0:
                catalog.folders.add(HOME)
            catalog.notes.set("key", str(number))
            catalog.filters.usable_dated()
        kept.add(order_file(path).read_bytes())
    assert len(kept) == 1


def _changed(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1] + b"!")


def _older(path: Path) -> None:
    """Put an order in its place that was true before."""
    path.write_bytes(path.with_suffix(".older").read_bytes())


@pytest.mark.parametrize("spoil", [_changed, _older, Path.unlink, lambda path: path.write_bytes(b"")])
def test_what_was_kept_is_believed_only_as_it_was_written(
    tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    path = tmp_path / "catalog.db"
    with Catalog(path) as catalog:
        catalog.folders.add(HOME)
        catalog.photos.save([record(HOME / "a.jpg", "a")], None)
        catalog.filters.usable_dated()
    order_file(path).with_suffix(".older").write_bytes(order_file(path).read_bytes())
    with Catalog(path) as catalog:
        catalog.photos.save([record(HOME / "b.jpg", "b")], None)
        catalog.filters.usable_dated()
    spoil(order_file(path))
    for _ in range(2):
        with Catalog(path) as catalog:
            assert catalog.filters.usable_dated()[0].tolist() == [2, 1]


@pytest.mark.parametrize("what", ["crashed", "counted anew"])
def test_what_was_kept_is_not_believed_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    path = tmp_path / "catalog.db"
    with Catalog(path) as catalog:
        catalog.folders.add(HOME)
        catalog.filters.usable_dated()
    with Catalog(path) as catalog, monkeypatch.context() as crash:
        if what == "crashed":
            crash.setattr(ByDate, "keep", lambda _self: None)
            catalog.photos.save([record(HOME / "a.jpg", "a")], None)
            catalog.close()
        else:
            catalog.count_anew()
    monkeypatch.setattr(ByDate, "_read", never)
    with Catalog(path) as catalog, pytest.raises(AssertionError, match="read again"):
        catalog.filters.usable_dated()


def test_all_are_read_by_the_index_and_sorted_by_nobody(catalog: Catalog) -> None:
    with catalog._database.reading() as connection:
        plan = [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {_ALL}")]
    assert plan == ["SCAN file USING INDEX file_by_date"]


def test_as_long_as_nothing_changes_the_same_arrays_are_lent_and_cannot_be_written_to(
    catalog: Catalog,
) -> None:
    catalog.photos.save([record(HOME / "a.jpg", "a")], None)
    ids, seconds = catalog.filters.usable_dated()
    catalog.notes.set("key", "value")
    again, seconds_again = catalog.filters.usable_dated()
    assert again is ids
    assert seconds_again is seconds
    for array in (ids, seconds):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5


@pytest.mark.parametrize("seed", range(20))
def test_two_lists_become_one_in_order(seed: int) -> None:
    """Few dates, so that many are equal."""
    dice = np.random.default_rng(seed)
    ids = dice.permutation(np.arange(1, 60))[: int(dice.integers(0, 50))]
    seconds = dice.integers(-3, 3, len(ids))
    taken = dice.random(len(ids)) < 0.3
    together = merged(in_order(ids[~taken], seconds[~taken]), in_order(ids[taken], seconds[taken]))
    for found, expected in zip(together, in_order(ids, seconds), strict=True):
        assert found.tolist() == expected.tolist()
