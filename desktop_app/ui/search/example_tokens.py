"""The example photos and thumbs of a query, cut out of its text: each is one token of the search field."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from desktop_app.library import Part, Region, Thumb, parse
from desktop_app.ui.look import wording
from desktop_app.ui.look.thumb_buttons import ICONS as THUMBS

Pictured = tuple[Path, Region | None]
"""What a token shows: a photo, or a rectangle of one."""

_JUDGED: Final = {Thumb.UP: "Thumbs up", Thumb.DOWN: "Thumbs down"}
_LONGEST: Final = 16
_LONGEST_SAID: Final = 36


@dataclass(frozen=True, slots=True)
class ExampleToken:
    """One example photo, or one photo with a thumb, of a query.

    Attributes:
        raw: Its piece of the query, as typed.
        photo: The photo.
        region: The rectangle of it that counts; None for all of it.
        thumb: What the person said of it; None for an example.
        weight: How much it counts; below 0 for what is not wanted.
    """

    raw: str
    photo: Path
    region: Region | None = None
    thumb: Thumb | None = None
    weight: float = 1.0

    @property
    def pictured(self) -> Pictured:
        """What it shows."""
        return self.photo, self.region

    @property
    def is_against(self) -> bool:
        """Whether it leads away from what it shows."""
        return self.weight < 0

    @property
    def icon(self) -> str:
        """The drawing that says what it is."""
        if self.thumb is not None:
            return THUMBS[self.thumb]
        return "sparkles" if self.region is None else "region"

    @property
    def label(self) -> str:
        """The photo's name, short, with what it counts where that is not 1."""
        name = _short(wording.shown(self.photo.name), _LONGEST)
        return name if abs(self.weight) == 1 else f"{abs(self.weight):g} × {name}"

    @property
    def says(self) -> str:
        """What it means: "Not like part of me.jpg", "Thumbs down: me.jpg"."""
        name = _short(wording.shown(self.photo.name), _LONGEST_SAID)
        if self.thumb is not None:
            return f"{_JUDGED[self.thumb]}: {name}"
        part_of = "part of " if self.region is not None else ""
        return f"{'Not like' if self.is_against else 'Like'} {part_of}{name}"

    @property
    def tip(self) -> str:
        """What it means, and the whole path; plain text of two or three lines."""
        if self.thumb is not None:
            means = _JUDGED[self.thumb]
        else:
            means = f"{'Not like' if self.is_against else 'Like'} {'this' if self.region is None else 'a part of this'}"
        counts = f" (counts {abs(self.weight):g} times)" if abs(self.weight) != 1 else ""
        part = f"\nPart: {self.region.text} %" if self.region is not None else ""
        return f"{means}{counts}\n{wording.shown(self.photo)}{part}"


def pieces(text: str) -> list[str | ExampleToken]:
    """Cut a query into tokens and the text before, between and after them; nothing is lost or added."""
    found: list[str | ExampleToken] = []
    at = 0
    for part in examples(text):
        if part.start > at:
            found.append(text[at : part.start])
        found.append(token_of(text, part))
        at = part.end
    if at < len(text):
        found.append(text[at:])
    return found


def examples(text: str) -> Sequence[Part]:
    """Return the parts of a query that are photos, in the order typed."""
    return [part for part in parse(text).parts if part.photo is not None]


def token_of(text: str, part: Part) -> ExampleToken:
    """Return the token for a part of a query that is a photo."""
    if part.photo is None:
        raise ValueError(f"{part.text!r} is no photo")
    return ExampleToken(text[part.start : part.end], part.photo, part.region, part.thumb, part.weight)


def readable(text: str) -> str:
    """Return a query as it is said aloud or listed: with the names of photos in place of their paths."""
    said = []
    for piece in pieces(text):
        if isinstance(piece, ExampleToken):
            said.append(piece.says[0].lower() + piece.says[1:])
        elif words := " ".join(piece.split()):
            said.append(words)
    return ", ".join(said)


def _short(text: str, most: int) -> str:
    half = most // 2
    return text if len(text) <= most else f"{text[:half]}…{text[-half:]}"
