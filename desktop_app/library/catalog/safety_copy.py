"""A second copy of the catalogue beside it, for the day the first one breaks."""

import logging
import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from desktop_app import own_files
from desktop_app.library.catalog.beside import COMPANIONS
from desktop_app.library.catalog.catalog import Catalog
from desktop_app.library.catalog.connecting import connect
from desktop_app.library.catalog.notes import STORE_CLEAN, STORE_STATE

logger = logging.getLogger(__name__)

COPY_NAME = "catalog-copy.db"
"""The copy's file, in the folder of the catalogue."""

# A day's work can be read again from the photos; copying 200 MB more often wears disks for nothing.
_AGE_S = 24 * 3600
# Pages copied between two looks whether somebody waits: 8 MB, some 20 ms.
_PAGES = 1024
# A copy must not be what fills the disk.
_SPARE_BYTES = 2**30
_UNFINISHED = ".part"


class SafetyCopy:
    """Keeps a copy that is at most a day older than the last change. Belongs to the writer thread."""

    def __init__(self, catalog: Catalog) -> None:
        """Make it for an open catalogue; nothing is copied yet."""
        self._catalog = catalog
        self._opened_at = catalog.changes
        self._copied_at = -1
        self._is_outdated = False
        self.path = copy_of(catalog.path)

    def outdate(self) -> None:
        """Have it made anew at the next occasion: it holds what a person wants gone."""
        self._is_outdated = self.path.exists()

    def renew(self, is_wanted: Callable[[], bool]) -> bool:
        """Copy the catalogue if the copy is a day old and something changed since; in idle moments.

        Args:
            is_wanted: Asked every few megabytes; once it says yes, the copying ends and begins anew another time.

        Returns:
            Whether a copy was made.
        """
        is_new = self._catalog.changes != self._copied_at
        if not (is_new or self._is_outdated) or not self._is_due():
            return False
        changes = self._catalog.changes
        unfinished = self.path.with_name(self.path.name + _UNFINISHED)
        try:
            if not _copied(self._catalog.path, unfinished, is_wanted):
                return False
            own_files.move(unfinished, self.path)
        except (sqlite3.Error, OSError) as error:
            # Nothing depends on it today, and tomorrow it is tried again.
            logger.warning("the catalogue could not be copied: %s", error)
            self._copied_at = changes
            self._is_outdated = False
            return False
        finally:
            unfinished.unlink(missing_ok=True)
        self._copied_at = changes
        self._is_outdated = False
        logger.info("the catalogue was copied to %s", self.path)
        return True

    def renew_at_end(self) -> None:
        """Copy the catalogue as `renew` does, if anything changed while it was open.

        A command that only asks ends when it has answered: of a million photos a copy takes seconds.
        """
        if self._is_outdated or self._catalog.changes != self._opened_at:
            self.renew(lambda: False)

    def _is_due(self) -> bool:
        try:
            size = self._catalog.path.stat().st_size
            if shutil.disk_usage(self.path.parent).free < size + _SPARE_BYTES:
                return False
            if not own_files.is_there(self.path, below=self.path.parent):
                return bool(self._catalog.folders.paths())
            if self._is_outdated:
                return True
            age_s = time.time() - self.path.lstat().st_mtime
        except OSError as error:
            logger.info("no copy of the catalogue: %s", error)
            return False
        # A clock that was put back must not end the copying for years.
        return not 0 <= age_s < _AGE_S


def copy_of(catalog: Path) -> Path:
    """Return where the copy of a catalogue is, or would be."""
    return catalog.with_name(COPY_NAME)


def _copied(source: Path, target: Path, is_wanted: Callable[[], bool]) -> bool:
    # SQLite would undo in the new file what a journal of that name says.
    for name in ("", *COMPANIONS):
        target.with_name(target.name + name).unlink(missing_ok=True)
    # Made here, so that nobody else can read it from its first moment.
    os.close(own_files.opened(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, below=target.parent))
    with closing(connect(source)) as reading, closing(connect(target)) as writing:

        def look(_status: int, remaining: int, _total: int) -> None:
            if remaining and is_wanted():
                raise _WantedElsewhereError

        try:
            reading.backup(writing, pages=_PAGES, progress=look, sleep=0.0)
        except _WantedElsewhereError:
            return False
        # A copy in the log's mode would need its companions; and it is only worth keeping if it is sound.
        writing.execute("PRAGMA journal_mode = DELETE")
        if (problem := writing.execute("PRAGMA quick_check(1)").fetchone()) != ("ok",):
            raise sqlite3.DatabaseError(f"the catalogue itself is damaged: {problem[0]}")
        # When this takes the catalogue's place, the store was told what is not here.
        for begin in (STORE_CLEAN, STORE_STATE):
            writing.execute("DELETE FROM note WHERE key GLOB ?", (f"{begin}*",))
        writing.commit()
    return True


class _WantedElsewhereError(Exception):
    """Ends a copying that is in somebody's way."""
