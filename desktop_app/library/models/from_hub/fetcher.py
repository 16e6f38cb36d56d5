"""Fetches a model in the background, one at a time."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future

from desktop_app.library.errors import DownloadCancelledError, LibraryError
from desktop_app.library.events import DownloadFinished, Listener
from desktop_app.library.models.from_hub.offer import Line, ModelOffer
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
        self._closed = threading.Event()
        self._looking: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def fetch(self, wanted: str | ModelOffer) -> None:
        """Begin to fetch a model, or go on with it: one of the catalogue, or one that was looked up.

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
                target=self._run, args=(wanted, self._cancelled, before), name="model-download"
            )
            self._thread.start()

    def look_up(self, reference: str) -> "Future[ModelOffer]":
        """Ask what a repository offers; comes back at once. The future raises as `Offers.look_up`."""
        future: Future[ModelOffer] = Future()

        def run() -> None:
            line = Line(lambda _progress: None, self._closed.is_set, self._network())
            try:
                future.set_result(self._shelf.offers.look_up(reference, line))
            except BaseException as error:  # noqa: BLE001 - whoever waits is told, of a bug too
                future.set_exception(error)

        with self._lock:
            if self._closed.is_set():
                future.cancel()
                return future
            thread = threading.Thread(target=run, name="model-look-up")
            self._looking = [one for one in self._looking if one.is_alive()] + [thread]
            thread.start()
        return future

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
        """Stop the download, and what is looked up, and wait for their threads."""
        with self._lock:
            self._closed.set()
            self._cancelled.set()
            threads = [*self._looking, *([self._thread] if self._thread else [])]
        for thread in threads:
            thread.join()

    def _run(
        self, wanted: str | ModelOffer, cancelled: threading.Event, before: threading.Thread | None
    ) -> None:
        if before is not None:
            before.join()
        reference = wanted.title if isinstance(wanted, ModelOffer) else wanted
        try:
            choice = self._fetched(wanted, cancelled.is_set)
        except DownloadCancelledError as error:
            logger.info("download stopped: %s", error)
            self._tell(DownloadFinished(reference, error))
        except LibraryError as error:
            logger.warning("download failed: %s", error)
            self._tell(DownloadFinished(reference, error))
        else:
            self._tell(DownloadFinished(choice.title))
            self._arrived(choice)

    def _fetched(self, wanted: str | ModelOffer, is_cancelled: Callable[[], bool]) -> ModelChoice:
        network = self._network()
        if isinstance(wanted, str):
            return self._shelf.fetch(wanted, progress=self._tell, cancelled=is_cancelled, network=network)
        folder = self._shelf.offers.fetch(wanted, Line(self._tell, is_cancelled, network))
        return self._shelf.find(str(folder))
