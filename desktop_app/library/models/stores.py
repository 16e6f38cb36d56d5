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
from desktop_app.library.vectors.late import LateVectors
from desktop_app.library.vectors.lite.guard import set_aside, set_part_aside
from desktop_app.library.vectors.lite.lite_files import state_of
from desktop_app.library.vectors.lite.lite_store import LiteStore
from desktop_app.library.vectors.lite.server import LiteServer
from desktop_app.library.vectors.lite.shards import flushed_ids
from desktop_app.library.vectors.of_model import ModelVectors
from desktop_app.library.vectors.remote.milvus_store import MilvusStore
from desktop_app.library.vectors.remote.on_server import remove_rows, rows_of
from desktop_app.library.vectors.remote.patient import PatientVectors
from desktop_app.library.vectors.remote.whose import (
    expect_place,
    library_key,
    note_place,
    noted_place,
    place_of,
)
from desktop_app.library.vectors.schema import collection_name
from desktop_app.library.vectors.sorted_ids import without
from desktop_app.library.vectors.sync import VectorSync, clean_note, state_note
from desktop_app.library.vectors.verified import differing

logger = logging.getLogger(__name__)

# Damage in a collection that only its rows show is found in one after the other.
_MOST_DAMAGED = 16


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
        shard_ids: How many ids a collection of Milvus Lite's is for, always the same for a folder; None for what suits the
            vectors.
        network: Whether a server on another computer may be asked; asked before every call, on any thread.
        connections: Connections to a server are noted there.
    """

    folder: Path
    address: str = ""
    token: str = field(default="", repr=False)
    database: str = ""
    certificates: Certificates = NO_CERTIFICATES
    least_free_bytes: int | None = None
    shard_ids: int | None = None
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
        known = self._catalog, model_id, dimension, partial(self._opened, model_id, dimension)
        if not self._place.address:
            return LateVectors(*known)
        # A server has no start to be spared, and others may be looking at it.
        return PatientVectors(
            LateVectors(*known, waiting=1),
            lambda error: self._tell(Trouble(error)),
            is_switched_off=self._is_switched_off,
        )

    def _is_switched_off(self) -> bool:
        return not (self._place.network() or is_loopback(self._place.address))

    @property
    def place_name(self) -> str:
        """What tells this place of the library's rows from every other."""
        return self._noted_place()

    def opened(self, model_id: str, dimension: int) -> MilvusStore | LiteStore:
        """Open a model's store as it is; whoever asks closes it.

        Raises:
            StoreError: It cannot be opened.
            DiskFullError: There is no room.
        """
        return self._opener(model_id, dimension)()

    def note_moved(self, model_id: str) -> None:
        """Note that a model's rows are here, equal to the catalogue and closed in order."""
        vectors = self._catalog.vectors
        vectors.outbox_done(model_id, up_to=vectors.outbox_last())
        note_place(self._catalog, model_id, self._noted_place())
        self._catalog.notes.set(clean_note(model_id), "yes")

    def are_noted(self, model_id: str) -> bool:
        """Whether a model's rows were here when they were last equal to the catalogue's; nothing is asked."""
        return noted_place(self._catalog, model_id) == self._noted_place()

    def embedded_folder(self, model_id: str) -> Path:
        """Return the folder of a model's built-in database."""
        return self._folder(model_id)

    def reach(self) -> None:
        """Look whether the server answers; the built-in database is not looked at.

        Raises:
            StoreError: It does not.
        """
        if self._place.address:
            self.rows_on_server("")

    def rows_on_server(self, model_id: str) -> int | None:
        """Return how many rows of a model the server has; None where it never had any.

        Raises:
            StoreError: It does not answer.
        """
        place, name = self._place, self._server_name(model_id)
        return rows_of(
            place.access, collection_name(name), network=place.network, connections=place.connections
        )

    def remove_from_server(self, model_id: str) -> bool:
        """Remove a model's rows from the server; returns whether there were any.

        Raises:
            StoreError: It does not answer.
        """
        place, name = self._place, self._server_name(model_id)
        return remove_rows(
            place.access, collection_name(name), network=place.network, connections=place.connections
        )

    def _opened(self, model_id: str, dimension: int) -> VectorSync:
        """Open a store, rebuilding it, or what is damaged of it, from the catalogue."""
        for _ in range(_MOST_DAMAGED):
            try:
                return self._open_once(model_id, dimension)
            except StoreDamagedError as error:
                self._begin_anew(model_id, error)
                if not error.parts:
                    break
        return self._open_once(model_id, dimension)

    def _open_once(self, model_id: str, dimension: int) -> VectorSync:
        # Looked at before it is opened, for that may change its files.
        is_as_left = self._is_as_left(model_id)
        store, place = self._opener(model_id, dimension)(), self._noted_place()
        sync = VectorSync(
            self._catalog,
            store,
            model_id,
            restart=lambda: self._restart(store, model_id),
            heard_by=self._hear_changes,
            is_as_left=is_as_left,
            closed=lambda: self._catalog.notes.set(state_note(model_id), self._state_of(model_id) or None),
        )
        try:
            if not self.are_noted(model_id) and store.count():
                # The outbox was emptied by another store, and a vector can have changed under its number since then.
                others = differing(self._catalog, store, model_id)
                self._catalog.vectors.outbox_add(model_id, others.tolist())
            sync.reconcile()
        except BaseException:
            store.close()
            raise
        note_place(self._catalog, model_id, place)
        return sync

    def _is_as_left(self, model_id: str) -> bool:
        """Whether the files of a model's closed database are what they were when this catalogue last saw it closed."""
        state = self._state_of(model_id)
        return bool(state) and state == self._catalog.notes.get(state_note(model_id))

    def _state_of(self, model_id: str) -> str:
        """Return what the files of a model's database are known by while it is closed; empty for rows on a server."""
        if self._place.address:
            return ""
        return state_of(LiteServer(self._folder(model_id)).database)

    def _hear_changes(self, model_id: str, changes: Sequence[OutboxRow]) -> None:
        self.changed(model_id, changes)

    def _restart(self, store: MilvusStore | LiteStore, model_id: str) -> None:
        try:
            store.restart()
        except StoreDamagedError as error:
            self._begin_anew(model_id, error)
            store.restart()

    def _begin_anew(self, model_id: str, error: StoreDamagedError) -> None:
        """Keep a damaged vector database, or its damaged collections, aside and let the catalogue fill new ones."""
        if self._place.address:
            raise error
        database = LiteServer(self._folder(model_id)).database
        try:
            parts = [set_part_aside(part, database) for part in error.parts]
            aside = parts or [set_aside(database)]
        except OSError as reason:
            # A drive that is mounted there, for one.
            raise StoreUnavailableError(
                f"The damaged search index {database} cannot be set aside: {reason.strerror or reason}.",
                "Move it away yourself, then start Vislumbre again; it is built again from the catalogue.",
            ) from reason
        logger.warning("the vector database is damaged and built again; it is kept as %s: %s", aside, error)
        self._tell(Trouble(error))
        if error.parts:
            self._send_missing(model_id, database)
        else:
            self._catalog.vectors.outbox_all(model_id)

    def _send_missing(self, model_id: str, database: Path) -> None:
        """Let the catalogue send the vectors that no collection has."""
        live = self._catalog.vectors.live_ids(model_id)
        try:
            missing = without(live, flushed_ids(database, collection_name(model_id)))
        except (OSError, ValueError) as error:
            logger.warning("all vectors are sent again, for the files cannot be read: %s", error)
            missing = live
        self._catalog.vectors.outbox_add(model_id, missing.tolist())

    def _opener(self, model_id: str, dimension: int) -> Callable[[], MilvusStore | LiteStore]:
        place = self._place
        if place.address:
            name = self._server_name(model_id)
            return lambda: MilvusStore.remote(
                place.address,
                place.token,
                name,
                dimension,
                network=place.network,
                connections=place.connections,
                database=place.database,
                certificates=place.certificates,
                rows=self._catalog.vectors.live_count(model_id),
            )
        return lambda: LiteStore.open(
            self._folder(model_id),
            model_id,
            dimension,
            least_free_bytes=place.least_free_bytes,
            shard_ids=place.shard_ids,
        )

    def _server_name(self, model_id: str) -> str:
        # Several libraries may share a server, so their collections must not have one name.
        return f"{model_id} {self._library_key()}"

    def _noted_place(self) -> str:
        access = self._place.access
        return place_of(access, self._library_key() if access.address else "")

    def _library_key(self) -> str:
        return library_key(self._catalog, self._place.folder.parent)

    def _folder(self, model_id: str) -> Path:
        return self._place.folder / folder_name_of(model_id, self._catalog_id())

    def _catalog_id(self) -> str:
        return str(self._catalog.notes.get("catalog id"))
