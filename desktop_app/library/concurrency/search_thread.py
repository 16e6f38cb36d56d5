"""The one thread on which questions are answered, beside the writer."""

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

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
