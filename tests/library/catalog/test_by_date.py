"""All photos by date: held, and the same as read anew whatever happens."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library.catalog import Catalog
from desktop_app.library.catalog import by_date as by_date_module
from desktop_app.library.catalog.by_date import ByDate, merged
from desktop_app.library.catalog.columns import in_order
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

    def never(_self: object) -> None:
        raise AssertionError("every photo was read again")

    monkeypatch.setattr(by_date_module.ByDate, "_read", never)
    catalog.photos.save([record(HOME / "new.jpg", "new", taken_at=datetime(2001, 1, 1))], None)
    catalog.photos.remove([HOME / "7.jpg"])
    assert held(by_date) == from_rows(catalog)


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
