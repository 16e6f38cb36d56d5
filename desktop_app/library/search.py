"""From a question to ranked photos: by meaning, by an example, by name, among those that pass the filters."""

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from desktop_app.library.catalog import Catalog, Kept
from desktop_app.library.embed import Embedder
from desktop_app.library.examples import content_of, example_vector, known_example
from desktop_app.library.photo import Answer, Hit, Photo, PhotoState
from desktop_app.library.query import Problem, Query, parse
from desktop_app.library.ranking import Judging, Ranker, Rows
from desktop_app.library.reasons import reasons_of
from desktop_app.library.relevance import Line
from desktop_app.library.store import VectorStore

# A word with a digit, an underscore or a picture's ending is a name people copy from elsewhere, not a description.
_LOOKS_LIKE_A_NAME = re.compile(
    r"[\w-]*(\d\w*_|_\w*\d|\d{3,})[\w.-]*|.*\.(jpe?g|png|webp|gif|bmp|tiff?|hei[cf]|avif|jxl|jp2)",
    re.IGNORECASE,
)
# Photos found by name alone may take this part of an answer, so that they never push out what was described.
_NAME_SHARE = 0.25
_PLAIN = Judging()


class Searcher:
    """Answers questions about one library. All methods belong to the search thread."""

    def __init__(self, catalog: Catalog) -> None:
        """Make one that looks photos up in a catalogue."""
        self._catalog = catalog
        self._ranker = Ranker(catalog)

    def by_name(self, text: str, limit: int) -> Answer:
        """Find photos by the words in their names and folders, and by filters: all that works without a model."""
        started = time.perf_counter()
        query = parse(text)
        kept = self._ranker.kept(query)
        photos = self._named(query, kept, limit, None)
        if not query.parts:
            photos = self._listed(query, limit, None)
        hits = tuple(_hit(rank, photo, None, query, by_name=True) for rank, photo in enumerate(photos, 1))
        unused = [part for part in query.parts if part.photo is not None or part.weight < 0]
        problems = tuple(
            Problem(part.start, part.end, "This needs a model; without one, photos are found by name only.")
            for part in unused
        )
        return _answer(query, kept, hits, started, problems=problems)

    def by_text(
        self, text: str, limit: int, embedder: Embedder, store: VectorStore, judging: Judging = _PLAIN
    ) -> Answer:
        """Find photos that show what a query describes and that pass its filters, best first.

        Every photo that has a vector is ranked by the cosine of its vector and the query's. Photos without one
        that have all the words in their name or folder come after them; when the text looks like a file's name
        ("IMG_2682"), photos of that name come first. Without anything to look for, the photos that pass the filters
        are listed, newest first.

        Raises:
            StoreError: The vectors cannot be searched now.
        """
        started = time.perf_counter()
        query = parse(text)
        kept = self._ranker.kept(query)
        ranking = self._ranker.ranked(query, limit, embedder, store, judging)
        if ranking.query is None:
            photos = self._listed(query, limit, embedder.model_id)
            hits = tuple(_hit(rank, photo, None, query) for rank, photo in enumerate(photos, 1))
        else:
            named = self._named(query, kept, limit, embedder.model_id)
            hits = _judged(_merged(ranking.rows, named, limit, query), ranking.line)
        note = _note(embedder.unread_words(query.words)) if query.words else ""
        return _answer(query, kept, hits, started, model=embedder.name, note=note, problems=ranking.problems)

    def by_example(
        self, path: Path, limit: int, embedder: Embedder, store: VectorStore, judging: Judging = _PLAIN
    ) -> Answer:
        """Find photos that look like a photo, best first, without the photo itself.

        Args:
            path: A photo of the library, or any picture file.
            limit: How many.
            embedder: The model.
            store: Its vectors.
            judging: Which of them are called found.

        Raises:
            LibraryError: The file cannot be read as a picture.
            StoreError: The vectors cannot be searched now.
        """
        started = time.perf_counter()
        vector = example_vector(path, self._catalog, embedder)
        known = known_example(path, self._catalog, embedder)
        query = Query(str(path))
        found = self._ranker.nearest(vector, limit + 1, embedder, store)
        rows = [(photo, score) for photo, score in found if content_of(photo) != known][:limit]
        hits = tuple(_hit(rank, photo, score, query) for rank, (photo, score) in enumerate(rows, 1))
        line = self._ranker.line(vector, rows, None, embedder.model_id, judging)
        return _answer(query, None, _judged(hits, line), started, model=embedder.name)

    def _named(self, query: Query, kept: Kept | None, limit: int, model_id: str | None) -> list[Photo]:
        if kept is None:
            return self._catalog.find_names(query.words, limit, model_id)
        return self._catalog.photos(self._catalog.kept_names(query.words, query.filters, limit), model_id)

    def _listed(self, query: Query, limit: int, model_id: str | None) -> list[Photo]:
        """Return what the filters keep, newest first; nothing without filters."""
        ids = self._catalog.kept_by_date(query.filters)[:limit] if query.filters else []
        return self._catalog.photos(ids, model_id)


def _merged(meant: Rows, named: Sequence[Photo], limit: int, query: Query) -> tuple[Hit, ...]:
    """Join what was meant and what is named so; equal files, by their content, are shown once."""
    scores = {content_of(photo): score for photo, score in meant}
    names = {content_of(photo): photo for photo in reversed(named)}
    rows: list[tuple[Photo, float | None]]
    if len(query.parts) == 1 and _LOOKS_LIKE_A_NAME.fullmatch(query.words):
        rows = [(photo, scores.get(content)) for content, photo in reversed(names.items())]
        rows += [(photo, score) for photo, score in meant if content_of(photo) not in names]
    else:
        only_named = [
            photo
            for content, photo in reversed(names.items())
            if content not in scores and photo.state is not PhotoState.INDEXED
        ][: max(1, int(limit * _NAME_SHARE))]
        rows = [*meant[: limit - len(only_named)], *((photo, None) for photo in only_named)]
    return tuple(
        _hit(rank, photo, score, query, by_name=content_of(photo) in names)
        for rank, (photo, score) in enumerate(rows[:limit], 1)
    )


def _judged(hits: Sequence[Hit], line: Line | None) -> tuple[Hit, ...]:
    """Say of each hit on which side of the line it is; what was found by its name alone stays found."""
    return tuple(
        hit
        if line is None or hit.score is None
        else replace(hit, band=line.band(hit.score), confidence=line.confidence(hit.score))
        for hit in hits
    )


def _hit(rank: int, photo: Photo, score: float | None, query: Query, *, by_name: bool = False) -> Hit:
    named = by_name and bool(query.words)
    why = reasons_of(photo, query, seen=score is not None, words=query.words if named else "")
    return Hit(rank, photo, score, named, why)


def _answer(
    query: Query,
    kept: Kept | None,
    hits: tuple[Hit, ...],
    started: float,
    *,
    model: str | None = None,
    note: str = "",
    problems: tuple[Problem, ...] = (),
) -> Answer:
    both = sorted((*query.problems, *problems), key=lambda problem: (problem.start, problem.end))
    return Answer(
        query=query.text,
        model=model,
        hits=hits,
        milliseconds=(time.perf_counter() - started) * 1000,
        note=note,
        parts=query.parts,
        filters=query.filters,
        problems=tuple(both),
        filtered=None if kept is None else kept.count,
    )


def _note(unread: str) -> str:
    return f"The query is longer than the model reads; it left out “{unread}”." if unread else ""
