"""Asks drives that may never answer, and waits no longer than told."""

import threading
import time
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

NO_ANSWER = "its drive does not answer"
"""What is said of a place at which whoever looks hangs, in words that fit after its name."""

Key = TypeVar("Key", bound=Hashable)
Answer = TypeVar("Answer")


class Deadlines(Generic[Key, Answer]):
    """Runs questions side by side, each on a thread ``drive-look``. Any thread may ask.

    A share whose server is gone holds whoever looks at it for minutes or for ever, and nothing can end that. So such
    a thread is left behind: it dies with the process, and nobody waits for it a second time.
    """

    def __init__(self) -> None:
        self._open: dict[Key, _Asked[Answer]] = {}
        self._lock = threading.Lock()

    def ask(self, questions: Mapping[Key, Callable[[], Answer]], within_s: float) -> dict[Key, Answer]:
        """Return the answers that came in time; one that is still out from an earlier call is not asked for again.

        Args:
            questions: By what they are about.
            within_s: How long to wait for all of them together, from the moment each was first asked.
        """
        asked = {key: self._begin(key, question) for key, question in questions.items()}
        now = time.monotonic()
        hopeful = [asking for asking in asked.values() if asking.began_s + within_s > now]
        if hopeful:
            wait(
                [asking.future for asking in hopeful],
                max(asking.began_s for asking in hopeful) + within_s - now,
            )
        done = {key: asking for key, asking in asked.items() if asking.future.done()}
        with self._lock:
            for key, asking in done.items():
                if self._open.get(key) is asking:
                    del self._open[key]
        return {key: asking.future.result() for key, asking in done.items()}

    def promise(self, key: Key, question: Callable[[], Answer], within_s: float) -> "Future[Answer | None]":
        """Return at once the future of an answer; it brings None where none comes in time. The rest as `ask`."""
        promised: Future[Answer | None] = Future()
        wait_for_it = partial(_run, lambda: self.ask({key: question}, within_s).get(key), promised)
        threading.Thread(target=wait_for_it, name="drive-look", daemon=True).start()
        return promised

    def _begin(self, key: Key, question: Callable[[], Answer]) -> "_Asked[Answer]":
        with self._lock:
            before = self._open.get(key)
            if before is not None and not before.future.done():
                return before
            asked = self._open[key] = _Asked(Future(), time.monotonic())
        threading.Thread(target=_run, args=(question, asked.future), name="drive-look", daemon=True).start()
        return asked


@dataclass(frozen=True, slots=True)
class _Asked(Generic[Answer]):
    future: "Future[Answer]"
    began_s: float


def _run(question: Callable[[], Answer], future: "Future[Answer]") -> None:
    try:
        future.set_result(question())
    except BaseException as error:  # noqa: BLE001 - whoever asked is told
        future.set_exception(error)
