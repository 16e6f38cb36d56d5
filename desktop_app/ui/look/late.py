"""Parts of the window that are made when they are first wanted."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Generic, TypeVar

Part = TypeVar("Part")


class Late(Generic[Part]):
    """A part that nobody sees yet: made at the first call, then the same each time. GUI thread.

    Who fills it or hears it says so with `when_made`, at any time, and waits for nothing.
    """

    def __init__(self, make: Callable[[], Part]) -> None:
        """Remember how it is made; `make` imports what only that part needs."""
        self._make = make
        self._made: Part | None = None
        self._waiting: list[Callable[[Part], object]] = []

    def __call__(self) -> Part:
        """Return the part, made now if it was not there."""
        if self._made is None:
            self._made = self._make()
            waiting, self._waiting = self._waiting, []
            with ExitStack() as meeting:
                # Each in its turn, whatever the others meet.
                for meet in reversed(waiting):
                    meeting.callback(meet, self._made)
        return self._made

    def made(self) -> Part | None:
        """Return the part if it is there."""
        return self._made

    def when_made(self, meet: Callable[[Part], object]) -> None:
        """Call this with the part: now if it is there, else as soon as it is."""
        if self._made is None:
            self._waiting.append(meet)
        else:
            meet(self._made)
