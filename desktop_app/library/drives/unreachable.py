"""Shares and folders that stopped answering while photos were read, so that nobody waits there for each photo."""

import logging
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

log = logging.getLogger(__name__)


class Unreachable:
    """The shares and folders that stopped answering during one run of the indexer. Any thread."""

    def __init__(self, shares: Callable[[], Iterable[Path]] = lambda: ()) -> None:
        """Begin with none.

        Args:
            shares: Returns where network shares are mounted; touches none of them.
        """
        self._shares = shares
        self._lost: set[Path] = set()
        self._lock = threading.Lock()

    def lose(self, photo: Path) -> None:
        """Note that a photo could not be read for its drive did not answer: its share is given up, else its folder."""
        above = [share for share in self._shares() if photo.is_relative_to(share)]
        place = max(above, key=lambda share: len(share.parts), default=photo.parent)
        with self._lock:
            if place not in self._lost:
                log.warning("%r does not answer; its photos are left for the next time", place)
            self._lost.add(place)

    def is_lost(self, photo: Path) -> bool:
        """Return whether a photo lies in a place that stopped answering."""
        with self._lock:
            return not self._lost.isdisjoint(photo.parents)

    def lost(self) -> list[Path]:
        """Return the shares and folders that were given up, in order."""
        with self._lock:
            return sorted(self._lost)
