"""One collection on a server kept open, through lost connections."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from desktop_app.library.connections import ConnectionLog
from desktop_app.library.errors import StoreUnavailableError
from desktop_app.library.vectors.access import Access
from desktop_app.library.vectors.connection import MilvusConnection, describe
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

logger = logging.getLogger(__name__)

_CALL_S = 30.0
# Lite reads the whole collection when it is first named: 8 s for 500,000 rows.
_LOAD_S = 600.0
# A server returns at most 16,384 rows at once.
_PAGE_IDS = 16_000
_MOST_ID = 2**63 - 1


class OpenCollection:
    """A connection to one loaded collection; it knows how to open, leave and find it again.

    Attributes:
        name: The collection's name.
        description: Where it is, for a person, without credentials.
        is_lite: Whether Milvus Lite answers.
        profile: How its vectors are indexed and searched.
        unused_fields: Whole numbers that every row needs beside id and vector, though nothing reads them.
    """

    def __init__(
        self,
        access: Access,
        name: str,
        *,
        dimension: int,
        network: Callable[[], bool],
        connections: ConnectionLog,
        rows: int = 0,
    ) -> None:
        """Open it.

        Args:
            access: How the server is reached.
            name: The collection's.
            dimension: Length of its vectors.
            network: Whether a server on another computer may be asked; asked before every call.
            connections: Every connection is noted there.
            rows: How many it holds or will hold; chooses its index.

        Raises:
            StoreError: It cannot be opened.
        """
        self.name = name
        self.description = describe(access.address)
        self._access = access
        self._dimension = dimension
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
        """Connect again.

        Raises:
            StoreError: It cannot be opened again.
        """
        self._is_settled.clear()
        try:
            self._disconnect()
            self._open()
        finally:
            # Also after an error, so that a waiting search fails instead of waiting on.
            self._is_settled.set()

    def close(self) -> None:
        """Disconnect."""
        self._disconnect()

    def _ids_where(self, condition: str, limit: int) -> list[int]:
        rows = self.call(
            "query", filter=condition, limit=limit, output_fields=["id"], consistency_level="Strong"
        )
        return [int(row["id"]) for row in rows]

    def _open(self) -> None:
        try:
            self._connect()
            self._prepare()
        except BaseException:
            self._disconnect()
            raise
        self._is_settled.set()

    def _connect(self) -> None:
        access = self._access
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
        self.profile = index_profile(is_lite=self.is_lite, folder=None, rows=self._rows)

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
        """Search by the index that is there, or build the one for many more rows; meanwhile the server asks one of its own."""
        present = str(self.call("describe_index", index_name=VECTOR).get("index_type", ""))
        self.profile = server_profile(self._rows, present)
        if self.profile.kind != present:
            logger.info("the index of %s becomes %s, for %d rows", self.name, self.profile.kind, self._rows)
            self.call("release_collection", timeout_s=_LOAD_S)
            self.call("drop_index", timeout_s=_LOAD_S, index_name=VECTOR)
            self._build_index()
