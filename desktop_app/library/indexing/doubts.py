"""Photos that may be others though their size and time are the same: which are read again, and how many at a time."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from desktop_app.library.folders.comparing import FoundPhoto
from desktop_app.library.folders.sidecar_names import SidecarNames, is_sidecar

# Half a minute of a fast disk, and a few of a slow one.
_MOST_VAIN_BYTES = 8 * 10**9
_MOST_VAIN_PHOTOS = 5_000


class Doubts:
    """The photos in doubt of one refresh, read until so many were found to be what they were.

    A library that was copied to another computer, put back from a backup or given other rights is in doubt as a whole,
    and nothing in it is new; those that are not read now stay in doubt, and are read in idle moments or by the next
    refresh. Of photos that really are others all are read at once. Belongs to the writer thread.

    Attributes:
        given: The photos that were taken.
    """

    def __init__(self, photos: Iterable[FoundPhoto]) -> None:
        """Take the photos, those first that are most likely others."""
        self._left = deque(photos)
        self._vain_bytes = self._vain_photos = 0
        self.given: set[Path] = set()

    def __len__(self) -> int:
        """Return how many were not taken yet."""
        return len(self._left)

    def take(self) -> Iterator[FoundPhoto]:
        """Yield photos to read, until enough were read in vain."""
        while self._left and self._vain_bytes < _MOST_VAIN_BYTES and self._vain_photos < _MOST_VAIN_PHOTOS:
            photo = self._left.popleft()
            self.given.add(photo.path)
            yield photo

    def read_in_vain(self, photos: Collection[FoundPhoto]) -> None:
        """Note that photos were what they were, or could not be read."""
        self._vain_photos += len(photos)
        self._vain_bytes += sum(photo.size_bytes for photo in photos)

    def left(self) -> list[FoundPhoto]:
        """Return those that were not taken."""
        return list(self._left)


def named_photos(found: Iterable[FoundPhoto], named: Collection[Path]) -> frozenset[Path]:
    """Return which photos are meant where files were named: themselves, and those that a named sidecar belongs to."""
    if not named:
        return frozenset()
    beside: dict[Path, list[str]] = {}
    for path in named:
        if is_sidecar(path.name):
            beside.setdefault(path.parent, []).append(path.name)
    sidecars = {folder: SidecarNames(names) for folder, names in beside.items()}
    photos = set(named)
    for photo in found if sidecars else ():
        names = sidecars.get(photo.path.parent)
        if names is not None and names.beside(photo.path.name).names():
            photos.add(photo.path)
    return frozenset(photos)
