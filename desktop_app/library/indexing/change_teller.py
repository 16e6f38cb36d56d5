"""Tells listeners which photos came, went or changed since they were told the last time."""

from desktop_app.library.catalog import Catalog
from desktop_app.library.events import Listener, PhotosChanged, StacksChanged


class ChangeTeller:
    """Tells listeners what changed in the catalogue since the last call. Belongs to the writer thread."""

    def __init__(self, catalog: Catalog, tell: Listener) -> None:
        """Take the catalogue as it is now for known.

        Args:
            catalog: What is written to.
            tell: Hears `PhotosChanged`.
        """
        self._catalog = catalog
        self._tell = tell
        self._told = catalog.changes

    def tell(self) -> None:
        """Tell what changed since the last call; where nothing did, nothing is told."""
        before, self._told = self._told, self._catalog.changes
        changes = self._catalog.changed_since(before)
        if changes.everything:
            self._tell(PhotosChanged(everything=True))
        elif changes.added or changes.removed or changes.changed:
            self._tell(PhotosChanged(changes.added, changes.removed, changes.changed))
        # Equal files are shown as one.
        if changes.everything or (changes.added and self._catalog.stacks.has_copies(changes.contents)):
            self._tell(StacksChanged())
