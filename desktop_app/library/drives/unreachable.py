"""Shares and folders that stopped answering, or went, while photos were read, so that nobody looks there for each photo."""

import logging
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from desktop_app.library.concurrency.deadlines import NO_ANSWER
from desktop_app.library.folders.comparing import UnreadableFolder
from desktop_app.library.photo import NOT_THERE

log = logging.getLogger(__name__)


class Unreachable:
    """The shares and folders that stopped answering, or went, during one run of the indexer. Any thread."""

    def __init__(self, shares: Callable[[], Iterable[Path]] = lambda: ()) -> None:
        """Begin with none.

        Args:
            shares: Returns where network shares are mounted; touches none of them.
        """
        self._shares = shares
        self._lost: dict[Path, str] = {}
        self._lock = threading.Lock()

    def lose(self, photo: Path) -> None:
        """Note that a photo could not be read for its drive did not answer: its share is given up, else its folder."""
        above = [share for share in self._shares() if photo.is_relative_to(share)]
        place = max(above, key=lambda share: len(share.parts), default=photo.parent)
        with self._lock:
            if place not in self._lost:
                log.warning("%r does not answer; its photos are left for the next time", place)
            self._lost[place] = NO_ANSWER

    def lose_folder(self, folder: Path) -> None:
        """Note that a folder is not there any more, so that its photos are left for the next time: it may come back."""
        with self._lock:
            if folder not in self._lost:
                log.warning("%r is gone; its photos are left for the next time", folder)
            self._lost[folder] = NOT_THERE

    def is_lost(self, photo: Path) -> bool:
        """Return whether a photo lies in a place that was given up."""
        with self._lock:
            return any(folder in self._lost for folder in photo.parents)

    def lost(self) -> list[UnreadableFolder]:
        """Return the shares and folders that were given up, in order, and why."""
        with self._lock:
            return [UnreadableFolder(place, why) for place, why in sorted(self._lost.items())]
