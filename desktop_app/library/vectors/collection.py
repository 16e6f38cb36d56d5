"""One collection kept open, through restarts of the process that serves it."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from desktop_app.library.connections import ConnectionLog
from desktop_app.library.errors import StoreDamagedError, StoreUnavailableError
from desktop_app.library.vectors import guard
from desktop_app.library.vectors.access import Access
from desktop_app.library.vectors.connection import MilvusConnection, RefusedError, describe
from desktop_app.library.vectors.lite_files import disk_full
from desktop_app.library.vectors.schema import (
    VECTOR,
    build_index,
    build_schema,
    index_profile,
    server_profile,
    unused_fields,
    vector_length,
    wrong_dimension,
)
from desktop_app.library.vectors.server import LiteServer

logger = logging.getLogger(__name__)

_CALL_S = 30.0
# Lite reads the whole collection when it is first named: 8 s for 500,000 rows.
_LOAD_S = 600.0
# A server returns at most 16,384 rows at once.
_PAGE_IDS = 16_000
_MOST_ID = 2**63 - 1


class OpenCollection:
    """A connection to one loaded collection; it knows how to open, repair, leave and find it again.

    Attributes:
        name: The collection's name.
        description: Where it is, for a person, without credentials.
        is_lite: Whether Milvus Lite answers.
        profile: How its vectors are indexed and searched.
        unused_fields: Whole numbers that every row needs beside id and vector, though nothing reads them.
    """

    def __init__(
        self,
        server: LiteServer | None,
        access: Access,
        name: str,
        *,
        dimension: int,
        data_folder: Path | None,
        network: Callable[[], bool],
        connections: ConnectionLog,
        rows: int = 0,
    ) -> None:
        """Open it; the arguments are those of `MilvusStore`.

        Raises:
            StoreError: It cannot be opened.
            DiskFullError: It cannot be opened for lack of room.
        """
        self.name = name
        self.description = "milvus-lite" if server else describe(access.address)
        self._server = server
        self._access = access
        self._dimension = dimension
        self._data_folder = data_folder
        self._network = network
        self._connections = connections
        self._rows = rows
        self.unused_fields: tuple[str, ...] = ()
        self._connection: MilvusConnection | None = None
        self._is_settled = threading.Event()
        self._open()

    def call(self, method: str, *, timeout_s: float = _CALL_S, **options: Any) -> Any:
        """Call a method on the collection, for the thread that also restarts.

        Raises:
            StoreUnavailableError: No answer in time.
            RefusedError: The answer is no.
            BrokenServerError: A flush has failed before.
        """
        return self._reach().call(method, self.name, timeout_s=timeout_s, **options)

    def ask(self, method: str, *, timeout_s: float = _CALL_S, **options: Any) -> Any:
        """Call a reading method, from any thread: waits for a restart, and asks again when one came between.

        Raises:
            StoreUnavailableError: No answer in time.
            RefusedError: The answer is no.
        """
        self._is_settled.wait(_LOAD_S)
        connection = self._reach()
        try:
            return connection.call(method, self.name, timeout_s=timeout_s, **options)
        except StoreUnavailableError:
            self._is_settled.wait(_LOAD_S)
            if self._reach() is connection:
                raise
            return self.call(method, timeout_s=timeout_s, **options)

    def all_ids(self) -> set[int]:
        """Return the ids of all rows, range by range. Slow on Lite, which reads every vector for it.

        Not by pymilvus' iterator: on a server that sends no timestamp it misses what was written just before.
        """
        return set(self.ids_between(1, _MOST_ID))

    def ids_between(self, low: int, high: int) -> list[int]:
        """Return the ids of all rows from `low` to below `high`, as `all_ids` does."""
        found: list[int] = []
        while low < high and self._ids_where(f"id >= {low} and id < {high}", 1):
            page = min(low + _PAGE_IDS, high)
            found += self._ids_where(f"id >= {low} and id < {page}", _PAGE_IDS)
            low = page
        return sorted(found)

    def drop(self) -> None:
        """Remove the collection and make it anew, empty."""
        self.call("drop_collection")
        self._prepare()

    def restart(self) -> None:
        """Kill the child without closing it, check its files and open them again.

        Raises:
            StoreError: It cannot be opened again.
        """
        self._is_settled.clear()
        try:
            self._disconnect()
            if self._server is not None:
                self._server.kill()
                self._server.start()
            self._open()
        finally:
            # Also after an error, so that a waiting search fails instead of waiting on.
            self._is_settled.set()

    def close(self, *, kill: bool) -> None:
        """Disconnect, and end the child.

        Args:
            kill: Without a flush.
        """
        self._disconnect()
        if self._server is not None:
            (self._server.kill if kill else self._server.close)()

    def _ids_where(self, condition: str, limit: int) -> list[int]:
        rows = self.call(
            "query", filter=condition, limit=limit, output_fields=["id"], consistency_level="Strong"
        )
        return [int(row["id"]) for row in rows]

    def _open(self) -> None:
        try:
            self._connect()
            try:
                self._prepare()
            except RefusedError as error:
                self._repair(error)
        except BaseException:
            self._disconnect()
            raise
        self._is_settled.set()

    def _connect(self) -> None:
        access = self._access
        if self._server is not None:
            access = Access(self._server.address, self._server.token)
        why = f"Milvus server, collection {self.name}"
        self._connection = MilvusConnection(
            access.address,
            access.token,
            self._network,
            self._connections,
            why,
            database=access.database,
            certificates=access.certificates,
        )
        self.is_lite = self._connection.is_lite
        self.profile = index_profile(is_lite=self.is_lite, folder=self._data_folder, rows=self._rows)

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _reach(self) -> MilvusConnection:
        if self._connection is None:
            raise StoreUnavailableError("The search index is not open.")
        return self._connection

    def _prepare(self) -> None:
        """Make the collection, or check that it holds vectors of our length, and load it."""
        if not self.call("has_collection", timeout_s=_LOAD_S):
            self.call(
                "create_collection",
                timeout_s=_LOAD_S,
                schema=build_schema(self._dimension),
                consistency_level="Bounded",
            )
        description = self.call("describe_collection", timeout_s=_LOAD_S)
        self.unused_fields = unused_fields(description)
        length = vector_length(description)
        if length != self._dimension:
            raise wrong_dimension(length, self._dimension)
        if not self.call("list_indexes"):
            # Just made, or its making was cut short. Waiting for the index of no rows would take 0.5 s.
            self._build_index()
        elif not self.is_lite:
            self._suit_index()
        # Lite forgets with every start that a collection was loaded.
        self.call("load_collection", timeout_s=_LOAD_S)

    def _build_index(self) -> None:
        self.call("create_index", timeout_s=_LOAD_S, index_params=build_index(self.profile), sync=False)

    def _suit_index(self) -> None:
        """Search by the index that is there, or build the one for many more rows; meanwhile the server compares them all."""
        present = str(self.call("describe_index", index_name=VECTOR).get("index_type", ""))
        self.profile = server_profile(self._rows, present)
        if self.profile.kind != present:
            logger.info("the index of %s becomes %s, for %d rows", self.name, self.profile.kind, self._rows)
            self.call("release_collection", timeout_s=_LOAD_S)
            self.call("drop_index", timeout_s=_LOAD_S, index_name=VECTOR)
            self._build_index()

    def _repair(self, error: RefusedError) -> None:
        """Try once more without the index files: a power cut can damage them, and they are made again."""
        if self._server is None or self._data_folder is None:
            raise error
        if "No space left" in error.reason:
            raise disk_full(self._data_folder) from error
        logger.warning("the search index is opened again with new index files: %s", error.reason)
        self._disconnect()
        self._server.kill()
        guard.drop_indexes(self._data_folder)
        self._server.start()
        self._connect()
        try:
            self._prepare()
        except RefusedError as again:
            raise StoreDamagedError(
                f"The search index in {self._server.folder} cannot be opened: {again.reason}",
                "It can be built again from the catalogue; no photo has to be read again.",
            ) from again
