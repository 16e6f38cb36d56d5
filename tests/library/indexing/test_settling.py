"""Photos that are too small leave the library when that is wanted, and are not all asked again at each refresh."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.library.catalog import Catalog
from desktop_app.library.folders.exclusions import Exclusions
from desktop_app.library.indexing.left_out import LeftOut
from tests.library.catalog.records import record

HOME = Path("/photos")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(HOME)
        for side in (50, 150, 250):
            one = record(HOME / f"{side}.jpg", f"c{side}")
            catalog.photos.save([replace(one, width_px=side, height_px=side)], None)
        yield catalog


def test_photos_leave_and_come_back_as_another_size_is_wanted(catalog: Catalog) -> None:
    left_out = LeftOut(catalog)
    went = []
    for least_px in (100, 100, 200, 0, 0, 300):
        left_out.change(Exclusions(least_px=least_px))
        went.append(left_out.settle_small())
    assert went == [1, 0, 1, 0, 0, 1]


def test_nothing_is_asked_while_the_same_size_is_wanted(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_out = LeftOut(catalog)
    left_out.change(Exclusions(least_px=100))
    assert left_out.settle_small() == 1

    def never(_least_px: int) -> int:
        raise AssertionError("every photo was asked")

    monkeypatch.setattr(catalog.known, "leave_out_smaller", never)
    assert left_out.settle_small() == 0
