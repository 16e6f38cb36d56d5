"""An answer in lines for people: the photos best first, then how many of them fit and what else is to be said."""

from collections import Counter
from collections.abc import Iterator

from desktop_app.library import Answer, Band, Hit
from desktop_app.printable import shown


def answer_lines(answer: Answer) -> Iterator[str]:
    """Yield the lines of an answer."""
    for hit in answer.hits:
        at = "" if hit.at_s is None else f"  at {_clock(hit.at_s)}"
        yield f"{hit.rank:4d} {_place(hit)}  {shown(hit.photo.path)}{at}"
    yield from _summary(answer) if answer.hits else [_nothing_found(answer)]
    if answer.note:
        yield answer.note
    if answer.offer:
        yield f"`vislumbre model use {answer.offer}` chooses it, or says how to get it."
    for problem in answer.problems:
        yield f"“{answer.query[problem.start : problem.end]}”: {problem.sentence}"


def _place(hit: Hit) -> str:
    """Return what puts a photo where it is: its likeness, its name, or its date where only filters were asked."""
    if hit.score is not None:
        return f"{hit.score:6.3f}"
    dated_at = hit.photo.dated_at
    return "  name" if hit.by_name or dated_at is None else f"{dated_at:%Y-%m-%d}"


def _summary(answer: Answer) -> Iterator[str]:
    """Yield where “found” ends among these photos, where it does; of a list by date, how much of it this is."""
    bands = Counter(hit.band for hit in answer.hits)
    count = len(answer.hits)
    if answer.looser is not None:
        yield "Nothing fits well. These come nearest."
    elif bands[Band.FOUND] < count:
        said = ((Band.FOUND, "found"), (Band.MAYBE, "maybe"), (Band.REST, "only nearest"))
        yield f"Of these, {', '.join(f'{words}: {bands[band]:,}' for band, words in said if bands[band])}."
    elif not answer.parts and (answer.filtered or 0) > count:
        yield f"These are the newest {count:,} of {answer.filtered:,}; --limit N prints more."


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"


def _nothing_found(answer: Answer) -> str:
    if answer.filtered == 0:
        return "No photo passes these filters."
    if answer.problems and not answer.filtered:
        return "No photo was found."
    if answer.model is None and answer.parts:
        return "No photo was found. Without a model, only names, folders and tags are searched."
    return "No photo was found. Index a folder first, or try other words."
