"""Copies models that a person has into the library, and out of it, in the background, one at a time."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from desktop_app.library.models.shelf import ModelChoice, ModelShelf

logger = logging.getLogger(__name__)

# A piece is copied in less; whoever needs longer hangs on a drive that is gone.
_PATIENCE_S = 5.0


class ModelImporter:
    """Runs imports on a thread ``model-import``, so that indexing and everything else goes on meanwhile. Any thread."""

    def __init__(self, shelf: ModelShelf, patience_s: float = _PATIENCE_S) -> None:
        """Make it; no thread runs yet.

        Args:
            shelf: Where models go.
            patience_s: So long `close` waits for a drive that does not answer.
        """
        self._shelf = shelf
        self._patience_s = patience_s
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._last: threading.Thread | None = None

    def bring_in(self, source: Path, architecture: str = "") -> "Future[ModelChoice]":
        """Copy a model's folder or file behind those that were asked for before; comes back at once.

        The future raises as `ModelShelf.import_`; it is cancelled when the importer is closed before its turn.
        """
        return self._in_turn(
            lambda: self._shelf.import_(source, architecture=architecture, is_wanted=self._is_wanted)
        )

    def write_out(self, reference: str, target: Path) -> "Future[ModelChoice]":
        """Write a model for other programs, in its turn; comes back at once. The future raises as `ModelShelf.write_out`."""
        return self._in_turn(lambda: self._shelf.write_out(reference, target, is_wanted=self._is_wanted))

    def close(self) -> None:
        """Stop at the next piece of a file, and wait for that; one that hangs is left behind."""
        with self._lock:
            self._closed.set()
            last = self._last
        if last is not None:
            last.join(self._patience_s)
            if last.is_alive():
                logger.warning("an import is left behind: its drive does not answer")

    def _is_wanted(self) -> bool:
        return not self._closed.is_set()

    def _in_turn(self, work: Callable[[], ModelChoice]) -> "Future[ModelChoice]":
        future: Future[ModelChoice] = Future()
        with self._lock:
            if self._closed.is_set():
                future.cancel()
                return future
            # A drive that hangs holds its thread for ever: it must not hold the end of the program.
            self._last = threading.Thread(
                target=self._run, args=(work, future, self._last), name="model-import", daemon=True
            )
            self._last.start()
        return future

    def _run(
        self,
        work: Callable[[], ModelChoice],
        future: "Future[ModelChoice]",
        before: threading.Thread | None,
    ) -> None:
        if before is not None:
            before.join()
        if self._closed.is_set():
            future.cancel()
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - whoever waits is told, of a bug too
            future.set_exception(error)
