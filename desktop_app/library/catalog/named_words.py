# ruff: noqa: S608 - statements are made of our own words; what was typed is bound
"""Which photos have which words of a description in their name, folders, tags or caption."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog.database import Database
from desktop_app.library.catalog.filters import filtered, numbers_of
from desktop_app.library.catalog.photos import photos_where
from desktop_app.library.catalog.words import queries_for_words, query_for
from desktop_app.library.photo import Photo
from desktop_app.library.query.filters import Filter


@dataclass(frozen=True, slots=True)
class NamedWord:
    """One word, and the photos that have it.

    Attributes:
        word: In small letters.
        count: How many files of the whole library have it.
        of: How many files there are.
        file_ids: Those of them that pass the filters, ``(n,)`` int64; none where it was not asked for.
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
        self, text: str, filters: Sequence[Filter], model_id: str, most_share: float = 1.0
    ) -> list[NamedWord]:
        """Return each word of a description with the photos that have it.

        Args:
            text: Anything; without a word that says something there are none.
            filters: Photos that do not pass are left out.
            model_id: Whose vectors count.
            most_share: The photos of a word that more of the library has than this are not listed.
        """
        terms = queries_for_words(text)
        if not terms:
            return []
        empty = np.empty(0, dtype=np.int64)
        words = []
        with filtered(self._database, filters) as (connection, source, values):
            (total,) = connection.execute("SELECT COUNT(*) FROM file").fetchone()
            for word, term in terms.items():
                (count,) = connection.execute(
                    "SELECT COUNT(*) FROM name WHERE name MATCH ?", (term,)
                ).fetchone()
                if not 0 < count <= most_share * total:
                    words.append(NamedWord(word, count, total, empty, empty))
                    continue
                files, contents = connection.execute(
                    f"""SELECT GROUP_CONCAT(file.id), GROUP_CONCAT(COALESCE(vector.content_id, 0))
                    FROM name JOIN file ON file.id = name.rowid
                    LEFT JOIN vector ON vector.content_id = file.content_id AND vector.model_id = ?
                    {source} AND name MATCH ?""",
                    (model_id, *values, term),
                ).fetchone()
                words.append(NamedWord(word, count, total, numbers_of(files), numbers_of(contents)))
        return words
