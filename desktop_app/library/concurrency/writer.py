"""The one thread that changes the library: it runs jobs in the order they came."""

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from desktop_app.library.errors import LibraryError

logger = logging.getLogger(__name__)

T = TypeVar("T")
_Job = Callable[[], None]


class Writer:
    """Runs jobs one after the other on a thread named ``library-writer``.

    Attributes:
        idle: Called on the thread whenever no job came for a while; does nothing until it is set.
    """

    def __init__(self, *, idle_s: float = 1.0) -> None:
        """Start the thread.

        Args:
            idle_s: Seconds between two calls of `idle`.
        """
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self.idle: Callable[[], None] = lambda: None
        self._idle_s = idle_s
        self._closed = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._work, name="library-writer")
        self._thread.start()

    def submit(self, job: Callable[[], T]) -> "Future[T]":
        """Queue a job; any thread. The future is cancelled when the writer is closed already."""
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                future.cancel()
            else:
                self._jobs.put(lambda: _run(job, future))
        return future

    @property
    def is_wanted(self) -> bool:
        """Whether a job waits, so that what is done in idle moments should end; any thread."""
        return not self._jobs.empty()

    def close(self) -> None:
        """Finish the jobs that are queued and end the thread."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._jobs.put(None)
        self._thread.join()

    def _work(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=self._idle_s)
            except queue.Empty:
                job = self.idle
            if job is None:
                return
            try:
                job()
            except Exception:
                # The outermost loop: a bug in one job must not end the writer.
                logger.exception("the library's writer met a bug")


def _run(job: Callable[[], T], future: "Future[T]") -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(job())
    except LibraryError as error:
        # Whoever waits is told; of what nobody waits for, the log knows.
        logger.info("a job of the writer has ended: %s", error)
        future.set_exception(error)
    except BaseException as error:  # noqa: BLE001 - a bug: whoever waits is told, and so is the hook, for nobody may wait
        future.set_exception(error)
        threading.excepthook(
            threading.ExceptHookArgs((type(error), error, error.__traceback__, threading.current_thread()))
        )
