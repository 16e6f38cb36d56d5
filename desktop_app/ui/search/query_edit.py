"""Small changes to a query's text that leave the rest as it was typed."""

import re
from collections.abc import Hashable

from desktop_app.library import filter_text, parse

_GAP = re.compile(r"\s+")


def without(text: str, start: int, end: int) -> str:
    """Return the text without a piece; of the spaces around it one is left."""
    before, after = text[:start].rstrip(), text[end:].lstrip()
    # A lone plus that joined the piece to its neighbour would be left hanging.
    before = before.removesuffix(" +") if not after or after.startswith("+") else before
    return f"{before} {after}".strip()


def with_piece(text: str, piece: str) -> str:
    """Return the text with a piece at its end."""
    return f"{text.rstrip()} {piece}".strip()


def filter_value(text: str, key: str) -> str:
    """Return what the last filter of this key says, unless it says "not"; empty when there is none."""
    values = [filter_.value for filter_ in parse(text).filters if filter_.key == key and not filter_.negated]
    return values[-1] if values else ""


def with_filter(text: str, key: str, value: str) -> str:
    """Return the text with one filter of this key: those that do not say "not" go, the new one stands at the end.

    Args:
        text: A query.
        key: One of `FILTER_KEYS`.
        value: As it is to be read back; empty for no such filter.
    """
    old = [filter_ for filter_ in parse(text).filters if filter_.key == key and not filter_.negated]
    for filter_ in reversed(old):
        text = without(text, filter_.start, filter_.end)
    return with_piece(text, filter_text(key, value)) if value else text


def meant(text: str) -> str:
    """Return what a text asks for, as text: without what is left out of it, like a filter that is still being typed."""
    rest = text
    for problem in reversed(parse(text).problems):
        if problem.left_out:
            rest = without(rest, problem.start, problem.end)
    # Without the plus before it, say, what stands around it would be one thing.
    return rest if rest == text or _asked(rest) == _asked(text) else text


def _asked(text: str) -> Hashable:
    query = parse(text)
    parts = [(part.kind, part.text, part.weight, part.region) for part in query.parts]
    return tuple(parts), query.filters


def one_line(text: str) -> str:
    """Return the text with every run of white space as one space."""
    return _GAP.sub(" ", text).strip()
