"""Where the vectors of each model are kept, and how their store is opened or built again."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from desktop_app.library.catalog import Catalog, OutboxRow
from desktop_app.library.connections import NO_LOG, ConnectionLog
from desktop_app.library.errors import StoreDamagedError, StoreUnavailableError
from desktop_app.library.events import Listener, Trouble
from desktop_app.library.models.facts import folder_name_of
from desktop_app.library.outside.addresses import shown_address
from desktop_app.library.vectors.guard import set_aside
from desktop_app.library.vectors.late import LateVectors
from desktop_app.library.vectors.server import LiteServer
from desktop_app.library.vectors.store import MilvusStore
from desktop_app.library.vectors.sync import VectorSync

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StorePlace:
    """Where vectors are kept.

    Attributes:
        folder: Folder for Milvus Lite's databases, one below it for each model.
        address: A Milvus server used in its stead; empty for Lite.
        token: What that server wants to be told.
        least_free_bytes: Write nothing with less room than this on the disk; None for the store's own judgement.
        network: Whether a server on another computer may be asked; asked before every call, on any thread.
        connections: Connections to a server are noted there.
    """

    folder: Path
    address: str = ""
    token: str = ""
    least_free_bytes: int | None = None
    network: Callable[[], bool] = lambda: True
    connections: ConnectionLog = NO_LOG

    @property
    def description(self) -> str:
        """The place for a person: a server's address without credentials."""
        return shown_address(self.address) if self.address else "milvus-lite"


class Stores:
    """Opens the stores of models. Belongs to the writer thread.

    Attributes:
        changed: Told of every change of a vector that is sent to a store, with the model's id.
    """

    def __init__(self, catalog: Catalog, place: StorePlace, tell: Listener) -> None:
        """Make it; nothing is opened yet.

        Args:
            catalog: Has all vectors.
            place: Where their stores are.
            tell: Hears of one that is damaged.
        """
        self.changed: Callable[[str, Sequence[OutboxRow]], None] = lambda _model, _changes: None
        self._catalog = catalog
        self._place = place
        self._tell = tell

    def of(self, model_id: str, dimension: int) -> LateVectors:
        """Return the vectors of a model. A server is asked for at once, Milvus Lite when something has to be written.

        Raises:
            StoreError: The server does not answer, or its collection cannot be used.
        """
        is_server = bool(self._place.address)
        open_store = partial(self._opened, model_id, dimension)
        vectors = LateVectors(self._catalog, model_id, dimension, open_store, stays_open=is_server)
        if is_server:
            # It may be asked by others too, who see only what it was told.
            vectors.open()
        return vectors

    def _opened(self, model_id: str, dimension: int) -> VectorSync:
        """Open a store, rebuilding it from the catalogue when its files are damaged."""
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
        return sync

    def _hear_changes(self, model_id: str, changes: Sequence[OutboxRow]) -> None:
        self.changed(model_id, changes)

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
                place.address,
                place.token,
                name,
                dimension,
                network=place.network,
                connections=place.connections,
            )
        room = self._place.least_free_bytes
        return lambda: MilvusStore.lite(self._folder(model_id), model_id, dimension, least_free_bytes=room)

    def _folder(self, model_id: str) -> Path:
        return self._place.folder / folder_name_of(model_id, self._catalog_id())

    def _catalog_id(self) -> str:
        return str(self._catalog.notes.get("catalog id"))
