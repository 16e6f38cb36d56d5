"""What is done to a text before it becomes tokens, as open_clip does it."""

import string
from collections.abc import Callable

from desktop_app.library.errors import ModelDamagedError

LONGEST_TEXT = 2000
"""Letters of a text that are read; no query is longer, and merging one endless word takes time that grows with its square."""

_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


def cleaner(kind: object) -> Callable[[str], str]:
    """Return what cleans a text: `lower`, `whitespace` or `canonicalize`, as a configuration's `tokenizer_kwargs` say.

    Raises:
        ModelDamagedError: There is no such way.
    """
    if isinstance(kind, str) and kind in _CLEANERS:
        return _CLEANERS[kind]
    raise ModelDamagedError(
        f"The model's configuration asks for its words to be cleaned in an unknown way ({str(kind)[:40]}).",
        "Download or import it again, or choose another one.",
    )


def _whitespace(text: str) -> str:
    return " ".join(_mended(text).split())


def _lower(text: str) -> str:
    return _whitespace(text).lower()


def _canonical(text: str) -> str:
    return " ".join(_mended(text).replace("_", " ").translate(_NO_PUNCTUATION).lower().split())


_CLEANERS = {"lower": _lower, "whitespace": _whitespace, "canonicalize": _canonical}


def _mended(text: str) -> str:
    """Return the text with its encoding repaired and what HTML writes as names as letters; at most `LONGEST_TEXT` go in."""
    if len(text) > LONGEST_TEXT:
        text = " ".join(text.split())[:LONGEST_TEXT]
    if text.isascii() and text.isprintable() and "&" not in text:
        return text.strip()  # what follows would change nothing, and ftfy takes 0.1 s to import
    import html

    import ftfy

    return html.unescape(html.unescape(ftfy.fix_text(text))).strip()
