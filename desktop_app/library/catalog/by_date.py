# ruff: noqa: S608 - statements are made of our own words
"""All photos in the order of their dates: read once, and from then on kept equal to the catalogue by following its changes."""

import logging
import secrets
import threading
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog.changes import FileChanges
from desktop_app.library.catalog.columns import Dated, in_order, numbers_of
from desktop_app.library.catalog.database import Database, number_list
from desktop_app.library.catalog.kept_order import note_word, read_order, write_order
from desktop_app.library.catalog.shared_sql import IS_USABLE
from desktop_app.library.errors import LibraryError

logger = logging.getLogger(__name__)

# Beyond this, reading all anew is no slower than following each.
_MOST_FOLLOWED: Final = 20_000
# By the index and in its order; as two long texts: a million rows take 0.4 s, their numbers from these less than half.
_ALL: Final = (
    f"SELECT GROUP_CONCAT(id), GROUP_CONCAT(dated_at) FROM file INDEXED BY file_by_date WHERE {IS_USABLE}"
)
_SOME: Final = f"""SELECT GROUP_CONCAT(id), GROUP_CONCAT(dated_at) FROM file
    WHERE {IS_USABLE} AND id IN (SELECT value FROM json_each(?))"""


class ByDate:
    """The photos that can be used, newest first. Any thread.

    A million are held in 16 MB; after one changed they are brought up to date in 10 ms. They are read from the file that was
    kept when the catalogue was last closed, in 20 ms; where there is none, from the index alone, in 0.2 s.
    """

    def __init__(self, database: Database) -> None:
        """Make it on a catalogue that was just opened; no photo is read yet."""
        self._database = database
        self._lock = threading.Lock()
        self._known: tuple[int, Dated] | None = None
        self._word = database.order_word

    def now(self) -> Dated:
        """Return them as the catalogue is now; the arrays are held by others too, and cannot be written to."""
        with self._lock:
            # Before it is read: what is written meanwhile is followed the next time.
            number = self._database.changes
            known = self._known or self._kept()
            listed = self._read() if known is None else self._after(*known)
            for array in listed:
                array.setflags(write=False)
            self._known = number, listed
            return listed

    def keep(self) -> None:
        """Keep them for the next start, unless what is kept is true or they would have to be read for it.

        What goes wrong is logged. For when the catalogue is closed.
        """
        try:
            with self._lock:
                if self._is_to_be_kept():
                    self._write()
        except (LibraryError, OSError) as error:
            logger.warning("the order by date is not kept: %s", error)

    def _is_to_be_kept(self) -> bool:
        if self._word is not None and not self._database.log.since(0).names_files:
            return False
        self._known = self._known or self._kept()
        return self._known is not None and _are_few(self._database.log.since(self._known[0]))

    def _write(self) -> None:
        assert self._known is not None
        # Nothing else is written meanwhile.
        with self._database.writing() as connection:
            _, listed = self._known = self._database.changes, self._after(*self._known)
            self._word = secrets.token_hex(16)
            write_order(self._database.path, self._word, listed)
            note_word(connection, self._word)

    def _kept(self) -> tuple[int, Dated] | None:
        """Return what was kept for this start; None where nothing was, or nothing that can be believed."""
        kept = None if self._word is None else read_order(self._database.path, self._word)
        if kept is None:
            self._word = None
            return None
        return 0, in_order(*kept)

    def _after(self, number: int, before: Dated) -> Dated:
        changes = self._database.log.since(number)
        if not changes.names_files:
            return before
        return self._followed(before, changes) if _are_few(changes) else self._read()

    def _read(self) -> Dated:
        ids, seconds = self._listed(_ALL)
        return in_order(np.ascontiguousarray(ids[::-1]), np.ascontiguousarray(seconds[::-1]))

    def _followed(self, before: Dated, changes: FileChanges) -> Dated:
        ids, seconds = before
        stay = ~np.isin(ids, np.fromiter(changes.files, dtype=np.int64, count=len(changes.files)))
        again = in_order(*self._listed(_SOME, number_list(changes.files)))
        return merged((ids[stay], seconds[stay]), again)

    def _listed(self, statement: str, *values: str) -> Dated:
        with self._database.reading() as connection:
            ids, seconds = connection.execute(statement, values).fetchone()
        return numbers_of(ids), numbers_of(seconds)


def _are_few(changes: FileChanges) -> bool:
    return not changes.everything and len(changes.files) <= _MOST_FOLLOWED


def merged(listed: Dated, others: Dated) -> Dated:
    """Return two lists that are in order, and have no photo in common, as one."""
    (ids, seconds), (new, at) = listed, others
    places = [_place(number, date, ids, seconds) for number, date in zip(new, at, strict=True)]
    return np.insert(ids, places, new), np.insert(seconds, places, at)


def _place(number: int, date: int, ids: NDArray[np.int64], seconds: NDArray[np.int64]) -> int:
    """Return where a photo belongs in a list."""
    # Newest first, and of one date the largest number first: so from behind both ascend.
    ascending = seconds[::-1]
    start, end = np.searchsorted(ascending, date, "left"), np.searchsorted(ascending, date, "right")
    return len(ids) - int(start + np.searchsorted(ids[::-1][start:end], number))
