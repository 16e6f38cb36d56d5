"""Tells a folder whose photos were deleted from a folder whose drive is not there."""

from collections.abc import Iterable
from pathlib import Path

from desktop_app.library.catalog import Catalog


class Roots:
    """Remembers on which device each chosen folder was, to recognise an empty mount point.

    A drive that is not connected often leaves an empty folder behind. Taken at its word, it would say that
    every photo was deleted.
    """

    def __init__(self, catalog: Catalog) -> None:
        """Make one that remembers in a catalogue."""
        self._catalog = catalog

    def is_there(self, folder: Path) -> bool:
        """Answer whether a folder can be listed and is not the empty place where a drive should be.

        Belongs to the writer thread: it notes the device of a folder that has something in it.
        """
        try:
            device = str(folder.stat().st_dev)
            if not folder.is_dir():
                return False
            empty = next(folder.iterdir(), None) is None
        except OSError:
            return False
        note = f"device of {folder}"
        before = self._catalog.note(note)
        if empty:
            return before is None or before == device
        if before != device:
            self._catalog.set_note(note, device)
        return True


def outermost(folders: Iterable[Path]) -> list[Path]:
    """Return folders without those that lie below another of them, in sorted order."""
    kept: list[Path] = []
    for folder in sorted(set(folders)):
        if not any(folder.is_relative_to(above) for above in kept):
            kept.append(folder)
    return kept


def nearest_present(folders: Iterable[Path], roots: Iterable[Path]) -> list[Path]:
    """Return, for folders that changed, the nearest folder above or at each that is there, within the roots.

    A folder that is gone is seen as gone only by listing the one it was in. A root that is gone stands for itself.
    Folders outside every root are left out.
    """
    known = sorted(roots)
    found = set()
    for folder in folders:
        root = next((one for one in known if folder.is_relative_to(one)), None)
        if root is None:
            continue
        there = folder
        while there != root and not there.is_dir():
            there = there.parent
        found.add(there)
    return outermost(found)
