"""Remembers what was measured, for each model and machine, in the catalogue's notes."""

import json
from collections.abc import Callable, Mapping, Sequence

from desktop_app.library.models.bench.figures import WayFigures, WayResult, as_json, from_json
from desktop_app.library.models.bench.here import RULES, machine
from desktop_app.library.models.runtime.ways import way_named
from desktop_app.library.outside.json_text import NotJsonError, read_json

_MOST_CHARACTERS = 20_000

Get = Callable[[str], str | None]
Set = Callable[[str, str], None]


class NotedFigures:
    """What was measured of models on this machine. Any thread."""

    def __init__(self, get: Get, put: Set) -> None:
        """Connect it with the catalogue's notes.

        Args:
            get: Reads a note.
            put: Writes one.
        """
        self._get = get
        self._put = put

    def of(self, key: str, model_id: str | None = None) -> Mapping[str, WayFigures | None]:
        """Return the figures of a model's ways by their names; None where a way did not work; empty if never measured.

        Args:
            key: The model, as it is chosen.
            model_id: Of its exact space; figures of other weights under the same key do not count. None for any.
        """
        try:
            said = read_json(self._get(_note(key)) or "{}", _MOST_CHARACTERS)
        except NotJsonError:
            return {}
        if not isinstance(said, dict) or said.get("rules") != RULES:
            return {}
        ways = said.get("ways")
        if not isinstance(ways, dict) or (model_id is not None and said.get("model") != model_id):
            return {}
        return {name: from_json(ways[name]) for name in ways if way_named(name) is not None}

    def keep(self, key: str, model_id: str, results: Sequence[WayResult]) -> None:
        """Note what was measured, beside what is known of other ways. On the writer's thread."""
        self.keep_figures(key, model_id, figures_of(results))

    def keep_figures(self, key: str, model_id: str, figures: Mapping[str, WayFigures | None]) -> None:
        """Note the figures of ways by their names, beside what is known of others. On the writer's thread."""
        known = {**self.of(key, model_id), **figures}
        ways = {name: as_json(found) if found else None for name, found in known.items()}
        self._put(_note(key), json.dumps({"rules": RULES, "model": model_id, "ways": ways}))


def _note(key: str) -> str:
    return f"speed of {key} on {machine()}"


def figures_of(results: Sequence[WayResult]) -> dict[str, WayFigures | None]:
    """Return what was measured by the names of the ways; None for one that was tried in vain."""
    return {
        result.way.name: result.figures
        for result in results
        if result.figures is not None or result.was_tried
    }
