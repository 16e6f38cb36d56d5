"""What the grid can be asked to show, and how the window says it."""

from dataclasses import dataclass
from pathlib import Path

from desktop_app.library import Answer, Filter, parse
from desktop_app.ui.look import wording


@dataclass(frozen=True, slots=True)
class Browse:
    """All photos, newest first."""


@dataclass(frozen=True, slots=True)
class Words:
    """Photos that show what a text describes.

    Attributes:
        text: What was typed.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Like:
    """Photos that look like one, or like the mean of several.

    Attributes:
        path: The example.
        name: What to call it where its file's name means nothing to the person; empty for that name.
        more: Further examples.
    """

    path: Path
    name: str = ""
    more: tuple[Path, ...] = ()


Question = Browse | Words | Like


def only_filters(question: Question) -> tuple[Filter, ...] | None:
    """Return the filters of a question that looks for nothing in particular, none for all photos; else None."""
    if isinstance(question, Browse):
        return ()
    if isinstance(question, Like):
        return None
    query = parse(question.text)
    return query.filters if query.filters and not query.parts else None


def browsing_heading(photos: int) -> str:
    """Return the line above all photos."""
    return f"{wording.counted(photos, 'photo')}, newest first"


def answer_heading(question: Question, answer: Answer) -> str:
    """Return the line above an answer."""
    count = wording.counted(len(answer.hits), "photo")
    if isinstance(question, Like):
        return f"{count}, most alike first"
    if all(hit.score is None for hit in answer.hits):
        return f"{count} with these words in the name"
    return f"{count}, most similar first"
