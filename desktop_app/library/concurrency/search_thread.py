"""The one thread on which questions are answered, beside the writer."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")


class SearchThread:
    """Runs what it is given on a thread named ``search``, in the order it came. Any thread may give."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="search")

    def submit(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Queue a job.

        Raises:
            RuntimeError: It was closed.
        """
        return self._pool.submit(job, *args, **kwargs)

    def finish(self) -> None:
        """Return when every job that was queued until now has ended."""
        self._pool.submit(lambda: None).result()

    def close(self) -> None:
        """Drop what is queued, and return when the present job and the thread have ended."""
        self._pool.shutdown(wait=True, cancel_futures=True)
