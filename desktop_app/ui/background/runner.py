"""Runs a function on a pool and delivers its result on the GUI thread, unless it is outdated by then."""

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from desktop_app.library import LibraryError

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Arrival:
    """What one piece of work came to; travels from its thread to the GUI thread."""

    channel: str
    generation: int
    deliver: Callable[[], None]


class Background(QObject):
    """Keeps slow work off the GUI thread; every callback runs on the thread that made this object.

    A channel is a line of questions of which only the newest answer matters: a newer one outdates the
    older ones, whose answers and errors are dropped on arrival. Without a channel nothing is dropped.

    A `LibraryError` goes to `failed`. Anything else is a bug: it is raised again on the GUI thread, where the
    hook of uncaught errors hears it. A cancelled future delivers nothing. What is outdated does not even say that it ended.
    """

    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None, *, threads: int = 2) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="background")
        self._generations: dict[str, int] = {}
        self._closed = False
        self._closing = threading.Lock()
        self._arrived.connect(self._hand_over, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        function: Callable[[], Result],
        deliver: Callable[[Result], None],
        failed: Callable[[LibraryError], None] | None = None,
        *,
        ended: Callable[[], None] | None = None,
        channel: str = "",
        may_hang: bool = False,
    ) -> None:
        """Call `function` on a pool thread, then `deliver` with its result; see `await_future`. GUI thread.

        Args:
            function: The work.
            deliver: Takes its result.
            failed: As for `await_future`.
            ended: The same.
            channel: See the class.
            may_hang: It looks at a place whose drive may never answer: it gets a thread of its own, ``look``, which
                neither keeps other work waiting nor is waited for by `close`.
        """
        if not self._closed:
            future = _apart(function) if may_hang else self._pool.submit(function)
            self.await_future(future, deliver, failed, ended=ended, channel=channel)

    def await_future(
        self,
        future: Future[Result],
        deliver: Callable[[Result], None],
        failed: Callable[[LibraryError], None] | None = None,
        *,
        ended: Callable[[], None] | None = None,
        channel: str = "",
    ) -> None:
        """Deliver the result of work that runs elsewhere already. GUI thread.

        Args:
            future: The work.
            deliver: Takes its result.
            failed: Takes its `LibraryError`; None where one would be a bug.
            ended: Called before these, and where a bug or a cancellation ended the work; for what is only true
                while it is under way.
            channel: See the class.
        """
        generation = self._generations[channel] = self._generations.get(channel, 0) + 1

        def send(done: Future[Result]) -> None:
            def hand_over() -> None:
                if ended is not None:
                    ended()
                _settle(done, deliver, failed)

            self._send(_Arrival(channel, generation, hand_over))

        future.add_done_callback(send)

    def outdate(self, channel: str) -> None:
        """Drop whatever is still under way on this channel. GUI thread."""
        self._generations[channel] = self._generations.get(channel, 0) + 1

    def close(self) -> None:
        """End the threads; what has not begun is not done, what has not been delivered never is."""
        with self._closing:
            self._closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _send(self, arrival: _Arrival) -> None:
        # On the worker's thread. The lock keeps the signal from a QObject that is going away.
        with self._closing:
            if not self._closed:
                self._arrived.emit(arrival)

    def _hand_over(self, arrival: _Arrival) -> None:
        outdated = arrival.channel and arrival.generation != self._generations.get(arrival.channel)
        if not self._closed and not outdated:
            arrival.deliver()


def _apart(function: Callable[[], Result]) -> Future[Result]:
    """Call a function on a thread that dies with the process."""
    future: Future[Result] = Future()

    def work() -> None:
        try:
            future.set_result(function())
        except BaseException as error:  # noqa: BLE001 - raised again where the result is taken
            future.set_exception(error)

    threading.Thread(target=work, name="look", daemon=True).start()
    return future


def _settle(
    done: Future[Result], deliver: Callable[[Result], None], failed: Callable[[LibraryError], None] | None
) -> None:
    """Give a finished future's result or error to whom it concerns."""
    try:
        result = done.result()
    except CancelledError:
        return
    except LibraryError as error:
        if failed is None:
            raise
        failed(error)
        return
    deliver(result)
