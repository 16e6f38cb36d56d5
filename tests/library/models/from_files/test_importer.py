"""Models that a person has are copied in the background: everything else goes on, and closing does not wait for ever."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from desktop_app.library import LibraryError, ModelError, PhotoLibrary
from desktop_app.library.models.embedder import Prepared, Vectors
from desktop_app.library.models.from_files.importer import ModelImporter
from desktop_app.library.models.shelf import ModelChoice, ModelShelf
from desktop_app.paths import resources
from tests.durable import Synced
from tests.fakes import ColorEmbedder
from tests.pictures import save_colour
from tests.tiny_clip import make_tiny_clip

WAIT_S = 60


class HeldEmbedder(ColorEmbedder):
    """Embeds only when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.began, self.go_on = threading.Event(), threading.Event()

    def embed_photos(self, batch: Sequence[Prepared]) -> Vectors:
        self.began.set()
        assert self.go_on.wait(WAIT_S)
        return super().embed_photos(batch)


class HeldShelf(ModelShelf):
    """A shelf on a drive that does not answer until the test says so."""

    def __init__(self, models: Path) -> None:
        super().__init__(models, resources() / "models")
        self.began, self.go_on = threading.Event(), threading.Event()

    def import_(self, source: Path, **options: Any) -> ModelChoice:
        self.began.set()
        assert self.go_on.wait(WAIT_S)
        return super().import_(source, **options)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_clip(tmp_path_factory.mktemp("tiny") / "mine")


def test_a_model_is_imported_while_photos_are_indexed(tmp_path: Path, tiny: Path) -> None:
    save_colour(tmp_path / "photos" / "red.png", "red")
    held = HeldEmbedder()
    library = PhotoLibrary(tmp_path / "data", tmp_path / "cache", resources=resources(), embedder=held)
    try:
        indexing = library.folders.add(tmp_path / "photos")
        assert held.began.wait(WAIT_S)
        assert library.models.bring_in(tiny).result(WAIT_S).ready
        assert not indexing.done()
        held.go_on.set()
        assert indexing.result(WAIT_S).indexed == 1
    finally:
        held.go_on.set()
        library.close()


def test_what_is_no_model_is_refused_and_the_next_one_is_imported(tmp_path: Path, tiny: Path) -> None:
    importer = ModelImporter(ModelShelf(tmp_path / "models", resources() / "models"))
    refused, taken = importer.bring_in(tmp_path), importer.bring_in(tiny)
    with pytest.raises(ModelError, match="holds no weights"):
        refused.result(WAIT_S)
    assert taken.result(WAIT_S).ready
    importer.close()


def test_what_was_imported_is_on_disk_before_it_is_there(
    tmp_path: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = Synced(monkeypatch)
    importer = ModelImporter(ModelShelf(tmp_path / "models", resources() / "models"))
    folder = importer.bring_in(tiny).result(WAIT_S).folder
    importer.close()
    assert folder is not None
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) >= 2
    assert [path.name for path in files if not synced.has(path)] == []


def test_closing_stops_what_is_copied_and_leaves_nothing_of_it(tmp_path: Path, tiny: Path) -> None:
    shelf = HeldShelf(tmp_path / "models")
    importer = ModelImporter(shelf)
    first, second = importer.bring_in(tiny), importer.bring_in(tiny)
    assert shelf.began.wait(WAIT_S)
    closing = threading.Thread(target=importer.close)
    closing.start()
    assert importer._closed.wait(WAIT_S)
    shelf.go_on.set()
    closing.join(WAIT_S)
    with pytest.raises(LibraryError, match="being closed"):
        first.result(WAIT_S)
    assert second.cancelled()
    assert importer.bring_in(tiny).cancelled()
    assert list((tmp_path / "models").iterdir()) == []


def test_closing_leaves_an_import_behind_whose_drive_does_not_answer(tmp_path: Path, tiny: Path) -> None:
    shelf = HeldShelf(tmp_path / "models")
    importer = ModelImporter(shelf, patience_s=0.01)
    imported = importer.bring_in(tiny)
    assert shelf.began.wait(WAIT_S)
    importer.close()
    assert not imported.done()
    shelf.go_on.set()
    with pytest.raises(LibraryError):
        imported.result(WAIT_S)
