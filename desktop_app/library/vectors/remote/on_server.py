"""A look at one collection on a server, without making it where it is not."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from desktop_app.library.connections import ConnectionLog
from desktop_app.library.vectors.access import Access
from desktop_app.library.vectors.connection import MilvusConnection

_CALL_S = 30.0
_LOAD_S = 600.0


def rows_of(
    access: Access, collection: str, *, network: Callable[[], bool], connections: ConnectionLog
) -> int | None:
    """Return how many rows a collection has; None where there is none of this name.

    Raises:
        StoreError: The server does not answer, or refuses.
    """
    with _connected(access, collection, network, connections) as connection:
        if not connection.call("has_collection", collection, timeout_s=_CALL_S):
            return None
        connection.call("load_collection", collection, timeout_s=_LOAD_S)
        answer = connection.call(
            "query",
            collection,
            timeout_s=_CALL_S,
            filter="",
            output_fields=["count(*)"],
            consistency_level="Strong",
        )
        return int(answer[0]["count(*)"])


def remove_rows(
    access: Access, collection: str, *, network: Callable[[], bool], connections: ConnectionLog
) -> bool:
    """Remove a collection; returns whether it was there.

    Raises:
        StoreError: The server does not answer, or refuses.
    """
    with _connected(access, collection, network, connections) as connection:
        was_there = bool(connection.call("has_collection", collection, timeout_s=_CALL_S))
        if was_there:
            connection.call("drop_collection", collection, timeout_s=_CALL_S)
        return was_there


@contextmanager
def _connected(
    access: Access, collection: str, network: Callable[[], bool], connections: ConnectionLog
) -> Iterator[MilvusConnection]:
    connection = MilvusConnection(
        access.address,
        access.token,
        network,
        connections,
        f"Milvus server, collection {collection}",
        database=access.database,
        certificates=access.certificates,
    )
    try:
        yield connection
    finally:
        connection.close()
