# ruff: noqa: S608 - statements are made of our own words; what was typed is bound
"""Which photos have which words of a description in their name, folders, tags or caption."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog.columns import numbers_of, path_from_blob
from desktop_app.library.catalog.database import Database, number_list
from desktop_app.library.catalog.figures import Kind, figures_of
from desktop_app.library.catalog.filters import FilterTable, Kept, filtered
from desktop_app.library.catalog.folders import write_words
from desktop_app.library.catalog.held_words import HeldWords, WordFiles
from desktop_app.library.catalog.photos import photos_where
from desktop_app.library.catalog.words import RULES, queries_for_words, query_for
from desktop_app.library.outside.numbers import whole_number
from desktop_app.library.photo import Photo
from desktop_app.library.query.filters import Filter

# What the rules are noted by that words were cut by: their version, and while they are written anew the last file done.
_NOTE: Final = "rules of words"
# So many photos are written in one transaction: a tenth of a second.
_BATCH: Final = 2_000
# So many numbers for each content with a vector, and it is looked up: after years the numbers of a few may be high.
_SPARSE: Final = 64


@dataclass(frozen=True, slots=True)
class NamedWord:
    """One word, and the photos that have it.

    Attributes:
        word: In small letters.
        count: How many files of the whole library have it; of a word that is not listed, for too many have it, some more
            than it might be listed with.
        of: How many files there are.
        file_ids: Those of them that pass the filters, ``(n,)`` int64, ascending; none where it was not asked for.
        content_ids: The content of each; 0 for a file without a vector.
    """

    word: str
    count: int
    of: int
    file_ids: NDArray[np.int64]
    content_ids: NDArray[np.int64]


class WordTable:
    """Photos by the words of their names, folders, tags and captions. Any thread."""

    def __init__(self, database: Database) -> None:
        """Make it on an open catalogue."""
        self._database = database
        self._is_renewed = False
        self._held = HeldWords(database)
        # The last such contents, and whether each number is among them: 1 ms of a million in place of 4 for each word.
        self._live: tuple[NDArray[np.int64], NDArray[np.bool_]] | None = None

    def renew(self, is_wanted: Callable[[], bool]) -> None:
        """Write the words of photos anew that an earlier version cut by other rules; once for each version of them.

        Only where names, tags or captions go beyond ASCII, which every version has cut alike.

        Args:
            is_wanted: Asked between batches; where it says so the rest is done by the next call, or after the next start.
        """
        if not self._is_renewed:
            with self._database.reading() as connection:
                # At nearly every start there is nothing to write, and a transaction costs a disk some milliseconds.
                self._is_renewed = _note_of(connection) == str(RULES)
        while not self._is_renewed and not is_wanted():
            with self._database.writing() as connection:
                self._is_renewed = _renew_some(connection)
            self._held.forget()

    def find(self, text: str, limit: int, model_id: str | None) -> list[Photo]:
        """Return photos that have every word of a text, each as the beginning of a word, in name or folder.

        Args:
            text: Anything; without a letter or digit it finds nothing.
            limit: How many at most; of more than that, those added last.
            model_id: The model their state is about.

        Returns:
            Newest first. Equal files at several paths are all there.
        """
        query = query_for(text)
        if query is None:
            return []
        found = photos_where(
            self._database,
            """WHERE file.id IN (SELECT rowid FROM name WHERE name MATCH ? ORDER BY rowid DESC LIMIT ?)
            ORDER BY dated_at DESC, file.id DESC""",
            model_id,
            query,
            limit,
        )
        return [photo for _, photo in found]

    def find_among(self, text: str, filters: Sequence[Filter], limit: int) -> list[int]:
        """Return the numbers of photos that pass every filter and have the words of a text in name or folders.

        The text, the limit and the order are as in `find`.
        """
        query = query_for(text)
        if query is None:
            return []
        with filtered(self._database, filters) as (connection, source, values):
            rows = connection.execute(
                f"""SELECT id FROM (
                    SELECT file.id AS id, dated_at AS date
                    FROM name JOIN file ON file.id = name.rowid {source} AND name MATCH ?
                    ORDER BY file.id DESC LIMIT ?
                ) ORDER BY date DESC, id DESC""",
                (*values, query, limit),
            ).fetchall()
        return [number for (number,) in rows]

    def named(
        self,
        text: str,
        filters: Sequence[Filter],
        live: NDArray[np.int64],
        most_share: float = 1.0,
        kept: Kept | None = None,
    ) -> list[NamedWord]:
        """Return each word of a description with the photos that have it.

        Args:
            text: Anything; without a word that says something there are none.
            filters: Photos that do not pass are left out.
            live: Contents that have a vector, ``(n,)``.
            most_share: The photos of a word that more of the library has than this are not listed.
            kept: What the filters keep; None where that is not known, or without filters.
        """
        terms = queries_for_words(text)
        if not terms:
            return []
        with self._database.reading() as connection:
            total = sum(figures_of(connection, Kind.FILES).values())
        # A word that a million photos have is not counted to its end: 0.5 s.
        most = int(most_share * total)
        words = []
        for word, term in terms.items():
            held = self._held.of(term, most)
            files, contents = held.file_ids, held.content_ids
            if len(files) > most:
                files = contents = files[:0]
            elif len(files) and filters:
                passes = self._passing(held, filters, kept or FilterTable(self._database).kept(filters))
                files, contents = files[passes], contents[passes]
            words.append(NamedWord(word, held.count, total, files, self._with_vector(contents, live)))
        return words

    def _with_vector(self, content_ids: NDArray[np.int64], live: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return contents, with 0 for those that have no vector."""
        if live.max(initial=0) > _SPARSE * len(live):
            return np.where(np.isin(content_ids, live), content_ids, 0)
        known = self._live
        if known is None or known[0] is not live:
            has = np.zeros(int(live.max(initial=0)) + 1, dtype=np.bool_)
            has[live] = True
            self._live = known = live, has
        _, has = known
        return np.where(has[np.minimum(content_ids, len(has) - 1)] & (content_ids < len(has)), content_ids, 0)

    def _passing(self, held: WordFiles, filters: Sequence[Filter], kept: Kept) -> NDArray[np.bool_]:
        """Return which files pass every filter; the catalogue is asked of those alone that `kept` does not tell of."""
        files, contents = held.file_ids, held.content_ids
        of_kept = np.isin(contents, kept.content_ids)
        passes: NDArray[np.bool_] = of_kept & np.isin(files, kept.file_ids)
        # Of equal files one is kept, and others may pass too; what was never read is in no content.
        doubtful = files[(of_kept & ~passes) | (contents == 0)]
        if len(doubtful):
            with filtered(self._database, filters) as (connection, source, values):
                (found,) = connection.execute(
                    f"""SELECT GROUP_CONCAT(file.id) FROM file {source}
                    AND file.id IN (SELECT value FROM json_each(?))""",
                    (*values, number_list(doubtful.tolist())),
                ).fetchone()
            passes |= np.isin(files, numbers_of(found))
        return passes


def _note_of(connection: sqlite3.Connection) -> str:
    noted = connection.execute("SELECT value FROM note WHERE key = ?", (_NOTE,)).fetchone()
    return str(noted[0]) if noted else ""


def _renew_some(connection: sqlite3.Connection) -> bool:
    """Write the words of one batch of photos anew; returns whether it was the last."""
    rules, _, done = _note_of(connection).partition(" ")
    last = (whole_number(done) or 0) if rules == str(RULES) else 0
    rows = _with_what_was_said(connection, last)
    _write_beyond_ascii(connection, rows)
    is_last = len(rows) < _BATCH
    value = str(RULES) if is_last else f"{RULES} {rows[-1][0]}"
    connection.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (_NOTE, value))
    return is_last


def _with_what_was_said(connection: sqlite3.Connection, last: int) -> list[tuple[int, bytes, str, bytes]]:
    """Return number, path, tags with caption, and chosen folder of the files that follow one, in the order of numbers."""
    return connection.execute(
        """SELECT file.id, file.path, COALESCE(tags, '') || ' ' || COALESCE(caption, ''), folder.path
        FROM file JOIN folder ON folder.id = folder_id
        WHERE file.id > ? ORDER BY file.id LIMIT ?""",
        (last, _BATCH),
    ).fetchall()


def _write_beyond_ascii(
    connection: sqlite3.Connection, rows: Iterable[tuple[int, bytes, str, bytes]]
) -> None:
    photos: dict[bytes, list[tuple[int, bytes, str]]] = defaultdict(list)
    for number, path, said, folder in rows:
        if not (path.isascii() and said.isascii()):
            photos[folder].append((number, path, said))
    for folder, some in photos.items():
        write_words(connection, some, path_from_blob(folder))
