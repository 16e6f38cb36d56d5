"""Fetches a model in the background, one at a time."""

import logging
import threading
from collections.abc import Callable

from desktop_app.library.errors import DownloadCancelledError, LibraryError
from desktop_app.library.events import DownloadFinished, Listener
from desktop_app.library.models.shelf import ModelChoice, ModelShelf

logger = logging.getLogger(__name__)


class ModelFetcher:
    """Runs downloads on a thread named ``model-download``."""

    def __init__(
        self,
        shelf: ModelShelf,
        tell: Listener,
        arrived: Callable[[ModelChoice], None],
        *,
        network: Callable[[], bool],
    ) -> None:
        """Make one; no thread runs yet.

        Args:
            shelf: Where models go.
            tell: Hears progress and the end, on the download's thread.
            arrived: Called with a model that is complete, on the download's thread.
            network: Whether a connection may be opened at all; asked at every download, on its thread.
        """
        self._shelf = shelf
        self._tell = tell
        self._arrived = arrived
        self._network = network
        self._cancelled = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def fetch(self, reference: str) -> None:
        """Begin to fetch a model, or go on with it.

        Nothing happens while one is being fetched; one that was cancelled but has not ended yet is waited for, in
        the background.
        """
        with self._lock:
            running = self._thread is not None and self._thread.is_alive()
            if running and not self._cancelled.is_set():
                return
            before = self._thread if running else None
            self._cancelled = threading.Event()
            self._thread = threading.Thread(
                target=self._run, args=(reference, self._cancelled, before), name="model-download"
            )
            self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether a model is being fetched."""
        with self._lock:
            return self._thread is not None and self._thread.is_alive()

    def cancel(self) -> None:
        """Stop the download; what has arrived is kept and continued next time."""
        with self._lock:
            self._cancelled.set()

    def close(self) -> None:
        """Stop the download and wait for its thread."""
        with self._lock:
            self._cancelled.set()
            thread = self._thread
        if thread is not None:
            thread.join()

    def _run(self, reference: str, cancelled: threading.Event, before: threading.Thread | None) -> None:
        if before is not None:
            before.join()
        try:
            choice = self._shelf.fetch(
                reference, progress=self._tell, cancelled=cancelled.is_set, network=self._network()
            )
        except DownloadCancelledError as error:
            logger.info("download stopped: %s", error)
            self._tell(DownloadFinished(reference, error))
        except LibraryError as error:
            logger.warning("download failed: %s", error)
            self._tell(DownloadFinished(reference, error))
        else:
            self._tell(DownloadFinished(choice.title))
            self._arrived(choice)
