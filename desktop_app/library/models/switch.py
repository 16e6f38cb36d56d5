"""Which model is searched with and which is being built: a switch never leaves the person without search."""

import logging
import os
import platform
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from desktop_app.library.catalog import Catalog
from desktop_app.library.catalog.notes import CHOSEN_MODEL
from desktop_app.library.errors import ModelError, ModelMissingError
from desktop_app.library.events import Listener, ModelLoading, ModelReady, ModelUnavailable
from desktop_app.library.models.clip import ClipEmbedder, measure_batch_size, model_id_of
from desktop_app.library.models.embedder import Embedder
from desktop_app.library.models.facts import InUse, ModelFacts, dimension_of, least_px_of
from desktop_app.library.models.late import LateEmbedder
from desktop_app.library.models.remembered_hashes import RememberedHashes
from desktop_app.library.models.shelf import ModelChoice, ModelShelf
from desktop_app.library.models.stores import Stores
from desktop_app.library.outside.numbers import whole_number
from desktop_app.library.vectors.late import LateVectors

logger = logging.getLogger(__name__)

_SEARCHED = "model searched with"
_CHOSEN_ID = "model id"
_SEARCHED_ID = "model id searched with"
# Measuring the best batch size takes some seconds, which fewer photos than this would not win back.
_WORTH_TUNING = 200
# More than is ever measured; a note may come from a library that somebody else made.
_MOST_AT_ONCE = 64
# Every core embeds a batch of its own while indexing. Two threads in one call wait for each other at every layer, and
# as soon as anything else runs they wait busily: measured on 2 cores beside decoding, 4 times the processor time for
# a photo, and 210-270 ms for a query instead of 115. On an idle machine a query takes 73 ms with one and 42 with two.
_THREADS_OF_A_CALL = 1


@dataclass(frozen=True, slots=True)
class ModelInUse:
    """One model with its vectors.

    Attributes:
        key: What the person chose, as `ModelShelf.find` takes it.
        choice: What the shelf says of it; None for an embedder that was handed in.
        embedder: The model; one of the shelf is loaded when it first has to embed something.
        vectors: Its vectors.
    """

    key: str
    choice: ModelChoice | None
    embedder: Embedder
    vectors: LateVectors

    @property
    def is_loaded(self) -> bool:
        """Whether the model can embed at once."""
        return not isinstance(self.embedder, LateEmbedder) or self.embedder.is_loaded

    @property
    def failed(self) -> bool:
        """Whether the model turned out to be one that cannot be loaded."""
        return isinstance(self.embedder, LateEmbedder) and self.embedder.error is not None

    def load(self) -> bool:
        """Load the model if it was not, and return whether it can be used. Any thread; the listeners were told why not."""
        if isinstance(self.embedder, LateEmbedder):
            with suppress(ModelError):
                self.embedder.loaded()
        return not self.failed

    def close(self) -> None:
        """Close store and model."""
        try:
            self.vectors.close()
        finally:
            self.embedder.close()


class ModelSwitch:
    """Says which models are used and decides which of them answers; each is loaded when it first has to embed something.

    Belongs to the writer thread, but for what any thread may read.
    """

    def __init__(
        self,
        catalog: Catalog,
        shelf: ModelShelf,
        stores: Stores,
        tell: Listener,
        searches_done: Callable[[], None],
    ) -> None:
        """Make it; nothing is opened yet.

        Args:
            catalog: Remembers the choice.
            shelf: Which models there are.
            stores: Open their vectors.
            tell: Hears what is loading, ready or missing.
            searches_done: Returns when every search that was begun has its answer, so that a model can be closed.
        """
        self._indexing: ModelInUse | None = None
        self._searching: ModelInUse | None = None
        self._catalog = catalog
        self._shelf = shelf
        self._stores = stores
        self._tell = tell
        self._searches_done = searches_done
        self._hashes = RememberedHashes(catalog)
        self._expected = 0

    @property
    def indexing(self) -> ModelInUse | None:
        """The chosen model; new photos are embedded with it. None without a usable one. Any thread."""
        return _usable(self._indexing)

    @property
    def searching(self) -> ModelInUse | None:
        """The model that answers: the chosen one once all photos have its vectors, else the one before. Any thread."""
        return _usable(self._searching)

    def open(self, reference: str | None = None, embedder: Embedder | None = None) -> None:
        """Take the chosen model, and the one before it when photos still lack the new vectors.

        A model that is chosen anew is loaded first; one that was used before is loaded when it is needed.

        Args:
            reference: Use this model from now on; None for the one chosen before, or the best there is.
            embedder: Use this in place of any model of the shelf.

        Raises:
            ModelError: The model cannot be used; what was open stays open.
            StoreError: The vector store cannot be made to work.
            DiskFullError: There is no room for it.
        """
        model = self._with_embedder(embedder) if embedder else self._chosen(reference)
        before = self._indexing
        if before is not None and before is not model and before is not self._searching:
            before.close()
        self._indexing = model
        self._note(_CHOSEN_ID, model.embedder.model_id)
        self._note(_name_note(model.embedder.model_id), model.embedder.name)
        if self.searching is None:
            self._open_previous(model)
        if not self.promote() and model.is_loaded:
            self._say_ready(model, switching=self.searching is not model)

    def promote(self) -> bool:
        """Let the chosen model answer if every photo has its vector or nothing else could answer."""
        chosen = self.indexing
        if chosen is None or self.searching is chosen:
            return False
        before = self.searching
        if before is not None and self._catalog.photos.counts(chosen.embedder.model_id).pending:
            return False
        failed, self._searching = self._searching, chosen
        self._catalog.notes.set(_SEARCHED, chosen.key)
        self._note(_SEARCHED_ID, chosen.embedder.model_id)
        if before is not None:
            self._searches_done()
            before.close()
        elif failed is not None:
            failed.close()
        if chosen.is_loaded:
            self._say_ready(chosen, switching=False)
        return True

    def facts(self) -> ModelFacts | None:
        """Return what is known of the chosen model without loading it; None without a usable one. Any thread."""
        model = self.indexing
        if model is not None:
            return ModelFacts(model.embedder.name, model.embedder.model_id, model.embedder.dimension)
        try:
            choice = self._chosen_choice()
            if choice.folder is None or not choice.ready:
                return None
            return ModelFacts(choice.title, self._model_id(choice.folder), dimension_of(choice.folder))
        except ModelError:
            return None

    def in_use(self) -> InUse:
        """Return which models are chosen or answer, opened or not. Any thread; may hash a model's weights."""
        notes, facts = self._catalog.notes, self.facts()
        ids = {notes.get(_CHOSEN_ID), notes.get(_SEARCHED_ID), facts.model_id if facts else None}
        keys = {notes.get(CHOSEN_MODEL), notes.get(_SEARCHED)}
        for model in (self.indexing, self.searching):
            if model is not None:
                ids.add(model.embedder.model_id)
                keys.add(model.key)
        with suppress(ModelError):
            keys.add(self._chosen_choice().key)
        searched = notes.get(_SEARCHED)
        if searched is not None and notes.get(_SEARCHED_ID) is None:
            # A catalogue of before: nothing was noted of it yet.
            with suppress(ModelError):
                folder = self._shelf.find(searched).folder
                ids.add(self._model_id(folder) if folder is not None else None)
        return InUse(*(frozenset(one for one in found if one is not None) for found in (ids, keys)))

    def name_of(self, model_id: str) -> str | None:
        """Return the name of a model by the name of its vectors, if it was ever opened. Any thread."""
        return self._catalog.notes.get(_name_note(model_id))

    def tune(self, photos: int = _WORTH_TUNING) -> None:
        """Use the batch size that is quickest on this machine: measured once for each model, then remembered.

        Args:
            photos: How many are about to be embedded; for a few nothing is measured.
        """
        self._expected = photos
        model = self.indexing
        if model is not None and model.is_loaded:
            embedder = model.embedder
            self._tune(embedder.loaded() if isinstance(embedder, LateEmbedder) else embedder)

    def _tune(self, embedder: Embedder) -> None:
        if self._expected < _WORTH_TUNING or not isinstance(embedder, ClipEmbedder):
            return
        note = f"batch {embedder.model_id} {platform.processor() or platform.machine()} {os.cpu_count()}"
        size = whole_number(self._catalog.notes.get(note) or "")
        if size is None or not 0 < size <= _MOST_AT_ONCE:
            size = measure_batch_size(embedder)
            self._catalog.notes.set(note, str(size))
            logger.info("batches of %s are quickest for %s", size, embedder.name)
        embedder.batch_size = size

    def close(self) -> None:
        """Close everything that is open."""
        open_now = {id(model): model for model in (self._indexing, self._searching) if model is not None}
        self._indexing = self._searching = None
        with ExitStack() as closing:
            # Each, whatever the others meet.
            for model in open_now.values():
                closing.callback(model.close)

    def _with_embedder(self, embedder: Embedder) -> ModelInUse:
        vectors = self._stores.of(embedder.model_id, embedder.dimension)
        return ModelInUse(embedder.model_id, None, embedder, vectors)

    def _chosen(self, reference: str | None) -> ModelInUse:
        if reference is None:
            return self._load(self._chosen_choice(), late=True)
        choice = self._shelf.find(reference)
        is_known = choice.key == self._catalog.notes.get(CHOSEN_MODEL) and self._indexing is None
        model = self._load(choice, late=is_known)
        self._catalog.notes.set(CHOSEN_MODEL, model.key)
        return model

    def _chosen_choice(self) -> ModelChoice:
        remembered = self._catalog.notes.get(CHOSEN_MODEL)
        choice = self._shelf.find(remembered) if remembered else self._shelf.best()
        if choice is None:
            raise ModelMissingError(
                "There is no model to understand photos with.",
                "Fetch the recommended one with “vislumbre model fetch”, or import a file.",
            )
        return choice

    def _load(self, choice: ModelChoice, *, late: bool = False) -> ModelInUse:
        """Take a model, and load it unless that may be late."""
        if choice.folder is None or not choice.ready:
            raise ModelMissingError(
                f"The model {choice.title} is not on this computer yet.",
                f"Fetch it with “vislumbre model fetch {choice.key}”, or import its file.",
            )
        for model in (self.indexing, self.searching):
            # A model that is open already has its folder locked by its own process.
            if model is not None and model.key == choice.key:
                return model
        folder, model_id = choice.folder, self._model_id(choice.folder)
        dimension = dimension_of(folder)
        embedder: Embedder
        if late and dimension:
            load = partial(self._load_told, choice, folder, model_id)
            embedder = LateEmbedder(
                load, model_id=model_id, name=choice.title, dimension=dimension, least_px=least_px_of(folder)
            )
        else:
            self._tell(ModelLoading(choice.title))
            embedder = self._loaded(choice, folder, model_id)
        return ModelInUse(choice.key, choice, embedder, self._stores.of(model_id, embedder.dimension))

    def _loaded(self, choice: ModelChoice, folder: Path, model_id: str) -> Embedder:
        return ClipEmbedder.load(folder, name=choice.title, model_id=model_id, threads=_THREADS_OF_A_CALL)

    def _load_told(self, choice: ModelChoice, folder: Path, model_id: str) -> Embedder:
        """Load a model that is needed now, on whichever thread needs it, and tell the listeners."""
        self._tell(ModelLoading(choice.title))
        try:
            embedder = self._loaded(choice, folder, model_id)
        except ModelError as error:
            logger.info("no model: %s", error)
            self._tell(ModelUnavailable(error))
            raise
        self._tune(embedder)
        answering = self._searching
        switching = answering is not None and answering.key != choice.key
        self._tell(ModelReady(choice.title, choice.built_in, switching))
        return embedder

    def _model_id(self, folder: Path) -> str:
        return model_id_of(folder, self._hashes.of)

    def _open_previous(self, chosen: ModelInUse) -> None:
        """Open the model that answered before, if the chosen one is not complete yet."""
        key = self._catalog.notes.get(_SEARCHED)
        if key in {None, chosen.key} or not self._catalog.photos.counts(chosen.embedder.model_id).pending:
            return
        try:
            self._searching = self._load(self._shelf.find(str(key)))
        except ModelError as error:
            logger.info("the model searched with before is gone: %s", error)

    def _note(self, key: str, value: str) -> None:
        if self._catalog.notes.get(key) != value:
            self._catalog.notes.set(key, value)

    def _say_ready(self, model: ModelInUse, *, switching: bool) -> None:
        built_in = model.choice is not None and model.choice.built_in
        self._tell(ModelReady(model.embedder.name, built_in, switching))


def _name_note(model_id: str) -> str:
    return f"name of {model_id}"


def _usable(model: ModelInUse | None) -> ModelInUse | None:
    return None if model is None or model.failed else model
