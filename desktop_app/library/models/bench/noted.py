"""Remembers what was measured, for each model and machine, in the catalogue's notes."""

import json
import os
import platform
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from desktop_app.library.models.bench.figures import WayFigures, WayResult, as_json, from_json
from desktop_app.library.models.runtime.ways import way_named
from desktop_app.library.outside.json_text import NotJsonError, read_json

# Changes when ways are measured or judged differently from before.
_RULES = 1
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
        if not isinstance(said, dict) or said.get("rules") != _RULES:
            return {}
        ways = said.get("ways")
        if not isinstance(ways, dict) or (model_id is not None and said.get("model") != model_id):
            return {}
        return {name: from_json(ways[name]) for name in ways if way_named(name) is not None}

    def keep(self, key: str, model_id: str, results: list[WayResult]) -> None:
        """Note what was measured, beside what is known of other ways. On the writer's thread."""
        known = dict(self.of(key, model_id))
        for result in results:
            if result.figures is not None:
                known[result.way.name] = result.figures
            elif result.was_tried:
                known[result.way.name] = None
        ways = {name: as_json(figures) if figures else None for name, figures in known.items()}
        self._put(_note(key), json.dumps({"rules": _RULES, "model": model_id, "ways": ways}))


def _note(key: str) -> str:
    return f"speed of {key} on {machine()}"


@cache
def machine() -> str:
    """Return what tells this computer's processor from others."""
    return f"{_processor()} {os.cpu_count()}"


def _processor() -> str:
    """Return the processor's name; `platform.processor` is empty or a family on most of Linux."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith(("model name", "CPU part")))
    return next(named, "") or platform.processor() or platform.machine()
