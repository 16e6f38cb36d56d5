"""The store is opened when something has to be written to it; until then the catalogue answers, and nothing is lost."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from operator import methodcaller
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library.catalog import Catalog
from desktop_app.library.catalog.safety_copy import SafetyCopy
from desktop_app.library.errors import StoreError
from desktop_app.library.models.stores import StorePlace, Stores
from desktop_app.library.repair import take_copy_if_gone
from desktop_app.library.vectors import late
from desktop_app.library.vectors.compact.copies import VectorCopies
from desktop_app.library.vectors.late import LateVectors
from desktop_app.library.vectors.lite.lite_store import LiteStore
from desktop_app.library.vectors.of_model import ModelVectors
from desktop_app.library.vectors.sync import VectorSync, clean_note
from tests.library.catalog.records import MODEL, record, unit
from tests.processes import vector_processes


class Bench:
    """A catalogue, and one session after the other with its vectors in a real Milvus Lite."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.catalog = Catalog(base / "catalog.db")
        self.catalog.folders.add(base / "photos")
        place = StorePlace(base / "vectors", least_free_bytes=0)
        self.stores = Stores(self.catalog, place, lambda _event: None)
        self.vectors = self.session()

    def session(self) -> ModelVectors:
        self.vectors = self.stores.of(MODEL, 8)
        return self.vectors

    def save(self, *numbers: int) -> None:
        photos = [record(self.path(number), f"c{number}", vector=unit(number)) for number in numbers]
        self.catalog.photos.save(photos, MODEL)

    def write(self) -> None:
        self.vectors.push()
        self.vectors.flush()

    def path(self, number: int) -> Path:
        return self.base / "photos" / f"{number}.jpg"

    def is_equal(self) -> bool:
        assert self.vectors.sync is not None
        wanted = {int(number) for number in self.catalog.vectors.live_ids(MODEL)}
        return self.vectors.sync.store.ids() == wanted

    def close(self) -> None:
        self.vectors.close()
        self.catalog.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.close()


def test_the_catalogue_the_copy_and_the_store_give_the_same_answer(bench: Bench) -> None:
    bench.save(*range(300))
    copies = VectorCopies(bench.catalog)
    questions = [(unit(1000 + seed), limit) for seed in range(5) for limit in (1, 7, 300, 400)]
    from_catalogue = [bench.vectors.search(*question) for question in questions]
    assert copies.load(MODEL)
    from_copy = [copies.nearest(MODEL, *question) or [] for question in questions]
    assert vector_processes() == []
    bench.write()
    from_store = [bench.vectors.search(*question) for question in questions]
    for answers in (from_catalogue, from_copy):
        for answer, right in zip(answers, from_store, strict=True):
            assert [number for number, _ in answer] == [number for number, _ in right]
            np.testing.assert_allclose([one for _, one in answer], [one for _, one in right], atol=1e-6)


def test_what_is_no_vector_is_refused_without_a_store_too(bench: Bench) -> None:
    bench.save(1)
    with pytest.raises(StoreError):
        bench.vectors.search(np.full(8, np.nan, dtype=np.float32), 5)


def test_nothing_is_started_while_nothing_has_to_be_written(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.save(1, 2)
    bench.write()
    bench.vectors.close()
    bench.session()
    bench.write()
    bench.vectors.settle(is_needed=False)
    assert len(bench.vectors.search(unit(1), 5)) == 2
    assert vector_processes() == []
    # A store that is as it was left has what the catalogue has, but for what the outbox says: nothing is counted.
    monkeypatch.delattr(LiteStore, "count")
    bench.save(3)
    bench.write()
    assert bench.is_equal()


def test_a_store_that_somebody_else_wrote_to_is_not_as_it_was_left(bench: Bench) -> None:
    assert not bench.stores._is_as_left(MODEL)
    bench.save(1)
    bench.write()
    assert not bench.stores._is_as_left(MODEL)
    bench.vectors.close()
    assert bench.stores._is_as_left(MODEL)
    (manifest,) = bench.base.rglob("manifest.json")
    manifest.write_bytes(manifest.read_bytes() + b" ")
    assert not bench.stores._is_as_left(MODEL)


def test_what_a_session_did_not_carry_is_carried_by_a_later_one(bench: Bench) -> None:
    bench.save(1, 2)
    bench.write()
    bench.vectors.close()
    # One that ends before anything was carried, and one that only asks.
    bench.session()
    bench.save(3)
    bench.catalog.photos.remove([bench.path(1)])
    bench.vectors.close()
    assert len(bench.session().search(unit(1), 5)) == 2
    bench.vectors.close()
    bench.session().settle(is_needed=False)
    assert bench.is_equal()


def test_after_an_unclean_end_the_store_is_compared_however_many_sessions_later(bench: Bench) -> None:
    bench.save(*range(20))
    bench.write()
    bench.save(20)
    bench.vectors.push()
    # It loses rows, and the end is noted nowhere.
    store = bench.vectors.open().store
    store.delete([3])
    store.close()
    bench.catalog.vectors.outbox_done(MODEL, up_to=bench.catalog.vectors.outbox_last())
    bench.session().close()
    bench.session().close()
    assert bench.catalog.notes.get(clean_note(MODEL)) is None
    bench.session().settle(is_needed=False)
    assert bench.is_equal()
    bench.vectors.close()
    assert bench.catalog.notes.get(clean_note(MODEL)) == "yes"


def test_where_a_copy_took_the_place_of_the_catalogue_the_store_is_compared(bench: Bench) -> None:
    """It may have been told of other photos since, and of just as many."""
    bench.save(1, 2)
    bench.write()
    bench.vectors.close()
    path = bench.catalog.path
    assert SafetyCopy(bench.catalog).renew(lambda: False)
    bench.session()
    bench.catalog.photos.remove([bench.path(1)])
    bench.save(3)
    bench.write()
    bench.vectors.close()
    bench.catalog.close()
    path.unlink()
    assert take_copy_if_gone(path) is not None
    again = Bench(bench.base)
    again.vectors.settle(is_needed=True)
    assert again.is_equal()
    again.close()


def test_a_new_library_has_nothing_to_settle(bench: Bench) -> None:
    bench.vectors.settle(is_needed=False)
    assert vector_processes() == []


def test_a_store_that_rests_gives_its_process_back_and_comes_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.save(1, 2)
    bench.write()
    bench.vectors.rest(may_close=True)
    assert len(vector_processes()) == 1
    monkeypatch.setattr("desktop_app.library.vectors.late._REST_S", 0)
    bench.vectors.rest(may_close=False)
    assert len(vector_processes()) == 1
    bench.vectors.rest(may_close=True)
    assert vector_processes() == []
    assert bench.catalog.notes.get(clean_note(MODEL)) == "yes"
    assert len(bench.vectors.revived(lambda: bench.vectors.search(unit(1), 5))) == 2
    bench.save(3)
    bench.write()
    assert bench.is_equal()


def test_a_store_that_is_needed_for_questions_is_opened(bench: Bench) -> None:
    bench.save(1, 2)
    bench.write()
    bench.vectors.close()
    bench.session().settle(is_needed=True)
    assert len(vector_processes()) == 1
    assert len(bench.vectors.search(unit(1), 5)) == 2


def test_a_few_changes_wait_for_others_and_not_for_ever(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[int] = []

    def open_store() -> VectorSync:
        opened.append(len(bench.catalog.vectors.outbox(MODEL, 1_000)))
        raise StoreError("not in this test")

    def carried(act: Callable[[LateVectors], object]) -> list[int]:
        opened.clear()
        with suppress(StoreError):
            act(vectors)
        return list(opened)

    vectors = LateVectors(bench.catalog, MODEL, 8, open_store, waiting=5)
    settle = methodcaller("settle", is_needed=False)
    assert carried(settle) == []
    bench.save(1, 2, 3, 4)
    assert carried(LateVectors.push) == carried(settle) == []
    # As a person's own “look again” does.
    assert carried(LateVectors.flush) == [4]
    bench.save(5)
    assert carried(LateVectors.push) == [5]
    bench.catalog.vectors.outbox_done(MODEL, up_to=bench.catalog.vectors.outbox_last())
    bench.save(6)
    assert carried(LateVectors.push) == carried(settle) == []
    monkeypatch.setattr(late, "_WAIT_S", 0.0)
    assert carried(settle) == [1]
    assert carried(settle) == [], "it is not tried again in each idle moment"
