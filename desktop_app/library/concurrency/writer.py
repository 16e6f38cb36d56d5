"""The one thread that changes the library: it runs jobs in the order they came."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, TypeVar

from desktop_app.library.errors import LibraryError

logger = logging.getLogger(__name__)

T = TypeVar("T")
_Job = Callable[[], None]

# An idle moment that took so long had something to do, and may have more; one that finds nothing takes 1 to 3 ms.
_WORKED_S: Final = 0.02
# Looking each second whether there is anything to do took 0.16 % of a core, two thirds of all that a window at rest took.
_LONGEST_PAUSE_S: Final = 5.0
_GROWTH: Final = 1.5


class IdlePauses:
    """How long to wait for a job before the next idle moment: the longer, the more of them found nothing to do.

    Attributes:
        seconds: The pause before the next one.
    """

    def __init__(self, shortest_s: float, longest_s: float) -> None:
        """Begin with the shortest."""
        self.seconds = shortest_s
        self._shortest_s = shortest_s
        self._longest_s = max(shortest_s, longest_s)

    def worked(self) -> None:
        """Begin anew: a job was done, after which there may be something for an idle moment."""
        self.seconds = self._shortest_s

    def was_idle(self, took_s: float) -> None:
        """Take down how long an idle moment took."""
        if took_s >= _WORKED_S:
            self.worked()
        else:
            self.seconds = min(self._longest_s, _GROWTH * self.seconds)


class Writer:
    """Runs jobs one after the other on a thread named ``library-writer``.

    Attributes:
        idle: Called on the thread whenever no job came for a while; does nothing until it is set.
    """

    def __init__(self, *, idle_s: float = 1.0, longest_idle_s: float = _LONGEST_PAUSE_S) -> None:
        """Start the thread.

        Args:
            idle_s: Seconds between two calls of `idle`, after a job and while they have something to do.
            longest_idle_s: Seconds between two calls after many that had nothing to do.
        """
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self.idle: Callable[[], None] = lambda: None
        self._pauses = IdlePauses(idle_s, longest_idle_s)
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
                job, is_idle = self._jobs.get(timeout=self._pauses.seconds), False
            except queue.Empty:
                job, is_idle = self.idle, True
            if job is None:
                return
            began_s = time.monotonic()
            try:
                job()
            except Exception:
                # The outermost loop: a bug in one job must not end the writer.
                logger.exception("the library's writer met a bug")
            if is_idle:
                self._pauses.was_idle(time.monotonic() - began_s)
            else:
                self._pauses.worked()


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
