# ruff: noqa: S608 - statements are made of our own words; what was typed is bound
"""Which photos have which words of a description in their name, folders, tags or caption."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog.filters import FilteringPart
from desktop_app.library.catalog.words import queries_for_words
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


class NamingPart(FilteringPart):
    """The words of names, one by one. Every method may be called on any thread."""

    def named_words(
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
        with self._filtering(filters) as (connection, source, values):
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
                words.append(NamedWord(word, count, total, _numbers(files), _numbers(contents)))
        return words


def _numbers(text: str | None) -> NDArray[np.int64]:
    return np.fromstring(text, dtype=np.int64, sep=",") if text else np.empty(0, dtype=np.int64)
