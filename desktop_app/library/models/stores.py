"""Where the vectors of each model are kept, and how their store is opened or built again."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from desktop_app.library.catalog import Catalog, OutboxRow
from desktop_app.library.connections import NO_LOG, ConnectionLog
from desktop_app.library.errors import StoreDamagedError, StoreUnavailableError
from desktop_app.library.events import Listener, Trouble
from desktop_app.library.models.facts import folder_name_of
from desktop_app.library.outside.addresses import is_loopback, shown_address
from desktop_app.library.vectors.access import NO_CERTIFICATES, Access, Certificates
from desktop_app.library.vectors.guard import set_aside
from desktop_app.library.vectors.late import LateVectors
from desktop_app.library.vectors.of_model import ModelVectors
from desktop_app.library.vectors.patient import PatientVectors
from desktop_app.library.vectors.server import LiteServer
from desktop_app.library.vectors.store import MilvusStore
from desktop_app.library.vectors.sync import VectorSync
from desktop_app.library.vectors.whose import expect_place, library_key, note_place, place_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StorePlace:
    """Where vectors are kept.

    Attributes:
        folder: Folder for Milvus Lite's databases, one below it for each model.
        address: A Milvus server used in its stead; empty for Lite.
        token: What that server wants to be told.
        database: Name of the database on that server; empty for the one every server has.
        certificates: Whom to believe on the way there.
        least_free_bytes: Write nothing with less room than this on the disk; None for the store's own judgement.
        network: Whether a server on another computer may be asked; asked before every call, on any thread.
        connections: Connections to a server are noted there.
    """

    folder: Path
    address: str = ""
    token: str = field(default="", repr=False)
    database: str = ""
    certificates: Certificates = NO_CERTIFICATES
    least_free_bytes: int | None = None
    network: Callable[[], bool] = lambda: True
    connections: ConnectionLog = NO_LOG

    @property
    def description(self) -> str:
        """The place for a person: a server's address without credentials."""
        return shown_address(self.address) if self.address else "milvus-lite"

    @property
    def access(self) -> Access:
        """How the server is reached; of an empty address for Lite."""
        return Access(self.address, self.token, self.database, self.certificates)


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

    def of(self, model_id: str, dimension: int) -> ModelVectors:
        """Return the vectors of a model; their store is opened when something has to be written, a server may be away."""
        expect_place(self._catalog, model_id, self._noted_place())
        vectors = LateVectors(self._catalog, model_id, dimension, partial(self._opened, model_id, dimension))
        if not self._place.address:
            return vectors
        return PatientVectors(
            vectors, lambda error: self._tell(Trouble(error)), is_switched_off=self._is_switched_off
        )

    def _is_switched_off(self) -> bool:
        return not (self._place.network() or is_loopback(self._place.address))

    def _opened(self, model_id: str, dimension: int) -> VectorSync:
        """Open a store, rebuilding it from the catalogue when its files are damaged."""
        open_store, place = self._opener(model_id, dimension), self._noted_place()
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
        note_place(self._catalog, model_id, place)
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
            name = f"{model_id} {self._library_key()}"
            place = self._place
            return lambda: MilvusStore.remote(
                place.address,
                place.token,
                name,
                dimension,
                network=place.network,
                connections=place.connections,
                database=place.database,
                certificates=place.certificates,
            )
        room = self._place.least_free_bytes
        return lambda: MilvusStore.lite(self._folder(model_id), model_id, dimension, least_free_bytes=room)

    def _noted_place(self) -> str:
        access = self._place.access
        return place_of(access, self._library_key() if access.address else "")

    def _library_key(self) -> str:
        return library_key(self._catalog, self._place.folder.parent)

    def _folder(self, model_id: str) -> Path:
        return self._place.folder / folder_name_of(model_id, self._catalog_id())

    def _catalog_id(self) -> str:
        return str(self._catalog.notes.get("catalog id"))
