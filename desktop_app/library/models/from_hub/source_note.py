"""What is kept beside a model that was fetched from a repository: where it came from, and what was fetched."""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from desktop_app import own_files
from desktop_app.library.outside.addresses import has_credentials, is_web_address
from desktop_app.library.outside.files import read_file
from desktop_app.library.outside.json_text import NotJsonError, read_json

NOTE_NAME = "source.json"
_FORMAT = 1
_LONGEST = 64 * 1024
_LONGEST_TEXT = 200
_DATE = re.compile(r"\d{4}-\d\d-\d\d|")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a model came from.

    Attributes:
        title: For a person.
        repository: Owner and name at the hub.
        revision: The commit.
        licence: As the repository named it when the person accepted it; empty where it named none.
        page: Address of its page.
        fetched: The day, as ISO 8601.
    """

    title: str
    repository: str
    revision: str
    licence: str
    page: str
    fetched: str

    @property
    def sentence(self) -> str:
        """Where it came from, for a person."""
        return f"A model of your own, fetched from {self.repository} ({self.revision[:8]}) on {self.fetched}."


def write_note(folder: Path, origin: Origin, *, below: Path) -> None:
    """Write down where the model in a folder came from, with size and SHA-256 of all that lies there.

    Raises:
        OSError: It cannot be written.
    """
    said = {
        "format": _FORMAT,
        "title": origin.title,
        "repository": origin.repository,
        "revision": origin.revision,
        "licence": origin.licence,
        "page": origin.page,
        "fetched": origin.fetched,
        "files": [
            {"name": path.name, "size_bytes": path.stat().st_size, "sha256": _sum(path)}
            for path in sorted(folder.iterdir())
            if path.is_file() and path.name != NOTE_NAME
        ],
    }
    own_files.write(folder / NOTE_NAME, json.dumps(said, indent=2).encode(), below=below)


def read_note(folder: Path) -> Origin | None:
    """Return where the model in a folder came from; None where that is not known, or cannot be believed."""
    try:
        said = read_json(read_file(folder / NOTE_NAME, _LONGEST), _LONGEST)
    except (OSError, NotJsonError):
        return None
    if not isinstance(said, dict) or said.get("format") != _FORMAT:
        return None
    texts = [said.get(name) for name in ("title", "repository", "revision", "licence", "page", "fetched")]
    kept = [
        text for text in texts if isinstance(text, str) and len(text) <= _LONGEST_TEXT and text.isprintable()
    ]
    if len(kept) != len(texts) or not kept[0] or not _DATE.fullmatch(kept[-1]):
        return None
    origin = Origin(*kept)
    is_page = (
        is_web_address(origin.page) and not has_credentials(origin.page) and urlsplit(origin.page).hostname
    )
    return origin if is_page else None


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
