"""What has to be looked at again after some photos changed: all that may be in one stack with them, and no others."""

from collections.abc import Collection
from typing import Final

import numpy as np

from desktop_app.library.catalog import Catalog
from desktop_app.library.catalog.changes import places_of
from desktop_app.library.stacks.likeness import Numbers
from desktop_app.library.stacks.near_looks import near_to

# Looks are compared with all others: 3 ms each among a million.
_MOST: Final = 500
_MOST_FOLLOWED: Final = 2_000


class Around:
    """Finds what hangs together with some contents. Belongs to the writer thread.

    The looks of all photos are read ahead, or when they are first wanted, and held: 16 MB for a million.
    """

    def __init__(self, catalog: Catalog) -> None:
        """Make it; nothing is read yet."""
        self._catalog = catalog
        self._ids: Numbers = np.empty(0, dtype=np.int64)
        self._looks: Numbers = np.empty(0, dtype=np.int64)
        self._known_at: int | None = None

    def read_ahead(self) -> None:
        """Read the looks now, unless they were: 0.3 s for a million that nobody has to wait for in an idle moment."""
        if self._known_at is None:
            self._follow()

    def of(self, contents: Collection[int]) -> frozenset[int] | None:
        """Return some contents, and all that are linked with them by look, pixels, time or an earlier stack, however far.

        What the model sees is not asked: more are returned than are alike. So no group of like photos is returned in part.

        Returns:
            None where these are too many to be quicker than all photos.
        """
        self._follow()
        stacks = self._catalog.stacks
        known: set[int] = set()
        new = set(contents)
        while new:
            known |= new
            if len(known) > _MOST:
                return None
            near = {number for look in stacks.looks_of(new)[1].tolist() for number in self._near(look)}
            new = (near | stacks.related(new)) - known
        return frozenset(known)

    def _near(self, look: int) -> list[int]:
        found: list[int] = self._ids[near_to(look, self._looks)].tolist()
        return found

    def _follow(self) -> None:
        number = self._catalog.changes
        changes = None if self._known_at is None else self._catalog.changed_since(self._known_at)
        if changes is None or changes.everything or len(changes.contents) > _MOST_FOLLOWED:
            self._ids, self._looks = self._catalog.stacks.looks()
        elif changes.contents:
            ids, looks = self._catalog.stacks.looks_of(changes.contents)
            gone = places_of(np.array(sorted(changes.contents), dtype=np.int64), self._ids)
            stay, theirs = np.delete(self._ids, gone), np.delete(self._looks, gone)
            at = np.searchsorted(stay, ids)
            self._ids, self._looks = np.insert(stay, at, ids), np.insert(theirs, at, looks)
        self._known_at = number
