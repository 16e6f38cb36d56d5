"""The nearest among some photos, compared in blocks of the catalogue or asked of the store."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library.catalog import Catalog
from desktop_app.library.search.within import nearest_within
from desktop_app.library.vectors.found import Among
from tests.library.catalog.records import MODEL, record, unit
from tests.library.search.test_searcher import CountingStore

PHOTOS = 40


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.db") as made:
        made.folders.add(tmp_path)
        made.photos.save(
            [record(tmp_path / f"{n}.jpg", f"c{n}", vector=unit(n)) for n in range(PHOTOS)], MODEL
        )
        yield made


@pytest.mark.parametrize("block", [1, 3, 9, 10, 11])
@pytest.mark.parametrize("limit", [1, 4, 10])
def test_every_block_is_compared(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, block: int, limit: int
) -> None:
    among = np.arange(5, 15, dtype=np.int64)
    query = unit(1_000)
    (every,) = catalog.vectors.of_contents(MODEL, among)
    scores = dict(zip(every[0].tolist(), (every[1] @ query).tolist(), strict=True))
    monkeypatch.setattr("desktop_app.library.catalog.vectors._BLOCK_ROWS", block)
    store = CountingStore(catalog)
    found = nearest_within(query, limit, Among(among, of=10_000), store, catalog, model_id=MODEL)
    assert [number for number, _ in found] == sorted(scores, key=lambda number: -scores[number])[:limit]
    assert store.asked == []


def test_what_is_near_but_left_out_takes_no_place(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store is asked for a little more than is likely to be needed; where that was too few, all are compared."""
    monkeypatch.setattr("desktop_app.library.search.within._VECTORS_FOR_A_ROW", 1)
    monkeypatch.setattr("desktop_app.library.vectors.found._SPARE_ROWS", 0)
    query = unit(1_000)
    order = [number for number, _ in CountingStore(catalog).search(query, PHOTOS)]
    among = np.array(sorted(order[10:]), dtype=np.int64)
    store = CountingStore(catalog)
    found = nearest_within(query, 5, Among(among, of=PHOTOS), store, catalog, model_id=MODEL)
    assert [number for number, _ in found] == order[10:15]
    assert len(store.asked) == 1
