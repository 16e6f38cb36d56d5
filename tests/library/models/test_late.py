"""A model is loaded when it first has to embed something, and what cannot be loaded then is told."""

import os
from pathlib import Path

import pytest

from desktop_app.library import ModelLoading, ModelReady, ModelUnavailable, PhotoLibrary
from desktop_app.library.catalog import Catalog
from desktop_app.library.catalog.notes import CHOSEN_MODEL
from desktop_app.library.models.facts import least_px_of
from desktop_app.library.models.files import sha256_of
from desktop_app.library.models.reference.clip import ClipEmbedder, model_id_of
from desktop_app.library.models.remembered_hashes import RememberedHashes
from desktop_app.paths import resources
from tests.fakes import ColorEmbedder
from tests.library.models.test_switch import WAIT_S, opened, scores
from tests.pictures import save_colour
from tests.processes import vector_processes
from tests.tiny_clip import make_tiny_clip


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_clip(tmp_path_factory.mktemp("late") / "tiny")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for colour in ("red", "green", "blue"):
        save_colour(tmp_path / "photos" / f"{colour}.png", colour)
    return tmp_path / "photos"


@pytest.fixture
def library_base(tmp_path: Path, photos: Path, tiny: Path) -> Path:
    """A library of three photos that is closed; to have it soon, something quicker embedded them in the model's name."""
    embedder = ColorEmbedder(32, model_id_of(tiny))
    with opened(tmp_path, embedder=embedder) as (library, _):
        assert library.folders.add(photos).result(WAIT_S).indexed == 3
        library._catalog.notes.set(CHOSEN_MODEL, str(tiny))
        library._catalog.notes.set("model searched with", str(tiny))
    return tmp_path


def is_loaded(library: PhotoLibrary) -> bool:
    model = library._switch.indexing
    return model is not None and model.is_loaded


def test_what_needs_no_model_loads_none(library_base: Path, photos: Path) -> None:
    (photos / "red.png").rename(photos / "renamed.png")
    with opened(library_base) as (library, events):
        report = library.folders.refresh().result(WAIT_S)
        assert (report.unchanged, report.moved) == (2, 1)
        assert len(library.searching.search("type:png").result(WAIT_S).hits) == 3
        assert len(library.searching.similar(photos / "green.png").result(WAIT_S).hits) == 2
        assert not is_loaded(library)
        assert not [event for event in events if isinstance(event, ModelLoading | ModelReady)]
        status = library.browsing.status()
        assert (status.indexed, status.pending, status.dimension) == (3, 0, 32)


def test_a_refresh_that_finds_nothing_new_starts_nothing(library_base: Path) -> None:
    with opened(library_base) as (library, _):
        assert library.folders.refresh().result(WAIT_S).unchanged == 3
        assert vector_processes() == []
        assert not is_loaded(library)


def test_the_first_photo_to_embed_loads_the_model_and_a_question_does_too(
    library_base: Path, photos: Path
) -> None:
    with opened(library_base) as (library, events):
        save_colour(photos / "new.png", "yellow")
        assert library.folders.refresh().result(WAIT_S).indexed == 1
        told = [type(event) for event in events if isinstance(event, ModelLoading | ModelReady)]
        assert told == [ModelLoading, ModelReady]
    with opened(library_base) as (library, _):
        assert len(scores(library)) == 4
        assert is_loaded(library)
        assert vector_processes() == []


def test_a_model_that_turns_out_to_be_damaged_is_told_once_and_all_else_goes_on(
    library_base: Path, photos: Path, tiny: Path
) -> None:
    weights = tiny / "open_clip_model.safetensors"
    whole = weights.read_bytes()
    try:
        weights.write_bytes(whole[:1000])
        save_colour(photos / "new.png", "yellow")
        with opened(library_base) as (library, events):
            report = library.folders.refresh().result(WAIT_S)
            assert (report.indexed, report.pending) == (0, 4)
            assert [hit.photo.name for hit in library.searching.search("new").result(WAIT_S).hits] == [
                "new.png"
            ]
            assert len([event for event in events if isinstance(event, ModelUnavailable)]) == 1
            assert library.models.in_use() is None
    finally:
        weights.write_bytes(whole)
    with opened(library_base) as (library, events):
        assert library.folders.refresh().result(WAIT_S).pending == 0
        assert len(scores(library)) == 4
        assert not [event for event in events if isinstance(event, ModelUnavailable)]


def test_a_damaged_model_is_told_to_whoever_asks_first(library_base: Path, tiny: Path) -> None:
    weights = tiny / "open_clip_model.safetensors"
    whole = weights.read_bytes()
    try:
        weights.write_bytes(whole[:1000])
        with opened(library_base) as (library, events):
            answer = library.searching.search("red").result(WAIT_S)
            assert answer.model is None
            assert [hit.photo.name for hit in answer.hits] == ["red.png"]
            assert len([event for event in events if isinstance(event, ModelUnavailable)]) == 1
    finally:
        weights.write_bytes(whole)


def test_what_a_model_needs_of_photos_is_known_before_it_is_loaded(tiny: Path) -> None:
    assert least_px_of(tiny) == ClipEmbedder.load(tiny, name="tiny").least_px


@pytest.mark.model
def test_so_it_is_of_the_built_in_model() -> None:
    folder = resources() / "models" / "starter"
    assert least_px_of(folder) == ClipEmbedder.load(folder, name="built in").least_px


def test_weights_are_hashed_once_and_again_when_anything_of_the_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "weights"
    file.write_bytes(b"some weights")
    right = sha256_of(file)
    with Catalog(tmp_path / "catalog.db") as catalog:
        # What has just been written may be written again within a tick of the clock.
        assert RememberedHashes(catalog).of(file) == right
        assert remembered(catalog) == []
        monkeypatch.setattr("desktop_app.library.models.remembered_hashes._TICK_NS", -(10**12))
        assert RememberedHashes(catalog).of(file) == right
        ((key, text),) = remembered(catalog)
        assert text.endswith(f" {right}")
        # What is remembered is not read: it would be noticed.
        catalog.notes.set(key, text.replace(right, "0" * 64))
        assert RememberedHashes(catalog).of(file) == "0" * 64
        # Other bytes of the same length, and the time put back.
        before = file.stat()
        file.write_bytes(b"more weights")
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert RememberedHashes(catalog).of(file) == sha256_of(file) != right


def remembered(catalog: Catalog) -> list[tuple[str, str]]:
    with catalog._database.reading() as connection:
        return connection.execute("SELECT key, value FROM note WHERE key LIKE 'hash of %'").fetchall()


def test_a_models_name_is_the_same_with_remembered_hashes(tmp_path: Path, tiny: Path) -> None:
    with Catalog(tmp_path / "catalog.db") as catalog:
        assert model_id_of(tiny, RememberedHashes(catalog).of) == model_id_of(tiny)
