"""The one thread on which questions are answered, beside the writer."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from desktop_app.library.errors import LibraryError

logger = logging.getLogger(__name__)

T = TypeVar("T")
P = ParamSpec("P")


class SearchThread:
    """Runs what it is given on a thread named ``search``, in the order it came. Any thread may give."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="search")
        self._closed = False
        self._lock = threading.Lock()

    def submit(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Queue a job. The future is cancelled when the thread is closed before the job begins, or already."""
        with self._lock:
            if not self._closed:
                return self._pool.submit(job, *args, **kwargs)
        future: Future[T] = Future()
        future.cancel()
        return future

    def do(self, job: Callable[[], object]) -> None:
        """Queue a job whose end nobody waits for. A bug in it goes to the hook of threads: no future of it is ever read."""
        self.submit(_done, job)

    def finish(self) -> None:
        """Return when every job that was queued until now has ended; after `close`, when the thread has."""
        try:
            self.submit(lambda: None).result()
        except CancelledError:
            self._pool.shutdown(wait=True)

    def close(self) -> None:
        """Drop what is queued, and return when the present job and the thread have ended."""
        with self._lock:
            self._closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)


def _done(job: Callable[[], object]) -> None:
    try:
        job()
    except (LibraryError, CancelledError) as error:
        # What it waited for was told where it went wrong, or the library is being closed.
        logger.info("work beside the questions has ended: %s", error)
    except BaseException as error:  # noqa: BLE001 - handed on
        threading.excepthook(
            threading.ExceptHookArgs((type(error), error, error.__traceback__, threading.current_thread()))
        )
