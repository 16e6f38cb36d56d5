"""What a person wants left out of the library."""

import json
import logging
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from desktop_app.library.outside.json_text import NotJsonError, read_json

log = logging.getLogger(__name__)

MOST_PATTERNS = 500
"""So many patterns are kept; each costs a look at every name."""


@dataclass(frozen=True, slots=True)
class Exclusions:
    """What is left out of all chosen folders, beside what files in the folders say themselves.

    Attributes:
        folders: Absolute paths; what lies below them is left out with them, chosen folders excepted.
        patterns: Lines as in a ``.gitignore``, counted from each chosen folder.
        screenshots: Whether folders and files that are named like screenshots are left out.
        least_px: Photos whose shorter side has fewer pixels are left out; 0 for none.
        least_kb: Files of fewer kilobytes (of 1,000 bytes) are left out; 0 for none.
        videos: Whether videos are left out.
        unlisted: Whether files are taken in that are photos by their first bytes, though not by the end of their names.
    """

    folders: tuple[Path, ...] = ()
    patterns: tuple[str, ...] = ()
    screenshots: bool = False
    least_px: int = 0
    least_kb: int = 0
    videos: bool = False
    unlisted: bool = False

    def with_folder(self, folder: Path) -> "Exclusions":
        """Return these and a folder; those below it are covered by it."""
        rest = (kept for kept in self.folders if not kept.is_relative_to(folder))
        return replace(self, folders=(*rest, folder))

    def without_folder(self, folder: Path) -> "Exclusions":
        """Return these without a folder; one that is not among them is no error."""
        return replace(self, folders=tuple(kept for kept in self.folders if kept != folder))

    def is_small(self, width_px: int | None, height_px: int | None) -> bool:
        """Tell whether a picture of this size is left out; one of unknown size is not."""
        return width_px is not None and height_px is not None and min(width_px, height_px) < self.least_px


def text_of(exclusions: Exclusions) -> str:
    """Return exclusions as JSON in ASCII, which keeps names that are no valid text."""
    return json.dumps({**asdict(exclusions), "folders": [str(folder) for folder in exclusions.folders]})


def from_text(text: str | None) -> Exclusions:
    """Return the exclusions that `text_of` wrote; what cannot be read counts as not chosen, so that no photo is missed."""
    try:
        found = read_json(text or "{}")
    except NotJsonError:
        found = None
    if not isinstance(found, dict):
        log.warning("what is to be left out could not be read, so nothing is: %r", text)
        return Exclusions()
    return Exclusions(
        folders=tuple(Path(folder) for folder in _texts(found.get("folders")) if Path(folder).is_absolute()),
        patterns=tuple(_texts(found.get("patterns")))[:MOST_PATTERNS],
        screenshots=found.get("screenshots") is True,
        least_px=_number(found.get("least_px")),
        least_kb=_number(found.get("least_kb")),
        videos=found.get("videos") is True,
        unlisted=found.get("unlisted") is True,
    )


def _texts(value: object) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _number(value: object) -> int:
    return value if type(value) is int and value > 0 else 0
