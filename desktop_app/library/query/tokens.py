"""Cuts what a person typed into tokens: words, phrases, signs, weights and keys. Any text can be cut."""

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass

SEPARATOR = "+"
"""What stands between two parts when it stands alone."""
EXAMPLES = frozenset({"photo", "like", "unlike"})
"""The keys whose value is a photo; a rectangle may follow its closing quote: `photo:"a b.jpg"#10,20,40,30`."""

# Each sign that may open a phrase, with those that may close it: programs turn typed quotes into these pairs.
_CLOSING = {'"': '"', "“": "”“", "„": "“”", "«": "»"}
_MINUS = "-−"
_WEIGHT = re.compile(r"(\d{1,6}(?:[.,]\d{1,6})?|[.,]\d{1,6}):(?=[^\s\d])")
_KEY = re.compile(r"([^\W\d_]{2,20}):")
# What may follow a sign: letters of any script and emoji do; of the marks only those that begin something.
_NO_BEGINNING = frozenset(string.punctuation) - frozenset('"._#@/')


class NotUnderstoodError(ValueError):
    """A value of the query language makes no sense; caught while parsing, never seen outside.

    Attributes:
        sentence: What is wrong, and what to write in its stead.
    """

    def __init__(self, sentence: str, *, of: str = "") -> None:
        """Put it into words.

        Args:
            sentence: What is wrong; where it is said of a piece, what comes after that.
            of: The piece, small letters in place of those that were typed; empty where the sentence has all.
        """
        self.sentence = f"“{of}” {sentence}" if of else sentence
        super().__init__(self.sentence)
        self._said, self._of = sentence, of

    def typed_in(self, text: str) -> "NotUnderstoodError":
        """Return the same with its piece as it was typed in a text, where it is found there."""
        piece = re.escape(self._of)
        for plain, typed in ((r"\.\.", r"(?:\.\.|…)"), ("'", "['’]"), (r"\ ", r"\s+")):
            piece = piece.replace(plain, typed)
        found = re.search(piece, text, re.IGNORECASE) if self._of else None
        return NotUnderstoodError(self._said, of=found[0]) if found else self


@dataclass(frozen=True, slots=True)
class Token:
    """A word or phrase with what stands before it, or a lone `+`.

    Attributes:
        start: Where it begins in the text.
        end: Where it ends; the sign there is not its own.
        value: The word, or what stands inside the quotes; `SEPARATOR` for a lone `+`.
        sign: "+", "-" or nothing.
        weight: The number before it as typed, or None.
        key: The word before the colon as typed; empty without one.
        is_phrase: Whether it was quoted.
        is_closed: Whether its quote was closed.
        is_separator: Whether it is a lone `+`.
        tail: What follows a quoted example up to the next space, without its `#`; None where nothing does.
    """

    start: int
    end: int
    value: str
    sign: str = ""
    weight: str | None = None
    key: str = ""
    is_phrase: bool = False
    is_closed: bool = True
    is_separator: bool = False
    tail: str | None = None


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of any text, in order.

    A sign counts only where a word begins and something follows it, so `t-shirt`, `x-ray`, `C++` and a lone `-`
    are words. A number before a colon is a weight unless a digit follows (`16:9`, `10:30` are words). A phrase
    begins only where a word, a weight or a key's value begins, so `15" laptop` is two words. Inside a phrase two
    quotes stand for one; a backslash stands for itself, as paths of Windows need it.
    """
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token = _token(text, at)
        yield token
        at = token.end


def quoted(value: str) -> str:
    """Return a value as it must be written to be read back: with quotes around it where it needs them."""
    needs = not value or value[0] in _CLOSING or any(sign.isspace() for sign in value)
    return phrase(value) if needs else value


def phrase(value: str) -> str:
    """Return a value in quotes, to be read back as it is."""
    return '"' + value.replace('"', '""') + '"'


def _token(text: str, start: int) -> Token:
    if text[start] == SEPARATOR and (start + 1 == len(text) or text[start + 1].isspace()):
        return Token(start, start + 1, SEPARATOR, is_separator=True)
    at = start
    sign = ""
    if text[at] in _MINUS + SEPARATOR and _may_begin(text, at + 1):
        sign = SEPARATOR if text[at] == SEPARATOR else "-"
        at += 1
    weight = _WEIGHT.match(text, at)
    at = weight.end() if weight else at
    key = _KEY.match(text, at)
    at = key.end() if key else at
    is_phrase = text[at : at + 1] in tuple(_CLOSING)
    end, value, is_closed = _phrase(text, at) if is_phrase else _word(text, at)
    name = key[1] if key else ""
    tail = _tail(text, end) if is_phrase and is_closed and name.lower() in EXAMPLES else None
    return Token(
        start,
        end if tail is None else end + 1 + len(tail),
        value,
        sign,
        weight[1] if weight else None,
        name,
        is_phrase=is_phrase,
        is_closed=is_closed,
        tail=tail,
    )


def _tail(text: str, at: int) -> str | None:
    if text[at : at + 1] != "#":
        return None
    end, value, _ = _word(text, at + 1)
    return text[at + 1 : end] if value else ""


def _may_begin(text: str, at: int) -> bool:
    return at < len(text) and not text[at].isspace() and text[at] not in _NO_BEGINNING


def _word(text: str, start: int) -> tuple[int, str, bool]:
    end = start
    while end < len(text) and not text[end].isspace():
        end += 1
    return end, text[start:end], True


def _phrase(text: str, start: int) -> tuple[int, str, bool]:
    """Return where a phrase ends, what it holds, and whether it is closed; one that is not goes to the end."""
    closing = _CLOSING[text[start]]
    signs: list[str] = []
    at = start + 1
    while at < len(text):
        if text[at] not in closing:
            signs.append(text[at])
            at += 1
        elif text[at] == text[at + 1 : at + 2]:
            signs.append(text[at])
            at += 2
        else:
            return at + 1, "".join(signs), True
    return at, "".join(signs), False
