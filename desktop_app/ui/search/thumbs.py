"""Thumbs up and down in a query's text: which there are, and the text with others."""

from collections.abc import Iterable
from pathlib import Path

from desktop_app.library import Part, Thumb, example_text, parse
from desktop_app.ui.search import query_edit
from desktop_app.ui.search.question import Browse, Question, Words


def text_of(question: Question) -> str | None:
    """Return a question as it could be typed; None where nothing is asked, or too many examples are."""
    if isinstance(question, Words):
        return question.text
    if isinstance(question, Browse) or question.more:
        return None
    return example_text(question.path)


def thumbs_in(text: str) -> dict[Path, Thumb]:
    """Return the photos with thumbs, and which; of a photo with both, the later one."""
    return {part.photo: part.thumb for part in parse(text).parts if part.photo and part.thumb}


def with_thumbs(text: str, photos: Iterable[Path], thumb: Thumb | None) -> str:
    """Return the text with these photos' thumbs taken out, and this one for each at the end; None for no new one."""
    chosen = list(dict.fromkeys(photos))
    text = _without(text, [part for part in parse(text).parts if part.thumb and part.photo in chosen])
    if thumb is None:
        return text
    return query_edit.with_piece(text, " ".join(example_text(photo, thumb=thumb) for photo in chosen))


def without_thumbs(text: str) -> str:
    """Return the text with all thumbs taken out."""
    return _without(text, [part for part in parse(text).parts if part.thumb])


def goes_on(before: Question | None, now: Question) -> bool:
    """Whether a question is the one before, asked again or refined: place and selection may stay."""
    if before is None or before == now:
        return before == now
    first, second = text_of(before), text_of(now)
    return first is not None and second is not None and without_thumbs(first) == without_thumbs(second)


def _without(text: str, parts: Iterable[Part]) -> str:
    for part in sorted(parts, key=lambda part: -part.start):
        text = query_edit.without(text, part.start, part.end)
    return text
