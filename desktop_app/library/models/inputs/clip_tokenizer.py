"""CLIP's byte-pair tokenizer: the numbers that open_clip gives, from its own vocabulary, without importing it.

Written here because no kept library is as quick to start: `tokenizers` takes CLIP's merges too, but 0.1 to 0.3 s and 44 MB to
build its tables, where the one below takes 0.015 to 0.05 s and 9 MB. A text of plain ASCII, as most queries are, needs
neither ftfy (0.1 s, 8 MB) nor `regex` (0.02 s) either.
"""

import functools
import itertools
import re
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.errors import ModelMissingError
from desktop_app.library.models.inputs.cleaning import cleaner
from desktop_app.library.outside.files import read_file

_VOCABULARY = Path("models", "vocabulary", "bpe_simple_vocab_16e6.txt.gz")
_LONGEST_FILE = 4 * 1024 * 1024
_MERGES = 49152 - 256 - 2
# The merges that are used end at 0.53 MB; the file goes on for 2.7 more.
_ENOUGH_BYTES = 600_000
_GZIP = 31  # what zlib calls it

_START, _END = "<start_of_text>", "<end_of_text>"
_SPECIAL = {_START: 512 + _MERGES, _END: 512 + _MERGES + 1}
_WORD_END = "</w>"
# What open_clip cuts a text into. The first finds the same in a text of ASCII, where `\p{L}` is not needed.
_SHORT_FORMS = rf"{_START}|{_END}|'s|'t|'re|'ve|'m|'ll|'d"
_ASCII_PIECES = re.compile(rf"{_SHORT_FORMS}|[A-Za-z]+|[0-9]|[^\sA-Za-z0-9]+", re.IGNORECASE | re.ASCII)
_PIECES = rf"{_SHORT_FORMS}|[\p{{L}}]+|[\p{{N}}]|[^\s\p{{L}}\p{{N}}]+"
_KEPT_WORDS = 4096


class ClipTokenizer:
    """Turns texts into CLIP's tokens; equal to open_clip's `SimpleTokenizer`. Safe on any thread.

    Attributes:
        context_length: Tokens in a row, start and end included.
        room: Tokens of a text that fit beside start and end.
        vocabulary_size: How many tokens there are.
    """

    vocabulary_size = 512 + _MERGES + len(_SPECIAL)

    def __init__(self, context_length: int = 77, clean: object = "lower") -> None:
        """Read the vocabulary, once a process.

        Args:
            context_length: At least 1.
            clean: See `cleaner`.

        Raises:
            ModelMissingError: The vocabulary that ships with the application is not there.
            ModelDamagedError: There is no such way to clean.
        """
        self.context_length = context_length
        self.room = max(0, context_length - 2)
        self._clean = cleaner(clean)
        _merges()

    def tokens(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """Return ``(n, context_length)``: start, text, end, zeros. Of a text that is too long the end is cut off."""
        rows = np.zeros((len(texts), self.context_length), dtype=np.int64)
        for row, text in zip(rows, texts, strict=True):
            numbers = [_SPECIAL[_START], *itertools.islice(self._numbers(text), self.context_length)]
            numbers = [*numbers, _SPECIAL[_END]][: self.context_length]
            numbers[-1] = _SPECIAL[_END]
            row[: len(numbers)] = numbers
        return rows

    def count(self, text: str) -> int:
        """Return how many tokens a text has, without start and end."""
        return sum(1 for _ in self._numbers(text))

    def _numbers(self, text: str) -> Iterable[int]:
        text = self._clean(text)
        pieces = _ASCII_PIECES if text.isascii() else _pieces()
        return itertools.chain.from_iterable(map(_word, pieces.findall(text)))


def pieces_of(word: str) -> int:
    """Return of how many tokens a word in small letters is: one where it was frequent in what the vocabulary was made from."""
    return len(_word(word))


@functools.lru_cache(_KEPT_WORDS)
def _word(word: str) -> tuple[int, ...]:
    """Return the tokens of a piece of a text: two neighbours after the other are merged, the earliest learned first."""
    if word in _SPECIAL:
        return (_SPECIAL[word],)
    merges, letters = _merges(), _letters()
    parts = [letters[byte] for byte in word.encode("utf-8", "replace")]
    numbers = _letter_numbers()
    parts[-1] += _WORD_END
    made: dict[str, int] = {}
    while len(parts) > 1:
        known = {number: pair for pair in itertools.pairwise(parts) if (number := merges.get(" ".join(pair)))}
        if not known:
            break
        number = min(known)
        parts = _merged(parts, *known[number])
        made["".join(known[number])] = number
    return tuple(made[part] if part in made else numbers[part] for part in parts)


def _merged(parts: Sequence[str], first: str, second: str) -> list[str]:
    """Return the parts with every such pair as one, from left to right."""
    merged: list[str] = []
    left_alone = True  # the last one is not a half of a pair
    for part in parts:
        if left_alone and merged and part == second and merged[-1] == first:
            merged[-1] += part
            left_alone = False
        else:
            merged.append(part)
            left_alone = True
    return merged


@functools.cache
def _letters() -> dict[int, str]:
    """Return the letter that stands for each byte: itself where it can be seen, else one beyond Latin-1."""
    seen = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    hidden = [byte for byte in range(256) if byte not in seen]
    return dict(zip([*seen, *hidden], map(chr, [*seen, *range(256, 256 + len(hidden))]), strict=True))


@functools.cache
def _letter_numbers() -> dict[str, int]:
    """Return the tokens of single bytes, then of those that end a word."""
    letters = list(_letters().values())
    return {part: n for n, part in enumerate([*letters, *(letter + _WORD_END for letter in letters)])}


@functools.cache
def _merges() -> dict[str, int]:
    """Return the token of each pair, the two written with a space between; lower is merged earlier.

    Raises:
        ModelMissingError: The vocabulary is not there, or is damaged.
    """
    path = _resources() / _VOCABULARY
    try:
        start = zlib.decompressobj(_GZIP).decompress(read_file(path, _LONGEST_FILE), _ENOUGH_BYTES)
        lines = start.decode("utf-8", "ignore").split("\n", _MERGES + 1)[1 : _MERGES + 1]
    except (OSError, zlib.error) as error:
        raise _no_vocabulary(path) from error
    if len(lines) != _MERGES:
        raise _no_vocabulary(path)
    return dict(zip(lines, range(512, 512 + _MERGES), strict=True))


@functools.cache
def _pieces() -> Any:
    import regex

    return regex.compile(_PIECES, regex.IGNORECASE)


def _resources() -> Path:
    """Return the folder of what ships with the application: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[3]
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"


def _no_vocabulary(path: Path) -> ModelMissingError:
    return ModelMissingError(
        f"The list of words that models read, {path}, is not there or is damaged.",
        "Install Vislumbre again; searching by name works meanwhile.",
    )


def vocabulary() -> tuple[dict[str, int], list[str]]:
    """Return the number of each token, and the pairs that are merged, the earliest first, with a space between the two.

    Raises:
        ModelMissingError: As the tokenizer.
    """
    merges = _merges()
    merged = {pair.replace(" ", "", 1): number for pair, number in merges.items()}
    return {**_letter_numbers(), **merged, **_SPECIAL}, list(merges)


def is_clips(vocab: object, merges: object) -> bool:
    """Tell whether a tokenizer of another program cuts texts into CLIP's own tokens.

    Args:
        vocab: Its numbers by their tokens; what start and end of a text are called may differ.
        merges: What is merged, in its order: two parts each, as a list or with a space between.
    """
    if not isinstance(vocab, dict) or not isinstance(merges, list):
        return False
    tokens, own = vocabulary()
    first_special = ClipTokenizer.vocabulary_size - len(_SPECIAL)
    ordinary = {token: number for token, number in tokens.items() if number < first_special}
    theirs = {
        token: number for token, number in vocab.items() if isinstance(number, int) and number < first_special
    }
    pairs = [" ".join(map(str, merge)) if isinstance(merge, list) else merge for merge in merges]
    return theirs == ordinary and pairs == own
