"""A query's parts as vectors, and what comes of ranking photos by them."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.query.parse import Part, Problem, Thumb
from desktop_app.library.search.examples import Content, Example
from desktop_app.library.search.judge import Judged, Question
from desktop_app.library.search.judgement import Asked
from desktop_app.library.search.query_vector import QueryVector, photo_weight
from desktop_app.library.search.relevance import Line
from desktop_app.library.search.rows import Rows
from desktop_app.library.search.unlike import Unlike

_AGAIN_WORDS = (
    "These words are in the query twice; they count once. A number before them makes them count more: 2:dog."
)
_AGAIN_PHOTO = "This photo is in the query twice; it counts once."


@dataclass(frozen=True, slots=True)
class Ranking:
    """Photos in the order of their likeness to a query.

    Attributes:
        query: What they were compared with; None when there was nothing to compare.
        rows: Photos with their cosines, best first.
        problems: Parts of the query that could not be used.
        line: Where those that fit end; None when there was nothing to compare.
        loosest: Where they would end if the line were as loose as can be; None when there was nothing to compare.
        notes: Sentences for the person, of examples that were not used as they are.
        liked: Contents with thumbs up: a person has said that they fit.
        left_out: Contents given as examples, and those with thumbs down.
        compared: How many photos were compared, those left out not counted.
        judged: How words were judged, or what is looked at beside cosines; None where the line is one of cosines alone.
    """

    query: QueryVector | None
    rows: Rows
    problems: tuple[Problem, ...] = ()
    line: Line | None = None
    notes: tuple[str, ...] = ()
    liked: frozenset[Content] = frozenset()
    left_out: frozenset[Content] = frozenset()
    compared: int = 0
    loosest: Line | None = None
    judged: Judged | Unlike | None = None


class Given(NamedTuple):
    """A part of a query, and what it is.

    Attributes:
        part: As it was understood.
        meant: Its words, or its photo.
    """

    part: Part
    meant: Asked | Example

    @property
    def same(self) -> Hashable:
        """What is equal for parts that say the same: the same words, or the same picture by whatever path."""
        words = " ".join(self.part.text.split()).casefold()
        what = self.meant.picture if isinstance(self.meant, Example) else words
        return self.part.kind, self.part.weight > 0, what


@dataclass(slots=True)
class Thumbs:
    """Photos of the answer that a person judged in one way."""

    vectors: list[NDArray[np.float32]] = field(default_factory=list)
    contents: set[Content] = field(default_factory=set)


@dataclass(slots=True)
class Resolved:
    """The parts of a query as vectors; `unlike` are the example photos that are not wanted."""

    vectors: list[tuple[float, NDArray[np.float32]]] = field(default_factory=list)
    texts: list[tuple[float, Asked]] = field(default_factory=list)
    unlike: list[NDArray[np.float32]] = field(default_factory=list)
    examples: set[Content] = field(default_factory=set)
    up: Thumbs = field(default_factory=Thumbs)
    down: Thumbs = field(default_factory=Thumbs)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, given: Sequence[Given], problems: Sequence[Problem]) -> Self:
        """Put a query's parts together; what is said several times counts once, as much as where it counts most.

        Args:
            given: What could be used, in the order typed.
            problems: What could not.
        """
        resolved = cls(problems=list(problems))
        most: dict[Hashable, Given] = {}
        for one in given:
            if abs(one.part.weight) > abs(most.setdefault(one.same, one).part.weight):
                most[one.same] = one
        for one in given:
            if most[one.same] is one:
                resolved._add(one.part, one.meant)
            else:
                sentence = _AGAIN_WORDS if one.part.photo is None else _AGAIN_PHOTO
                resolved.problems.append(Problem(one.part.start, one.part.end, sentence, left_out=True))
        return resolved

    def _add(self, part: Part, meant: Asked | Example) -> None:
        if not isinstance(meant, Example):
            self.vectors.append((part.weight, meant.vector))
            self.texts.append((part.weight, meant))
            return
        if meant.note:
            self.notes.append(meant.note)
        if part.thumb is None:
            self.vectors.append((photo_weight(part.weight), meant.vector))
            if part.weight < 0:
                self.unlike.append(meant.vector)
            contents = self.examples
        else:
            thumbs = self.up if part.thumb is Thumb.UP else self.down
            thumbs.vectors.append(meant.vector)
            contents = thumbs.contents
        if meant.content is not None:
            contents.add(meant.content)

    def question(self, words: int, unlike: Unlike | None) -> Question | None:
        """Return what is asked in so many words; None where not they alone are looked for, but examples too, or nothing."""
        wanted = sum(weight > 0 for weight, _ in self.vectors)
        if not wanted or wanted > sum(weight > 0 for weight, _ in self.texts):
            return None
        return Question(self.texts, words, self.up.vectors, unlike)

    @property
    def unwanted_photos(self) -> list[NDArray[np.float32]]:
        """Vectors of example photos that are not wanted, and of those with thumbs down."""
        return [*self.unlike, *self.down.vectors]

    def ranking(self, query: QueryVector | None, rows: Rows, line: Line | None) -> Ranking:
        """Return what came of it."""
        return Ranking(
            query,
            rows,
            tuple(self.problems),
            line,
            tuple(dict.fromkeys(self.notes)),
            frozenset(self.up.contents - self.down.contents),
        )
