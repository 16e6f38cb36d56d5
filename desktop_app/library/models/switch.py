"""Which model is searched with and which is being built: a switch never leaves the person without search."""

import logging
import os
import platform
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from desktop_app.library.catalog import Catalog, OutboxRow
from desktop_app.library.catalog.notes import CHOSEN_MODEL
from desktop_app.library.errors import ModelError, ModelMissingError, StoreDamagedError, StoreUnavailableError
from desktop_app.library.events import Listener, ModelLoading, ModelReady, Trouble
from desktop_app.library.models.clip import ClipEmbedder, measure_batch_size, model_id_of
from desktop_app.library.models.embedder import Embedder
from desktop_app.library.models.facts import InUse, ModelFacts, dimension_of, folder_name_of
from desktop_app.library.models.files import CONFIG_NAME, needed_files, read_config
from desktop_app.library.models.shelf import ModelChoice, ModelShelf
from desktop_app.library.outside.addresses import shown_address
from desktop_app.library.outside.numbers import whole_number
from desktop_app.library.vectors.guard import set_aside
from desktop_app.library.vectors.server import LiteServer
from desktop_app.library.vectors.store import MilvusStore
from desktop_app.library.vectors.sync import VectorSync

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
class StorePlace:
    """Where vectors are kept.

    Attributes:
        folder: Folder for Milvus Lite's databases, one below it for each model.
        address: A Milvus server used in its stead; empty for Lite.
        token: What that server wants to be told.
        least_free_bytes: Write nothing with less room than this on the disk; None for the store's own judgement.
        network: Whether a server on another computer may be asked; asked before every call, on any thread.
    """

    folder: Path
    address: str = ""
    token: str = ""
    least_free_bytes: int | None = None
    network: Callable[[], bool] = lambda: True

    @property
    def description(self) -> str:
        """The place for a person: a server's address without credentials."""
        return shown_address(self.address) if self.address else "milvus-lite"


@dataclass(frozen=True, slots=True)
class ModelInUse:
    """One model with its vectors.

    Attributes:
        key: What the person chose, as `ModelShelf.find` takes it.
        choice: What the shelf says of it; None for an embedder that was handed in.
        embedder: The model.
        sync: Carries its vectors into the store.
        store: Where they are searched.
    """

    key: str
    choice: ModelChoice | None
    embedder: Embedder
    sync: VectorSync
    store: MilvusStore

    def close(self) -> None:
        """Close store and model."""
        try:
            self.sync.close()
        finally:
            self.embedder.close()


class ModelSwitch:
    """Opens models with their stores and decides which of them answers.

    Belongs to the writer thread, but for `searching` and `indexing`, which any thread may read.

    Attributes:
        indexing: The chosen model; new photos are embedded with it. None without a usable model.
        searching: The model that answers: the chosen one once all photos have its vectors, else the one before.
        vectors_changed: Told of every change of a vector that is sent to a store, with the model's id.
    """

    def __init__(
        self,
        catalog: Catalog,
        shelf: ModelShelf,
        place: StorePlace,
        tell: Listener,
        searches_done: Callable[[], None],
    ) -> None:
        """Make it; nothing is opened yet.

        Args:
            catalog: Remembers the choice.
            shelf: Which models there are.
            place: Where their vectors are.
            tell: Hears what is loading, ready or missing.
            searches_done: Returns when every search that was begun has its answer, so that a model can be closed.
        """
        self.indexing: ModelInUse | None = None
        self.searching: ModelInUse | None = None
        self.vectors_changed: Callable[[str, Sequence[OutboxRow]], None] = lambda _model, _changes: None
        self._catalog = catalog
        self._shelf = shelf
        self._place = place
        self._tell = tell
        self._searches_done = searches_done
        self._model_ids: dict[tuple[object, ...], str] = {}

    def open(self, reference: str | None = None, embedder: Embedder | None = None) -> None:
        """Open the chosen model, and the one before it when photos still lack the new vectors.

        Args:
            reference: Use this model from now on; None for the one chosen before, or the best there is.
            embedder: Use this in place of any model of the shelf.

        Raises:
            ModelError: The model cannot be used; what was open stays open.
            StoreError: The vector store cannot be made to work.
            DiskFullError: There is no room for it.
        """
        model = self._with_embedder(embedder) if embedder else self._chosen(reference)
        before = self.indexing
        if before is not None and before is not model and before is not self.searching:
            before.close()
        self.indexing = model
        self._note(_CHOSEN_ID, model.embedder.model_id)
        self._note(_name_note(model.embedder.model_id), model.embedder.name)
        if self.searching is None:
            self._open_previous(model)
        if not self.promote():
            self._say_ready(model, switching=self.searching is not model)

    def promote(self) -> bool:
        """Let the chosen model answer if every photo has its vector or nothing else could answer."""
        chosen = self.indexing
        if chosen is None or self.searching is chosen:
            return False
        before = self.searching
        if before is not None and self._catalog.photos.counts(chosen.embedder.model_id).pending:
            return False
        self.searching = chosen
        self._catalog.notes.set(_SEARCHED, chosen.key)
        self._note(_SEARCHED_ID, chosen.embedder.model_id)
        if before is not None:
            self._searches_done()
            before.close()
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
        model = self.indexing
        if photos < _WORTH_TUNING or model is None or not isinstance(model.embedder, ClipEmbedder):
            return
        note = (
            f"batch {model.embedder.model_id} {platform.processor() or platform.machine()} {os.cpu_count()}"
        )
        size = whole_number(self._catalog.notes.get(note) or "")
        if size is None or not 0 < size <= _MOST_AT_ONCE:
            size = measure_batch_size(model.embedder)
            self._catalog.notes.set(note, str(size))
            logger.info("batches of %s are quickest for %s", size, model.embedder.name)
        model.embedder.batch_size = size

    def close(self) -> None:
        """Close everything that is open."""
        open_now = {id(model): model for model in (self.indexing, self.searching) if model is not None}
        self.indexing = self.searching = None
        with ExitStack() as closing:
            # Each, whatever the others meet.
            for model in open_now.values():
                closing.callback(model.close)

    def _with_embedder(self, embedder: Embedder) -> ModelInUse:
        sync, store = self._open_store(embedder.model_id, embedder.dimension)
        return ModelInUse(embedder.model_id, None, embedder, sync, store)

    def _chosen(self, reference: str | None) -> ModelInUse:
        if reference is None:
            return self._load(self._chosen_choice())
        model = self._load(self._shelf.find(reference))
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

    def _load(self, choice: ModelChoice) -> ModelInUse:
        """Load model and store at the same time: each takes seconds of the first answer."""
        if choice.folder is None or not choice.ready:
            raise ModelMissingError(
                f"The model {choice.title} is not on this computer yet.",
                f"Fetch it with “vislumbre model fetch {choice.key}”, or import its file.",
            )
        for model in (self.indexing, self.searching):
            # A model that is open already has its folder locked by its own process.
            if model is not None and model.key == choice.key:
                return model
        self._tell(ModelLoading(choice.title))
        model_id = self._model_id(choice.folder)
        with ThreadPoolExecutor(1, thread_name_prefix="load-model") as pool:
            loading = pool.submit(
                ClipEmbedder.load,
                choice.folder,
                name=choice.title,
                model_id=model_id,
                threads=_THREADS_OF_A_CALL,
            )
            dimension = dimension_of(choice.folder)
            opened = self._open_store(model_id, dimension) if dimension else None
            try:
                embedder = loading.result()
            except ModelError:
                if opened:
                    opened[0].close()
                raise
        sync, store = opened or self._open_store(model_id, embedder.dimension)
        return ModelInUse(choice.key, choice, embedder, sync, store)

    def _model_id(self, folder: Path) -> str:
        """Return the model's id; hashing 600 MB takes a second, so it is remembered until a file changes."""
        stamps = [(folder / name).stat() for name in needed_files(read_config(folder / CONFIG_NAME))]
        key = (folder, *(stamp.st_mtime_ns for stamp in stamps), *(stamp.st_size for stamp in stamps))
        if key not in self._model_ids:
            self._model_ids[key] = model_id_of(folder)
        return self._model_ids[key]

    def _open_previous(self, chosen: ModelInUse) -> None:
        """Open the model that answered before, if the chosen one is not complete yet."""
        key = self._catalog.notes.get(_SEARCHED)
        if key in {None, chosen.key} or not self._catalog.photos.counts(chosen.embedder.model_id).pending:
            return
        try:
            self.searching = self._load(self._shelf.find(str(key)))
        except ModelError as error:
            logger.info("the model searched with before is gone: %s", error)

    def _open_store(self, model_id: str, dimension: int) -> tuple[VectorSync, MilvusStore]:
        """Open the store, rebuilding it from the catalogue when its files are damaged."""
        open_store = self._opener(model_id, dimension)
        try:
            store = open_store()
        except StoreDamagedError as error:
            self._begin_anew(model_id, error)
            store = open_store()
        sync = VectorSync(
            self._catalog,
            store,
            model_id,
            restart=lambda: self._restart(store, model_id),
            heard_by=self._hear_changes,
        )
        try:
            sync.reconcile()
        except BaseException:
            store.close()
            raise
        return sync, store

    def _hear_changes(self, model_id: str, changes: Sequence[OutboxRow]) -> None:
        self.vectors_changed(model_id, changes)

    def _restart(self, store: MilvusStore, model_id: str) -> None:
        try:
            store.restart()
        except StoreDamagedError as error:
            self._begin_anew(model_id, error)
            store.restart()

    def _begin_anew(self, model_id: str, error: StoreDamagedError) -> None:
        """Keep a damaged vector database aside and let the catalogue fill a new one."""
        if self._place.address:
            raise error
        database = LiteServer(self._folder(model_id)).database
        try:
            aside = set_aside(database)
        except OSError as reason:
            # A drive that is mounted there, for one.
            raise StoreUnavailableError(
                f"The damaged search index {database} cannot be set aside: {reason.strerror or reason}.",
                "Move it away yourself, then start Vislumbre again; it is built again from the catalogue.",
            ) from reason
        logger.warning("the vector database is damaged and built again; it is kept as %s: %s", aside, error)
        self._tell(Trouble(error))
        self._catalog.vectors.outbox_all(model_id)

    def _opener(self, model_id: str, dimension: int) -> Callable[[], MilvusStore]:
        if self._place.address:
            # Several libraries may share a server, so their collections must not have one name.
            name = f"{model_id} {self._catalog_id()}"
            place = self._place
            return lambda: MilvusStore.remote(
                place.address, place.token, name, dimension, network=place.network
            )
        room = self._place.least_free_bytes
        return lambda: MilvusStore.lite(self._folder(model_id), model_id, dimension, least_free_bytes=room)

    def _folder(self, model_id: str) -> Path:
        return self._place.folder / folder_name_of(model_id, self._catalog_id())

    def _catalog_id(self) -> str:
        return str(self._catalog.notes.get("catalog id"))

    def _note(self, key: str, value: str) -> None:
        if self._catalog.notes.get(key) != value:
            self._catalog.notes.set(key, value)

    def _say_ready(self, model: ModelInUse, *, switching: bool) -> None:
        built_in = model.choice is not None and model.choice.built_in
        self._tell(ModelReady(model.embedder.name, built_in, switching))


def _name_note(model_id: str) -> str:
    return f"name of {model_id}"
