"""What the library takes on the disk, and dropping what a person does not want."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from desktop_app import own_files
from desktop_app.library.catalog import Catalog
from desktop_app.library.concurrency.control import Control
from desktop_app.library.errors import NotDroppableError
from desktop_app.library.indexing.work import Work
from desktop_app.library.space.disk import OwnFolder
from desktop_app.library.space.forgetter import Forgetter
from desktop_app.library.space.uses import Kind, SpaceUse

logger = logging.getLogger(__name__)


class Space:
    """Says what takes space, and drops it when asked. Any thread. No photo is ever touched."""

    def __init__(
        self,
        *,
        kinds: Sequence[Kind],
        catalog: Catalog,
        forgetter: Forgetter,
        work: Work,
        control: Control,
        own: Sequence[OwnFolder],
        left: Sequence[Path] = (),
        hold: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        """Connect the kinds of things that take space with what drops them.

        Args:
            kinds: In the order they are told.
            catalog: Made smaller behind a drop.
            forgetter: Does that.
            work: Lets a drop pass what is being indexed.
            control: Tells when the library is being closed.
            own: The folders in which an earlier run may have left what was moved away to be removed.
            left: What else an earlier run did not live to remove.
            hold: Keeps other processes out while something is dropped, where the library itself does not: it is asked from
                a copy.
        """
        self._kinds = kinds
        self._catalog = catalog
        self._forgetter = forgetter
        self._work = work
        self._control = control
        self._own = own
        self._left = left
        self._hold = hold

    def uses(self) -> list[SpaceUse]:
        """Return everything that takes space; waits for the disk, for 100,000 photos some tenths of a second.

        Raises:
            LibraryError: The catalogue cannot be read.
        """
        return [use for kind in self._kinds for use in kind.uses()]

    def drop(self, keys: Sequence[str]) -> "Future[int]":
        """Drop some things for good; comes back at once. What is being indexed waits for it, and goes on behind it.

        The future brings how many bytes they took that they do not take any more. It raises NotDroppableError before anything is dropped, where
        a key is unknown or stands for what is needed; and another LibraryError where something cannot be removed: what
        was dropped until then is gone.

        Args:
            keys: Of `uses`.
        """
        return self._work.between(lambda: self._dropped_alone(keys))

    def sweep(self) -> None:
        """Remove what an earlier run moved away to be removed, or left in the middle. On the writer's thread."""
        for path in self._left:
            try:
                own_files.remove(path)
            except OSError as error:
                logger.info("%s was not removed: %s", path, error)
        for folder in self._own:
            folder.sweep()

    def _dropped_alone(self, keys: Sequence[str]) -> int:
        with self._hold():
            return self._dropped(keys)

    def _dropped(self, keys: Sequence[str]) -> int:
        measured = [(kind, use) for kind in self._kinds for use in kind.uses()]
        by_key = {use.key: (kind, use) for kind, use in measured}
        for key in keys:
            _refuse(key, by_key[key][1] if key in by_key else None)
        free = self._catalog.free_bytes()
        try:
            for kind, use in map(by_key.__getitem__, keys):
                kind.drop(use, self._is_closing())
        finally:
            if self._catalog.free_bytes() > free:
                self._forgetter.compact(self._is_closing())
        left = {use.key: use.size_bytes for use in self.uses()}
        return sum(max(by_key[key][1].size_bytes - left.get(key, 0), 0) for key in set(keys))

    def _is_closing(self) -> Callable[[], bool]:
        return lambda: self._control.ended


def _refuse(key: str, use: SpaceUse | None) -> None:
    if use is None:
        raise NotDroppableError(
            f"Nothing that takes space is called {key}.", "`vislumbre space` lists what does."
        )
    if not use.droppable:
        raise NotDroppableError(f"{use.title}: this cannot be dropped. {use.says}")
