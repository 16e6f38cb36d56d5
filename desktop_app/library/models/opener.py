"""Finds out which model is used, on the writer's thread, once, before whatever needs it."""

import logging
import threading
from concurrent.futures import Future

from desktop_app.library.concurrency.freed_memory import FreedMemory
from desktop_app.library.concurrency.writer import Writer
from desktop_app.library.errors import LibraryError, ModelError
from desktop_app.library.events import Listener, ModelUnavailable, Trouble
from desktop_app.library.models.embedder import Embedder
from desktop_app.library.models.switch import ModelSwitch

logger = logging.getLogger(__name__)


class ModelOpener:
    """Finds out which model is used when somebody first asks; it is loaded when it has to embed something. Any thread."""

    def __init__(
        self,
        writer: Writer,
        switch: ModelSwitch,
        tell: Listener,
        *,
        freed: FreedMemory,
        model: str | None = None,
        embedder: Embedder | None = None,
        notice: LibraryError | None = None,
    ) -> None:
        """Make it; nothing is opened yet.

        Args:
            writer: Whose thread opens.
            switch: Opens models with their vectors.
            tell: Hears what cannot be opened.
            freed: Told that a model is loaded.
            model: Use this model from now on; None for the one in use before.
            embedder: Use this in place of any model.
            notice: Told before anything else, once somebody listens; None for nothing.
        """
        self._writer = writer
        self._switch = switch
        self._tell = tell
        self._freed = freed
        self._model = model
        self._embedder = embedder
        self._notice = notice
        self._lock = threading.Lock()
        self._opened: Future[None] | None = None

    def open(self) -> "Future[None]":
        """Find out which model is used, or return the future of the looking that was begun.

        The future raises StoreError or DiskFullError when the vectors on a server cannot be opened; the next call tries
        again. A model that cannot be used is no error here: everything but search by meaning works without.
        """
        with self._lock:
            if self._opened is None or _failed(self._opened):
                self._opened = self._writer.submit(self._open)
            return self._opened

    def _open(self) -> None:
        if self._notice is not None:
            self._tell(Trouble(self._notice))
            self._notice = None
        self._freed.expect()
        try:
            self._switch.open(self._model, self._embedder)
        except ModelError as error:
            # No error of what was asked: everything but search by meaning works without.
            logger.info("no model: %s", error)
            self._tell(ModelUnavailable(error))
        except LibraryError as error:
            logger.warning("the vectors cannot be opened: %s", error)
            self._tell(Trouble(error))
            raise


def _failed(opened: "Future[None]") -> bool:
    """Whether it has ended badly; one that is cancelled came when the writer was closed."""
    return opened.done() and (opened.cancelled() or opened.exception() is not None)
