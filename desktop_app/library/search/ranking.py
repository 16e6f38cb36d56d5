"""Orders the photos that pass a query's filters by their likeness to its parts."""

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog import Catalog, FileChanges, Kept
from desktop_app.library.decoding.pool import DecoderPool
from desktop_app.library.errors import LibraryError
from desktop_app.library.models.embedder import Embedder
from desktop_app.library.photo import Photo
from desktop_app.library.query.filters import Filter
from desktop_app.library.query.parse import Part, Problem, Query
from desktop_app.library.search.examples import Content, Examples, content_of
from desktop_app.library.search.followed import Followed
from desktop_app.library.search.judge import Judge, Judged, Question
from desktop_app.library.search.judgement import BEST_ROWS, Asked
from desktop_app.library.search.moments import Moments, Placed
from desktop_app.library.search.query_vector import QueryVector, refined
from desktop_app.library.search.relevance import (
    Calibration,
    Judging,
    Line,
    draw_line,
    plain_texts,
    without_neutral_word,
    words_in,
)
from desktop_app.library.search.resolved import Given, Ranking, Resolved
from desktop_app.library.search.rows import Row, Rows
from desktop_app.library.search.unlike import Unlike
from desktop_app.library.search.within import Compared, nearest_of_all, nearest_within
from desktop_app.library.thumbnails import ThumbnailStore
from desktop_app.library.vectors.compact.copies import VectorCopies
from desktop_app.library.vectors.found import Among, Found, Neighbours

_REMEMBERED_TEXTS = 256
_REMEMBERED_FILTERS = 8
# What `draw_line` looks at.
_BEST_ROWS = 10
# A library of nothing but films has 16 rows for each of them; photos outnumber these in most.
_MOST_ASKED_AGAIN = 5


_PLAIN = Judging()


class Ranker:
    """Ranks the photos of one library. All methods belong to the search thread.

    Attributes:
        copies: The vectors once more, where they are quicker to compare.
    """

    def __init__(
        self,
        catalog: Catalog,
        thumbnails: ThumbnailStore | None,
        decoders: DecoderPool,
        copies: VectorCopies | None = None,
    ) -> None:
        """Make one that looks photos up in a catalogue.

        Args:
            catalog: What is known.
            thumbnails: Stand in for examples that cannot be read.
            decoders: Read examples.
            copies: Compact copies of the vectors; None to keep them in memory.
        """
        self._catalog = catalog
        self.examples = Examples(catalog, thumbnails, decoders)
        self.copies = copies or VectorCopies(catalog)
        self._judge = Judge(catalog)
        self._texts: OrderedDict[tuple[str, str, bool], Asked] = OrderedDict()
        self._live: tuple[str, Followed[NDArray[np.int64]]] | None = None
        self._moments = Followed(catalog, self._read_moments, self._moments_after)
        self._kept: OrderedDict[tuple[Filter, ...], Followed[Kept]] = OrderedDict()
        self._compared: Compared | None = None

    def kept(self, query: Query) -> Kept | None:
        """Return what a query's filters keep, None without filters; of photos that changed only those are asked."""
        filters, table = query.filters, self._catalog.filters
        if not filters:
            return None
        if filters not in self._kept:
            self._kept[filters] = Followed(
                self._catalog,
                lambda: table.kept(filters),
                lambda before, changes: table.kept_after(before, changes, filters),
            )
            if len(self._kept) > _REMEMBERED_FILTERS:
                self._kept.popitem(last=False)
        self._kept.move_to_end(filters)
        return self._kept[filters].now()

    def ranked(
        self, query: Query, limit: int, embedder: Embedder, store: Neighbours, judging: Judging = _PLAIN
    ) -> Ranking:
        """Return the photos that pass a query's filters by their likeness to its parts.

        Photos given as examples and photos with thumbs down are left out. Photos with thumbs up stay; where the line is
        drawn they are not looked at, for being liked they resemble the refined query more than anything else. Photos that
        show what an unwanted photo shows are marked so; see `unlike`.

        Raises:
            StoreError: The vectors cannot be searched now.
        """
        resolved = self._resolve(query.parts, embedder, judging.calibration)
        vector = refined(resolved.vectors, resolved.up.vectors, resolved.down.vectors)
        if vector is None:
            if resolved.up.vectors or any(weight > 0 for weight, _ in resolved.vectors):
                start, end = query.parts[0].start, query.parts[-1].end
                resolved.problems.append(Problem(start, end, "These parts cancel each other out."))
            return resolved.ranking(None, [], None)
        left_out, liked = resolved.examples | resolved.down.contents, resolved.up.contents
        kept, model_id, words = self.kept(query), embedder.model_id, words_in(query.words)
        searched = self.searched(model_id, kept)
        among = None if kept is None else self._compared_of(kept, self.live_ids(model_id)).among

        def more(count: int) -> list[Placed]:
            placed = self._placed(vector, count + len(gone), model_id, store, among)
            return [one for one in placed if one.content_id not in gone]

        gone, rated = self._numbers(left_out), self._numbers(liked)
        count = max(limit, BEST_ROWS) + len(left_out) + len(liked)
        nearest = self._placed(vector, count, model_id, store, among)
        found = [one for one in nearest if one.content_id not in gone]
        best = [one for one in found if one.content_id not in rated][:BEST_ROWS]
        unlike = Unlike.of(resolved.unwanted_photos, judging.calibration, self._catalog)
        judged = self._judged(resolved.question(words, unlike), best, searched, judging.calibration)
        if judged is not None:
            found = judged.those_that_fit_first(found, more, limit, judging.strictness)
        rows, seen = self._rows(found, kept, model_id, {}), judged or unlike
        if seen is not None:
            rows = seen.placed(rows)
        unjudged = [row for row in rows if content_of(row.photo) not in liked]

        several = sum(weight > 0 for weight, _ in resolved.vectors) > 1

        def drawn(how: Judging) -> Line:
            if judged is not None:
                return judged.line(how.strictness)
            return self.line(vector, unjudged, words or None, len(searched), how, several=several)

        return replace(
            resolved.ranking(QueryVector(vector, words), rows[:limit], drawn(judging)),
            left_out=frozenset(left_out),
            compared=self.count_without(searched, left_out),
            loosest=drawn(judging.loosest()),
            judged=seen,
        )

    def _judged(
        self,
        question: Question | None,
        best: list[Placed],
        searched: NDArray[np.int64],
        calibration: Calibration | None,
    ) -> Judged | None:
        """Return how photos are judged from both sides; None where only their cosines can say."""
        if question is None or calibration is None or not best or not calibration.judges(question.words):
            return None
        return self._judge.judged(question, best, searched, calibration)

    def line(
        self,
        vector: NDArray[np.float32],
        rows: Rows,
        words: int | None,
        searched: int,
        judging: Judging,
        *,
        several: bool = False,
    ) -> Line:
        """Return where the photos that fit end, of so many that were searched; see `draw_line`."""
        best = [row.score for row in rows[:_BEST_ROWS]]
        return draw_line(
            vector,
            best,
            searched,
            judging.calibration,
            words=words,
            several=several,
            strictness=judging.strictness,
        )

    def searched(self, model_id: str, kept: Kept | None = None) -> NDArray[np.int64]:
        """Return what a query is compared with: photos and videos with a vector among the ones that filters keep.

        Returns:
            Contents, ``(n,)`` ascending, each once; of a video the one it is known by.
        """
        live = self.live_ids(model_id)
        if kept is None:
            return self._moments.now().without_beside(live)
        return self._compared_of(kept, live).searched

    def count_without(self, searched: NDArray[np.int64], left_out: Collection[Content]) -> int:
        """Count contents, ``(n,)`` ascending, without some, whether these are among them or not."""
        numbers = np.array(sorted(self._numbers(left_out)), dtype=np.int64)
        # By halving, not np.isin, which sorts both: 0.1 s for a million.
        places = np.searchsorted(searched, numbers)
        there = places < len(searched)
        return len(searched) - int((searched[places[there]] == numbers[there]).sum())

    def _numbers(self, contents: Collection[Content]) -> set[int]:
        # What has no hash was never read, and has no vector.
        hashes = [content for content in contents if isinstance(content, str)]
        return set(self._catalog.photos.content_ids(hashes).tolist()) if hashes else set()

    def live_ids(self, model_id: str) -> NDArray[np.int64]:
        """Return the contents that can be found by meaning, ascending; of what changed only that is read."""
        if self._live is None or self._live[0] != model_id:
            vectors = self._catalog.vectors

            def after(before: NDArray[np.int64], changes: FileChanges) -> NDArray[np.int64]:
                # A moment that is none any more is named by nothing.
                return (
                    vectors.live_ids(model_id)
                    if changes.moments
                    else vectors.live_after(before, changes, model_id)
                )

            self._live = (model_id, Followed(self._catalog, lambda: vectors.live_ids(model_id), after))
        return self._live[1].now()

    def nearest(
        self,
        vector: NDArray[np.float32],
        limit: int,
        embedder: Embedder,
        store: Neighbours,
        *,
        kept: Kept | None = None,
        known: Mapping[int, Photo] | None = None,
    ) -> Rows:
        """Return the photos nearest to a vector, among those kept; contents whose files are all gone are left out.

        A video is one row, whichever of its moments are near.

        Args:
            vector: ``(dimension,)`` float32 of length 1.
            limit: At most so many.
            embedder: The model.
            store: Its vectors.
            kept: Photos that are compared; None for all.
            known: Photos that were read just now, by number, which need not be read again.

        Raises:
            StoreError: The vectors cannot be searched now.
        """
        model_id, among = embedder.model_id, None
        if kept is not None:
            compared = self._moments.now().with_moments(kept.content_ids)
            among = Among(compared, len(self.live_ids(model_id)))
        return self._rows(self._placed(vector, limit, model_id, store, among), kept, model_id, known or {})

    def _rows(
        self, placed: list[Placed], kept: Kept | None, model_id: str, known: Mapping[int, Photo]
    ) -> Rows:
        photos = self._photos([found.content_id for found in placed], kept, model_id, known)
        return [
            Row(
                photos[found.content_id],
                found.score,
                None if found.at_ms is None else found.at_ms / 1000,
                found.compared_id,
            )
            for found in placed
            if found.content_id in photos
        ]

    def _placed(
        self,
        vector: NDArray[np.float32],
        limit: int,
        model_id: str,
        store: Neighbours,
        among: Among | None,
    ) -> list[Placed]:
        """Return the nearest contents, asking for more rows where several were of one video."""
        moments = self._moments.now()
        asked = limit
        for _ in range(_MOST_ASKED_AGAIN):
            found = self._found(vector, asked, model_id, store, among)
            placed = moments.folded(found)
            if len(placed) >= limit or len(found) < asked:
                break
            asked *= 2
        return placed[:limit]

    def _compared_of(self, kept: Kept, live: NDArray[np.int64]) -> Compared:
        """Return what is compared of photos that filters keep; worked out once, as long as nothing changes."""
        moments = self._moments.now()
        if self._compared is None or not self._compared.is_of(kept, live, moments):
            self._compared = Compared.of(kept, live, moments)
        return self._compared

    def _found(
        self,
        vector: NDArray[np.float32],
        limit: int,
        model_id: str,
        store: Neighbours,
        among: Among | None,
    ) -> Found:
        if among is None:
            return nearest_of_all(vector, limit, store, model_id=model_id, copies=self.copies)
        return nearest_within(
            vector, limit, among, store, self._catalog, model_id=model_id, copies=self.copies
        )

    def _read_moments(self) -> Moments:
        return Moments(self._catalog.videos.frames())

    def _moments_after(self, before: Moments, changes: FileChanges) -> Moments:
        return self._read_moments() if changes.moments else before

    def _resolve(
        self, parts: Sequence[Part], embedder: Embedder, calibration: Calibration | None
    ) -> Resolved:
        given: list[Given] = []
        problems: list[Problem] = []
        for part in parts:
            if part.photo is None:
                given.append(Given(part, self._embedded(part.text, embedder, calibration)))
                continue
            try:
                given.append(Given(part, self.examples.example(part.photo, embedder, part.region)))
            except LibraryError as error:
                problems.append(Problem(part.start, part.end, error.sentence))
        return Resolved.of(given, problems)

    def _embedded(self, text: str, embedder: Embedder, calibration: Calibration | None) -> Asked:
        # No tokenizer can read the halves of signs that stand for bytes in the names of files.
        words = text.encode("utf-8", "replace").decode("utf-8")
        key = (embedder.model_id, words, calibration is not None)
        if key not in self._texts:
            plain, count = plain_texts([words], embedder, calibration)[0], words_in(words)
            vector = plain if calibration is None else without_neutral_word(plain, count, calibration)
            self._texts[key] = Asked(vector, plain, count)
            if len(self._texts) > _REMEMBERED_TEXTS:
                self._texts.popitem(last=False)
        self._texts.move_to_end(key)
        return self._texts[key]

    def _photos(
        self, content_ids: list[int], kept: Kept | None, model_id: str, known: Mapping[int, Photo]
    ) -> dict[int, Photo]:
        """Return a file of each content: one that passes the filters."""
        if kept is None:
            return self._catalog.photos.of_contents(content_ids, model_id)
        contents = dict(zip(kept.files_of(content_ids), content_ids, strict=True))
        unread = [number for number in contents if number not in known]
        photos = {**known, **{photo.id: photo for photo in self._catalog.photos.of_ids(unread, model_id)}}
        return {content: photos[number] for number, content in contents.items() if number in photos}
