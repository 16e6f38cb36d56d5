"""Loads the model that will most likely answer while the rest of the engine is still being imported."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from desktop_app.library.catalog.glance import notes_at
from desktop_app.library.catalog.notes import CHOSEN_MODEL, SEARCHED, SEARCHED_ID, way_note
from desktop_app.library.catalog.schema import CATALOG_NAME
from desktop_app.library.concurrency.library_lock import locked
from desktop_app.library.errors import LibraryError, ModelError
from desktop_app.library.models.loading import Loading
from desktop_app.library.models.runtime.compiled import CompiledEmbedder
from desktop_app.library.models.runtime.graphs import Graphs
from desktop_app.library.models.runtime.ways import Way, default_way, way_named, way_of_space
from desktop_app.library.models.shelf import ModelShelf

logger = logging.getLogger(__name__)


class ModelAhead:
    """A model whose half for words is loaded on a thread of its own, for whoever opens the library to take.

    Only a guess: which model answers is found out when the library is open, and where it is another one, or this one
    could not be loaded, that is loaded as it always is. Compiling lets other threads run Python meanwhile: one search
    with ViT-B-32-256 from a cold process takes three quarters of the time on two cores.

    Attributes:
        asked: The model's folder, and how it is asked to be run.
    """

    def __init__(self, graphs: Graphs, folder: Path, way: Way) -> None:
        """Begin to load a model.

        Args:
            graphs: Of which architectures there are graphs.
            folder: The model's.
            way: How it is asked to be run.
        """
        self.asked = (folder, way)
        self._embedder: CompiledEmbedder | None = None
        self._said: list[LibraryError] = []
        self._say: Callable[[LibraryError], None] = self._said.append
        self._loading = Loading(graphs, _exported_by_nobody, self._tell)
        self._thread = threading.Thread(target=self._load, name="model ahead")
        self._thread.start()

    def take(self, folder: Path, way: Way, say: Callable[[LibraryError], None]) -> CompiledEmbedder | None:
        """Return the model as soon as it is loaded, if it is this one; None if not. Once; any thread.

        Args:
            folder: Of the model that is wanted.
            way: How it is asked to be run.
            say: Told from now on what a person should know of it, and what there was to be said before.
        """
        if (folder, way) != self.asked:
            return None
        self._thread.join()
        embedder, self._embedder = self._embedder, None
        if embedder is not None:
            self._say = say
            for error in self._said:
                say(error)
        return embedder

    def close(self) -> None:
        """Wait for the thread, and give back what nobody took."""
        self._thread.join()
        if self._embedder is not None:
            self._embedder.close()
            self._embedder = None

    def _load(self) -> None:
        folder, way = self.asked
        try:
            embedder = self._loading.open(folder, name=folder.name, model_id="", way=way)
            if isinstance(embedder, CompiledEmbedder):
                embedder.warm_up()
                self._embedder = embedder
        except LibraryError as error:
            # Whoever needs it meets the same, and says it.
            logger.info("%s is not loaded ahead: %s", folder, error)

    def _tell(self, error: LibraryError) -> None:
        self._say(error)


def model_ahead(data: Path, resources: Path, *, model: str | None, runtime: Way | None) -> ModelAhead | None:
    """Begin to load the model that answers in a library that is not open yet, by what was noted there last.

    Args:
        data: The library's folder, which may be opened: it is this person's.
        resources: Folder of what ships with the application.
        model: The model that was asked for; None for the one in use before.
        runtime: The way to run it that was asked for; None for the one that was chosen.

    Returns:
        None where it cannot be told or another process has the library, or where the model is one that torch runs, which takes seconds of Python's own time.
    """
    try:
        with locked(data):
            notes = notes_at(data / CATALOG_NAME)
    except LibraryError as error:
        # It will not be opened, and whoever asked is not to wait for a model to hear that.
        logger.info("no model is loaded ahead: %s", error)
        return None
    chosen, searched = notes.get(CHOSEN_MODEL), notes.get(SEARCHED)
    try:
        shelf = ModelShelf(data / "models", resources / "models")
        key = model or searched or chosen
        choice = shelf.find(key) if key else shelf.best()
        if choice is None or choice.folder is None:
            return None
        if runtime is not None:
            way = runtime
        elif model is not None or searched in {None, chosen}:
            way = way_named(notes.get(way_note(choice.key), "")) or default_way()
        else:
            way = way_of_space(notes.get(SEARCHED_ID, "")) or default_way()
    except ModelError as error:
        logger.info("no model is loaded ahead: %s", error)
        return None
    return None if way.engine == "torch" else ModelAhead(shelf.graphs, choice.folder, way)


def _exported_by_nobody(folder: Path) -> Path:
    raise ModelError(f"{folder.name} has no graphs yet.", "")
