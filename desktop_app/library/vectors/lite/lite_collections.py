"""The collections of one model in our child process: made, loaded and released as they are needed, through its restarts."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from desktop_app.library.errors import StoreDamagedError, StoreUnavailableError
from desktop_app.library.vectors.connection import MilvusConnection, RefusedError
from desktop_app.library.vectors.lite import guard, lite_files
from desktop_app.library.vectors.lite.server import LiteServer
from desktop_app.library.vectors.lite.shards import Shards
from desktop_app.library.vectors.schema import (
    build_index,
    build_schema,
    index_profile,
    unused_fields,
    vector_length,
    wrong_dimension,
)

logger = logging.getLogger(__name__)

T = TypeVar("T")

_CALL_S = 30.0
_LOAD_S = 600.0
MOST_LOADED = 4
"""How many collections are in memory at once; each takes 200 MB, rows and index."""


@dataclass(slots=True)
class _Open:
    """A connection, and what was done through it.

    Attributes:
        connection: To the child.
        unused_fields: Of each collection that may be written to, the whole numbers that its rows need and nothing reads.
        loaded: Collections that may be searched, the one that was used last at the end.
    """

    connection: MilvusConnection
    unused_fields: dict[str, tuple[str, ...]] = field(default_factory=dict)
    loaded: list[str] = field(default_factory=list)


class LiteCollections:
    """A connection to the collections of one model; it knows how to open, repair, leave and find them again.

    Attributes:
        shards: Which there are.
        profile: How vectors are indexed and searched.
    """

    def __init__(self, server: LiteServer, shards: Shards, dimension: int) -> None:
        """Connect to a child that runs, and make the first collection or check its vectors' length.

        Raises:
            StoreError: It cannot be opened.
            DiskFullError: It cannot be opened for lack of room.
        """
        self.shards = shards
        self.profile = index_profile(is_lite=True, folder=server.database)
        self._server = server
        self._dimension = dimension
        self._now: _Open | None = None
        self._damaged: dict[str, str] = {}
        self._is_settled = threading.Event()
        self._preparing = threading.Lock()
        # A search over more collections than may be loaded loads one after the other.
        self._searching = threading.Lock()
        self._open()

    def call(self, method: str, collection: str, *, timeout_s: float = _CALL_S, **options: Any) -> Any:
        """Call a method on a collection.

        Raises:
            StoreUnavailableError: No answer in time.
            RefusedError: The answer is no.
            BrokenServerError: A flush has failed before.
        """
        return self._reach().connection.call(method, collection, timeout_s=timeout_s, **options)

    def asked(self, ask: Callable[[], T]) -> T:
        """Ask something from any thread: waits for a restart, and asks again when one came between.

        Raises:
            StoreUnavailableError: No answer in time.
            RefusedError: The answer is no.
        """
        self._is_settled.wait(_LOAD_S)
        now = self._reach()
        try:
            return ask()
        except StoreUnavailableError:
            self._is_settled.wait(_LOAD_S)
            if self._reach() is now:
                raise
            return ask()

    def ready(self, collection: str) -> tuple[str, ...]:
        """Make a collection if it is not there, so that it can be written to; nothing of it is read.

        Returns:
            Whole numbers that every row needs beside id and vector, though nothing reads them.

        Raises:
            StoreDimensionError: It holds vectors of another length.
            StoreDamagedError: It cannot be opened.
            StoreError: No answer, or it cannot be made.
            DiskFullError: It cannot be made for lack of room.
        """
        now = self._reach()
        with self._preparing:
            if collection not in now.unused_fields:
                was_there = (self.shards.database / "collections" / collection).exists()
                try:
                    now.unused_fields[collection] = self._prepare(collection)
                except RefusedError as error:
                    self._refuse_without_room(error)
                    if not was_there:
                        raise
                    raise self._damage(collection, error) from error
            return now.unused_fields[collection]

    def each_loaded(self, wanted: Sequence[str], ask: Callable[[str], T]) -> dict[str, T]:
        """Ask something of each wanted collection while its rows are in memory, and return the answers.

        At most four stay there; a search over more reads each anew.

        Raises:
            StoreDamagedError: One cannot be read.
            StoreError: No answer, or the answer is no.
            DiskFullError: There is no room for an index.
        """
        with self._searching:
            now = self._reach()
            answers: dict[str, T] = {}
            # What is loaded comes first, before it has to go.
            for collection in sorted(wanted, key=lambda name: name not in now.loaded):
                self._load(now, collection, most=MOST_LOADED)
                answers[collection] = ask(collection)
            return answers

    def drop(self, collection: str) -> None:
        """Remove a collection with all its rows.

        Raises:
            StoreError: No answer.
        """
        now = self._reach()
        self.call("drop_collection", collection, timeout_s=_LOAD_S)
        now.unused_fields.pop(collection, None)
        if collection in now.loaded:
            now.loaded.remove(collection)
        self.shards.look_again()

    def restart(self, *, meanwhile: Callable[[], None] = lambda: None, kill: bool = True) -> None:
        """End the child, check its files and open them again.

        Args:
            meanwhile: Done while it does not run.
            kill: Without a flush.

        Raises:
            StoreError: It cannot be opened again.
        """
        self._is_settled.clear()
        try:
            self.close(kill=kill)
            meanwhile()
            self.shards.look_again()
            if damaged := dict(self._damaged):
                self._damaged.clear()
                raise self._told(damaged)
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
        now, self._now = self._now, None
        if now is not None:
            now.connection.close()
        (self._server.kill if kill else self._server.close)()

    def _open(self) -> None:
        self.shards.look_again()
        self._now = _Open(MilvusConnection(self._server.address, self._server.token))
        try:
            self.ready(self.shards.first())
        except BaseException:
            now, self._now = self._now, None
            now.connection.close()
            raise
        self._is_settled.set()

    def _reach(self) -> _Open:
        if self._now is None:
            raise StoreUnavailableError("The search index is not open.")
        return self._now

    def _prepare(self, collection: str) -> tuple[str, ...]:
        if not self.call("has_collection", collection, timeout_s=_LOAD_S):
            guard.drop_unmade(self.shards.database / "collections" / collection)
            self.call(
                "create_collection",
                collection,
                timeout_s=_LOAD_S,
                schema=build_schema(self._dimension),
                consistency_level="Bounded",
            )
        description = self.call("describe_collection", collection, timeout_s=_LOAD_S)
        length = vector_length(description)
        if length != self._dimension:
            raise wrong_dimension(length, self._dimension)
        if not lite_files.has_index(self.shards.database, collection):
            # Just made, or its making was cut short. Waiting for the index of no rows would take 0.5 s.
            index = build_index(self.profile)
            self.call("create_index", collection, timeout_s=_LOAD_S, index_params=index, sync=False)
            # One without an index counts as loaded, and would read and index what is written to it.
            self.call("release_collection", collection, timeout_s=_LOAD_S)
        return unused_fields(description)

    def _load(self, now: _Open, collection: str, *, most: int) -> None:
        """Bring the rows of a collection and their index into memory, and let go of others."""
        self.ready(collection)
        if collection in now.loaded:
            return
        while len(now.loaded) >= most:
            now.connection.call("release_collection", now.loaded.pop(0), timeout_s=_LOAD_S)
        try:
            now.connection.call("load_collection", collection, timeout_s=_LOAD_S)
        except RefusedError as error:
            self._refuse_without_room(error)
            # A power cut can damage index files, and they are made again.
            logger.warning("the search index is opened again with new index files: %s", error.reason)
            guard.drop_indexes(self.shards.database / "collections" / collection)
            try:
                now.connection.call("load_collection", collection, timeout_s=_LOAD_S)
            except RefusedError as again:
                raise self._damage(collection, again) from again
        now.loaded.append(collection)

    def _refuse_without_room(self, error: RefusedError) -> None:
        if "No space left" in error.reason:
            raise lite_files.disk_full(self.shards.database) from error

    def _damage(self, collection: str, error: RefusedError) -> StoreDamagedError:
        """Remember what cannot be read until the next start, and return the error."""
        self._damaged[collection] = error.reason
        return self._told({collection: error.reason})

    def _told(self, damaged: dict[str, str]) -> StoreDamagedError:
        return StoreDamagedError(
            f"The search index in {self._server.folder} cannot be opened: {next(iter(damaged.values()))}",
            "It can be built again from the catalogue; no photo has to be read again.",
            parts=[self.shards.database / "collections" / name for name in damaged],
        )
