"""The hashes of weights, read once for each file and remembered in the catalogue."""

import hashlib
import os
import time
from pathlib import Path

from desktop_app.library.catalog import Catalog
from desktop_app.library.errors import LibraryError
from desktop_app.library.models.files import sha256_of

# A file that is written twice within one tick of the file system's clock looks as it did; FAT's takes 2 s.
_TICK_NS = 2_000_000_000


class RememberedHashes:
    """Knows the SHA-256 of weights without reading 600 MB at each start. Any thread.

    A hash is believed as long as path, size, times of writing and of change, inode and device are what they were when the
    file was read. Whoever puts another file in its place changes one of them, also with the time of writing put back;
    what touches them and no byte (a backup, chmod) costs one reading more. A file that has just been written is read
    each time. A library that comes from elsewhere cannot know these figures.
    """

    def __init__(self, catalog: Catalog) -> None:
        """Make it; nothing is read yet.

        Args:
            catalog: Remembers them.
        """
        self._catalog = catalog
        self._known: dict[tuple[Path, str], str] = {}

    def of(self, path: Path) -> str:
        """Return the hash of a file, in hex.

        Raises:
            ModelMissingError: It cannot be read.
        """
        stamp, is_old = _stamp(path)
        if stamp is None:
            return sha256_of(path)
        key = (path, stamp)
        if key not in self._known:
            note = f"hash of {hashlib.sha256(os.fsencode(path)).hexdigest()}"
            before, _, known = (self._catalog.notes.get(note) or "").rpartition(" ")
            if before != stamp:
                known = sha256_of(path)
                is_whole = _stamp(path)[0] == stamp
                if not (is_old and is_whole):
                    return known
                self._remember(note, f"{stamp} {known}")
            self._known[key] = known
        return self._known[key]

    def _remember(self, note: str, text: str) -> None:
        try:
            self._catalog.notes.set(note, text)
        except LibraryError:
            # A disk that is full costs the next start a second.
            return


def _stamp(path: Path) -> tuple[str | None, bool]:
    """Return what tells one state of a file from another, None without the file; and whether it has been so for a while."""
    try:
        status = path.stat()
    except OSError:
        return None, False
    parts = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev)
    newest = max(status.st_mtime_ns, status.st_ctime_ns)
    return "-".join(map(str, parts)), newest < time.time_ns() - _TICK_NS
