"""Which model is searched with and which is being built: a switch never leaves the person without search."""

import logging
import os
import platform
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path

from desktop_app.library.catalog import Catalog
from desktop_app.library.catalog.notes import CHOSEN_MODEL, SEARCHED, SEARCHED_ID, way_note
from desktop_app.library.errors import ModelError, ModelMissingError
from desktop_app.library.events import Listener, ModelLoading, ModelReady, ModelUnavailable
from desktop_app.library.models.bench.noted import NotedFigures
from desktop_app.library.models.embedder import ANYTHING, Embedder
from desktop_app.library.models.facts import InUse, ModelFacts, dimension_of, least_px_of
from desktop_app.library.models.in_use import ModelInUse, usable
from desktop_app.library.models.late import LateEmbedder
from desktop_app.library.models.loading import Loading
from desktop_app.library.models.reference.clip import ClipEmbedder, measure_batch_size, model_id_of
from desktop_app.library.models.remembered_hashes import RememberedHashes
from desktop_app.library.models.runtime.compiled import CompiledEmbedder
from desktop_app.library.models.runtime.ways import Way, default_way, way_named, way_of_space, why_not
from desktop_app.library.models.shelf import ModelChoice, ModelShelf
from desktop_app.library.models.stores import Stores
from desktop_app.library.outside.numbers import whole_number

logger = logging.getLogger(__name__)

_CHOSEN_ID = "model id"
# Measuring the best batch size takes some seconds, which fewer photos than this would not win back.
_WORTH_TUNING = 200
# Fewer are embedded in less time than two loadings of the half for words take, which goes for more.
_MANY = 32
# More than is ever measured; a note may come from a library that somebody else made.
_MOST_AT_ONCE = 64
# Loading the half for pictures again takes less than a second; the sooner it goes, the sooner its memory is free.
_IDLE_S = 30.0


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
        *,
        loading: Loading,
        runtime: Way | None = None,
    ) -> None:
        """Make it; nothing is opened yet.

        Args:
            catalog: Remembers the choice.
            shelf: Which models there are.
            stores: Open their vectors.
            tell: Hears what is loading, ready or missing.
            searches_done: Returns when every search that was begun has its answer, so that a model can be closed.
            loading: Opens a model's files.
            runtime: Run every model this way, whatever was chosen; the choice stays.
        """
        self._indexing: ModelInUse | None = None
        self._searching: ModelInUse | None = None
        self._catalog = catalog
        self._shelf = shelf
        self._stores = stores
        self._tell = tell
        self._searches_done = searches_done
        self._loading = loading
        self._runtime = runtime
        self._hashes = RememberedHashes(catalog)
        self._expected = 0

    @property
    def indexing(self) -> ModelInUse | None:
        """The chosen model; new photos are embedded with it. None without a usable one. Any thread."""
        return usable(self._indexing)

    @property
    def searching(self) -> ModelInUse | None:
        """The model that answers: the chosen one once all photos have its vectors, else the one before. Any thread."""
        return usable(self._searching)

    def open(
        self,
        reference: str | None = None,
        embedder: Embedder | None = None,
        way: Way | None = None,
        *,
        is_tried: bool = False,
    ) -> None:
        """Take the chosen model, and the one before it when photos still lack the new vectors.

        A model that is chosen anew is loaded first; one that was used before is loaded when it is needed.

        Args:
            reference: Use this model from now on; None for the one chosen before, or the best there is.
            embedder: Use this in place of any model of the shelf.
            way: Run the model this way from now on; None for the way chosen before, or the usual one.
            is_tried: Whether it was seen that the model can be run this way here, so that it is loaded when it is needed.

        Raises:
            ModelError: The model cannot be used; what was open stays open.
            StoreError: The vector store cannot be made to work.
            DiskFullError: There is no room for it.
        """
        model = self._with_embedder(embedder) if embedder else self._chosen(reference, way, is_tried=is_tried)
        before = self._indexing
        if before is not None and before is not model and before is not self._searching:
            before.close()
        self._indexing = model
        self._catalog.notes.set(_CHOSEN_ID, model.embedder.model_id)
        self._catalog.notes.set(_name_note(model.embedder.model_id), model.embedder.name)
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
        self._catalog.notes.set(SEARCHED, chosen.key)
        self._catalog.notes.set(SEARCHED_ID, chosen.embedder.model_id)
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
            choice = self.chosen_choice()
            if choice.folder is None or not choice.ready:
                return None
            space = self.way_of(choice.key).space_of(self._model_id(choice.folder))
            return ModelFacts(choice.title, space, dimension_of(choice.folder))
        except ModelError:
            return None

    def in_use(self) -> InUse:
        """Return which models are chosen or answer, opened or not. Any thread; may hash a model's weights."""
        notes, facts = self._catalog.notes, self.facts()
        ids = {notes.get(_CHOSEN_ID), notes.get(SEARCHED_ID), facts.model_id if facts else None}
        keys = {notes.get(CHOSEN_MODEL), notes.get(SEARCHED)}
        for model in (self.indexing, self.searching):
            if model is not None:
                ids.add(model.embedder.model_id)
                keys.add(model.key)
        with suppress(ModelError):
            keys.add(self.chosen_choice().key)
        searched = notes.get(SEARCHED)
        if searched is not None and notes.get(SEARCHED_ID) is None:
            # A catalogue of before: nothing was noted of it yet.
            with suppress(ModelError):
                folder = self._shelf.find(searched).folder
                ids.add(self._model_id(folder) if folder is not None else None)
        return InUse(*(frozenset(one for one in found if one is not None) for found in (ids, keys)))

    def name_of(self, model_id: str) -> str | None:
        """Return the name of a model by the name of its vectors, if it was ever opened. Any thread."""
        return self._catalog.notes.get(_name_note(model_id))

    def way_of(self, key: str) -> Way:
        """Return how a model is run: as this run was asked to, as was chosen for it, or the usual way. Any thread."""
        noted = self._catalog.notes.get(way_note(key))
        return self._runtime or (way_named(noted) if noted else None) or default_way()

    def ways_now(self) -> tuple[Way | None, Way | None]:
        """Return how the chosen model and the one that answers are run, as far as one of the shelf is. Any thread."""
        chosen, answering = self.indexing, self.searching
        if chosen is None:
            with suppress(ModelError):
                return self._possible_way(self.way_of(self.chosen_choice().key)), None
            return None, None
        return self._way_now(chosen), None if answering is None else self._way_now(answering)

    def _way_now(self, model: ModelInUse) -> Way | None:
        if model.choice is None or model.way is not None:
            return model.way
        chosen = self.way_of(model.key)
        # The chosen way is that of the space that is built; the one that answers may still be another.
        exact = chosen if chosen.is_exact else default_way()
        return self._possible_way(way_of_space(model.embedder.model_id) or exact)

    @staticmethod
    def _possible_way(way: Way) -> Way:
        """Return a way, or the one that runs the model in its stead because it cannot be taken here."""
        return default_way() if why_not(way) else way

    def is_way_chosen(self, key: str) -> bool:
        """Whether somebody, or a measurement, chose the way in which a model is run."""
        return self._runtime is not None or self._catalog.notes.get(way_note(key)) is not None

    def exact_id_of(self, choice: ModelChoice) -> str:
        """Return the name of a model's exact space; hashes its weights if they were not before. Any thread.

        Raises:
            ModelError: It is not there.
        """
        assert choice.folder is not None
        return self._model_id(choice.folder)

    def chosen_choice(self) -> ModelChoice:
        """Return the model that is chosen, or the best there is. Any thread.

        Raises:
            ModelError: There is none.
        """
        remembered = self._catalog.notes.get(CHOSEN_MODEL)
        choice = self._shelf.find(remembered) if remembered else self._shelf.best()
        if choice is None:
            raise ModelMissingError(
                "There is no model to understand photos with.",
                "Fetch the recommended one with “vislumbre model fetch”, or import a file.",
            )
        return choice

    @property
    def expects_photos(self) -> bool:
        """Whether many photos were last said to come, for which there is to be room. Any thread."""
        return self._expected >= _MANY

    def expect_photos(self, photos: int) -> None:
        """Have models make room for photos that are about to be embedded, or measured for; not for a few.

        Args:
            photos: How many.
        """
        self._expected = photos
        if self.expects_photos:
            for model in (self.indexing, self.searching):
                if model is not None:
                    model.make_room()

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
        if isinstance(embedder, CompiledEmbedder) and self._indexing is not None:
            noted = NotedFigures(self._catalog.notes.get, self._catalog.notes.set).of(self._indexing.key)
            figures = noted.get(embedder.way.name)
            embedder.batch_size = figures.batch if figures else embedder.batch_size
        if self._expected < _WORTH_TUNING or not isinstance(embedder, ClipEmbedder):
            return
        note = f"batch {embedder.model_id} {platform.processor() or platform.machine()} {os.cpu_count()}"
        size = whole_number(self._catalog.notes.get(note) or "")
        if size is None or not 0 < size <= _MOST_AT_ONCE:
            size = measure_batch_size(embedder)
            self._catalog.notes.set(note, str(size))
            logger.info("batches of %s are quickest for %s", size, embedder.name)
        embedder.batch_size = size

    def rest(self, idle_s: float = _IDLE_S) -> bool:
        """Put away the halves of models that had nothing to do for so many seconds; return whether there was one."""
        rested = [model.rest(idle_s) for model in (self.indexing, self.searching) if model is not None]
        return any(rested)

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

    def _chosen(self, reference: str | None, way: Way | None, *, is_tried: bool) -> ModelInUse:
        choice = self.chosen_choice() if reference is None else self._shelf.find(reference)
        chosen, noted = way or self.way_of(choice.key), self._catalog.notes.get(CHOSEN_MODEL)
        is_known = self._indexing is None and chosen == self.way_of(choice.key)
        is_late = is_tried or (is_known and (reference is None or choice.key == noted))
        model = self._load(choice, chosen, late=is_late)
        if reference is not None:
            self._catalog.notes.set(CHOSEN_MODEL, model.key)
        if way is not None:
            self._catalog.notes.set(way_note(choice.key), way.name)
        return model

    def _load(self, choice: ModelChoice, way: Way, *, late: bool = False) -> ModelInUse:
        """Take a model, and load it unless that may be late."""
        if choice.folder is None or not choice.ready:
            raise ModelMissingError(
                f"The model {choice.title} is not on this computer yet.",
                f"Fetch it with “vislumbre model fetch {choice.key}”, or import its file.",
            )
        folder, model_id = choice.folder, self._model_id(choice.folder)
        space, dimension = way.space_of(model_id), dimension_of(folder)
        for model in (self.indexing, self.searching):
            # A model that is open already has its folder locked by its own process.
            if model is not None and (model.key, model.embedder.model_id) == (choice.key, space):
                return model
        loaded = partial(self._loading.open, folder, name=choice.title, model_id=model_id, way=way)
        embedder: Embedder
        if late and dimension:
            load = partial(self._load_told, choice, loaded)
            embedder = LateEmbedder(
                load,
                model_id=space,
                name=choice.title,
                dimension=dimension,
                least_px=least_px_of(folder),
                failed=lambda error: self._tell(ModelUnavailable(error)),
            )
        else:
            self._tell(ModelLoading(choice.title))
            embedder = loaded()
            # A model that cannot embed is found out now, while another one still answers.
            embedder.embed_text([ANYTHING])
            if isinstance(embedder, CompiledEmbedder):
                embedder.expect_photos()
        return ModelInUse(choice.key, choice, embedder, self._stores.of(space, embedder.dimension))

    def _load_told(self, choice: ModelChoice, loaded: Callable[[], Embedder]) -> Embedder:
        """Load a model that is needed now, on whichever thread needs it, and tell the listeners."""
        self._tell(ModelLoading(choice.title))
        try:
            embedder = loaded()
        except ModelError as error:
            logger.info("no model: %s", error)
            raise
        self._tune(embedder)
        answering = self._searching
        switching = answering is not None and answering.embedder.model_id != embedder.model_id
        self._tell(ModelReady(choice.title, choice.built_in, switching))
        return embedder

    def _model_id(self, folder: Path) -> str:
        return model_id_of(folder, self._hashes.of)

    def _open_previous(self, chosen: ModelInUse) -> None:
        """Open the model that answered before, if the chosen one is not complete yet."""
        notes, space = self._catalog.notes, chosen.embedder.model_id
        key, before = notes.get(SEARCHED), notes.get(SEARCHED_ID)
        is_same = key == chosen.key and before in {None, space}
        if key is None or is_same or not self._catalog.photos.counts(space).pending:
            return
        way = (way_of_space(before) if before else None) or default_way()
        try:
            previous = self._load(self._shelf.find(key), way)
        except ModelError as error:
            logger.info("the model searched with before is gone: %s", error)
            return
        if before in {None, previous.embedder.model_id}:
            self._searching = previous
        elif previous is not chosen:
            # Other weights lie in its place, or they cannot be run in its way here: no photo has their vectors.
            logger.info("the model searched with before is another one now")
            previous.close()

    def _say_ready(self, model: ModelInUse, *, switching: bool) -> None:
        built_in = model.choice is not None and model.choice.built_in
        self._tell(ModelReady(model.embedder.name, built_in, switching))


def _name_note(model_id: str) -> str:
    return f"name of {model_id}"
