"""Tells listeners which photos came, went or changed since they were told the last time."""

from desktop_app.library.catalog import Catalog
from desktop_app.library.events import Listener, PhotosChanged


class ChangeTeller:
    """Remembers up to where listeners know the catalogue. Belongs to the writer thread."""

    def __init__(self, catalog: Catalog, tell: Listener) -> None:
        """Begin with the catalogue as it is now.

        Args:
            catalog: What is written to.
            tell: Hears of it.
        """
        self._catalog = catalog
        self._tell = tell
        self._told = catalog.changes

    def tell(self) -> None:
        """Tell what changed since the last call; nothing where nothing did."""
        before, self._told = self._told, self._catalog.changes
        changes = self._catalog.changed_since(before)
        if changes.everything:
            self._tell(PhotosChanged(everything=True))
        elif changes.added or changes.removed or changes.changed:
            self._tell(PhotosChanged(changes.added, changes.removed, changes.changed))
