"""The tokenizer of SigLIP models, from the `tokenizer.json` beside their weights."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.errors import ModelDamagedError
from desktop_app.library.models.files import LONGEST_TOKENIZER, missing
from desktop_app.library.models.inputs.cleaning import cleaner
from desktop_app.library.outside.files import read_file

_FETCH_AGAIN = "Download or import the model again."
# Of SigLIP 2, which reads by Gemma's vocabulary, and of SigLIP, by T5's: what ends a text and what fills its row, with the
# numbers that open_clip gives them (its `SigLipTokenizer`).
_KINDS = (({"<eos>": 1, "<pad>": 0}, 1, 0), ({"</s>": 1, "<unk>": 2}, 1, 1))
# What tokenizers made of SentencePiece's files search texts for. Another pattern could take for ever, or end the thread: the
# library gives up on one by what Python cannot catch as an exception.
_PATTERNS = frozenset({" {2,}", r"\A +| +\z", r"\A▁"})
# A vocabulary may have some tokens less than the model has rows for, never more.
_LEAST_SHARE = 0.9


class FileTokenizer:
    """Turns texts into the tokens of a SigLIP model as open_clip's `HFTokenizer` does. Safe on any thread.

    Attributes:
        context_length: Tokens in a row, the end included.
        room: Tokens of a text that fit beside the end.
        vocabulary_size: How many tokens there are.
    """

    def __init__(self, path: Path, context_length: int, clean: object, rows: object) -> None:
        """Read the file.

        Args:
            path: The model's `tokenizer.json`.
            context_length: At least 1.
            clean: See `cleaner`.
            rows: Tokens that the model knows (`vocab_size`).

        Raises:
            ModelMissingError: It is not there or cannot be read.
            ModelDamagedError: It is no such file, is of another kind, or of another number of tokens.
        """
        self.context_length = context_length
        self.room = context_length - 1
        self._path = path
        self._clean = cleaner(clean)
        self._tokenizer = _read(path)
        self.vocabulary_size: int = self._tokenizer.get_vocab_size(with_added_tokens=True)
        if not isinstance(rows, int) or not rows * _LEAST_SHARE <= self.vocabulary_size <= rows:
            raise ModelDamagedError(
                f"{path} does not belong to the model: it knows {self.vocabulary_size:,} tokens, the model {rows}.",
                _FETCH_AGAIN,
            )
        self._rows = rows
        self._end, self._filling = _ends(self._tokenizer, path)

    def tokens(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """Return ``(n, context_length)``: text, end, filling. Of a text that is too long the end is cut off.

        Raises:
            ModelDamagedError: The file cannot be used for such a text.
        """
        rows = np.full((len(texts), self.context_length), self._filling, dtype=np.int64)
        for row, text in zip(rows, texts, strict=True):
            numbers = [*self._numbers(text)[: self.room], self._end]
            row[: len(numbers)] = numbers
        return rows

    def count(self, text: str) -> int:
        """Return how many tokens a text has, without the end.

        Raises:
            ModelDamagedError: The file cannot be used for such a text.
        """
        return len(self._numbers(text))

    def _numbers(self, text: str) -> list[int]:
        try:
            numbers: list[int] = self._tokenizer.encode(self._clean(text), add_special_tokens=False).ids
        except Exception as error:  # the library raises nothing narrower
            raise _damaged(self._path, error) from error
        if any(number >= self._rows for number in numbers):
            raise _damaged(self._path, "it numbers its tokens beyond those of the model")
        return numbers


def _read(path: Path) -> Any:
    try:
        content = read_file(path, LONGEST_TOKENIZER)
    except OSError as error:
        raise missing(path) from error
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_buffer(content)
    except Exception as error:  # the library raises nothing narrower
        raise _damaged(path, error) from error
    parts = [part.__getstate__() for part in (tokenizer.normalizer, tokenizer.pre_tokenizer) if part]
    if foreign := {pattern for part in parts for pattern in _patterns(json.loads(part))} - _PATTERNS:
        raise _damaged(path, f"it searches texts for {min(foreign)}, which no known one does")
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _patterns(part: object) -> Iterator[str]:
    """Yield all regular expressions of a part of a tokenizer."""
    if isinstance(part, dict):
        yield from (str(value) for key, value in part.items() if key == "Regex")
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    for one in inner:
        yield from _patterns(one)


def _ends(tokenizer: Any, path: Path) -> tuple[int, int]:
    """Return the tokens that end a text and fill its row.

    Raises:
        ModelDamagedError: The vocabulary is of another kind of model.
    """
    for signs, end, filling in _KINDS:
        if all(tokenizer.token_to_id(token) == number for token, number in signs.items()):
            return end, filling
    raise ModelDamagedError(
        f"{path} is not the tokenizer of a SigLIP model, which is the only kind beside CLIP's own that can be prepared.",
        "Choose another model.",
    )


def _damaged(path: Path, why: object) -> ModelDamagedError:
    return ModelDamagedError(f"{path} is damaged, or no tokenizer: {str(why)[:200]}.", _FETCH_AGAIN)
