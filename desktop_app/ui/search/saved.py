"""The searches a person keeps, by name, in the settings' state."""

import json
import logging
from dataclasses import dataclass, replace

from desktop_app.library import NotJsonError, read_json
from desktop_app.settings import Settings

log = logging.getLogger(__name__)

_KEY = "saved searches"
# Example photos and thumbs are paths: 28 of them, as long as Windows allows.
_LONGEST = 10_000
_LONGEST_NAME = 1000


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """One search that is kept.

    Attributes:
        query: As typed; no two saved searches have the same.
        name: What the person calls it; the query itself at first.
    """

    query: str
    name: str


class SavedSearches:
    """Keeps the saved searches, newest first, and writes each change at once."""

    def __init__(self, settings: Settings) -> None:
        """Read what was kept; what cannot be read is left out."""
        self._settings = settings
        self._all = _read(settings.state(_KEY))

    def all(self) -> list[SavedSearch]:
        """Return the searches, newest first."""
        return list(self._all)

    def has(self, query: str) -> bool:
        """Return whether this query is among them."""
        return any(saved.query == query for saved in self._all)

    def add(self, query: str) -> None:
        """Keep a query under its own words; nothing happens when it is kept already, or is empty."""
        if query and len(query) <= _LONGEST and not self.has(query):
            self._all.insert(0, SavedSearch(query, query))
            self._write()

    def rename(self, query: str, name: str) -> None:
        """Call a saved search something else; an empty name brings its own words back."""
        name = name.strip()[:_LONGEST_NAME] or query
        self._all = [replace(saved, name=name) if saved.query == query else saved for saved in self._all]
        self._write()

    def remove(self, query: str) -> None:
        """Keep this query no longer."""
        self._all = [saved for saved in self._all if saved.query != query]
        self._write()

    def _write(self) -> None:
        rows = [{"query": saved.query, "name": saved.name} for saved in self._all]
        # As ASCII, so that no character of a query can trouble the file.
        self._settings.remember_state(_KEY, json.dumps(rows))
        self._settings.save()


def _read(text: str) -> list[SavedSearch]:
    try:
        rows = read_json(text or "[]")
    except NotJsonError:
        log.warning("the saved searches could not be read")
        return []
    found: dict[str, SavedSearch] = {}
    for row in rows if isinstance(rows, list) else []:
        query, name = (row.get("query"), row.get("name")) if isinstance(row, dict) else (None, None)
        if isinstance(query, str) and isinstance(name, str) and query:
            found.setdefault(query, SavedSearch(query, name or query))
    return list(found.values())
