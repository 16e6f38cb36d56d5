"""The compact copies of vectors that questions are answered from."""

from collections.abc import Callable, Sequence
from typing import Final

from desktop_app.library.errors import LibraryError
from desktop_app.library.space.uses import SpaceUse
from desktop_app.library.vectors.compact.copies import VectorCopies

_COPIES: Final = "copies"


class CopiesKind:
    """Copies of every model on disk, together; nothing where there are none."""

    def __init__(self, copies: VectorCopies) -> None:
        """Say what has them."""
        self._copies = copies

    def uses(self) -> Sequence[SpaceUse]:
        """Measure them."""
        extent = self._copies.extent()
        if not extent.size_bytes:
            return ()
        return (
            SpaceUse(
                _COPIES,
                "Compact copies of vectors",
                "Photos are found in them quickly, however many there are.",
                extent.vectors,
                extent.size_bytes,
                "They are made again from the catalogue for the next search, which waits some seconds.",
            ),
        )

    def drop(self, use: SpaceUse, stopped: Callable[[], bool]) -> None:
        """Remove them."""
        del use, stopped
        try:
            self._copies.drop_all()
        except OSError as error:
            raise LibraryError(
                f"{error.filename} cannot be removed: {error.strerror or error}.",
                "Check that its disk may be written.",
            ) from error
