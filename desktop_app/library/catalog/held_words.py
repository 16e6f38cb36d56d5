"""The files of words that were asked for lately, held and kept equal to the catalogue by following its changes."""

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog.changes import FileChanges
from desktop_app.library.catalog.columns import numbers_of
from desktop_app.library.catalog.database import Database, number_list

# Beyond this, asking the index anew is no slower: 40 ms for 200,000 files.
_MOST_FOLLOWED: Final = 1_000
# Files of all words together, 16 bytes each.
_MOST_HELD: Final = 2_000_000
# And so many words, whatever few files they have: a person types no more, and all are counted at each question.
_MOST_WORDS: Final = 1_000
_FOUND: Final = """SELECT GROUP_CONCAT(file.id), GROUP_CONCAT(COALESCE(content_id, 0))
    FROM (SELECT rowid FROM name WHERE name MATCH ? LIMIT ?) AS found CROSS JOIN file ON file.id = found.rowid"""
_WORDS: Final = """SELECT file.id, COALESCE(content_id, 0), words FROM json_each(?)
    CROSS JOIN file ON file.id = value CROSS JOIN name ON name.rowid = value"""
# As the index of names is made; see `schema.py`.
_FEW: Final = "CREATE VIRTUAL TABLE few USING fts5 (words, tokenize='ascii', detail=none)"


@dataclass(frozen=True, slots=True)
class WordFiles:
    """The files that have a word.

    Attributes:
        count: How many; at least so many where they are not listed.
        file_ids: ``(n,)`` int64, ascending.
        content_ids: The content of each; 0 where it was never read.
    """

    count: int
    file_ids: NDArray[np.int64]
    content_ids: NDArray[np.int64]

    @classmethod
    def of(cls, file_ids: NDArray[np.int64], content_ids: NDArray[np.int64]) -> Self:
        """List some files, in whichever order they are given; each is there once."""
        if (file_ids[1:] < file_ids[:-1]).any():
            # Mostly two runs, which a stable sort joins.
            order = np.argsort(file_ids, kind="stable")
            file_ids, content_ids = file_ids[order], content_ids[order]
        return cls(len(file_ids), file_ids, content_ids)

    @property
    def is_listed(self) -> bool:
        """Whether all are listed; none is where there were too many."""
        return len(self.file_ids) == self.count


_NONE: Final = np.empty(0, dtype=np.int64)


class HeldWords:
    """The files of words, from memory where a word was asked for before. Any thread."""

    def __init__(self, database: Database) -> None:
        """Make it on an open catalogue; nothing is read yet."""
        self._database = database
        self._lock = threading.Lock()
        # By term, the one asked last at the end: as of which transaction, and the files.
        self._held: OrderedDict[str, tuple[int, WordFiles]] = OrderedDict()

    def of(self, term: str, most: int) -> WordFiles:
        """Return the files of a word.

        Args:
            term: A query of FTS5.
            most: Of more than so many none is listed.
        """
        with self._lock:
            # Before it is read: what is written meanwhile is followed the next time.
            number = self._database.changes
            held = self._followed(term, number, most) or (number, self._read(term, most))
            self._held[term] = held
            self._held.move_to_end(term)
            self._let_go_of_the_oldest()
            return held[1]

    def forget(self) -> None:
        """Let all go, for the words of photos were cut anew."""
        with self._lock:
            self._held.clear()

    def _let_go_of_the_oldest(self) -> None:
        files = sum(len(one.file_ids) for _, one in self._held.values())
        while len(self._held) > 1 and (files > _MOST_HELD or len(self._held) > _MOST_WORDS):
            _, (_, oldest) = self._held.popitem(last=False)
            files -= len(oldest.file_ids)

    def _followed(self, term: str, number: int, most: int) -> tuple[int, WordFiles] | None:
        """Return what is held of a word as it is at a transaction; None where it must be read."""
        if term not in self._held:
            return None
        before, files = self._held[term]
        changes = self._database.log.since(before)
        if changes.everything or len(changes.files) > _MOST_FOLLOWED:
            return None
        if not files.is_listed:
            # As long as there are too many whatever changed, these need not be counted again.
            return (before, files) if files.count - len(changes.files) > most else None
        return number, self._after(files, changes, term) if changes.files else files

    def _read(self, term: str, most: int) -> WordFiles:
        with self._database.reading() as connection:
            # As two long texts: fetching rows takes five times as long.
            texts = connection.execute(_FOUND, (term, most + 1 + _MOST_FOLLOWED)).fetchone()
        files, contents = numbers_of(texts[0]), numbers_of(texts[1])
        return WordFiles.of(files, contents) if len(files) <= most else WordFiles(len(files), _NONE, _NONE)

    def _after(self, before: WordFiles, changes: FileChanges, term: str) -> WordFiles:
        with self._database.reading() as connection:
            rows = connection.execute(_WORDS, (number_list(changes.files),)).fetchall()
        having = _having(term, ((number, words) for number, _, words in rows))
        now = np.array([row[:2] for row in rows if row[0] in having], dtype=np.int64).reshape(-1, 2)
        stay = ~np.isin(before.file_ids, np.fromiter(changes.files, dtype=np.int64, count=len(changes.files)))
        files = np.concatenate((before.file_ids[stay], now[:, 0]))
        return WordFiles.of(files, np.concatenate((before.content_ids[stay], now[:, 1])))


def _having(term: str, rows: Iterable[tuple[int, str]]) -> set[int]:
    """Return which of a few rows have a word, as the index of all would say.

    To ask that index about one row takes as long as about all, for it joins the rows of every word that begins so.
    """
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(_FEW)
        connection.executemany("INSERT INTO few (rowid, words) VALUES (?, ?)", rows)
        return {
            number for (number,) in connection.execute("SELECT rowid FROM few WHERE few MATCH ?", (term,))
        }
