"""Carries the engine's events to the GUI thread, as one Qt signal; the only place where they cross."""

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

from desktop_app.library import Event, Listener


class LibraryBridge(QObject):
    """Hears the engine on its threads and repeats every event on the thread that made this object.

    Signals:
        happened(Event): One of the frozen values of the engine's events, in the order they were sent.
    """

    happened = Signal(object)
    _told = Signal(object)

    def __init__(
        self, subscribe: Callable[[Listener], Callable[[], None]], parent: QObject | None = None
    ) -> None:
        """Start listening.

        Args:
            subscribe: `PhotoLibrary.subscribe`: takes a listener, returns what ends the subscription.
            parent: Owner, as for any QObject.
        """
        super().__init__(parent)
        self._closed = False
        self._closing = threading.Lock()
        # Queued, so that a slow slot never holds up the engine and no slot runs on its threads.
        self._told.connect(self._repeat, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = subscribe(self._hear)

    def close(self) -> None:
        """Stop listening; no event is repeated after this returns. May be called twice."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
        self._unsubscribe()

    def _hear(self, event: Event) -> None:
        with self._closing:
            if not self._closed:
                self._told.emit(event)

    def _repeat(self, event: Event) -> None:
        if not self._closed:
            self.happened.emit(event)
