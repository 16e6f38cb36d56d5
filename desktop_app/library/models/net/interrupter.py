"""Ends connections that were given up: by the person, or for a host that takes too long over an answer."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

_ASK_EVERY_S = 0.1


class Interrupter:
    """Ends connections within a moment of being cancelled, also one that has fallen silent. A context manager.

    A thread of its own (`download-cancel`) asks `cancelled`; a blocked read then ends as if the line had dropped. The
    same happens to a host that keeps a connection from falling silent, byte by byte, and never comes to an end.
    """

    def __init__(self, cancelled: Callable[[], bool], patience_s: float) -> None:
        """Make it; the thread runs between entering and leaving.

        Args:
            cancelled: Asked several times a second.
            patience_s: So long after `alive` a connection is ended.
        """
        self._cancelled = cancelled
        self._patience_s = patience_s
        self._sockets: list[socket.socket] = []
        self._alive = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="download-cancel", daemon=True)

    def opened(self, connection: socket.socket) -> None:
        """Take care of one more connection."""
        self.alive()
        self._sockets.append(connection)

    def alive(self) -> None:
        """Note that the host has just sent something of use."""
        self._alive = time.monotonic()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_ASK_EVERY_S):
            if self._cancelled() or time.monotonic() - self._alive > self._patience_s:
                for connection in tuple(self._sockets):
                    # It may have been closed already. Not SSLSocket.shutdown, which pulls the session from under the
                    # thread that reads.
                    with suppress(OSError):
                        socket.socket.shutdown(connection, socket.SHUT_RDWR)
