"""Cuts file names into words, so that "2682", "img 2682" and "IMG_2682" all find IMG_2682.heic."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

# Runs of letters and digits; everything else, the underscore too, stands between words.
_RUN = re.compile(r"[^\W_]+")
# Chinese and Japanese are written without spaces; there, every character is a word.
_WITHOUT_SPACES = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
# More words than this nobody types; a pasted page must not become a query of a thousand terms.
_MOST_WORDS = 20


def indexed_words(path: Path, folder: Path, said: str = "") -> str:
    """Return the words a photo is found by, with spaces between them.

    They are those of its file name, of the folders down from the chosen one, which counts too, and of what was said of
    the photo. What is above the chosen folder ("home", the person's name) would match every photo.

    Args:
        path: The photo.
        folder: The chosen folder that it lies below.
        said: Its tags and caption.
    """
    parts = (*path.relative_to(folder.parent).parts, said)
    return " ".join(dict.fromkeys(word for part in parts for run in _runs(part) for word in _spellings(run)))


def query_for(text: str) -> str | None:
    """Return the FTS5 query for any text: every word of it, each as the beginning of a word.

    Returns:
        None when the text has no word in it.
    """
    # Only letters and digits come out of `_runs`, so quoting is all that is needed to make any text safe.
    terms = [_term(run) for run in _runs(text)[:_MOST_WORDS]]
    return " AND ".join(terms) or None


def where_words_stand(text: str, path: Path) -> tuple[bool, bool]:
    """Say of a photo that was found by the words of a text whether its name and whether its folders have some.

    A word that stands in both counts for the name.
    """
    spellings = {word for run in _runs(path.name) for word in _spellings(run)}
    in_name = [_begins_one(run, spellings) for run in _runs(text)[:_MOST_WORDS]]
    return any(in_name), not all(in_name)


def _begins_one(run: str, spellings: set[str]) -> bool:
    words = [word.casefold() for word in _words(run)]
    return all(any(one.startswith(word) for one in spellings) for word in words) or any(
        one.startswith(run.casefold()) for one in spellings
    )


def _term(run: str) -> str:
    words = [word.casefold() for word in _words(run)]
    together = " AND ".join(f'"{word}"*' for word in words)
    # "iPhone" is meant to find "IPHONE" too, which has no border to cut at.
    return f'(({together}) OR "{run.casefold()}"*)' if len(words) > 1 else together


def _runs(text: str) -> list[str]:
    """Cut text at everything that is neither letter nor digit, accents removed."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return _RUN.findall(plain)


def _spellings(run: str) -> Iterator[str]:
    """Yield the words of a run, the run as a whole, and its numbers without leading zeros."""
    words = [word.casefold() for word in _words(run)]
    yield from words
    if len(words) > 1:
        yield run.casefold()
    for word in words:
        if word.startswith("0") and word.isdigit():
            yield word.lstrip("0") or "0"


def _words(run: str) -> list[str]:
    """Cut a run between letters and digits, and where a new word begins with a capital."""
    borders = [0, *(at for at in range(1, len(run)) if _is_border(run, at)), len(run)]
    return [run[start:end] for start, end in pairwise(borders)]


def _is_border(run: str, at: int) -> bool:
    before, after = run[at - 1], run[at]
    if before.isdigit() != after.isdigit():
        return True
    if _WITHOUT_SPACES.match(before) or _WITHOUT_SPACES.match(after):
        return True
    if not after.isupper():
        return False
    # "summerBeach", and "HTMLFile", whose second word begins with its last capital.
    return before.islower() or run[at + 1 : at + 2].islower()
