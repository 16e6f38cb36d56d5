"""What a person typed into the search bar, understood: parts to look for, filters, and what made no sense."""

from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path

from desktop_app.library.query.date_words import with_their_dates
from desktop_app.library.query.filters import KEYS, Filter, conditions_of, is_path
from desktop_app.library.query.regions import Region, cut_off_region, region_of
from desktop_app.library.query.tokens import EXAMPLES, NotUnderstoodError, Token, phrase, quoted, tokens

PHOTO = "photo"
"""The key of an example photo."""

_HEAVIEST = 100.0
_MOST_FILTERS = 50


class Thumb(StrEnum):
    """What a person said of a photo of the answer; the value is its key in the language."""

    UP = "like"
    DOWN = "unlike"


@dataclass(frozen=True, slots=True)
class Part:
    """Something to look for, or away from.

    Attributes:
        text: The words, or the photo's path as typed.
        weight: How much it counts; below 0 for what is not wanted. 1 and −1 for thumbs, whose weights are
            those of `feedback`.
        photo: The photo; None for words.
        start: Where it begins in the query.
        end: Where it ends.
        region: The rectangle of the photo that counts; None for all of it.
        thumb: What a person said of the photo as a hit; None for words and for an example to search with.
    """

    text: str
    weight: float = 1.0
    photo: Path | None = None
    start: int = 0
    end: int = 0
    region: Region | None = None
    thumb: Thumb | None = None

    @property
    def kind(self) -> str:
        """What it is: "words", "photo", "like" or "unlike"."""
        if self.thumb is not None:
            return self.thumb.value
        return "words" if self.photo is None else PHOTO


@dataclass(frozen=True, slots=True)
class Problem:
    """A piece of a query that was not understood, or that changes nothing.

    Attributes:
        start: Where it begins in the query.
        end: Where it ends.
        sentence: What is wrong with it, for a person.
        left_out: Whether the answer is that of the query without this piece, as while its value is still being typed.
    """

    start: int
    end: int
    sentence: str
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """An understood query.

    Attributes:
        text: As typed; every `start` and `end` counts its characters.
        parts: What to look for.
        filters: What to look among: a photo must pass all of them.
        problems: What was left out or taken for words, in the order typed.
    """

    text: str
    parts: tuple[Part, ...] = ()
    filters: tuple[Filter, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def words(self) -> str:
        """The words that are looked for, without those of photos and of what is not wanted."""
        return " ".join(part.text for part in self.parts if part.photo is None and part.weight > 0)


def parse(text: str, today: date | None = None) -> Query:
    """Understand any text; what makes no sense is searched as words or left out, and named as a problem.

    Neighbouring words are one part, up to a `+`. A minus, a weight and `photo:` each take the word or phrase that
    follows them, and make a part of their own. `photo:` takes a rectangle of the upright picture too, after the path:
    `photo:/a.jpg#10,20,40,30` is left, top, width and height in percent. `like:` and `unlike:` are thumbs up and down
    for photos of the answer: they refine what the other parts look for. A minus turns a thumb around. Words that complete a
    date belong to it: `date:Dec 2019 dog` looks for dogs.

    Args:
        text: Anything.
        today: What "yesterday" and its like start from; None for the present day.
    """
    reading = _Reading(text, today or datetime.now().astimezone().date())
    for token in with_their_dates(tokens(text), reading.today):
        reading.take(token)
    return reading.done()


def filter_text(key: str, value: str, *, negated: bool = False) -> str:
    """Return a filter as it is typed."""
    return f"{'-' if negated else ''}{key}:{quoted(value)}"


def example_text(photo: Path, region: Region | None = None, thumb: Thumb | None = None) -> str:
    """Return a photo as a part of a query, as it is typed: an example, a rectangle of one, or a thumb."""
    value = quoted(str(photo))
    if cut_off_region(value)[1] is not None:
        # The name itself ends like a region; within quotes nothing is one.
        value = phrase(value)
    key = PHOTO if thumb is None else thumb.value
    return f"{key}:{value}" + (f"#{region.text}" if region is not None else "")


@dataclass(slots=True)
class _Reading:
    """A query while it is being understood."""

    text: str
    today: date
    parts: list[Part] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    words: list[tuple[int, int, str]] = field(default_factory=list)

    def take(self, token: Token) -> None:
        if not token.is_closed:
            self._complain(token, "This quote is not closed; all that follows it is taken as one phrase.")
        if token.is_separator or token.sign == "+":
            self._end_part()
        if token.key.lower() in KEYS:
            self._take_filter(token, token.key.lower())
        elif token.key.lower() in EXAMPLES:
            self._take_photo(token, token.key.lower())
        elif not token.is_separator:
            self._take_words(token)

    def done(self) -> Query:
        self._end_part()
        parts = tuple(sorted(self.parts, key=lambda part: part.start))
        if parts and all(part.weight < 0 for part in parts):
            self.problems.append(
                Problem(
                    parts[0].start,
                    parts[-1].end,
                    "This says only what to leave out; say also what to look for, like “beach -people”.",
                )
            )
        problems = tuple(sorted(self.problems, key=lambda problem: (problem.start, problem.end)))
        return Query(self.text, parts, tuple(self.filters), problems)

    def _take_filter(self, token: Token, key: str) -> None:
        if token.weight is not None:
            self._complain(token, f"“{key}:” keeps a photo or does not; the number before it is not used.")
        if len(self.filters) == _MOST_FILTERS:
            self._leave_out(token, f"A query can have {_MOST_FILTERS} filters; this one is left out.")
            return
        try:
            conditions = conditions_of(key, token.value, self.today)
        except NotUnderstoodError as error:
            self._leave_out(token, error.sentence)
            return
        self.filters.append(Filter(key, token.value, conditions, token.sign == "-", token.start, token.end))

    def _take_photo(self, token: Token, key: str) -> None:
        # Of a quoted path the spaces count; one without quotes has none.
        value, tail = (token.value, token.tail) if token.is_phrase else cut_off_region(token.value)
        if not value.strip() or not is_path(value):
            self._leave_out(token, f"The path of a photo is missing after “{key}:”.")
            return
        try:
            region = None if tail is None else region_of(tail)
        except NotUnderstoodError as error:
            self._leave_out(token, error.sentence)
            return
        if key == PHOTO:
            self._add(token, value, Path(value), region)
        elif region is not None:
            self._leave_out(token, f"“{key}:” is for whole photos; “photo:” takes a part of one.")
        else:
            self._add_thumb(token, value, Thumb(key))

    def _add_thumb(self, token: Token, value: str, thumb: Thumb) -> None:
        if token.weight is not None:
            self._complain(token, f"All photos after “{thumb}:” count the same; the number is not used.")
        if token.sign == "-":
            thumb = Thumb.DOWN if thumb is Thumb.UP else Thumb.UP
        weight = 1.0 if thumb is Thumb.UP else -1.0
        self.parts.append(Part(value, weight, Path(value), token.start, token.end, thumb=thumb))

    def _take_words(self, token: Token) -> None:
        value = token.value.strip()
        if token.key:
            self._ask_about(token)
            value = f"{token.key}:{value}"
        if not value:
            # Only quotes can be empty.
            self._leave_out(token, "Nothing stands between these quotes.")
        elif token.sign == "-" or token.weight is not None:
            self._add(token, value, None)
        else:
            self.words.append((token.start, token.end, value))

    def _ask_about(self, token: Token) -> None:
        """Say so where something looks like a filter and is none; a word that ends in a colon does not."""
        if token.value:
            alike = get_close_matches(token.key.lower(), (*KEYS, *sorted(EXAMPLES)), 1)
            hint = f" Did you mean “{alike[0]}:”?" if alike else ""
            self._complain(token, f"There is no filter “{token.key}:”; this is searched as words.{hint}")

    def _add(self, token: Token, text: str, photo: Path | None, region: Region | None = None) -> None:
        weight = self._weight(token)
        if weight:
            weight = -weight if token.sign == "-" else weight
            self.parts.append(Part(text, weight, photo, token.start, token.end, region))

    def _weight(self, token: Token) -> float:
        weight = float(token.weight.replace(",", ".")) if token.weight is not None else 1.0
        if not weight:
            self._leave_out(token, "What counts 0 times is left out.")
        if weight > _HEAVIEST:
            self._complain(
                token, f"Nothing can count more than {_HEAVIEST:.0f} times; {_HEAVIEST:.0f} is used."
            )
        return min(weight, _HEAVIEST)

    def _end_part(self) -> None:
        if self.words:
            text = " ".join(word for _, _, word in self.words)
            self.parts.append(Part(text, 1.0, None, self.words[0][0], self.words[-1][1]))
            self.words.clear()

    def _complain(self, token: Token, sentence: str) -> None:
        self.problems.append(Problem(token.start, token.end, sentence))

    def _leave_out(self, token: Token, sentence: str) -> None:
        self.problems.append(Problem(token.start, token.end, sentence, left_out=True))
