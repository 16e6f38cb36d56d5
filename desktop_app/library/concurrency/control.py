"""How callers on other threads pause, hold, resume and stop the writer's present work."""

import threading
from collections.abc import Callable


class Control:
    """What the person and the computer want of the work; the work asks at every photo. Any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._paused = self._stopped = self._ended = False
        self._held = ""
        self._observer: Callable[[], None] = lambda: None

    @property
    def paused(self) -> bool:
        """Whether work waits for `resume`."""
        return self._paused

    @property
    def held(self) -> str:
        """What indexing waits for, as given to `hold`; empty when for nothing."""
        return self._held

    @property
    def rests(self) -> bool:
        """Whether indexing waits, for whatever."""
        return self._paused or bool(self._held)

    @property
    def stopped(self) -> bool:
        """Whether the present work was asked to end."""
        return self._stopped

    @property
    def ended(self) -> bool:
        """Whether all work was asked to end, for the library is being closed."""
        return self._ended

    def observe(self, observer: Callable[[], None]) -> None:
        """Call `observer` after every change of what work waits for, on the thread that changes; one at a time."""
        self._observer = observer

    def pause(self) -> None:
        """Let the work wait at its next photo."""
        self._wait_for(paused=True)

    def resume(self) -> None:
        """Let it go on, unless something holds it."""
        self._wait_for(paused=False)

    def hold(self, reason: str) -> None:
        """Let indexing wait at its next photo, or go on when the reason is empty; listing is not held."""
        self._wait_for(held=reason)

    def stop(self) -> None:
        """End the present work at its next photo; what was written stays."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def end(self) -> None:
        """Stop for good: later work ends before its first photo."""
        self._ended = True
        self.stop()

    def renew(self) -> None:
        """Forget an earlier `stop`, before new work begins."""
        with self._changed:
            self._stopped = self._ended

    def wait(self, *, listing: bool = False) -> bool:
        """Block while paused or held; answer whether to go on. For the working threads.

        Args:
            listing: Wait for a person's pause only: listing costs little, and what it finds is worth knowing.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or not (self._paused if listing else self.rests))
            return not self._stopped

    def _wait_for(self, *, paused: bool | None = None, held: str | None = None) -> None:
        with self._changed:
            before = self._paused, self._held
            self._paused = self._paused if paused is None else paused
            self._held = self._held if held is None else held
            changed = before != (self._paused, self._held)
            self._changed.notify_all()
        if changed:
            self._observer()
