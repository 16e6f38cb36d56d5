"""Which of the words behind `date:` belong to it, for nobody writes quotes around Dec 2019."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import takewhile
from typing import Final

from desktop_app.library.query.date_names import is_of_dates
from desktop_app.library.query.dates import WORDS, interval_of
from desktop_app.library.query.tokens import NotUnderstoodError, Token

_KEYS: Final = frozenset({"date", "before", "after"})
# "from 14 July 2019 to the 5th of August 2020" has so many words behind the first.
_MOST_WORDS: Final = 10
# No query has more filters; of a pasted page the rest need not be looked at.
_MOST_DATES: Final = 50
_BEGUN_YEAR: Final = re.compile(r"\d{1,3}", re.ASCII)
_JOINS: Final = frozenset({"to", "until", "till"})


def with_their_dates(found: Iterable[Token], today: date) -> Iterator[Token]:
    """Yield the tokens of a query, the words that complete a date as one with its key.

    So do words at the end of the query that do not yet complete it, but may: as long as somebody types the 2019 of
    "date:Dec 2019", they look for no 201.
    """
    tokens = list(found)
    at = dates = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token.key.lower() in _KEYS and token.is_phrase and at < len(tokens) and _is_end(token, tokens[at]):
            token = replace(token, value=f"{token.value}{tokens[at].value}", end=tokens[at].end)
            at += 1
        if token.key.lower() in _KEYS and not token.is_phrase and dates < _MOST_DATES:
            dates += 1
            behind = list(takewhile(_is_word, tokens[at : at + _MOST_WORDS]))
            ends_text = at + len(behind) == len(tokens)
            count = _belonging(token.value, [word.value for word in behind], today, ends_text=ends_text)
            at += count
            if count:
                value = " ".join((token.value, *(word.value for word in behind[:count]))).strip()
                token = replace(token, value=value, end=behind[count - 1].end)
        yield token


def _is_end(token: Token, after: Token) -> bool:
    """Whether a word goes on with a date in quotes that begins a range: `date:"Dec 2019"..2020`."""
    return _is_word(after) and after.start == token.end and after.value.startswith(("..", "…"))


def _is_word(token: Token) -> bool:
    return not (token.key or token.sign or token.weight or token.is_phrase or token.is_separator)


def _belonging(value: str, words: Sequence[str], today: date, *, ends_text: bool) -> int:
    """Return how many words belong to a date, whose first word is the value."""
    if not value:
        return 0
    texts = [" ".join((value, *words[:count])) for count in range(len(words) + 1)]
    # "the" adds nothing to a date, so the search may be for the one that follows.
    complete = [at for at, text in enumerate(texts) if _is_date(text, today) and not text.endswith(" the")]
    if complete:
        begun = ends_text and _is_begun_anew(texts[-1], today)
        return len(words) if begun else complete[-1]
    # Of "31 June 2021" there is no such date; it is no search for June all the same.
    known = sum(1 for _ in takewhile(_is_known, (value, *words)))
    last_is_begun = ends_text and known == len(words) and bool(words) and _is_begun(words[-1])
    return len(words) if last_is_begun else max(0, known - 1)


def _is_date(text: str, today: date) -> bool:
    try:
        for piece in text.split("|"):
            interval_of(piece, today)
    except NotUnderstoodError:
        return False
    return True


def _is_begun_anew(text: str, today: date) -> bool:
    """Whether a text that begins with a date ends in the middle of a year, or of another end."""
    *before, last = text.lower().split()
    if last in _JOINS:
        return _is_date(f"{text} 9999", today)
    return bool(_BEGUN_YEAR.fullmatch(last)) and _is_date(" ".join((*before, last.ljust(4, "9"))), today)


def _is_begun(word: str) -> bool:
    plain = word.lower()
    return any(known.startswith(plain) for known in WORDS) or is_of_dates(plain, begun=True)


def _is_known(word: str) -> bool:
    plain = word.lower().strip(",.")
    return plain in WORDS or plain.isdecimal() or is_of_dates(plain)
