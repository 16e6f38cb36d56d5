"""Takes out of a listing what the catalogue remembers just so, a folder at a time, so that little is left to compare.

Of a million photos that are as they were, no more than a folder's rows are in memory at once.
"""

import os
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from desktop_app.library.folders.comparing import FoundPhoto, Stamp, StampRow, key_of
from desktop_app.library.folders.listed_folder import ListedFolder


@dataclass(slots=True)
class KnownFolder:
    """What the catalogue remembers of one folder.

    Attributes:
        rows: Size, times and so on of each file directly in it, by its name; times as they are kept, which may be text.
        inodes: The numbers of their entries, the same way.
        below: Names of the folders in it in which, or below which, files are known.
    """

    rows: dict[str, StampRow] = field(default_factory=dict)
    inodes: dict[str, int] = field(default_factory=dict)
    below: list[str] = field(default_factory=list)

    def stamp(self, name: str) -> Stamp:
        """Return the stamp of a file."""
        return stamp_of_row(self.rows[name], self.inodes[name])


class Unchanged:
    """The photos of a listing that are just as the catalogue remembers them; whatever is odd about one, it is none of these.

    Filled by the listing's thread, and read when that has ended.

    Attributes:
        count: How many there are.
        differing: Path and stamp of each other file that is known in a folder that was listed, by the path's `key_of`.
    """

    def __init__(
        self,
        known_in: Callable[[Path], KnownFolder] = lambda _folder: KnownFolder(),
        apart: Collection[Path] = (),
    ) -> None:
        """Begin with none.

        Args:
            known_in: Returns what the catalogue remembers of a folder.
            apart: Folders none of whose photos is taken for unchanged: somebody heard of files in them.
        """
        self.count = 0
        self.differing: dict[str, tuple[str, Stamp]] = {}
        self._known_in = known_in
        self._apart = frozenset(apart)
        # Of each folder that was listed, the names that are known there and are not as they were.
        self._others: dict[str, frozenset[str]] = {}
        self._known_below: list[str] = []

    def __contains__(self, known: Path) -> bool:
        """Tell whether a photo that the catalogue knows is one of them."""
        others = self._others.get(str(known.parent))
        return others is not None and known.name not in others

    def rest_of(self, listed: ListedFolder) -> list[FoundPhoto]:
        """Take a folder's unchanged photos, and return the others."""
        folder = str(listed.path)
        known = self._known_in(listed.path)
        self._known_below += [os.path.join(folder, name) for name in known.below]  # noqa: PTH118  # for thousands
        is_apart = listed.path in self._apart
        if known.rows == listed.rows and not listed.stills and not is_apart:
            self._others[folder] = frozenset()
            self.count += len(listed.rows)
            return []
        same = () if is_apart else self._same(listed, known)
        self.count += len(same)
        self._others[folder] = frozenset(known.rows.keys() - same)
        for name in self._others[folder]:
            path = os.path.join(folder, name)  # noqa: PTH118
            self.differing[key_of(path)] = path, known.stamp(name)
        return listed.photos_of(name for name in listed.rows if name not in same)

    def unseen(self, top: Path) -> Iterator[Path]:
        """Yield folders that were not listed, among them all that hold known files, or below which some lie.

        Args:
            top: Where the listing began.
        """
        return (Path(folder) for folder in (str(top), *self._known_below) if folder not in self._others)

    def has_seen(self, folder: str) -> bool:
        """Tell whether a folder was listed."""
        return folder in self._others

    @staticmethod
    def _same(listed: ListedFolder, known: KnownFolder) -> set[str]:
        rows, films = listed.rows, listed.stills
        return {name for name, row in known.rows.items() if rows.get(name) == row and name not in films}


def stamp_of_row(row: StampRow, inode: int) -> Stamp:
    """Return a row of the catalogue, and the number of its entry, as a stamp."""
    size, mtime_ns, beside, changed_ns, passing = row
    return Stamp(size, int(mtime_ns), beside, int(changed_ns), int(inode), passing != 0)
