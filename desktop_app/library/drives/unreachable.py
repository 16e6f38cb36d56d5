"""Where drives stopped to answer while photos were read, so that nobody waits there for each photo."""

import logging
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

log = logging.getLogger(__name__)


class Unreachable:
    """What is out of reach for the time of one run. Any thread."""

    def __init__(self, shares: Callable[[], Iterable[Path]] = lambda: ()) -> None:
        """Make one.

        Args:
            shares: Returns where network shares are mounted; touches none of them.
        """
        self._shares = shares
        self._lost: set[Path] = set()
        self._lock = threading.Lock()

    def lose(self, photo: Path) -> None:
        """Give a photo's share up that did not answer, or only its folder where it is on no share."""
        above = [share for share in self._shares() if photo.is_relative_to(share)]
        place = max(above, key=lambda share: len(share.parts), default=photo.parent)
        with self._lock:
            if place not in self._lost:
                log.warning("%r does not answer; its photos are left for the next time", place)
            self._lost.add(place)

    def is_lost(self, photo: Path) -> bool:
        """Answer whether a photo lies where nothing answers."""
        with self._lock:
            return not self._lost.isdisjoint(photo.parents)

    def lost(self) -> list[Path]:
        """Return the places that were given up."""
        with self._lock:
            return sorted(self._lost)
