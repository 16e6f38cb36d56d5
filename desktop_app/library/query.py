"""What a person typed into the search bar, understood: parts to look for, filters, and what made no sense."""

from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path

from desktop_app.library.query_filters import KEYS, Filter, conditions_of, is_path
from desktop_app.library.query_words import NotUnderstoodError, Token, quoted, tokens

PHOTO = "photo"
"""The key of an example photo."""

_HEAVIEST = 100.0
_MOST_FILTERS = 50


@dataclass(frozen=True, slots=True)
class Part:
    """Something to look for, or away from.

    Attributes:
        text: The words, or the example photo's path as typed.
        weight: How much it counts; below 0 for what is not wanted.
        photo: The example photo; None for words.
        start: Where it begins in the query.
        end: Where it ends.
    """

    text: str
    weight: float = 1.0
    photo: Path | None = None
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """A piece of a query that was not understood, or that changes nothing.

    Attributes:
        start: Where it begins in the query.
        end: Where it ends.
        sentence: What is wrong with it, for a person.
    """

    start: int
    end: int
    sentence: str


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
    follows them, and make a part of their own.

    Args:
        text: Anything.
        today: What "yesterday" and its like start from; None for the present day.
    """
    reading = _Reading(text, today or datetime.now().astimezone().date())
    for token in tokens(text):
        reading.take(token)
    return reading.done()


def filter_text(key: str, value: str, *, negated: bool = False) -> str:
    """Return a filter, or an example photo, as it is typed."""
    return f"{'-' if negated else ''}{key}:{quoted(value)}"


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
        elif token.key.lower() == PHOTO:
            self._take_photo(token)
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
            self._complain(token, f"A query can have {_MOST_FILTERS} filters; this one is left out.")
            return
        try:
            conditions = conditions_of(key, token.value, self.today)
        except NotUnderstoodError as error:
            self._complain(token, error.sentence)
            return
        self.filters.append(Filter(key, token.value, conditions, token.sign == "-", token.start, token.end))

    def _take_photo(self, token: Token) -> None:
        value = token.value.strip()
        if not value or not is_path(value):
            self._complain(token, "The path of a photo is missing after “photo:”.")
            return
        self._add(token, value, Path(value))

    def _take_words(self, token: Token) -> None:
        value = token.value.strip()
        if token.key:
            self._ask_about(token)
            value = f"{token.key}:{value}"
        if not value:
            # Only quotes can be empty.
            self._complain(token, "Nothing stands between these quotes.")
        elif token.sign == "-" or token.weight is not None:
            self._add(token, value, None)
        else:
            self.words.append((token.start, token.end, value))

    def _ask_about(self, token: Token) -> None:
        """Say so where something looks like a filter and is none; a word that ends in a colon does not."""
        if token.value:
            alike = get_close_matches(token.key.lower(), (*KEYS, PHOTO), 1)
            hint = f" Did you mean “{alike[0]}:”?" if alike else ""
            self._complain(token, f"There is no filter “{token.key}:”; this is searched as words.{hint}")

    def _add(self, token: Token, text: str, photo: Path | None) -> None:
        weight = self._weight(token)
        if weight:
            self.parts.append(
                Part(text, -weight if token.sign == "-" else weight, photo, token.start, token.end)
            )

    def _weight(self, token: Token) -> float:
        weight = float(token.weight.replace(",", ".")) if token.weight is not None else 1.0
        if not weight:
            self._complain(token, "What counts 0 times is left out.")
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
