"""Orders the photos that pass a query's filters by their likeness to its parts."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog import Catalog, Kept
from desktop_app.library.embed import Embedder
from desktop_app.library.errors import LibraryError
from desktop_app.library.examples import content_of, example_vector, known_example
from desktop_app.library.photo import Photo
from desktop_app.library.query import Part, Problem, Query
from desktop_app.library.query_filters import Filter
from desktop_app.library.query_vector import QueryVector, combined
from desktop_app.library.relevance import (
    DEFAULT_STRICTNESS,
    Calibration,
    Line,
    draw_line,
    embed_texts,
    words_in,
)
from desktop_app.library.search_within import nearest_within
from desktop_app.library.store import VectorStore

_REMEMBERED_TEXTS = 256
_REMEMBERED_FILTERS = 8
# What `draw_line` looks at.
_BEST_ROWS = 10

Rows = list[tuple[Photo, float]]
"""Photos with the cosine of their vector and the query's, best first."""


@dataclass(frozen=True, slots=True)
class Judging:
    """How an answer's photos are judged.

    Attributes:
        calibration: Of the model; without one short texts are not corrected and every photo is found.
        strictness: Of the line, 0 to 1.
    """

    calibration: Calibration | None = None
    strictness: float = DEFAULT_STRICTNESS


_PLAIN = Judging()


@dataclass(frozen=True, slots=True)
class Ranking:
    """Photos in the order of their likeness to a query.

    Attributes:
        query: What they were compared with; None when there was nothing to compare.
        rows: Photos with their cosines, best first.
        problems: Parts of the query that could not be used.
        line: Where those that fit end; None when there was nothing to compare.
    """

    query: QueryVector | None
    rows: Rows
    problems: tuple[Problem, ...] = ()
    line: Line | None = None


@dataclass(slots=True)
class _Resolved:
    """The parts of a query as vectors."""

    vectors: list[tuple[float, NDArray[np.float32]]] = field(default_factory=list)
    examples: set[str | int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


class Ranker:
    """Ranks the photos of one library. All methods belong to the search thread."""

    def __init__(self, catalog: Catalog) -> None:
        """Make one that looks photos up in a catalogue."""
        self._catalog = catalog
        self._texts: OrderedDict[tuple[str, str, bool], NDArray[np.float32]] = OrderedDict()
        self._searched: tuple[int, str, int] | None = None
        self._kept: OrderedDict[tuple[int, tuple[Filter, ...]], Kept] = OrderedDict()

    def kept(self, query: Query) -> Kept | None:
        """Return what a query's filters keep, None without filters; remembered until something is written."""
        if not query.filters:
            return None
        key = (self._catalog.changes, query.filters)
        if key not in self._kept:
            self._kept[key] = self._catalog.kept(query.filters)
            if len(self._kept) > _REMEMBERED_FILTERS:
                self._kept.popitem(last=False)
        return self._kept[key]

    def ranked(
        self, query: Query, limit: int, embedder: Embedder, store: VectorStore, judging: Judging = _PLAIN
    ) -> Ranking:
        """Return the photos that pass a query's filters by their likeness to its parts.

        The photos given as examples are left out.

        Raises:
            StoreError: The vectors cannot be searched now.
        """
        resolved = self._resolve(query.parts, embedder, judging.calibration)
        vector = combined(resolved.vectors)
        if vector is None:
            if any(weight > 0 for weight, _ in resolved.vectors):
                start, end = query.parts[0].start, query.parts[-1].end
                resolved.problems.append(Problem(start, end, "These parts cancel each other out."))
            return Ranking(None, [], tuple(resolved.problems))
        more = limit + len(resolved.examples)
        kept = self.kept(query)
        rows = [
            (photo, score)
            for photo, score in self.nearest(vector, more, embedder, store, kept=kept)
            if content_of(photo) not in resolved.examples
        ]
        words = words_in(query.words)
        line = self.line(vector, rows, words or None, embedder.model_id, judging, kept=kept)
        return Ranking(QueryVector(vector, words), rows[:limit], tuple(resolved.problems), line)

    def line(
        self,
        vector: NDArray[np.float32],
        rows: Rows,
        words: int | None,
        model_id: str,
        judging: Judging,
        *,
        kept: Kept | None = None,
    ) -> Line:
        """Return where the photos that fit end; `words` is None when an example was searched with."""
        best = [score for _, score in rows[:_BEST_ROWS]]
        searched = self._count(model_id) if kept is None else kept.count
        return draw_line(
            vector, best, searched, judging.calibration, words=words, strictness=judging.strictness
        )

    def _count(self, model_id: str) -> int:
        """Count the photos that can be found by meaning; remembered until something is written."""
        changes = self._catalog.changes
        if self._searched is None or self._searched[:2] != (changes, model_id):
            self._searched = (changes, model_id, self._catalog.live_vector_count(model_id))
        return self._searched[2]

    def nearest(
        self,
        vector: NDArray[np.float32],
        limit: int,
        embedder: Embedder,
        store: VectorStore,
        *,
        kept: Kept | None = None,
    ) -> Rows:
        """Return the photos nearest to a vector, among those kept; contents whose files are all gone are left out.

        Raises:
            StoreError: The vectors cannot be searched now.
        """
        if kept is None:
            nearest = store.search(vector, limit)
        else:
            nearest = nearest_within(vector, limit, kept, store, self._catalog, model_id=embedder.model_id)
        photos = self._photos([number for number, _ in nearest], kept, embedder.model_id)
        return [(photos[number], score) for number, score in nearest if number in photos]

    def _resolve(
        self, parts: Sequence[Part], embedder: Embedder, calibration: Calibration | None
    ) -> _Resolved:
        resolved = _Resolved()
        for part in parts:
            if part.photo is None:
                resolved.vectors.append((part.weight, self._embedded(part.text, embedder, calibration)))
                continue
            try:
                vector = example_vector(part.photo, self._catalog, embedder)
            except LibraryError as error:
                resolved.problems.append(Problem(part.start, part.end, error.sentence))
                continue
            resolved.vectors.append((part.weight, vector))
            known = known_example(part.photo, self._catalog, embedder)
            if known is not None:
                resolved.examples.add(known)
        return resolved

    def _embedded(
        self, text: str, embedder: Embedder, calibration: Calibration | None
    ) -> NDArray[np.float32]:
        # No tokenizer can read the halves of signs that stand for bytes in the names of files.
        words = text.encode("utf-8", "replace").decode("utf-8")
        key = (embedder.model_id, words, calibration is not None)
        if key not in self._texts:
            self._texts[key] = embed_texts([words], embedder, calibration)[0]
            if len(self._texts) > _REMEMBERED_TEXTS:
                self._texts.popitem(last=False)
        self._texts.move_to_end(key)
        return self._texts[key]

    def _photos(self, content_ids: list[int], kept: Kept | None, model_id: str) -> dict[int, Photo]:
        """Return a file of each content: one that passes the filters."""
        if kept is None:
            return self._catalog.photos_of_contents(content_ids, model_id)
        contents = dict(zip(kept.files_of(content_ids), content_ids, strict=True))
        return {contents[photo.id]: photo for photo in self._catalog.photos(list(contents), model_id)}
