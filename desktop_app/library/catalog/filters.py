# ruff: noqa: S608 - statements are made of our own words; what was typed is bound
"""Which photos pass the filters of a query: every row is asked, so no filter ever loses one."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog.by_date import ByDate
from desktop_app.library.catalog.changes import FileChanges, places_of
from desktop_app.library.catalog.columns import Dated, in_order, numbers_of
from desktop_app.library.catalog.database import Database, number_list
from desktop_app.library.catalog.facets import read_facets
from desktop_app.library.catalog.filter_sql import Values, add_functions, starts_inside, where
from desktop_app.library.catalog.shared_sql import FIRST, IS_USABLE, RANK_MASK, RANKED
from desktop_app.library.photo import Facets
from desktop_app.library.query.filters import Filter


@dataclass(frozen=True, slots=True)
class Kept:
    """The photos that pass some filters, equal files once.

    Attributes:
        count: How many, those that could not be read included.
        content_ids: Contents of a passing file, ``(n,)`` int64, ascending; as many as were ever read.
        file_ids: The file that is shown for each of these contents, ``(n,)`` int64: of its passing files one on a
            connected drive, if there is one, and of several the one with the lowest number.
    """

    count: int
    content_ids: NDArray[np.int64]
    file_ids: NDArray[np.int64]

    def files_of(self, content_ids: Sequence[int]) -> list[int]:
        """Return the file that is shown for each of these contents, in the order asked; all of them pass."""
        places = np.searchsorted(self.content_ids, np.asarray(content_ids, dtype=np.int64))
        return [int(number) for number in self.file_ids[places]]


class FilterTable:
    """Finds photos by date, place, camera, form, rating, name and folder. Any thread.

    A filter is about files: of equal files at two places one may pass and the other not, and then that one is the
    photo.
    """

    def __init__(self, database: Database) -> None:
        """Make it on an open catalogue."""
        self._database = database
        self._by_date = ByDate(database)
        self._facet_paths: dict[bytes, Path] = {}

    def kept(self, filters: Sequence[Filter]) -> Kept:
        """Return the photos that pass every filter."""
        with filtered(self._database, filters) as (connection, source, values):
            # As two long texts: fetching 90,000 rows takes five times as long as reading their numbers from these.
            contents, files = connection.execute(
                f"SELECT GROUP_CONCAT(COALESCE(file.content_id, 0)), GROUP_CONCAT({RANKED}) FROM file {source}",
                values,
            ).fetchone()
        return _once_each(numbers_of(contents), numbers_of(files))

    def kept_after(self, before: Kept, changes: FileChanges, filters: Sequence[Filter]) -> Kept:
        """Return what `kept` would, from what it returned before some changes; reads their photos only.

        Args:
            before: What it returned.
            changes: What happened since, of which nothing is "everything".
            filters: The same as then.
        """
        touched = np.array(sorted(changes.contents), dtype=np.int64)
        with filtered(self._database, filters) as (connection, source, values):
            contents, files = connection.execute(
                f"""SELECT GROUP_CONCAT(file.content_id), GROUP_CONCAT({RANKED}) FROM file {source}
                AND file.content_id IN (SELECT value FROM json_each(?))""",
                (*values, number_list(changes.contents)),
            ).fetchone()
            (unread,) = connection.execute(
                f"SELECT COUNT(*) FROM file {source} AND file.content_id IS NULL", values
            ).fetchone()
        again = _once_each(numbers_of(contents), numbers_of(files))
        gone = places_of(touched, before.content_ids)
        stay_contents, stay_files = np.delete(before.content_ids, gone), np.delete(before.file_ids, gone)
        at = np.searchsorted(stay_contents, again.content_ids)
        content_ids = np.insert(stay_contents, at, again.content_ids)
        return Kept(unread + len(content_ids), content_ids, np.insert(stay_files, at, again.file_ids))

    def kept_by_date(self, filters: Sequence[Filter]) -> list[int]:
        """Return the numbers of photos that pass every filter, newest first; of equal files only one, as `kept` does."""
        with filtered(self._database, filters) as (connection, source, values):
            rows = connection.execute(
                # With a single MIN, SQLite takes the other columns from the row that has it.
                f"""SELECT {FIRST}, dated_at FROM file {source}
                GROUP BY COALESCE(file.content_id, -file.id) ORDER BY dated_at DESC, 1 DESC""",
                values,
            ).fetchall()
        return [number for number, _ in rows]

    def usable_dated(self, filters: Sequence[Filter] = ()) -> Dated:
        """Return the numbers of photos that pass every filter and can be used, newest first, with the date of each.

        Of equal files each is there; without filters, all that can be used: those are held, and nothing is read again but
        what changed.
        """
        if not filters:
            return self._by_date.now()
        with filtered(self._database, filters) as (connection, source, values):
            return _dated(connection, f"{source} AND {IS_USABLE}", values)

    def keep_order(self) -> None:
        """Keep the order by date for the next start; see `ByDate.keep`."""
        self._by_date.keep()

    def listed_again(self, ids: Iterable[int], filters: Sequence[Filter] = ()) -> Dated:
        """Return what `usable_dated` says of some files; reads nothing else.

        Args:
            ids: Numbers of files; unknown ones are no error.
            filters: As for `usable_dated`.
        """
        with filtered(self._database, filters) as (connection, source, values):
            return _dated(
                connection,
                f"{source} AND {IS_USABLE} AND file.id IN (SELECT value FROM json_each(?))",
                (*values, number_list(ids)),
            )

    def facets(self) -> Facets:
        """Return what the photos can be filtered by; for any number of them at once."""
        with self._database.reading() as connection:
            return read_facets(connection, self._facet_paths)


@contextmanager
def filtered(
    database: Database, filters: Sequence[Filter]
) -> Iterator[tuple[sqlite3.Connection, str, Values]]:
    """Lend a connection for one statement about the files that pass every filter.

    Yields:
        The connection, which knows the functions of the filters; what stands in the statement after ``FROM file``,
        joins and condition; and the values of its question marks.
    """
    condition, values = where(filters)
    with database.reading() as connection:
        add_functions(connection)
        joined = "LEFT JOIN content ON content.id = file.content_id"
        if "inside." in condition:
            folders = connection.execute("SELECT id, path FROM folder").fetchall()
            joined += f" LEFT JOIN {starts_inside(folders)} ON inside.folder_id = file.folder_id"
        yield connection, f"{joined} WHERE {condition}", values


def _dated(connection: sqlite3.Connection, source: str, values: Values) -> Dated:
    ids, seconds = connection.execute(
        f"SELECT GROUP_CONCAT(file.id), GROUP_CONCAT(dated_at) FROM file {source}", values
    ).fetchone()
    return in_order(numbers_of(ids), numbers_of(seconds))


def _once_each(contents: NDArray[np.int64], files: NDArray[np.int64]) -> Kept:
    # Mostly they are in order already, for most photos have one file and were read as they came.
    if (np.diff(contents) <= 0).any():
        order = np.lexsort((files, contents))
        contents, files = contents[order], files[order]
    unread = int(np.searchsorted(contents, 1))
    contents, files = contents[unread:], files[unread:]
    is_first = np.ones(len(contents), dtype=bool)
    is_first[1:] = contents[1:] != contents[:-1]
    return Kept(unread + int(is_first.sum()), contents[is_first], files[is_first] & RANK_MASK)
