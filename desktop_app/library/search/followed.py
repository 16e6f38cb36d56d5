"""What was read from the catalogue once, kept equal to it by following its changes instead of reading it all again."""

from collections.abc import Callable
from typing import Generic, TypeVar

from desktop_app.library.catalog import Catalog, FileChanges

T = TypeVar("T")

# Beyond this, reading all anew is no slower than following each.
_MOST_FOLLOWED = 2_000


class Followed(Generic[T]):
    """One value that is derived from all photos. Belongs to one thread."""

    def __init__(
        self, catalog: Catalog, read: Callable[[], T], follow: Callable[[T, FileChanges], T]
    ) -> None:
        """Make it; nothing is read yet.

        Args:
            catalog: What it is derived from.
            read: Derives it from everything.
            follow: Returns what `read` would, from what it returned before some changes, of which none is "everything".
                Changes that are in the value already may come once more.
        """
        self._catalog = catalog
        self._read = read
        self._follow = follow
        self._known: tuple[int, T] | None = None

    def now(self) -> T:
        """Return it as the catalogue is now.

        Raises:
            CatalogError: The catalogue cannot be read.
        """
        # Before it is read: what is written meanwhile is followed the next time.
        number = self._catalog.changes
        value = self._read() if self._known is None else self._after(*self._known)
        self._known = number, value
        return value

    def _after(self, number: int, value: T) -> T:
        changes = self._catalog.changed_since(number)
        if not changes:
            return value
        if changes.everything or len(changes.contents) > _MOST_FOLLOWED:
            return self._read()
        return self._follow(value, changes)
