"""The compact copy as part of a library: what is asked finds it, status and space name it, and it goes with its model."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desktop_app.library import PhotoLibrary
from desktop_app.library.vectors.compact import room
from desktop_app.library.vectors.compact.copies import FOLDER_NAME
from desktop_app.paths import AppPaths, resources
from desktop_app.trust import OwnLibraries
from tests.fakes import ColorEmbedder
from tests.pictures import save_colour

WAIT_S = 90
COLOURS = ("red", "green", "blue")


@pytest.fixture(autouse=True)
def _filed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every copy be on disk, however small."""
    monkeypatch.setattr(room.Limits.__init__, "__defaults__", (1, None))


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for colour in COLOURS:
        save_colour(tmp_path / "photos" / f"{colour}.png", colour)
    return tmp_path / "photos"


@contextmanager
def opened(base: Path, model_id: str = "color-1") -> Iterator[PhotoLibrary]:
    library = PhotoLibrary(
        base / "data", base / "cache", resources=resources(), embedder=ColorEmbedder(model_id=model_id)
    )
    try:
        yield library
    finally:
        library.close()


def first(library: PhotoLibrary, text: str) -> str:
    return library.searching.search(text).result(WAIT_S).hits[0].photo.name


def test_the_next_process_finds_it_and_what_was_written_in_between(
    tmp_path: Path, photos: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
        assert first(library, "red") == "red.png"
        status = library.browsing.status()
        assert status.copied == len(COLOURS)
        assert status.copied_bytes > 0
    # One that only indexes.
    with opened(tmp_path) as library:
        save_colour(photos / "purple.png", "purple")
        (photos / "red.png").unlink()
        library.folders.refresh().result(WAIT_S)
        assert library.browsing.status().copied == len(COLOURS)
    caplog.clear()
    with opened(tmp_path) as library:
        assert first(library, "purple") == "purple.png"
        assert library.searching.holds_vectors
        assert "red.png" not in [
            hit.photo.name for hit in library.searching.search("red").result(WAIT_S).hits
        ]
    assert not [one for one in caplog.messages if "compact copy" in one], "it was made again"


def test_it_is_told_among_what_takes_space_and_dropped(tmp_path: Path, photos: Path) -> None:
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
        assert "copies" not in {use.key for use in library.space.uses()}
        assert first(library, "red") == "red.png"
        (use,) = (use for use in library.space.uses() if use.key == "copies")
        assert (use.items, use.droppable) == (len(COLOURS), True)
        assert use.size_bytes == sum(
            file.stat().st_size for file in (tmp_path / "data" / FOLDER_NAME).rglob("*") if file.is_file()
        )
        assert library.space.drop(["copies"]).result(WAIT_S) == use.size_bytes
        assert library.browsing.status().copied == 0
        assert first(library, "blue") == "blue.png"
        assert library.browsing.status().copied == len(COLOURS)


def test_it_goes_with_the_vectors_of_its_model(tmp_path: Path, photos: Path) -> None:
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
        assert first(library, "red") == "red.png"
    with opened(tmp_path, "color-2") as library:
        library.folders.refresh().result(WAIT_S)
        assert first(library, "red") == "red.png"
        folders = sorted(one.name[9:] for one in (tmp_path / "data" / FOLDER_NAME).iterdir())
        assert folders == ["color-1", "color-2"]
        library.space.drop(["vectors:color-1"]).result(WAIT_S)
        folders = sorted(one.name[9:] for one in (tmp_path / "data" / FOLDER_NAME).iterdir())
        assert folders == ["color-2"]


def test_that_of_a_borrowed_library_is_not_believed(tmp_path: Path, photos: Path) -> None:
    paths = AppPaths.below(tmp_path / "borrowed")
    with opened(tmp_path / "borrowed") as library:
        library.folders.add(photos).result(WAIT_S)
        assert first(library, "red") == "red.png"
    assert (tmp_path / "borrowed" / "data" / FOLDER_NAME).is_dir()
    own = OwnLibraries(tmp_path / "configuration" / "libraries")
    own.admit(paths, "", trusted=True)
    assert not (paths.data / FOLDER_NAME).exists()


def test_a_catalogue_that_cannot_note_its_session_is_searched_all_the_same(
    tmp_path: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
    monkeypatch.setattr("desktop_app.library.vectors.compact.copies.begin_session", lambda _catalog: False)
    with opened(tmp_path) as library:
        assert first(library, "red") == "red.png"
        assert not (tmp_path / "data" / FOLDER_NAME).exists()
