"""Words as a model's numbers, and how far a text is read; which tokenizer a model has, its configuration says."""

import bisect
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.errors import ModelDamagedError
from desktop_app.library.models.files import TOKENIZER_NAME, Config, has_own_tokenizer, section
from desktop_app.library.models.inputs.cleaning import LONGEST_TEXT
from desktop_app.library.models.inputs.clip_tokenizer import ClipTokenizer
from desktop_app.library.models.inputs.file_tokenizer import FileTokenizer

Tokens = NDArray[np.int64]
"""``(n, context_length)`` int64, one text a row."""

_USUAL_LENGTH = 77


class Tokenizer(Protocol):
    """Turns texts into what a model's text tower takes. Safe on any thread."""

    @property
    def context_length(self) -> int:
        """Tokens in a row, those that the tokenizer adds included."""
        ...

    @property
    def room(self) -> int:
        """Tokens of a text that fit into a row beside those that the tokenizer adds."""
        ...

    def tokens(self, texts: Sequence[str]) -> Tokens:
        """Return one row a text, in the order given; what has no room is left out."""
        ...

    def count(self, text: str) -> int:
        """Return how many tokens a text has, without those that the tokenizer adds."""
        ...


def tokenizer_of(config: Config, folder: Path) -> Tokenizer:
    """Return the tokenizer of a model. Milliseconds for CLIP's own, up to a second for one with a file.

    Args:
        config: As `read_config` gives it.
        folder: The model's, for a tokenizer that lies beside the weights.

    Raises:
        ModelMissingError: The tokenizer's file, or the application's vocabulary, is not there.
        ModelDamagedError: The file or what the configuration says of it cannot be used, or is of other words than
            the model's.
    """
    text = section(section(config, "model_cfg"), "text_cfg")
    length = text.get("context_length", _USUAL_LENGTH)
    if type(length) is not int or length < 1:
        raise ModelDamagedError(
            "The model's configuration does not say how long a text may be.",
            "Download or import it again, or choose another one.",
        )
    ways = section(text, "tokenizer_kwargs")
    if has_own_tokenizer(config):
        clean = ways.get("clean", "whitespace")
        return FileTokenizer(folder / TOKENIZER_NAME, length, clean, text.get("vocab_size"))
    tokenizer = ClipTokenizer(length, ways.get("clean", "lower"))
    if text.get("vocab_size", tokenizer.vocabulary_size) != tokenizer.vocabulary_size:
        raise ModelDamagedError(
            "The model reads other words than CLIP's own, which Vislumbre cannot prepare.",
            "Choose a model with CLIP's byte-pair tokenizer.",
        )
    return tokenizer


def unread_words(text: str, tokenizer: Tokenizer) -> str:
    """Return the end of a text that the model does not read, as typed; empty when it reads all.

    A word is read whole or not at all, but one that no row could hold, as of a language without spaces, is read up to
    a letter.
    """
    words = list(re.finditer(r"\S+", text))
    letters = 0
    ends: list[int] = []
    for word in words:
        letters += len(word.group()) + bool(letters)
        if letters > LONGEST_TEXT:
            break
        ends.append(word.end())
    read = _most(len(ends), lambda count: tokenizer.count(text[: ends[count - 1]]) <= tokenizer.room)
    if read == len(words):
        return ""
    word = words[read]
    if tokenizer.count(word.group()) <= tokenizer.room and len(word.group()) <= LONGEST_TEXT:
        return text[word.start() :]
    most = min(len(word.group()), LONGEST_TEXT)
    start = word.start()
    return text[start + _most(most, lambda count: tokenizer.count(text[: start + count]) <= tokenizer.room) :]


def _most(most: int, fits: Callable[[int], bool]) -> int:
    """Return the largest count up to `most` that fits, taking it that all smaller ones do; 0 when none does."""
    return bisect.bisect_left(range(1, most + 1), x=True, key=lambda count: not fits(count))
