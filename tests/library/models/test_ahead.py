"""A model that is loaded before the library is open is the one that answers, or does no harm."""

import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library import CatalogTooNewError, LibraryError, LibraryInUseError, PhotoLibrary
from desktop_app.library.catalog.glance import notes_at
from desktop_app.library.catalog.notes import CHOSEN_MODEL, SEARCHED, SEARCHED_ID, way_note
from desktop_app.library.models.ahead import ModelAhead, model_ahead
from desktop_app.library.models.embedder import ANYTHING
from desktop_app.library.models.runtime.compiled import CompiledEmbedder
from desktop_app.library.models.runtime.ways import (
    OPENVINO,
    OPENVINO_BFLOAT16,
    OPENVINO_INT8,
    TORCH,
    Way,
    default_way,
)
from desktop_app.opening import open_library
from desktop_app.paths import AppPaths, resources
from desktop_app.settings import Values
from desktop_app.trust import OwnLibraries, UnknownLibraryError
from tests import commands
from tests.library.models.test_switch import WAIT_S
from tests.pictures import save_colour

THREAD = "model ahead"


def begun(base: Path, *, model: str | None = None, runtime: Way | None = None) -> ModelAhead | None:
    return model_ahead(base / "data", resources(), model=model, runtime=runtime)


@contextmanager
def opened(base: Path, ahead: ModelAhead | None = None, model: str | None = None) -> Iterator[PhotoLibrary]:
    library = PhotoLibrary(
        base / "data", base / "cache", resources=resources(), network=lambda: False, ahead=ahead, model=model
    )
    try:
        yield library
    finally:
        library.close()
    assert THREAD not in {thread.name for thread in threading.enumerate()}


def answering(library: PhotoLibrary) -> CompiledEmbedder:
    model = library._switch.searching
    assert model is not None
    embedder = model.embedder.loaded() if hasattr(model.embedder, "loaded") else model.embedder
    assert isinstance(embedder, CompiledEmbedder)
    return embedder


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    for colour in ("red", "green", "blue"):
        save_colour(folder / "photos" / f"{colour}.png", colour)
    with opened(folder) as library:
        assert library.folders.add(folder / "photos").result(WAIT_S).indexed == 3
    return folder


@pytest.fixture
def base(made_once: Path, tmp_path: Path) -> Path:
    """A closed library of three photos, whose model is the built-in one."""
    shutil.copytree(made_once / "data", tmp_path / "data")
    return tmp_path


def noted(base: Path, **notes: str) -> None:
    with opened(base) as library:
        for key, value in notes.items():
            library._catalog.notes.set(key.replace("_", " "), value)


@pytest.fixture
def loaded_names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The graphs that are compiled."""
    names: list[str] = []
    usual = CompiledEmbedder._loaded

    def loaded(self: CompiledEmbedder, graph_name: str, calls: int) -> object:
        names.append(graph_name)
        return usual(self, graph_name, calls)

    monkeypatch.setattr(CompiledEmbedder, "_loaded", loaded)
    return names


def test_it_answers_and_nothing_is_loaded_twice(base: Path, loaded_names: list[str]) -> None:
    with opened(base) as library:
        usual = library.searching.search("a red square").result(WAIT_S).hits
        embedder = answering(library)
        known = (embedder.name, embedder.model_id, embedder.way)
    loaded_names.clear()
    with opened(base, begun(base)) as library:
        assert library.searching.search("a red square").result(WAIT_S).hits == usual
        embedder = answering(library)
        assert (embedder.name, embedder.model_id, embedder.way) == known
    assert loaded_names == ["text.onnx"]


def test_a_library_that_is_asked_nothing_gives_it_back(base: Path) -> None:
    ahead = begun(base)
    assert ahead is not None
    with opened(base, ahead) as library:
        assert library.browsing.status().indexed == 3
    assert ahead.take(resources() / "models" / "starter", default_way(), print) is None


@pytest.mark.parametrize(
    ("notes", "way"),
    [
        ({}, OPENVINO),
        ({CHOSEN_MODEL: "built-in", way_note("built-in"): "openvino-int8"}, OPENVINO_INT8),
        ({CHOSEN_MODEL: "built-in", way_note("built-in"): "a way of later"}, OPENVINO),
        # While another model is built, the one before answers, in the way of its space.
        ({CHOSEN_MODEL: "other", SEARCHED: "built-in", SEARCHED_ID: "x-openvino-bf16"}, OPENVINO_BFLOAT16),
        ({CHOSEN_MODEL: "other", SEARCHED: "built-in", way_note("built-in"): "openvino-int8"}, OPENVINO),
    ],
)
@pytest.mark.skipif(default_way() != OPENVINO, reason="another way is the usual one here")
def test_the_way_is_guessed_by_what_was_noted(base: Path, notes: dict[str, str], way: Way) -> None:
    noted(base, **notes)
    ahead = begun(base)
    assert ahead is not None
    assert ahead.asked == (resources() / "models" / "starter", way)
    ahead.close()


def test_what_is_asked_for_counts_more_than_what_was_noted(base: Path, starter: Path) -> None:
    noted(base, **{way_note("built-in"): "openvino-int8"})
    ahead = begun(base, model=str(starter), runtime=OPENVINO)
    assert ahead is not None
    assert ahead.asked == (starter, OPENVINO)
    ahead.close()


def test_nothing_is_begun_for_a_model_that_is_not_here_or_is_run_by_torch(base: Path) -> None:
    assert begun(base, model="no such model") is None
    assert begun(base, runtime=TORCH) is None
    assert THREAD not in {thread.name for thread in threading.enumerate()}


def test_a_wrong_guess_changes_no_answer(base: Path, loaded_names: list[str]) -> None:
    with opened(base) as library:
        usual = library.searching.search("a red square").result(WAIT_S).hits
    ahead = begun(base, runtime=OPENVINO_INT8)
    loaded_names.clear()
    with opened(base, ahead) as library:
        assert library.searching.search("a red square").result(WAIT_S).hits == usual
        assert answering(library).way == default_way()
    assert "text.onnx" in loaded_names


def test_what_cannot_be_loaded_is_said_by_whoever_needs_it_and_once(
    base: Path, starter: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "damaged"
    folder.mkdir()
    for file in starter.iterdir():
        (folder / file.name).write_bytes(file.read_bytes()[:100_000])
    ahead = begun(base, model=str(folder))
    with opened(base, ahead, model=str(folder)) as library:
        answer = library.searching.search("red").result(WAIT_S)
        assert [hit.photo.name for hit in answer.hits] == ["red.png"]
        assert library.models.in_use() is None


def test_a_way_that_fails_is_said_when_there_is_somebody_to_hear_it(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.library.models.runtime.ways.cpu_has_bfloat16", lambda: False)
    ahead = begun(base, runtime=OPENVINO_BFLOAT16)
    assert ahead is not None
    ahead._thread.join()
    heard: list[LibraryError] = []
    embedder = ahead.take(*ahead.asked, heard.append)
    assert embedder is not None
    assert embedder.way == default_way()
    assert [error.sentence for error in heard] == [
        "OpenVINO, bfloat16 does not run starter on this computer; OpenVINO, float32 does it from now on."
    ]
    assert np.isfinite(embedder.embed_text([ANYTHING])).all()
    embedder.close()


def test_no_notes_are_read_of_what_is_no_catalogue(tmp_path: Path) -> None:
    assert notes_at(tmp_path / "nothing.db") == {}
    (tmp_path / "text.db").write_text("no database" * 100)
    assert notes_at(tmp_path / "text.db") == {}
    assert not (tmp_path / "nothing.db").exists()
    (tmp_path / "folder.db").mkdir()
    assert notes_at(tmp_path / "folder.db") == {}
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.db")
        assert notes_at(tmp_path / "pipe.db") == {}


def test_nothing_is_begun_for_a_library_that_another_process_has_open(base: Path) -> None:
    own, paths = OwnLibraries.of_person(), AppPaths.below(base)
    own.admit(paths, "", trusted=True)
    with opened(base):
        assert begun(base) is None
        with pytest.raises(LibraryInUseError):
            open_library(paths, Values, own=own, asks_in_words=True)


def test_it_ends_where_the_library_cannot_be_opened(base: Path, loaded_names: list[str]) -> None:
    own, paths = OwnLibraries.of_person(), AppPaths.below(base)
    own.admit(paths, "", trusted=True)
    with closing(sqlite3.connect(base / "data" / "catalog.db")) as catalogue:
        catalogue.execute("PRAGMA user_version = 999")
    with pytest.raises(CatalogTooNewError):
        open_library(paths, Values, own=own, asks_in_words=True)
    assert loaded_names == ["text.onnx"]
    assert THREAD not in {thread.name for thread in threading.enumerate()}


def test_no_model_of_a_library_that_somebody_else_made_is_loaded(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun_ones: list[object] = []
    monkeypatch.setattr("desktop_app.library.models.ahead.ModelAhead", begun_ones.append)
    with pytest.raises(UnknownLibraryError):
        open_library(AppPaths.below(base), Values, own=OwnLibraries.of_person(), asks_in_words=True)
    assert begun_ones == []


@pytest.mark.parametrize(("query", "is_loaded"), [("a dog", True), ("type:png", False), ("-type:png", False)])
def test_a_command_loads_it_for_words_and_for_nothing_else(
    tmp_path: Path, query: str, is_loaded: bool
) -> None:
    said = commands.run("--base-dir", tmp_path / "library", "search", "--verbose", query).stderr
    assert ("text.onnx of starter loaded" in said) == is_loaded
