"""From a question to ranked photos: by meaning, by an example, by name, among those that pass the filters."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from desktop_app.library.catalog import Catalog, Kept
from desktop_app.library.decoding.pool import DecoderPool
from desktop_app.library.models.embedder import Embedder
from desktop_app.library.photo import Photo
from desktop_app.library.query.parse import Problem, Query, parse
from desktop_app.library.search.answer import Answer, Band, Hit
from desktop_app.library.search.examples import content_of
from desktop_app.library.search.found_by import reasons_of
from desktop_app.library.search.fusion import (
    MOST_SHARE,
    WEIGHT,
    WEIGHT_OF_A_NAME,
    Called,
    count_found,
    hits_of,
    names_of,
    placed,
)
from desktop_app.library.search.ranking import Ranker
from desktop_app.library.search.relevance import Judging
from desktop_app.library.search.resolved import Ranking
from desktop_app.library.thumbnails import ThumbnailStore
from desktop_app.library.vectors.compact.copies import VectorCopies
from desktop_app.library.vectors.found import Neighbours

# A word with a digit, an underscore or a picture's ending is a name people copy from elsewhere, not a description.
_ENDS_LIKE_A_NAME = re.compile(
    r".*\.(jpe?g|png|webp|gif|bmp|tiff?|hei[cf]|avif|jxl|jp2|dng|cr[23]|nef|nrw|arw|raf|orf|rw2|pef|srw)",
    re.IGNORECASE,
)
_SIGNS_OF_A_NAME, _DIGIT, _DIGITS = re.compile(r"[\w.-]+"), re.compile(r"\d"), re.compile(r"\d{3}")
# Photos without a vector that have the words in their names may take this part of an answer, so that they never push
# out what was described.
_NAME_SHARE = 0.25
# How many letters are repeated of what the model left out: two lines of the window.
_MOST_UNREAD = 150
_PLAIN = Judging()


class Searcher:
    """Answers questions about one library. All methods belong to the search thread.

    Attributes:
        copies: Compact copies of the vectors.
    """

    def __init__(
        self,
        catalog: Catalog,
        thumbnails: ThumbnailStore | None,
        decoders: DecoderPool,
        copies: VectorCopies | None = None,
    ) -> None:
        """Make one that looks photos up in a catalogue; see `Ranker`."""
        self._catalog = catalog
        self._ranker = Ranker(catalog, thumbnails, decoders, copies)
        self.copies = self._ranker.copies

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
        return _answer(query, kept, self._stacked(hits), started, problems=problems)

    def by_text(
        self, text: str, limit: int, embedder: Embedder, store: Neighbours, judging: Judging = _PLAIN
    ) -> Answer:
        """Find photos that show what a query describes and that pass its filters, best first.

        Every photo that has a vector is ranked by the cosine of its vector and the query's. That ranking is fused with
        the one by the words in names, folders, tags and captions (see `fusion`): photos that have all of them are
        found, whatever they show, and when the text looks like a file's name ("IMG_2682"), they come first. Without
        anything to look for, the photos that pass the filters are listed, newest first.

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
            looser = None
        else:
            called = self._called(query, ranking, limit, embedder, store)
            hits = hits_of(query, ranking, called, limit)
            # The very answer to the same question asked loosely, so that its number is true of what names bring in too.
            looser = _looser(hits, lambda: count_found(replace(ranking, line=ranking.loosest), called, limit))
        unread = _note(embedder.unread_words(query.words)) if query.words else ""
        note = " ".join(sentence for sentence in (unread, *ranking.notes) if sentence)
        hits = self._stacked(hits)
        answer = _answer(
            query, kept, hits, started, model=embedder.name, note=note, problems=ranking.problems
        )
        return answer if ranking.query is None else replace(answer, compared=ranking.compared, looser=looser)

    def by_examples(
        self,
        paths: Sequence[Path],
        limit: int,
        embedder: Embedder,
        store: Neighbours,
        judging: Judging = _PLAIN,
    ) -> Answer:
        """Find photos that look like a photo, or like the mean of several, best first, without these photos.

        Args:
            paths: Photos of the library, or any picture files; at least one.
            limit: How many.
            embedder: The model.
            store: Its vectors.
            judging: Which of them are called found.

        Raises:
            LibraryError: A file cannot be read as a picture.
            StoreError: The vectors cannot be searched now.
        """
        started = time.perf_counter()
        vector, examples = self._ranker.examples.mean(paths, embedder)
        known = {example.content for example in examples}
        query = Query(", ".join(str(path) for path in paths))
        found = self._ranker.nearest(vector, limit + len(known), embedder, store)
        rows = [row for row in found if content_of(row.photo) not in known][:limit]
        hits = tuple(
            replace(_hit(rank, row.photo, row.score, query), at_s=row.at_s)
            for rank, row in enumerate(rows, 1)
        )
        searched = self._ranker.searched(embedder.model_id)
        line, loosest = (
            self._ranker.line(vector, rows, None, len(searched), how, several=len(examples) > 1)
            for how in (judging, judging.loosest())
        )
        looser = _looser(
            [placed(hit, line) for hit in hits], lambda: _found([placed(hit, loosest) for hit in hits])
        )
        note = " ".join(dict.fromkeys(example.note for example in examples if example.note))
        hits = self._stacked([placed(hit, line) for hit in hits])
        compared = self._ranker.count_without(searched, {one for one in known if one is not None})
        answer = _answer(query, None, hits, started, model=embedder.name, note=note)
        return replace(answer, compared=compared, looser=looser)

    def _called(
        self, query: Query, ranking: Ranking, limit: int, embedder: Embedder, store: Neighbours
    ) -> Called | None:
        """Return the photos whose names hold words of the query; None where there are none."""
        if ranking.query is None or not query.words:
            return None
        model_id = embedder.model_id
        live = self._ranker.live_ids(model_id)
        kept = self._ranker.kept(query)
        names = names_of(self._catalog.words.named(query.words, query.filters, live, MOST_SHARE, kept))
        if names is None:
            return None
        more = limit + len(ranking.left_out)
        known = {row.photo.id: row.photo for row in ranking.rows}
        found = self._ranker.nearest(
            ranking.query.vector, more, embedder, store, kept=names.comparable(), known=known
        )
        rows = [row for row in found if content_of(row.photo) not in ranking.left_out]
        if ranking.judged is not None:
            rows = ranking.judged.placed(rows)
        without_vector = self._catalog.photos.of_ids(
            names.incomparable(max(1, int(limit * _NAME_SHARE))), model_id
        )
        is_name = len(query.parts) == 1 and looks_like_a_name(query.words)
        return Called(names, rows[:limit], without_vector, WEIGHT_OF_A_NAME if is_name else WEIGHT)

    def _stacked(self, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """Say of each hit which of the others are shown with it as one."""
        stacks = self._catalog.stacks.of_photos([hit.photo.id for hit in hits])
        return tuple(replace(hit, stack=stacks.get(hit.photo.id)) for hit in hits)

    def _named(self, query: Query, kept: Kept | None, limit: int, model_id: str | None) -> list[Photo]:
        if kept is None:
            return self._catalog.words.find(query.words, limit, model_id)
        return self._catalog.photos.of_ids(
            self._catalog.words.find_among(query.words, query.filters, limit), model_id
        )

    def _listed(self, query: Query, limit: int, model_id: str | None) -> list[Photo]:
        """Return what the filters keep, newest first; nothing without filters."""
        ids = self._catalog.filters.kept_by_date(query.filters)[:limit] if query.filters else []
        return self._catalog.photos.of_ids(ids, model_id)


def _hit(rank: int, photo: Photo, score: float | None, query: Query, *, by_name: bool = False) -> Hit:
    named = by_name and bool(query.words)
    why = reasons_of(photo, query, seen=score is not None, words=query.words if named else "")
    return Hit(rank, photo, score, named, why)


def _looser(hits: Sequence[Hit], loosely: Callable[[], int]) -> int | None:
    """Return how many are found with the loosest line where none of these hits is; None where one is."""
    return None if _found(hits) else loosely()


def _found(hits: Sequence[Hit]) -> int:
    return sum(hit.band is Band.FOUND for hit in hits)


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
    """Return what is said of words that the model does not read: where they begin and end, of a whole page too."""
    if len(unread) > _MOST_UNREAD:
        unread = f"{unread[: 2 * _MOST_UNREAD // 3].rstrip()} … {unread[-_MOST_UNREAD // 3 :].lstrip()}"
    return f"The query is longer than the model reads; it left out “{unread}”." if unread else ""


def looks_like_a_name(words: str) -> bool:
    """Tell whether words are rather a file's name: "beach.jpg", "IMG_0042", "2019-07-14"."""
    if _ENDS_LIKE_A_NAME.fullmatch(words):
        return True
    if not _SIGNS_OF_A_NAME.fullmatch(words):
        return False
    runs = words.partition(".")[0].split("-")
    return any(_DIGITS.search(run) or ("_" in run and _DIGIT.search(run)) for run in runs)
