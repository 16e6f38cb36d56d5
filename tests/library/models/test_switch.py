"""Choosing and switching models: search never stops, and no vector is searched with another model's words."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from desktop_app.library import (
    Event,
    ModelError,
    ModelReady,
    PhotoLibrary,
    Progress,
    RefreshFinished,
    Trouble,
)
from desktop_app.library.catalog import Catalog
from desktop_app.library.concurrency.search_thread import SearchThread
from desktop_app.library.errors import DiskFullError
from desktop_app.library.models.in_use import ModelInUse
from desktop_app.library.models.loading import Loading
from desktop_app.library.models.reference.clip import ClipEmbedder
from desktop_app.library.models.runtime.ways import TORCH
from desktop_app.library.models.shelf import ModelShelf
from desktop_app.library.models.stores import StorePlace, Stores
from desktop_app.library.models.switch import ModelSwitch
from desktop_app.library.vectors.sync import VectorSync
from desktop_app.paths import resources
from tests import lent_graphs
from tests.fakes import ColorEmbedder
from tests.library.catalog.records import record, unit
from tests.pictures import save_colour, save_many
from tests.processes import kill_vector_processes, vector_processes
from tests.tiny_clip import make_tiny_clip

WAIT_S = 90


@contextmanager
def opened(base: Path, **options: Any) -> Iterator[tuple[PhotoLibrary, list[Event]]]:
    lent_graphs.lend(base / "data")
    library = PhotoLibrary(base / "data", base / "cache", resources=resources(), **options)
    events: list[Event] = []
    library.subscribe(events.append)
    try:
        yield library, events
    finally:
        library.close()
        lent_graphs.keep(base / "data")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two models of the same dimension, which must never be mixed."""
    base = tmp_path_factory.mktemp("models")
    return make_tiny_clip(base / "one", seed=1), make_tiny_clip(base / "two", seed=2)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for colour in ("red", "green", "blue", "yellow"):
        save_colour(tmp_path / "photos" / f"{colour}.png", colour)
    return tmp_path / "photos"


def scores(library: PhotoLibrary, text: str = "a red thing") -> dict[str, float | None]:
    return {hit.photo.name: hit.score for hit in library.searching.search(text).result(WAIT_S).hits}


def expected(model: Path, photos: Path, text: str = "a red thing") -> dict[str, float]:
    """What plain arithmetic says of each photo."""
    from desktop_app.library.media.pictures.decode import decode, read_bytes

    embedder = ClipEmbedder.load(model, name="plain")
    query = embedder.embed_text([text])[0]
    found = {}
    for path in sorted(photos.iterdir()):
        picture = decode(read_bytes(path), least_px=512).stored
        found[path.name] = float(embedder.embed_photos([embedder.prepare(picture)])[0] @ query)
    return found


def test_a_model_chosen_once_is_used_from_then_on(
    tmp_path: Path, photos: Path, models: tuple[Path, Path]
) -> None:
    with opened(tmp_path, model=str(models[0])) as (library, events):
        library.folders.add(photos).result(WAIT_S)
        assert any(isinstance(event, ModelReady) and not event.built_in for event in events)
        assert scores(library) == pytest.approx(expected(models[0], photos), abs=2e-3)
    with opened(tmp_path) as (library, _):
        assert library.browsing.status().dimension == 32
        assert scores(library) == pytest.approx(expected(models[0], photos), abs=2e-3)
        assert library.folders.refresh().result(WAIT_S).unchanged == 4


def test_after_a_switch_every_score_is_the_new_models(
    tmp_path: Path, photos: Path, models: tuple[Path, Path]
) -> None:
    with opened(tmp_path, model=str(models[0])) as (library, _):
        library.folders.add(photos).result(WAIT_S)
        report = library.models.use(str(models[1])).result(WAIT_S)
        assert report.indexed == 4
        assert scores(library) == pytest.approx(expected(models[1], photos), abs=2e-3)
        # The way back needs no embedding, for the old vectors are kept.
        assert library.models.use(str(models[0])).result(WAIT_S).unchanged == 4
        assert scores(library) == pytest.approx(expected(models[0], photos), abs=2e-3)


def test_the_old_model_answers_until_the_new_one_is_complete(
    tmp_path: Path, photos: Path, models: tuple[Path, Path]
) -> None:
    save_many(photos, 300)
    with opened(tmp_path, model=str(models[0])) as (library, events):
        library.folders.add(photos).result(WAIT_S)
        before = scores(library)
        stopped: list[int] = []

        def stop_half_way(event: Event) -> None:
            if isinstance(event, Progress) and 0 < event.done < event.total and not stopped:
                stopped.append(event.done)
                library.folders.cancel()

        library.subscribe(stop_half_way)
        report = library.models.use(str(models[1])).result(WAIT_S)
        assert report.pending > 0
        assert any(isinstance(event, ModelReady) and event.switching for event in events)
        assert scores(library) == pytest.approx(before, abs=1e-5)
        # The way back half-way, and on again: both models are open, and neither is opened twice.
        assert library.models.use(str(models[0])).result(WAIT_S).pending == 0
        assert [event for event in events if isinstance(event, ModelReady)][-1].switching is False
        assert scores(library) == pytest.approx(before, abs=1e-5)
        stopped.clear()
        assert library.models.use(str(models[1])).result(WAIT_S).pending > 0
        stopped.clear()
        assert library.models.use(str(models[1])).result(WAIT_S).pending > 0
        assert scores(library) == pytest.approx(before, abs=1e-5)
    with opened(tmp_path) as (library, _):
        assert scores(library) == pytest.approx(before, abs=1e-5)
        assert library.folders.refresh().result(WAIT_S).pending == 0
        assert scores(library) != pytest.approx(before, abs=1e-5)


def test_other_weights_in_the_place_of_the_old_model_do_not_answer_during_a_switch(
    tmp_path: Path, photos: Path, models: tuple[Path, Path]
) -> None:
    """No photo has their vectors, and they would find nothing for as long as the switch takes."""
    old, new = Path(shutil.copytree(models[0], tmp_path / "old")), str(models[1])
    with opened(tmp_path, model=new) as (library, _):
        library.folders.add(photos).result(WAIT_S)
    with opened(tmp_path, model=str(old)) as (library, _):
        save_colour(photos / "white.png", "white")
        library.folders.refresh().result(WAIT_S)
    shutil.rmtree(old)
    shutil.copytree(make_tiny_clip(tmp_path / "third", seed=3), old)
    with opened(tmp_path, model=new) as (library, _):
        assert sorted(scores(library)) == ["blue.png", "green.png", "red.png", "yellow.png"]
        library.folders.refresh().result(WAIT_S)
        assert len(scores(library)) == 5


def test_closing_at_the_end_of_a_switch_ends_the_old_models_vectors(
    tmp_path: Path, photos: Path, models: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, really_close = threading.Event(), SearchThread.close

    def close(thread: SearchThread) -> None:
        really_close(thread)
        closed.set()

    monkeypatch.setattr(SearchThread, "close", close)
    lent_graphs.lend(tmp_path / "data")
    library = PhotoLibrary(tmp_path / "data", tmp_path / "cache", resources=resources(), model=str(models[0]))
    closing = threading.Thread(target=library.close)

    def close_at_the_end(event: Event) -> None:
        # All photos have the new vectors, and the old model is about to be closed.
        if isinstance(event, RefreshFinished):
            closing.start()
            assert closed.wait(WAIT_S)

    library.folders.add(photos).result(WAIT_S)
    library.subscribe(close_at_the_end)
    try:
        assert library.models.use(str(models[1])).exception(WAIT_S) is None
        closing.join(WAIT_S)
        assert vector_processes() == []
    finally:
        kill_vector_processes()


def test_a_model_that_cannot_be_used_leaves_the_present_one(
    tmp_path: Path, photos: Path, models: tuple[Path, Path]
) -> None:
    with opened(tmp_path, model=str(models[0])) as (library, _):
        library.folders.add(photos).result(WAIT_S)
        before = scores(library)
        broken = make_tiny_clip(tmp_path / "broken")
        weights = broken / "open_clip_model.safetensors"
        weights.write_bytes(weights.read_bytes()[:1000])
        assert isinstance(library.models.use(str(broken)).exception(WAIT_S), ModelError)
        assert scores(library) == pytest.approx(before, abs=1e-5)
    with opened(tmp_path) as (library, _):
        assert scores(library) == pytest.approx(before, abs=1e-5)


def test_the_best_batch_size_of_torch_is_measured_once_and_remembered(
    tmp_path: Path, photos: Path, models: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[ClipEmbedder] = []

    def measure(embedder: ClipEmbedder) -> int:
        measured.append(embedder)
        return 3

    monkeypatch.setattr("desktop_app.library.models.switch.measure_batch_size", measure)
    monkeypatch.setattr("desktop_app.library.models.switch._WORTH_TUNING", 1)
    with opened(tmp_path, model=str(models[0]), runtime=TORCH) as (library, _):
        library.folders.add(photos).result(WAIT_S)
    assert [embedder.batch_size for embedder in measured] == [3]
    save_colour(photos / "white.png", "white")
    with opened(tmp_path, runtime=TORCH) as (library, _):
        library.folders.refresh().result(WAIT_S)
    assert len(measured) == 1


@pytest.mark.model
def test_the_built_in_model_is_the_default_and_knows_a_dog(tmp_path: Path, shared_photos: Path) -> None:
    with opened(tmp_path) as (library, events):
        library.folders.add(shared_photos).result(WAIT_S)
        assert any(isinstance(event, ModelReady) and event.built_in for event in events)
        best = {
            text: library.searching.search(text, 1)
            .result(WAIT_S)
            .hits[0]
            .photo.path.relative_to(shared_photos)
            .as_posix()
            for text in ("mountains", "flowers", "a man on a surfboard")
        }
        assert best["mountains"].startswith(
            ("formats/metadata/gps-position/thompson-springs", "formats/webp/denali")
        )
        # The second is called so, and shows some too.
        assert best["flowers"].startswith(
            ("formats/albums/nature/", "formats/albums/text/book-beside-flowers")
        )
        assert best["a man on a surfboard"] == "coco/000000129648.jpg"


def test_an_embedder_that_is_handed_in_needs_no_model(tmp_path: Path, photos: Path) -> None:
    with opened(tmp_path, embedder=ColorEmbedder()) as (library, _):
        library.folders.add(photos).result(WAIT_S)
        assert library.browsing.status().model == "Colours"
        assert library.models.in_use() is None


class Bench:
    """What decides between models, on a catalogue of three photos, with real stores and models that know colours.

    Attributes:
        place: Where the vectors are.
        events: What was told.
        answering: Called when a model is about to be closed, instead of waiting for searches.
    """

    def __init__(self, base: Path, name: str = "catalog.db") -> None:
        self.base = base
        self.place = StorePlace(base / "vectors", least_free_bytes=0)
        self.catalog = Catalog(base / name)
        self.catalog.folders.add(base)
        self.events: list[Event] = []
        self.answering: Callable[[], None] = lambda: None
        shelf = ModelShelf(base / "models", resources())
        self.switch = ModelSwitch(
            self.catalog,
            shelf,
            Stores(self.catalog, self.place, self.events.append),
            self.events.append,
            self.wait_for_searches,
            loading=Loading(shelf.graphs, shelf.export),
        )

    def wait_for_searches(self) -> None:
        self.answering()

    def save(self, *names: str, model: str = "color-1") -> None:
        records = [record(self.base / f"{n}.jpg", n, vector=unit(ord(n))) for n in names]
        self.catalog.photos.save(records, model)

    def open(self, model: str = "color-1") -> ModelInUse:
        self.switch.open(embedder=ColorEmbedder(model_id=model))
        assert self.switch.indexing is not None
        return self.switch.indexing

    def close(self) -> None:
        self.switch.close()
        self.catalog.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.close()


def files_below(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_vectors_of_another_catalogue_are_neither_used_nor_touched(bench: Bench, tmp_path: Path) -> None:
    """A catalogue that was lost: its numbers mean other photos."""
    bench.save(*"abc")
    assert bench.open().vectors.open().store.count() == 3
    bench.switch.close()
    (folder,) = bench.place.folder.iterdir()
    before = files_below(folder)
    other = Bench(tmp_path, "another.db")
    try:
        other.save("z")
        assert other.open().vectors.open().store.ids() == {1}
    finally:
        other.close()
    assert files_below(folder) == before


def test_a_store_that_is_damaged_when_it_is_started_again_is_filled_again(bench: Bench) -> None:
    bench.save(*"abc")
    model = bench.open()
    model.vectors.open()
    for rows in bench.place.folder.rglob("*.parquet"):
        os.truncate(rows, rows.stat().st_size // 2)
    kill_vector_processes()
    bench.save("d")
    model.vectors.push()
    model.vectors.flush()
    assert model.vectors.open().store.count() == 4
    assert any(isinstance(event, Trouble) for event in bench.events)
    assert list(bench.place.folder.glob("*/vectors.db.broken-*"))


def test_a_store_that_cannot_be_made_equal_is_closed_and_can_be_opened_later(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.save(*"abc")

    def refuse(_sync: VectorSync) -> int:
        raise DiskFullError("The disk is full.")

    with monkeypatch.context() as full:
        full.setattr(VectorSync, "reconcile", refuse)
        with pytest.raises(DiskFullError):
            bench.open().vectors.open()
    assert vector_processes() == []
    assert bench.open().vectors.open().store.count() == 3


def test_a_model_is_closed_only_when_all_its_searches_are_answered(bench: Bench) -> None:
    bench.save(*"abc")
    before = bench.open()
    embedder = before.embedder
    assert isinstance(embedder, ColorEmbedder)
    bench.open("color-2")
    assert bench.switch.searching is before
    assert not bench.switch.promote()
    found: list[int] = []

    def answer() -> None:
        assert not embedder.closed
        found.extend(number for number, _ in before.vectors.search(unit(1), 9))

    bench.answering = answer
    bench.save(*"abc", model="color-2")
    assert bench.switch.promote()
    assert sorted(found) == [1, 2, 3]
    assert embedder.closed
    assert bench.switch.searching is bench.switch.indexing
